"""Repair the blanks of a text: put back those that an export lost, take out those that it made.

The seam is `ingest.spacing.repair_spacing`: the lines of one document in, the changes of each out.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import (
    SPACING_LEFT_ALONE,
    SURE_BLANKS,
    Change,
    Message,
    edit_runs,
    runs,
    text_of,
)
from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from ingest.document import Document

STAGE = "split_words"
# Where calibrated confidence says that an edit is as likely right as wrong.
MIN_CONFIDENCE = 0.5
# A proposal that is hardly ever right is not even recorded.
WORTH_TELLING = 0.1
# Characters of a line that a message shows.
SHOWN = 40


def split_words(
    doc: Document, *, min_confidence: float = MIN_CONFIDENCE, words: Collection[str] = ()
) -> Document:
    """Put back the space between words that an export joined, and join what it tore apart.

    Args:
        doc: Lines or blocks.
        min_confidence: 0 to 1; a change below it is recorded, not made.
        words: Words of your own (names, terms); none of them is ever split.

    Returns:
        A document with the same `children` object if nothing was changed. Runs that are no prose,
        such as formulas and the noise of an OCR, are left alone, and a message says so.

    Rules:
        joined-words: Words in a row (`betweenmuscle`).
        joined-capital: A small letter before a capitalised word (`ReducingMuscle`).
        stop, comma, open, close: A sign between two words without its blank (`life.These`).
        high-point: A French colon, question or exclamation mark, where others have theirs.
        decided: What a person asked for and no other rule proposes.

    A PDF whose gaps are plainly those of words or of letters is left alone unless some damage shows
    at first sight; so are its words that look joined.

    A document that was found sound is not judged again, unless it has got other suspicious words.

    Source: see `ingest.spacing`; confidence is calibrated on labelled sets (bench/calibrate.py).
    """
    decided = doc.decided
    if decided:
        words = (*words, *decided.words)
    texts = [text_of(run) for run in runs(doc.children)]
    if SURE_BLANKS in doc.facts and not decided and not _shows_damage(texts):
        return doc
    from ingest.spacing.repair import repair_document, suspicious_words

    judged = doc.facts.get(STAGE)
    if decided and decided.always:
        judged = None
    if isinstance(judged, frozenset) and suspicious_words(texts, extra_words=words) <= judged:
        return doc
    found = repair_document(texts, extra_words=words)

    def propose(lines: Sequence[str]) -> Iterator[list[Change]]:
        for line, changes in zip(lines, _worth_telling(lines, found.changes), strict=True):
            yield decided.settle_words(line, changes) if decided else changes

    after = edit_runs(doc, STAGE, propose, at_least=min_confidence)
    if found.noise:
        after = _tell(after, [texts[number] for number in found.noise])
    if after.children is doc.children:
        # Nothing was wrong with these words; a further run need not judge them again.
        return replace(after, facts={**after.facts, STAGE: found.suspicious})
    return after


def _shows_damage(texts: Sequence[str]) -> bool:
    from ingest.spacing.signs import shows_damage

    return shows_damage(texts)


def _tell(doc: Document, noise: Sequence[str]) -> Document:
    """Add a message about lines that are no prose, once."""
    count = f"{len(noise)} lines look" if len(noise) > 1 else "1 line looks"
    text = f"{count} like formulas or noise; their spacing was left alone ({noise[0][:SHOWN]!r})"
    message = Message("info", STAGE, text, code=SPACING_LEFT_ALONE)
    told = any(m.stage == STAGE and m.level == message.level for m in doc.messages)
    return doc if told else replace(doc, messages=(*doc.messages, message))


def repair_spacing(lines: Sequence[str]) -> Iterator[list[Change]]:
    """The changes of spacing in the lines of one document, line by line."""
    from ingest.spacing.repair import repair_spacing as propose

    return _worth_telling(lines, propose(lines))


def _worth_telling(
    lines: Sequence[str], proposals: Sequence[Sequence[Change]]
) -> Iterator[list[Change]]:
    for line, changes in zip(lines, proposals, strict=True):
        yield [
            c
            for c in changes
            if c.confidence >= WORTH_TELLING and "\n" not in line[c.start : c.end]
        ]


def read_words(path: Path) -> tuple[str, ...]:
    """The words of a file: one a line, `#` begins a comment.

    Raises:
        ConfigError: The file is not readable, no UTF-8, or a line holds more than a word.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ConfigError(f"{path}: words cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: words are not UTF-8; save the file as UTF-8") from error
    words = []
    for number, line in enumerate(lines, 1):
        word = line.partition("#")[0].strip()
        if len(word.split()) > 1:
            raise ConfigError(f"{path}, line {number}: {word!r}: write one word a line")
        if word:
            words.append(word)
    return tuple(words)
