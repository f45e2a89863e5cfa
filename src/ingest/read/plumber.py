"""Glyphs of a PDF by pdfplumber: the second opinion.

It is slower than PDFium by far, but pure Python, and it reads files that PDFium does not.
"""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from ingest.document import BBox
from ingest.errors import SourceError
from ingest.read.glyphs import (
    BOLD,
    REGULAR,
    UNKNOWN,
    About,
    Blank,
    Glyph,
    Page,
    Shape,
    Style,
    drawn_bullets,
    encrypted,
    left_out,
    may_be_bullet,
    picture,
    read_font_name,
    rulings_of,
)
from ingest.read.metadata import tidy_metadata

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingest.read.tables.model import Ruling

# Glyphs drawn twice within this distance are fake bold. Points; pdfplumber's own default.
_SAME_PLACE = 1.0
# What pdfminer writes for a glyph without a character, and codes that are none.
_UNMAPPED = re.compile(r"\(cid:\d+\)|[\x00-\x08\x0b\x0c\x0e-\x1f]")
_RISES, _FALLS = 90, 270


class PlumberFile:
    """A PDF opened by pdfplumber.

    Raises:
        EncryptedError: A password is needed.
        SourceError: The file is damaged beyond opening, or has no pages.
    """

    def __init__(self, data: bytes, *, name: str, password: str = "") -> None:
        """Open a PDF; `name` is for messages."""
        import pdfplumber

        try:
            self._pdf = pdfplumber.open(io.BytesIO(data), password=password)
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

    try:
        language = resolve1(pdf.doc.catalog.get("Lang"))
        text = decode_text(language) if isinstance(language, bytes) else language
        return {**pdf.metadata, "Lang": text}
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
    inside = [char for char in chars if _is_on(page.cropbox, char)]
    gone = "".join(char["text"] for char in chars if not _is_on(page.cropbox, char))
    glyphs = list(_glyphs(inside))
    unknown = sum(g.text == UNKNOWN for g in glyphs)
    if glyphs:
        glyphs += drawn_bullets(list(_shapes(page)), glyphs)
    return Page(
        number,
        glyphs,
        unknown=unknown,
        notes=left_out(gone),
        rulings=tuple(_rulings(page)),
        box=BBox(0.0, 0.0, float(page.width), float(page.height)),
    )


def _rulings(page: Any) -> Iterator[Ruling]:  # noqa: ANN401 - pdfplumber is not typed
    for shape in (*page.lines, *page.rects, *page.curves):
        box = BBox(shape["x0"], shape["top"], shape["x1"], shape["bottom"])
        yield from rulings_of(box, is_rectangle=shape["object_type"] == "rect")


def _is_on(box: tuple[float, float, float, float], char: dict[str, Any]) -> bool:
    """Is any part of a character on the page?"""
    left, top, right, bottom = box
    return bool(
        char["x1"] >= left
        and char["x0"] <= right
        and char["bottom"] >= top
        and char["top"] <= bottom
    )


def _drawn_once(chars: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Leave out the characters that are drawn once more in the same place, for fake bold."""
    seen: set[tuple[str, int, int]] = set()
    for char in chars:
        text = char["text"]
        x, y = round(char["x0"] / _SAME_PLACE), round(char["top"] / _SAME_PLACE)
        near = ((text, x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        if text.isspace() or seen.isdisjoint(near):
            yield char
        seen.add((text, x, y))


def _glyphs(chars: Iterable[dict[str, Any]]) -> Iterator[Glyph]:
    blank = Blank.NONE
    for char in chars:
        text = _UNMAPPED.sub(UNKNOWN, char["text"])
        if text.isspace():
            blank = Blank.DRAWN
        else:
            yield _glyph(char, text, blank)
            blank = Blank.NONE


def _glyph(char: dict[str, Any], text: str, blank: Blank) -> Glyph:
    font = read_font_name(str(char.get("fontname") or ""))
    left, top, right, bottom = char["x0"], char["top"], char["x1"], char["bottom"]
    turned = 0
    if not char["upright"]:
        rises = char["matrix"][1] > 0
        turned = _RISES if rises else _FALLS
        left, top, right, bottom = (
            (-bottom, left, -top, right) if rises else (top, -right, bottom, -left)
        )
    style = Style(
        font.name,
        round(char["size"], 1),
        BOLD if font.bold else REGULAR,
        font.italic,
        font.monospace,
        turned,
    )
    return Glyph(picture(text) if font.pictures else text, left, top, right, bottom, style, blank)


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
