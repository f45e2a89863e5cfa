"""A page turned so that text of one direction runs from left to right."""

from __future__ import annotations

from math import cos, radians, sin
from typing import NamedTuple

from ingest.document import BBox


class Frame(NamedTuple):
    """The page turned so that text of one direction runs from left to right. Points."""

    cosine: float
    sine: float
    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, box: tuple[float, float, float, float], angle: int) -> Frame:
        """The frame of a page box (left, top, right, bottom; upwards) for text at this angle."""
        cosine, sine = cos(radians(angle)), sin(radians(angle))
        corners = [(x, y) for x in box[::2] for y in box[1::2]]
        along = [x * cosine + y * sine for x, y in corners]
        up = [y * cosine - x * sine for x, y in corners]
        left, top = min(along), max(up)
        return cls(cosine, sine, left, top, max(along) - left, top - min(up))

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point of the stored page, from the left and the top of the turned one."""
        along, up = x * self.cosine + y * self.sine, y * self.cosine - x * self.sine
        return along - self.left, self.top - up

    def place_box(self, left: float, bottom: float, right: float, top: float) -> BBox:
        """A box of the stored page, from the left and the top of the turned one."""
        (x0, y0), (x1, y1) = self.place(left, top), self.place(right, bottom)
        return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def misses(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Does this box reach over an edge of the page?"""
        return left < 0 or right > self.width or top < 0 or bottom > self.height

    def is_beside(self, left: float, top: float, right: float, bottom: float) -> bool:
        """Is no part of this box on the page?"""
        return right < 0 or left > self.width or bottom < 0 or top > self.height
