"""The guarantee: nothing is lost, and the ledger proves it.

`check_document` replays the ledger on the source and compares the result with the tree;
`check_written` looks for every run of the tree in the Markdown. Together they say that each
non-space character of the source stands in the output, or in an edit that says why not.
Both take time linear in the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from ingest.document import (
    Code,
    Emphasis,
    FootnoteDefinition,
    Heading,
    Html,
    Image,
    Line,
    Link,
    Paragraph,
    Span,
    Strong,
    Table,
    Verbatim,
    inline_text,
    runs,
    text_of,
    walk,
)
from ingest.errors import InvariantError
from ingest.shapes import is_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.document import Block, Document, Edit, Inline, ListItem, Run

# Characters of markup between two leaves at most; the deepest nesting that parsers follow
# (20 levels of quotations and lists) needs about 100.
MAX_MARKUP = 1000
REPORT = "this is a bug in ingest; please report it with the file"


@dataclass(frozen=True, slots=True)
class Segment:
    """A range of the source whose text is no longer what the source says."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """A source with edits made: sorted, disjoint segments over text that is as it was."""

    source: str
    segments: tuple[Segment, ...] = ()

    def pieces(self, spans: Iterable[Span]) -> Iterator[str]:
        """The present text of each span; spans are ordered and may touch.

        Raises:
            InvariantError: A span begins or ends inside a segment.
        """
        at = 0
        for span in spans:
            while at < len(self.segments) and self.segments[at].end <= span.start:
                at += 1
            first = at
            while at < len(self.segments) and self.segments[at].end <= span.end:
                at += 1
            yield self._stitch(span, self.segments[first:at])
            if at < len(self.segments) and self.segments[at].start < span.end:
                raise InvariantError(f"an edit crosses the end of {span}; {REPORT}")

    def _stitch(self, span: Span, inside: Sequence[Segment]) -> str:
        parts: list[str] = []
        done = span.start
        for segment in inside:
            if segment.start < done:
                raise InvariantError(f"an edit crosses the start of {span}; {REPORT}")
            parts += self.source[done : segment.start], segment.text
            done = segment.end
        parts.append(self.source[done : span.end])
        return "".join(parts)

    def after(self, step: Iterable[Edit]) -> Replayed:
        """The state after the edits of one step have been made."""
        by_span: dict[Span, list[Edit]] = {}
        for edit in step:
            by_span.setdefault(edit.span, []).append(edit)
        if not by_span:
            return self
        spans = sorted(by_span)
        new = [
            Segment(*span, _redo(text, by_span[span]))
            for span, text in zip(spans, self.pieces(spans), strict=True)
        ]
        return Replayed(self.source, tuple(_merge(self.segments, new)))


def _merge(old: Sequence[Segment], new: Sequence[Segment]) -> Iterator[Segment]:
    """Both, in order, without the old ones that a new one covers."""
    at = 0
    for segment in new:
        while at < len(old) and old[at].end <= segment.start:
            yield old[at]
            at += 1
        while at < len(old) and old[at].end <= segment.end:
            at += 1
        yield segment
    yield from old[at:]


def _redo(text: str, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    done = 0
    for edit in edits:
        if edit.start < done or text[edit.start : edit.end] != edit.before:
            raise InvariantError(
                f"step {edit.step}, {edit.rule}: replay finds other text; {REPORT}"
            )
        parts += text[done : edit.start], edit.after
        done = edit.end
    parts.append(text[done:])
    return "".join(parts)


def replay(source: str, edits: Iterable[Edit]) -> Replayed:
    """Make every applied edit again, step by step, beginning with the source.

    Raises:
        InvariantError: An edit does not find the text that it says it replaced.
    """
    state = Replayed(source)
    for _, step in groupby((e for e in edits if e.changes_text), key=attrgetter("step")):
        state = state.after(step)
    return state


def _own_runs(block: Block | ListItem) -> Iterator[Run]:
    """The runs that belong to this block itself, not to blocks inside it."""
    if isinstance(block, Line | Paragraph | Heading | Table):
        yield from runs((block,))


def _texts(doc: Document) -> Iterator[tuple[Span, str]]:
    """Span and text of everything in the tree that came from the source, in order."""
    for block in walk(doc.children):
        placed = [(run.span, text_of(run)) for run in _own_runs(block)]
        if isinstance(block, Verbatim):
            placed.append((block.span, block.value))
        for span, text in placed:
            if span is not None:
                yield span, text
            elif text.strip():
                raise InvariantError(f"{text[:40]!r} stands in the tree without a source; {REPORT}")


def check_document(doc: Document) -> None:
    """Replay the ledger on the source and compare it with the tree.

    Raises:
        InvariantError: A run differs from its replay, runs overlap, or text that is not blank is
            neither in the tree nor dropped by an edit.
    """
    state = replay(doc.source, doc.edits)
    placed = list(_texts(doc))
    spans: list[Span] = []
    done = 0
    for span, _ in placed:
        if not done <= span.start <= span.end <= len(doc.source):
            raise InvariantError(f"{span} overlaps its neighbour or leaves the source; {REPORT}")
        spans += Span(done, span.start), span
        done = span.end
    spans.append(Span(done, len(doc.source)))
    found = list(state.pieces(spans))
    for gap, span in zip(found[::2], spans[::2], strict=True):
        if gap and not gap.isspace():
            raise InvariantError(f"lost without an edit: {gap.strip()[:60]!r} at {span}; {REPORT}")
    for text, (span, value) in zip(found[1::2], placed, strict=True):
        if text != value:
            raise InvariantError(
                f"the ledger gives {text[:60]!r} at {span}, the tree {value[:60]!r}; {REPORT}"
            )


_BLANK_OR_ESCAPE = re.compile(r"[\s\\]+")
# What a writer may put between two runs: markers of headings, lists, quotations, rules, tables,
# fences, links and emphasis. Letters are not among them.
_MARKUP = re.compile(r"(?:[#\-+*>()|:`~_=<\[\]!^\"]|\d{1,9}[.)])*")


def check_written(doc: Document, markdown: str) -> None:
    """Find every leaf of the tree in the Markdown, in order, with nothing but markup between.

    Raises:
        InvariantError: A leaf is missing, or something else stands between two leaves.
    """
    written = _BLANK_OR_ESCAPE.sub("", markdown)
    # Text such as `1.` can be markup as well, so every place where the last leaf may have ended is
    # kept; nearly always that is one.
    ends = {0}
    for text in _leaves(doc):
        value = _BLANK_OR_ESCAPE.sub("", text)
        found = {at + len(value) for end in ends for at in _places(written, end, value)}
        if not found:
            near = written[max(ends) :][:60]
            raise InvariantError(f"not in the Markdown: {text[:60]!r}, but {near!r}; {REPORT}")
        ends = found
    if not any(_MARKUP.fullmatch(written, end) for end in ends):
        raise InvariantError(f"unasked in the Markdown: {written[max(ends) :][:60]!r}; {REPORT}")


def _places(written: str, end: int, value: str) -> Iterator[int]:
    """Where `value` stands after `end` with nothing but markup between."""
    last = _MARKUP.match(written, end, end + MAX_MARKUP)
    for at in range(end, (last.end() if last else end) + 1):
        if written.startswith(value, at) and _MARKUP.fullmatch(written, end, at):
            yield at


def _leaves(doc: Document) -> Iterator[str]:
    """The text of every leaf, as a reader of the Markdown gets to see it."""
    for block in walk(doc.children):
        if isinstance(block, Code):
            yield block.lang or ""
        if isinstance(block, FootnoteDefinition):
            yield block.label
        if isinstance(block, Verbatim):
            yield from block.value.splitlines()  # markers of a quotation stand between them
        for run in _own_runs(block):
            if isinstance(run, Line):
                yield run.value
            else:
                yield from _inline_leaves(run.children)


def _inline_leaves(children: Iterable[Inline]) -> Iterator[str]:
    for node in children:
        match node:
            case Emphasis(inner) | Strong(inner):
                yield from _inline_leaves(inner)
            case Link(url, inner, title, bare):
                yield from _inline_leaves(inner)
                if not bare and (
                    inline_text(inner) != url or title is not None or not is_address(url)
                ):
                    yield from (url, title or "")
            case Image(url, alt, title):
                yield from (alt, url, title or "")
            case Html(value):
                yield from value.splitlines()
            case _:
                yield inline_text((node,))
