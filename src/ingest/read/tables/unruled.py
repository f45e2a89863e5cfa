"""Tables without lines: words aligned in columns over several rows, with white strips between.

What could be something else, such as a list, a contents page or two columns of text, is left alone.
"""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.read.tables.captions import is_caption
from ingest.read.tables.columns import box_of, extents, most_gutters, text_lines
from ingest.read.tables.doubts import doubt_about, figure_columns, is_contents
from ingest.read.tables.lines import build_rows, cut_line, is_bold_header
from ingest.read.tables.model import Grid, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.read.tables.columns import Strip
    from ingest.read.tables.model import Cell, Ruling, TextLine

# Columns stand apart by this at least (em): more than the blanks of justified lines.
COLUMN_GAP = 0.8
# Two lines of a table are no further apart than this; em, from middle to middle.
MAX_PITCH = 3.0
# A first or last line this many times further off than lines usually are is a running head.
STANDS_OFF = 1.9
# A table has so many lines with text in two columns or more; lines of continued cells between two
# of them are no more than that.
MIN_LINES, MAX_PARTIAL = 3, 4
# Without figures, a bold header or a caption, a table has so many columns and rows, nearly all of
# its cells filled, and short.
PLAIN_COLUMNS, PLAIN_ROWS, PLAIN_FILLED, PLAIN_CHARS = 3, 4, 0.95, 20
# With figures but no header it has so many columns and rows.
FIGURE_COLUMNS, FIGURE_ROWS = 3, 4
# At most so many lines, and this share of them, cross a strip.
CROSSING_SHARE, CROSSING_MIN_LINES = 0.15, 4
# This share of the cells of any table has text.
FILLED_SHARE = 0.5
# A caption stands so close above or below; em.
CAPTION_GAP = 3.0
# A line below the header covers this share of the width of the table.
UNDERLINE_SHARE = 0.8


def find_unruled(words: Sequence[Word], rulings: Sequence[Ruling] = ()) -> list[Grid]:
    """The tables that only their columns show.

    Args:
        words: Words that stand in no other table.
        rulings: Lines of the page; one below the first row tells that it is the header.
    """
    lines = text_lines(words)
    grids: list[Grid] = []
    for run in _runs(lines):
        for part in _cut(run):
            grid = _grid([*part, *_tail(part, lines)], rulings)
            if grid and not doubt_about(grid) and _is_sure(grid, _has_caption(part, lines)):
                grids.append(grid)
    return grids


# ---------------------------------------------------------------- where a table may be


def _runs(lines: Sequence[TextLine]) -> list[list[TextLine]]:
    """Neighbouring lines of which most have gaps; those at the ends have."""
    runs: list[list[TextLine]] = []
    waiting: list[TextLine] = []  # lines without a gap since the last one with
    for before, line in zip([None, *lines], lines, strict=False):
        if before is None or line.middle - before.middle > MAX_PITCH * line.size:
            runs.append([])
            waiting = []
        if len(line.segments(COLUMN_GAP)) == 1:
            waiting.append(line)
            continue
        if runs[-1] and len(waiting) <= MAX_PARTIAL:
            runs[-1] += [*waiting, line]
        else:
            runs.append([line])
        waiting = []
    return [run for run in runs if len(run) >= MIN_LINES]


def _cut(run: list[TextLine]) -> list[list[TextLine]]:
    """Cut a run at lines that go across its columns."""
    strips = _strips(run)
    if not strips:
        return _halves(run)
    bad = [at for at, line in enumerate(run) if _is_across(line, strips)]
    parts: list[list[TextLine]] = []
    for start, end in pairwise([-1, *bad, len(run)]):
        part = _trimmed(run[start + 1 : end])
        if len(part) >= MIN_LINES:
            parts.append(part)
    return parts


def _halves(run: list[TextLine]) -> list[list[TextLine]]:
    """Cut a run without common columns at its lines without gaps."""
    parts: list[list[TextLine]] = [[]]
    for line in run:
        if len(line.segments(COLUMN_GAP)) > 1:
            parts[-1].append(line)
        else:
            parts.append([])
    if len(parts) == 1:
        return []
    return [p for part in parts if len(part) >= MIN_LINES for p in _cut(part)]


def _trimmed(part: list[TextLine]) -> list[TextLine]:
    """Without lines at the ends that have no gap or stand off from the others."""
    at = [i for i, line in enumerate(part) if len(line.segments(COLUMN_GAP)) > 1]
    part = part[at[0] : at[-1] + 1] if at else []
    if len(part) <= MIN_LINES:
        return part
    pitches = [b.middle - a.middle for a, b in pairwise(part)]
    far = STANDS_OFF * median(pitches)
    return part[int(pitches[0] > far) : len(part) - int(pitches[-1] > far)]


