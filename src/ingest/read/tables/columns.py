"""Lines and columns: where words stand beside each other, and the white strips between columns."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
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


def text_lines(words: Iterable[Word]) -> list[TextLine]:
    """Words -> lines from top to bottom, whatever column they stand in."""
    lines: list[TextLine] = []
    for word in sorted(words, key=lambda w: w.middle):
        last = lines[-1].words[-1] if lines else None
        if last and abs(word.middle - last.middle) < SAME_LINE * min(word.size, last.size):
            lines[-1].words.append(word)
        else:
            lines.append(TextLine([word]))
    for line in lines:
        line.words.sort(key=lambda w: w.left)
    return lines


def segments(line: TextLine, gap: float) -> list[list[Word]]:
    """The words of a line, cut where they stand further apart than `gap` em."""
    out = [[line.words[0]]]
    right = line.words[0].right
    for word in line.words[1:]:
        if word.left - right > gap * max(word.size, out[-1][-1].size):
            out.append([])
        out[-1].append(word)
        right = max(right, word.right)
    return out


def usual_size(words: Iterable[Word]) -> float:
    """The font size of most characters, in points."""
    count: Counter[float] = Counter()
    for word in words:
        count[word.size] += len(word.text)
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
    least = gap * usual_size(w for line in lines for w in line.words)
    steps: list[tuple[float, int]] = []
    for line in lines:
        for part in segments(line, gap):
            steps += (part[0].left, 1), (max(w.right for w in part), -1)
    steps.sort()
    out: list[Strip] = []
    depth = 0
    for (at, step), (following, _) in pairwise(steps):
        depth += step
        if depth > crossing or following <= at:
            continue
        if out and out[-1][1] == at:
            out[-1] = (out[-1][0], following)
        else:
            out.append((at, following))
    inner = _without_margins(out, lines)
    wide = [strip for strip in inner if strip[1] - strip[0] >= least]
    em = least / gap
    while (number := _doubtful(wide, lines, em)) is not None:
        wide.pop(number)
    return wide


def _doubtful(strips: Sequence[Strip], lines: Sequence[TextLine], em: float) -> int | None:
    """Number of a strip that is no wider than a blank of a justified line beside few words."""
    edges = [0.0, *((a + b) / 2 for a, b in strips), float("inf")]
    filled = [
        sum(any(low <= w.center < high for w in line.words) for line in lines)
        for low, high in pairwise(edges)
    ]
    for at, (left, right) in enumerate(strips):
        sparse = filled[at + 1] < SPARSE_SHARE * len(lines)
        if sparse and right - left < SPARSE_GAP * em:
            return at
    return None


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
    overlap = [min(right, c[1]) - max(left, c[0]) for c in columns]
    inside = [
        at
        for at, (shared, column) in enumerate(zip(overlap, columns, strict=True))
        if shared >= STANDS_IN * min(right - left, column[1] - column[0])
    ]
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
    parts = [(p[0].left, max(w.right for w in p)) for line in lines for p in segments(line, gap)]
    out: list[Strip] = []
    for low, high in pairwise([0.0, *middles, float("inf")]):
        mine = [part for part in parts if low <= part[0] and part[1] <= high]
        mine = mine or [part for part in parts if low <= (part[0] + part[1]) / 2 <= high]
        edge = min(high, max(low, 0.0))
        out.append((min(p[0] for p in mine), max(p[1] for p in mine)) if mine else (edge, edge))
    return out


def box_of(words: Sequence[Word]) -> BBox:
    """The box around words."""
    return BBox(
        min(w.left for w in words),
        min(w.top for w in words),
        max(w.right for w in words),
        max(w.bottom for w in words),
    )
