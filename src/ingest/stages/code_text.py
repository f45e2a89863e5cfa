"""Rows of code -> one `Code`, with an edit for each character that is another one now."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import Code, Edit, Span
from ingest.stages.pen import Pen, gap_between, gaps_between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from ingest.document import Block, Document
    from ingest.stages.code_rows import Row

STAGE = "find_code"
# Share of right blocks and lines in the tuning half of bench/blocks, as text and as PDFs; quotes
# and visible blanks stand for one character each.
CONFIDENCE = {
    "monospace": 0.99,
    "code": 0.95,
    "line-up": 0.97,
    "line-number": 0.97,
    "typed-quote": 0.97,
    "visible-blank": 0.99,
}
# So many lines that count up by one are numbered, and then fewer elsewhere in the document.
NUMBERED_MIN = 3
_NUMBER = re.compile(r"(\d{1,5})(?:\s+|$)")
_ODD = re.compile("[\u2018\u2019\u201c\u201d\u2423]")
VISIBLE_BLANK = "\u2423"


def with_code(doc: Document, blocks: Sequence[list[Row]], rule: str) -> Document:
    """The document with these rows as code.

    Args:
        doc: Lines, page breaks and blocks.
        blocks: The rows of each block of code, in order.
        rule: Why they are code.
    """
    step = doc.next_step
    gaps = gaps_between(doc, ((a.line, b.line) for rows in blocks for a, b in pairwise(rows)))
    quotes = _quotes(row.line.value for rows in blocks for row in rows)
    numbered = any(any(_line_numbers(rows, NUMBERED_MIN)) for rows in blocks)
    edits: list[Edit] = []
    built: dict[int, Code] = {}
    gone: set[int] = set()
    for rows in blocks:
        pen = Pen(STAGE, CONFIDENCE, step, Span(rows[0].line.span.start, rows[-1].line.span.end))
        pen.decide(rule, f"{len(rows)} lines")
        cuts = _line_numbers(rows, 1 if numbered else NUMBERED_MIN)
        built[rows[0].at] = _code(rows, cuts, gaps, quotes, pen)
        gone.update(range(rows[0].at + 1, rows[-1].at + 1))
        edits += pen.edits
    children: list[Block] = [
        built.get(at, node) for at, node in enumerate(doc.children) if at not in gone
    ]
    return replace(doc, children=tuple(children), edits=(*doc.edits, *edits))


# ---------------------------------------------------------------- one block


def _code(
    rows: Sequence[Row],
    cuts: Sequence[int],
    gaps: Mapping[Span, str],
    quotes: Callable[[str, int], str],
    pen: Pen,
) -> Code:
    indents = [_indent(row, cut) for row, cut in zip(rows, cuts, strict=True)]
    edge = min(n for n, row, cut in zip(indents, rows, cuts, strict=True) if row.line.value[cut:])
    for number, (row, cut, indent) in enumerate(zip(rows, cuts, indents, strict=True)):
        value = row.line.value
        shift = " " * (indent - edge) if value[cut:] else ""
        if number:
            gap = gaps[gap_between(rows[number - 1].line, row.line)]
            ends = "\n" * (1 if row.turns else row.blank + 1)
            pen.put("line-up", gap, ends + (_with_tabs(row, gap, edge) or shift))
        else:
            pen.put("line-up", "", shift)
        pen.put("line-number", value[:cut], "")
        _write(value, cut, quotes, pen)
    layout = rows[0].line.layout
    if layout.bbox is None:
        layout = replace(layout, indent=edge)
    return Code("".join(pen.parts), None, pen.span, layout)


def _indent(row: Row, cut: int) -> int:
    """Where the code of a row begins. Behind a number only the right end tells, on a page."""
    if not cut:
        return row.indent
    return (row.indent + len(row.line.value) if row.end is None else row.end) - (
        len(row.line.value) - cut
    )


def _with_tabs(row: Row, gap: str, edge: int) -> str:
    """What stands before a line if it is more than blanks: a tab behind the edge stays one."""
    there = gap[gap.rfind("\n") + 1 :]
    is_text = row.line.layout.bbox is None
    return there[edge:] if is_text and there[:edge].isspace() and "\t" in there[edge:] else ""


def _write(value: str, start: int, quotes: Callable[[str, int], str], pen: Pen) -> None:
    for match in _ODD.finditer(value, start):
        pen.keep(value[start : match.start()])
        if match.group() == VISIBLE_BLANK:
            pen.put("visible-blank", VISIBLE_BLANK, " ")
        else:
            pen.put("typed-quote", match.group(), quotes(value, match.start()))
        start = match.end()
    pen.keep(value[start:])


def _line_numbers(rows: Sequence[Row], at_least: int) -> list[int]:
    """For each row how many characters the number of the line takes, with the blanks behind it."""
    found = [_NUMBER.match(row.line.value) for row in rows]
    numbers = [int(match[1]) for match in found if match]
    counts_up = all(b == a + 1 for a, b in pairwise(numbers))
    only = all(match and match.end() == len(match.string) for match in found)
    if len(numbers) < len(rows) or len(rows) < at_least or not counts_up or only:
        return [0] * len(rows)
    return [match.end() if match else 0 for match in found]


def _quotes(values: Iterable[str]) -> Callable[[str, int], str]:
    """What was typed where a quotation mark of typography stands.

    Fonts and editors show a typed quote as one of typography, and then all of them; a document in
    which any is straight means its others.
    """
    text = "".join(values)
    single, double = "'" not in text, '"' not in text

    def typed(value: str, at: int) -> str:
        sign = value[at]
        if sign in "\u201c\u201d":
            return '"' if double else sign
        if not single:
            return sign
        # TeX shows a typed grave accent so; elsewhere it opens what the other one closes.
        opens = sign == "\u2018" and "\u2019" not in value[at:]
        return "`" if opens else "'"

    return typed
