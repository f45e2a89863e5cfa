"""Lines written together to the text of one block, with an edit for whatever is put otherwise."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.document import Edit, Span
from ingest.verify import replay

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ingest.document import Document, Line


def gap_between(a: Line, b: Line) -> Span:
    """Where the text between two lines stands."""
    return Span(a.span.end, b.span.start)


def gaps_between(doc: Document, pairs: Iterable[tuple[Line, Line]]) -> dict[Span, str]:
    """The present text between the lines of each pair."""
    spans = [gap_between(a, b) for a, b in pairs]
    there = {span: doc.source[span.start : span.end] for span in spans}
    if all(text.isspace() for text in there.values()):
        return there  # nothing was dropped between them
    return dict(zip(spans, replay(doc.source, doc.edits).pieces(spans), strict=True))


@dataclass(slots=True)
class Pen:
    """Writes one block, and records what it writes otherwise than it stood.

    Attributes:
        stage: Who writes.
        sure: The confidence of each rule.
        step: Of the stage.
        span: Of the block.
        edits: What was put otherwise, and decided.
        parts: The text so far.
        offset: How much of the text that stood there is used.
    """

    stage: str
    sure: Mapping[str, float]
    step: int
    span: Span
    edits: list[Edit] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    offset: int = 0

    def keep(self, text: str) -> None:
        """Write text as it stands."""
        self.parts.append(text)
        self.offset += len(text)

    def put(self, rule: str, before: str, after: str) -> None:
        """Write something in the place of what stands there."""
        if before != after:
            self._record(rule, before, after)
        self.parts.append(after)
        self.offset += len(before)

    def decide(self, rule: str, why: str) -> None:
        """Record a decision that leaves the text alone."""
        self._record(rule, "", "", why)

    def _record(self, rule: str, before: str, after: str, why: str = "") -> None:
        start, end = self.offset, self.offset + len(before)
        sure = self.sure[rule]
        self.edits.append(
            Edit(self.step, self.stage, rule, self.span, start, end, before, after, sure, why=why)
        )
