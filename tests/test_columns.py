"""Text laid out in two columns is read one column after the other; all else is left alone."""

import pytest
from hypothesis import given
from strategies import documents

from ingest import convert, read
from ingest.document import Line
from ingest.read.columns import find_gutter, unfold_columns

LEFT = """\
The orchard in the street
began with a single pear
tree that nobody wanted,
so a neighbour dug a hole
in the verge, and watered
it for one dry summer, and
it stood the next winter.
""".splitlines()
RIGHT = """\
The council asked for a
plan, and got a drawing on
the back of an envelope. It
was framed, and it hangs in
the town hall to this day.
No other plan was made, and
none was ever asked for.
""".splitlines()
TITLE = "The Street Orchard: what became of one pear tree in ten years"


def _beside(left, right, width=34):
    return [f"{a:{width}}{b}".rstrip() for a, b in zip(left, right, strict=True)]


def _text(*lines):
    return "\n".join(lines) + "\n"


def _lines(text):
    return [node.value for node in read(text.encode()).children if isinstance(node, Line)]


def _ink(text):
    return sorted("".join(text.split()))


TWO = _text(*_beside(LEFT, RIGHT))
TITLED = _text(TITLE, "", *_beside(LEFT, RIGHT))


def test_the_right_column_comes_after_the_left():
    assert _lines(TWO) == [*LEFT, *RIGHT]
    assert unfold_columns(TWO).pages == (1,)


def test_a_title_over_both_columns_stays_above_them():
    assert _lines(TITLED) == [TITLE, *LEFT, *RIGHT]


def test_a_heading_over_both_columns_in_the_middle_parts_them():
    text = _text(
        *_beside(LEFT[:4], RIGHT[:4]), "", TITLE, "", *_beside(LEFT[4:] + LEFT, RIGHT[4:] + RIGHT)
    )
    assert _lines(text) == [*LEFT[:4], *RIGHT[:4], TITLE, *LEFT[4:], *LEFT, *RIGHT[4:], *RIGHT]


@pytest.mark.parametrize("longer", ["left", "right"])
def test_columns_of_unequal_length(longer):
    if longer == "left":
        left, right = [*LEFT, *LEFT], [*RIGHT, *[""] * 7]
    else:
        left, right = [*LEFT, *[""] * 7], [*RIGHT, *RIGHT]
    assert _lines(_text(*_beside(left, right))) == [*filter(None, left), *filter(None, right)]


def test_blank_lines_between_paragraphs_of_a_column_are_kept():
    left, right = [*LEFT[:3], "", *LEFT[3:]], [*RIGHT, ""]
    doc = read(_text(*_beside(left, right)).encode())
    assert [n.layout.blank_before for n in doc.children] == [0, 0, 0, 1, *[0] * 10]


def test_the_paragraphs_of_two_columns():
    assert convert(TITLED.encode()).markdown == (
        f"# {TITLE}\n\n{' '.join(LEFT)}\n\n{' '.join(RIGHT)}\n"
    )


def test_each_page_has_its_own_columns():
    one = _text(*LEFT)
    text = f"{TWO}\f{one}\f{_text(*_beside(RIGHT, LEFT, 30))}"
    assert _lines(text) == [*LEFT, *RIGHT, *LEFT, *RIGHT, *LEFT]
    doc = read(text.encode())
    assert [n.layout.page for n in doc.children if isinstance(n, Line)] == [
        *[1] * 14,
        *[2] * 7,
        *[3] * 14,
    ]
    assert [m.text for m in doc.messages][1:] == ["two columns, read one after the other: 1, 3"]


JUSTIFIED = _text(
    *_beside(
        [
            "The  orchard  in the street",
            "began   with  a single pear",
            "tree that    nobody wanted,",
            "so a    neighbour dug one hole",
            "in   the verge, and watered",
            "it for   one dry summer, and",
            "it stood the    next winter.",
        ],
        [
            "The   council asked for a new",
            "plan,   and got a drawing on",
            "the back of an    envelope, it",
            "was framed,  and it   hangs in",
            "the town   hall to this day",
            "No other plan was    made, and",
            "none  was ever   asked for.",
        ],
    )
)


def test_wide_gaps_inside_justified_columns_are_no_third_column():
    lines = [line.split() for line in _lines(JUSTIFIED)]
    assert [line[0] for line in lines[:7]] == ["The", "began", "tree", "so", "in", "it", "it"]
    assert [line[0] for line in lines[7:]] == ["The", "plan,", "the", "was", "the", "No", "none"]


