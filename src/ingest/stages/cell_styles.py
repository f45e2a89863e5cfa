"""Which bold, italic or monospaced cells of a table are stressed, and which are so as all others.

A bold header, an italic column, or a table that is typed throughout is a style, which says nothing
of one cell. A bold sum below plain figures does.
"""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING

from ingest.document import text_of
from ingest.inline import WHOLE_SHARE
from ingest.marks import CODE, EMPHASIS, STRONG

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.document import Table, TableCell, TableRow
    from ingest.marks import Mark

_STRESS = frozenset({STRONG, EMPHASIS})
_STYLES = _STRESS | {CODE}
# A column is in a style if more than this share of its cells is.
_MOST = 0.5


def own_marks(table: Table) -> dict[int, tuple[Mark, ...]]:
    """The marks of each cell that has some, by its `id`, without those that are a common style.

    Styles are those of the rows at the head, of a column below them, and of the whole table.
    """
    if not any(cell.marks for row in table.children for cell in row.children):
        return {}
    styles = {id(cell): _styles_of(cell) for row in table.children for cell in row.children}
    of_head = _common(table.children[0].children, styles) & _STRESS
    head = _count_head(table.children, of_head, styles)
    body = table.children[head:]
    width = max(len(row.children) for row in table.children)
    of_columns = [_style_of_column(body, column, styles) for column in range(width)]
    of_table = _common([cell for row in table.children for cell in row.children], styles)
    out: dict[int, tuple[Mark, ...]] = {}
    for at, row in enumerate(table.children):
        for column, cell in enumerate(row.children):
            common = of_table | (of_head if at < head else of_columns[column])
            out[id(cell)] = _without(cell, styles[id(cell)] & common)
    return out


def _without(cell: TableCell, styles: frozenset[str]) -> tuple[Mark, ...]:
    return tuple(mark for mark in cell.marks if mark.kind not in styles)


def _styles_of(cell: TableCell) -> frozenset[str]:
    """The styles of nearly all letters and digits of a cell."""
    text = text_of(cell)
    ink = sum(map(str.isalnum, text))
    return frozenset(
        kind
        for kind in _STYLES
        if ink and _ink_in(text, (m for m in cell.marks if m.kind == kind)) >= WHOLE_SHARE * ink
    )


def _ink_in(text: str, marks: Iterable[Mark]) -> int:
    return sum(sum(map(str.isalnum, text[mark.start : mark.end])) for mark in marks)


def _filled(cells: Iterable[TableCell]) -> list[TableCell]:
    return [cell for cell in cells if any(map(str.isalnum, text_of(cell)))]


def _common(cells: Iterable[TableCell], styles: Mapping[int, frozenset[str]]) -> frozenset[str]:
    """The styles that all cells with text have."""
    found = [styles[id(cell)] for cell in _filled(cells)]
    return frozenset.intersection(*found) if found else frozenset()


def _count_head(
    rows: Sequence[TableRow], of_head: frozenset[str], styles: Mapping[int, frozenset[str]]
) -> int:
    """How many rows make the header: the first, and those below that are all stressed like it."""
    below = (bool(of_head & _common(row.children, styles)) for row in rows[1:])
    return 1 + sum(takewhile(bool, below))


def _style_of_column(
    body: Sequence[TableRow], column: int, styles: Mapping[int, frozenset[str]]
) -> frozenset[str]:
    """The stress that most cells of a column have; code is code however much of it there is."""
    cells = _filled(row.children[column] for row in body if column < len(row.children))
    return frozenset(
        kind
        for kind in _STRESS
        if sum(kind in styles[id(cell)] for cell in cells) > _MOST * len(cells)
    )
