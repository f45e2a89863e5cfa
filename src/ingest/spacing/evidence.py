"""What is known of one document while it is read: its lines, prices, words and signals."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.spacing.costs import CostTable, GainTable
from ingest.spacing.gapmodel import GapModel, fold
from ingest.spacing.lexicon import DATA, Lexicon
from ingest.spacing.protect import looks_like_code
from ingest.spacing.punctuation import PointRates
from ingest.spacing.textline import Run
from ingest.spacing.witness import Rates, Witness

if TYPE_CHECKING:
    from array import array
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from ingest.spacing.gates import Case
    from ingest.spacing.scan import Scanner

CODE_CASES = 2  # distinct tokens of code that any document may hold
CODE_SHARE = 0.01  # of a document's distinct tokens that are code: then inner capitals are names
CODE_PRICE = 12.0  # log10; extra price of a lost blank before an inner capital, amid code


@dataclass(slots=True)
class LineView:
    """What is parsed of a line, once.

    Attributes:
        number: Of the line, from 0.
        text: The line.
        places: Start and end of every run; equal ones begin a chain. A long document has 150 runs
            a page, which would take three times as much as objects.
        flat: The line with plain blanks.
        spaced: Offsets of letters printed apart.
        folded: What the gap model reads.
        windows: What is to be read next, if it is known.
        signals: What the gap model said, by the ends of gaps.

    """

    number: int
    text: str
    places: array[int]
    flat: str
    spaced: AbstractSet[int]
    folded: tuple[bytes, bytes] | None = None
    windows: list[list[Run]] | None = None
    signals: dict[tuple[int, int], float] = field(default_factory=dict)

    @property
    def chains(self) -> list[list[Run]]:
        """The chains of runs of the line."""
        found: list[list[Run]] = []
        places = iter(self.places)
        for start, end in zip(places, places, strict=True):
            if start == end:
                found.append([])
            else:
                found[-1].append(Run(self.text[start:end], start, end))
        return found


@functools.lru_cache(maxsize=1)
def gap_model() -> GapModel:
    """Return the packaged gap model."""
    return GapModel(DATA / "gaps.bin")


class Evidence:
    """The lines of one document and what was learned from them."""

    def __init__(
        self,
        lines: Sequence[str],
        split: list[list[str]],
        types: Counter[str],
        voices: list[tuple[Lexicon, Scanner]],
    ) -> None:
        """Keep the text; nothing is learned yet."""
        self.lines = lines
        self.split = split
        self.types = types
        self.voices = voices
        self.rates = Rates()
        self.points = PointRates()
        self.witness = Witness(Counter(), Counter())
        self.doubtful: set[str] = set()
        self.languages = voices[0][0].languages if voices else ("en",)
        self.camel: dict[str, float] = {}
        self.hump_price = CODE_PRICE
        self.dense: set[int] = set()
        self.is_torn = False
        self.is_first_look = True
        self.noise: set[int] = set()
        self.lost: Case | None = None
        self.stray: Case | None = None
        self.runs: set[str] = set()
        self.repeated: set[str] = set()
        self._is_code: bool | None = None
        self._known: dict[tuple[int, bool], tuple[CostTable, GainTable]] = {}

    @property
    def is_code(self) -> bool:
        """Does the document hold so much code that names of code may stand in its prose?"""
        if self._is_code is None:
            code = sum(map(looks_like_code, self.types))
            self._is_code = code > CODE_CASES + CODE_SHARE * len(self.types)
        return self._is_code

    def has_points(self, view: LineView) -> bool:
        """Tell whether a token of the line has points or digits that a rule may look at."""
        return not self.voices[view.number][1].points.isdisjoint(self.split[view.number])

    def tables(self, number: int) -> tuple[CostTable, GainTable]:
        """Return the tables of a line's language, with dense prices where it has no blanks."""
        lexicon = self.voices[number][0]
        key = (id(lexicon), number in self.dense)
        found = self._known.get(key)
        if found is None:
            whole = self.runs if self.is_first_look and not key[1] else None
            costs = CostTable(lexicon, self.witness, is_dense=key[1], whole=whole)
            found = self._known[key] = costs, GainTable(lexicon, self.witness)
        return found

    def word_cost(self, number: int, word: str) -> tuple[float, int]:
        """Return the cost of a word on a line, and how well it is known."""
        return self.tables(number)[0][word]

    def signal(self, view: LineView, left: int, right: int) -> float:
        """Return log10 odds of the gap model that a blank belongs between two offsets."""
        found = view.signals.get((left, right))
        if found is None:
            if view.folded is None:
                view.folded = fold(view.flat)
            found = view.signals[left, right] = gap_model().odds(*view.folded, left, right)
        return found

    def set_words(self, witness: Witness, repeated: set[str]) -> None:
        """Take the words that stand intact, and forget the costs worked out without them."""
        self.witness = witness
        self.repeated = repeated
        self._known.clear()
