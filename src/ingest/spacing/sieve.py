"""A set of rare words in a few bits each: it knows every word it was given, and very few others.

A Bloom filter, or two: a line without blanks is asked about in all its stretches, and a long one
that is wrongly known would swallow words; so long words get more bits. Rare words need no cost of
their own, only the knowledge that they exist, and this costs no time to load.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONG = 12  # letters; from here on a word is long
# Bits per word and probes. One in 1,000 unknown short strings passes, one in 30,000 long ones.
SHORT_BITS, SHORT_PROBES = 14, 6
LONG_BITS, LONG_PROBES = 22, 12
_SECOND_SEED = 0x5BD1E995  # any constant that makes the second hash differ from the first


class Sieve:
    """Membership of words in packed bit tables."""

    __slots__ = ("_long", "_short")

    def __init__(self, short: bytes, long: bytes) -> None:
        """Use tables made by `build`."""
        self._short, self._long = short, long

    def __contains__(self, word: str) -> bool:
        """Tell whether the word was most likely among those given."""
        if len(word) >= LONG:
            return _has(self._long, word, LONG_PROBES)
        return _has(self._short, word, SHORT_PROBES)


def _has(table: bytes, word: str, probes: int) -> bool:
    size = len(table) * 8
    if not size:
        return False
    key = word.encode()
    place, step = zlib.crc32(key), zlib.crc32(key, _SECOND_SEED) | 1
    for _ in range(probes):
        place %= size
        if not table[place >> 3] >> (place & 7) & 1:
            return False
        place += step
    return True


def build(words: Collection[str]) -> tuple[bytes, bytes]:
    """Return the tables for some words, of the short ones and of the long."""
    short = [word for word in words if len(word) < LONG]
    long = [word for word in words if len(word) >= LONG]
    return _fill(short, SHORT_BITS, SHORT_PROBES), _fill(long, LONG_BITS, LONG_PROBES)


def _fill(words: Collection[str], bits: int, probes: int) -> bytes:
    size = (len(words) * bits + 7) // 8 * 8
    table = bytearray(size // 8)
    for word in words:
        key = word.encode()
        place, step = zlib.crc32(key), zlib.crc32(key, _SECOND_SEED) | 1
        for _ in range(probes):
            place %= size
            table[place >> 3] |= 1 << (place & 7)
            place += step
    return bytes(table)
