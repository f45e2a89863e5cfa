"""Glyphs of a PDF by pdfplumber."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import BBox
from ingest.errors import EncryptedError, SourceError
from ingest.read.tables import Ruling

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

REGULAR, BOLD = 400, 700
# Names that mean bold: the English words, "Medi" of the URW fonts, "bx" of the TeX families.
_BOLD_NAME = re.compile(r"bold|black|heavy|demi|-medi|(?:cm|sf|ec|lm)(?:ss)?bx", re.IGNORECASE)
_SUBSET_PREFIX = re.compile(r"^[A-Z]{6}\+")
# Glyphs drawn twice within this distance are fake bold. Points; pdfplumber's own default.
_SAME_PLACE = 1.0


# Filled boxes that are no wider than this are lines; points.
RULING_MAX_WIDTH = 2.5

# Drawn bullets: width and height in points, how far these may differ, the font size in bullets, how
# far in em the text begins at most. Chromium draws them 0.3 em wide on the middle of the line.
BULLET_MIN, BULLET_MAX, BULLET_SKEW = 1.5, 8.0, 0.3
BULLET_EM = 3.3
BULLET_GAP = 2.5
# By whether it is a rectangle, and whether it is filled.
BULLETS = {(False, True): "•", (False, False): "◦", (True, True): "▪", (True, False): "□"}


class Glyph(NamedTuple):
    """One drawn character with its bounding box, in points from the top left of the page.

    Rotated text is turned to run from left to right; `turned` is its angle in quarter turns.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    size: float
    weight: int
    font: str
    turned: int = 0


class Page(NamedTuple):
    """The glyphs of one page in the order in which they were drawn, or why there are none.

    `rulings` are the lines drawn on it, `box` is the page itself.
    """

    number: int
    glyphs: list[Glyph]
    error: str | None = None
    rulings: tuple[Ruling, ...] = ()
    box: BBox = BBox(0, 0, 0, 0)


def read_pages(data: bytes, *, name: str) -> Iterator[Page]:
    """The pages of a PDF, one at a time.

    Raises:
        EncryptedError: A password is needed.
        SourceError: The file is damaged beyond opening, or has no pages.
    """
    import pdfplumber

    try:
        pdf = pdfplumber.open(io.BytesIO(data))
        pages = pdf.pages
    except Exception as error:
        raise _open_error(error, name) from error
    if not pages:
        raise SourceError(
            f"{name}: damaged PDF: no page can be found; repair it (qpdf, mutool) first"
        )
    with pdf:
        for number, page in enumerate(pages, 1):
            try:
                yield Page(number, _glyphs(page), None, tuple(_rulings(page)), _box(page))
            except Exception as error:  # noqa: BLE001 - as above; the other pages may be sound
                yield Page(number, [], f"{type(error).__name__}: {error}"[:200])
            page.close()


def _glyphs(page: Any) -> list[Glyph]:  # noqa: ANN401 - pdfplumber is not typed
    glyphs = [_glyph(char) for char in page.dedupe_chars(tolerance=_SAME_PLACE).chars]
    rows: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in glyphs:
        rows[round((glyph.top + glyph.bottom) / 2)].append(glyph)
    return [*glyphs, *(b for b in _drawn_bullets(page) if _opens_line(b, rows))]


def _opens_line(bullet: Glyph, rows: Mapping[int, list[Glyph]]) -> bool:
    """Does text begin right of it, and none end left of it?

    The dot of a drawn `i` stands among text, the dot of a map without.
    """
    row = round((bullet.top + bullet.bottom) / 2)
    reach = BULLET_GAP * bullet.size
    follows = False
    for glyph in (glyph for at in range(row - 2, row + 3) for glyph in rows.get(at, ())):
        if glyph.left < bullet.right and glyph.right > bullet.left - reach:
            return False
        follows = follows or 0 < glyph.left - bullet.right < reach
    return follows


def _drawn_bullets(page: Any) -> Iterator[Glyph]:  # noqa: ANN401 - pdfplumber is not typed
    """Browsers draw the bullets of lists as small discs, rings and squares: read them as glyphs."""
    for shape in (*page.curves, *page.rects):
        width, height = shape["x1"] - shape["x0"], shape["bottom"] - shape["top"]
        if not BULLET_MIN <= width <= BULLET_MAX or abs(width - height) > BULLET_SKEW:
            continue
        text = BULLETS[shape["object_type"] == "rect", bool(shape.get("fill"))]
        middle, size = (shape["top"] + shape["bottom"]) / 2, height * BULLET_EM
        top, bottom = middle - size / 2, middle + size / 2
        yield Glyph(text, shape["x0"], top, shape["x1"], bottom, size, REGULAR, "")


def _box(page: Any) -> BBox:  # noqa: ANN401 - pdfplumber is not typed
    return BBox(0.0, 0.0, float(page.width), float(page.height))


def _rulings(page: Any) -> Iterator[Ruling]:  # noqa: ANN401 - pdfplumber is not typed
    """Drawn lines, thin boxes, and the sides of boxes."""
    for shape in (*page.lines, *page.rects, *page.curves):
        left, top, right, bottom = shape["x0"], shape["top"], shape["x1"], shape["bottom"]
        if bottom - top <= RULING_MAX_WIDTH:
            middle = (top + bottom) / 2
            yield Ruling(left, middle, right, middle)
        elif right - left <= RULING_MAX_WIDTH:
            middle = (left + right) / 2
            yield Ruling(middle, top, middle, bottom)
        elif shape["object_type"] == "rect":
            yield Ruling(left, top, right, top)
            yield Ruling(left, bottom, right, bottom)
            yield Ruling(left, top, left, bottom)
            yield Ruling(right, top, right, bottom)


def _open_error(error: BaseException, name: str) -> SourceError:
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        inner = cause.args[0] if cause.args and isinstance(cause.args[0], BaseException) else None
        cause = inner or cause.__cause__ or cause.__context__
    if any(re.search("Password|Encrypt", type(e).__name__) for e in seen):
        return EncryptedError(
            f"{name}: encrypted; save a copy without password (qpdf --decrypt) and convert that"
        )
    last = seen[-1]
    what = f"{type(last).__name__}: {last}".rstrip(": ")[:200]
    return SourceError(f"{name}: damaged PDF ({what}); repair it (qpdf, mutool) or export it again")


def _glyph(char: dict[str, Any]) -> Glyph:
    font = _SUBSET_PREFIX.sub("", str(char.get("fontname") or ""))
    weight = BOLD if _BOLD_NAME.search(font) else REGULAR
    left, top, right, bottom = char["x0"], char["top"], char["x1"], char["bottom"]
    turned = 0
    if not char["upright"]:
        rises = char["matrix"][1] > 0
        turned = 1 if rises else 3
        left, top, right, bottom = (
            (-bottom, left, -top, right) if rises else (top, -right, bottom, -left)
        )
    return Glyph(char["text"], left, top, right, bottom, char["size"], weight, font, turned)
