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


@dataclass(slots=True)
class TextLine:
    """Words that stand on one line, from left to right."""

    words: list[Word] = field(default_factory=list)

    @property
    def top(self) -> float:
        """Upper edge of the highest word."""
        return min(w.top for w in self.words)

    @property
    def bottom(self) -> float:
        """Lower edge of the lowest word."""
        return max(w.bottom for w in self.words)

    @property
    def left(self) -> float:
        """Left edge of the first word."""
        return self.words[0].left

    @property
    def right(self) -> float:
        """Right edge of the word that reaches furthest."""
        return max(w.right for w in self.words)

    @property
    def size(self) -> float:
        """The largest font size, in points."""
        return max(w.size for w in self.words)

    @property
    def middle(self) -> float:
        """The middle of the line."""
        return sum(w.middle for w in self.words) / len(self.words)
