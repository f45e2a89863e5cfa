"""Tables on pages: words and drawn lines in, grids of cells out.

Nothing here knows who read the page. What is not surely a table stays text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.read.tables.model import MAX_RULINGS, MIN_RULINGS, Cell, Grid, Ruling, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.document import BBox

__all__ = ["Cell", "Grid", "Ruling", "Word", "find_tables", "may_part_cells"]

# A drawn line is at least so long (points); shorter ones are fractions, dashes, parts of letters.
MIN_LENGTH = 5.0
# Lines that come this close to the edge of the page all around frame the page, not a table; points.
PAGE_EDGE = 3.0


def find_tables(words: Sequence[Word], rulings: Iterable[Ruling], page: BBox) -> list[Grid]:
    """Find the tables of a page.

    Args:
        words: The words of the page that run from left to right, in any order.
        rulings: The lines that are drawn on it, in any order, whole or in pieces.
        page: The box of the page.

    Returns:
        The tables from top to bottom; no word is in two.
    """
    from ingest.read.tables.unruled import find_unruled

    lines = [r for r in rulings if _is_inside(r, page)]
    found: list[Grid] = []
    if may_part_cells(lines):
        from ingest.read.tables.half_ruled import find_half_ruled
        from ingest.read.tables.ruled import find_ruled, merge_rulings

        if len(lines) <= MAX_RULINGS:
            lines = merge_rulings(lines)
            lines = [r for r in lines if max(r.right - r.left, r.bottom - r.top) >= MIN_LENGTH]
            found += _apart(find_ruled(words, lines))
            found += _apart(find_half_ruled(_left(words, found), _outside(lines, found)))
    found += _apart(find_unruled(_left(words, found), lines))
    return sorted(found, key=lambda grid: (grid.box.top, grid.box.left))


def may_part_cells(lines: Sequence[Ruling]) -> bool:
    """Are there enough lines for a table? The one below a head or above a footnote is none.

    What finds cells is pdfplumber's, so it is loaded only then.
    """
    flat = sum(line.is_horizontal for line in lines)
    return flat >= MIN_RULINGS or 0 < flat < len(lines)


def _is_inside(ruling: Ruling, page: BBox) -> bool:
    return (
        page.left + PAGE_EDGE < ruling.left
        and ruling.right < page.right - PAGE_EDGE
        and page.top + PAGE_EDGE < ruling.top
        and ruling.bottom < page.bottom - PAGE_EDGE
    )


def _left(words: Iterable[Word], grids: Iterable[Grid]) -> list[Word]:
    taken = {id(word) for grid in grids for word in grid.words}
    return [word for word in words if id(word) not in taken]


def _outside(rulings: Iterable[Ruling], grids: Sequence[Grid]) -> list[Ruling]:
    return [
        r
        for r in rulings
        if not any(g.box.top - 1 <= r.top and r.bottom <= g.box.bottom + 1 for g in grids)
    ]


def _apart(grids: Iterable[Grid]) -> list[Grid]:
    """Larger tables first; one that shares a word with a larger one is left out."""
    out: list[Grid] = []
    taken: set[int] = set()
    for grid in sorted(grids, key=lambda g: -len(g.words)):
        mine = {id(word) for word in grid.words}
        if not mine & taken:
            taken |= mine
            out.append(grid)
    return out
