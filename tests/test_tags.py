"""Tagged PDFs: headings and paragraphs as the file states them, where the page bears it out."""

from itertools import count

import pytest
from pdfs import tagged, text

from ingest import convert, read
from ingest.document import Line, Stated
from ingest.read.structure_tree import TaggedLine, believed

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


def test_pdfplumber_reads_no_tags():
    data = tagged(*_page(*SAME_SIZE))
    lines = read(data, source="pdfplumber").children
    assert not any(line.layout.stated for line in lines if isinstance(line, Line))


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
