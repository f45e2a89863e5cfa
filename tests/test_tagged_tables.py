"""Tables that a file tags: believed where the words stand as in a table."""

import pytest

from ingest.read.tables import Word
from ingest.read.tag_tree import TaggedCell, TaggedTable
from ingest.read.tagged_tables import find_tagged

LEFTS = (50, 150, 300)
PROSE = "it was a wet morning and nobody asked him what he did there"


def _page(*rows, header=True, extra=()):
    """Tags and words of a table: rows of cells, each a text or (text, left, line it begins on).

    Lines of a cell are parted by `|`; `None` is a cell that the page has no text of.
    """
    marked, tagged, mark = {}, [], 0
    for at, row in enumerate(rows):
        cells = []
        for column, cell in enumerate(row):
            if cell is None:
                continue
            text, left, line = cell if isinstance(cell, tuple) else (cell, LEFTS[column], at)
            cells.append(TaggedCell(header and at == 0, {mark}))
            marked[mark] = [
                _word(word, left + 20 * n, 100 + 14 * (line + down))
                for down, part in enumerate(text.split("|"))
                for n, word in enumerate(part.split())
            ]
            mark += 1
        tagged.append(cells)
    marked[-1] = [_word(*word) for word in extra]
    return [TaggedTable(tagged)], marked


def _word(text, left, top):
    return Word(text, left, top, left + 18, top + 10, 10.0)


def _texts(*rows, **more):
    return [[[c.text for c in row] for row in g.rows] for g in find_tagged(*_page(*rows, **more))]


HEAD = ("Tool", "Use", "Note")
FOUND = {
    "plain": [HEAD, ("Saw", "cuts", "new"), ("Rope", "holds", "old")],
    "an empty cell": [HEAD, ("Saw", "", "new"), ("Rope", "holds", "old")],
    "a row of one cell": [HEAD, ("Saw", "cuts", "new"), ("", "", "old")],
}


@pytest.mark.parametrize("case", FOUND)
def test_a_table_that_the_page_bears_out(case):
    rows = FOUND[case]
    tagged = [[cell or None for cell in row] for row in rows]
    assert _texts(*tagged) == [[list(row) for row in rows]]


def test_lines_of_a_cell_and_rows_that_begin_together():
    (grid,) = _texts(
        HEAD,
        ("Saw", "cuts|dead|wood", "new"),
        (("Rope", 50, 4), ("holds", 150, 4), ("old", 300, 4)),
    )
    assert grid[1] == ["Saw", "cuts dead wood", "new"]


def test_a_cell_that_spans_columns_stands_in_the_first():
    (grid,) = _texts(HEAD, ("Saw", "cuts", "new"), (("none of it is here " * 2, 50, 2),))
    assert grid[2] == ["none of it is here none of it is here", "", ""]


def test_a_cell_that_spans_rows_stands_in_the_first():
    rows = (HEAD, (("Saw", 50, 1.5), "cuts", "new"), (None, "saws", "old"))
    assert _texts(*rows) == [[list(HEAD), ["Saw", "cuts", "new"], ["", "saws", "old"]]]


LEFT_ALONE = {
    "one row": [HEAD],
    "one column": [("Tool",), ("Saw",), ("Rope",)],
    "rows in a wrong order": [HEAD, (("Saw", 50, 2), ("cuts", 150, 2)), ("Rope", "holds")],
    "cells in a wrong order": [HEAD, ("Saw", "cuts", "new"), (("a", 300, 2), ("b", 50, 2))],
    "columns that overlap": [HEAD, (("Saw", 50, 1), ("cuts", 58, 1), ("new", 300, 1))],
    "mostly empty": [HEAD, *[(("Saw", 50, n),) for n in range(1, 9)]],
    "long cells": [("A", "B"), ("|".join("ab" * 12), "|".join("cd" * 12))],
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_tags_that_the_page_does_not_bear_out(case):
    assert _texts(*LEFT_ALONE[case]) == []


def test_columns_of_prose_without_a_header_are_no_table():
    rows = [(PROSE, (PROSE, 800, n)) for n in range(5)]
    assert _texts(*rows, header=False) == []
    assert len(_texts(*rows)) == 1


def test_a_table_with_other_words_between_its_cells_is_none():
    rows = [HEAD, ("Saw", "cuts", "new"), ("Rope", "holds", "old")]
    assert _texts(*rows, extra=[("stray", 220, 114)]) == []
    assert len(_texts(*rows, extra=[("stray", 220, 300)])) == 1
