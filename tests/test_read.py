"""Readers: every encoding and line end, where each line came from, and every bad file by name."""

import codecs
import hashlib
import re
import sys
from pathlib import Path

import pytest

from ingest import EncryptedError, NoTextError, SourceError, convert, convert_many, read
from ingest.document import Line, PageBreak, Span
from ingest.errors import EmptyFileError, ExtraError

ROOT = Path(__file__).parents[1]
SAMPLES, BAD = ROOT / "samples", Path(__file__).parent / "data" / "bad"
# The words of `lost-spaces.pdf` are drawn as outlines too: slow to read, and of no use here.
PDFS = sorted(path for path in SAMPLES.glob("*.pdf") if path.stem != "lost-spaces")


def _lines(doc):
    return [node for node in doc.children if isinstance(node, Line)]


def _values(data):
    return [node.value for node in _lines(read(data))]


# ---------------------------------------------------------------- encodings

GERMAN = "Die Größe des Gefäßes überraschte alle – „wirklich“ alle.\nDas Café schloss früh.\n"
ENCODINGS = {
    "UTF-8": (GERMAN.encode("utf-8"), "utf-8"),
    "UTF-8 with mark": (codecs.BOM_UTF8 + GERMAN.encode("utf-8"), "utf-8"),
    "UTF-16 LE": (GERMAN.encode("utf-16-le"), "utf-16-le"),
    "UTF-16 BE": (GERMAN.encode("utf-16-be"), "utf-16-be"),
    "UTF-16 LE with mark": (codecs.BOM_UTF16_LE + GERMAN.encode("utf-16-le"), "utf-16"),
    "UTF-16 BE with mark": (codecs.BOM_UTF16_BE + GERMAN.encode("utf-16-be"), "utf-16"),
    "UTF-32 with mark": (codecs.BOM_UTF32_LE + GERMAN.encode("utf-32-le"), "utf-32"),
    "Windows-1252": (GERMAN.encode("cp1252"), "cp1252"),
}


@pytest.mark.parametrize(("data", "encoding"), list(ENCODINGS.values()), ids=list(ENCODINGS))
def test_encoding(data, encoding):
    doc = read(data)
    assert doc.source == GERMAN
    digest = hashlib.sha256(data).hexdigest()
    assert doc.meta == {"format": "text", "encoding": encoding, "sha256": digest}
    assert [m.text for m in doc.messages if encoding in m.text]


def test_latin_1_is_read_as_its_superset():
    text = "Le garçon a mangé près de l'église, où il faisait très chaud.\n" * 3
    assert read(text.encode("latin-1")).source == text


@pytest.mark.parametrize(
    "text",
    [GERMAN, "Le garçon a mangé près de l’église, où il a été très gêné.\n" * 3],
    ids=["German", "French"],
)
def test_mac_roman(text):
    assert read(text.encode("mac_roman")).source == text


OTHER_SCRIPTS = {
    "cp1251": "Привет, мир. Это обычный текст.\n",
    "koi8_r": "Привет, мир. Это обычный текст.\n",
    "shift_jis": "日本語の文書です。\nこれは二行目です。\n",
    "euc_jp": "日本語の文書です。\nこれは二行目です。\n",
    "gb18030": "这是一个测试文件，用来检查编码。\n",
}


@pytest.mark.parametrize("encoding", OTHER_SCRIPTS)
def test_another_script(encoding):
    text = OTHER_SCRIPTS[encoding] * 5
    assert read(text.encode(encoding)).source == text


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1"])
@pytest.mark.parametrize("text", ["ÄÖÜ äöü ßß\n", "été à Évry\n", "«Größe»: 5°\n"])
def test_leave_alone_short_lines_with_many_accents(encoding, text):
    assert read(text.encode(encoding)).source == text


def test_utf_16_that_is_cut_in_its_last_character_keeps_the_rest():
    doc = read(codecs.BOM_UTF16_LE + "Some text.".encode("utf-16-le")[:-1])
    assert doc.source == "Some text\ufffd"
    assert any("cut" in message.text for message in doc.messages)


def test_every_control_in_a_short_text_does_not_make_it_binary():
    text = (
        "".join(map(chr, range(1, 32)))
        + "These words are a text of some length, all the same. " * 2
    )
    assert "These words" in read(text.encode()).source


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_that_windows_1252_leaves_open_is_kept(byte):
    data = b"caf\xe9 and " + bytes([byte]) + b" stay. The caf\xe9 is here.\n" * 9
    assert len(read(data).source) == len(data)


def test_utf_16_of_another_script():
    text = "Это предложение написано по-русски, и в нём есть пробелы.\n" * 3
    assert read(text.encode("utf-16-le")).source == text


# ---------------------------------------------------------------- line ends, pages, blanks

LINE_ENDS = ["\n", "\r\n", "\r", "\v", "\u2028", "\u2029"]