def _tail(part: Sequence[TextLine], lines: Sequence[TextLine]) -> list[TextLine]:
    """Lines below that may continue cells of the last row: right of the first column, and close."""
    strips = _strips(part)
    at = next(i for i, line in enumerate(lines) if line is part[-1])
    pitch = max(b.middle - a.middle for a, b in pairwise(part))
    out: list[TextLine] = []
    for before, line in pairwise(lines[at : at + MAX_PARTIAL + 1]):
        is_apart = line.middle - before.middle > pitch + 1
        if not strips or is_apart or line.left < strips[0][1] - 1:
            break
        out.append(line)
    return out


def _strips(run: Sequence[TextLine]) -> list[Strip]:
    lines = [line for line in run if len(line.segments(COLUMN_GAP)) > 1]
    crossing = max(int(CROSSING_SHARE * len(lines)), int(len(lines) >= CROSSING_MIN_LINES))
    return most_gutters(lines, COLUMN_GAP, crossing=crossing)


def _is_across(line: TextLine, strips: Sequence[Strip]) -> bool:
    """Does the line run from the first column over most of the strips, as running text does?"""
    first = line.segments(COLUMN_GAP)[0]
    crossed = sum(first[0].left < left and right < first[-1].right for left, right in strips)
    return crossed > len(strips) / 2


# ---------------------------------------------------------------- the table


def _grid(part: Sequence[TextLine], rulings: Sequence[Ruling]) -> Grid | None:
    strips = _strips(part)
    if not strips:
        return None
    columns = extents(part, strips, COLUMN_GAP)
    rows = build_rows([cut_line(line, columns) for line in part], columns)
    cells = tuple(row.as_cells(len(columns)) for row in rows)
    filled = sum(bool(cell.lines) for row in cells for cell in row)
    if len(cells) < MIN_LINES or filled < FILLED_SHARE * len(cells) * len(columns):
        return None
    words = [w for line in part for w in line.words]
    headed = is_bold_header(cells) or _is_underlined(cells, rulings)
    return Grid(box_of(words), tuple(columns), cells, "unruled", is_headed=headed)


def _is_underlined(rows: Sequence[Sequence[Cell]], rulings: Sequence[Ruling]) -> bool:
    first = box_of([w for cell in rows[0] for w in cell.words])
    second = box_of([w for cell in rows[1] for w in cell.words])
    left, _, right, _ = box_of([w for row in rows for cell in row for w in cell.words])
    return any(
        r.is_horizontal
        and first.bottom - 1 <= r.top <= second.top + 1
        and min(right, r.right) - max(left, r.left) >= UNDERLINE_SHARE * (right - left)
        for r in rulings
    )


def _is_sure(grid: Grid, has_caption: bool) -> bool:
    """Is there enough to call aligned text a table?"""
    body = grid.rows[1:]
    figures = figure_columns(body)
    has_header = not figure_columns(grid.rows[:1]) and bool(figures)
    if is_contents(grid) and not has_caption:
        return False
    if grid.is_headed or has_caption:
        return bool(figures) or len(grid.columns) >= PLAIN_COLUMNS or _is_dense(grid)
    if figures:
        size = len(grid.columns) >= FIGURE_COLUMNS and len(grid.rows) >= FIGURE_ROWS
        return size and (has_header or len(figures) > 1)
    return (
        len(grid.columns) >= PLAIN_COLUMNS
        and len(grid.rows) >= PLAIN_ROWS
        and _is_dense(grid)
        and _is_short(grid)
    )


def _is_dense(grid: Grid) -> bool:
    filled = sum(bool(cell.lines) for row in grid.rows for cell in row)
    return filled >= PLAIN_FILLED * len(grid.rows) * len(grid.columns)


def _is_short(grid: Grid) -> bool:
    return median(len(c.text) for row in grid.rows for c in row) <= PLAIN_CHARS


# ---------------------------------------------------------------- captions


def _has_caption(part: Sequence[TextLine], lines: Sequence[TextLine]) -> bool:
    """Does a line directly above or below begin like the caption of a table?"""
    near = CAPTION_GAP * part[0].size
    return any(
        is_caption(line)
        for line in lines
        if 0 < part[0].middle - line.middle <= near or 0 < line.middle - part[-1].middle <= near
    )
