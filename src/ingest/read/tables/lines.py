"""Lines of a table whose columns are known -> its rows: which line goes on with the row above?

As with paragraphs, the question is whether the first word of the next line would have fitted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise, zip_longest
from typing import TYPE_CHECKING

from ingest.read.tables.columns import Strip, box_of, column_of
from ingest.read.tables.model import EMPTY, Cell, TextLine, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

# Words of one cell stand no further apart; em. A blank is 0.25 to 0.33, cells of one row stand
# apart by 0.6 at least (LaTeX with narrow columns), usually by 1.2.
CELL_GAP = 0.5
# Rows that stand further apart than lines inside a row do so by this share.
LOOSE = 1.18
# A cell set in the middle of two lines is this close to both; em.
HALF_LINE = 0.8
# A word fits if there is room for it and for this share of an em.
ROOM = 0.3
# A cell is a figure if this share of its characters are digits.
FIGURE_SHARE = 0.4
# Below a bold header this share of the rows is bold at most: sums, headings of groups.
BOLD_ROWS_SHARE = 0.25
_NO_FIGURE = re.compile(r"[-–—−.…*]+|n/?a\.?|k\.\s?A\.", re.IGNORECASE)


def is_figure(text: str) -> bool:
    """Is the text of a cell a number, a measure, or a sign that there is none?"""
    if _NO_FIGURE.fullmatch(text):
        return True
    tight = "".join(text.split())
    return bool(tight) and sum(c.isdigit() for c in tight) >= FIGURE_SHARE * len(tight)


@dataclass(slots=True)
class Row:
    """The words of one row, column by column and line by line.

    Attributes:
        cells: For each column that has text, its lines.
        lines: Middles of the lines, from the top of the page.
        spans: Columns whose text goes on over the next ones.
    """

    cells: dict[int, list[list[Word]]] = field(default_factory=lambda: defaultdict(list))
    lines: list[float] = field(default_factory=list)
    spans: set[int] = field(default_factory=set)

    def add(self, line: LineCells) -> None:
        """Take a line in."""
        for column, words in line.cells.items():
            self.cells[column].append(words)
        self.lines.append(line.middle)
        self.spans |= line.spans

    def as_cells(self, count: int) -> tuple[Cell, ...]:
        """The cells of all columns."""
        return tuple(
            Cell(tuple(tuple(line) for line in found), box_of([w for line in found for w in line]))
            if (found := self.cells.get(column))
            else EMPTY
            for column in range(count)
        )


@dataclass(slots=True)
class LineCells:
    """One line, cut into the cells of its columns."""

    middle: float
    size: float
    cells: dict[int, list[Word]]
    spans: set[int]


def cut_line(line: TextLine, columns: Sequence[Strip], brackets: Sequence[Strip] = ()) -> LineCells:
    """Put the words of a line into columns.

    Args:
        line: The line.
        columns: Left and right edge of each column.
        brackets: Lines drawn below it that show which columns a heading spans.
    """
    cells: dict[int, list[Word]] = {}
    spans: set[int] = set()
    for part in _parts(line, columns):
        first, last = column_of(part, columns)
        for left, right in brackets:
            if left - 1 <= part[0].left and part[-1].right <= right + 1:
                over = [
                    at for at, c in enumerate(columns) if left - 1 <= (c[0] + c[1]) / 2 <= right
                ]
                first, last = (over[0], over[-1]) if over else (first, last)
        if last > first:
            spans.add(first)
        cells.setdefault(first, []).extend(part)
    return LineCells(line.middle, line.size, cells, spans)


def _parts(line: TextLine, columns: Sequence[Strip]) -> list[list[Word]]:
    """Words that belong together; a gap as wide as a blank divides them if columns do so there."""
    out: list[list[Word]] = []
    for part in line.segments(CELL_GAP):
        out.append([part[0]])
        for before, word in pairwise(part):
            if _ends(before, word, columns):
                out.append([])
            out[-1].append(word)
    return out


def _ends(before: Word, word: Word, columns: Sequence[Strip]) -> bool:
    """Does one column end with the first word, and the next begin with the second?"""
    near = 0.15 * before.size
    if not any(abs(word.left - left) <= near for left, _ in columns):
        return False
    (_, one), (two, _) = column_of([before], columns), column_of([word], columns)
    return (
        one < two
        and before.right >= columns[one][1] - near
        and abs(word.left - columns[two][0]) <= near
    )


# ---------------------------------------------------------------- rows


def build_rows(lines: Sequence[LineCells], columns: Sequence[Strip]) -> list[Row]:
    """Join the lines that a row takes.

    Args:
        lines: The lines of a table, or of the part between two drawn lines.
        columns: Left and right edge of each column.
    """
    lines = _without_half_lines(lines)
    if not lines:
        return []
    pitches = [b.middle - a.middle for a, b in pairwise(lines)]
    loose = _loose_pitch(lines, pitches)
    rows: list[Row] = [Row()]
    rows[0].add(lines[0])
    for (before, line), pitch in zip(pairwise(lines), pitches, strict=True):
        goes_on = pitch < loose if loose else _goes_on(rows[-1], before, line, columns)
        if not goes_on:
            rows.append(Row())
        rows[-1].add(line)
    return rows


def _without_half_lines(lines: Sequence[LineCells]) -> list[LineCells]:
    """The lines without those that stand half way between two others: cells set in their middle.

    Their text goes to the upper of the two.
    """
    out: list[LineCells] = list(lines[:1])
    for line, after in zip_longest(lines[1:], lines[2:]):
        last = out[-1]
        near = HALF_LINE * line.size
        between = after is not None and after.middle - line.middle < near
        if between and line.middle - last.middle < near and not set(line.cells) & set(last.cells):
            out[-1] = replace(last, cells={**last.cells, **line.cells})
        else:
            out.append(line)
    return out


def _loose_pitch(lines: Sequence[LineCells], pitches: Sequence[float]) -> float | None:
    """The distance from which on a line begins a row, if rows stand apart more than lines do.

    Lines that stand closer must look like continued cells: some cell is empty in them or above.
    """
    if not pitches:
        return None
    steps = sorted(pitches)
    jumps = [(b / a, (a + b) / 2) for a, b in pairwise(steps) if a > 0]
    jump, limit = max(jumps, default=(1.0, 0.0))
    if jump < LOOSE:
        return None
    close = [
        (a, b) for (a, b), pitch in zip(pairwise(lines), pitches, strict=True) if pitch < limit
    ]
    partial = sum(set(a.cells) != set(b.cells) for a, b in close)
    return limit if partial >= max(1, len(close) / 2) else None


def _goes_on(row: Row, before: LineCells, line: LineCells, columns: Sequence[Strip]) -> bool:
    """Is a line the next one of cells that are full?"""
    if not set(line.cells) <= set(row.cells) or line.spans or before.spans:
        return False
    if any(is_figure(" ".join(w.text for w in words)) for words in line.cells.values()):
        return False
    full = all(
        column in before.cells and is_full(before.cells[column], words, columns[column])
        for column, words in line.cells.items()
    )
    if not full:
        return False
    starts_lower = any(words[0].text[:1].islower() for words in line.cells.values())
    return _wraps(before, line) and (starts_lower or 0 not in line.cells)


def _wraps(before: LineCells, line: LineCells) -> bool:
    """Do the cells hold several words? Single words below each other are cells of their own."""
    return any(len(before.cells[column]) > 1 for column in line.cells)


def is_full(before: Sequence[Word], words: Sequence[Word], column: Strip) -> bool:
    """Would the first of the words not have fitted behind those before?"""
    if before[-1].text.endswith(("-", "\u00ad", "\u2010")):
        return True
    room = column[1] - before[-1].right
    first = words[0]
    return room < (first.right - first.left) + ROOM * first.size


def is_bold_header(rows: Sequence[Sequence[Cell]]) -> bool:
    """Is the first row bold, and few of the others?"""
    bold = [all(w.bold for cell in row for w in cell.words) for row in rows]
    return bold[0] and sum(bold[1:]) <= BOLD_ROWS_SHARE * len(rows)
