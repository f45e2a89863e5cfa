"""The cheap first look: which words of a document may be joined or torn at all."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.spacing.candidates import Splitter
from ingest.spacing.language import JOINERS, SINGLES
from ingest.spacing.lexicon import ELISIONS, Lexicon, unknown_cost
from ingest.spacing.protect import is_inner_capital_name, is_protected
from ingest.spacing.textline import LONGEST_RUN, RUN

if TYPE_CHECKING:
    from ingest.spacing.lexicon import ListedCost

COMMON_COST = 5.6  # log10; more frequent words are never looked at for a join
SHORT_LETTERS, SHORT_COST = 3, 3.6  # letters, log10; dearer words so short may be fragments
FRAGMENT_LETTERS, FRAGMENT_COST = 5, 4.6  # the same for words of four or five letters
SHORTEST_LONG = 14  # letters; from here on a word may be four and more
BEYOND = 99.0  # log10; dearer than any reading
SHORTEST_JOIN = 4  # letters of a word that may be two
SHORT_PENALTY = (0.0, 1.8, 1.6, 0.7)  # log10, by length; short entries of lists are mostly junk
SHORT_FREE = (0.0, 0.0, 2.75, 3.7)  # log10, by length; cheaper short words are real ones
SINGLE_PENALTY = 2.5  # log10; one letter that is no word in any of the languages
VOWEL_WORDS = frozenset("aiàyoeéuèô")
CAPITAL_DISCOUNT = 0.6  # log10; an unknown word with a capital is likely a name
ACRONYM_BASE, ACRONYM_LETTER = 6.0, 0.35  # log10; unknown word in capitals
LONGEST_ACRONYM = 6  # letters of such a word
MIXED_UNKNOWN = 1.2  # log10; an unknown word with a capital inside
MIXED_FUNCTION = 2.5  # log10; one that begins with a function word (`theMHC`); dev en-mixed
MIXED_CASE = 1.5  # log10; a known word with an odd capital inside

_SUSPECT_INSIDE = re.compile(
    r"[.,;:!?)…][\"'”’)]*[^\W\d_]|[^\W\d_]\(|\d[^\W\d_]{2}|[^\W\d_]{3}\d|^-[^\W\d_]|^[,.;:!?)…]|[^\W\d_]-$|\($"
)


@dataclass(slots=True)
class Verdict:
    """What the scan says of one run of letters.

    Attributes:
        is_fragment: It may be a piece of a word.
        profit: How much less its best parts cost than itself (log10), before any price.
        parts: These parts, in lower case; the run itself where none were looked for.

    """

    is_fragment: bool
    profit: float
    parts: list[str]


FINE = Verdict(is_fragment=False, profit=-BEYOND, parts=[])


def part_cost(word: str, cost: float | None) -> float | None:
    """Return a word's cost with what short words cost extra."""
    size = len(word)
    if cost is None or size > SHORT_LETTERS:
        return cost
    if size == 1:
        return cost + (0.3 if word in VOWEL_WORDS else SINGLE_PENALTY)
    return cost + (SHORT_PENALTY[size] if cost > SHORT_FREE[size] else 0.0)


def surface_cost(word: str, low: str, listed: float | None) -> tuple[float, bool]:
    """Return the cost of a word as printed, and whether it is known.

    Args:
        word: As printed.
        low: The same in lower case, with a straight apostrophe.
        listed: Its cost in the lexicon or the document, if any.

    """
    size = len(word)
    cost = part_cost(low, listed)
    if cost is not None:
        odd = not (word.islower() or word.isupper() or word[1:].islower() or "'" in low)
        return cost + (MIXED_CASE if odd and not is_inner_capital_name(word) else 0.0), True
    price = unknown_cost(size)
    if word.islower():
        return price, False
    if _ACRONYM_TAIL.fullmatch(word):
        price += MIXED_UNKNOWN
    if has_hump(word):
        price += MIXED_UNKNOWN
        if HUMP.split(word, maxsplit=1)[0].lower() in JOINERS:
            price += MIXED_FUNCTION
    if size > 1 and word.isupper():
        if size <= LONGEST_ACRONYM:
            price = min(price, ACRONYM_BASE + ACRONYM_LETTER * size)
    elif word[0].isupper():
        price -= CAPITAL_DISCOUNT
    return price, False


_ACRONYM_TAIL = re.compile(r"[A-ZÀ-ÖØ-Þ]{2,}[a-zß-öø-ÿ]{2,}")  # `APIheaders`; `PDFs` is a plural


