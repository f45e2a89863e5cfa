"""Quotations, and definitions of text files, -> `Blockquote` and lists of terms, when sure.

Mail marks what it quotes by `>`; a definition stands in below its term. Verse and addresses that
stand in keep their lines.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property
from itertools import groupby, pairwise
from typing import TYPE_CHECKING

from ingest.document import (
    Blockquote,
    Break,
    Edit,
    Line,
    List,
    ListItem,
    Paragraph,
    Span,
    Strong,
    Text,
)
from ingest.inline import inline_nodes, nested
from ingest.shapes import ends_sentence, marker, starts_lower
from ingest.stages.code_lines import look_at
from ingest.stages.hyphens import Hyphens, glue
from ingest.stages.page_definitions import page_definitions
from ingest.stages.page_quotations import page_quotations
from ingest.stages.pen import Pen, gap_between, gaps_between
from ingest.stages.set_in import QUOTATION, VERSE, set_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.document import Block, Document, Inline
    from ingest.marks import Mark

STAGE = "set_off"
# Share of right blocks and joins in the tuning half of bench/blocks; hyphens as in paragraphs.
CONFIDENCE = {
    "quotation": 0.97,
    "definition": 0.95,
    VERSE: 0.95,
    QUOTATION: 0.9,
    "unwrap": 0.97,
    "line-kept": 0.95,
    "soft-hyphen": 0.97,
    "hard-hyphen": 0.99,
}
# Mail wraps at 65 to 78 columns; a line that is shorter than this was ended on purpose.
WRAPPED_MIN = 40
# A term has so many characters and words at most; so many terms make a list.
TERM_CHARS, TERM_WORDS = 50, 6
TERMS_MIN = 2
# A definition stands in by so many columns at least.
STANDS_IN = 2

_QUOTED = re.compile(r"(?:>[ \t]?)+")
_COMPARISON = re.compile(r">[ \t]*[\d.,]+\b")  # more than so many


def set_off(doc: Document) -> Document:
    """Tell quotations and definitions from running text.

    Args:
        doc: Lines; blocks are left alone. On pages only what is set in is looked for.

    Returns:
        A document with the same `children` object if there was none.

    Rules:
        quotation: Lines that begin with `>`, each one a level.
        definition: Short lines, in bold on pages, each with lines below that stand in, two at least
            in a row.
        verse: Short lines that stand in and were ended on purpose, as in verse and addresses.
        set-in: A quotation that stands in on both sides.
        unwrap, soft-hyphen, hard-hyphen: A line end inside became a blank, or went.
        line-kept: A line end inside is meant; the blanks around it went.

    Source: tuning half of bench/blocks.
    """
    lines = [node for node in doc.children if isinstance(node, Line)]
    if any(line.layout.bbox for line in lines):
        return _of_pages(doc)
    if not (any(map(_is_quoted, lines)) or _stand_in(lines)):
        return doc  # as in most exports of pages, which have lost their indents
    builder = _Builder(doc)
    children: list[Block] = []
    for chunk in _chunks(doc.children):
        if isinstance(chunk, list):
            children += builder.quotation(chunk) if _is_quotation(chunk) else chunk
        else:
            children.append(chunk)
    children = list(builder.definitions(children, _definitions(children)))
    return builder.done(list(builder.set_in(children, set_in(children))))


def _of_pages(doc: Document) -> Document:
    """Pages have geometry, and lost the signs by which a text shows what it quotes."""
    groups = [(QUOTATION, lines) for lines in page_quotations(doc.children)]
    rows = list(page_definitions(doc.children))
    if not groups and not rows:
        return doc
    builder = _Builder(doc)
    children = list(builder.set_in(doc.children, groups))
    return builder.done(list(builder.definitions(children, rows)))


def _stand_in(lines: Sequence[Line]) -> bool:
    """Does any line stand in from another?"""
    indents = [line.layout.indent for line in lines]
    return max(indents, default=0) - min(indents, default=0) >= STANDS_IN


def _is_quotation(chunk: Sequence[Line]) -> bool:
    """Are these lines, all quoted or all not, a quotation? One line alone may compare numbers."""
    first, *more = chunk
    return _is_quoted(first) and (bool(more) or _COMPARISON.match(first.value) is None)


def _is_quoted(line: Line) -> bool:
    return line.value.startswith(">")


def _chunks(children: Sequence[Block]) -> Iterator[list[Line] | Block]:
    """Neighbouring lines that all are quoted, or all not; other blocks as they are."""
    before: Line | None = None
    for kind, group in groupby(
        children, lambda node: _is_quoted(node) if isinstance(node, Line) else None
    ):
        nodes = list(group)
        lines = [node for node in nodes if isinstance(node, Line)]
        if kind is None or (kind and not _may_be_quotation(lines, before)):
            yield from nodes
        else:
            yield lines
        before = lines[-1] if lines else None


def _may_be_quotation(lines: Sequence[Line], before: Line | None) -> bool:
    """Does it stand apart from what is above, and is it no session of an interpreter?"""
    opens = before is None or lines[0].layout.blank_before or before.value.endswith(":")
    inside = [_QUOTED.sub("", line.value, count=1) for line in lines]
    code = sum(look_at(text).is_code for text in inside)
    return bool(opens) and any(inside) and code * 2 < len(inside)


class _Builder:
    """Builds the blocks of one document."""

    def __init__(self, doc: Document) -> None:
        self.edits: list[Edit] = []
        self._step = doc.next_step
        self._doc = doc
        self._hyphens = Hyphens.of(doc)

    def done(self, children: list[Block]) -> Document:
        """The document with these blocks; the same one if nothing was built."""
        if not self.edits:
            return self._doc
        edits = sorted(self.edits, key=lambda edit: (edit.span, edit.start))
        return replace(self._doc, children=tuple(children), edits=(*self._doc.edits, *edits))

    @cached_property
    def _gaps(self) -> dict[Span, str]:
        """The present text between neighbouring lines."""
        lines = [node for node in self._doc.children if isinstance(node, Line)]
        return gaps_between(self._doc, pairwise(lines))

    def _join(self, pen: Pen, before: str, gap: str, after: str) -> int:
        """Write a line and what becomes of its end; how many characters of it are kept."""
        rule, between, cut = glue(before, after, "unwrap", self._hyphens)
        kept = before[: len(before) - cut]
        pen.keep(kept)
        pen.put(rule, before[len(kept) :] + gap, between)
        return len(kept)

    def _gap(self, a: Line, b: Line) -> str:
        return self._gaps[gap_between(a, b)]

    def _pen(self, lines: Sequence[Line], rule: str, why: str = "") -> Pen:
        span = Span(lines[0].span.start, lines[-1].span.end)
        pen = Pen(STAGE, CONFIDENCE, self._step, span)
        if why:
            pen.decide(rule, why)
        return pen

    # ------------------------------------------------------------ quotations

    def quotation(self, lines: Sequence[Line]) -> list[Block]:
        """The quotations that some quoted lines are."""
        levels = [_depth(line) for line in lines]
        return self._level([*zip(levels, lines, strict=True)], 0)

    def _level(self, lines: Sequence[tuple[int, Line]], depth: int) -> list[Block]:
        out: list[Block] = []
        for deeper, group in groupby(lines, lambda pair: pair[0] > depth):
            mine = list(group)
            if deeper:
                out.append(Blockquote(tuple(self._level(mine, depth + 1))))
            else:
                out += self._paragraphs([line for _, line in mine])
        return out

    def _paragraphs(self, lines: Sequence[Line]) -> Iterator[Paragraph]:
        group: list[Line] = []
        for line in lines:
            if group and (line.layout.blank_before or not _inside(line)):
                yield self._quoted(group)
                group = []
            if _inside(line):
                group.append(line)
            else:
                pen = self._pen([line], "quotation")
                pen.put("quotation", line.value, "")
                self.edits += pen.edits
        if group:
            yield self._quoted(group)

    def _quoted(self, lines: Sequence[Line]) -> Paragraph:
        pen = self._pen(lines, "quotation")
        pen.put("quotation", _mark(lines[0]), "")
        made: list[Inline] = []
        for a, b in pairwise(lines):
            gap = self._gap(a, b) + _mark(b)
            if len(a.value) >= WRAPPED_MIN or starts_lower(_inside(b)):
                self._join(pen, _inside(a), gap, _inside(b))
            else:
                pen.keep(_inside(a))
                made += Text("".join(pen.parts)), Break()
                pen.parts.clear()
                pen.put("line-kept", gap, "\n")
                pen.parts.clear()
        pen.keep(_inside(lines[-1]))
        self.edits += pen.edits
        return Paragraph((*made, Text("".join(pen.parts))), pen.span)

    # ------------------------------------------------------------ what stands in

    def set_in(
        self, children: Sequence[Block], found: Iterable[tuple[str, list[Line]]]
    ) -> Iterator[Block]:
        """The blocks with verse, addresses and quotations that stand in as what they are."""
        groups = {lines[0].span: (kind, lines) for kind, lines in found}
        skip = 0
        for node in children:
            if skip:
                skip -= 1
            elif isinstance(node, Line) and node.span in groups:
                kind, lines = groups[node.span]
                skip = len(lines) - 1
                yield self._verse(lines) if kind == VERSE else self._prose(lines)
            else:
                yield node

    def _verse(self, lines: Sequence[Line]) -> Paragraph:
        pen = self._pen(lines, VERSE, why="its lines are kept")
        made: list[Inline] = []
        for a, b in pairwise(lines):
            pen.keep(a.value)
            pen.put("line-kept", self._gap(a, b), "\n")
            made += Text(a.value), Break()
        self.edits += pen.edits
        return Paragraph((*made, Text(lines[-1].value)), pen.span)

    def _prose(self, lines: Sequence[Line]) -> Blockquote:
        pen = self._pen(lines, QUOTATION, why="it stands in on both sides")
        for a, b in pairwise(lines):
            self._join(pen, a.value, self._gap(a, b), b.value)
        pen.keep(lines[-1].value)
        self.edits += pen.edits
        return Blockquote((Paragraph((Text("".join(pen.parts)),), pen.span),))

    # ------------------------------------------------------------ definitions

    def definitions(
        self, children: Sequence[Block], found: Iterable[list[list[Line]]]
    ) -> Iterator[Block]:
        """The blocks with each row of terms and their definitions as a list."""
        rows = {entries[0][0].span: entries for entries in found}
        skip = 0
        for node in children:
            if skip:
                skip -= 1
            elif isinstance(node, Line) and node.span in rows:
                entries = rows[node.span]
                skip = sum(map(len, entries)) - 1
                yield List(tuple(self._entry(lines) for lines in entries))
            else:
                yield node

    def _entry(self, lines: Sequence[Line]) -> ListItem:
        pen = self._pen(lines, "definition", why="a term and its definition")
        term, *below = lines
        pen.keep(term.value)
        pen.put("line-kept", self._gap(term, below[0]), "\n")
        pen.parts.clear()
        marks: list[Mark] = []
        for a, b in pairwise(below):
            start = sum(map(len, pen.parts))
            kept = self._join(pen, a.value, self._gap(a, b), b.value)
            marks += _moved(a.marks, start, start + kept)
        marks += _moved(below[-1].marks, sum(map(len, pen.parts)))
        pen.keep(below[-1].value)
        self.edits += pen.edits
        text = "".join(pen.parts)
        definition = inline_nodes(text, nested(text, marks)) if marks else (Text(text),)
        return ListItem((Paragraph((Strong((Text(term.value),)), Break(), *definition), pen.span),))


def _moved(marks: Iterable[Mark], start: int, end: int | None = None) -> Iterator[Mark]:
    """The marks of a line in a text in which it begins at `start`, and is cut at `end`."""
    for mark in marks:
        last = mark.end + start
        yield mark._replace(start=mark.start + start, end=last if end is None else min(last, end))


def _mark(line: Line) -> str:
    match = _QUOTED.match(line.value)
    return match.group() if match else ""


def _inside(line: Line) -> str:
    return line.value[len(_mark(line)) :]


def _depth(line: Line) -> int:
    return _mark(line).count(">")


def _definitions(children: Sequence[Block]) -> Iterator[list[list[Line]]]:
    """The rows of terms with their definitions in a text."""
    at = 0
    while at < len(children):
        entries = list(_entries(children, at))
        if len(entries) >= TERMS_MIN:
            yield entries
        at += sum(map(len, entries)) if len(entries) >= TERMS_MIN else 1


def _entries(children: Sequence[Block], at: int) -> Iterator[list[Line]]:
    """Terms with the lines of their definitions, one directly after the other."""
    edge: int | None = None
    while at < len(children) and (entry := _entry_at(children, at)):
        left = entry[0].layout.indent
        if edge is not None and left != edge:
            return
        edge = left
        yield entry
        at += len(entry)


def _entry_at(children: Sequence[Block], at: int) -> list[Line]:
    """A term and the lines below that stand in; nothing if there is no term here."""
    term = children[at]
    if not isinstance(term, Line) or not _may_be_term(term.value):
        return []
    out = [term]
    for place in range(at + 1, len(children)):
        node = children[place]
        if not isinstance(node, Line) or node.layout.blank_before:
            break
        if node.layout.indent < term.layout.indent + STANDS_IN:
            break
        if len(out) > 1 and node.layout.indent != out[1].layout.indent:
            return []
        out.append(node)
    below = out[1:]
    if not below or marker(below[0].value) or not ends_sentence(below[-1].value):
        return []
    return out if any(look_at(line.value).is_prose for line in below) else []


def _may_be_term(text: str) -> bool:
    is_short = len(text) <= TERM_CHARS and len(text.split()) <= TERM_WORDS
    return is_short and text[-1] not in ".,;:!?" and (marker(text) is None or text[0] == "-")
