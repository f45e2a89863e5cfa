"""Lines and columns: where words stand beside each other, and the white strips between columns."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING

from ingest.document import BBox
from ingest.read.tables.model import TextLine, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Words stand on one line if their middles are no further apart (em); superscripts are about 0.35.
SAME_LINE = 0.45
# A word that overlaps a column by this share of the narrower of the two stands in it.
STANDS_IN = 0.5
# A column with text in fewer of the lines than this stands further apart from the next, in em, than
# words of a narrow justified column do.
SPARSE_SHARE, SPARSE_GAP = 0.4, 1.5

Strip = tuple[float, float]  # left and right edge, in points
_left = attrgetter("left")


def text_lines(words: Iterable[Word]) -> list[TextLine]:
    """Words -> lines from top to bottom, whatever column they stand in."""
    lines: list[list[Word]] = []
    last_middle = last_size = 0.0
    placed = [(word.middle, word) for word in words]
    for middle, word in sorted(placed, key=itemgetter(0)):
        size = word.size
        if lines and abs(middle - last_middle) < SAME_LINE * min(size, last_size):
            lines[-1].append(word)
        else:
            lines.append([word])
        last_middle, last_size = middle, size
    return [TextLine(sorted(line, key=_left)) for line in lines]


def usual_size(words: Iterable[Word]) -> float:
    """The font size of most characters, in points."""
    count: Counter[float] = Counter()
    for text, _, _, _, _, size, _, _ in words:
        count[size] += len(text)
    return count.most_common(1)[0][0]


def gutters(lines: Sequence[TextLine], gap: float, *, crossing: int = 0) -> list[Strip]:
    """The white strips between columns of text.

    Args:
        lines: The lines that stand in the columns.
        gap: How wide a strip is at least, in em; words closer than that belong together.
        crossing: So many lines may cross a strip.

    Returns:
        Left and right edge of each strip, from left to right, outer margins not among them.
    """
    return _gutters(lines, gap, _edges(lines, gap), crossing)


def most_gutters(lines: Sequence[TextLine], gap: float, *, crossing: int) -> list[Strip]:
    """The strips that no line crosses, or, if those are more, that so many lines may cross."""
    edges = _edges(lines, gap)
    found = _gutters(lines, gap, edges, 0)
    if not crossing:
        return found
    return max(found, _gutters(lines, gap, edges, crossing), key=len)


def _edges(lines: Iterable[TextLine], gap: float) -> list[tuple[float, int]]:
    """Where text begins (1) and ends (-1), from left to right."""
    steps: list[tuple[float, int]] = []
    for line in lines:
        for left, right in line.extents(gap):
            steps += (left, 1), (right, -1)
    return sorted(steps)


def _gutters(
    lines: Sequence[TextLine], gap: float, edges: Iterable[tuple[float, int]], crossing: int
) -> list[Strip]:
    out: list[Strip] = []
    depth = 0
    for (at, step), (following, _) in pairwise(edges):
        depth += step
        if depth > crossing or following <= at:
            continue
        if out and out[-1][1] == at:
            out[-1] = (out[-1][0], following)
        else:
            out.append((at, following))
    if not out:
        return out
    em = usual_size(w for line in lines for w in line.words)
    wide = _without_margins([strip for strip in out if strip[1] - strip[0] >= gap * em], lines)
    while (number := _doubtful(wide, lines, em)) is not None:
        wide.pop(number)
    return wide


def _doubtful(strips: Sequence[Strip], lines: Sequence[TextLine], em: float) -> int | None:
    """Number of a strip that is no wider than a blank of a justified line beside few words."""
    edges = [*((a + b) / 2 for a, b in strips), float("inf")]
    for at, (left, right) in enumerate(strips):
        if right - left < SPARSE_GAP * em and _is_sparse(lines, edges[at], edges[at + 1]):
            return at
    return None


def _is_sparse(lines: Sequence[TextLine], low: float, high: float) -> bool:
    """Have few lines a word between these edges?"""
    filled = sum(any(low <= w.center < high for w in line.words) for line in lines)
    return filled < SPARSE_SHARE * len(lines)


def _without_margins(strips: Iterable[Strip], lines: Sequence[TextLine]) -> list[Strip]:
    """The strips with text of at least two lines, or of all if there is one, on both sides."""
    need = min(2, len(lines))
    return [
        (left, right)
        for left, right in strips
        if sum(line.left < left + 1 for line in lines) >= need
        and sum(line.right > right - 1 for line in lines) >= need
    ]


def column_of(words: Sequence[Word], columns: Sequence[Strip]) -> tuple[int, int]:
    """The first and the last column that words stand in which belong together."""
    left, right = words[0].left, max(w.right for w in words)
    inside: list[int] = []
    overlap: list[float] = []
    for at, (start, end) in enumerate(columns):
        shared = min(right, end) - max(left, start)
        overlap.append(shared)
        if shared >= STANDS_IN * min(right - left, end - start):
            inside.append(at)
    if not inside:
        touched = [at for at, shared in enumerate(overlap) if shared > 0]
        # Words between two columns stand over both: they belong to the left one.
        before = [at for at, column in enumerate(columns) if column[0] < left]
        first = touched[0] if touched else before[-1] if before else 0
        return first, touched[-1] if touched else first
    return inside[0], inside[-1]


def extents(lines: Sequence[TextLine], strips: Sequence[Strip], gap: float) -> list[Strip]:
    """Left and right edge of the text in each column.

    Words that stand over two columns have no say.

    Args:
        lines: The lines of the table.
        strips: The white strips between its columns.
        gap: Words closer than this, in em, belong together.
    """
    middles = [(a + b) / 2 for a, b in strips]
    parts = [part for line in lines for part in line.extents(gap)]
    out: list[Strip] = []
    for low, high in pairwise([0.0, *middles, float("inf")]):
        mine = [part for part in parts if low <= part[0] and part[1] <= high]
        mine = mine or [part for part in parts if low <= (part[0] + part[1]) / 2 <= high]
        edge = min(high, max(low, 0.0))
        out.append((min(p[0] for p in mine), max(p[1] for p in mine)) if mine else (edge, edge))
    return out


def box_of(words: Sequence[Word]) -> BBox:
    """The box around words."""
    _, lefts, tops, rights, bottoms, *_ = zip(*words, strict=True)
    return BBox(min(lefts), min(tops), max(rights), max(bottoms))
