"""Which text of a page nobody sees, by PDFium: without ink, white, too small, clipped, beside it.

What may be unseen is noted text object by text object; it is decided when all are known.
"""

from __future__ import annotations

from ctypes import addressof, c_float, c_int, c_uint, c_void_p, sizeof
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ingest.document import BBox
from ingest.read.glyphs import PALE_FROM, WHITE_FROM, Unseen
from ingest.read.pdfium_api import (
    CHANNEL_MAX,
    COLOR,
    FORM,
    IMAGE,
    PATH,
    RECTANGLE_POINTS,
    SEGMENTS_MAX,
    SHADING,
    calls,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Sequence

    from ingest.read.frame import Frame
    from ingest.read.glyphs import Style

# Text render modes (ISO 32000-1, table 106): filled, neither filled nor stroked; clips as well.
_FILLED, _INVISIBLE, _FILLED_AND_CLIPS = 0, 3, 4
# Paths that clip one object, each inside the one before; producers nest a few.
_CLIPS_MAX = 20


class Columns(NamedTuple):
    """What is known of the characters of a page, one entry for each; filled in as they are read."""

    lefts: list[float]
    tops: list[float]
    rights: list[float]
    bottoms: list[float]
    styles: list[Style | None]
    handles: list[int]  # of their text objects


class Painted(Protocol):
    """What is drawn on a page."""

    def top_level(self) -> Container[int]:
        """The objects of the page that are not inside of others."""

    def objects(self, *kinds: int) -> Iterator[tuple[int, int, BBox]]:
        """Kind, address and place of the objects of some kinds, which are not text."""


class _Run(NamedTuple):
    """Characters that perhaps nobody sees, from `start` to before `end`."""

    why: Unseen
    start: int
    end: int


def doubt_of_ink(
    render_mode: int, color: tuple[int, int, int, int] | None
) -> tuple[Unseen | None, bool]:
    """Why nobody may see text that is drawn so, and whether it is pale.

    Args:
        render_mode: As in the file.
        color: Red, green, blue and alpha, of 255; None if it is none that can be told.
    """
    if render_mode == _INVISIBLE:
        return Unseen.INVISIBLE, False
    if render_mode not in {_FILLED, _FILLED_AND_CLIPS} or color is None:
        return None, False
    *rgb, alpha = color
    if not alpha:
        return Unseen.INVISIBLE, False
    if min(rgb) >= WHITE_FROM * CHANNEL_MAX:
        return Unseen.WHITE, True
    return None, min(rgb) + max(rgb) > 2 * PALE_FROM * CHANNEL_MAX


class Sight:
    """Notes what may be unseen on a page, and marks what is."""

    def __init__(self, columns: Columns) -> None:
        """Begin with a page whose columns are yet to be filled."""
        self._columns = columns
        self._doubtful: list[_Run] = []
        self._outside: list[int] = []  # indices of characters that are no part of the page
        self._painted: dict[tuple[int, ...], list[BBox]] = {}

    def note(
        self,
        doubt: Unseen | None,
        frame: Frame,
        start: int,
        end: int,
        box: BBox,
        *,
        is_turned: bool,
    ) -> None:
        """Look at the characters of equal text objects, which fill this box of the turned page.

        Their edges and handles are known, their tops and bottoms are those of the box.
        """
        beside: list[int] = []
        if frame.misses(*box):
            edges = zip(
                self._columns.lefts[start:end], self._columns.rights[start:end], strict=True
            )
            beside = [
                at
                for at, (left, right) in enumerate(edges, start)
                if frame.is_beside(left, box.top, right, box.bottom)
            ]
            self._outside += beside
        if not doubt and not is_turned and self._is_clipped(start, box, frame):
            doubt = Unseen.CLIPPED
        if doubt and not beside:
            self._doubtful.append(_Run(doubt, start, end))

    def mark(self, page: Painted) -> None:
        """Mark the text of the page that nobody sees, where there is no doubt left."""
        self._mark(self._outside, Unseen.OUTSIDE)
        runs = self._doubtful
        if 2 * sum(run.end - run.start for run in runs) >= len(self._columns.styles):
            return  # the page is a scan, or dark in a way that is not known
        for run in runs:
            places = range(run.start, run.end)
            self._mark([at for at in places if self._is_unseen(run, at, page)], run.why)

    def _mark(self, indices: Iterable[int], why: Unseen) -> None:
        """Say in their style that nobody sees these characters."""
        styles = self._columns.styles
        for at in indices:
            if style := styles[at]:
                styles[at] = _unseen_style(style, why)

    def _is_clipped(self, at: int, box: BBox, frame: Frame) -> bool:
        """Is upright text outside of what its object is clipped to?"""
        clip = calls().clip_path(self._columns.handles[at])
        # Looked at twice only if the quick look says that it is.
        return bool(clip) and all(
            _is_apart(box, _clip_box(clip, quick=quick), frame) for quick in (True, False)
        )

    def _is_unseen(self, run: _Run, at: int, page: Painted) -> bool:
        """Does nobody see a character of a doubtful run?"""
        if run.why is Unseen.INVISIBLE:
            return not self._is_on(at, self._grounds(page, IMAGE))  # it is the text of that picture
        if run.why is Unseen.WHITE:
            return not self._is_on(at, self._grounds(page, PATH, IMAGE, SHADING, FORM))
        # Clips of text in a form are told in the measures of the form.
        return run.why is not Unseen.CLIPPED or self._columns.handles[at] in page.top_level()

    def _is_on(self, at: int, boxes: Sequence[BBox]) -> bool:
        """Is the middle of a character on one of these boxes? One that is turned may be on any."""
        columns = self._columns
        if boxes and (style := columns.styles[at]) and style.turned:
            return True
        x = (columns.lefts[at] + columns.rights[at]) / 2
        y = (columns.tops[at] + columns.bottoms[at]) / 2
        return any(b.left <= x <= b.right and b.top <= y <= b.bottom for b in boxes)

    def _grounds(self, page: Painted, *kinds: int) -> Sequence[BBox]:
        """The places of what is painted on the page, other than white shapes."""
        if kinds not in self._painted:
            self._painted[kinds] = [
                box
                for kind, handle, box in page.objects(*kinds)
                if kind != PATH or _is_dark(handle)
            ]
        return self._painted[kinds]


def _is_dark(path: int) -> bool:
    """Is a path filled with anything but white?"""
    api, fill, stroke, rgba = calls(), c_int(), c_int(), COLOR()
    api.draw_mode(path, addressof(fill), addressof(stroke))
    places = (addressof(rgba) + i * sizeof(c_uint) for i in range(4))
    has_color = api.fill_color(c_void_p(path), *map(c_void_p, places))
    return bool(fill.value) and not (has_color and min(rgba[:3]) >= WHITE_FROM * CHANNEL_MAX)


@cache
def _unseen_style(style: Style, why: Unseen) -> Style:
    return style._replace(unseen=why)


def _clip_box(clip: int, *, quick: bool = False) -> BBox | None:
    """What a text object is clipped to, in the points of its page upwards; None if to nothing."""
    api, point = calls(), (c_float * 2)()
    x_at, y_at = addressof(point), addressof(point) + sizeof(c_float)
    box: BBox | None = None
    for path in range(min(_CLIPS_MAX, api.count_clips(clip))):
        corners: list[tuple[float, float]] = []
        count = min(SEGMENTS_MAX, api.count_clip_segments(clip, path))
        # Nearly all are rectangles, which two corners tell; of another shape it is too small a box.
        for index in (0, 2) if quick and count in RECTANGLE_POINTS else range(count):
            api.segment_point(api.clip_segment(clip, path, index), x_at, y_at)
            corners.append((point[0], point[1]))
        if not corners:
            return None
        xs, ys = zip(*corners, strict=True)
        this = BBox(min(xs), max(ys), max(xs), min(ys))
        box = _intersection(box, this) if box else this
    return box


def _is_apart(box: BBox, clip: BBox | None, frame: Frame) -> bool:
    """Is a box of the turned page outside of what is clipped to?"""
    if clip is None:
        return False
    left, top = frame.place(clip.left, clip.top)
    right, bottom = frame.place(clip.right, clip.bottom)
    return box.right < left or box.left > right or box.bottom < top or box.top > bottom


def _intersection(a: BBox, b: BBox) -> BBox:
    """What two boxes have in common, upwards; turned inside out if that is nothing."""
    return BBox(
        max(a.left, b.left), min(a.top, b.top), min(a.right, b.right), max(a.bottom, b.bottom)
    )
