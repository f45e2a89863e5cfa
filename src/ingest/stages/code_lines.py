"""What a line of code looks like, beside a line of prose: questions about one string."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

from ingest.data import any_of, rows

# How far each kind of evidence in data/code_lines.tsv goes.
WEIGHTS = {"sure": 1.0, "strong": 1.0, "weak": 0.5}
# Nobody writes longer lines of code; a longer one costs time and tells nothing.
LONGEST = 400
# A run of so many words, or of so many with a full stop behind it, is a sentence. The code of the
# tuning half of bench/blocks has 3 at most outside of comments and strings.
SENTENCE_WORDS = 5
CLOSED_WORDS = 4
# Signs that are rare in prose and their share of a line from which on it is code; prose of the
# tuning half has 0.08 at most.
SIGN_SHARE = 0.18

_STRING = re.compile(r'"[^"\n]{0,200}"|(?<![^\W\d_])\'[^\'\n]{0,200}\'(?![^\W\d_])|`[^`\n]{0,200}`')
_QUOTES = "\"'`"
_SIGNS = re.compile(r"[{}()\[\]<>=;|&$#@\\/_*+^~`%]")
_WORD = r"[^\W\d_]++(?:['’-][^\W\d_]++)*"
_RUN = re.compile(
    rf"(?<![\w./\\$@#<-]){_WORD}(?:[,;:]? {_WORD}){{{SENTENCE_WORDS - 1}}}(?![\w(=_/])"
)
_CLOSED = re.compile(rf"^\W{{0,2}}{_WORD}(?:[,;:]? {_WORD}){{{CLOSED_WORDS - 1},}}[.?!,]$")
_STOPS = (".", "?", "!", ",")
# Comments are prose in the middle of code.
_COMMENT = re.compile(r'(?:#|//|/\*|\*|--|;|%|"""|\'\'\'|<!--|REM\b|\$|>>>)')
_TRAILING_COMMENT = re.compile(r"\s(?:#|//|/\*|--|;|<!--)\s.*$")


# Two stages look at each line of a document; that of 150 pages has as many lines.
REMEMBERED = 8192


class Look(NamedTuple):
    """What a line looks like.

    Attributes:
        code: 0 to 1, how far it looks like code.
        is_sure: It can be nothing else.
        is_prose: It is a part of a sentence.
    """

    code: float
    is_sure: bool
    is_prose: bool

    @property
    def is_code(self) -> bool:
        """It looks like code and not like prose."""
        return self.code == 1 and not self.is_prose


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    by_kind = {kind: [p for k, p, *_ in rows("code_lines.tsv") if k == kind] for kind in WEIGHTS}
    return tuple((kind, any_of(patterns)) for kind, patterns in by_kind.items())


@lru_cache(maxsize=REMEMBERED)
def look_at(text: str) -> Look:
    """What one line looks like; its leading and trailing blanks are off."""
    text = text[:LONGEST]
    masked = _STRING.sub('""', text) if any(quote in text for quote in _QUOTES) else text
    is_prose = _is_sentence(masked)
    if is_prose and not _SIGNS.search(masked):
        return Look(0.0, False, True)
    for kind, pattern in _patterns():
        if pattern.match(masked):
            return Look(WEIGHTS[kind], kind == "sure", is_prose)
    ink = len(masked) - masked.count(" ")
    signs = len(_SIGNS.findall(masked))
    return Look(float(signs >= SIGN_SHARE * ink and ink > 1), False, is_prose)


def _is_sentence(masked: str) -> bool:
    if _COMMENT.match(masked):
        return False
    body = _TRAILING_COMMENT.sub("", masked)
    return bool(_RUN.search(body) or (body.endswith(_STOPS) and _CLOSED.match(body)))
