"""What the tags of a PDF say of its lines: headings, paragraphs, items, and what is no text.

Programs that export tags differ in how true these are, so a document's tags are believed only where
its pages bear them out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace
from itertools import pairwise, takewhile
from typing import TYPE_CHECKING, NamedTuple

from ingest.read.outline import LETTERS_MAX, LINES_MAX
from ingest.read.tag_tree import ARTIFACT, HEADING, NO_TAGS, PARAGRAPH
from ingest.shapes import ends_sentence, starts_lower

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.document import Stated
    from ingest.read.glyphs import Glyph, Page

# Share of the letters that must be in the tree. Of 79 tagged files of a sample of the web, 72 have
# 0.9 and more; the tagged dev PDFs have 0.93 at least, the rest being heads and feet.
COVERED_MIN = 0.8
# Share of the headings that must look like some: of a few lines, in no smaller type than the text.
# In the 21 tagged dev PDFs (Chromium) all do: they have two lines at most, 1.0 to 1.5 times the
# size of the text, and 0.01 to 0.11 of the letters. How low it may go, no file at hand shows.
HEADINGS_MIN = 0.8
SMALLER = 0.06  # font sizes within this share are one size
# Share of the line ends that may contradict the paragraphs: a paragraph ends in a sentence, or goes
# on behind a last line. Of 1,385 in the 21 tagged dev PDFs none does; if each line were a
# paragraph, 0.08 to 0.80 of a file would.
WRONG_MAX = 0.05
# So many lines stand at an edge of a page at most that are no text; a browser prints two at each.
FURNITURE_LINES = 3
# A line that takes less of the width of its paragraph than this is a last line if a sentence ends.
LAST_LINE = 0.75


class TaggedLine(NamedTuple):
    """A line of a page: text, font size, left and right edge in points, and what its tags say."""

    text: str
    size: float
    left: float
    right: float
    stated: Stated | None


class LineTags:
    """Tells what the tags of a page say of its glyphs and lines."""

    def __init__(self, page: Page) -> None:
        """Note the marks of the glyphs of a page."""
        tags = page.tags or NO_TAGS
        self._said, self.tables = tags.said, tags.tables
        self._marks = dict(zip(map(id, page.glyphs), page.marks, strict=False))

    def mark_of(self, glyph: Glyph) -> int | None:
        """The number of the marked content of a glyph."""
        return self._marks.get(id(glyph))

    def of(self, glyphs: Sequence[Glyph]) -> Stated | None:
        """What is said of most of the glyphs of a line, bullets and labels aside."""
        middle, last = (self._marks.get(id(glyphs[at])) for at in (len(glyphs) // 2, -1))
        if middle is not None and middle == last:
            return self._said.get(middle)
        counts = Counter(map(self._marks.get, map(id, glyphs)))
        said: Counter[Stated] = Counter()
        for mark, count in counts.items():
            if mark is not None and (says := self._said.get(mark)):
                said[says] += count
        return said.most_common(1)[0][0] if said else None


# ---------------------------------------------------------------- believing


def believed(pages: Mapping[int, Sequence[TaggedLine]]) -> dict[tuple[int, int], Stated]:
    """What the pages bear out of their tags: page and index of a line -> what is said of it."""
    lines = [line for page in pages.values() for line in page]
    total = sum(len(line.text) for line in lines)
    in_tree = (line for line in lines if line.stated and line.stated.role != ARTIFACT)
    if sum(len(line.text) for line in in_tree) < COVERED_MIN * total:
        return {}
    headings = _headings(lines)
    paragraphs = _are_paragraphs(pages)
    return dict(_artifacts(pages, _body_size(lines))) | {
        (number, at): line.stated
        for number, page in pages.items()
        for at, line in enumerate(page)
        if line.stated
        and (line.stated.part in headings or (line.stated.role == PARAGRAPH and paragraphs))
    }


def _headings(lines: Sequence[TaggedLine]) -> set[int]:
    """The numbers of the headings that look like some, unless too many do not."""
    by_part: dict[int, list[TaggedLine]] = defaultdict(list)
    for line in lines:
        if line.stated and line.stated.role == HEADING:
            by_part[line.stated.part].append(line)
    if not by_part:
        return set()
    body = _body_size(lines)
    total = sum(len(line.text) for line in lines)
    good = {part for part, rows in by_part.items() if _is_heading(rows, body)}
    in_headings = sum(len(line.text) for rows in by_part.values() for line in rows)
    are_few = in_headings <= LETTERS_MAX * total
    return good if are_few and len(good) >= HEADINGS_MIN * len(by_part) else set()


def _body_size(lines: Sequence[TaggedLine]) -> float:
    """The font size of most letters, in points."""
    letters: Counter[float] = Counter()
    for line in lines:
        letters[line.size] += len(line.text)
    return letters.most_common(1)[0][0] if letters else 0.0


def _is_heading(rows: Sequence[TaggedLine], body: float) -> bool:
    return len(rows) <= LINES_MAX and max(row.size for row in rows) >= body * (1 - SMALLER)


def _are_paragraphs(pages: Mapping[int, Sequence[TaggedLine]]) -> bool:
    """Do sentences go on inside paragraphs, and end with them?"""
    total = wrong = 0
    for page in pages.values():
        widths = _widths(page)
        for a, b in pairwise(page):
            if a.stated and b.stated and a.stated.role == b.stated.role == PARAGRAPH:
                total += 1
                wrong += _is_wrong(a, b, widths[a.stated.part])
    return wrong <= WRONG_MAX * total


def _widths(page: Sequence[TaggedLine]) -> dict[int, float]:
    """How wide the widest line of each paragraph of a page is."""
    out: dict[int, float] = defaultdict(float)
    for line in page:
        if line.stated:
            out[line.stated.part] = max(out[line.stated.part], line.right - line.left)
    return out


def _is_wrong(a: TaggedLine, b: TaggedLine, width: float) -> bool:
    """Is a line end in a paragraph that looks like the end of one, or the other way round?"""
    if a.stated == b.stated:
        return ends_sentence(a.text) and a.right - a.left < LAST_LINE * width
    return starts_lower(b.text) and not ends_sentence(a.text)


# ---------------------------------------------------------------- artifacts


def _artifacts(
    pages: Mapping[int, Sequence[TaggedLine]], body: float
) -> Iterator[tuple[tuple[int, int], Stated]]:
    """The lines at the edges of pages that are no text, by the file and by their looks.

    Each is a part of its own.
    """
    for number, page in pages.items():
        head = sum(1 for _ in takewhile(_is_artifact, page))
        foot = sum(1 for _ in takewhile(_is_artifact, reversed(page)))
        if head == len(page):
            continue
        inner = range(head, len(page) - foot)
        edges = (page[:head], page[inner[0]], 0), (page[inner[-1] + 1 :], page[inner[-1]], foot)
        for lines, beside, is_foot in edges:
            if _is_furniture(lines, beside, body, is_foot=bool(is_foot)):
                first = inner[-1] + 1 if is_foot else 0
                for at, line in enumerate(lines, first):
                    if line.stated:
                        yield (number, at), replace(line.stated, part=-1 - at)


def _is_artifact(line: TaggedLine) -> bool:
    return line.stated is not None and line.stated.role == ARTIFACT


def _is_furniture(
    lines: Sequence[TaggedLine], beside: TaggedLine, body: float, *, is_foot: bool
) -> bool:
    """Are lines at an edge few, in no larger type than the text, and no part of its sentences?"""
    if not 0 < len(lines) <= FURNITURE_LINES:
        return False
    if any(line.size > body * (1 + SMALLER) for line in lines):
        return False
    before, after = (beside, lines[0]) if is_foot else (lines[-1], beside)
    return ends_sentence(before.text) or not starts_lower(after.text)
