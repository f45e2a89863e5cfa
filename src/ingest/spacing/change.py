"""One proposed edit of a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """Replace `line[start:end]` by `text`; only blanks are ever inserted or removed.

    Attributes:
        start: Code points from the start of the line.
        end: End, excluded. Equal to `start` for an insertion.
        text: " " for an insertion, "" for a removal.
        rule: Stable name of the rule, for `explain`.
        confidence: Share of such edits that were right on the development sets.

    """

    start: int
    end: int
    text: str
    rule: str
    confidence: float
