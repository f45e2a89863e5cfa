"""Tables on pages: pictures of pages in, rows of cells out; then their parts put together.

A picture is a page in letters: a word is a word, a row of `-` a horizontal line, `|` a piece of a
vertical one. Bold words stand between `*`, words of a typewriter between `_`.
"""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ingest
from ingest.document import (
    BBox,
    Break,
    Document,
    Line,
    PageBreak,
    Span,
    Table,
    TableCell,
    TableLayout,
    TableRow,
    Text,
    inline_text,
)
from ingest.read import page_tables
from ingest.read.tables import Ruling, Word, find_tables
from ingest.stages import build_tables
from ingest.verify import check_document

SAMPLES = Path(__file__).parents[1] / "samples"
SIZE, WIDTH, PITCH = 10.0, 4.5, 12.0  # points: font size, width of a letter, from line to line
MARGIN = 50.0
PAGE = BBox(0, 0, 600, 800)


def _read(picture):
    """The words and lines of a picture; rows of `-` stand half way between two lines of text."""
    words, rulings = [], []
    top = MARGIN
    for line in picture.strip("\n").split("\n"):
        if set(line.strip()) == {"-"}:
            for m in re.finditer(r"-+", line):
                left, right = MARGIN + m.start() * WIDTH, MARGIN + m.end() * WIDTH
                rulings.append(Ruling(left, top - 1, right, top - 1))
            continue
        for m in re.finditer(r"[^\s|]+|\|", line):
            left = MARGIN + m.start() * WIDTH
            if m.group() == "|":
                rulings.append(Ruling(left + 2, top - 1, left + 2, top + PITCH - 1))
                continue
            words.append(_word(m.group(), left, MARGIN + m.end() * WIDTH, top))
        top += PITCH
    return words, rulings


def _word(text, left, right, top):
    style = {"bold": text[0] == "*", "monospace": text[0] == "_"}
    return Word(text.strip("*_"), left, top, right, top + SIZE, SIZE, **style)


def _rows(grid):
    return [[cell.text for cell in row] for row in grid.rows]


def _find(picture):
    return [_rows(grid) for grid in find_tables(*_read(picture), PAGE)]


TABLES = {
    "ruled": (
        """
-------------------
| Tree | Height   |
-------------------
| Oak  | 40 m     |
-------------------
""",
        [["Tree", "Height"], ["Oak", "40 m"]],
    ),
    "ruled, cells of several lines": (
        """
---------------------------
| Tree     | Where it     |
|          | grows        |
---------------------------
| Oak      | everywhere,  |
| (common) | even here    |
---------------------------
""",
        [["Tree", "Where it grows"], ["Oak (common)", "everywhere, even here"]],
    ),
    "ruled, open at the sides": (
        """
 Tree |  Height
-----------------
 Oak  |  40 m
 Elm  |  35 m
 Ash  |  38 m
""",
        [["Tree", "Height"], ["Oak", "40 m"], ["Elm", "35 m"], ["Ash", "38 m"]],
    ),
    "ruled, empty cells": (
        """
--------------------
| Tree |     | m   |
--------------------
| Oak  | yes |     |
--------------------
| Elm  |     | 35  |
--------------------
""",
        [["Tree", "", "m"], ["Oak", "yes", ""], ["Elm", "", "35"]],
    ),
    "half-ruled": (
        """
------------------------
Tree    Height    Age
------------------------
Oak      40 m     800
Elm      35 m     300
------------------------
""",
        [["Tree", "Height", "Age"], ["Oak", "40 m", "800"], ["Elm", "35 m", "300"]],
    ),
    "half-ruled, words that go on": (
        """
----------------------------------
Tree    What is to be said
----------------------------------
Oak     Grows for a long time and
        is cut late
Elm     Is often ill
----------------------------------
""",
        [
            ["Tree", "What is to be said"],
            ["Oak", "Grows for a long time and is cut late"],
            ["Elm", "Is often ill"],
        ],
    ),
    "half-ruled, a line below each row": (
        """
-----------------------
Tree      Wood
-----------------------
Oak       hard and
common    brown
-----------------------
Elm       tough
-----------------------
""",
        [["Tree", "Wood"], ["Oak common", "hard and brown"], ["Elm", "tough"]],
    ),
    "unruled with figures": (
        """
Tree       Height     Age
Oak          40       800
Elm          35       300
Ash          38       250
""",
        [
            ["Tree", "Height", "Age"],
            ["Oak", "40", "800"],
            ["Elm", "35", "300"],
            ["Ash", "38", "250"],
        ],
    ),
    "unruled with a bold header": (
        """
*Tree*       *Wood*       *Use*
Oak        hard       beams
Elm        tough      wheels
""",
        [["Tree", "Wood", "Use"], ["Oak", "hard", "beams"], ["Elm", "tough", "wheels"]],
    ),
    "unruled below a caption": (
        """
Table 3. Trees
Tree        Wood       Use
Oak         hard       beams
Elm         tough      wheels
""",
        [["Tree", "Wood", "Use"], ["Oak", "hard", "beams"], ["Elm", "tough", "wheels"]],
    ),
    "unruled, headings over two columns": (
        """
              *Height*              *Age*
*Tree*      *from*    *to*      *from*    *to*
Oak           20      40          90     800
Elm           15      35          60     300
Ash           18      38          50     250
""",
        [
            ["", "Height", "", "Age", ""],
            ["Tree", "from", "to", "from", "to"],
            ["Oak", "20", "40", "90", "800"],
            ["Elm", "15", "35", "60", "300"],
            ["Ash", "18", "38", "50", "250"],
        ],
    ),
}

