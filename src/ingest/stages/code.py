"""Lines of code, commands, configuration and drawings -> `Code`, every blank kept.

On pages the type tells: a line all in type of one width is code. In text files, and in documents
that are typed throughout, lines have to look like code, and those that stand in need less of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.document import Code, Edit, Line, PageBreak, Span
from ingest.shapes import ends_sentence, marker
from ingest.stages.code_lines import Look, look_at
from ingest.verify import replay

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.document import Block, Document, Layout

STAGE = "find_code"

# Share of right blocks in the tuning half of bench/blocks and its PDFs (bench/blocks).
CONFIDENCE = {"monospace": 0.97, "code": 0.95, "line-up": 0.97}
# Where more of the letters than this are of one width, type says nothing.
TYPED_THROUGHOUT = 0.6
# Lines that stand in by so many columns stand in.
INDENT_COLUMNS = 2
# How much of a segment has to look like code, and how much may look like prose, where it stands in
# and where it stands at the margin. Held against the texts of the dev documents; none has code.
INDENTED_CODE, INDENTED_PROSE = 0.4, 0.34
MARGIN_CODE, MARGIN_PROSE = 0.75, 0.15
# Beside a block of code this much of it is enough.
BESIDE_CODE = 0.2
# A page shows its own margin by so many lines of prose.
MARGIN_MIN_LINES = 3
# Type above this share of the size of the running text is that of a heading.
HEADING_SIZE = 1.06


@dataclass(slots=True)
class Row:
    """A line, and how it stands in columns of characters."""

    at: int
    line: Line
    indent: int
    blank: int
    turns: bool = False  # a page ends before it
    look: Look = field(init=False)

    def __post_init__(self) -> None:
        """Look at the line."""
        self.look = look_at(self.line.value)

    @property
    def is_item(self) -> bool:
        """It begins like an item of a list, and not like code."""
        return not self.look.is_sure and marker(self.line.value) is not None


@dataclass
class Segment:
    """Rows without a blank line between them, all at the margin or all standing in."""

    rows: list[Row]
    margin: int
    above: Row | None = None  # the row directly above, if no blank line stands between
    is_code: bool = False

    @property
    def is_indented(self) -> bool:
        """It stands in."""
        return self.rows[0].indent >= self.margin + INDENT_COLUMNS

    @cached_property
    def indent(self) -> int:
        """Where its leftmost row begins."""
        return min(row.indent for row in self.rows)

    @cached_property
    def code(self) -> float:
        """Share of its rows that look like code."""
        return sum(row.look.code for row in self.rows) / len(self.rows)

    @cached_property
    def prose(self) -> float:
        """Share of its rows that look like prose."""
        return sum(row.look.is_prose for row in self.rows) / len(self.rows)

    def looks_like_code(self) -> bool:
        """Is it code by itself?"""
        is_sure = any(row.look.is_sure for row in self.rows)
        if not is_sure and (self.rows[0].is_item or self._continues_sentence()):
            return False
        if self.is_indented:
            is_strong = any(row.look.code == 1 for row in self.rows)
            return is_strong and self.code >= INDENTED_CODE and self.prose <= INDENTED_PROSE
        enough = len(self.rows) > 1 or is_sure
        return enough and self.code >= MARGIN_CODE and self.prose <= MARGIN_PROSE

    def _continues_sentence(self) -> bool:
        """Does the row above end in the middle of a sentence?"""
        above = self.above
        if above is None or not (above.look.is_prose or above.is_item):
            return False
        return not (above.line.value.endswith(":") or ends_sentence(above.line.value))

    def goes_on(self, other: Segment, *, is_apart: bool) -> bool:
        """May it be a part of the code beside it? `is_apart` is for a blank line between them."""
        if self.rows[0].is_item or self.prose > INDENTED_PROSE or self.indent < other.indent:
            return False
        if is_apart and not (self.is_indented and other.is_indented):
            return self.code >= INDENTED_CODE and self.is_indented
        return self.code >= BESIDE_CODE or (self.is_indented and not self.prose)


def find_code(doc: Document) -> Document:
    """Set code and other preformatted text apart, so that nothing repairs it.

    Args:
        doc: Lines and page breaks; blocks between them are left alone.

    Returns:
        A document whose lines of code are `Code`, dedented, with the blanks inside kept; a block
        that a page break cut is one. The same `children` object if there is none, or if the lines
        of this document have been judged before.

    Rules:
        monospace: On a page, lines in type of one width.
        code: Lines that look like code, commands, configuration or a drawing, see
            data/code_lines.tsv; lines that stand in need less of it.
        line-up: The blanks before a line of code, or between two, became those that the block
            shows.

    Source: thresholds and confidence measured on the tuning half of bench/blocks, and held against
    the dev documents of structure, which have no code.
    """
    lines = [node for node in doc.children if isinstance(node, Line)]
    if STAGE in doc.facts or not lines:
        return doc
    doc = replace(doc, facts={**doc.facts, STAGE: True})
    by_type = _is_typed_in_parts(lines)
    blocks = _typed_blocks(doc.children) if by_type else _shaped_blocks(doc.children)
    if not blocks:
        return doc
    return _with_code(doc, blocks, "monospace" if by_type else "code")


def _is_typed_in_parts(lines: Sequence[Line]) -> bool:
    """Does type tell code from prose in this document?"""
    typed = sum(len(line.value) for line in lines if line.layout.pitch)
    return 0 < typed <= TYPED_THROUGHOUT * sum(len(line.value) for line in lines)


# ---------------------------------------------------------------- rows


def _runs(children: Sequence[Block]) -> Iterator[list[Row]]:
    """The rows of a document, cut where a block stands between them."""
    leading, pitches = _leading(children), _pitches(children)
    run: list[Row] = []
    turns = False
    for at, node in enumerate(children):
        if isinstance(node, Line):
            before = run[-1].line if run and not turns else None
            run.append(_row(at, node, before, leading, pitches, turns=turns))
            turns = False
        elif isinstance(node, PageBreak):
            turns = True
        else:
            if run:
                yield run
            run, turns = [], False
    if run:
        yield run


def _row(
    at: int,
    line: Line,
    before: Line | None,
    leading: Mapping[float, float],
    pitches: Mapping[float, float],
    *,
    turns: bool,
) -> Row:
    layout = line.layout
    if layout.bbox is None:
        return Row(at, line, layout.indent, layout.blank_before, turns)
    left = layout.bbox.left - (layout.column[0] if layout.column else 0.0)
    size = layout.size or 1.0
    step = _step(before, line) if before else None
    usual = leading.get(size)
    blank = max(0, round(step / usual) - 1) if step and usual else 0
    return Row(
        at,
        line,
        round(left / pitches.get(size, size / 2)),
        blank,
        turns or (before is not None and step is None),
    )


def _step(a: Line, b: Line) -> float | None:
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
            step = _step(a, b)
            if step and a.layout.size == b.layout.size:
                steps[b.layout.size or 1.0][round(step, 1)] += 1
    return {size: min(found, key=lambda s: (-found[s], s)) for size, found in steps.items()}


# ---------------------------------------------------------------- by type


def _typed_blocks(children: Sequence[Block]) -> list[list[Row]]:
    body = Counter[float]()
    for node in children:
        if isinstance(node, Line) and not node.layout.pitch:
            body[node.layout.size or 0.0] += len(node.value)
    usual = body.most_common(1)[0][0]
    out: list[list[Row]] = []
    for run in _runs(children):
        groups = [
            (typed, list(rows)) for typed, rows in groupby(run, lambda row: _is_typed(row, usual))
        ]
        for number, (typed, rows) in enumerate(groups):
            before = groups[number - 1][1][-1] if number else None
            after = groups[number + 1][1][0] if number + 1 < len(groups) else None
            if typed and (len(rows) > 1 or _stands_alone(rows[0], before, after)):
                out.append(rows)
    return out


def _is_typed(row: Row, body: float) -> bool:
    layout = row.line.layout
    return bool(layout.pitch) and not (layout.size or 0.0) > HEADING_SIZE * body


def _stands_alone(row: Row, before: Row | None, after: Row | None) -> bool:
    """Is a typed line no part of a sentence, no term above its definition, no label?"""
    box = row.line.layout.bbox
    if box is None or row.is_item:
        return False
    size = row.line.layout.size or box.bottom - box.top
    above = _step(before.line, row.line) if before and not row.turns else None
    below = _step(row.line, after.line) if after and not after.turns else None
    is_close = below is not None and below <= APART * size
    is_term = is_close and after is not None and after.indent > row.indent + 1
    if is_term or row.line.value.endswith("."):
        return False
    stands_in = all(
        other is None
        or other.line.layout.bbox is None
        or box.left > other.line.layout.bbox.left + size
        for other in (before, after)
    )
    return stands_in or (
        all(step is None or step > APART * size for step in (above, below))
        and (row.look.code > 0 or not row.look.is_prose)
    )


# Two lines of a paragraph stand closer than this, in em; blocks are set further apart.
APART = 1.5


# ---------------------------------------------------------------- by shape


def _shaped_blocks(children: Sequence[Block]) -> list[list[Row]]:
    out: list[list[Row]] = []
    for run in _runs(children):
        segments = _segments(run)
        for segment in segments:
            segment.is_code = segment.looks_like_code()
        if any(segment.is_code for segment in segments):
            _spread(segments)
            _fill(segments)
            out += _merged(segments)
    return out


def _segments(run: Sequence[Row]) -> list[Segment]:
    margins = _margins(run)
    out: list[Segment] = []
    for row, margin in zip(run, margins, strict=True):
        stands_in = row.indent >= margin + INDENT_COLUMNS
        last = out[-1] if out else None
        if last is None or row.blank or row.turns or last.is_indented != stands_in:
            is_below = last is not None and not row.blank and not row.turns
            out.append(Segment([row], margin, last.rows[-1] if last and is_below else None))
        else:
            last.rows.append(row)
    return out


def _margins(run: Sequence[Row]) -> list[int]:
    """For each row where prose begins: on its page if that shows it, or else in the document."""
    pages: list[list[Row]] = []
    for row in run:
        if not pages or row.turns:
            pages.append([])
        pages[-1].append(row)
    whole = _margin(run, at_least=1)
    out: list[int] = []
    for page in pages:
        margin = _margin(page, at_least=MARGIN_MIN_LINES)
        out += [margin if margin is not None else whole or 0] * len(page)
    return out


def _margin(rows: Sequence[Row], *, at_least: int) -> int | None:
    found = Counter(row.indent for row in rows if row.look.is_prose)
    if found.total() < at_least:
        return None
    return min(found, key=lambda indent: (-found[indent], indent))


def _spread(segments: Sequence[Segment]) -> None:
    """Let code take along what stands directly beside it."""
    for order in (segments, segments[::-1]):
        for a, b in pairwise(order):
            if a.is_code and not b.is_code:
                later = b if order is segments else a
                is_apart = bool(later.rows[0].blank or later.rows[0].turns)
                b.is_code = b.goes_on(a, is_apart=is_apart)


def _fill(segments: Sequence[Segment]) -> None:
    """What stands in further than the code around it belongs to that code."""
    last: int | None = None
    for at, segment in enumerate(segments):
        if not segment.is_code:
            continue
        if last is not None and segments[last].is_indented and segment.is_indented:
            between = segments[last + 1 : at]
            edge = min(segments[last].indent, segment.indent)
            if all(one.indent > edge for one in between):
                for one in between:
                    one.is_code = True
        last = at


def _merged(segments: Sequence[Segment]) -> Iterator[list[Row]]:
    for is_code, group in groupby(segments, lambda segment: segment.is_code):
        if is_code:
            yield [row for segment in group for row in segment.rows]


# ---------------------------------------------------------------- building


def _with_code(doc: Document, blocks: Sequence[list[Row]], rule: str) -> Document:
    step = doc.next_step
    gaps = _gaps(doc, blocks)
    edits: list[Edit] = []
    built: dict[int, Code] = {}
    gone: set[int] = set()
    for rows in blocks:
        code, new = _code(rows, gaps, step, rule)
        built[rows[0].at] = code
        gone.update(range(rows[0].at + 1, rows[-1].at + 1))
        edits += new
    children = tuple(built.get(at, node) for at, node in enumerate(doc.children) if at not in gone)
    return replace(doc, children=children, edits=(*doc.edits, *edits))


def _gaps(doc: Document, blocks: Sequence[list[Row]]) -> dict[Span, str]:
    """The present text between the lines of each block."""
    spans = [_gap(a, b) for rows in blocks for a, b in pairwise(rows)]
    return dict(zip(spans, replay(doc.source, doc.edits).pieces(spans), strict=True))


def _gap(a: Row, b: Row) -> Span:
    return Span(a.line.span.end, b.line.span.start)


def _code(
    rows: Sequence[Row], gaps: dict[Span, str], step: int, rule: str
) -> tuple[Code, list[Edit]]:
    """One block, and an edit for each row of blanks that is another one now."""
    span = Span(rows[0].line.span.start, rows[-1].line.span.end)
    edge = min(row.indent for row in rows)
    first = " " * (rows[0].indent - edge)
    parts = [first, rows[0].line.value]
    why = f"{len(rows)} lines"
    edits = [Edit(step, STAGE, rule, span, 0, 0, "", "", CONFIDENCE[rule], why=why)]
    if first:
        edits.append(_line_up(step, span, 0, "", first))
    offset = len(rows[0].line.value)
    for before, row in pairwise(rows):
        gap = gaps[_gap(before, row)]
        wanted = "\n" * (1 if row.turns else row.blank + 1) + _leading_blanks(row, gap, edge)
        if gap != wanted:
            edits.append(_line_up(step, span, offset, gap, wanted))
        parts += wanted, row.line.value
        offset += len(gap) + len(row.line.value)
    layout: Layout = rows[0].line.layout
    if layout.bbox is None:
        layout = replace(layout, indent=edge)
    return Code("".join(parts), None, span, layout), edits


def _leading_blanks(row: Row, gap: str, edge: int) -> str:
    """What stands before the line in the block; a tab that is no part of the edge stays one."""
    there = gap[gap.rfind("\n") + 1 :]
    if row.line.layout.bbox is None and there[:edge] == " " * edge and "\t" in there[edge:]:
        return there[edge:]
    return " " * (row.indent - edge)


def _line_up(step: int, span: Span, start: int, before: str, after: str) -> Edit:
    end = start + len(before)
    return Edit(step, STAGE, "line-up", span, start, end, before, after, CONFIDENCE["line-up"])
