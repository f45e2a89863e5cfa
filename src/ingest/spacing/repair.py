"""The entry: propose the spacing edits of one document."""

from __future__ import annotations

import functools
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import Change
from ingest.spacing.confidence import confidence
from ingest.spacing.evidence import Evidence
from ingest.spacing.language import (
    VOTES,
    count_votes,
    has_no_blanks,
    language_inside,
    language_of_line,
    languages_of,
)
from ingest.spacing.lexicon import Lexicon
from ingest.spacing.reading import Reading
from ingest.spacing.scan import Scanner

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

Voice = tuple[Lexicon, Scanner]


# Tokens that a scanner remembers from one document to the next, about 0.2 KB each. A book of 500
# pages has 20,000 different ones.
MOST_TOKENS = 50_000


@functools.lru_cache(maxsize=32)
def _shared(languages: tuple[str, ...], extra_words: frozenset[str]) -> list[Voice]:
    lexicon = Lexicon(languages, extra_words)
    return [(lexicon, Scanner(lexicon))]


def _voice(languages: tuple[str, ...], extra_words: frozenset[str]) -> Voice:
    """Return the shared lexicon and scanner of a set of languages, the main one first.

    A scanner that has seen too much is replaced; who uses it now may go on.
    """
    shared = _shared(languages, extra_words)
    lexicon, scanner = shared[0]
    if len(scanner.tokens) > MOST_TOKENS:
        shared[0] = lexicon, Scanner(lexicon)
    return shared[0]


def _order(language: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    return (language, *(name for name in languages if name != language))


class Repair(NamedTuple):
    """What is proposed for one document.

    Attributes:
        changes: For each line its proposals, in order and not overlapping. Those the evidence
            speaks for have a confidence of `DEFAULT_THRESHOLD` or more.
        noise: Numbers of the lines (from 0) that are no prose in any of the languages, such as the
            noise of an OCR or a formula, and were left alone.
        suspicious: What `suspicious_words` gives for these lines.

    """

    changes: list[list[Change]]
    noise: list[int]
    suspicious: frozenset[str]


def repair_document(
    lines: Sequence[str],
    *,
    lexicon: Lexicon | None = None,
    extra_words: Collection[str] = (),
) -> Repair:
    """Propose edits of blanks, line by line.

    Args:
        lines: The lines of ONE document; what its words teach is used in it alone.
        lexicon: Words to use for every line; by default the packaged ones of the
            languages that the document's function words vote for.
        extra_words: Words that are never split.

    """
    reading = read_document(lines, lexicon=lexicon, extra_words=extra_words)
    changes = [
        [Change(e.start, e.end, e.text, e.rule, confidence(e.rule, e.margin)) for e in edits]
        for edits in reading.propose()
    ]
    evidence = reading.evidence
    return Repair(changes, sorted(evidence.noise), _suspicious(evidence.voices, evidence.types))


def repair_spacing(
    lines: Sequence[str],
    *,
    lexicon: Lexicon | None = None,
    extra_words: Collection[str] = (),
) -> list[list[Change]]:
    """Return the changes of `repair_document` alone."""
    return repair_document(lines, lexicon=lexicon, extra_words=extra_words).changes


def read_document(
    lines: Sequence[str],
    *,
    lexicon: Lexicon | None = None,
    extra_words: Collection[str] = (),
) -> Reading:
    """Return the reading of a document, before it has begun."""
    split, types = _tokens(lines)
    if lexicon is not None:
        voices = [(lexicon, Scanner(lexicon))] * len(lines)
    else:
        voices = _choose_voices(split, types, frozenset(extra_words))
    return Reading(Evidence(lines, split, types, voices))


def suspicious_words(lines: Sequence[str], *, extra_words: Collection[str] = ()) -> frozenset[str]:
    """The words of a document that get a second look; all others are left alone at once."""
    split, types = _tokens(lines)
    return _suspicious(_choose_voices(split, types, frozenset(extra_words)), types)


def _suspicious(voices: Iterable[Voice], types: Iterable[str]) -> frozenset[str]:
    scanners = {id(s): s for _, s in voices}.values()
    return frozenset(word for s in scanners for word in types if s.is_suspect(word))


def _tokens(lines: Sequence[str]) -> tuple[list[list[str]], Counter[str]]:
    """Return the tokens of every line, and how often each stands in the document.

    Equal tokens are one object: a long document has ten times as many tokens as different ones.
    """
    shared: dict[str, str] = {}
    split = [[shared.setdefault(word, word) for word in line.split()] for line in lines]
    return split, Counter(chain.from_iterable(split))


def _choose_voices(
    split: list[list[str]], types: Counter[str], extra: frozenset[str]
) -> list[Voice]:
    """Return lexicon and scanner of every line."""
    if has_no_blanks(types):
        languages: tuple[str, ...] = (language_inside("".join(map("".join, split))),)
    else:
        languages = languages_of(count_votes({word.lower() for word in types} & VOTES.keys()))
    if len(languages) == 1:
        return [_voice(languages, extra)] * len(split)
    return [_voice(_order(language_of_line(words, languages), languages), extra) for words in split]
