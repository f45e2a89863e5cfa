"""Words and word pairs with their costs, loaded from the packaged files on first use."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.spacing.morphology import has_enclitic, is_compound, is_derived
from ingest.spacing.packed import PackedTable
from ingest.spacing.sieve import Sieve
from ingest.spacing.wordlists import words_of

if TYPE_CHECKING:
    from collections.abc import Collection

# What a word costs (log10), or None if it is not known.
ListedCost = Callable[[str], float | None]

DATA = Path(__file__).parent / "data"
COST_STEP = 0.05  # log10 units of one level; bench/lexicon/build_lexicon.py
_LEVELS = [level * COST_STEP for level in range(256)]

FOREIGN = 1.0  # log10; a word of another language of the document costs this much more
EXTRA_COST = 4.5  # log10; a word the user added, as frequent as a common noun
DERIVED_COST = 7.3  # log10; prefix + word; dev sets
RARE_COST = 8.0  # log10; a word of the sieve: wordfreq's tail and SCOWL's, about 1 in 10**8
SHORTEST_RARE = 4  # letters; shorter strings are not asked of the sieve
COMPOUND_COST = 7.5  # log10; German compound of known parts
ELISION_COST = 0.6  # log10; l'eau costs this more than eau
POSSESSIVE_COST = 1.2  # log10; dog's costs this more than dog

# Price of a word nobody knows: grows with its length, less beyond 11 letters (dev sets).
UNKNOWN_BASE, UNKNOWN_LETTER, UNKNOWN_LONG, UNKNOWN_KNEE = 5.2, 0.6, 0.4, 11

LONGEST_PLAUSIBLE, UNKNOWN_FAR = 20, 0.8  # letters; longer strings are hardly one word; dev

ELISIONS = words_of("elision")
ENDINGS = words_of("ending")


class Words(dict[str, float | None]):
    """What words cost (log10), None for those that are not listed; looked up when asked for."""

    def __init__(self, table: PackedTable) -> None:
        """Remember nothing yet."""
        super().__init__()
        self._table = table

    def __missing__(self, word: str) -> float | None:
        """Look a word up, and remember it."""
        if len(self) >= MOST_WORDS:
            self.clear()
        level = self._table.level(word)
        found = self[word] = None if level is None else _LEVELS[level]
        return found


class Table:
    """The words and pairs of one language."""

    __slots__ = ("gains", "rare", "words")

    def __init__(self, words: Words, gains: dict[str, float], rare: Sieve) -> None:
        """Keep the tables: cost of a word, gain of "left right", rare words."""
        self.words = words
        self.gains = gains
        self.rare = rare


@functools.lru_cache(maxsize=8)
def load_table(path: Path) -> Table:
    """Read one packaged language (layout: bench/lexicon/build_lexicon.py)."""
    packed = path.read_bytes()
    head, _, packed = packed.partition(b"\n")
    count, size, short = map(int, head.split())
    names, _, levels = zlib.decompress(packed[:size]).partition(b"\0")
    border = names.rfind(b"\n", 0, names.index(b" "))  # a pair has a blank, a word has none
    words = Words(PackedTable(names[:border], levels[:count]))
    pairs = names[border + 1 :].decode().split("\n")
    gains = dict(zip(pairs, map(_LEVELS.__getitem__, levels[count:]), strict=True))
    return Table(words, gains, Sieve(packed[size : size + short], packed[size + short :]))


def unknown_cost(length: int) -> float:
    """Return the cost (log10) of an unknown word of `length` letters."""
    over = max(0, length - UNKNOWN_KNEE)
    far = max(0, length - LONGEST_PLAUSIBLE)
    return UNKNOWN_BASE + UNKNOWN_LETTER * (length - over) + UNKNOWN_LONG * over + UNKNOWN_FAR * far


class Lexicon:
    """What is known of words, in the languages of one document.

    Args:
        languages: Codes, the main one first.
        extra_words: Words the user added; they are never split.

    """

    def __init__(
        self, languages: tuple[str, ...] = ("en",), extra_words: Collection[str] = ()
    ) -> None:
        """Load the tables that are not in memory yet."""
        self.languages = languages
        self._tables = [load_table(DATA / f"{name}.lex") for name in languages]
        self.words = self._tables[0].words
        self._others = [table.words for table in self._tables[1:]]
        self.extra = frozenset(word.lower() for word in extra_words)
        self._made: dict[str, float | None] = {}

    def listed(self, word: str) -> float | None:
        """Return the cost of a listed word (lower case), or None."""
        cost = self.words[word]
        if cost is None or self.extra:
            return self._elsewhere(word, cost)
        return cost

    def _elsewhere(self, word: str, cost: float | None) -> float | None:
        if word in self.extra:
            return min(EXTRA_COST, cost or EXTRA_COST)
        if cost is not None:
            return cost
        for table in self._others:
            other = table[word]
            if other is not None:
                return other + FOREIGN
        return None

    def cost(self, word: str) -> float | None:
        """Return the cost of a word that is listed or made of listed parts, or None."""
        found = self.listed(word)
        if found is not None:
            return found
        if word in self._made:
            return self._made[word]
        if len(self._made) > MOST_REMEMBERED:
            self._made.clear()
        made = self._made[word] = self._make(word)
        return made

    def _make(self, word: str) -> float | None:
        if "'" in word:
            return self._apostrophe(word)
        if len(word) >= SHORTEST_RARE and word in self._tables[0].rare:
            return RARE_COST
        if not SHORTEST_MADE <= len(word) <= LONGEST_MADE:
            return None
        if is_derived(word, self.listed, self.languages[0]):
            return DERIVED_COST + 0.1 * max(0, len(word) - 12)
        if any(has_enclitic(word, name, self.listed) for name in self.languages):
            return DERIVED_COST
        if "de" in self.languages and is_compound(word, self.listed):
            return COMPOUND_COST + 0.12 * max(0, len(word) - 12)
        return None

    def _apostrophe(self, word: str) -> float | None:
        left, _, right = word.rpartition("'")
        if right in ENDINGS:
            stem = self.cost(left) if left else 3.0
            return None if stem is None else stem + POSSESSIVE_COST
        left, _, right = word.partition("'")
        if left in ELISIONS and right:
            stem = self.cost(right)
            return None if stem is None else stem + ELISION_COST
        return None

    def gain(self, left: str, right: str) -> float:
        """Return what `right` costs less after `left` than alone (log10)."""
        return self._tables[0].gains.get(f"{left} {right}", 0.0)


MOST_WORDS = (
    10_000  # remembered of a language, about 0.1 KB each; with 50,000 no text is read faster
)
MOST_REMEMBERED = 200_000  # made words kept in memory
SHORTEST_MADE = 6  # letters; shorter strings fall into parts by chance
LONGEST_MADE = 45  # letters; longer strings are not analysed
