"""Tables with horizontal lines only: above, below, under the header, perhaps under each row."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.read.tables.captions import is_caption
from ingest.read.tables.columns import Strip, box_of, extents, gutters, most_gutters, text_lines
from ingest.read.tables.doubts import doubt_about
from ingest.read.tables.lines import CELL_GAP, Row, build_rows, cut_line, is_bold_header
from ingest.read.tables.model import MIN_RULINGS, Grid, TextLine, Word
from ingest.read.tables.ruled import SNAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.read.tables.model import Ruling

# Lines of one table begin and end at the same place, give or take this; points.
SAME_ENDS = 4.0
MIN_ROWS, MIN_COLUMNS = 2, 2
# Share of the lines of a part that a strip may be crossed by, and so many lines at least to do so.
CROSSING_SHARE, CROSSING_MIN_LINES = 0.15, 4
# A part without columns between two lines is a row over all of them if it has no more lines.
SPANNING_LINES = 1


@dataclass(slots=True)
class Band:
    """What stands between two lines that are drawn."""

    top: float
    bottom: float
    lines: list[TextLine]


def find_half_ruled(words: Sequence[Word], rulings: Sequence[Ruling]) -> list[Grid]:
    """The tables between horizontal lines.

    Args:
        words: Words that stand in no other table.
        rulings: Lines of the page, merged.
    """
    flat = sorted((r for r in rulings if r.is_horizontal), key=lambda r: r.top)
    grids: list[Grid] = []
    for group in _groups(flat):
        bands = _bands(group, words)
        start = 0
        while start < len(bands):
            end, grid = _longest(bands, start, flat)
            if grid is not None and doubt_about(grid) is None:
                grids.append(grid)
            start = end
    return grids


def _groups(flat: Sequence[Ruling]) -> list[list[Ruling]]:
    """Lines that begin and end at the same place, from top to bottom."""
    groups: list[list[Ruling]] = []
    for ruling in flat:
        for group in groups:
            if (
                abs(group[0].left - ruling.left) <= SAME_ENDS
                and abs(group[0].right - ruling.right) <= SAME_ENDS
            ):
                group.append(ruling)
                break
        else:
            groups.append([ruling])
    return [group for group in groups if len(group) >= MIN_RULINGS]


def _bands(group: Sequence[Ruling], words: Sequence[Word]) -> list[Band]:
    left, right = group[0].left - SNAP, group[0].right + SNAP
    mine = [w for w in words if left <= w.center <= right]
    return [
        Band(a.top, b.top, text_lines(w for w in mine if a.top < w.middle < b.top))
        for a, b in pairwise(group)
    ]


def _longest(bands: Sequence[Band], start: int, flat: Sequence[Ruling]) -> tuple[int, Grid | None]:
    """The table that begins with a band: where the next may begin, and the table if there is one.

    Bands are taken in as long as the columns stay.
    """
    end = start
    strips: list[Strip] = []
    while end < len(bands):
        lines = [line for band in bands[start : end + 1] for line in band.lines]
        found = _strips(bands[start : end + 1])
        if bands[end].lines and len(lines) > SPANNING_LINES and not found:
            break
        if len(found) < len(strips) and len(bands[end].lines) > SPANNING_LINES:
            break
        if any(_is_between(line, strips) for line in bands[end].lines):
            break
        strips = found
        end += 1
    taken = [band for band in bands[start:end] if band.lines]
    if end - start < MIN_RULINGS - 1 or not strips:
        return max(end, start + 1), None
    return max(end, start + 1), _grid(taken, strips, flat)


def _is_between(line: TextLine, strips: Sequence[Strip]) -> bool:
    """Does a line stand between two tables: a caption, or running text over all columns?"""
    parts = line.segments(CELL_GAP)
    is_text = strips and len(parts) == 1
    over = all(line.left < left and right < line.right for left, right in strips)
    return is_caption(line) or bool(is_text and over)


def _strips(bands: Sequence[Band]) -> list[Strip]:
    """White strips between columns; headings, which may span some, may be crossed."""
    filled = [band.lines for band in bands if band.lines]
    every = [line for lines in filled for line in lines]
    body = [line for lines in filled[1:] for line in lines]
    found = [_clear_strips(lines) for lines in (body, every) if len(lines) >= MIN_ROWS]
    return max(found, key=len, default=gutters(every, CELL_GAP) if every else [])


def _clear_strips(lines: Sequence[TextLine]) -> list[Strip]:
    crossing = int(CROSSING_SHARE * len(lines))
    if len(lines) >= CROSSING_MIN_LINES:
        crossing = max(crossing, 1)
    return most_gutters(lines, CELL_GAP, crossing=crossing)


def _grid(bands: Sequence[Band], strips: Sequence[Strip], flat: Sequence[Ruling]) -> Grid | None:
    lines = [line for band in bands for line in band.lines]
    columns = extents(lines, strips, CELL_GAP)
    is_row_ruled = sum(len(band.lines) > 1 for band in bands[1:]) < len(bands[1:]) / 2
    is_row_ruled = is_row_ruled or all(_is_one_row(b, columns) for b in bands[1:])
    rows: list[Row] = []
    for band in bands:
        short = flat if band is bands[0] else ()
        cut = [cut_line(line, columns, _brackets(line, band, short)) for line in band.lines]
        if is_row_ruled and len(bands) > MIN_RULINGS - 1 and band is not bands[0]:
            rows.append(Row())
            for line in cut:
                rows[-1].add(line)
        else:
            rows += build_rows(cut, columns)
    if len(rows) < MIN_ROWS or len(columns) < MIN_COLUMNS:
        return None
    cells = tuple(row.as_cells(len(columns)) for row in rows)
    box = box_of([w for line in lines for w in line.words])
    headed = is_bold_header(cells) or len(bands[0].lines) < max(len(b.lines) for b in bands)
    return Grid(box, tuple(columns), cells, "half-ruled", is_headed=headed)


def _is_one_row(band: Band, columns: Sequence[Strip]) -> bool:
    cut = [cut_line(line, columns) for line in band.lines]
    return len(build_rows(cut, columns)) == 1


def _brackets(line: TextLine, band: Band, flat: Iterable[Ruling]) -> list[Strip]:
    """Short lines directly below a heading: they show what it spans."""
    return [
        (r.left, r.right)
        for r in flat
        if line.middle < r.top < line.bottom + 0.5 * line.size and band.top < r.top < band.bottom
    ]
