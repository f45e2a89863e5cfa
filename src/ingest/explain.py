"""The ledger for people: what was changed, why, and how sure."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby, takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, cast

from ingest.document import runs, text_of
from ingest.verify import Replayed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ingest.document import Document, Edit
    from ingest.pipeline import Stage

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


def explain_word(doc: Document, stages: Sequence[Stage], word: str) -> Iterator[str]:
    """Tell why a word was, or was not, split or joined.

    Args:
        doc: The document as read.
        stages: Those that run on it; what `split_words` would see is judged.
        word: As it stands in the text, without blanks.
    """
    from ingest.pipeline import run
    from ingest.spacing.why import explain_word as tell
    from ingest.stages.words import STAGE

    before = list(takewhile(lambda stage: stage.name != STAGE, stages))
    if len(before) == len(stages):
        yield f"{STAGE} does not run: no word is split or joined"
        return
    own = stages[len(before)].options.get("words", ())
    texts = [text_of(leaf) for leaf in runs(run(doc, before).children)]
    yield from tell(texts, word, extra_words=cast("Collection[str]", own))
