"""Lines that were put on a page besides its text: watermarks and stamps."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import BBox, Layout, Line

# Type so many times as large as the running text is a watermark if it is slanted, or pale and below
# other text. Slanted labels of a figure are no larger than the text.
SLANTED_SIZE = 1.5
UNDER_SIZE = 2.0
# A turned line that returns stands in the same place, give or take so many points, on this share of
# the pages, and on two at least.
SAME_PLACE = 4.0
REPEATED_SHARE = 0.3
REPEATED_MIN = 2
_QUARTER_TURN = 90

Placed = tuple[int, "Line"]  # where it stands among the children, and the line


class Stamp(NamedTuple):
    """A line that is no part of the text, by its place among the children, and why."""

    at: int
    why: str


def find_stamps(pages: Sequence[Sequence[Placed]]) -> Iterator[Stamp]:
    """Find the watermarks and stamps of pages; pages of text files have none.

    Turned, pale or marginal type alone is none: labels of a figure are turned, and headings may be
    pale. It takes two signs.
    """
    lines = [(at, line) for page in pages for at, line in page]
    size = _body_size([line.layout for _, line in lines])
    if size is None:
        return
    repeated = _repeated(pages)
    for page in pages:
        upright = [line.layout.bbox for _, line in page if not line.layout.turned]
        for at, line in page:
            if why := _why(line.layout, size, upright):
                yield Stamp(at, why)
            elif at in repeated:
                yield Stamp(at, "turned, in the same place of several pages")


def _why(layout: Layout, size: float, upright: Sequence[BBox | None]) -> str:
    large = (layout.size or 0.0) / size
    if layout.turned % _QUARTER_TURN and large >= SLANTED_SIZE:
        return "large and slanted"
    # A page without upright text is one that lies on its side.
    if layout.in_margin and upright:
        return "turned, in the margin"
    if layout.pale and not layout.turned and large >= UNDER_SIZE and _is_under(layout, upright):
        return "large and pale, below the text"
    return ""


def _is_under(layout: Layout, upright: Sequence[BBox | None]) -> bool:
    """Does the middle of another line run through this one?"""
    mine = layout.bbox
    return mine is not None and any(
        box is not None
        and box is not mine
        and mine.top < (box.top + box.bottom) / 2 < mine.bottom
        and box.left < mine.right
        and box.right > mine.left
        for box in upright
    )


def _repeated(pages: Sequence[Sequence[Placed]]) -> set[int]:
    """Turned lines that return in the same place of other pages."""
    found: dict[tuple[object, ...], dict[int, int]] = defaultdict(dict)
    for number, page in enumerate(pages):
        for at, line in page:
            box = line.layout.bbox
            if line.layout.turned and box is not None:
                place = round(box.left / SAME_PLACE), round(box.top / SAME_PLACE)
                found[line.value, line.layout.turned, place][number] = at
    need = max(REPEATED_MIN, REPEATED_SHARE * len(pages))
    return {at for places in found.values() if len(places) >= need for at in places.values()}


def _body_size(layouts: Sequence[Layout]) -> float | None:
    """The size of most upright lines."""
    sizes = Counter(layout.size for layout in layouts if layout.size and not layout.turned)
    return sizes.most_common(1)[0][0] if sizes else None
