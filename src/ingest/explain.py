"""The ledger for people: what was changed, why, and how sure."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from ingest.verify import Replayed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.document import Document, Edit

CONTEXT = 24  # characters shown on each side of a change
SHORT = 60  # characters shown of a longer text
_VISIBLE = str.maketrans({"\n": "⏎", "\r": "␍", "\t": "⇥", "\f": "␌", "\u00a0": "⍽", "\u00ad": "‐"})


class Story(NamedTuple):
    """One edit and the text in which it was made."""

    edit: Edit
    line: int
    text: str


def stories(doc: Document) -> Iterator[Story]:
    """Every edit, in the order of the ledger, with its run as the stage saw it.

    The line is that of the edit's run in the source, from 1.
    """
    state = Replayed(doc.source)
    starts = _line_starts(doc.source)
    for _, group in groupby(doc.edits, key=attrgetter("step")):
        step = list(group)
        spans = sorted({edit.span for edit in step})
        texts = dict(zip(spans, state.pieces(spans), strict=True))
        for edit in step:
            yield Story(edit, _line_of(starts, edit.span.start), texts[edit.span])
        state = state.after(e for e in step if e.changes_text)


def _line_starts(source: str) -> list[int]:
    return [0, *(i + 1 for i, c in enumerate(source) if c == "\n")]


def _line_of(starts: list[int], offset: int) -> int:
    from bisect import bisect_right

    return bisect_right(starts, offset)


def explain(doc: Document, *, rule: str | None = None, limit: int | None = 5) -> Iterator[str]:
    """Lines that tell what happened to a document, grouped by rule.

    Args:
        doc: A document with its ledger.
        rule: Show this rule alone.
        limit: Examples of each rule; all if None.
    """
    made = sum(edit.applied for edit in doc.edits)
    left = len(doc.edits) - made
    yield f"{doc.path}: {made} edits made, {left} proposals too doubtful to make"
    for message in doc.messages:
        yield f"  {message.level}: {message.text}"
    groups: dict[tuple[str, str], list[Story]] = defaultdict(list)
    for story in stories(doc):
        if rule is None or story.edit.rule == rule:
            groups[story.edit.stage, story.edit.rule].append(story)
    for (stage, name), found in groups.items():
        yield from _group(stage, name, found, limit)


def _group(stage: str, rule: str, found: list[Story], limit: int | None) -> Iterator[str]:
    made = sum(story.edit.applied for story in found)
    lowest = min(story.edit.confidence for story in found)
    yield ""
    left = len(found) - made
    yield f"{stage} / {rule}: {made} made, {left} not made, confidence from {lowest:.2f}"
    for story in found[:limit]:
        yield f"  line {story.line:<5} {story.edit.confidence:.2f}  {_show(story)}"
    if limit is not None and len(found) > limit:
        yield f"  and {len(found) - limit} more"


def _show(story: Story) -> str:
    edit, text = story.edit, story.text
    if not edit.before and not edit.after:
        return f"{_short(text)}  ({edit.why})"
    head = text[max(0, edit.start - CONTEXT) : edit.start]
    tail = text[edit.end : edit.end + CONTEXT]
    shown = f"{head}[{_short(edit.before)}|{_short(edit.after)}]{tail}".translate(_VISIBLE)
    not_made = "" if edit.applied else "  (not made)"
    return shown + (f"  ({edit.why})" if edit.why else "") + not_made


def _short(text: str) -> str:
    text = text.translate(_VISIBLE)
    return text if len(text) <= SHORT else text[: SHORT - 1] + "…"