@pytest.mark.parametrize("end", LINE_ENDS, ids=ascii)
def test_line_end(end):
    doc = read(f"one{end}two{end}{end}three".encode())
    assert [(n.value, n.layout.line, n.layout.blank_before) for n in _lines(doc)] == [
        ("one", 1, 0),
        ("two", 2, 0),
        ("three", 4, 1),
    ]
    assert [doc.source[n.span.start : n.span.end] for n in _lines(doc)] == ["one", "two", "three"]


def test_mixed_line_ends():
    assert _values(b"a\r\nb\rc\nd\n\re") == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("text", ["one\ftwo", "one\n\ftwo", "one\f\ntwo", "one\r\n\f\r\ntwo"])
def test_a_form_feed_is_a_page_break(text):
    one, page_break, two = read(text.encode()).children
    assert (one.value, page_break, two.value) == ("one", PageBreak(), "two")
    assert (one.layout.page, two.layout.page) == (1, 2)


def test_blanks_are_kept_as_evidence():
    doc = read(b"\n\n  one  \n\ttwo\n \t\n\n three\n")
    assert [(n.value, n.layout.indent, n.layout.blank_before) for n in _lines(doc)] == [
        ("one", 2, 2),
        ("two", 8, 0),
        ("three", 1, 2),
    ]
    assert _lines(doc)[0].span == Span(4, 7)
    assert doc.source == "\n\n  one  \n\ttwo\n \t\n\n three\n"


def test_readers_repair_nothing():
    text = "donâ€™t  co\u00adop  ReducingMuscle ﬁ \u200b&amp; \uf0b7 x"
    assert _values(text.encode()) == [text]


# ---------------------------------------------------------------- bad files, without a path

MAGIC = {
    "ZIP": (b"PK\x03\x04" + bytes(64), "ZIP.*export"),
    "PNG": (b"\x89PNG\r\n\x1a\n" + bytes(64), "PNG.*OCR"),
    "JPEG": (b"\xff\xd8\xff\xe0" + bytes(64), "JPEG.*OCR"),
    "GIF": (b"GIF89a" + bytes(64), "GIF.*OCR"),
    "Word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "Office.*export"),
    "RTF": (b"{\\rtf1\\ansi hello}", "RTF.*export"),
    "gzip": (b"\x1f\x8b\x08\x00" + bytes(64), "gzip.*unpack"),
    "program": (b"\x7fELF" + bytes(64), "program"),
    "control bytes": (bytes(range(32)) * 8, "binary"),
    "half a pair": (codecs.BOM_UTF16_LE + b"\x00\xd8a\0", "cut or mixed"),
}


@pytest.mark.parametrize(("data", "what"), list(MAGIC.values()), ids=list(MAGIC))
def test_what_is_no_text_is_refused(data, what):
    with pytest.raises(SourceError, match=f"^odd[.]txt: .*{what}") as caught:
        read(data, name="odd.txt")
    assert type(caught.value) is SourceError


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" ",
        b"\n\n\t \r\n",
        b"\f\f",
        codecs.BOM_UTF8,
        codecs.BOM_UTF16_LE,
        "\u2003\u2028".encode(),
    ],
    ids=ascii,
)
def test_what_is_empty_or_blank_has_no_text(data):
    with pytest.raises(NoTextError, match=r"^odd[.]txt: "):
        read(data, name="odd.txt")


# ---------------------------------------------------------------- bad files, with a path

