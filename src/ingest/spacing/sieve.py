"""A set of rare words in a few bits each: it knows every word it was given, and 1 in 1,000 others.

A Bloom filter. Rare words need no cost of their own, only the knowledge that they exist, and this
costs no time to load.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

BITS_PER_WORD = 14  # with 6 probes one in about 1,000 unknown words passes
PROBES = 6
_SECOND_SEED = 0x5BD1E995  # any constant that makes the second hash differ from the first


class Sieve:
    """Membership of words in a packed bit table."""

    __slots__ = ("_size", "_table")

    def __init__(self, table: bytes) -> None:
        """Use a table made by `build`."""
        self._table = table
        self._size = len(table) * 8

    def __contains__(self, word: str) -> bool:
        """Tell whether the word was most likely among those given."""
        if not self._size:
            return False
        key = word.encode()
        place, step = zlib.crc32(key), zlib.crc32(key, _SECOND_SEED) | 1
        for _ in range(PROBES):
            place %= self._size
            if not self._table[place >> 3] >> (place & 7) & 1:
                return False
            place += step
        return True


def build(words: Collection[str]) -> bytes:
    """Return the table for some words."""
    size = (len(words) * BITS_PER_WORD + 7) // 8 * 8
    table = bytearray(size // 8)
    for word in words:
        key = word.encode()
        place, step = zlib.crc32(key), zlib.crc32(key, _SECOND_SEED) | 1
        for _ in range(PROBES):
            place %= size
            table[place >> 3] |= 1 << (place & 7)
            place += step
    return bytes(table)