NO_TABLES = {
    "running text": """
The oak grows for a long time and is cut
late, when its wood is wanted for beams.
The elm is often ill, and so is the ash,
but nobody knows for how long this will
go on.
""",
    "two columns of text": """
The oak grows for a long time and is      What came after is known to all who
cut late, when its wood is wanted for     live here, and need not be told once
beams. The elm is often ill, and so is    more. The trees were gone, the roads
the ash, but nobody knows for how long    were wide, and there was nobody who
this will go on, nor what comes after.    missed them until the summer came.
""",
    "a list with hanging markers": """
1.    Dig a hole
2.    Put the tree in
3.    Water it well
4.    Wait for years
""",
    "bullets": """
•    Oak
•    Elm
•    Ash
•    Yew
""",
    "contents with dots": """
1   Planting .............   3
2   Watering .............  12
3   Cutting ..............  20
4   Selling ..............  31
""",
    "contents without dots": """
1    Planting trees         3
2    Watering them         12
3    Cutting and sawing    20
4    Selling               31
""",
    "a form": """
Name:       Agnes
Street:     Mill Lane
Town:       Upper Willow
Trees:      14
""",
    "a letter head": """
Agnes Miller                 Upper Willow
Mill Lane 4                  3 May
Upper Willow                 Your letter
""",
    "equations": """
a = b + c          (1)
d = e + f          (2)
g = h + i          (3)
j = k + l          (4)
""",
    "a listing": """
_mov_     _eax_,     _1_
_add_     _eax_,     _2_
_sub_     _ebx_,     _3_
_ret_     _now_,     _4_
""",
    "a glossary": """
oak       a tree with hard wood
elm       a tree that is often ill
ash       a tree for handles
yew       a tree in churchyards
""",
    "an index in two columns": """
acorns, 4            oak, 12, 14
ash, 7               rings, 22
bark, 9              saws, 30
elm, 3               yew, 41
""",
    "references": """
[1]    A. Miller. On oaks. 1901.
[2]    B. Smith. On elms. 1910.
[3]    C. Jones. On yews. 1920.
""",
    "a matrix": """
1    0    0
0    1    0
0    0    1
""",
    "a frame around text": """
---------------------------
|  Mind the branches of   |
|  the old oak in winter. |
---------------------------
""",
    "text between lines": """
---------------------------------
The oak grows for a long time and
is cut late.
---------------------------------
The elm is often ill.
---------------------------------
""",
    "boxed words": """
 -------
 | oak |  and then it says
 -------
 | elm |
 -------
""",
}


@pytest.mark.parametrize("name", TABLES)
def test_table(name):
    picture, rows = TABLES[name]
    assert _find(picture) == [rows]


@pytest.mark.parametrize("name", NO_TABLES)
def test_no_table(name):
    assert _find(NO_TABLES[name]) == []


