"""Glyphs of a PDF by pdfplumber: the second opinion.

It is slower than PDFium by far, but pure Python, and it reads files that PDFium does not.
"""

from __future__ import annotations

import re
from math import atan2, cos, degrees, hypot, radians, sin
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import BBox
from ingest.errors import SourceError
from ingest.read.glyphs import (
    ASCENT,
    BOLD,
    DESCENT,
    REGULAR,
    SIZE_MIN,
    TINY,
    UNKNOWN,
    WHITE_FROM,
    About,
    Blank,
    Glyph,
    Page,
    Shape,
    Style,
    Unseen,
    drawn_bullets,
    encrypted,
    may_be_bullet,
    picture,
    read_font_name,
    rulings_of,
    snapped,
)
from ingest.read.metadata import tidy_metadata
from ingest.read.tag_tree import NO_MARK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingest.read.tables.model import Ruling

# Glyphs drawn twice within this distance are fake bold. Em; for usual type it is the default of
# pdfplumber, one point, and letters that follow each other are further apart.
_SAME_PLACE = 0.1
_USUAL_SIZE = 10.0  # points; larger type is not drawn further apart
# What pdfminer writes for a glyph without a character, and codes that are none.
_UNMAPPED = re.compile(r"\(cid:\d+\)|[\x00-\x08\x0b\x0c\x0e-\x1f]")
_RISES, _UPSIDE_DOWN, _FALLS = 90, 180, 270
_CMYK = 4  # parts of a colour for print


class PlumberFile:
    """A PDF opened by pdfplumber.

    Raises:
        EncryptedError: A password is needed.
        SourceError: The file is damaged beyond opening, or has no pages.
    """

    def __init__(self, data: bytes, *, name: str, password: str = "") -> None:
        """Open a PDF; `name` is for messages."""
        from ingest.read.bounded import BoundedPdf

        try:
            self._pdf = BoundedPdf(data, password=password)
            self._pages = self._pdf.pages
        except Exception as error:
            raise _open_error(error, name, password) from error
        if not self._pages:
            raise SourceError(
                f"{name}: damaged PDF: no page can be found; repair it (qpdf, mutool) first"
            )
        self.count = len(self._pages)

    def about(self) -> About:
        """What the file states about itself, without its outline."""
        return About(tidy_metadata(_stated(self._pdf)))

    def page(self, number: int) -> Page:
        """Read one page, from 1."""
        page = self._pages[number - 1]
        try:
            self._pdf.lay_out(page)
            return _read_page(page, number)
        except Exception as error:  # noqa: BLE001 - pdfminer raises anything; other pages may be sound
            return Page(number, [], f"{type(error).__name__}: {error}"[:200])
        finally:
            page.close()

    def close(self) -> None:
        """Let go of the file."""
        self._pdf.stream.close()


def _stated(pdf: Any) -> dict[str, object]:  # noqa: ANN401 - pdfplumber is not typed
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text
    from pdfplumber.utils.pdfinternals import resolve_and_decode

    try:
        language = resolve1(pdf.doc.catalog.get("Lang"))
        text = decode_text(language) if isinstance(language, bytes) else language
        known = {key: value for info in pdf.doc.info for key, value in info.items()}
        return {**{key: resolve_and_decode(known[key]) for key in known}, "Lang": text}
    except Exception:  # noqa: BLE001 - pdfminer raises anything; the pages may be sound
        return {}


def _open_error(error: BaseException, name: str, password: str) -> SourceError:
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        inner = cause.args[0] if cause.args and isinstance(cause.args[0], BaseException) else None
        cause = inner or cause.__cause__ or cause.__context__
    # Passwords of old encryptions are Latin; another one fails to encode.
    if any(re.search("Password|Encrypt|UnicodeEncode", type(e).__name__) for e in seen):
        return encrypted(name, password)
    last = seen[-1]
    what = f"{type(last).__name__}: {last}".rstrip(": ")[:200]
    return SourceError(f"{name}: damaged PDF ({what}); repair it (qpdf, mutool) or export it again")


def _read_page(page: Any, number: int) -> Page:  # noqa: ANN401 - pdfplumber is not typed
    chars = list(_drawn_once(page.chars))
    glyphs = list(_glyphs(chars, _Sight.of(page)))
    unknown = sum(g.text == UNKNOWN for g in glyphs)
    if glyphs:
        glyphs += drawn_bullets(list(_shapes(page)), glyphs)
    return Page(
        number,
        glyphs,
        unknown=unknown,
        rulings=tuple(_rulings(page)),
        box=BBox(0.0, 0.0, float(page.width), float(page.height)),
        marks=[_mark_of(char) for char in chars if not char["text"].isspace()],
    )


def _mark_of(char: dict[str, Any]) -> int:
    """The number of the marked content that a character is part of; that of none if it is not."""
    mark = char.get("mcid")
    return mark if isinstance(mark, int) else NO_MARK


def _rulings(page: Any) -> Iterator[Ruling]:  # noqa: ANN401 - pdfplumber is not typed
    for shape in (*page.lines, *page.rects, *page.curves):
        box = BBox(shape["x0"], shape["top"], shape["x1"], shape["bottom"])
        yield from rulings_of(box, is_rectangle=shape["object_type"] == "rect")


