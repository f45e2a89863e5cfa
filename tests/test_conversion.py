"""What `convert` takes, and what it gives beside Markdown."""

import io
import pickle
import tempfile
from dataclasses import FrozenInstanceError
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import ROOT
from pdfs import make_pdf, text

from ingest import Conversion, PageSpan, SourceError, convert, read

SAMPLES = ROOT / "samples"
TEXT = b"It affects the quality of life.These spasms are common.\n"
MARKDOWN = "It affects the quality of life. These spasms are common.\n"


# ---------------------------------------------------------------- sources


@pytest.fixture
def path(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes(TEXT)
    return file


def test_a_path_bytes_and_a_stream_give_the_same(path):
    with path.open("rb") as file:
        results = [convert(path), convert(str(path)), convert(TEXT), convert(file)]
        assert not file.closed, "that is for who has opened it"
    assert {result.markdown for result in results} == {MARKDOWN}
    assert [r.document.path for r in results] == [str(path), str(path), "<bytes>", str(path)]


def test_a_stream_is_read_from_where_it_stands_to_its_end():
    stream = io.BytesIO(b"Head.\n" + TEXT)
    stream.seek(6)
    assert convert(stream).markdown == MARKDOWN
    assert stream.tell() == len(TEXT) + 6
    assert read(io.BytesIO(TEXT)).source == TEXT.decode()


def test_the_name_of_a_stream_is_used_if_it_is_one():
    assert convert(io.BytesIO(TEXT)).document.path == "<stream>"
    assert convert(io.BytesIO(TEXT), name="mine").document.path == "mine"
    with tempfile.TemporaryFile() as file:  # its name is a number
        file.write(TEXT)
        file.seek(0)
        assert convert(file).document.path == "<stream>"


class _Odd:
    def __init__(self, gives):
        self.gives = gives

    def read(self):
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (io.StringIO("text"), r"^<stream>: the stream gives text; open it as binary"),
        (_Odd("text"), "the stream gives text; open it as binary"),
        (_Odd(None), "the stream gives NoneType, not bytes"),
        (_Odd(OSError("gone")), r"the stream cannot be read \(gone\)"),
        (7, r"^int: cannot be read; give a path, a URL, bytes or a binary stream, not int"),
        (None, "not NoneType"),
    ],
)
def test_what_is_no_source_is_refused_in_words(source, message):
    with pytest.raises(SourceError, match=message):
        convert(source)


def test_a_closed_stream_is_refused_in_words():
    stream = io.BytesIO(TEXT)
    stream.close()
    with pytest.raises(SourceError, match="closed file"):
        convert(stream)


def test_a_text_stream_is_not_read():
    stream = io.StringIO("text")
    with pytest.raises(SourceError):
        convert(stream)
    assert stream.read() == "text"


# ---------------------------------------------------------------- what it gives


def test_a_conversion_is_frozen_and_can_be_sent():
    result = convert(TEXT)
    with pytest.raises(FrozenInstanceError):
        result.markdown = ""
    assert result.confidence is result.confidence, "worked out once"
    again = pickle.loads(pickle.dumps(result))
    assert (again, again.confidence) == (result, result.confidence)
    assert isinstance(again, Conversion)


def test_edits_and_messages_are_those_of_the_document():
    result = convert(TEXT)
    assert result.edits is result.document.edits
    assert result.messages is result.document.messages
    assert [edit.rule for edit in result.edits] == ["stop"]


def test_metadata_is_what_front_matter_says():
    path = SAMPLES / "french-leaflet.pdf"
    result = convert(path, front_matter=True)
    assert result.metadata == {
        "title": "Réparer son vélo au lieu de le jeter",
        "language": "fr",
        "source": "french-leaflet.pdf",
        "pages": "2",
    }
    assert all(f"{name}: " in result.markdown[:200] for name in result.metadata)
    assert convert(TEXT).metadata == {}


def test_a_title_that_is_a_number_stays_text_in_front_matter():
    data = make_pdf(text("One is here."), trailer="/Info 5 0 R", objects=["<< /Title (2001) >>"])
    assert '\ntitle: "2001"\n' in convert(data, front_matter=True).markdown


# ---------------------------------------------------------------- pages in the Markdown


THREE = make_pdf(*[text(f"Page {word} has words.") for word in ("one", "two", "three")])


@pytest.mark.parametrize("options", [{}, {"page_markers": True}, {"front_matter": True}])
def test_pages_stand_where_they_say(options):
    result = convert(THREE, name="a.pdf", **options)
    assert [span.page for span in result.pages] == [1, 2, 3]
    for span, word in zip(result.pages, ("one", "two", "three"), strict=True):
        marker = f"<!-- page {span.page} -->\n\n" if "page_markers" in options else ""
        assert result.markdown[span.start : span.end] == f"{marker}Page {word} has words."


def test_chosen_pages_keep_their_numbers():
    assert [span.page for span in convert(THREE, pages="2-3").pages] == [2, 3]


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.pdf")), ids=lambda path: path.stem)
def test_pages_of_samples_follow_each_other_and_leave_nothing_out(path):
    result = convert(path)
    spans = result.pages
    assert (spans[0].start, spans[-1].end) == (0, len(result.markdown) - 1)
    between = [result.markdown[a.end : b.start] for a, b in pairwise(spans)]
    assert set(between) <= {"\n\n"}


def test_pages_of_a_text_are_those_between_form_feeds():
    result = convert(b"One is here.\n\fTwo is here.\n\f")
    assert result.pages == (PageSpan(1, 0, 12), PageSpan(2, 14, 26))


@pytest.mark.parametrize("data", [TEXT, b"# Title\n\nSome text.\n"])
def test_what_has_no_pages_has_none(data):
    assert convert(data).pages == ()


def test_a_page_on_which_no_block_begins_has_no_span():
    result = convert(b"This sentence goes on over\n\fthe page, and over\n\fanother one.\n\f")
    assert result.markdown.count("\n") == 1
    assert [span.page for span in result.pages] == [1]


def test_a_path_that_is_none_is_told(tmp_path):
    with pytest.raises(SourceError, match=r"missing\.txt: cannot be read"):
        convert(Path(tmp_path / "missing.txt"))
