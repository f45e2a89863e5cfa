"""Where lines stand: the same few measures for a line of a text file and one on a page.

Text has columns of characters, a page has points; a `Place` hides the difference, so that the
stages that rebuild structure ask one question in one way.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.document import Line, PageBreak
from ingest.shapes import (
    bullet,
    ends_sentence,
    is_sign,
    lone_marker,
    lone_signs,
    marker,
    numbering,
    starts_lower,
)
from ingest.stages.contents import is_led
from ingest.stages.rulers import WRAP_QUANTILE, Wrapped, best_ruler, is_continued
from ingest.stages.shattered import mark_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.document import Block, Layout, Span

# Above this share of the usual distance between two lines there is a gap between them.
GAP_SHARE = 0.25
# Font sizes within this share are one size; two lines of one size may differ by rounding.
SAME_SIZE = 0.06
# An indent is at least this wide: columns in text, em on a page.
INDENT_COLUMNS = 2
INDENT_EM = 0.8
# This many blank lines end a page in an export that has no form feeds.
PAGE_BLANKS = 3
WRAP_MIN_LINES = 3
WRAPPED_MIN = 40  # columns; nobody wraps text more narrowly
# A line this much longer than the wrap width was never wrapped.
LONG_LINE = 1.35
# The width of a run of lines without blank lines counts from this many lines on.
# ... if this share of them, the last one aside, is about as long as the longest.
CHUNK_MIN_LINES = 3
FULL_LINE = 0.8
FULL_SHARE = 0.6
# ... and if the longest is no shorter than this share of the width of the text.
NARROWEST = 0.4


@dataclass(slots=True)
class Place:
    """One line and how it stands to its neighbours. Lengths are columns in text, points on a page.

    Attributes:
        at: Index among the children of the document.
        line: The line.
        text: The text of the line.
        layout: How it stood in the source.
        left: Its left edge.
        right: Its right edge.
        edge: Where lines of its column end at most; None if the text is not wrapped.
        width: Width of its column.
        gap: There is more space before it than between two lines of a paragraph.
        breaks_before: Page breaks directly before it.
        is_piece: It was a part of the printed line that begins above; `right` is where that one
            had got to.
        turns: A column or page ends before it, by geometry or by the blank lines of an export.
        opens_item: It begins with a marker of a list item or section.
        blank_after_item: In this document a blank line after the first line of an item is usual.
        is_flush_head: It opens a page or column without the indent by which paragraphs begin in
            this document.
        is_body: It has the size of the running text.
        is_display: It is larger than the running text.
    """

    at: int
    line: Line
    left: float = 0.0
    right: float = 0.0
    edge: float | None = None
    width: float = 1.0
    gap: bool = False
    breaks_before: int = 0
    turns: bool = False
    is_piece: bool = False
    opens_item: bool = False
    blank_after_item: bool = False
    is_flush_head: bool = False
    is_body: bool = True
    is_display: bool = False
    is_long_line: bool = False
    indent_unit: float = INDENT_COLUMNS
    size: float | None = None
    text: str = field(init=False)
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        """Take from the line what is asked for again and again."""
        self.text, self.layout = self.line.value, self.line.layout

    @property
    def span(self) -> Span:
        """Where it stands in the source."""
        return self.line.span

    @property
    def style(self) -> tuple[float | None, int | None]:
        """What should not change inside a paragraph."""
        return self.size, self.layout.weight

    @property
    def first_word(self) -> float:
        """Width of the first word with a blank before it."""
        word = self.text.split(None, 1)[0]
        return (len(word) + 1) * (self.right - self.left) / max(1, len(self.text))

    @property
    def fill(self) -> float | None:
        """Which share of the line width it takes."""
        if self.edge is None:
            return None
        start = self.edge - self.width
        return (self.right - start) / self.width

    @property
    def stands_in(self) -> bool:
        """Does it begin right of the left edge of its column?"""
        return self.edge is not None and self.left - (self.edge - self.width) > self.indent_unit

    def ends_early_by(self, word: float, share: float) -> bool:
        """True if a word of that width, and a share of the column more, would have fitted here."""
        if self.edge is None:
            return True
        return self.right + word + share * self.width <= self.edge


def place_lines(children: Sequence[Block]) -> list[Place]:
    """Place every line of a document."""
    places: list[Place] = []
    breaks = 0
    for at, node in enumerate(children):
        if isinstance(node, Line):
            places.append(Place(at, node, breaks_before=breaks))
            breaks = 0
        elif isinstance(node, PageBreak):
            breaks += 1
        else:
            breaks = 0
    if any(place.layout.bbox for place in places):
        _measure_pages(places)
    else:
        _measure_text(places)
    _mark_items(places)
    return places


# ---------------------------------------------------------------- text files


def _measure_text(places: Sequence[Place]) -> None:
    continued = [
        (a, b)
        for a, b in pairwise(places)
        # A word alone is no wrapped line; an export may have broken one into words.
        if " " in a.text and is_continued(a.text, b.text)
    ]
    ruler = best_ruler(
        [
            Wrapped(a.line, b.text.split(None, 1)[0])
            for a, b in continued
            if not b.layout.blank_before
        ]
    )
    for place in places:
        place.left = place.layout.indent
        place.right = place.left + ruler(place.text)
        blank = place.layout.blank_before
        place.gap = blank > 0
    wrap = _wrap_width(continued)
    if wrap is None:
        return
    for place in places:
        place.turns = place.layout.blank_before >= PAGE_BLANKS and not place.breaks_before
        place.is_long_line = place.right > LONG_LINE * wrap
    chunks = _chunks(places)
    mark_pieces(chunks, wrap)
    for chunk in chunks:
        edge = _own_edge(chunk, wrap) or wrap
        for place in chunk:
            place.edge = min(edge, wrap)
            place.width = wrap


def _own_edge(chunk: Sequence[Place], wrap: float) -> float | None:
    """Where the lines of a chunk end at most; None if they are too few or short or end anywhere."""
    if len(chunk) < CHUNK_MIN_LINES or any(place.is_piece for place in chunk):
        return None
    longest = max(place.right for place in chunk)
    full = sum(place.right >= FULL_LINE * longest for place in chunk[:-1])
    known = longest >= NARROWEST * wrap and full >= FULL_SHARE * (len(chunk) - 1)
    return longest if known else None


def _wrap_width(continued: Sequence[tuple[Place, Place]]) -> float | None:
    """The column at which a text was wrapped; None if it was not.

    Learnt from the lines that the next one visibly continues: directly below, or if there are too
    few of those, below blank lines.
    """
    pairs = [(a, b) for a, b in continued if not b.breaks_before]
    for ends in (
        sorted(a.right for a, b in pairs if not b.gap),
        sorted(a.right for a, _ in pairs if a.right >= WRAPPED_MIN),
    ):
        if len(ends) >= WRAP_MIN_LINES:
            return ends[int(WRAP_QUANTILE * (len(ends) - 1))]
    return None


def _chunks(places: Iterable[Place]) -> list[list[Place]]:
    """Lines without blank lines between them."""
    chunks: list[list[Place]] = []
    for place in places:
        if not chunks or place.gap or place.breaks_before:
            chunks.append([])
        chunks[-1].append(place)
    return chunks


# ---------------------------------------------------------------- pages


def _measure_pages(places: Sequence[Place]) -> None:
    body = body_size(places)
    for place in places:
        box, column = place.layout.bbox, place.layout.column
        if box is None or column is None:
            continue
        place.left, place.right = box.left, box.right
        place.edge = column[1]
        place.width = max(1.0, column[1] - column[0])
        place.size = _rounded(place.layout.size, body)
        place.is_body = place.size == body
        place.is_display = bool(place.size and body and place.size > body)
        place.indent_unit = INDENT_EM * (place.layout.size or body or 10.0)
    _mark_gaps(places)
    _mark_flush_heads(places)


def body_size(places: Iterable[Place]) -> float | None:
    """The font size of most characters."""
    count: Counter[float] = Counter()
    for place in places:
        if place.layout.size:
            count[place.layout.size] += len(place.text)
    return count.most_common(1)[0][0] if count else None


def _rounded(size: float | None, body: float | None) -> float | None:
    """The size, or that of the running text if there is next to no difference."""
    if size and body and abs(size / body - 1) <= SAME_SIZE:
        return body
    return size


def _mark_gaps(places: Sequence[Place]) -> None:
    steps = [_step(a, b) for a, b in pairwise(places)]
    usual: dict[float | None, list[float]] = defaultdict(list)
    for step, place in zip(steps, places[1:], strict=True):
        if step is not None:
            usual[place.size].append(step)
    leading = {size: _usual_step(found) for size, found in usual.items()}
    for step, place in zip(steps, places[1:], strict=True):
        if step is None:
            place.turns = not place.breaks_before
        else:
            place.gap = step > (1 + GAP_SHARE) * leading[place.size]


# Paragraphs begin by an indent if so many do that come after a line that ends early, and this share
# of them. On 300 paragraphs in two columns by LaTeX that left 8 torn of 15, and joined none that
# are two; the dev PDFs have two such lines at most.
INDENTED_MIN, INDENTED_SHARE = 3, 0.9
# So much earlier than it had to, as a share of the line width, a line ends that ends a paragraph.
LAST_LINE_ROOM = 0.1


def _mark_flush_heads(places: Sequence[Place]) -> None:
    """Find the lines that open a page or column in the middle of a paragraph."""
    starts = [b for a, b in pairwise(places) if _ends_paragraph(a, b)]
    indented = sum(place.stands_in for place in starts)
    if indented < INDENTED_MIN or indented < INDENTED_SHARE * len(starts):
        return
    for place, below in pairwise(places):
        # A column of one line alone does not tell where its left edge is.
        place.is_flush_head = (
            (place.turns or place.breaks_before > 0)
            and not place.stands_in
            and not ends_sentence(place.text)
            and _is_next_line(place, below)
            and abs(below.left - place.left) < place.indent_unit / 2
        )


def _ends_paragraph(a: Place, b: Place) -> bool:
    """Does a paragraph of the running text end with the first line, and another begin below?"""
    return (
        _is_next_line(a, b)
        and a.is_body
        and a.style == b.style
        and not a.stands_in
        and ends_sentence(a.text)
        and a.ends_early_by(b.first_word, LAST_LINE_ROOM)
    )


def _is_next_line(a: Place, b: Place) -> bool:
    return not (b.turns or b.breaks_before) and b.at == a.at + 1


def _step(a: Place, b: Place) -> float | None:
    """Distance of two lines in em; None if they are not one below the other."""
    one, two = a.layout.bbox, b.layout.bbox
    if one is None or two is None or a.layout.column != b.layout.column or b.breaks_before:
        return None
    if two.bottom <= one.bottom:
        return None
    return (two.bottom - one.bottom) / (b.layout.size or 1.0)


def _usual_step(steps: list[float]) -> float:
    """The usual distance between two lines of a paragraph: the middle of the smaller half."""
    steps = sorted(steps)
    return median(steps[: len(steps) // 2 + 1])


# ---------------------------------------------------------------- markers

_Form = tuple[str, str, int]  # kind, punctuation and depth of a number


def _mark_items(places: Sequence[Place]) -> None:
    """Bullets open an item; numbers do if they stand in a sequence or at the start of a block."""
    last: dict[_Form, int] = {}
    lefts: dict[_Form, float] = {}
    bullets = [bullet(place.text) for place in places]
    counts = Counter(found.glyph for found in bullets if found)
    before = None
    for place, found in zip(places, bullets, strict=True):
        starts = before is None or place.gap or place.turns or bool(place.breaks_before)
        if found:
            place.opens_item = not is_sign(found.glyph) or _is_list_sign(
                found.glyph, counts, before
            )
        elif found := numbering(place.text):
            key = (found.kind, found.glyph, len(found.numbers))
            follows = last.get(key) == found.numbers[-1] - 1 or found.numbers[-1] == 1
            fresh = starts or before is None or _may_end_block(before) or _recurs(lefts, key, place)
            place.opens_item = fresh if found.kind in {"number", "section"} and follows else starts
            if follows:
                last[key] = found.numbers[-1]
                lefts[key] = place.left
        if before is not None and is_led(before.text):
            place.opens_item = True  # an entry of the contents ends with its leaders
        before = place
    _mark_detached(places)
    usual = [p.gap for a, p in pairwise(places) if _continues_item(a, p)]
    artefact = sum(usual) >= WRAP_MIN_LINES or (sum(usual) >= 2 and all(usual))  # noqa: PLR2004
    for place in places:
        place.blank_after_item = artefact


def _mark_detached(places: Sequence[Place]) -> None:
    """Find the items whose markers an export put above them: each opens a paragraph of its own."""
    at = 0
    single = lone_signs(place.text for place in places)
    lone = [bool(lone_marker(place.text)) and place.text not in single for place in places]
    if not any(lone):
        return
    while at < len(places):
        count = 0
        while at + count < len(places) and lone[at + count]:
            places[at + count].opens_item = True
            count += 1
        if count:
            for place in _items_below(places[at + count :], count):
                place.opens_item = True
        at += count + 1


def _items_below(places: Sequence[Place], count: int) -> list[Place]:
    """The lines below that begin the items of so many markers.

    They stand without blank lines between them, if enough of those lines end early; if not, blank
    lines divide the items, or else the lines that end earliest do.
    """
    lines: list[Place] = []
    starts = 1  # the first line, and those below blank lines
    for place in places:
        if place.breaks_before or marker(place.text) or lone_marker(place.text):
            break
        if place.gap and lines:
            if starts == 1 and (found := _early_starts(lines, count)):
                return found
            if starts >= count:
                break
            starts += 1
        lines.append(place)
    if not lines:
        return []
    gaps = [b for b in lines[1:] if b.gap]
    if len(gaps) >= count - 1:
        return [lines[0], *gaps[: count - 1]]
    ends = sorted(pairwise(lines), key=lambda pair: (pair[1].gap, _slack(*pair)), reverse=True)
    return [lines[0], *(b for _, b in ends[: count - 1])]


def _early_starts(lines: Sequence[Place], count: int) -> list[Place]:
    """The first of so many items in lines without blank lines; nothing if too few end early."""
    if len(lines) < count:
        return []
    ends = sorted(pairwise(lines), key=lambda pair: _slack(*pair), reverse=True)[: count - 1]
    return [lines[0], *(b for _, b in ends)] if all(_slack(*pair) > 0 for pair in ends) else []


def _slack(before: Place, after: Place) -> float:
    """How much earlier than it had to a line ended, as a share of the line width."""
    if before.edge is None:
        return 0.0
    room = (before.edge - before.right - after.first_word) / before.width
    return room - (0.5 if starts_lower(after.text) and not ends_sentence(before.text) else 0.0)


def _recurs(lefts: Mapping[_Form, float], form: _Form, place: Place) -> bool:
    """Did a number of this form, one lower, stand at the same left edge, left of the text?"""
    return form in lefts and abs(lefts[form] - place.left) < place.indent_unit / 2


def _may_end_block(place: Place) -> bool:
    return place.edge is None or ends_sentence(place.text) or place.right < 0.9 * place.edge


def _is_list_sign(glyph: str, counts: Counter[str], before: Place | None) -> bool:
    """A dash or plus that stands alone in a text is a dash or plus."""
    return counts[glyph] > 1 or (before is not None and before.text.endswith(":"))


def _continues_item(first: Place, second: Place) -> bool:
    """Does the second line visibly continue the item that the first one opens?"""
    return (
        first.opens_item
        and not second.opens_item
        and starts_lower(second.text)
        and not ends_sentence(first.text)
    )
