"""Lines as rows of characters: where each begins, in columns, and what it looks like."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.document import Line, PageBreak
from ingest.shapes import marker
from ingest.stages.code_lines import Look, look_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.document import Block, Layout


# A page shows where its prose begins by so many lines.
MARGIN_MIN_LINES = 2

_Slot = tuple[int | None, tuple[float, float] | None]  # page and column


@dataclass(slots=True)
class Row:
    """A line, and how it stands in columns of characters.

    Attributes:
        at: Its place among the children of the document.
        line: The line.
        indent: Where it begins.
        blank: Blank lines before it.
        turns: A page or a column of the page ends before it.
        end: Where it ends, on a page.
        look: What it looks like.
    """

    at: int
    line: Line
    indent: int
    blank: int
    turns: bool = False
    end: int | None = None
    look: Look = field(init=False)

    def __post_init__(self) -> None:
        """Look at the line."""
        self.look = look_at(self.line.value)

    @property
    def is_item(self) -> bool:
        """It begins like an item of a list, and not like code."""
        return not self.look.is_sure and marker(self.line.value) is not None


def rows_of(children: Sequence[Block]) -> Iterator[list[Row]]:
    """The rows of a document, cut where a block stands between them."""
    measures = _measure(children)
    run: list[Row] = []
    turns = False
    for at, node in enumerate(children):
        if isinstance(node, Line):
            before = run[-1].line if run and not turns else None
            run.append(_row(at, node, before, measures, turns=turns))
            turns = False
        elif isinstance(node, PageBreak):
            turns = True
        else:
            if run:
                yield run
            run, turns = [], False
    if run:
        yield run


@dataclass(frozen=True, slots=True)
class _Measures:
    """What a document shows about its pages and its typed lines; points.

    Attributes:
        leading: Distance of two lines without a blank line between, by size of type.
        pitches: Distance of two glyphs, by size of type.
        margins: Where most lines of prose begin, by page and column.
    """

    leading: Mapping[float, float]
    pitches: Mapping[float, float]
    margins: Mapping[_Slot, float]

    def margin(self, layout: Layout) -> float:
        """Where prose begins in the column of a line: on its page, or else on others."""
        edge = layout.column[0] if layout.column else 0.0
        found = self.margins.get(_slot(layout))
        if found is not None:
            return found
        return min(self.margins.values(), key=lambda left: abs(left - edge), default=edge)


def _measure(children: Sequence[Block]) -> _Measures:
    return _Measures(_leading(children), _pitches(children), _margins(children))


def _slot(layout: Layout) -> _Slot:
    return layout.page, layout.column


def _margins(children: Sequence[Block]) -> dict[_Slot, float]:
    lefts: dict[_Slot, Counter[float]] = defaultdict(Counter)
    for node in children:
        if isinstance(node, Line) and node.layout.bbox and not node.layout.pitch:
            lefts[_slot(node.layout)][round(node.layout.bbox.left, 1)] += 1
    usual = {slot: min(found, key=lambda x: (-found[x], x)) for slot, found in lefts.items()}
    return {slot: left for slot, left in usual.items() if lefts[slot][left] >= MARGIN_MIN_LINES}


def _row(at: int, line: Line, before: Line | None, measures: _Measures, *, turns: bool) -> Row:
    layout = line.layout
    if layout.bbox is None:
        return Row(at, line, layout.indent, layout.blank_before, turns)
    left = layout.bbox.left - measures.margin(layout)
    size = layout.size or 1.0
    step = step_between(before, line) if before else None
    usual = measures.leading.get(size)
    blank = max(0, round(step / usual) - 1) if step and usual else 0
    pitch = measures.pitches.get(size, size / 2)
    turns = turns or (before is not None and step is None)
    end = round((left + layout.bbox.right - layout.bbox.left) / pitch)
    return Row(at, line, round(left / pitch), blank, turns, end)


def step_between(a: Line, b: Line) -> float | None:
    """How far the second line stands below the first, points; None if it does not."""
    one, two = a.layout.bbox, b.layout.bbox
    if one is None or two is None or two.bottom <= one.bottom:
        return None
    return two.bottom - one.bottom


def _pitches(children: Sequence[Block]) -> dict[float, float]:
    """The distance of two glyphs of typed lines, by size of type; points."""
    found: dict[float, Counter[float]] = defaultdict(Counter)
    for node in children:
        if isinstance(node, Line) and node.layout.pitch:
            found[node.layout.size or 1.0][node.layout.pitch] += len(node.value)
    return {size: median(count.elements()) for size, count in found.items()}


def _leading(children: Sequence[Block]) -> dict[float, float]:
    """The distance of two typed lines without a blank line between, by size of type; points."""
    steps: dict[float, Counter[float]] = defaultdict(Counter)
    for a, b in pairwise(children):
        if isinstance(a, Line) and isinstance(b, Line) and a.layout.pitch and b.layout.pitch:
            step = step_between(a, b)
            if step and a.layout.size == b.layout.size:
                steps[b.layout.size or 1.0][round(step, 1)] += 1
    return {size: min(found, key=lambda s: (-found[s], s)) for size, found in steps.items()}
