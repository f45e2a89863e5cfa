"""What stands in columns and is no table: why aligned text is left as text."""

from __future__ import annotations

import re
from itertools import groupby
from statistics import median
from typing import TYPE_CHECKING

from ingest.read.tables.lines import is_figure
from ingest.shapes import bullet, lone_marker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ingest.read.tables.model import Cell, Grid

# Dots that lead from a title to its page, in so many rows.
_LEADER = re.compile(r"(?:\.\s?){4,}|…{2,}|(?:·\s?){4,}|_{4,}")
LEADER_ROWS = 2
# A column is of one sort if this share of its cells is.
SORT_SHARE = 0.7
# Markers of items, notes and references; numbers of equations.
_NUMBER = re.compile(r"\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,5})[.):]")
LONGEST_NUMBER = 7  # characters of what `_NUMBER` matches
_MARKER = re.compile(_NUMBER.pattern + r"|\[\w{1,8}\]|[-–—*•◦▪‣]|\d+(?:\.\d+)*\.?")
_EQUATION_NUMBER = re.compile(r"\(\d{1,3}(?:\.\d{1,3})*[a-z]?\)")
# Two columns of running text: their lines have at least so many characters, and so many rows.
PROSE_CHARS, PROSE_ROWS = 28, 4
# So many typed rows on end are code between lines of text.
LISTING_ROWS = 2
_INTEGER = re.compile(r"\d{1,4}")


def doubt_about(grid: Grid) -> str | None:
    """Why a grid that is not drawn on all sides is no table; None if it may be one."""
    columns = [[c for c in column if c.lines] for column in zip(*grid.rows, strict=True)]
    reasons = (
        ("leader dots", _has_leaders(grid.rows)),
        ("a listing", _is_monospace(grid) or _has_listing(grid.rows)),
        ("a list", len(columns) == 2 and _are_markers(columns[0])),  # noqa: PLR2004 - marker, text
        ("equations", _are(columns[-1], lambda c: bool(_EQUATION_NUMBER.fullmatch(c.text)))),
        ("a form", len(columns) == 2 and _are(columns[0], lambda c: c.text.endswith(":"))),  # noqa: PLR2004
        ("columns of text", _is_prose(columns)),
    )
    return next((reason for reason, holds in reasons if holds), None)


def _are(cells: Sequence[Cell], test: Callable[[Cell], bool]) -> bool:
    return bool(cells) and sum(map(test, cells)) >= SORT_SHARE * len(cells)


def _are_markers(cells: Sequence[Cell]) -> bool:
    return _are(
        cells,
        lambda c: bool(_MARKER.fullmatch(c.text) or bullet(c.text + " x") or lone_marker(c.text)),
    )


def is_number_of_item(text: str) -> bool:
    """Is it a number or letter as it stands before an item, and nothing else?"""
    return _NUMBER.fullmatch(text) is not None


def _has_leaders(rows: Iterable[Sequence[Cell]]) -> bool:
    texts = (" ".join(cell.text for cell in row) for row in rows)
    return sum(bool(_LEADER.search(text)) for text in texts) >= LEADER_ROWS


def _is_monospace(grid: Grid) -> bool:
    words = grid.words
    return sum(w.monospace for w in words) > SORT_SHARE * len(words)


def _has_listing(rows: Sequence[Sequence[Cell]]) -> bool:
    """Do rows all in type of one width stand among others without, the header aside?"""
    kinds = [_typed_words(row) for row in rows]
    longest = max((len(list(run)) for typed, run in groupby(kinds) if typed == 1), default=0)
    return longest >= LISTING_ROWS and 0 in kinds[1:]


def _typed_words(row: Sequence[Cell]) -> float:
    """Share of the words of a row that are in type of one width."""
    words = [w for cell in row for line in cell.lines for w in line]
    return sum(w.monospace for w in words) / len(words) if words else -1


def _is_prose(columns: Sequence[Sequence[Cell]]) -> bool:
    """Are at least two columns made of long lines, without figures?"""
    long = 0
    for cells in columns:
        lines = [" ".join(w.text for w in line) for cell in cells for line in cell.lines]
        if len(lines) >= PROSE_ROWS and median(map(len, lines)) >= PROSE_CHARS:
            long += 1
    return long >= 2  # noqa: PLR2004 - beside each other


def is_contents(grid: Grid) -> bool:
    """Does the last column hold rising page numbers?"""
    pages = [row[-1].text for row in grid.rows if row[-1].lines]
    if not all(_INTEGER.fullmatch(text) for text in pages):
        return False
    numbers = [int(text) for text in pages]
    return numbers == sorted(numbers) and len(set(numbers)) > 1


def figure_columns(rows: Sequence[Sequence[Cell]]) -> list[int]:
    """The columns that hold figures, the first one aside."""
    out: list[int] = []
    for at, column in enumerate(zip(*rows, strict=True)):
        filled = [cell for cell in column if cell.lines]
        if at and filled and _are(filled, lambda c: is_figure(c.text)):
            out.append(at)
    return out
