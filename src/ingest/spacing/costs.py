"""What words and pairs cost in one document: lexicon and witness together, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.spacing.lattice import LISTED, MADE, UNKNOWN
from ingest.spacing.protect import is_inner_capital_name
from ingest.spacing.scan import has_hump, surface_cost

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingest.spacing.lexicon import Lexicon
    from ingest.spacing.witness import Witness

DENSE_UNKNOWN, DENSE_KNEE = 0.9, 5  # log10 per letter more for unknown words beyond 7 letters
DENSE_HUMP = 4.0  # log10 more for a capital inside a word that is no name such as `McArthur`
DENSE_MADE = 2.5  # log10 more for words that are no list's frequent words


# Words or pairs kept, about 0.16 KB each: a text of unknown words holds millions. With 30,000 a
# text that lost all its blanks takes a quarter longer, with 100,000 hardly less than with this.
MOST_REMEMBERED = 60_000


class CostTable(dict[str, tuple[float, int]]):
    """Cost of a word as printed, and how well it is known; filled on demand."""

    def __init__(
        self,
        lexicon: Lexicon,
        witness: Witness,
        *,
        is_dense: bool,
        whole: Collection[str] | None = None,
    ) -> None:
        """Start empty.

        Args:
            lexicon: The words of the line's language.
            witness: The words of the document.
            is_dense: The line has no blanks, so that no end of an unknown word is printed.
            whole: What is printed as a word. If given, nothing else is taken for a word made of
                known parts, which saves time where only plain damage is sought.

        """
        super().__init__()
        self._lexicon = lexicon
        self._witness = witness
        self._is_dense = is_dense
        self._whole = whole

    def __missing__(self, word: str) -> tuple[float, int]:
        """Work out and remember one word."""
        if len(self) > MOST_REMEMBERED:
            self.clear()
        if len(word) == 1 and (alone := self._witness.capital_cost(word)) is not None:
            self[word] = alone, LISTED
            return alone, LISTED
        low = word.lower().replace("’", "'")
        listed = self._lexicon.listed(low)
        plain = listed
        if plain is None and (self._whole is None or word in self._whole) and not has_hump(word):
            plain = self._lexicon.cost(low)
        cost, known = surface_cost(word, low, self._witness.cost(low, plain))
        level = UNKNOWN if not known else LISTED if listed is not None else MADE
        if self._is_dense and level == UNKNOWN:
            cost += DENSE_UNKNOWN * max(0, len(word) - DENSE_KNEE)
        elif self._is_dense and level == MADE:
            cost += DENSE_MADE
        if self._is_dense and has_hump(word) and not is_inner_capital_name(word):
            cost += DENSE_HUMP
        found = self[word] = cost, level
        return found


class GainTable(dict[tuple[str, str], float]):
    """What a word costs less after another; filled on demand."""

    def __init__(self, lexicon: Lexicon, witness: Witness) -> None:
        """Start empty."""
        super().__init__()
        self._lexicon = lexicon
        self._witness = witness

    def __missing__(self, pair: tuple[str, str]) -> float:
        """Work out and remember one pair."""
        if len(self) > MOST_REMEMBERED:
            self.clear()
        left, right = pair
        own = 0.0
        if f"{left} {right}" in self._witness.pairs:
            cost = self._witness.cost(right, self._lexicon.cost(right))
            own = 0.0 if cost is None else self._witness.gain(left, right, cost)
        found = self[pair] = max(own, self._lexicon.gain(left, right))
        return found
