"""What is drawn on a page beside its text, by PDFium: paths, pictures, the lines of tables."""

from __future__ import annotations

from ctypes import addressof, c_float, c_int, sizeof
from itertools import chain, repeat
from typing import TYPE_CHECKING

from ingest.document import BBox
from ingest.read.glyphs import RULING_MAX_WIDTH, Shape, may_be_bullet, rulings_of
from ingest.read.pdfium_api import PATH, RECTANGLE, RECTANGLE_POINTS, SEGMENTS_MAX, calls
from ingest.read.pdfium_forms import SAME, form_paths, matrix_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from ingest.read.frame import Frame
    from ingest.read.pdfium_forms import Matrix
    from ingest.read.tables.model import Ruling

_BEZIER, _MOVE = 1, 2  # kinds of segments of a path
# A page with more objects than this is a map or a drawing, not a list with drawn bullets.
_OBJECTS_MAX = 20_000


class Drawn:
    """The objects of a loaded page that are not text."""

    def __init__(self, page: int, frame: Frame, text_objects: Container[int]) -> None:
        """Look at the page at this address.

        Args:
            page: Its address.
            frame: The page as it is shown.
            text_objects: Addresses of the objects that are text.
        """
        self._api, self._page, self._frame = calls(), page, frame
        self._text_objects = text_objects
        self._top_level: dict[int, None] | None = None
        self._paths = [(handle, box) for _, handle, box in self.objects(PATH)]

    def objects(self, *wanted: int) -> Iterator[tuple[int, int, BBox]]:
        """Kind, address and place of the objects of some kinds, which are not text."""
        api = self._api
        handles = [handle for handle in self.top_level() if handle not in self._text_objects]
        box = RECTANGLE()
        at = [addressof(box) + i * sizeof(c_float) for i in range(4)]
        for handle, kind in zip(handles, map(api.kind, handles), strict=True):
            if kind in wanted and api.bounds(handle, *at):
                yield kind, handle, self._frame.place_box(*box)

    def top_level(self) -> dict[int, None]:
        """The objects of the page that are not inside of others, in the order of drawing."""
        if self._top_level is None:
            api, page = self._api, self._page
            total = min(_OBJECTS_MAX, api.count_objects(page))
            self._top_level = dict.fromkeys(map(api.object, repeat(page), range(total)))
        return self._top_level

    def shapes(self) -> Iterator[Shape]:
        """The shapes that may be drawn bullets."""
        api = self._api
        fill, stroke = c_int(), c_int()
        for handle, box in self._paths:
            if not may_be_bullet(box.right - box.left, box.bottom - box.top):
                continue
            api.draw_mode(handle, addressof(fill), addressof(stroke))
            if fill.value or stroke.value:
                segments = range(api.count_segments(handle))
                kinds = [api.segment_kind(api.segment(handle, i)) for i in segments]
                yield Shape(*box, _BEZIER not in kinds, bool(fill.value))

    def rulings(self) -> Iterator[Ruling]:
        """The lines drawn on the page."""
        api = self._api
        fill, stroke = c_int(), c_int()
        own = ((handle, SAME) for handle, _ in self._paths)
        in_forms = form_paths(
            (handle for handle in self.top_level() if handle not in self._text_objects),
            _OBJECTS_MAX,
        )
        for handle, outer in chain(own, in_forms):
            if not 1 < api.count_segments(handle) <= SEGMENTS_MAX:
                continue
            api.draw_mode(handle, addressof(fill), addressof(stroke))
            if fill.value or stroke.value:
                for corners in self._outlines(handle, outer):
                    xs, ys = zip(*corners, strict=True)
                    box = BBox(min(xs), min(ys), max(xs), max(ys))
                    yield from rulings_of(box, is_rectangle=_is_rectangle(corners))

    def _outlines(self, path: int, outer: Matrix) -> Iterator[list[tuple[float, float]]]:
        """The corners of each part of a path that has no curves, as the page is shown.

        `outer` says how the form is placed that the path is in.
        """
        api, frame, point = self._api, self._frame, (c_float * 2)()
        a, b, c, d, e, f = matrix_of(path).inside(outer)
        x_at, y_at = addressof(point), addressof(point) + sizeof(c_float)
        corners: list[tuple[float, float]] = []
        is_straight = True
        for index in range(api.count_segments(path)):
            segment = api.segment(path, index)
            kind = api.segment_kind(segment)
            if kind == _MOVE:
                if is_straight and len(corners) > 1:
                    yield corners
                corners, is_straight = [], True
            is_straight &= kind != _BEZIER
            api.segment_point(segment, x_at, y_at)
            x, y = point
            corners.append(frame.place(a * x + c * y + e, b * x + d * y + f))
        if is_straight and len(corners) > 1:
            yield corners


def _is_rectangle(corners: list[tuple[float, float]]) -> bool:
    """Do these points go around an upright rectangle?"""
    around = corners[:4]
    return len(corners) in RECTANGLE_POINTS and all(
        abs(x1 - x0) < RULING_MAX_WIDTH or abs(y1 - y0) < RULING_MAX_WIDTH
        for (x0, y0), (x1, y1) in zip(around, [*around[1:], around[0]], strict=True)
    )
