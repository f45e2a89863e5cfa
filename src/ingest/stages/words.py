"""Put back the spaces that an export lost between words.

The seam: `repair_spacing` takes the lines of one document and gives the changes of each. Everything
that decides is behind it.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import Change, edit_runs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.document import Document

STAGE = "split_words"

_TOKEN = re.compile(r"\S+")
_LETTERS = re.compile(r"[^\W\d_]+")
# Nothing is changed inside these: addresses, paths, identifiers, numbers with units.
_PROTECTED = re.compile(
    r"://|www\.|\S@\S|[\\_#=<>{}|~^$]|/\S*/|^\W*\d|\w\(|\.(?:com|org|net|edu|gov|io|html?|pdf|txt|py|js|md)\b",
    re.IGNORECASE,
)
_STOP = re.compile(r"(?<=[a-zß-öø-ÿ]{2})[.!?](?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]*)")
_CASE_STEP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ])")
# wordninja takes 25 s for a token of 1 MiB; no word run that can be told apart is longer than this.
_MAX_TOKEN = 80
_MIN_PART = 3
# So many different words joined beyond doubt make a document a damaged one.
_MIN_DAMAGE = 2
# Below this share of known words the document is in a language that the list does not know.
_MIN_KNOWN = 0.6
_FUNCTION_WORDS = frozenset(
    "a an the of in on at to for and or but nor with from by as is are was were be been has have "
    "had not no this that these those it its if than then may can will would should between into "
    "over under how what when where which who your our their his her".split()
)
# Provisional until measured by bench/calibration.py.
_SURE, _LIKELY, _DOUBTFUL = 0.95, 0.85, 0.4


def split_words(doc: Document, *, min_confidence: float = 0.8) -> Document:
    """Put back the space between words that an export joined.

    Args:
        doc: Lines or blocks.
        min_confidence: 0 to 1; a change below it is recorded, not made.

    Returns:
        A document with the same `children` object if nothing was changed.

    Rules:
        stop: A full stop between two words (`life.These`).
        case-step: A small letter before a capitalised word (`ReducingMuscle`).
        word-run: Known words in a row (`betweenmuscle`).

    Source: the document's own words are the witness; wordninja proposes where to cut.
    """
    return edit_runs(doc, STAGE, repair_spacing, at_least=min_confidence)


def repair_spacing(lines: Sequence[str]) -> list[list[Change]]:
    """The changes of spacing in the lines of one document, line by line."""
    model = _Witness(lines)
    return [list(model.changes(line)) for line in lines]


@cache
def known_words() -> frozenset[str]:
    """The words that wordninja knows, in lower case."""
    import wordninja

    return frozenset(wordninja.DEFAULT_LANGUAGE_MODEL._wordcost)


class _Witness:
    """What one document says about its own words and its damage."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.words: Counter[str] = Counter()
        self.tokens: Counter[str] = Counter()
        tokens = {t for line in lines for t in _TOKEN.findall(line)}
        for line in lines:
            for token in _TOKEN.findall(line):
                self.words.update(w.lower() for w in _LETTERS.findall(token))
                self.tokens.update(_LETTERS.findall(token))
        share = 0.0
        suspicious = [t for t in tokens if _CASE_STEP.search(t) or _STOP.search(t)]
        if suspicious:
            known = known_words()
            ascii_words = [w for w in self.words if len(w) >= _MIN_PART]
            share = sum(w in known for w in ascii_words) / max(1, len(ascii_words))
        self.is_known_language = bool(suspicious) and share >= _MIN_KNOWN
        damage = {t for t in suspicious if self._is_plain_damage(t)}
        self.is_damaged = len(damage) >= _MIN_DAMAGE

    def _is_plain_damage(self, token: str) -> bool:
        if _PROTECTED.search(token):
            return False
        if any(self._stop_confidence(token, m) >= _SURE for m in _STOP.finditer(token)):
            return True
        parts = [p for w in _LETTERS.findall(token) for p in _CASE_STEP.split(w)]
        return len(parts) > 1 and any(p in _FUNCTION_WORDS for p in parts[:-1])

    def changes(self, line: str) -> Iterator[Change]:
        for match in _TOKEN.finditer(line):
            token = match.group()
            if len(token) > _MAX_TOKEN or _PROTECTED.search(token):
                continue
            for change in self._token_changes(token):
                at = match.start() + change.start
                yield Change(at, at, " ", change.rule, change.confidence)

    def _token_changes(self, token: str) -> list[Change]:
        found = [
            Change(m.end(), m.end(), " ", "stop", self._stop_confidence(token, m))
            for m in _STOP.finditer(token)
        ]
        for word in _LETTERS.finditer(token):
            found += self._word_changes(word.group(), word.start())
        return sorted(found, key=lambda c: c.start)

    def _stop_confidence(self, token: str, stop: re.Match[str]) -> float:
        left = _LETTERS.findall(token[: stop.start()])
        right = _LETTERS.match(token, stop.end())
        if not left or not right or not self._is_word(left[-1]) or not self._is_word(right.group()):
            return _DOUBTFUL
        return _SURE if left[-1].islower() else _DOUBTFUL

    def _word_changes(self, word: str, offset: int) -> Iterator[Change]:
        if self._is_intact(word):
            return
        cuts = [m.start() for m in _CASE_STEP.finditer(word)]
        edges = [0, *cuts, len(word)]
        parts = [word[a:b] for a, b in pairwise(edges)]
        inner = [self._cuts(part) for part in parts]
        if cuts:
            confidence = self._step_confidence(parts, inner)
            for cut in cuts:
                yield Change(offset + cut, offset + cut, " ", "case-step", confidence)
        for start, part_cuts in zip(edges, inner, strict=False):
            for cut in part_cuts:
                at = offset + start + cut
                yield Change(at, at, " ", "word-run", _LIKELY)

    def _is_intact(self, word: str) -> bool:
        lower = word.lower()
        return len(word) <= _MIN_PART or lower in known_words() or self.tokens[word] > 2  # noqa: PLR2004

    def _step_confidence(self, parts: Sequence[str], inner: Sequence[Sequence[int]]) -> float:
        fits = all(self._is_word(p) or cuts for p, cuts in zip(parts, inner, strict=True))
        if not fits or not self.is_damaged:
            return _DOUBTFUL
        return _SURE

    def _is_word(self, word: str) -> bool:
        lower = word.lower()
        if lower in _FUNCTION_WORDS:
            return True
        return len(lower) >= _MIN_PART and (lower in known_words() or self.words[lower] > 1)

    def _cuts(self, word: str) -> list[int]:
        """Where a run of small letters is two or more known words; empty if it is not."""
        lower = word.lower()
        if not (self.is_damaged and self.is_known_language) or not word.isascii():
            return []
        if len(word) <= 2 * _MIN_PART or lower in known_words() or self.words[lower] > 2:  # noqa: PLR2004
            return []
        import wordninja

        parts = wordninja.split(lower)
        if len(parts) == 1 or not all(self._is_witnessed(part) for part in parts):
            return []
        ends, at = [], 0
        for part in parts[:-1]:
            at += len(part)
            ends.append(at)
        return ends

    def _is_witnessed(self, part: str) -> bool:
        return part in _FUNCTION_WORDS or (len(part) >= _MIN_PART and self.words[part] > 0)
