"""Repair the blanks of a text: put back those that an export lost, take out those that it made.

The seam is `ingest.spacing.repair_spacing`: the lines of one document in, the changes of each out.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ingest.document import Change, edit_runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Document

STAGE = "split_words"
# Where calibrated confidence says that an edit is as likely right as wrong.
MIN_CONFIDENCE = 0.5


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

    Source: see `ingest.spacing`; confidence is calibrated on labelled sets.
    """
    return edit_runs(doc, STAGE, repair_spacing, at_least=min_confidence)


def repair_spacing(lines: Sequence[str]) -> Iterator[list[Change]]:
    """The changes of spacing in the lines of one document, line by line."""
    from ingest.spacing import repair_spacing as propose

    for changes in propose(lines):
        yield [Change(c.start, c.end, c.text, c.rule, c.confidence) for c in changes]


@cache
def known_words() -> frozenset[str]:
    """The words that wordninja knows, in lower case."""
    import wordninja

    return frozenset(wordninja.DEFAULT_LANGUAGE_MODEL._wordcost)
