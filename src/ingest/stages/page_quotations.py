"""Quotations of pages: running text that stands in from both edges of its column."""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import Line, PageBreak
from ingest.marks import EMPHASIS, STRONG
from ingest.shapes import marker, starts_lower
from ingest.stages.code import APART_SHARE
from ingest.stages.code_lines import look_at
from ingest.stages.code_rows import step_between

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block

# A quotation stands in so far on either side, em; what stands at the edge is nearer than this.
STANDS_IN = 1.5
AT_EDGE = 0.5
# So many lines show their own width. They begin at one place, and are wrapped near one other: this
# part of the width of the column would have been left for the next word, and was not. Typographers
# set in by 1.5 to 4 em (LaTeX 2.5, browsers 40 px); no dev PDF has lines of this shape.
MIN_LINES = 3
ROOM = 0.05


class Seat(NamedTuple):
    """Where a line of a page stands: distances to the edges of its column, and one em; points."""

    left: float
    right: float
    em: float

    @property
    def is_at_edge(self) -> bool:
        """Does it begin at the left edge?"""
        return self.left <= AT_EDGE * self.em

    @property
    def is_set_in(self) -> bool:
        """Does it stand in on both sides?"""
        return min(self.left, self.right) >= STANDS_IN * self.em


def page_quotations(children: Sequence[Block]) -> Iterator[list[Line]]:
    """The lines of each quotation.

    Text at the left edge of the column stands above it and, if any, below: what is set in like
    everything around it is no quotation.
    """
    rows = [node for node in children if not isinstance(node, PageBreak)]
    groups = [list(group) for _, group in groupby(rows, _kind)]
    for number, lines in enumerate(groups):
        above = groups[number - 1][-1] if number else None
        below = groups[number + 1][0] if number + 1 < len(groups) else None
        if is_prose_at_edge(above) and (below is None or _is_at_edge(below)):
            found = [line for line in lines if isinstance(line, Line)]
            if len(found) == len(lines) and _is_quotation(found):
                yield found


def seat(node: Block | None) -> Seat | None:
    """Where a line of a page stands; None for what is none."""
    if not isinstance(node, Line) or node.layout.bbox is None or node.layout.column is None:
        return None
    box, (left, right) = node.layout.bbox, node.layout.column
    return Seat(box.left - left, right - box.right, node.layout.size or box.bottom - box.top)


def _kind(node: Block) -> tuple[object, ...]:
    """What the lines of one quotation have in common."""
    place = seat(node)
    if place is None or not isinstance(node, Line) or not place.is_set_in:
        return (None,)
    layout = node.layout
    return layout.page, layout.column, layout.size, round(2 * place.left / place.em)


def _is_at_edge(node: Block | None) -> bool:
    place = seat(node)
    return place is not None and place.is_at_edge


def is_prose_at_edge(node: Block | None) -> bool:
    """Is it a line of running text at the left edge of its column?"""
    if not isinstance(node, Line) or not _is_at_edge(node):
        return False
    return marker(node.value) is None and (look_at(node.value).is_prose or node.value[-1] in ".:?!")


def _is_quotation(lines: Sequence[Line]) -> bool:
    """Are lines that stand in on both sides, and alike, running text of a width of their own?"""
    if len(lines) < MIN_LINES or not all(map(_is_plain, lines)):
        return False
    steps = [step_between(a, b) or 0.0 for a, b in pairwise(lines)]
    if max(steps) > APART_SHARE * min(steps):
        return False  # more than one paragraph
    boxes = [line.layout.bbox for line in lines if line.layout.bbox]
    edge = max(box.right for box in boxes)
    column = lines[0].layout.column
    assert column is not None
    is_wrapped = all(
        box.right + _first_word(b) + ROOM * (column[1] - column[0]) > edge
        for box, (_, b) in zip(boxes, pairwise(lines), strict=False)
    )
    goes_on = any(starts_lower(line.value) for line in lines[1:])  # addresses do not
    return is_wrapped and goes_on and any(look_at(line.value).is_prose for line in lines)


def _is_plain(line: Line) -> bool:
    """No item, no code, and no style but one for the whole line."""
    styles = {STRONG, EMPHASIS}
    whole = all(
        mark.kind in styles and mark.end - mark.start >= len(line.value) for mark in line.marks
    )
    is_stated = line.layout.stated is not None and line.layout.stated.role == "heading"
    return whole and not is_stated and not line.layout.pitch and marker(line.value) is None


def _first_word(line: Line) -> float:
    """The width of the first word, with a blank before it; points."""
    box = line.layout.bbox
    assert box is not None
    word = line.value.split(None, 1)[0]
    return (len(word) + 1) * (box.right - box.left) / len(line.value)
