"""Glyphs of a PDF by PDFium: the default source, since it is the fastest and reads the most.

A page takes thousands of calls into PDFium, and a call through ctypes costs more than what PDFium
does in it. So characters and their boxes are fetched in loops that run in C, and what characters
share (font, size, angle, visibility) is asked for once a text object.

PDFium may be used by one thread at a time; `_LOCK` sees to that.
"""

from __future__ import annotations

from collections import deque
from ctypes import (
    POINTER,
    PYFUNCTYPE,
    addressof,
    c_char,
    c_double,
    c_float,
    c_int,
    c_ulong,
    c_ushort,
    c_void_p,
    cast,
    sizeof,
)
from dataclasses import dataclass, field
from functools import cache
from itertools import count, groupby, repeat
from math import atan2, cos, degrees, hypot, isfinite, radians, sin
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import BBox
from ingest.errors import EncryptedError, SourceError
from ingest.read.glyphs import (
    ASCENT,
    BOLD,
    DESCENT,
    REGULAR,
    UNKNOWN,
    Blank,
    Glyph,
    Page,
    Shape,
    Style,
    drawn_bullets,
    left_out,
    may_be_bullet,
    picture,
    read_font_name,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

_LOCK = RLock()

# PDFium marks a hyphen at the end of a line so, in a text and as a single character. What such a
# hyphen means is for others to judge.
_MARKED, _LINE_END_HYPHEN = "\ufffe", "\x02"
# What PDFium gives where the file maps a glyph to no character.
_NO_CHARACTERS = frozenset(("\0", "\ufffe", "\uffff", UNKNOWN))
# Codes of UTF-16 that mean a character in pairs only: where first halves begin, and second ones.
_FIRST_HALF, _SECOND_HALF = "\ud800", "\udc00"
_INVISIBLE = 3  # text render mode: neither filled nor stroked (ISO 32000-1, table 106)
_FIXED_PITCH, _ITALIC = 1, 64  # flags of a font descriptor (ISO 32000-1, table 123)
_PATH, _IMAGE = 2, 3  # kinds of page objects (fpdf_edit.h)
_BEZIER = 1  # kind of a segment of a path
_FULL_TURN, _QUARTER_TURN = 360, 90
# Text that leans less than this, in degrees, is that of a page that was scanned a little askew.
_SNAP = 5
_NAME_MAX = 256  # bytes of the name of a font; what is longer is cut
_WIDTH_AT = 1000.0  # points; the size at which widths of glyphs are asked for
_USUAL_WIDTH = 0.5  # em; for turned text whose font does not tell
_SIZE_MIN = 0.05  # points; text that is smaller has no size at all
# A page with more objects than this is a map or a drawing, not a list with drawn bullets.
_OBJECTS_MAX = 20_000
_RECTANGLE, _MATRIX, _POINT = c_float * 4, c_float * 6, c_double * 2


class PdfiumFile:
    """A PDF opened by PDFium.

    Raises:
        EncryptedError: A password is needed.
        SourceError: PDFium cannot open the file, or finds no page in it.
    """

    def __init__(self, data: bytes, *, name: str) -> None:
        """Open a PDF; `name` is for messages."""
        import pypdfium2

        with _LOCK:
            try:
                self._pdf = pypdfium2.PdfDocument(data)
            except pypdfium2.PdfiumError as error:
                raise _open_error(error, name) from error
            self._handle = _address(self._pdf.raw)
            self.count = len(self._pdf)

    def page(self, number: int) -> Page:
        """Read one page, from 1."""
        api = _api()
        with _LOCK:
            handle = api.load_page(self._handle, number - 1)
            if not handle:
                return Page(number, [], "PDFium cannot load it")
            text = api.load_text(handle)
            try:
                if not text:
                    return Page(number, [], "PDFium cannot read its text")
                return _PageReader(handle, text, number).read()
            finally:
                if text:
                    api.close_text(text)
                api.close_page(handle)

    def close(self) -> None:
        """Let go of the file."""
        with _LOCK:
            self._pdf.close()


def _open_error(error: Any, name: str) -> SourceError:  # noqa: ANN401 - a PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    if error.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}:
        return EncryptedError(
            f"{name}: encrypted; save a copy without password (qpdf --decrypt) and convert that"
        )
    return SourceError(
        f"{name}: damaged PDF ({error}); repair it (qpdf, mutool) or export it again"
    )


# ---------------------------------------------------------------- calls


def _address(pointer: Any) -> int:  # noqa: ANN401 - any pointer of ctypes
    return cast(pointer, c_void_p).value or 0


@cache
def _api() -> Any:  # noqa: ANN401 - functions of a C library
    """The functions of PDFium with plain addresses for arguments: half the cost of pypdfium2's."""
    from types import SimpleNamespace

    import pypdfium2.raw as raw

    def function(name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401
        return PYFUNCTYPE(result, *arguments)(_address(getattr(raw, name)))

    address, number = c_void_p, c_int
    return SimpleNamespace(
        load_page=function("FPDF_LoadPage", address, address, number),
        close_page=function("FPDF_ClosePage", None, address),
        load_text=function("FPDFText_LoadPage", address, address),
        close_text=function("FPDFText_ClosePage", None, address),
        page_box=function("FPDF_GetPageBoundingBox", number, address, address),
        rotation=function("FPDFPage_GetRotation", number, address),
        count_chars=function("FPDFText_CountChars", number, address),
        text=function("FPDFText_GetText", number, address, number, number, address),
        char=function("FPDFText_GetUnicode", c_ulong, address, number),
        box=function("FPDFText_GetLooseCharBox", number, address, number, address),
        origin=function("FPDFText_GetCharOrigin", number, address, number, address, address),
        matrix=function("FPDFText_GetMatrix", number, address, number, address),
        font_size=function("FPDFText_GetFontSize", c_double, address, number),
        is_generated=function("FPDFText_IsGenerated", number, address, number),
        is_unmapped=function("FPDFText_HasUnicodeMapError", number, address, number),
        object_of=function("FPDFText_GetTextObject", address, address, number),
        font_of=function("FPDFTextObj_GetFont", address, address),
        render_mode=function("FPDFTextObj_GetTextRenderMode", number, address),
        font_name=function("FPDFFont_GetBaseFontName", c_ulong, address, address, c_ulong),
        font_flags=function("FPDFFont_GetFlags", number, address),
        is_embedded=function("FPDFFont_GetIsEmbedded", number, address),
        width=function("FPDFFont_GetGlyphWidth", number, address, c_ulong, c_float, address),
        count_objects=function("FPDFPage_CountObjects", number, address),
        object=function("FPDFPage_GetObject", address, address, number),
        kind=function("FPDFPageObj_GetType", number, address),
        bounds=function("FPDFPageObj_GetBounds", number, address, *[address] * 4),
        draw_mode=function("FPDFPath_GetDrawMode", number, address, address, address),
        count_segments=function("FPDFPath_CountSegments", number, address),
        segment=function("FPDFPath_GetPathSegment", address, address, number),
        segment_kind=function("FPDFPathSegment_GetType", number, address),
    )


# ---------------------------------------------------------------- fonts, frames, objects


@dataclass(slots=True)
class _Font:
    """A font of the file; what is known of its characters is filled in as they come."""

    handle: int
    name: str
    weight: int
    italic: bool
    monospace: bool
    pictures: bool
    embedded: bool
    odd: bool = False  # some characters are not what they are meant to be
    styles: dict[tuple[float, int], Style] = field(default_factory=dict)
    widths: dict[str, float | None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    unmapped: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, handle: int) -> _Font:
        """The font at this address."""
        api = _api()
        buffer = (c_char * _NAME_MAX)()
        api.font_name(handle, addressof(buffer), _NAME_MAX)
        says = read_font_name(buffer.value.decode("utf-8", "replace"))
        flags = max(0, api.font_flags(handle))
        return cls(
            handle,
            says.name,
            BOLD if says.bold else REGULAR,
            says.italic or bool(flags & _ITALIC),
            says.monospace or bool(flags & _FIXED_PITCH),
            says.pictures,
            bool(api.is_embedded(handle)),
        )

    def style(self, size: float, turned: int) -> Style:
        """The style of its text in this size and direction; equal ones are the same object."""
        found = self.styles.get((size, turned))
        if found is None:
            found = Style(self.name, size, self.weight, self.italic, self.monospace, turned)
            self.styles[size, turned] = found
        return found

    def advance(self, char: str) -> float | None:
        """The width of a character in em; None if the font does not tell."""
        if char not in self.widths:
            width = c_float()
            known = char and _api().width(self.handle, ord(char), _WIDTH_AT, addressof(width))
            self.widths[char] = width.value / _WIDTH_AT if known and width.value > 0 else None
        return self.widths[char]


def _true_rights(
    shared: _TextObject, run: list[str], lefts: list[float], rights: list[float]
) -> list[float]:
    """Where glyphs end whose font PDFium had to replace: their boxes are those of the replacement.

    The letters of a ligature share one box, and no font tells their widths.
    """
    after, before = [*lefts[1:], None], [None, *lefts[:-1]]
    return [
        right
        if left in (follows, precedes) or not (advance := shared.font.advance(char))
        else min(right, left + advance * shared.stretch)
        for char, left, right, follows, precedes in zip(
            run, lefts, rights, after, before, strict=True
        )
    ]


class _Frame(NamedTuple):
    """The page turned so that text of one direction runs from left to right. Points."""

    cosine: float
    sine: float
    left: float
    top: float
    width: float
    height: float

    @classmethod
    def of(cls, box: tuple[float, float, float, float], angle: int) -> _Frame:
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

    def misses(self, first: Glyph, last: Glyph) -> bool:
        """Does a row from the one glyph to the other reach over an edge of the page?"""
        return (
            first.left < 0 or last.right > self.width or first.top < 0 or last.bottom > self.height
        )

    def is_outside(self, g: Glyph) -> bool:
        """Is no part of a glyph on the page?"""
        return g.right < 0 or g.left > self.width or g.bottom < 0 or g.top > self.height


def _snapped(angle: float) -> int:
    """Whole degrees; those of a quarter turn if it is near."""
    near = _QUARTER_TURN * round(angle / _QUARTER_TURN)
    return (near if abs(angle - near) < _SNAP else round(angle)) % _FULL_TURN


def _rise(baseline: float, size: float) -> tuple[float, float]:
    """Top and bottom of text on this baseline, downwards."""
    return baseline - ASCENT * size, baseline + DESCENT * size


def _meaning(char: str, font: _Font) -> str:
    if char == _LINE_END_HYPHEN:
        return "-"
    if char in _NO_CHARACTERS:
        return UNKNOWN
    return picture(char) if font.pictures else char


class _TextObject(NamedTuple):
    """What the characters of one text object share."""

    font: _Font
    style: Style
    angle: int  # of the text on the page as it is stored, degrees
    baseline: float  # of upright text; points, upwards
    stretch: float  # size along the line; points
    visible: bool


# ---------------------------------------------------------------- one page


class _PageReader:
    """Reads the glyphs of one loaded page."""

    def __init__(self, page: int, text: int, number: int) -> None:
        self._api = _api()
        self._page, self._text, self._number = page, text, number
        box = _RECTANGLE()
        self._api.page_box(page, addressof(box))
        self._box = (box[0], box[1], box[2], box[3])
        self._rotation = self._api.rotation(page)
        # Addresses of fonts and text objects mean something while the page is loaded, not longer.
        self._fonts: dict[int, _Font] = {}
        self._frames: dict[int, _Frame] = {}
        self._glyphs: list[Glyph] = []
        self._hidden: list[int] = []  # places of glyphs
        self._outside: list[int] = []
        self._blank = Blank.NONE  # before the next glyph
        self._unknown = 0

    def read(self) -> Page:
        """All glyphs of the page."""
        self._read_characters(max(0, self._api.count_chars(self._text)))
        gone = self._drop(self._hidden_for_good().union(self._outside))
        bullets = list(drawn_bullets(self._shapes(), self._glyphs)) if self._glyphs else []
        glyphs = self._glyphs + bullets
        return Page(self._number, glyphs, unknown=self._unknown, notes=left_out(gone))

    # ------------------------------------------------------------ characters

    def _read_characters(self, total: int) -> None:
        chars = self._chars(total)
        lefts, rights = self._edges(total)
        objects: dict[int, _TextObject | None] = {}
        start = 0
        for handle, group in groupby(map(self._api.object_of, repeat(self._text), range(total))):
            end = start + len(list(group))
            if handle is None:
                self._blank = self._blank or Blank.INFERRED
            else:
                if handle not in objects:
                    objects[handle] = self._text_object(handle, start)
                if (shared := objects[handle]) is not None:
                    self._add(shared, chars[start:end], start, lefts[start:end], rights[start:end])
            start = end

    def _add(
        self,
        shared: _TextObject,
        run: list[str],
        start: int,
        lefts: list[float],
        rights: list[float],
    ) -> None:
        first = len(self._glyphs)
        run = self._meanings(run, shared.font, start)
        if shared.angle:
            self._add_turned(shared, run, start)
        else:
            self._add_upright(shared, run, start, lefts, rights)
        added = range(first, len(self._glyphs))
        if added and not shared.visible:
            self._hidden += added
        frame = self._frame(shared.angle)
        if added and frame.misses(self._glyphs[first], self._glyphs[-1]):
            self._outside += (at for at in added if frame.is_outside(self._glyphs[at]))

    def _chars(self, total: int) -> list[str]:
        """The character at each index of PDFium; the second half of a pair of codes is empty."""
        buffer = (c_ushort * (total + 1))()
        if self._api.text(self._text, 0, total, addressof(buffer)) == total + 1:
            chars = list(map(chr, buffer[:total]))
            for at in (i for i, char in enumerate(chars) if char == _MARKED):
                chars[at] = chr(self._api.char(self._text, at))
        else:
            chars = [chr(self._api.char(self._text, index)) for index in range(total)]
        for at in (i for i, char in enumerate(chars) if _FIRST_HALF <= char < _SECOND_HALF):
            pair = "".join(chars[at : at + 2]).encode("utf-16-le", "surrogatepass")
            chars[at : at + 2] = [pair.decode("utf-16-le", "replace"), ""][: len(chars) - at]
        return chars

    def _edges(self, total: int) -> tuple[list[float], list[float]]:
        """Left and right edge of each character as it is stored."""
        boxes = (_RECTANGLE * total)()
        at, step = addressof(boxes), sizeof(_RECTANGLE)
        places = range(at, at + step * total, step)
        deque(map(self._api.box, repeat(self._text), range(total), places), maxlen=0)
        flat = cast(boxes, POINTER(c_float))[: 4 * total]
        return flat[::4], flat[2::4]

    def _text_object(self, handle: int, index: int) -> _TextObject | None:
        """What the text object shares whose first character has this index; None if too small."""
        matrix = _MATRIX()
        self._api.matrix(self._text, index, addressof(matrix))
        a, b, c, d, _, baseline = matrix
        size = self._api.font_size(self._text, index)
        em = size * hypot(c, d)
        if not isfinite(em) or em < _SIZE_MIN:
            return None
        address = self._api.font_of(handle) or 0
        font = self._fonts.get(address)
        if font is None:
            font = self._fonts[address] = _Font.read(address)
        angle = _snapped(degrees(atan2(b, a)))
        turned = (angle - _QUARTER_TURN * self._rotation) % _FULL_TURN
        visible = self._api.render_mode(handle) != _INVISIBLE
        style = font.style(round(em, 1), turned)
        return _TextObject(font, style, angle, baseline, size * hypot(a, b), visible)

    def _meanings(self, run: list[str], font: _Font, start: int) -> list[str]:
        """Characters of one font that begin at this index, as they are meant."""
        new = set(run) - font.seen
        for char in new:
            font.seen.add(char)
            unmapped = self._api.is_unmapped(self._text, start + run.index(char))
            if unmapped or char in _NO_CHARACTERS:
                font.unmapped.add(char)
            font.odd = font.odd or char in font.unmapped or char == _LINE_END_HYPHEN
        if font.odd or font.pictures:
            self._unknown += sum(char in font.unmapped for char in run)
            return [_meaning(char, font) for char in run]
        return run

    def _add_upright(
        self,
        shared: _TextObject,
        run: list[str],
        start: int,
        lefts: list[float],
        rights: list[float],
    ) -> None:
        style, frame = shared.style, self._frame(0)
        page_left = frame.left
        top, bottom = _rise(frame.top - shared.baseline, style.size)
        if not shared.font.embedded:
            rights = _true_rights(shared, run, lefts, rights)
        blank, add = self._blank, self._glyphs.append
        for index, char, left, right in zip(count(start), run, lefts, rights, strict=False):
            if not char or char.isspace():
                blank = self._blank_at(index, char, blank)
            else:
                add(Glyph(char, left - page_left, top, right - page_left, bottom, style, blank))
                blank = Blank.NONE
        self._blank = blank

    def _add_turned(self, shared: _TextObject, run: list[str], start: int) -> None:
        style, frame = shared.style, self._frame(shared.angle)
        origin = _POINT()
        x_at, y_at = addressof(origin), addressof(origin) + sizeof(c_double)
        for index, char in enumerate(run, start):
            if not char or char.isspace():
                self._blank = self._blank_at(index, char, self._blank)
                continue
            self._api.origin(self._text, index, x_at, y_at)
            left, baseline = frame.place(*origin)
            advance = shared.font.advance(char) or _USUAL_WIDTH
            top, bottom = _rise(baseline, style.size)
            right = left + advance * shared.stretch
            self._glyphs.append(Glyph(char, left, top, right, bottom, style, self._blank))
            self._blank = Blank.NONE

    def _blank_at(self, index: int, char: str, before: Blank) -> Blank:
        if not char or self._api.is_generated(self._text, index):
            return before or (Blank.INFERRED if char else Blank.NONE)
        return Blank.DRAWN

    def _frame(self, angle: int) -> _Frame:
        if angle not in self._frames:
            self._frames[angle] = _Frame.of(self._box, angle)
        return self._frames[angle]

    # ------------------------------------------------------------ what nobody sees

    def _hidden_for_good(self) -> set[int]:
        """Places of glyphs that are drawn invisibly and are not the text of a scan."""
        hidden = self._hidden
        if 2 * len(hidden) >= len(self._glyphs):
            return set()  # the page is a scan
        images = [box for handle, box in self._objects(_IMAGE)] if hidden else []
        return {at for at in hidden if not any(_is_on(self._glyphs[at], box) for box in images)}

    def _drop(self, places: Collection[int]) -> str:
        """Leave out the glyphs at these places; their text."""
        if not places:
            return ""
        gone = "".join(self._glyphs[at].text for at in sorted(places))
        self._glyphs = [g for at, g in enumerate(self._glyphs) if at not in places]
        return gone

    # ------------------------------------------------------------ shapes

    def _objects(self, wanted: int) -> Iterator[tuple[int, BBox]]:
        """Address and place of the objects of one kind."""
        api, page = self._api, self._page
        total = min(_OBJECTS_MAX, api.count_objects(page))
        handles = list(map(api.object, repeat(page), range(total)))
        box = _RECTANGLE()
        at = [addressof(box) + i * sizeof(c_float) for i in range(4)]
        for handle, kind in zip(handles, map(api.kind, handles), strict=True):
            if kind == wanted and api.bounds(handle, *at):
                yield handle, self._place(box[0], box[1], box[2], box[3])

    def _place(self, left: float, bottom: float, right: float, top: float) -> BBox:
        """A box of the stored page as the page is shown."""
        frame = self._frame(_QUARTER_TURN * self._rotation)
        (x0, y0), (x1, y1) = frame.place(left, top), frame.place(right, bottom)
        return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def _shapes(self) -> Iterator[Shape]:
        """The shapes that may be drawn bullets."""
        api = self._api
        fill, stroke = c_int(), c_int()
        for handle, box in self._objects(_PATH):
            if not may_be_bullet(box.right - box.left, box.bottom - box.top):
                continue
            api.draw_mode(handle, addressof(fill), addressof(stroke))
            if fill.value or stroke.value:
                segments = range(api.count_segments(handle))
                kinds = [api.segment_kind(api.segment(handle, i)) for i in segments]
                yield Shape(*box, _BEZIER not in kinds, bool(fill.value))


def _is_on(glyph: Glyph, box: BBox) -> bool:
    """Is the middle of a glyph in this box?"""
    x, y = (glyph.left + glyph.right) / 2, (glyph.top + glyph.bottom) / 2
    return box.left <= x <= box.right and box.top <= y <= box.bottom
