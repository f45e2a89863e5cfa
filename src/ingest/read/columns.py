"""Text laid out as on the page: two columns side by side -> one after the other.

`pdftotext -layout` and its like keep the geometry with blanks. Read line by line, two columns
become one nonsense; so pages with a gutter are unfolded before they are cut into lines.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

# A gap between two columns is at least this many blanks wide; inside a line there are fewer.
GAP_MIN = 3
# The right column begins at one position, give or take this many.
SLACK = 1
# So many lines, and this share of the lines of a page, begin at that position after a gap.
MIN_LINES = 4
MIN_SHARE = 0.2
# At most this share of the lines crosses the gutter.
MAX_CROSSING = 0.35
# Columns of prose are wide: a quarter of the lines of each side takes at least this share of the
# page. Labels, options and figures do not.
MIN_WIDTH_SHARE = 0.25
MARKER_WIDTH = 4  # characters of the longest bullet or number of an item
# Where more of the lines than this have a second gap, it is a table, unless the gaps are those of
# justified lines: a third column begins at one place on as many lines; the gaps of the dev pages in
# two justified columns do on 0.27 of the lines at most.
MAX_SECOND_GAPS = 0.3
MAX_IN_LINE = 0.3
# The gutter lies in the middle part of the widest line.
ZONE = (0.25, 0.75)

_GAP = re.compile(rf"(?<=\S) {{{GAP_MIN},}}(?=\S)")


class Unfolded(NamedTuple):
    """Text in reading order, and the numbers of the pages that were in two columns."""

    text: str
    pages: tuple[int, ...]


def unfold_columns(text: str) -> Unfolded:
    """Put the right column of each two-column page below the left one.

    Blanks aside, every character of the text is kept. Text without a gutter comes back as it is.
    """
    if not _GAP.search(text):
        return Unfolded(text, ())
    pages = text.split("\f")
    unfolded: list[int] = []
    for number, page in enumerate(pages):
        lines = [line.expandtabs() for line in page.splitlines()]
        gutter = find_gutter(lines)
        if gutter is not None:
            pages[number] = "\n".join(_unfold(lines, gutter)) + "\n"
            unfolded.append(number + 1)
    return Unfolded("\f".join(pages), tuple(unfolded)) if unfolded else Unfolded(text, ())


def find_gutter(lines: list[str]) -> int | None:
    """The position at which the right column begins; None if there is no second column."""
    filled = [line for line in lines if line.strip()]
    if len(filled) < MIN_LINES:
        return None
    width = max(len(line.rstrip()) for line in filled)
    starts = Counter(m.end() for line in filled for m in _GAP.finditer(line))
    starts.update(_indent(line) for line in filled)
    best: tuple[int, int, int] | None = None
    for start in starts:
        if not ZONE[0] * width < start < ZONE[1] * width:
            continue
        beside = sum(_has_both(line, start) for line in filled)
        here = sum(starts[start + d] for d in range(-SLACK, SLACK + 1))
        crossing = sum(_crosses(line, start) for line in filled)
        if min(beside, here) < max(MIN_LINES, MIN_SHARE * len(filled)):
            continue
        if crossing <= MAX_CROSSING * len(filled) and _is_prose(filled, start, width):
            best = max(best or (-crossing, here, start), (-crossing, here, start))
    return _leftmost(filled, best[-1]) if best else None


def _is_prose(filled: list[str], start: int, width: int) -> bool:
    """Are both sides of the gutter columns of text, not of a table or of labels?"""
    both = [
        (line[:start].rstrip(), line[start:].rstrip()) for line in filled if _has_both(line, start)
    ]
    gaps = [(_gaps(left), _gaps(right)) for left, right in both]
    second = sum(bool(left or right) for left, right in gaps)
    if second > MAX_SECOND_GAPS * len(both) and _most_in_line(gaps) > MAX_IN_LINE * len(both):
        return False
    return all(
        sorted(len(side.strip()) for side in sides)[3 * len(sides) // 4] >= MIN_WIDTH_SHARE * width
        for sides in zip(*both, strict=True)
    )


def _gaps(side: str) -> list[int]:
    """Where the gaps in this side end, other than the one behind a bullet or number."""
    begin = _indent(side) + MARKER_WIDTH
    return [gap.end() for gap in _GAP.finditer(side) if gap.start() > begin]


def _most_in_line(gaps: list[tuple[list[int], list[int]]]) -> int:
    """On how many lines a gap ends at the same place of one side, the commonest one."""
    places = Counter(
        (side, at + d)
        for line in gaps
        for side, found in enumerate(line)
        for at in found
        for d in range(-SLACK, SLACK + 1)
    )
    return max(places.values())


def _leftmost(filled: list[str], start: int) -> int:
    """The right column may begin a little further left on some lines, not in the left column."""
    found = start
    while start > 0 and sum(_crosses(line, start - 1) for line in filled) <= sum(
        _crosses(line, start) for line in filled
    ):
        start -= 1
    return min(start + 1, found)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _has_both(line: str, start: int) -> bool:
    return bool(line[:start].strip()) and bool(line[start:].strip()) and not _crosses(line, start)


def _crosses(line: str, start: int) -> bool:
    """Does text run over the gutter that ends at `start`?"""
    return len(line.rstrip()) > start and not line[max(0, start - 2) : start].isspace()


def _split(line: str, start: int) -> tuple[str, str] | None:
    """The parts of a line in both columns; None if text runs over the gutter.

    A line may reach a little into the gutter, or begin a little before its end, if it has a gap of
    its own there.
    """
    if not _crosses(line, start):
        return line[:start], line[start:]
    if start - SLACK <= _indent(line) < start:
        return "", line.lstrip()
    for gap in _GAP.finditer(line):
        if gap.start() - SLACK <= start <= gap.end() + SLACK:
            return line[: gap.start()], line[min(start, gap.end()) :]
    return None


@dataclass(slots=True)
class _Column:
    """The lines of one column that wait for their turn."""

    lines: list[str] = field(default_factory=list)

    def flush(self) -> list[str]:
        """The lines without blank ones around them, and none left behind."""
        lines, self.lines = self.lines, []
        while lines and not lines[0].strip():
            lines.pop(0)
        while lines and not lines[-1].strip():
            lines.pop()
        return lines


def _unfold(lines: list[str], start: int) -> list[str]:
    out: list[str] = []
    left, right = _Column(), _Column()
    for line in lines:
        parts = _split(line, start)
        if parts is None:
            out += [*left.flush(), *right.flush(), line]
        elif not left.lines and not right.lines and not line.strip():
            out.append(line)
        else:
            left.lines.append(parts[0].rstrip())
            right.lines.append(parts[1].rstrip())
    return [*out, *left.flush(), *right.flush(), *_trailing_blanks(lines)]


def _trailing_blanks(lines: list[str]) -> list[str]:
    count = 0
    while count < len(lines) and not lines[-1 - count].strip():
        count += 1
    return lines[len(lines) - count :]