def test_a_line_may_reach_into_the_gutter():
    reaching = "so a neighbour dug a big hole"
    text = _text(
        *_beside(LEFT, RIGHT, 30), f"{reaching}    and no other", *_beside(LEFT, RIGHT, 30)
    )
    assert _lines(text) == [*LEFT, reaching, *LEFT, *RIGHT, "and no other", *RIGHT]


def test_a_line_may_begin_a_little_before_its_column():
    full = ["a row that nearly fills its lines"[:32]] * 3
    early = " " * 33 + "one that begins early"
    text = _text(*_beside(LEFT + full, RIGHT + RIGHT[:3]), early, *_beside(LEFT, RIGHT))
    assert _lines(text) == [*LEFT, *full, *LEFT, *RIGHT, *RIGHT[:3], early.strip(), *RIGHT]


def test_the_second_reading_finds_no_columns():
    once = unfold_columns(TITLED).text
    assert unfold_columns(once) == (once, ())


LEFT_ALONE = {
    "one column": _text(*LEFT, "", *RIGHT),
    "a text that is justified with wide gaps": _text(
        "The orchard   in the street   began with    a single pear",
        "tree  that   nobody wanted   at all.  A    neighbour dug a",
        "hole   in the   verge and  watered    it for the whole dry",
        "summer,   and it   stood    the winter.   The  council asked",
        "for   a plan,  and   got a    drawing on   the back of  an",
        "envelope.   It was    framed, and it    hangs in   the hall.",
    ),
    "two wide gaps only": _text(
        TITLE, *LEFT, "a word    and another one", "some    more of it", TITLE
    ),
    "a table of contents": _text(
        "Preface                                             1",
        "How the orchard began, and who paid for it          3",
        "What the council asked                             12",
        "Watering in a dry summer                           25",
        "Picking and sharing                                31",
        "What comes next                                    40",
    ),
    "a right-hand date": _text(f"{'To the council':50}1 May", "", TITLE, "", *LEFT),
    "an indented quotation": _text(*LEFT, *(f"{'':30}{line}" for line in RIGHT)),
    "code": _text(*(f"name_{n} = {n}{'':20}# what it is" for n in range(2))),
}


@pytest.mark.parametrize("text", list(LEFT_ALONE.values()), ids=list(LEFT_ALONE))
def test_other_texts_are_left_alone(text):
    assert unfold_columns(text) == (text, ())
    assert find_gutter(text.splitlines()) is None


TABLES = {
    "short cells": _text(
        f"{'Tree':20}{'Year':12}Price",
        f"{'Pear':20}{'2011':12}12",
        f"{'Apple':20}{'2012':12}9",
        f"{'Quince':20}{'2012':12}14",
        f"{'Medlar':20}{'2015':12}17",
        f"{'Plum':20}{'2016':12}8",
    ),
    "two columns of cells": _text(
        f"{'Tree':28}Year",
        f"{'Pear':28}2011",
        f"{'Apple':28}2012",
        f"{'Quince':28}2012",
        f"{'Medlar':28}2015",
        f"{'Plum':28}2016",
    ),
    "names and what they mean": _text(
        f"{'--output':24}where to write",
        f"{'--quiet':24}say nothing",
        f"{'--check':24}write nothing",
        f"{'--diff':24}show changes",
        f"{'--edits':24}write a ledger",
    ),
}


@pytest.mark.parametrize("text", list(TABLES.values()), ids=list(TABLES))
def test_the_rows_of_a_table_are_left_alone(text):
    assert unfold_columns(text) == (text, ())


@pytest.mark.parametrize("width", [26, 28, 31, 40, 60])
def test_any_width_of_the_gutter(width):
    text = _text(*_beside(LEFT, RIGHT, max(width, 29)))
    assert _lines(text) == [*LEFT, *RIGHT]


@given(documents, documents)
def test_no_character_is_lost(left, right):
    ends = max(left.count("\n"), right.count("\n")) + 1
    rows = [(left.split("\n") + [""] * ends)[:ends], (right.split("\n") + [""] * ends)[:ends]]
    text = _text(*_beside(*rows, 60))
    unfolded = unfold_columns(text)
    assert _ink(unfolded.text) == _ink(text)
    assert unfolded.text.count("\f") == text.count("\f")
