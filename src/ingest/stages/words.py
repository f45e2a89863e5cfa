"""Repair the blanks of a text: put back those that an export lost, take out those that it made.

The seam is `ingest.spacing.repair_spacing`: the lines of one document in, the changes of each out.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.document import Change, edit_runs, runs, text_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Document

STAGE = "split_words"
# Where calibrated confidence says that an edit is as likely right as wrong.
MIN_CONFIDENCE = 0.5
# A proposal that is hardly ever right is not even recorded.
WORTH_TELLING = 0.1


def split_words(doc: Document, *, min_confidence: float = MIN_CONFIDENCE) -> Document:
    """Put back the space between words that an export joined, and join what it tore apart.

    Args:
        doc: Lines or blocks.
        min_confidence: 0 to 1; a change below it is recorded, not made.

    Returns:
        A document with the same `children` object if nothing was changed.

    Rules:
        joined-words: Words in a row (`betweenmuscle`).
        joined-capital: A small letter before a capitalised word (`ReducingMuscle`).
        stop, comma, open, close: A sign between two words without its blank (`life.These`).

    A document that was found sound is not judged again, unless it has got other suspicious words.

    Source: see `ingest.spacing`; confidence is calibrated on labelled sets (bench/calibrate.py).
    """
    judged = doc.facts.get(STAGE)
    if isinstance(judged, frozenset) and _suspicious_words(doc) <= judged:
        return doc
    after = edit_runs(doc, STAGE, repair_spacing, at_least=min_confidence)
    if after.children is doc.children:
        # Nothing was wrong with these words; a further run need not judge them again.
        return replace(after, facts={**after.facts, STAGE: _suspicious_words(doc)})
    return after


def _suspicious_words(doc: Document) -> frozenset[str]:
    from ingest.spacing import suspicious_words

    return suspicious_words([text_of(run) for run in runs(doc.children)])


def repair_spacing(lines: Sequence[str]) -> Iterator[list[Change]]:
    """The changes of spacing in the lines of one document, line by line."""
    from ingest.spacing import repair_spacing as propose

    for line, changes in zip(lines, propose(lines), strict=True):
        yield [
            Change(c.start, c.end, c.text, c.rule, c.confidence)
            for c in changes
            if c.confidence >= WORTH_TELLING and "\n" not in line[c.start : c.end]
        ]


@cache
def known_words() -> frozenset[str]:
    """The words that wordninja knows, in lower case."""
    import wordninja

    return frozenset(wordninja.DEFAULT_LANGUAGE_MODEL._wordcost)
