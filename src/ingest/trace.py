"""Where every character of an edited text came from: edits walked back to the source."""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.document import Edit


class Traced(NamedTuple):
    """The present text of a span, and the offset in the source of each of its characters.

    What an edit has put in has the offset of the character that it replaced or stands before.
    """

    span: Span
    text: str
    origins: Sequence[int]

    def place(self, start: int, end: int) -> Span:
        """Where in the source the characters `start:end` stood; an empty range is a point."""
        first = self.origins[start] if start < len(self.origins) else self.span.end
        return Span(first, first if start == end else self.origins[end - 1] + 1)

    def find(self, place: Span) -> tuple[int, int]:
        """Start and end of what came from a place in the source; the opposite of `place`."""
        start = bisect_left(self.origins, place.start)
        return start, start if place.start == place.end else bisect_left(self.origins, place.end)


class Trace:
    """The text of a document while its edits are made again, step by step."""

    def __init__(self, source: str) -> None:
        """Begin with the text as it was read."""
        self._source = source
        self._starts: list[int] = []
        self._edited: list[Traced] = []  # disjoint, in order

    @classmethod
    def of(cls, source: str, edits: Iterable[Edit]) -> Trace:
        """The text when all these edits are made."""
        trace = cls(source)
        for _, step in groupby((e for e in edits if e.changes_text), key=attrgetter("step")):
            trace.make(step)
        return trace

    def run(self, span: Span) -> Traced:
        """The present text of a span that no edit crosses the ends of."""
        texts: list[str] = []
        origins: list[int] = []
        done = span.start
        for piece in self._inside(span):
            texts += self._source[done : piece.span.start], piece.text
            origins += range(done, piece.span.start)
            origins += piece.origins
            done = piece.span.end
        texts.append(self._source[done : span.end])
        origins += range(done, span.end)
        return Traced(span, "".join(texts), origins)

    def make(self, step: Iterable[Edit]) -> None:
        """Make the edits of one step; only those that change text count."""
        for span, edits in groupby(
            sorted((e for e in step if e.changes_text), key=lambda e: (e.span, e.start, e.end)),
            key=attrgetter("span"),
        ):
            self._put(_edited(self.run(span), list(edits)))

    def _inside(self, span: Span) -> list[Traced]:
        return self._edited[self._slice(span)]

    def _slice(self, span: Span) -> slice:
        first = bisect_left(self._starts, span.start)
        last = first
        while last < len(self._edited) and self._edited[last].span.end <= span.end:
            last += 1
        return slice(first, last)

    def _put(self, piece: Traced) -> None:
        room = self._slice(piece.span)
        self._edited[room] = [piece]
        self._starts[room] = [piece.span.start]


def _edited(run: Traced, edits: Sequence[Edit]) -> Traced:
    texts: list[str] = []
    origins: list[int] = []
    done = 0
    for edit in edits:
        texts += run.text[done : edit.start], edit.after
        origins += run.origins[done : edit.start]
        origins += _origins(run, edit)
        done = edit.end
    texts.append(run.text[done:])
    origins += run.origins[done:]
    return Traced(run.span, "".join(texts), origins)


def _origins(run: Traced, edit: Edit) -> Sequence[int]:
    """Where what an edit puts in comes from: letter for letter if it is of one length."""
    if len(edit.before) == len(edit.after):
        return run.origins[edit.start : edit.end]
    return [run.place(edit.start, edit.end).start] * len(edit.after)
