"""What a PDF states about itself: title, author, language, and the headings of its outline."""

from pathlib import Path

import pytest
from pdfs import first_free, make_pdf, outlined, text

from ingest import convert, read
from ingest.document import Line
from ingest.read.outline import MATCHED_MIN, Entry, PageLine, match_outline
from ingest.read.pdfium import PdfiumFile

SAMPLES = Path(__file__).parents[1] / "samples"
BOTH = pytest.mark.parametrize("source", ["pdfium", "pdfplumber"])
PROSE = (
    "The hens are fed at six and let out when the",
    "gate has been closed behind the last of us.",
)


def _info(title, author="", language="en"):
    code = {name: value.encode("utf-16-be").hex() for name, value in (("T", title), ("A", author))}
    return make_pdf(
        text("One is here."),
        catalog=f"/Lang ({language})",
        trailer=f"/Info {first_free(1)} 0 R",
        objects=[f"<< /Title <feff{code['T']}> /Author <feff{code['A']}> >>"],
    )


def _meta(data, source="auto"):
    meta = read(data, source=source).meta
    return {name: meta[name] for name in ("title", "author", "language") if name in meta}


# ---------------------------------------------------------------- title, author, language


@BOTH
@pytest.mark.parametrize(
    ("stated", "meta"),
    [
        (("Of Hens", "A. Nother"), {"title": "Of Hens", "author": "A. Nother", "language": "en"}),
        (("Größe – ja", "", "de-AT"), {"title": "Größe – ja", "language": "de-AT"}),
        (("  Of\t Hens\r\n", "", "pt_BR"), {"title": "Of Hens", "language": "pt-BR"}),
        (("Of\x00 Hens\u202e", ""), {"title": "Of Hens", "language": "en"}),
        (("untitled", "(anonymous)", ""), {}),
        (("", "", "the language of hens"), {}),
    ],
)
def test_metadata(stated, meta, source):
    assert _meta(_info(*stated), source) == meta


@BOTH
def test_a_file_that_states_nothing(source):
    assert _meta(make_pdf(text("One is here.")), source) == {}


@BOTH
def test_broken_metadata_costs_nothing_else(source):
    data = make_pdf(
        text("One."),
        catalog="/Lang 7",
        trailer=f"/Info {first_free(1)} 0 R",
        objects=["<< /Title [1 2] /Author 9 >>"],
    )
    assert convert(data, reader=lambda d, **o: read(d, source=source, **o)).markdown == "One.\n"


def test_front_matter_takes_it():
    got = convert(_info("Hens: a life", 'Ann "A." Nother'), front_matter=True).markdown
    assert got.startswith(
        '---\ntitle: "Hens: a life"\nauthor: "Ann \\"A.\\" Nother"\nlanguage: "en"\npages: 1\n---\n'
    )


# ---------------------------------------------------------------- which lines are titles


def _page(*texts, sizes=None):
    sizes = sizes or [10] * len(texts)
    return [
        PageLine(line, size, 400 - 20 * at)
        for at, (line, size) in enumerate(zip(texts, sizes, strict=True))
    ]


MATCHES = {
    "the line itself": ("Of hens", ["Of hens", "They lay."], [0]),
    "set in capitals": ("Of hens", ["OF HENS", "They lay."], [0]),
    "with other quotes and blanks": ("‘The’  hens", ["The'hens", "They lay."], [0]),
    "with ligatures": ("Of field hens", ["Of ﬁeld hens", "They lay."], [0]),
    "over two lines": ("Of hens and geese", ["Of hens", "and geese", "They lay."], [0, 1]),
    "hyphenated": ("Of henhouses", ["Of hen-", "houses", "They lay."], [0, 1]),
    "a sign on a line of its own": ("Of hens ?", ["Of hens", "?", "They lay."], [0, 1]),
    "a bullet below it": ("Of hens", ["Of hens", "•", "They lay."], [0]),
    "numbered on the page": ("Of hens", ["1.2 Of hens", "They lay."], [0]),
    "numbered in the outline": ("1.2 Of hens", ["Of hens", "They lay."], [0]),
    "the start of a line": ("Of hens", ["Of hens it is said that they lay.", "All"], []),
    "the end of a line": ("hens", ["Of hens", "They lay."], []),
    "another number": ("1.2 Of hens", ["1.3 Of hens", "They lay."], []),
    "nothing but signs": ("***", ["***", "They lay."], []),
    "empty": ("", ["", "They lay."], []),
    "over a table": ("Of hens", ["Of", "", "hens"], []),
}


@pytest.mark.parametrize("case", MATCHES)
def test_which_lines_a_title_is(case):
    title, lines, found = MATCHES[case]
    filler = ["They lay more than anybody thought that hens would ever lay in one year."] * 3
    got = match_outline([Entry(title, 1, 1)], {1: _page(*lines, *filler)})
    assert sorted(at for _, at in got) == found
    assert {stated.depth for stated in got.values()} <= {1}


def test_the_larger_of_two_is_the_title():
    lines = _page("Of hens", "Of hens", *PROSE, *PROSE, sizes=[8, 14, 10, 10, 10, 10])
    assert set(match_outline([Entry("Of hens", 1, 1, 400.0)], {1: lines})) == {(1, 1)}


def test_the_nearer_of_two_equals_is_the_title():
    lines = _page("Of hens", *PROSE, "Of hens", *PROSE)
    assert set(match_outline([Entry("Of hens", 1, 1, 345.0)], {1: lines})) == {(1, 3)}


