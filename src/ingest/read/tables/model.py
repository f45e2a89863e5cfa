"""What goes into the search for tables, and what comes out: boxes only, whoever read the page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ingest.document import BBox

# A page with more drawn lines than this holds a drawing, and is not searched for ruled tables: the
# search takes time with the square of their number.
MAX_RULINGS = 1500
# So many horizontal lines make a table without vertical ones; two only frame something.
MIN_RULINGS = 3


class Word(NamedTuple):
    """A word on a page with its box, in points from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    bold: bool = False
    monospace: bool = False

    @property
    def middle(self) -> float:
        """The middle of its line."""
        return (self.top + self.bottom) / 2

    @property
    def center(self) -> float:
        """Half way from its left to its right edge."""
        return (self.left + self.right) / 2


class Ruling(NamedTuple):
    """A drawn line, in points from the top left; it is horizontal or vertical."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def is_horizontal(self) -> bool:
        """True if it is wider than it is high."""
        return self.right - self.left >= self.bottom - self.top


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of one cell, line by line, each line from left to right; no line for an empty one.

    A cell that spans others is the first of them; the others are empty.
    """

    lines: tuple[tuple[Word, ...], ...] = ()
    box: BBox | None = None

    @property
    def text(self) -> str:
        """The text with its line ends as blanks."""
        return " ".join(word.text for line in self.lines for word in line)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words."""
        return tuple(word for line in self.lines for word in line)


EMPTY = Cell()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it stands on a page.

    Attributes:
        box: Where it stands.
        columns: Left and right edge of each column, in points.
        rows: The cells, as many in each row as there are columns.
        kind: `ruled`, `half-ruled` or `unruled`.
        is_headed: Something sets the first row apart: bold type or a line below it.
    """

    box: BBox
    columns: tuple[tuple[float, float], ...]
    rows: tuple[tuple[Cell, ...], ...]
    kind: str
    is_headed: bool = False

    @property
    def words(self) -> list[Word]:
        """All words of the table."""
        return [word for row in self.rows for cell in row for word in cell.words]


@dataclass(slots=True, eq=False)
class TextLine:
    """Words that stand on one line, from left to right.

    What is asked of a line again and again is worked out once.

    Attributes:
        words: At least one.
        top: Upper edge of the highest word.
        bottom: Lower edge of the lowest word.
        left: Left edge of the first word.
        right: Right edge of the word that reaches furthest.
        size: The largest font size, in points.
        middle: The middle of the line.
    """

    words: list[Word]
    top: float = field(init=False)
    bottom: float = field(init=False)
    left: float = field(init=False)
    right: float = field(init=False)
    size: float = field(init=False)
    middle: float = field(init=False)
    _segments: dict[float, list[list[Word]]] = field(init=False, default_factory=dict)
    _extents: dict[float, list[tuple[float, float]]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Measure the line."""
        words = self.words
        _, lefts, tops, rights, bottoms, sizes, _, _ = zip(*words, strict=True)
        self.top, self.bottom = min(tops), max(bottoms)
        self.left, self.right = lefts[0], max(rights)
        self.size = max(sizes)
        middles = [(top + bottom) / 2 for top, bottom in zip(tops, bottoms, strict=True)]
        self.middle = sum(middles) / len(words)

    def segments(self, gap: float) -> list[list[Word]]:
        """The words, cut where they stand further apart than `gap` em."""
        if gap not in self._segments:
            self._segments[gap] = _cut(self.words, gap)
        return self._segments[gap]

    def extents(self, gap: float) -> list[tuple[float, float]]:
        """Left and right edge of each segment."""
        if gap not in self._extents:
            parts = self.segments(gap)
            self._extents[gap] = [(part[0].left, max([w.right for w in part])) for part in parts]
        return self._extents[gap]


def _cut(words: list[Word], gap: float) -> list[list[Word]]:
    out = [[words[0]]]
    _, _, _, end, _, before, _, _ = words[0]
    for word in words[1:]:
        _, left, _, right, _, size, _, _ = word
        if left - end > gap * max(size, before):
            out.append([word])
        else:
            out[-1].append(word)
        end, before = max(end, right), size
    return out
