"""Paths inside form XObjects, which are drawn where and how the form is placed."""

from __future__ import annotations

from ctypes import addressof
from typing import TYPE_CHECKING, NamedTuple

from ingest.read.pdfium_api import FORM, MATRIX, PATH, calls

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Forms in forms go no deeper in what producers write; files that do harm go on for ever.
_DEPTH_MAX = 8


class Matrix(NamedTuple):
    """How something is placed: a point goes to (a x + c y + e, b x + d y + f)."""

    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 1.0
    e: float = 0.0
    f: float = 0.0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """Where a point goes."""
        return self.a * x + self.c * y + self.e, self.b * x + self.d * y + self.f

    def inside(self, outer: Matrix) -> Matrix:
        """This matrix for what stands in something that is itself placed."""
        a, b, c, d, *_ = outer
        return Matrix(
            a * self.a + c * self.b,
            b * self.a + d * self.b,
            a * self.c + c * self.d,
            b * self.c + d * self.d,
            *outer.place(self.e, self.f),
        )


SAME = Matrix()


def matrix_of(handle: int) -> Matrix:
    """How an object of a page or a form is placed."""
    numbers = MATRIX()
    calls().object_matrix(handle, addressof(numbers))
    return Matrix(*numbers)


def form_paths(objects: Iterable[int], most: int) -> Iterator[tuple[int, Matrix]]:
    """The paths in the forms among these objects, and how the form of each is placed on the page.

    Args:
        objects: Addresses of the objects of a page.
        most: So many objects of forms are looked at.
    """
    api = calls()
    todo = [(handle, SAME, 1) for handle in objects if api.kind(handle) == FORM]
    seen = 0
    while todo:
        form, outer, depth = todo.pop()
        placed = matrix_of(form).inside(outer)
        for at in range(max(0, api.count_in_form(form))):
            seen += 1
            if seen > most:
                return
            handle = api.in_form(form, at)
            kind = api.kind(handle) if handle else 0
            if kind == PATH:
                yield handle, placed
            elif kind == FORM and depth < _DEPTH_MAX:
                todo.append((handle, placed, depth + 1))