def is_acronym(run: str) -> bool:
    """Tell whether a run is two capitals or more; it is no piece of a torn word."""
    return len(run) > 1 and run.isupper()


HUMP = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")


def has_hump(run: str) -> bool:
    """Tell whether a capital follows a small letter."""
    return not (run.islower() or run[1:].islower() or run.isupper()) and bool(HUMP.search(run))


class Scanner:
    """Verdicts on words, remembered per language and process."""

    def __init__(self, lexicon: Lexicon, cost: ListedCost | None = None) -> None:
        """Look words up in `lexicon`, or by `cost` where the document adds to it."""
        self._cost = cost or lexicon.cost
        self._listed = lexicon.listed
        self._singles = frozenset("".join(SINGLES[name] for name in lexicon.languages))
        self._splitter: Splitter | None = None
        self._verdicts: dict[str, Verdict] = {}
        self.tokens: dict[str, bool] = {}
        self.points: set[str] = set()  # tokens with points or digits to look at
        self.odd: set[str] = set()  # tokens with words to look at

    def _part(self, low: str) -> float | None:
        return part_cost(low, self._cost(low))

    def is_suspect(self, token: str) -> bool:
        """Tell whether anything in a token (no blanks inside) needs a second look."""
        found = self.tokens.get(token)
        if found is None:
            found = self.tokens[token] = self._look(token)
        return found

    def _look(self, token: str) -> bool:
        if is_protected(token):
            return False
        if _SUSPECT_INSIDE.search(token):
            self.points.add(token)
        if any(self.verdict(run) is not FINE for run in RUN.findall(token)):
            self.odd.add(token)
        return token in self.points or token in self.odd

    def verdict(self, run: str) -> Verdict:
        """Return the verdict on one run of letters."""
        found = self._verdicts.get(run)
        if found is None:
            found = self._verdicts[run] = self._judge(run)
        return found

    def _judge(self, run: str) -> Verdict:
        low = run.lower().replace("’", "'")
        size = len(low)
        listed = self._listed(low) if has_hump(run) else self._cost(low)
        if size == 1:
            return FINE if run in self._singles else Verdict(True, -BEYOND, [low])
        if size > LONGEST_RUN or len(low) != len(run):
            return FINE
        fragment = (
            listed is None
            or (size <= SHORT_LETTERS and listed > SHORT_COST)
            or (size <= FRAGMENT_LETTERS and listed > FRAGMENT_COST)
            or listed > COMMON_COST
        )
        may_join = size >= SHORTEST_JOIN and (listed is None or listed > COMMON_COST)
        if not fragment and not may_join:
            return FINE
        if not may_join or is_inner_capital_name(run):
            return Verdict(fragment, -BEYOND, [low])
        cost, _ = surface_cost(run, low, listed)
        best = Verdict(fragment, -BEYOND, [low])
        for parts in (self._split(low), HUMP.sub(" ", run).lower().split(" ")):
            if len(parts) > 1:
                split = sum(self._part(p) or unknown_cost(len(p)) for p in parts)
                if cost - split > best.profit:
                    best = Verdict(fragment, cost - split, parts)
        return best

    def _split(self, low: str) -> list[str]:
        """Return the cheapest parts of a word; wordninja serves the long ones.

        What stands before an apostrophe that joins two words goes with the first (`d'un|code`).
        """
        head, sign, rest = low.partition("'")
        if sign and head in ELISIONS and rest:
            first, *others = self._split(rest)
            return [head + sign + first, *others]
        if len(low) < SHORTEST_LONG:
            return self._split_short(low)
        if self._splitter is None:
            self._splitter = Splitter(lambda word: part_cost(word, self._listed(word)))
        return self._splitter.split(low)

    def _split_short(self, low: str) -> list[str]:
        """Return the cheapest two or three listed parts of a word, if there are any."""
        best, parts = BEYOND, [low]
        ends = [
            (end, cost)
            for end in range(2, len(low))
            if (cost := self._listed_part(low[end:])) is not None
        ]
        ends.append((len(low), 0.0))
        for cut in range(1, len(low) - 1):
            left = self._listed_part(low[:cut])
            if left is None or left >= best:
                continue
            for end, right in ends:
                if end <= cut or left + right >= best:
                    continue
                middle = self._listed_part(low[cut:end])
                if middle is not None and left + middle + right < best:
                    best = left + middle + right
                    parts = [low[:cut], low[cut:end], *([low[end:]] if end < len(low) else [])]
        return parts

    def _listed_part(self, low: str) -> float | None:
        return part_cost(low, self._listed(low))