def test_text_around_a_table_is_left_out():
    around = (
        "The oak grows for a long time and is cut late, when\nits wood is wanted for beams.\n\n"
    )
    picture, rows = TABLES["unruled with figures"]
    assert _find(f"{around}{picture}\n\n{around}") == [rows]


def test_two_tables_of_one_width_are_two():
    picture, rows = TABLES["half-ruled"]
    text = "\nThe oak grows for a long time and is cut late, when it\n"
    assert _find(f"{picture}{text}{picture}") == [rows, rows]


words = st.text("abcdefgh", min_size=1, max_size=6)
grids = st.integers(2, 4).flatmap(
    lambda n: st.lists(st.lists(words, min_size=n, max_size=n), min_size=2, max_size=6)
)


@given(grids)
def test_a_drawn_grid_is_found_as_it_is(rows):
    width = 8
    rule = "-" * (len(rows[0]) * width + 1)
    lines = ["".join(f"| {cell:<{width - 2}}" for cell in row) + "|" for row in rows]
    picture = "\n".join(
        part for line in (rule, *lines) for part in ((line, rule) if "|" in line else (line,))
    )
    assert _find(picture) == [rows]


@given(st.lists(st.tuples(words, st.integers(0, 80), st.integers(0, 30)), max_size=60))
def test_no_word_is_in_two_cells_and_none_is_made_up(placed):
    page = [_word(t, MARGIN + x * 5, MARGIN + x * 5 + 20, MARGIN + y * PITCH) for t, x, y in placed]
    found = [id(word) for grid in find_tables(page, (), PAGE) for word in grid.words]
    assert len(found) == len(set(found))
    assert set(found) <= {id(word) for word in page}


def test_a_page_without_aligned_text_is_not_searched(monkeypatch):
    calls = []

    def spy(*arguments):
        calls.append(arguments)
        return []

    monkeypatch.setattr(page_tables, "find_tables", spy)
    ingest.read(SAMPLES / "one-column.pdf")
    assert not calls
    ingest.read(SAMPLES / "seed-tables.pdf")
    assert calls


# ---------------------------------------------------------------- parts put together

COLUMNS = ((50.0, 90.0), (100.0, 150.0))


class _Builder:
    """Makes a document as a reader does: cells, lines and page breaks, one below the other."""

    def __init__(self):
        self.source, self.children = "", []

    def table(self, rows, *, columns=COLUMNS, headed=True):
        made = tuple(TableRow(tuple(map(self._cell, row))) for row in rows)
        self.children.append(Table(made, (), TableLayout(1, columns, headed)))
        return self

    def line(self, text):
        self.children.append(Line(text, self._place(text)))
        return self

    def page_break(self):
        self.children.append(PageBreak())
        self.source += "\f"
        return self

    def build(self):
        return Document(self.source, tuple(self.children))

    def _cell(self, text):
        parts = [part for line in text.split("\n") for part in (Break(), Text(line))][1:]
        return TableCell(tuple(parts) if text else (), self._place(text))

    def _place(self, text):
        start = len(self.source)
        self.source += text + "\n"
        return Span(start, start + len(text))


def _tables(doc):
    return [
        [[inline_text(cell.children) for cell in row.children] for row in node.children]
        for node in doc.children
        if isinstance(node, Table)
    ]


def _built(doc):
    after = build_tables(doc)
    check_document(after)
    assert build_tables(after).children is after.children
    return after


HEAD, ONE, TWO = ["Tree", "Age"], ["Oak", "800"], ["Elm", "300"]


@pytest.mark.parametrize(
    ("text", "after", "rules"),
    [
        ("hard and\nbrown", "hard and brown", ["unwrap"]),
        ("hard,\nbrown and\nheavy", "hard, brown and heavy", ["unwrap", "unwrap"]),
        ("the for-\nest", "the forest", ["soft-hyphen"]),
        ("oak-\nElm", "oak-Elm", ["hard-hyphen"]),
        ("kg/\nm³", "kg/m³", ["unwrap"]),
        ("hard", "hard", []),
        ("", "", []),
    ],
)
def test_lines_of_a_cell(text, after, rules):
    doc = _built(_Builder().table([HEAD, ["Oak", text]]).build())
    assert _tables(doc) == [[HEAD, ["Oak", after]]]
    assert [edit.rule for edit in doc.edits] == rules


