"""Definitions of pages: a short line in bold at the edge, and below it lines that stand in."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import Line
from ingest.marks import EMPHASIS, FOOTNOTE, LINK, STRONG
from ingest.shapes import ends_sentence, marker
from ingest.stages.code import APART_SHARE, USUAL_LEADING
from ingest.stages.code_rows import step_between
from ingest.stages.page_quotations import is_prose_at_edge, seat

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block

# The weight of bold type, from which on a term is set apart.
BOLD_WEIGHT = 600
# A term has so many characters and words at most, as in a text; so many terms make a list.
TERM_CHARS, TERM_WORDS = 50, 6
TERMS_MIN = 2
# A definition stands in from its term by so much at least, em. Formatters do by 1.8 to 4.
STANDS_IN = 1.5
# Lines of one paragraph are apart by so much at most, em; where more is between a term and what is
# below, it is a heading.
LEADING_MAX = APART_SHARE * USUAL_LEADING
# A definition of more lines is a section with its heading.
MOST_LINES = 12


def page_definitions(children: Sequence[Block]) -> Iterator[list[list[Line]]]:
    """The lists of terms with their definitions: of each entry its lines, the term first.

    Running text at the edge stands above, since where all text stands in, as in manual pages, what
    stands at the edge are headings. Each definition is one paragraph that ends like a sentence.
    """
    at = 1
    while at < len(children):
        entries = list(_entries(children, at)) if is_prose_at_edge(children[at - 1]) else []
        end = at + sum(map(len, entries))
        below = children[end] if end < len(children) else None
        if len(entries) >= TERMS_MIN and not _is_set_in(below, entries[0][0]):
            yield entries
            at = end
        at += 1


def _entries(children: Sequence[Block], at: int) -> Iterator[list[Line]]:
    """Terms with the lines of their definitions, one directly after the other, all set alike."""
    first: list[Line] = []
    while at < len(children) and (entry := _entry_at(children, at)):
        first = first or entry
        if not all(_begins_below(a, b) for a, b in zip(first[:2], entry, strict=False)):
            return
        yield entry
        at += len(entry)


def _entry_at(children: Sequence[Block], at: int) -> list[Line]:
    """A term and the lines below that stand in; nothing if there is no term here."""
    term = children[at]
    if not isinstance(term, Line) or not _may_be_term(term):
        return []
    out = [term]
    for node in children[at + 1 : at + 2 + MOST_LINES]:
        if not _is_set_in(node, term) or not isinstance(node, Line):
            break
        out.append(node)
    return out if _is_definition(out) else []


def _is_definition(lines: Sequence[Line]) -> bool:
    """Are these lines a term and one paragraph, all of it as far in, directly below?"""
    below = lines[1:]
    if not below or len(below) > MOST_LINES or marker(below[0].value):
        return False
    if not ends_sentence(below[-1].value) or any(map(_has_pair, below)):
        return False
    return all(
        (step := step_between(a, b)) is not None and step <= LEADING_MAX * _em(b)
        for a, b in pairwise(lines)
    ) and all(_begins_below(below[0], line) for line in below)


def _has_pair(line: Line) -> bool:
    """Has it what needs a part elsewhere: the number of a note, or a link that may go on below?"""
    return any(
        mark.kind == FOOTNOTE or (mark.kind == LINK and mark.end == len(line.value))
        for mark in line.marks
    )


def _may_be_term(line: Line) -> bool:
    layout, text = line.layout, line.value
    if not {mark.kind for mark in line.marks} <= {STRONG, EMPHASIS}:
        return False
    is_short = len(text) <= TERM_CHARS and len(text.split()) <= TERM_WORDS
    is_bold = (layout.weight or 0) >= BOLD_WEIGHT
    is_stated = layout.stated is not None and layout.stated.role == "heading"
    place = seat(line)
    is_at_edge = place is not None and place.is_at_edge
    return is_short and is_bold and is_at_edge and not is_stated and text[-1] not in ".,;!?"


def _is_set_in(node: Block | None, term: Line) -> bool:
    """Does a line of the same size, and not in bold, stand further in than a term?"""
    if not isinstance(node, Line) or node.layout.bbox is None or term.layout.bbox is None:
        return False
    is_plain = (node.layout.weight or 0) < BOLD_WEIGHT and not node.layout.pitch
    is_like = node.layout.size == term.layout.size and node.layout.column == term.layout.column
    return (
        is_plain
        and is_like
        and node.layout.bbox.left - term.layout.bbox.left >= STANDS_IN * _em(term)
    )


def _begins_below(a: Line, b: Line) -> bool:
    """Do two lines begin one below the other?"""
    one, two = a.layout.bbox, b.layout.bbox
    return one is not None and two is not None and abs(one.left - two.left) < _em(a) / 4


def _em(line: Line) -> float:
    return line.layout.size or 1.0
