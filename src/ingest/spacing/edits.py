"""Proposed edits: what one is, and how those of one line are kept apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

WITHHELD = -8.0  # log10; margin of what a document without plain damage keeps to itself


@dataclass(slots=True)
class Edit:
    """One proposed edit before calibration.

    Attributes:
        start: Offset in the line.
        end: End, excluded.
        text: " " or "".
        rule: Stable name.
        margin: How much dearer (log10) the best reading without it is.
        kind: Kind of gap, and next letter, for the rates.
        word: The words it concerns, for counting distinct cases.

    """

    start: int
    end: int
    text: str
    rule: str
    margin: float
    kind: tuple[str, str]
    word: str


def withhold(edit: Edit) -> Edit:
    """Return a proposal that the document as a whole speaks against."""
    return replace(edit, margin=WITHHELD)


def without_overlap(edits: list[Edit]) -> list[Edit]:
    """Return edits in order; of two at one place the surer stays."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if kept and (edit.start, edit.end) == (kept[-1].start, kept[-1].end):
            if edit.margin > kept[-1].margin:
                kept[-1] = edit
            continue
        if kept and edit.start < kept[-1].end:
            continue
        kept.append(edit)
    return kept
