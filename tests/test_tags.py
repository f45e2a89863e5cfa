"""Tagged PDFs: headings and paragraphs as the file states them, where the page bears it out."""

from itertools import count
from pathlib import Path

import pytest
from pdfs import tagged, text

from ingest import convert, read, reader
from ingest.document import FIGURE_TEXT, Line, Stated
from ingest.read.structure_tree import TaggedLine, believed

PAGES = Path(__file__).parent / "data" / "pages"
SAMPLES = Path(__file__).parents[1] / "samples"
LONG = "The hens are fed at six and let out when the gate has been"


def _page(*parts):
    """Parts of a page, one line below the other: kind of element, and its lines or (line, size)."""
    y, out = 380, []
    for kind, *lines in parts:
        shown = ""
        for line in lines:
            words, size = line if isinstance(line, tuple) else (line, 10)
            shown += text(words, size=size, at=(40, y))
            y -= 13
        out.append((kind, shown))
    return out


def _markdown(*parts, **options):
    return convert(tagged(*_page(*parts), **options)).markdown


BODY = ("P", LONG, "closed behind the last of us.")
SAME_SIZE = [("H1", "Of hens"), BODY, ("H2", "Of geese"), BODY, ("Headline", "Of ducks"), BODY]


def _headings(markdown):
    return [line for line in markdown.splitlines() if line.startswith("#")]


# ---------------------------------------------------------------- headings


def test_headings_in_the_type_of_the_text():
    assert _headings(_markdown(*SAME_SIZE)) == ["# Of hens", "## Of geese", "## Of ducks"]


def test_tags_that_the_file_does_not_vouch_for_are_not_read():
    assert _headings(_markdown(*SAME_SIZE, marked="false")) == []


def test_the_ledger_says_why():
    edits = convert(tagged(*_page(*SAME_SIZE))).document.edits
    found = [(e.rule, e.why) for e in edits if e.stage == "find_headings"]
    assert found == [("tags", f"heading of depth {depth}") for depth in (1, 2, 2)]


def test_levels_do_not_jump():
    got = _markdown(("H1", "Of hens"), BODY, ("H4", "Of geese"), BODY)
    assert _headings(got) == ["# Of hens", "## Of geese"]


def test_a_larger_line_without_a_tag_of_its_own_is_a_title():
    got = _markdown(("P", ("All about poultry", 20)), ("H1", "Of hens"), BODY, BODY)
    assert _headings(got) == ["# All about poultry", "## Of hens"]


# pdfplumber loses the marks of what stands behind a ligature of Chromium, which is tagged itself.
@pytest.mark.parametrize("name", ["tagged-libreoffice", "tagged-weasyprint"])
def test_tags_tell_the_same_of_the_glyphs_of_pdfplumber(name):
    path = PAGES / f"{name}.pdf"
    assert convert(path, reader=reader(source="pdfplumber")).markdown == convert(path).markdown


def test_links_and_outlines_are_those_of_pdfium_whoever_reads_the_glyphs():
    for name in ("links-and-emphasis", "stated-outline"):
        path = SAMPLES / f"{name}.pdf"
        assert convert(path, reader=reader(source="pdfplumber")).markdown == convert(path).markdown


# ---------------------------------------------------------------- paragraphs


def test_two_paragraphs_that_only_the_tags_part():
    parts = [("P", LONG + "."), ("P", LONG, "closed.")]
    assert _markdown(*parts).count("\n\n") == 1
    assert _markdown(*parts, marked="false").count("\n\n") == 0


def test_one_paragraph_with_an_early_line_end():
    parts = [("P", "The hens", "Gallus and", "Others are fed at six"), BODY]
    assert _markdown(*parts).startswith("The hens Gallus and Others are fed at six\n\n")


# ---------------------------------------------------------------- what is believed


def _lines(*rows):
    """Lines of one page: text, size, width, role with depth, and part."""
    out = []
    for words, size, width, role, part in rows:
        depth = int(role[1]) if role and role[0] == "h" else None
        name = "heading" if depth else {"p": "paragraph", "o": "other"}.get(role)
        stated = Stated(name, part, depth, "tags") if name else None
        out.append(TaggedLine(words, size, 0.0, width, stated))
    return {1: out}


