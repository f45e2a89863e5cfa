"""Tables with drawn lines on all sides of their cells, found by pdfplumber's table finder.

Its functions work on lines alone, so they serve whoever read the page.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

from ingest.document import BBox
from ingest.read.tables.columns import Strip, text_lines
from ingest.read.tables.lines import (
    LineCells,
    build_rows,
    is_bold_header,
    is_figure,
    is_full,
)
from ingest.read.tables.model import EMPTY, Cell, Grid, Ruling, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Lines this close, in points, are one line: pdfplumber's own defaults.
SNAP, MEET = 3.0, 3.0
# A page with more points where lines meet holds a drawing. The finder takes time with their square.
MAX_MEETINGS = 2000
# A table has so many rows and columns, this share of its cells filled at least, and this share of
# the words inside it in its cells without crossing a line.
MIN_ROWS, MIN_COLUMNS = 2, 2
FILLED_SHARE, INSIDE_SHARE = 0.5, 0.9
# This share of its cells spans no others, and the cells cover this share of its box.
PLAIN_SHARE, COVERED_SHARE = 0.5, 0.9
# Usually so many lines in a cell at most; frames with more hold pages or columns.
MAX_LINES = 8
# A row or column narrower than this (points) is the space between the parts of a double line.
DOUBLE = 4.5

Edge = dict[str, Any]


def merge_rulings(rulings: Iterable[Ruling]) -> list[Ruling]:
    """Put together the pieces of lines."""
    from pdfplumber.table import merge_edges

    edges = merge_edges([_edge(r) for r in rulings], SNAP, SNAP, SNAP, SNAP)
    return [Ruling(e["x0"], e["top"], e["x1"], e["bottom"]) for e in edges]


def _edge(ruling: Ruling) -> Edge:
    flat = ruling.is_horizontal
    left, top, right, bottom = ruling
    return {
        "x0": left,
        "x1": right if flat else left,
        "top": top,
        "bottom": top if flat else bottom,
        "width": right - left if flat else 0,
        "height": 0 if flat else bottom - top,
        "orientation": "h" if flat else "v",
        "object_type": "line",
    }


def find_ruled(words: Sequence[Word], rulings: Sequence[Ruling]) -> list[Grid]:
    """The tables whose cells are drawn.

    Args:
        words: The words of a page.
        rulings: Its lines, merged.
    """
    grids: list[Grid] = []
    for cluster in _clusters(rulings):
        for cells in _cells(_closed(cluster)):
            grid = _grid(cells, words)
            if grid is not None:
                grids.append(grid)
    return grids


def _clusters(rulings: Sequence[Ruling]) -> list[list[Ruling]]:
    """Lines that meet, directly or by others; those that meet none are left out."""
    flat = [r for r in rulings if r.is_horizontal]
    upright = [r for r in rulings if not r.is_horizontal]
    parent = {id(r): id(r) for r in rulings}

    def root(key: int) -> int:
        while parent[key] != key:
            parent[key] = parent[parent[key]]
            key = parent[key]
        return key

    for h in flat:
        for v in upright:
            meets_x = h.left - MEET <= v.left <= h.right + MEET
            if meets_x and v.top - MEET <= h.top <= v.bottom + MEET:
                parent[root(id(h))] = root(id(v))
    groups: dict[int, list[Ruling]] = defaultdict(list)
    for ruling in rulings:
        groups[root(id(ruling))].append(ruling)
    return [group for group in groups.values() if len(group) > 1]


def _closed(cluster: list[Ruling]) -> list[Ruling]:
    """The cluster with those outer sides drawn that it leaves open, as many tables do."""
    left, right = min(r.left for r in cluster), max(r.right for r in cluster)
    top, bottom = min(r.top for r in cluster), max(r.bottom for r in cluster)
    sides = (
        Ruling(left, top, right, top),
        Ruling(left, bottom, right, bottom),
        Ruling(left, top, left, bottom),
        Ruling(right, top, right, bottom),
    )
    missing = [side for side in sides if not any(_lies_on(r, side) for r in cluster)]
    return merge_rulings([*cluster, *missing])


def _lies_on(ruling: Ruling, side: Ruling) -> bool:
    """Is a line a part of a side?"""
    if ruling.is_horizontal != side.is_horizontal:
        return False
    if side.is_horizontal:
        return abs(ruling.top - side.top) <= MEET
    return abs(ruling.left - side.left) <= MEET


def _cells(rulings: Sequence[Ruling]) -> list[list[BBox]]:
    """The cells of each table, by pdfplumber."""
    from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells

    points = edges_to_intersections([_edge(r) for r in rulings], MEET, MEET)
    if len(points) > MAX_MEETINGS:
        return []
    tables = cells_to_tables(intersections_to_cells(points))
    return [[BBox(*cell) for cell in table] for table in tables]


def _grid(cells: Sequence[BBox], words: Sequence[Word]) -> Grid | None:
    box = BBox(
        min(c.left for c in cells),
        min(c.top for c in cells),
        max(c.right for c in cells),
        max(c.bottom for c in cells),
    )
    within = [w for w in words if _is_inside(w, box)]
    content = {cell: [w for w in within if _is_inside(w, cell)] for cell in cells}
    xs = _marks([(c.left, c.right) for c in cells], [(w.left, w.right) for w in within])
    ys = _marks([(c.top, c.bottom) for c in cells], [(w.top, w.bottom) for w in within])
    if len(xs) <= MIN_COLUMNS or len(ys) <= MIN_ROWS or not _is_sound(content, within):
        return None
    if not _is_regular(cells, xs, ys):
        return None
    rows = [[EMPTY] * (len(xs) - 1) for _ in ys[1:]]
    spans = 0
    for cell in sorted(cells, key=lambda c: (c.top, c.left)):
        row, column = _at(ys, cell.top), _at(xs, cell.left)
        spans += _at(ys, cell.bottom) - row > 1
        lines = text_lines(content[cell])
        if lines and row < len(rows) and column < len(rows[0]):
            rows[row][column] = Cell(tuple(tuple(line.words) for line in lines), cell)
    columns = tuple(pairwise(xs))
    if not spans:
        rows = _split_bands(rows, columns)
    cells_of_rows = tuple(map(tuple, rows))
    return Grid(box, columns, cells_of_rows, "ruled", is_headed=is_bold_header(cells_of_rows))


def _is_inside(word: Word, box: BBox) -> bool:
    return box.left <= word.center <= box.right and box.top <= word.middle <= box.bottom


def _is_sound(content: dict[BBox, list[Word]], within: Sequence[Word]) -> bool:
    """Do the words stand in the cells, and in enough of them? In a drawing they do not."""
    filled = [text_lines(found) for found in content.values() if found]
    inside = sum(
        cell.left - 1 <= w.left and w.right <= cell.right + 1
        for cell, found in content.items()
        for w in found
    )
    return (
        len(filled) >= max(FILLED_SHARE * len(content), MIN_ROWS * MIN_COLUMNS - 1)
        and inside >= INSIDE_SHARE * len(within)
        and median(map(len, filled)) <= MAX_LINES
    )


def _is_regular(cells: Sequence[BBox], xs: Sequence[float], ys: Sequence[float]) -> bool:
    """Do the cells fill the box of the table, and do most of them span no others?"""
    plain = area = 0
    for cell in cells:
        wide = _at(xs, cell.right) - _at(xs, cell.left)
        high = _at(ys, cell.bottom) - _at(ys, cell.top)
        plain += wide == high == 1
        area += wide * high
    places = (len(xs) - 1) * (len(ys) - 1)
    return plain >= PLAIN_SHARE * len(cells) and area >= COVERED_SHARE * places


def _marks(sides: Sequence[Strip], ink: Sequence[Strip]) -> list[float]:
    """Where rows or columns begin and end, without those between the parts of a double line."""
    marks = sorted({edge for side in sides for edge in side})
    out = marks[:1]
    for mark in marks[1:]:
        narrow = mark - out[-1] < DOUBLE
        if narrow and not any(out[-1] <= (a + b) / 2 <= mark for a, b in ink):
            continue
        out.append(mark)
    if out[-1] != marks[-1]:
        out[-1] = marks[-1]
    return out


def _at(marks: Sequence[float], edge: float) -> int:
    """Number of the row or column that begins nearest to an edge."""
    return min(range(len(marks)), key=lambda at: abs(marks[at] - edge))


# ---------------------------------------------------------------- rows without lines between them


def _split_bands(rows: list[list[Cell]], columns: Sequence[Strip]) -> list[list[Cell]]:
    """Divide rows that hold several.

    Where most rows below the first hold one, the lines are drawn between rows, and none is divided.
    """
    inks = [
        _ink(column, sides) for column, sides in zip(zip(*rows, strict=True), columns, strict=True)
    ]
    parts = [_rows_of(row, inks) for row in rows]
    several = sum(len(part) > 1 for part in parts[1:])
    if several <= (len(rows) - 1) / 2:
        return [row for old, part in zip(rows, parts, strict=True) for row in _if_even(old, part)]
    return [row for part in parts for row in part]


def _ink(cells: Sequence[Cell], sides: Strip) -> Strip:
    """Left and right edge of the text in a column, which stands off from the lines."""
    words = [word for cell in cells for word in cell.words]
    return (words[0].left, max(w.right for w in words)) if words else sides


def _if_even(row: list[Cell], parts: list[list[Cell]]) -> list[list[Cell]]:
    """The parts of a row if all its cells, three at least, have a line in each; else the row."""
    is_even = all(len(cell.lines) == len(parts) for cell in row)
    return parts if is_even and len(row) > MIN_COLUMNS else [row]


def _rows_of(row: list[Cell], columns: Sequence[Strip]) -> list[list[Cell]]:
    """The rows between two drawn lines; one if most lines are full, as in wrapped text."""
    if sum(len(cell.lines) > 1 for cell in row) < MIN_COLUMNS:
        return [row]
    at = {id(word): number for number, cell in enumerate(row) for word in cell.words}
    lines: list[LineCells] = []
    for line in text_lines(word for cell in row for word in cell.words):
        cells: dict[int, list[Word]] = {}
        for word in line.words:
            cells.setdefault(at[id(word)], []).append(word)
        lines.append(LineCells(line.middle, line.size, cells, set()))
    if not _end_early(lines, columns):
        return [row]
    return [list(found.as_cells(len(row))) for found in build_rows(lines, columns)]


def _end_early(lines: Sequence[LineCells], columns: Sequence[Strip]) -> bool:
    """Do most lines of the cells end where the next word would have fitted?

    A figure begins a row. Words that fill a column alone tell nothing.
    """
    early = full = 0
    for before, after in pairwise(lines):
        for column in before.cells.keys() & after.cells.keys():
            one, two = before.cells[column], after.cells[column]
            if is_figure(" ".join(w.text for w in two)) or not is_full(one, two, columns[column]):
                early += 1
            elif len(one) > 1:
                full += 1
    return early > full
