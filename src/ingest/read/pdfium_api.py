"""The functions of PDFium, and the types that they fill in.

A call through ctypes costs more than what PDFium does in it, so addresses and numbers are passed as
they are.
"""

from __future__ import annotations

from ctypes import (
    PYFUNCTYPE,
    addressof,
    c_char_p,
    c_double,
    c_float,
    c_int,
    c_ssize_t,
    c_uint,
    c_ulong,
    c_void_p,
    cast,
    memset,
    sizeof,
)
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

RECTANGLE, MATRIX, POINT, COLOR = c_float * 4, c_float * 6, c_double * 2, c_uint * 4
CHANNEL_MAX = 255  # of a colour
PATH, IMAGE, SHADING, FORM = 2, 3, 4, 5  # kinds of page objects (fpdf_edit.h)
# A path with more segments is a drawing; a table drawn in one has a few for each cell.
SEGMENTS_MAX = 5000
# Characters or objects that are asked for at once; most pages take two portions.
_PORTION = 1024
RECTANGLE_POINTS = (4, 5)  # without and with the way back to the first


def address_of(pointer: Any) -> int:  # noqa: ANN401 - any pointer of ctypes
    """The address that a pointer holds; 0 for none."""
    return cast(pointer, c_void_p).value or 0


def _called_often(function: Any, result: Any) -> Any:  # noqa: ANN401 - a C function and a C type
    """A function that takes `c_void_p` and small numbers as they are: half the cost once more.

    It takes no address as a number, which it would cut to 32 bits.
    """
    bare = PYFUNCTYPE(result)(address_of(function))
    bare.argtypes = None  # type: ignore[assignment]
    return bare


@cache
def calls() -> Any:  # noqa: ANN401 - functions of a C library
    """The functions of PDFium with plain addresses for arguments: half the cost of pypdfium2's."""
    from types import SimpleNamespace

    import pypdfium2.raw as raw

    def function(name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401
        return PYFUNCTYPE(result, *arguments)(address_of(getattr(raw, name)))

    address, number = c_void_p, c_int
    return SimpleNamespace(
        is_tagged=function("FPDFCatalog_IsTagged", number, address),
        mark_of=function("FPDFPageObj_GetMarkedContentID", number, address),
        count_marks=function("FPDFPageObj_CountMarks", number, address),
        nested_mark=function("FPDFPageObj_GetMark", address, address, c_ulong),
        number_of_mark=function(
            "FPDFPageObjMark_GetParamIntValue", number, address, c_char_p, address
        ),
        load_page=function("FPDF_LoadPage", address, address, number),
        close_page=function("FPDF_ClosePage", None, address),
        load_text=function("FPDFText_LoadPage", address, address),
        close_text=function("FPDFText_ClosePage", None, address),
        page_box=function("FPDF_GetPageBoundingBox", number, address, address),
        rotation=function("FPDFPage_GetRotation", number, address),
        count_chars=function("FPDFText_CountChars", number, address),
        text=function("FPDFText_GetText", number, address, number, number, address),
        char=function("FPDFText_GetUnicode", c_ulong, address, number),
        box=_called_often(raw.FPDFText_GetLooseCharBox, number),
        origin=function("FPDFText_GetCharOrigin", number, address, number, address, address),
        matrix=_called_often(raw.FPDFText_GetMatrix, number),
        font_size=_called_often(raw.FPDFText_GetFontSize, c_double),
        is_generated=function("FPDFText_IsGenerated", number, address, number),
        is_unmapped=function("FPDFText_HasUnicodeMapError", number, address, number),
        object_of=_called_often(raw.FPDFText_GetTextObject, c_ssize_t),
        font_of=_called_often(raw.FPDFTextObj_GetFont, c_ssize_t),
        render_mode=_called_often(raw.FPDFTextObj_GetTextRenderMode, number),
        font_name=function("FPDFFont_GetBaseFontName", c_ulong, address, address, c_ulong),
        font_flags=function("FPDFFont_GetFlags", number, address),
        is_embedded=function("FPDFFont_GetIsEmbedded", number, address),
        width=function("FPDFFont_GetGlyphWidth", number, address, c_ulong, c_float, address),
        count_annotations=function("FPDFPage_GetAnnotCount", number, address),
        count_objects=function("FPDFPage_CountObjects", number, address),
        object=function("FPDFPage_GetObject", address, address, number),
        kind=function("FPDFPageObj_GetType", number, address),
        fill_color=_called_often(raw.FPDFPageObj_GetFillColor, number),
        clip_path=function("FPDFPageObj_GetClipPath", address, address),
        count_clips=function("FPDFClipPath_CountPaths", number, address),
        count_clip_segments=function("FPDFClipPath_CountPathSegments", number, address, number),
        clip_segment=function("FPDFClipPath_GetPathSegment", address, address, number, number),
        bounds=function("FPDFPageObj_GetBounds", number, address, *[address] * 4),
        count_in_form=function("FPDFFormObj_CountObjects", number, address),
        in_form=function("FPDFFormObj_GetObject", address, address, c_ulong),
        draw_mode=function("FPDFPath_GetDrawMode", number, address, address, address),
        count_segments=function("FPDFPath_CountSegments", number, address),
        segment=function("FPDFPath_GetPathSegment", address, address, number),
        segment_kind=function("FPDFPathSegment_GetType", number, address),
        segment_point=function("FPDFPathSegment_GetPoint", number, address, address, address),
        object_matrix=function("FPDFPageObj_GetMatrix", number, address, address),
    )


class Answers:
    """Where PDFium writes what it is asked of many characters or objects, in portions.

    To make an address for `_called_often` costs more than the call, so they are made once.
    """

    def __init__(self, kind: Any, length: int, addresses: int) -> None:  # noqa: ANN401 - of ctypes
        """Room for answers of so many numbers each, which take so many addresses."""
        self._length = length
        self._buffer = (kind * (length * _PORTION))()
        start, step = addressof(self._buffer), length * sizeof(kind)
        end = start + step * _PORTION
        self._addresses = [
            list(map(c_void_p, range(start + at * sizeof(kind), end, step)))
            for at in range(addresses)
        ]

    def ask(self, function: Any, *arguments: Sequence[Any]) -> tuple[list[Any], list[int]]:  # noqa: ANN401
        """Call a function row by row: all numbers that it writes, and its results."""
        numbers: list[Any] = []
        results: list[int] = []
        for start in range(0, len(arguments[0]), _PORTION):
            memset(self._buffer, 0, sizeof(self._buffer))  # a call that fails writes nothing
            portion = (row[start : start + _PORTION] for row in arguments)
            results += map(function, *portion, *self._addresses)
            numbers += self._buffer[: self._length * (len(results) - start)]
        return numbers, results


class Rooms(NamedTuple):
    """Room for answers; used by one thread at a time, as PDFium is."""

    boxes: Answers
    matrices: Answers
    colors: Answers


@cache
def rooms() -> Rooms:
    """The rooms of this process."""
    return Rooms(Answers(c_float, 4, 1), Answers(c_float, 6, 1), Answers(c_uint, 4, 4))