class _Sight(NamedTuple):
    """What decides whether a character of a page is seen."""

    page: BBox
    grounds: list[BBox]  # places of what is painted, other than white shapes
    is_dark: bool  # most text is white, so the page is dark in a way that is not known

    @classmethod
    def of(cls, page: Any) -> _Sight:  # noqa: ANN401 - pdfplumber is not typed
        """What is known of a page."""
        shapes = [s for s in (*page.rects, *page.curves) if s.get("fill") and not _is_white(s)]
        grounds = [_box(shape) for shape in (*shapes, *page.images)]
        white = sum(map(_is_white, page.chars))
        return cls(BBox(*page.cropbox), grounds, 2 * white >= len(page.chars))

    def unseen(self, char: dict[str, Any]) -> str:
        """Why nobody sees a character; empty if somebody does.

        Text without ink and text that is clipped away cannot be told by this source.
        """
        left, top, right, bottom = _box(char)
        on = self.page
        if right < on.left or left > on.right or bottom < on.top or top > on.bottom:
            return Unseen.OUTSIDE
        if char["size"] < TINY:
            return Unseen.TINY
        if self.is_dark or not _is_white(char):
            return ""
        x, y = (left + right) / 2, (top + bottom) / 2
        is_on = any(b.left <= x <= b.right and b.top <= y <= b.bottom for b in self.grounds)
        return "" if is_on else Unseen.WHITE


def _box(drawn: dict[str, Any]) -> BBox:
    return BBox(drawn["x0"], drawn["top"], drawn["x1"], drawn["bottom"])


def _is_white(drawn: dict[str, Any]) -> bool:
    """Is it filled with white? Gray and red, green, blue are told by 1, cyan and so on by 0."""
    color = drawn.get("non_stroking_color")
    parts = color if isinstance(color, tuple) else (color,)
    if not all(isinstance(part, int | float) for part in parts):
        return False  # a pattern, or nothing
    if len(parts) == _CMYK:
        return bool(max(parts) <= 1 - WHITE_FROM)
    return bool(min(parts) >= WHITE_FROM)


def _drawn_once(chars: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out the characters that are drawn once more in the same place, for fake bold."""
    seen: set[tuple[str, int, int]] = set()
    for char in chars:
        text = char["text"]
        step = _SAME_PLACE * (min(char["size"], _USUAL_SIZE) or _USUAL_SIZE)
        x, y = round(char["x0"] / step), round(char["top"] / step)
        near = ((text, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        if text.isspace() or seen.isdisjoint(near):
            yield char
        seen.add((text, x, y))


def _glyphs(chars: Iterable[dict[str, Any]], sight: _Sight) -> Iterator[Glyph]:
    blank = Blank.NONE
    for char in chars:
        text = _UNMAPPED.sub(UNKNOWN, char["text"])
        if text.isspace():
            blank = Blank.DRAWN
        else:
            yield _glyph(char, text, blank, sight)
            blank = Blank.NONE


def _glyph(char: dict[str, Any], text: str, blank: Blank, sight: _Sight) -> Glyph:
    font = read_font_name(str(char.get("fontname") or ""))
    place = _Place.of(char, sight.page)
    style = Style(
        font.name,
        max(SIZE_MIN, round(place.size, 1)),
        BOLD if font.bold else REGULAR,
        font.italic,
        font.monospace,
        place.turned,
        sight.unseen(char),
    )
    return Glyph(picture(text) if font.pictures else text, *place.box, style, blank)


class _Place(NamedTuple):
    """Where a character stands on the page turned so that its line runs from left to right."""

    box: BBox
    size: float
    turned: int

    @classmethod
    def of(cls, char: dict[str, Any], page: BBox) -> _Place:
        """The place of a character of this page."""
        a, b, *_ = char["matrix"]
        turned = snapped(degrees(atan2(b, a)))
        left, top, right, bottom = _box(char)
        if turned == 0:
            return cls(BBox(left, top, right, bottom), char["size"], 0)
        width, height = page.right, page.bottom
        if turned == _UPSIDE_DOWN:
            box = BBox(width - right, height - bottom, width - left, height - top)
            return cls(box, char["size"], turned)
        if turned == _RISES:
            return cls(BBox(height - bottom, left, height - top, right), right - left, turned)
        if turned == _FALLS:
            return cls(BBox(top, width - right, bottom, width - left), right - left, turned)
        return cls._slanted(char, turned)

    @classmethod
    def _slanted(cls, char: dict[str, Any], turned: int) -> _Place:
        """The place of a character whose box tells its size only together with its advance."""
        a, b, _, _, x, up = char["matrix"]
        cosine, sine = cos(radians(turned)), sin(radians(turned))
        left, top, right, bottom = _box(char)
        y = top + char["y1"] - up  # of the origin, downwards
        advance = char["adv"] * hypot(a, b)
        # A box of this advance and size, turned, fills the box around it.
        if abs(cosine) > abs(sine):
            size = (bottom - top - advance * abs(sine)) / abs(cosine)
        else:
            size = (right - left - advance * abs(cosine)) / abs(sine)
        along, baseline = x * cosine - y * sine, y * cosine + x * sine
        box = BBox(along, baseline - ASCENT * size, along + advance, baseline + DESCENT * size)
        return cls(box, size, turned)


def _shapes(page: Any) -> Iterator[Shape]:  # noqa: ANN401 - pdfplumber is not typed
    for shape in (*page.curves, *page.rects):
        if may_be_bullet(shape["x1"] - shape["x0"], shape["bottom"] - shape["top"]):
            yield Shape(
                shape["x0"],
                shape["top"],
                shape["x1"],
                shape["bottom"],
                shape["object_type"] == "rect",
                bool(shape.get("fill")),
            )