FILES = {
    "missing.txt": (None, SourceError, "cannot be read.*check the path"),
    "empty.txt": (b"", EmptyFileError, "empty"),
    "empty.pdf": (b"", EmptyFileError, "empty"),
    "text.pdf": (b"Just a text.\n", SourceError, "not a PDF.*rename"),
    "TEXT.PDF": (b"Just a text.\n", SourceError, "not a PDF.*rename"),
    "header.pdf": (b"%PDF-1.7\n", SourceError, "damaged PDF.*repair"),
    "rubbish.pdf": (b"%PDF-1.7\n" + bytes(range(256)) * 9, SourceError, "damaged PDF.*repair"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_bad_file_is_named(tmp_path, name):
    data, error, what = FILES[name]
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(error, match=what) as caught:
        read(path)
    assert type(caught.value) is error
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_folder_is_no_document(tmp_path):
    with pytest.raises(SourceError, match=r"cannot be read.*directory"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("name", "error", "what"),
    [
        ("encrypted.pdf", EncryptedError, "encrypted.*qpdf --decrypt"),
        ("scan.pdf", NoTextError, "no text on 1 of 1 pages.*OCR"),
        ("broken.pdf", SourceError, "damaged PDF.*repair"),
    ],
)
def test_a_bad_pdf_is_named(name, error, what):
    with pytest.raises(error, match=what) as caught:
        read(BAD / name)
    assert type(caught.value) is error
    assert name in str(caught.value)


def test_a_pdf_is_known_by_its_first_bytes_not_its_name(tmp_path):
    path = tmp_path / "notes.txt"
    path.write_bytes((SAMPLES / "nested-lists.pdf").read_bytes())
    assert read(path).meta["format"] == "pdf"


def test_junk_before_the_header_of_a_pdf_is_allowed():
    data = b"\0junk\n" * 20 + (SAMPLES / "nested-lists.pdf").read_bytes()
    meta = read(data).meta
    assert (meta["format"], meta["pages"]) == ("pdf", "2")
    assert meta["sha256"] == hashlib.sha256(data).hexdigest(), "of all there is, junk too"


def test_text_that_speaks_of_pdf_is_text():
    assert read(b"A file that begins with %PDF is a PDF.\n").meta["format"] == "text"


# ---------------------------------------------------------------- PDF


@pytest.fixture(scope="module", params=PDFS, ids=lambda path: path.stem)
def pdf(request):
    return read(request.param)


def test_lines_of_a_pdf_know_where_they_stood(pdf):
    doc = pdf
    for line in _lines(doc):
        layout = line.layout
        assert layout.page >= 1
        assert layout.line >= 1
        assert 0 <= layout.bbox.left < layout.bbox.right
        assert 0 <= layout.bbox.top < layout.bbox.bottom
        assert 4 < layout.size < 40
        assert layout.weight in {400, 700}
        assert layout.font
        assert doc.source[line.span.start : line.span.end] == line.value
        assert line.value == " ".join(line.value.split(" "))


def test_pages_of_a_pdf_are_counted(pdf):
    doc = pdf
    pages = [line.layout.page for line in _lines(doc)]
    breaks = sum(isinstance(node, PageBreak) for node in doc.children)
    assert pages == sorted(pages)
    assert set(pages) == set(range(1, int(doc.meta["pages"]) + 1))
    assert breaks == int(doc.meta["pages"]) - 1 == doc.source.count("\f")


def _words(text):
    return re.findall(r"[^\W\d_]+", text)


@pytest.mark.parametrize("path", PDFS, ids=lambda p: p.stem)
def test_no_word_of_a_pdf_is_joined_to_the_next(path):
    vocabulary = set(_words((SAMPLES / "expected" / f"{path.stem}.md").read_text(encoding="utf-8")))
    found = [word for line in _lines(read(path)) for word in _words(line.value)]
    joined = [
        word
        for word in found
        if word not in vocabulary
        and any(word[:at] in vocabulary and word[at:] in vocabulary for at in range(1, len(word)))
    ]
    # Parts of words that a line end cut may look like two words; there are few of them.
    assert len(joined) <= 0.004 * len(found), joined


def test_headings_of_a_pdf_are_larger_or_bolder_than_its_text():
    lines = _lines(read(SAMPLES / "one-column.pdf"))
    text = next(line for line in lines if line.value.startswith("A spade that"))
    heading = next(line for line in lines if line.value.endswith("Cleaning"))
    assert (heading.layout.size, heading.layout.weight) > (text.layout.size, text.layout.weight)


def test_two_columns_are_read_one_after_the_other():
    text = "\n".join(line.value for line in _lines(read(SAMPLES / "two-columns.pdf")))
    order = ["The Street Orchard", "How it began", "What the council asked", "Looking after"]
    order += ["Watering in a dry", "Picking and sharing", "Keeping a record", "What comes next"]
    places = [text.index(words) for words in order]
    assert places == sorted(places)


# ---------------------------------------------------------------- URLs


def test_a_url_without_its_library_is_told_with_the_line_that_installs_it(monkeypatch):
    for name in [n for n in sys.modules if n.partition(".")[0] == "fsspec"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(ExtraError, match=r"memory://in/a\.txt needs the extra stores") as caught:
        read("memory://in/a.txt")
    assert str(caught.value).endswith('pip install "ingest-md[stores]"')


def test_a_file_url_is_a_path():
    path = SAMPLES / "one-column.pdf"
    assert read(path.as_uri()).source == read(path).source


@pytest.mark.parametrize("name", ["a:b.txt", "1://b.txt", "in/a://b.txt"])
def test_a_path_that_only_looks_like_a_url_is_one(tmp_path, monkeypatch, name):
    monkeypatch.chdir(tmp_path)
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("Words.\n")
    assert read(name).source == "Words.\n"


def test_a_document_in_a_store_is_read_and_converted():
    fsspec = pytest.importorskip("fsspec", reason="NOT TESTED: URLs, since fsspec is not installed")
    data = (SAMPLES / "one-column.pdf").read_bytes()
    store = fsspec.filesystem("memory")
    store.pipe_file("/read/a.pdf", data)
    url = "memory://read/a.pdf"
    assert (read(url).path, read(url).source) == (url, read(data).source)
    assert convert(url).markdown == convert(data).markdown
    done = {r.name: r for r in convert_many([url, "memory://read/missing.pdf"], workers=1)}
    assert done[url].markdown == convert(data).markdown
    assert "no such file" in done["memory://read/missing.pdf"].reason
