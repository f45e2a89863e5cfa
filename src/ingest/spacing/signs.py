"""Signs of lost and stray blanks that need no word list, for documents whose blanks are sure.

What is drawn with plain gaps was not damaged as it was read. It may have been before it was set,
and then it shows more than one sort of damage; one sign is enough to look closer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.spacing.language import TELLING, VOTES
from ingest.spacing.protect import is_protected
from ingest.spacing.wordlists import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LONGEST_WORD = 28  # letters; the longest word of the packaged lists
ONE_WORD = words_of("one-word")
SHORTEST_OTHER = 5  # letters of a word beside a function word; shorter ones end many words
_LOST = re.compile(
    r"[^\W\d_]{2}[.!?][A-ZÀ-ÖØ-Þ][a-zß-öø-ÿ]"  # `life.These`
    r"|[^\W\d_]{3}[,;)][^\W\d_]{3}"
    rf"|[^\W\d_]{{{LONGEST_WORD + 1}}}"
)
_STRAY = re.compile(
    r"[^\W_] [,.)](?:\s|$)|\( \w"
    r"|(?<!\S)\S{1,2}(?: \S{1,2}){4}(?!\S)"  # letters printed apart
    r"|(?<!\S)(?:fi|fl|ff|ffi|ffl)(?!\S)"
)
_HUMP = re.compile(r"(?<![^\W_])([a-z]{2,})[A-Z]")
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{4,20}(?![^\W_])")


def shows_damage(lines: Iterable[str]) -> bool:
    """Does any line show a sign of lost or stray blanks?"""
    types: set[str] = set()
    for line in lines:
        if _STRAY.search(line):
            return True
        types.update(line.split())
    if any(_is_joined(token) for token in types):
        return True
    words = {word.lower() for token in types for word in _WORD.findall(token)}
    return any(_falls_apart(word, words) for word in words)


def _is_joined(token: str) -> bool:
    """Does a token look like words in a row, and not like an address or code?"""
    if token.isalpha() and token[1:].islower() and len(token) <= LONGEST_WORD:
        return False  # as most are
    return (
        _LOST.search(token) is not None
        or any(match.group(1) in TELLING for match in _HUMP.finditer(token))
    ) and not is_protected(token)


def _falls_apart(word: str, words: Collection[str]) -> bool:
    """Is it a function word and another, or a word that stands elsewhere (`ofthe`, `ofwater`)?"""
    return (
        word not in VOTES
        and word not in ONE_WORD
        and any(_are_two(word[:cut], word[cut:], words) for cut in range(2, len(word) - 1))
    )


def _are_two(left: str, right: str, words: Collection[str]) -> bool:
    if left in TELLING and right in TELLING:
        return not set(VOTES[left]).isdisjoint(VOTES[right])
    return (left in TELLING and right in words and len(right) >= SHORTEST_OTHER) or (
        right in TELLING and left in words and len(left) >= SHORTEST_OTHER
    )
