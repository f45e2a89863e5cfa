"""Marks: what a reader knows of parts of a line, as ranges that move along with edits.

A mark is evidence from the source (this word is bold, these letters are a link). `inline.py` makes
inline nodes of marks once lines have become a block.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.document import Change

STRONG, EMPHASIS, CODE, LINK, FOOTNOTE = "strong", "emphasis", "code", "link", "footnote"


class Mark(NamedTuple):
    """What a range of a run is.

    Attributes:
        start: First code point, in the text of the run.
        end: One past the last.
        kind: `strong`, `emphasis`, `code`, `link` or `footnote` (a reference to a note).
        url: The address of a link; the label of the note that is referred to.
    """

    start: int
    end: int
    kind: str
    url: str = ""


class Moves:
    """Where the places of a text are after changes that are ordered and do not overlap.

    A range keeps what was wholly its own: an insertion at its edge stands outside, and so does a
    replacement that spans the edge.
    """

    def __init__(self, changes: Sequence[Change]) -> None:
        """Take the changes that are made."""
        self._changes = changes
        self._starts = [c.start for c in changes]
        self._ends = [c.end for c in changes]
        grown = (len(c.text) - (c.end - c.start) for c in changes)
        self._shifts = list(accumulate(grown, initial=0))

    def start(self, at: int) -> int:
        """Where a range begins that began here."""
        done = bisect_right(self._ends, at)
        if done < len(self._changes) and self._starts[done] < at:
            return self._starts[done] + self._shifts[done] + len(self._changes[done].text)
        return at + self._shifts[done]

    def end(self, at: int) -> int:
        """Where a range ends that ended here."""
        begun = bisect_left(self._starts, at)
        done = min(begun, bisect_right(self._ends, at))
        return (at if done == begun else self._starts[done]) + self._shifts[done]


def move_marks(marks: Iterable[Mark], changes: Sequence[Change]) -> tuple[Mark, ...]:
    """The marks of a text after these changes; a mark of which nothing is left is gone."""
    moves = Moves(changes)
    moved = (m._replace(start=moves.start(m.start), end=moves.end(m.end)) for m in marks)
    return tuple(m for m in moved if m.start < m.end)


def is_fixed(mark: Mark, text: str) -> bool:
    """Must these characters stay exactly as they are? So must code, addresses and references."""
    if mark.kind == LINK:
        return text[mark.start : mark.end] in mark.url
    return mark.kind in {CODE, FOOTNOTE}


def is_kept_by(mark: Mark, change: Change) -> bool:
    """Would this change alter the characters of the mark, or part a reference from its word?"""
    if mark.kind == FOOTNOTE and change.start == change.end == mark.start:
        return True
    return change.start < mark.end and mark.start < change.end


def merged(marks: Iterable[Mark], text: str) -> tuple[Mark, ...]:
    """Marks in order, with those that continue each other as one: only blanks stand between them.

    References to notes are never one.
    """
    out: list[Mark] = []
    open_at: dict[str, int] = {}  # the last mark of each kind, by its place in `out`
    for mark in sorted(marks):
        at = open_at.get(mark.kind)
        if at is not None and mark.kind != FOOTNOTE and out[at].url == mark.url:
            between = text[out[at].end : mark.start]
            if not between or between.isspace():
                out[at] = out[at]._replace(end=max(out[at].end, mark.end))
                continue
        open_at[mark.kind] = len(out)
        out.append(mark)
    return tuple(out)
