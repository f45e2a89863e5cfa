"""A table of sorted words that stays packed: a byte for each word, found by search.

The 140,000 words of a language take 12 MB as a dict of strings, and 2 MB so.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from itertools import pairwise

# Bytes of names from one entry of the index to the next. With 256 a word is found as fast as with
# 128, in half the index; with 512 it takes 10 % longer.
BLOCK = 256


class PackedTable:
    """Levels of sorted words.

    Args:
        names: The words in UTF-8, sorted, joined by newlines.
        levels: A byte for each.

    """

    __slots__ = ("_borders", "_firsts", "_levels", "_names", "_ranks")

    def __init__(self, names: bytes, levels: bytes) -> None:
        """Make the index: where blocks of words begin, their first words and ranks."""
        self._names = names = b"\n%b\n" % names
        self._levels = levels
        last = len(names) - 1
        starts = {names.find(b"\n", at) for at in range(0, last, BLOCK)} - {last}
        self._borders = array("L", (*sorted(starts), last))
        self._firsts = [names[at + 1 : names.find(b"\n", at + 1)] for at in self._borders[:-1]]
        self._ranks = array("L", [0])
        for start, end in pairwise(self._borders):
            self._ranks.append(self._ranks[-1] + names.count(b"\n", start, end))

    def level(self, word: str) -> int | None:
        """Return the level of a word (no newline inside), or None if the table does not have it."""
        key = word.encode("utf-8", "replace")
        block = bisect_right(self._firsts, key) - 1
        if block < 0:
            return None
        start = self._borders[block]
        at = self._names.find(b"\n%b\n" % key, start, self._borders[block + 1] + 1)
        if at < 0:
            return None
        return self._levels[self._ranks[block] + self._names.count(b"\n", start, at)]
