"""Lines of code, commands, configuration and drawings -> `Code`, every blank kept.

On pages the type tells: a line all in type of one width is code. In text files, and in documents
that are typed throughout, lines have to look like code, and those that stand in need less of it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingest.document import Line
from ingest.marks import CODE
from ingest.shapes import ends_sentence
from ingest.stages.code_rows import Row, rows_of, step_between
from ingest.stages.code_text import STAGE, with_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block, Document

# Where more of the letters than this are of one width, type says nothing.
TYPED_THROUGHOUT = 0.6
# Lines that stand in by so many columns stand in.
INDENT_COLUMNS = 2
# How much of a segment has to look like code, and how much may look like prose, where it stands in
# and where it stands at the margin. Held against the texts of dev documents, which have no code.
INDENTED_CODE, INDENTED_PROSE = 0.4, 0.34
MARGIN_CODE, MARGIN_PROSE = 0.75, 0.15
# So many lines at the margin are code if a blank line stands before them, and if prose does.
ALONE, BETWEEN_PROSE = 2, 3
# So many lines between two of code are its output, or a part of it.
MOST_BETWEEN = 4
# What follows a line that can be nothing else, such as the output of a command, may look like less.
SESSION_CODE = 0.4
# Beside a block of code this much of it is enough.
BESIDE_CODE = 0.2
# A page shows its own margin by so many lines of prose.
MARGIN_MIN_LINES = 3
# It is the leftmost place where this share of the lines begins that begin at the commonest one.
MARGIN_SHARE = 0.33
# Type above this share of the size of the running text is that of a heading.
HEADING_SIZE = 1.06
# Blocks stand further apart than the lines of a paragraph by this share; where no paragraph shows
# how far those are apart, in em.
APART_SHARE = 1.25
USUAL_LEADING = 1.2

# What a paragraph ends in that announces code in reStructuredText.
LITERAL = "::"

_NUMBER = re.compile(r"\d{1,5}(?=\s|$)")


@dataclass
class Segment:
    """Rows without a blank line between them, all at the margin or all standing in."""

    rows: list[Row]
    margin: int
    is_indented: bool
    above: Row | None = None  # the row directly above, if no blank line stands between
    below: Row | None = None  # the row directly below, likewise
    is_literal: bool = False  # it stands in below a paragraph that ends in `::`
    is_code: bool = False

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
        if self.is_literal:
            return True
        is_sure = any(row.look.is_sure for row in self.rows)
        if not is_sure and self.rows[0].is_item:
            return False
        if self._continues_sentence() and not (is_sure and len(self.rows) > 1):
            return False
        if self.is_indented:
            is_strong = any(row.look.code == 1 for row in self.rows)
            return is_strong and self.code >= INDENTED_CODE and self.prose <= INDENTED_PROSE
        if len(self.rows) == 1 and self._begins_sentence():
            return False
        enough = is_sure or len(self.rows) >= (BETWEEN_PROSE if self.above else ALONE)
        share = SESSION_CODE if self.rows[0].look.is_sure else MARGIN_CODE
        return enough and self.code >= share and self.prose <= MARGIN_PROSE

    def _continues_sentence(self) -> bool:
        """Does the row above end in the middle of a sentence?"""
        above = self.above
        if above is None or not (above.look.is_prose or above.is_item):
            return False
        return not (above.line.value.endswith(":") or ends_sentence(above.line.value))

    def _begins_sentence(self) -> bool:
        """Does the row below go on in the middle of a sentence?"""
        below = self.below
        return below is not None and below.look.is_prose and below.line.value[0].islower()

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
        line-number: The numbers of its lines went.
        typed-quote: A quotation mark of typography became the typed one that it shows.
        visible-blank: The same for the sign that shows a blank.

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
    return with_code(doc, blocks, "monospace" if by_type else "code")


def _is_typed_in_parts(lines: Sequence[Line]) -> bool:
    """Does type tell code from prose in this document?"""
    typed = sum(len(line.value) for line in lines if line.layout.pitch)
    return 0 < typed <= TYPED_THROUGHOUT * sum(len(line.value) for line in lines)


# ---------------------------------------------------------------- by type


def _typed_blocks(children: Sequence[Block]) -> list[list[Row]]:
    body = Counter[float]()
    for node in children:
        if isinstance(node, Line) and not node.layout.pitch:
            body[node.layout.size or 0.0] += len(node.value)
    usual = body.most_common(1)[0][0]
    apart = APART_SHARE * _usual_leading(children)
    out: list[list[Row]] = []
    for run in rows_of(children):
        kinds = [_is_typed(row, usual) for row in run]
        for at in range(1, len(run)):
            kinds[at] = kinds[at] or (kinds[at - 1] and _is_next_number(run[at - 1], run[at]))
        pairs = groupby(zip(kinds, run, strict=True), lambda pair: pair[0])
        groups = [(typed, [row for _, row in rows]) for typed, rows in pairs]
        for number, (typed, rows) in enumerate(groups):
            before = groups[number - 1][1][-1] if number else None
            after = groups[number + 1][1][0] if number + 1 < len(groups) else None
            if typed and (len(rows) > 1 or _stands_alone(rows[0], before, after, apart)):
                out.append(rows)
    return out


def _is_typed(row: Row, body: float) -> bool:
    layout = row.line.layout
    return bool(layout.pitch) and not (layout.size or 0.0) > HEADING_SIZE * body


def _is_next_number(before: Row, row: Row) -> bool:
    """Is it the number of an empty line of code?"""
    match = _NUMBER.match(before.line.value)
    return match is not None and row.line.value == str(int(match[0]) + 1)


def _usual_leading(children: Sequence[Block]) -> float:
    """The distance of two lines of prose, in em."""
    steps = Counter(
        round(step / b.layout.size, 1)
        for a, b in pairwise(children)
        if isinstance(a, Line) and isinstance(b, Line) and not (a.layout.pitch or b.layout.pitch)
        if b.layout.size and (step := step_between(a, b))
    )
    return min(steps, key=lambda step: (-steps[step], step), default=USUAL_LEADING)


def _stands_alone(row: Row, before: Row | None, after: Row | None, apart: float) -> bool:
    """Is a typed line no part of a sentence, no term above its definition, no label?

    `apart` is from which distance on, in em, lines are not of one paragraph.
    """
    box = row.line.layout.bbox
    if box is None or row.is_item:
        return False
    size = row.line.layout.size or box.bottom - box.top
    above = step_between(before.line, row.line) if before and not row.turns else None
    below = step_between(row.line, after.line) if after and not after.turns else None
    is_close = below is not None and below <= apart * size
    is_term = is_close and after is not None and after.indent > row.indent + 1
    goes_on = above is not None and above <= apart * size and _ends_in_code(before)
    if is_term or goes_on or row.line.value.endswith("."):
        return False
    stands_in = all(
        other is None
        or other.line.layout.bbox is None
        or box.left > other.line.layout.bbox.left + size
        for other in (before, after)
    )
    return stands_in or (
        all(step is None or step > apart * size for step in (above, below))
        and (row.look.code > 0 or not row.look.is_prose)
    )


def _ends_in_code(row: Row | None) -> bool:
    """Does a line of prose end inside words in type of one width, which may go on below?"""
    return row is not None and any(
        mark.kind == CODE and mark.end == len(row.line.value) for mark in row.line.marks
    )


# ---------------------------------------------------------------- by shape


def _shaped_blocks(children: Sequence[Block]) -> list[list[Row]]:
    out: list[list[Row]] = []
    for run in rows_of(children):
        parts = segments(run)
        for segment in parts:
            segment.is_code = segment.looks_like_code()
        if any(segment.is_code for segment in parts):
            _spread(parts)
            _fill(parts)
            out += _merged(parts)
    return out


def segments(run: Sequence[Row]) -> list[Segment]:
    """Cut a run of rows where a blank line stands, or where it begins or ends to stand in."""
    margins = _margins(run)
    out: list[Segment] = []
    for row, margin in zip(run, margins, strict=True):
        stands_in = row.indent >= margin + INDENT_COLUMNS
        last = out[-1] if out else None
        if last is None or row.blank or row.turns or last.is_indented != stands_in:
            is_other = True
        else:
            # At the margin code may stand in the middle of prose.
            is_other = not stands_in and last.rows[-1].look.is_code != row.look.is_code
        if last is None or is_other:
            is_below = last is not None and not row.blank and not row.turns
            above = last.rows[-1] if last and is_below else None
            is_literal = _is_literal(last, row, stands_in)
            out.append(Segment([row], margin, stands_in, above, is_literal=is_literal))
            if last and above:
                last.below = row
        else:
            last.rows.append(row)
    return out


def _is_literal(last: Segment | None, row: Row, stands_in: bool) -> bool:
    """Does reStructuredText announce it as code? So it does with `::` at the end of a paragraph."""
    if last is None or not stands_in or not row.blank:
        return False
    return last.is_literal if last.is_indented else last.rows[-1].line.value.endswith(LITERAL)


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
    most = max(found.values())
    return min(indent for indent, count in found.items() if count >= MARGIN_SHARE * most)


def _spread(parts: Sequence[Segment]) -> None:
    """Let code take along what stands directly beside it."""
    for order in (parts, parts[::-1]):
        for a, b in pairwise(order):
            if a.is_code and not b.is_code:
                later = b if order is parts else a
                is_apart = bool(later.rows[0].blank or later.rows[0].turns)
                b.is_code = b.goes_on(a, is_apart=is_apart)


def _fill(parts: Sequence[Segment]) -> None:
    """What stands in further than the code around it belongs to that code."""
    last: int | None = None
    for at, segment in enumerate(parts):
        if not segment.is_code:
            continue
        if last is not None and _belong_to(parts[last], parts[last + 1 : at], segment):
            for one in parts[last + 1 : at]:
                one.is_code = True
        last = at


def _belong_to(before: Segment, between: Sequence[Segment], after: Segment) -> bool:
    """Are some segments a part of the code around them?"""
    if before.is_indented and after.is_indented:
        return all(one.indent > min(before.indent, after.indent) for one in between)
    rows = [row for one in between for row in one.rows]
    apart = any(one.rows[0].blank or one.rows[0].turns for one in (*between, after))
    return len(rows) <= MOST_BETWEEN and not apart and not any(row.look.is_prose for row in rows)


def _merged(parts: Sequence[Segment]) -> Iterator[list[Row]]:
    for is_code, group in groupby(parts, lambda segment: segment.is_code):
        if is_code:
            yield [row for segment in group for row in segment.rows]