def test_each_line_is_one_title():
    lines = _page("Notes", *PROSE, "Notes", *PROSE)
    got = match_outline([Entry("Notes", 1, 1), Entry("Notes", 2, 1)], {1: lines})
    assert [got[1, at].depth for at in (0, 3)] == [1, 2]


def test_an_outline_that_says_other_things_is_not_believed():
    lines = _page("Of hens", *PROSE * 4)
    others = [Entry(f"Page {n}", 1, 1) for n in range(round(1 / MATCHED_MIN))]
    assert match_outline([Entry("Of hens", 1, 1), *others[1:]], {1: lines})
    assert not match_outline([Entry("Of hens", 1, 1), *others], {1: lines})


def test_an_outline_of_everything_is_not_believed():
    lines = _page("Of hens", *PROSE)
    assert not match_outline([Entry(line.text, 1, 1) for line in lines], {1: lines})


def test_entries_of_pages_that_are_not_read_do_not_count():
    entries = [Entry("Of hens", 1, 3), *(Entry(f"Of page {n}", 1, n) for n in range(4, 30))]
    assert match_outline(entries, {3: _page("Of hens", *PROSE * 2)})


# ---------------------------------------------------------------- what becomes of them


def _body(*parts):
    """Rows one below the other; a row may be a pair of text and size."""
    out, y = "", 370
    for part in parts:
        words, size = part if isinstance(part, tuple) else (part, 10)
        out += text(words, size=size, at=(40, y), leading=12)
        y -= 12 if words in PROSE else 24
    return out


def _headings(data, **options):
    lines = convert(data, **options).markdown.splitlines()
    return [line for line in lines if line.startswith("#")]


PAGE = _body("Of hens", *PROSE, "Of geese", *PROSE, "Of grey geese", *PROSE)
DEPTHS = [(1, "Of hens", 1), (1, "Of geese", 1), (2, "Of grey geese", 1)]


def test_titles_in_the_type_of_the_text_are_headings():
    assert _headings(make_pdf(PAGE)) == []
    assert _headings(outlined(PAGE, outline=DEPTHS)) == [
        "# Of hens",
        "# Of geese",
        "## Of grey geese",
    ]


def test_the_ledger_says_why():
    edits = convert(outlined(PAGE, outline=DEPTHS)).document.edits
    found = [(e.stage, e.why) for e in edits if e.rule == "outline"]
    assert found == [("find_headings", f"heading of depth {d}") for d in (1, 1, 2)]


def test_a_title_that_the_outline_leaves_out_is_above_it():
    page = _body(("All about poultry", 20), "Of hens", *PROSE, "Of geese", *PROSE)
    got = _headings(outlined(page, outline=DEPTHS[:2]))
    assert got == ["# All about poultry", "## Of hens", "## Of geese"]


def test_headings_that_the_outline_leaves_out_stand_with_those_of_their_size():
    page = _body(("Of hens", 14), *PROSE, ("Of geese", 14), *PROSE, ("Of ducks", 12), *PROSE)
    got = _headings(outlined(page, outline=[(1, "Of hens", 1)]))
    assert got == ["# Of hens", "# Of geese", "## Of ducks"]


def test_levels_do_not_jump():
    page = _body("Of hens", *PROSE, "Of geese", *PROSE)
    outline = [(1, "Of hens", 1), (2, "Not here", 1), (3, "Of geese", 1)]
    assert _headings(outlined(page, outline=outline)) == ["# Of hens", "## Of geese"]


def test_a_wrapped_title_is_one_heading():
    page = _body("Of hens and of what", "they eat", *PROSE, *PROSE)
    got = _headings(outlined(page, outline=[(1, "Of hens and of what they eat", 1)]))
    assert got == ["# Of hens and of what they eat"]


def test_a_title_on_another_page_is_not_meant():
    data = outlined(
        _body("Of hens", *PROSE), _body("Of geese", *PROSE), outline=[(1, "Of hens", 2)]
    )
    assert _headings(data) == []


def test_an_outline_without_the_pages_it_leads_to():
    pages = [_body(f"Of {what}", *PROSE) for what in ("hens", "geese", "ducks")]
    outline = [(1, f"Of {what}", n) for n, what in enumerate(("hens", "geese", "ducks"), 1)]
    assert _headings(outlined(*pages, outline=outline), pages="2-") == ["# Of geese", "# Of ducks"]


def test_a_second_run_changes_nothing():
    first = convert(outlined(PAGE, outline=DEPTHS)).markdown
    assert convert(first.encode(), name="a.md").markdown == first


def test_an_endless_outline_ends():
    looped = outlined(PAGE, outline=DEPTHS).replace(b"/Prev 6 0 R", b"/Next 6 0 R")
    assert _headings(looped)[0] == "# Of hens"


def test_depths_of_a_real_outline():
    source = PdfiumFile((SAMPLES / "french-leaflet.pdf").read_bytes(), name="a.pdf")
    try:
        outline = source.about().outline
    finally:
        source.close()
    assert [entry.depth for entry in outline][:2] == [1, 2]
    assert {entry.page for entry in outline} == {1, 2}
    lines = [n for n in read(SAMPLES / "french-leaflet.pdf").children if isinstance(n, Line)]
    assert {n.layout.stated.part for n in lines if n.layout.stated} == set(range(len(outline)))
