"""The document as witness: its own words and pairs, and how much damage it plainly shows."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

BASE_RATE = 1e-4  # share of blanks lost in a document that shows no loss: price 4 (log10)
KIND_WEIGHT = 30.0  # blanks of belief in the base rate when a kind of gap is judged
LETTER_WEIGHT = 8.0  # blanks of belief in the kind's rate when one next letter is judged
DEAREST, CHEAPEST = 4.6, 0.25  # log10; bounds of every price
RARE_KINDS = {"ll": 0.0, "lU": 0.0, "UU": 1.0, "Ul": 1.5}  # extra price of kinds of gaps
REMOVE_KINDS = ("lig", "cap", "single", "other")
LIGATURES = ("ffi", "ffl", "fi", "fl", "ff", "ft")

DOCUMENT_SHARE = 0.35  # weight of the document's own word counts; dev sets
PAIR_SHARE = 0.5  # weight of the document's own pair counts; dev sets
ENOUGH_CAPITALS = 3  # times a single capital must stand alone
ONCE_COST, SHORTEST_ONCE = 8.0, 6  # log10; as a rare listed word; letters of one so long
PLURAL_COST = 1.0  # log10; what the plural of a word costs more than the word
ENOUGH_UNKNOWN = 2  # times an unlisted word must stand alone in the document


def insert_kind(left: str, right: str) -> str:
    """Return the kind of the gap between two letters: ll, lU, UU or Ul."""
    return ("U" if left.isupper() else "l") + ("U" if right.isupper() else "l")


def remove_kind(left: str, right: str) -> str:
    """Return the kind of a printed blank between two runs of letters."""
    low_left, low_right = left.lower(), right.lower()
    if low_right.startswith(LIGATURES) or low_left.endswith(LIGATURES):
        return "lig"
    if len(left) == 1 and left.isupper():
        return "cap"
    if len(left) == 1 or len(right) == 1:
        return "single"
    return "other"


class Rates:
    """Shares of damage per kind of gap and next letter, from counts of distinct words."""

    def __init__(self) -> None:
        """Start without any damage seen."""
        self.lost: dict[tuple[str, str], int] = {}
        self.torn: dict[str, int] = {}
        self.starts: Counter[str] = Counter()
        self.words = 0
        self.extra_insert = 0.0
        self.extra_remove = 0.0
        self._prices: dict[tuple[str, str], float] = {}

    def set_text(self, types: Iterable[str]) -> None:
        """Count the distinct words of the document by their first letter."""
        self.starts = Counter(word[0] for word in types if word)
        self.words = sum(self.starts.values())

    def set_evidence(
        self, lost: Iterable[tuple[str, str, str]], torn: Iterable[tuple[str, str]]
    ) -> None:
        """Take the plain damage: (kind, next letter, word) and (kind, word), distinct."""
        self.lost = dict(Counter((kind, letter) for kind, letter, _ in set(lost)))
        self.torn = dict(Counter(kind for kind, _ in set(torn)))
        self._prices.clear()

    def insert_price(self, left: str, right: str) -> float:
        """Return the price (log10) of a blank lost between two letters."""
        kind = insert_kind(left, right)
        found = self._prices.get((kind, right))
        if found is None:
            found = self._prices[kind, right] = self._insert_price(kind, right)
        return found

    def _insert_price(self, kind: str, right: str) -> float:
        upper = kind[1] == "U"
        of_kind = sum(n for (k, _), n in self.lost.items() if k == kind)
        starts = sum(n for c, n in self.starts.items() if c.isupper() == upper)
        rate = (of_kind + BASE_RATE * KIND_WEIGHT) / (of_kind + starts + KIND_WEIGHT)
        lost = self.lost.get((kind, right), 0)
        rate = (lost + rate * LETTER_WEIGHT) / (lost + self.starts.get(right, 0) + LETTER_WEIGHT)
        price = min(DEAREST, max(CHEAPEST, -math.log10(rate)))
        return price + RARE_KINDS[kind] * min(1.0, price / 2) + self.extra_insert

    def remove_price(self, kind: str) -> float:
        """Return the price (log10) of a stray blank of this kind."""
        found = self._prices.get(("remove", kind))
        if found is None:
            torn = self.torn.get(kind, 0)
            every = sum(self.torn.values())
            rate = (every + BASE_RATE * KIND_WEIGHT) / (every + self.words + KIND_WEIGHT)
            weight = self.words / 8 + LETTER_WEIGHT
            rate = (torn + rate * LETTER_WEIGHT) / (torn + weight)
            price = min(DEAREST, max(CHEAPEST, -math.log10(rate)))
            found = self._prices["remove", kind] = price + self.extra_remove
        return found


class Witness:
    """Words and pairs that stand intact in the document.

    Args:
        words: Lower-case words of the document that nothing speaks against, with counts.
        pairs: "left right" with counts.
        capitals: Single capitals that stand alone (`T cell`), with counts.

    """

    def __init__(
        self, words: Counter[str], pairs: Counter[str], capitals: Counter[str] | None = None
    ) -> None:
        """Keep the counts."""
        self.words = words
        self.pairs = pairs
        self.capitals = capitals or Counter()
        self.total = max(1, sum(words.values()))

    def cost(self, word: str, listed: float | None) -> float | None:
        """Return the cost of a word here, given its cost in the lexicon."""
        count = self.words.get(word, 0)
        if not count:
            return self._plural(word) if listed is None else listed
        if listed is None and count < ENOUGH_UNKNOWN:
            return ONCE_COST if len(word) >= SHORTEST_ONCE else None
        own = DOCUMENT_SHARE * count / (self.total + 50)
        return -math.log10(own + (10**-listed if listed is not None else 0.0))

    def _plural(self, word: str) -> float | None:
        """Return the cost of the plural of a word that is known from this document alone."""
        count = self.words.get(word[:-1], 0) if word.endswith("s") else 0
        if count < ENOUGH_UNKNOWN:
            return None
        return PLURAL_COST - math.log10(DOCUMENT_SHARE * count / (self.total + 50))

    def capital_cost(self, letter: str) -> float | None:
        """Return the cost of a single capital that often stands alone here (`T` in `T cell`)."""
        count = self.capitals.get(letter, 0)
        if count < ENOUGH_CAPITALS:
            return None
        return -math.log10(DOCUMENT_SHARE * count / (self.total + 50))

    def gain(self, left: str, right: str, cost: float) -> float:
        """Return what `right` costs less after `left`, by the document's own pairs."""
        count = self.pairs.get(f"{left} {right}", 0)
        if not count:
            return 0.0
        given = PAIR_SHARE * count / (self.words.get(left, count) + 0.5)
        return max(0.0, math.log10(min(1.0, given)) + cost)
