"""Score repairs of spacing against labelled sets.

A text is its characters other than blanks, and the set of its *gaps*: the places, counted in those
characters, where blanks stand. A repair is right where it makes an edit that leads from the damaged
gaps to the right ones. A line in which anything but blanks changed counts as if it had been left
alone, and never as exact.
"""

from __future__ import annotations

import itertools
import time
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

PER = 10_000  # false splits and joins are told per so many words


class Labelled(NamedTuple):
    """One document of a set: its lines as they should be, and as they are."""

    name: str
    correct: list[str]
    corrupt: list[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts over lines; scores add up.

    `false_splits` and `false_joins` are edits that were not needed, `missed` those that were.
    """

    right: int = 0
    false_splits: int = 0
    false_joins: int = 0
    missed: int = 0
    exact: int = 0
    changed: int = 0  # lines in which another character than a blank changed
    lines: int = 0
    words: int = 0

    def __add__(self, other: Score) -> Score:
        """Add the counts of two scores."""
        names = [field.name for field in fields(self)]
        return Score(*(getattr(self, name) + getattr(other, name) for name in names))

    @property
    def precision(self) -> float:
        """The share of the edits made that were right, 0 to 1; 0 if none was made."""
        return _share(self.right, self.false_splits + self.false_joins)

    @property
    def recall(self) -> float:
        """The share of the edits needed that were made, 0 to 1; 0 if none was needed."""
        return _share(self.right, self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        wrong = self.false_splits + self.false_joins + self.missed
        return _share(2 * self.right, wrong)

    @property
    def exact_share(self) -> float:
        """The share of lines that came out right, 0 to 1."""
        return self.exact / self.lines if self.lines else 0.0

    def per_10k(self, count: int) -> float:
        """Return a count per 10,000 words."""
        return PER * count / self.words if self.words else 0.0


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else 0.0


def gaps_of(text: str) -> frozenset[int]:
    """Return the places of blanks inside a text, counted in its other characters."""
    ends = itertools.accumulate(len(word) for word in text.split())
    return frozenset(list(ends)[:-1])


def score_line(correct: str, corrupt: str, repaired: str) -> Score:
    """Score one line.

    Raises:
        ValueError: `correct` and `corrupt` differ in more than blanks.

    """
    if _solid(correct) != _solid(corrupt):
        raise ValueError(f"the truth has other characters than the damaged line: {correct[:60]!r}")
    changed = _solid(repaired) != _solid(corrupt)
    truth, given = gaps_of(correct), gaps_of(corrupt)
    result = given if changed else gaps_of(repaired)
    needed, made = truth ^ given, result ^ given
    return Score(
        right=len(made & needed),
        false_splits=len((made - needed) - given),
        false_joins=len((made - needed) & given),
        missed=len(needed - made),
        exact=int(result == truth and not changed),
        changed=int(changed),
        lines=1,
        words=len(correct.split()),
    )


def _solid(text: str) -> str:
    return "".join(text.split())


def read_lines(path: Path) -> list[str]:
    """Read the lines of a file of a set; only line feeds end them."""
    lines = path.read_bytes().decode("utf-8").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def read_set(folder: Path) -> Iterator[Labelled]:
    """Read the documents of a set; without `docs.txt`, each line is one."""
    correct, corrupt = (read_lines(folder / f"{name}.txt") for name in ("correct", "corrupt"))
    names = folder / "docs.txt"
    docs = read_lines(names) if names.exists() else [str(n) for n in range(len(correct))]
    rows = zip(docs, correct, corrupt, strict=True)
    for name, group in itertools.groupby(rows, key=lambda row: row[0]):
        _, good, bad = zip(*group, strict=True)
        yield Labelled(name, list(good), list(bad))


def sets_in(folder: Path) -> list[str]:
    """Return the names of the sets in a folder."""
    return sorted(path.parent.name for path in folder.glob("*/correct.txt"))


class Timed(NamedTuple):
    """A score, and the CPU seconds that the repairs took."""

    score: Score
    seconds: float


def score_set(documents: Iterable[Labelled], repair: Callable[[list[str]], list[str]]) -> Timed:
    """Score all documents of a set, each by itself."""
    score, seconds = Score(), 0.0
    for document in documents:
        start = time.process_time()
        repaired = repair(list(document.corrupt))
        seconds += time.process_time() - start
        rows = zip(document.correct, document.corrupt, repaired, strict=True)
        score = sum((score_line(*row) for row in rows), score)
    return Timed(score, seconds)