def _parts(lines):
    return {stated.part for stated in believed(lines).values()}


def _prose(first_part, paragraphs=4, **changes):
    numbers = count(first_part)
    out = []
    for _ in range(paragraphs):
        part = next(numbers)
        rows = [(LONG, 10, 100, "p", part), ("closed behind the last.", 10, 40, "p", part)]
        out += [tuple(changes.get(str(i), v) for i, v in enumerate(row)) for row in rows]
    return out


def test_sound_tags_are_believed():
    lines = _lines(("Of hens", 12, 30, "h1", 0), *_prose(1))
    assert _parts(lines) == {0, 1, 2, 3, 4}


def test_tags_of_a_small_part_of_the_page_are_not():
    lines = _lines(("Of hens", 12, 30, "h1", 0), *_prose(1, **{"3": None}))
    assert _parts(lines) == set()


def test_a_heading_of_many_lines_is_none():
    long = [(LONG, 10, 100, "h1", 0)] * 6
    lines = _lines(*long, *_prose(1, 12))
    assert 0 not in _parts(lines)


def test_headings_in_small_type_are_none():
    lines = _lines(("Of hens", 7, 30, "h1", 0), *_prose(1))
    assert _parts(lines) == {1, 2, 3, 4}


def test_headings_that_are_most_of_the_text_are_none():
    lines = _lines(*((LONG, 10, 100, "h2", part) for part in range(9)), *_prose(20, 1))
    assert not _parts(lines) & set(range(9))


def test_a_paragraph_for_each_line_is_not_believed_but_headings_are():
    prose = [(*row[:4], part) for part, row in enumerate(_prose(1, 6), 1)]
    lines = _lines(("Of hens", 12, 30, "h1", 0), *prose)
    assert _parts(lines) == {0}


def test_one_paragraph_for_a_whole_page_is_not_believed():
    prose = [(*row[:4], 1) for row in _prose(1, 6)]
    lines = _lines(("Of hens", 12, 30, "h1", 0), *prose)
    assert _parts(lines) == {0}


@pytest.mark.parametrize("kind", ["Lbl", "TD", "Caption", "Nonsense"])
def test_other_elements_say_nothing_of_their_lines(kind):
    doc = read(tagged(*_page((kind, "One is here"), BODY)))
    first = next(line for line in doc.children if isinstance(line, Line))
    assert first.layout.stated is None


# ---------------------------------------------------------------- what is no part of the text

HEAD = (None, ("Of the Hens in Spring", 8))
TAGGED_BODY = [BODY, ("P", LONG, "closed."), BODY]


def _rules(*parts):
    edits = convert(tagged(*_page(*parts))).document.edits
    return [(e.rule, e.before) for e in edits if e.stage == "drop_furniture"]


def test_a_head_that_the_tree_leaves_out_goes():
    assert _rules(HEAD, *TAGGED_BODY) == [("artifact", "Of the Hens in Spring")]


def test_a_foot_tagged_as_artifact_goes():
    foot = ("Artifact", ("Printed for the street", 8))
    assert ("artifact", "Printed for the street") in _rules(*TAGGED_BODY, foot)


STAYS = {
    "in the middle": [BODY, (None, ("A stray line", 8)), BODY, BODY],
    "in large type": [(None, ("All about poultry", 20)), *TAGGED_BODY],
    "of many lines": [(None, *["A line of a short poem"] * 4), *TAGGED_BODY * 3],
    "with which a sentence goes on": [BODY, BODY, ("P", LONG), (None, "closed behind us")],
    "that is most of the page": [(None, LONG, LONG), ("P", "The end.")],
}


@pytest.mark.parametrize("case", STAYS)
def test_other_text_outside_the_tree_stays(case):
    assert "artifact" not in dict(_rules(*STAYS[case]))


def test_what_a_figure_shows_is_told_and_not_written():
    result = convert(PAGES / "tagged-chromium.pdf")
    (message,) = (m for m in result.document.messages if m.code == FIGURE_TEXT)
    assert (message.level, message.page) == ("info", 1)
    assert message.text.endswith("A pear tree in its third year")
    assert "third year" not in result.markdown
