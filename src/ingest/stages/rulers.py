"""Rulers: how long a line of a text file was on the page it came from.

A text says nothing about its type. In a monospaced text characters tell the length; an export of
proportional type has lines of one length with more or fewer of them, and some exports fill
justified lines with blanks. The ruler that fits is the one under which the first word of the next
line would seldom have fitted on a line that is visibly continued.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.data import rows
from ingest.shapes import bullet, ends_sentence, starts_lower

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.document import Line

    Ruler = Callable[[str], float]

BLANK = 0.6  # width of a blank in proportional type, in mean characters; as in widths.tsv
# The wrap width of a text is the length that this share of its wrapped lines does not exceed.
WRAP_QUANTILE = 0.9
# So many wrapped lines have to tell before another ruler than the number of characters is taken.
MIN_PAIRS = 8


class _Widths(dict[str, float]):
    """The widths of characters; what is missing is looked up without its accent, once."""

    def __missing__(self, char: str) -> float:
        base = unicodedata.normalize("NFD", char)[0]
        self[char] = width = self[base] if base != char and base in self else 1.0
        return width


@cache
def _widths() -> _Widths:
    table = {char: float(width) for width, chars in rows("widths.tsv") for char in chars}
    return _Widths(table | {" ": BLANK, "\t": BLANK, "\u00a0": BLANK})


def by_characters(text: str) -> float:
    """The number of characters: monospaced type."""
    return float(len(text))


def by_words(text: str) -> float:
    """The number of characters if words stand one blank apart: filled lines."""
    return float(len(" ".join(text.split())))


def by_widths(text: str) -> float:
    """The width in proportional type if words stand one blank apart, in mean characters."""
    return sum(map(_widths().__getitem__, " ".join(text.split())))


class Wrapped(NamedTuple):
    """A line that the next one, directly below, visibly continues."""

    line: Line
    first_word: str  # of the next line


def is_continued(before: str, after: str) -> bool:
    """No stop before, a small letter after, and no item begins."""
    return starts_lower(after) and not ends_sentence(before) and bullet(after) is None


def best_ruler(wrapped: Sequence[Wrapped]) -> Ruler:
    """The ruler under which the fewest of these lines could have taken the next word."""
    if len(wrapped) < MIN_PAIRS:
        return by_characters
    best, fewest = by_characters, _contradictions(wrapped, by_characters)
    for ruler in (by_words, by_widths):
        if fewest and (count := _contradictions(wrapped, ruler)) < fewest:
            best, fewest = ruler, count
    return best


def _contradictions(wrapped: Sequence[Wrapped], ruler: Ruler) -> int:
    ends = [line.layout.indent + ruler(line.value) for line, _ in wrapped]
    edge = sorted(ends)[int(WRAP_QUANTILE * (len(ends) - 1))]
    blank = ruler("a b") - ruler("ab")
    pairs = zip(ends, wrapped, strict=True)
    return sum(end + blank + ruler(w.first_word) <= edge for end, w in pairs)
