"""Tables that a file tags, where the words on the page stand as in a table.

Tags say which words are a cell and which cells are a row. Columns are seen on the page: few
producers say how far a cell spans, and empty cells are in no tree.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.read.tables import Cell, Grid
from ingest.read.tables.columns import box_of, text_lines
from ingest.read.tables.doubts import doubt_about
from ingest.read.tables.lines import is_bold_header
from ingest.read.tables.model import EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.document import BBox
    from ingest.read.tables import Word
    from ingest.read.tag_tree import TaggedTable

# A table has so many rows and columns, and text in this share of its cells; the same as one whose
# lines are drawn.
MIN_ROWS, MIN_COLUMNS, FILLED_SHARE = 2, 2, 0.5
# Pages that are laid out by tables have cells of more lines, half of them at least.
MAX_LINES = 8
# Rows and columns overlap by less than this; em. Lines of text overlap by that where they are set
# close.
OVERLAP = 0.4

_Row = list[tuple["Word", ...]]  # the words of each cell that has some
_Column = tuple[float, float]  # left and right edge, points


def find_tagged(tables: Iterable[TaggedTable], marked: Mapping[int, Sequence[Word]]) -> list[Grid]:
    """The tables of a page that its tags state and its words bear out.

    Args:
        tables: Those in its structure tree.
        marked: The words of each marked content.
    """
    grids = [_grid(table, marked) for table in tables]
    everywhere = [word for words in marked.values() for word in words]
    return [grid for grid in grids if grid and _is_alone(grid, everywhere)]


def _grid(table: TaggedTable, marked: Mapping[int, Sequence[Word]]) -> Grid | None:
    rows: list[_Row] = []
    headers: list[bool] = []
    for row in table.rows:
        found = [(cell, _words(cell.marks, marked)) for cell in row]
        filled = [(cell, words) for cell, words in found if words]
        if filled:
            rows.append([words for _, words in filled])
            headers.append(all(cell.is_header for cell, _ in filled))
    columns = _columns(rows)
    if len(rows) < MIN_ROWS or len(columns) < MIN_COLUMNS or not _are_below(rows):
        return None
    placed = [_placed(row, columns) for row in rows]
    if None in placed:
        return None
    cells = tuple(tuple(row) for row in placed if row)
    box = box_of([word for row in rows for words in row for word in words])
    headed = headers[0] or is_bold_header(cells)
    grid = Grid(box, tuple(columns), cells, "tagged", is_headed=headed)
    return grid if _looks_like_data(grid, is_headed=any(headers)) else None


def _words(marks: Iterable[int], marked: Mapping[int, Sequence[Word]]) -> tuple[Word, ...]:
    return tuple(word for mark in sorted(marks) for word in marked.get(mark, ()))


def _columns(rows: Sequence[_Row]) -> list[_Column]:
    """Left and right edge of each column, by the rows that have the most cells; none if unclear."""
    most = max(map(len, rows), default=0)
    boxes = [[box_of(words) for words in row] for row in rows if len(row) == most]
    columns = [
        (min(box.left for box in column), max(box.right for box in column))
        for column in zip(*boxes, strict=True)
    ]
    room = OVERLAP * rows[0][0][0].size if rows else 0.0
    is_clear = all(a[1] <= b[0] + room for a, b in pairwise(columns))
    return columns if is_clear else []


def _are_below(rows: Sequence[_Row]) -> bool:
    """Does each row begin below the first lines of the row above?

    A cell that spans rows may reach further down, or stand in the middle of those.
    """
    tops = [min(box_of(words).top for words in row) for row in rows]
    lows = [min(box_of(words).bottom for words in row) for row in rows]
    room = OVERLAP * rows[0][0][0].size
    return all(top >= low - room for low, top in zip(lows, tops[1:], strict=False))


def _placed(row: _Row, columns: Sequence[_Column]) -> list[Cell] | None:
    """The cells of a row in their columns; None if two stand in one, or in a wrong order."""
    out = [EMPTY] * len(columns)
    last = -1
    for words in row:
        box = box_of(words)
        at = max(range(len(columns)), key=lambda i: _nearness(box, columns[i]))
        if len(row) < len(columns):
            # One that spans several stands in the first of them.
            at = next((i for i in range(at) if _nearness(box, columns[i]) > 0), at)
        if at <= last:
            return None
        last = at
        lines = tuple(tuple(line.words) for line in text_lines(words))
        out[at] = Cell(lines)
    return out


def _nearness(box: BBox, column: _Column) -> float:
    """How much of a column a box covers, in points; below 0 how far it stands off."""
    return min(box.right, column[1]) - max(box.left, column[0])


def _looks_like_data(grid: Grid, *, is_headed: bool) -> bool:
    """Is it a table of data, and not what lays out a page?"""
    filled = [cell for row in grid.rows for cell in row if cell.lines]
    if len(filled) < FILLED_SHARE * len(grid.rows) * len(grid.columns):
        return False
    if median(len(cell.lines) for cell in filled) > MAX_LINES:
        return False
    return is_headed or doubt_about(grid) is None


def _is_alone(grid: Grid, words: Iterable[Word]) -> bool:
    """Does nothing else stand between the cells?"""
    mine = set(map(id, grid.words))
    box = grid.box
    return not any(
        box.left < word.center < box.right and box.top < word.middle < box.bottom
        for word in words
        if id(word) not in mine
    )


def by_mark(words: Iterable[tuple[Word, int | None]]) -> dict[int, list[Word]]:
    """Words by the number of their marked content; what has none stands under -1."""
    out: dict[int, list[Word]] = defaultdict(list)
    for word, mark in words:
        out[-1 if mark is None else mark].append(word)
    return out