def test_a_table_goes_on_over_a_page_and_drops_its_second_header():
    doc = _Builder().table([HEAD, ONE]).page_break().table([HEAD, TWO], columns=COLUMNS).build()
    doc = _built(doc)
    assert _tables(doc) == [[HEAD, ONE, TWO]]
    assert [(e.rule, e.before, e.after) for e in doc.edits] == [
        ("repeated-header", "Tree", ""),
        ("repeated-header", "Age", ""),
    ]


def test_a_table_goes_on_over_three_pages():
    doc = _Builder().table([HEAD, ONE])
    for _ in range(2):
        doc = doc.page_break().table([HEAD, TWO])
    assert _tables(_built(doc.build())) == [[HEAD, ONE, TWO, TWO]]


def test_a_table_goes_on_without_a_header():
    doc = _Builder().table([HEAD, ONE]).page_break().table([TWO, ONE], headed=False).build()
    doc = _built(doc)
    assert _tables(doc) == [[HEAD, ONE, TWO, ONE]]
    assert not doc.edits


@pytest.mark.parametrize(
    "note",
    [
        "Table 3 (continued)",
        "Table 3. Trees – continued from previous page",
        "Continued on next page",
        "Tabelle 3: Bäume (Fortsetzung)",
        "Tableau 3 (suite)",
    ],
)
def test_a_note_between_the_parts_goes(note):
    doc = _Builder().table([HEAD, ONE]).page_break().line(note).table([HEAD, TWO]).build()
    doc = _built(doc)
    assert _tables(doc) == [[HEAD, ONE, TWO]]
    assert [e.before for e in doc.edits if e.rule == "continued-note"] == [note]


SHIFTED = tuple((left + 20, right + 20) for left, right in COLUMNS)
WIDER = ((50.0, 120.0), (180.0, 260.0))


@pytest.mark.parametrize(
    ("between", "second", "columns", "headed"),
    [
        ("Another table follows.", HEAD, COLUMNS, True),
        ("Table 4. More trees", HEAD, COLUMNS, True),
        (None, ["Shrub", "Age"], COLUMNS, True),
        (None, ONE, WIDER, False),
        (None, ["Oak", "800", "x"], (*COLUMNS, (160.0, 170.0)), False),
    ],
    ids=["text between", "caption between", "another header", "other places", "more columns"],
)
def test_two_tables_stay_two(between, second, columns, headed):
    doc = _Builder().table([HEAD, ONE]).page_break()
    if between:
        doc = doc.line(between)
    doc = doc.table([second, second], columns=columns, headed=headed).build()
    assert build_tables(doc) is doc


def test_parts_on_one_page_stay_two():
    doc = _Builder().table([HEAD, ONE]).table([HEAD, TWO]).build()
    assert build_tables(doc) is doc


def test_a_shifted_part_goes_on():
    doc = _Builder().table([HEAD, ONE]).page_break().table([HEAD, TWO], columns=SHIFTED).build()
    assert _tables(_built(doc)) == [[HEAD, ONE, TWO]]


def test_a_table_of_markdown_is_left_alone():
    markdown = "| a | b |\n| --- | --- |\n| c<br>d | e- f |\n"
    result = ingest.convert(markdown.encode(), name="a.md")
    assert result.markdown == markdown
    assert not result.document.edits


# ---------------------------------------------------------------- whole files


def test_words_of_a_cell_are_repaired_without_joining_cells():
    doc = _Builder().table([["Tree", "Note"], ["Oak", "grows ﬁne"], ["Elm", "is ill"]]).build()
    result = ingest.run(doc)
    assert _tables(result) == [[["Tree", "Note"], ["Oak", "grows fine"], ["Elm", "is ill"]]]


def test_the_long_sample_is_one_table_in_order():
    doc = ingest.convert(SAMPLES / "seed-tables.pdf").document
    short, long = _tables(doc)
    weeks = [int(row[0]) for row in long[1:]]
    assert len(short) == 7
    assert all(a < b for a, b in pairwise(weeks))
    assert {e.before for e in doc.edits if e.rule == "repeated-header"} == set(long[0])
