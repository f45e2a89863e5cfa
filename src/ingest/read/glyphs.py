"""What a source of glyphs gives, whoever read the file: glyphs with their place and style.

A blank is no glyph but a property of the glyph behind it. Text in any direction is turned to run
from left to right, so whoever builds lines needs to know one direction only.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from enum import IntEnum, StrEnum
from functools import cache
from typing import TYPE_CHECKING, NamedTuple, Protocol

from ingest.data import rows
from ingest.errors import EncryptedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ingest.document import BBox
    from ingest.read.outline import Entry
    from ingest.read.tables.model import Ruling
    from ingest.read.tag_tree import PageTags

REGULAR, BOLD = 400, 700
FULL_TURN, QUARTER_TURN = 360, 90  # degrees
# Text that leans less than this, in degrees, is that of a page that was scanned a little askew.
SNAP = 5
# A character that the file does not name; it is shown, counted and reported.
UNKNOWN = "\ufffd"
# Of a font that has no better figures: how far it rises above the baseline and falls below, in em.
ASCENT, DESCENT = 0.8, 0.2

_SUBSET_PREFIX = re.compile(r"^[A-Z]{6}\+")
# Codes of a font of pictures are given as private-use characters, as Word gives them.
_PICTURES_FROM = 0xF000
_PRIVATE_USE = re.compile("[\ue000-\uf8ff]")

# Drawn bullets: width and height in points, how far these may differ, the font size in bullets, how
# far in em the text begins at most. Chromium draws them 0.3 em wide on the middle of the line.
BULLET_MIN, BULLET_MAX, BULLET_SKEW = 1.5, 8.0, 0.3
BULLET_EM = 3.3
BULLET_GAP = 2.5
# By whether it is a rectangle, and whether it is filled.
BULLETS = {(False, True): "•", (False, False): "◦", (True, True): "▪", (True, False): "□"}


class Blank(IntEnum):
    """What the file says about a blank before a glyph."""

    NONE = 0
    INFERRED = 1  # the engine that read the file saw a gap
    DRAWN = 2  # the file has a space there


class Unseen(StrEnum):
    """Why nobody sees a glyph on the page."""

    INVISIBLE = "drawn without ink"
    WHITE = "white on white"
    TINY = "too small to be read"
    CLIPPED = "clipped away"
    OUTSIDE = "beside the page"


# Type that is smaller, in points, is unseen; the smallest that people print is about 3.
TINY = 1.0
SIZE_MIN = 0.1  # points; what type of no size at all is taken for
# How light a colour is, from 0 to 1: what is lighter than paper is white, and pale from the middle
# between black and white on. Watermarks of office programs are silver, 0.75.
WHITE_FROM, PALE_FROM = 0.98, 0.5


class Style(NamedTuple):
    """What many glyphs share.

    Attributes:
        font: Name of the font, without the prefix of a subset.
        size: Font size in points, to a tenth.
        weight: 400 is regular, 700 is bold.
        italic: The font is slanted.
        monospace: All glyphs of the font are of one width.
        turned: Angle of the text as the page is shown, in whole degrees counter-clockwise.
        unseen: Why nobody sees it on the page, one of `Unseen`; empty for what is seen.
        pale: Its colour is nearer to white than to black.
    """

    font: str
    size: float
    weight: int = REGULAR
    italic: bool = False
    monospace: bool = False
    turned: int = 0
    unseen: str = ""
    pale: bool = False


class Glyph(NamedTuple):
    """One drawn character with its box, in points from the top left of the page as it is turned.

    `right` is where its advance ends, not its ink; `top` and `bottom` are those of its font.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    style: Style
    blank: Blank = Blank.NONE


class LinkArea(NamedTuple):
    """A part of a page that is a link, as the page is shown, and where the link leads."""

    box: BBox
    url: str


class Note(NamedTuple):
    """What a reader of the result should know of a page; `code` is that of a `Message`."""

    text: str
    code: str = ""


class Page(NamedTuple):
    """The glyphs of one page in the order in which they were drawn, or why there are none.

    Attributes:
        number: From 1.
        glyphs: All but blanks.
        error: Why the page cannot be read.
        unknown: How many glyphs the file gives no character for.
        notes: What a reader of the result should know.
        rulings: The lines drawn on it, whole or in pieces.
        box: The page itself, with its left top at the origin; None if it was not read.
        links: Where it links to other documents; PDFium alone tells.
        marks: Number of the marked content that each glyph is part of, if the file is tagged;
            drawn bullets, which come last, are part of none.
        tags: What the structure tree says of marked content, by that number, if there is one.
    """

    number: int
    glyphs: list[Glyph]
    error: str | None = None
    unknown: int = 0
    notes: tuple[Note, ...] = ()
    rulings: tuple[Ruling, ...] = ()
    box: BBox | None = None
    links: tuple[LinkArea, ...] = ()
    marks: Sequence[int | None] = ()
    tags: PageTags | None = None


class Step(NamedTuple):
    """One step of reading a PDF: a page by the first source, or by the second.

    Attributes:
        page: From 1.
        is_second: It is read for a second opinion.
    """

    page: int
    is_second: bool = False


# Is told each step before it is made, and how many pages the file has; may raise. What it gives is
# why the step is to be left out.
Watch = Callable[[Step, int], str | None]


class About(NamedTuple):
    """What a file states about itself: title, author and language, and its outline."""

    meta: Mapping[str, str]
    outline: tuple[Entry, ...] = ()


class GlyphSource(Protocol):
    """An open PDF. Pages may be read in any order; none is kept."""

    @property
    def count(self) -> int:
        """How many pages there are."""

    def about(self) -> About:
        """What the file states about itself."""

    def page(self, number: int) -> Page:
        """Read one page, from 1; what is wrong with it is told in `Page.error`."""

    def close(self) -> None:
        """Let go of the file."""


def encrypted(name: str, password: str) -> EncryptedError:
    """The error of a file that does not open without a password, or not with this one."""
    if password:
        return EncryptedError(
            f"{name}: encrypted, and the password does not open it; check --password "
            "(read.password), or save a copy without password (qpdf --decrypt) and convert that"
        )
    return EncryptedError(
        f"{name}: encrypted; give its password (--password, read.password), "
        "or save a copy without password (qpdf --decrypt) and convert that"
    )


class FontName(NamedTuple):
    """What the name of a font tells."""

    name: str
    bold: bool
    italic: bool
    monospace: bool
    pictures: bool
    math: bool
    tex: bool


@cache
def read_font_name(full: str) -> FontName:
    """What a font is by its name, which is more reliable than the weight that files state."""
    name = _SUBSET_PREFIX.sub("", full)
    patterns = _font_patterns()
    return FontName(name, *(bool(patterns[p].search(name)) for p in FontName._fields[1:]))


def snapped(angle: float) -> int:
    """Whole degrees; those of a quarter turn if it is near."""
    near = QUARTER_TURN * round(angle / QUARTER_TURN)
    return (near if abs(angle - near) < SNAP else round(angle)) % FULL_TURN


@cache
def _font_patterns() -> dict[str, re.Pattern[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for kind, pattern, *_ in rows("font_names.tsv"):
        found[kind].append(pattern)
    return {k: re.compile("|".join(forms), re.IGNORECASE) for k, forms in found.items()}


def picture(char: str) -> str:
    """The private-use character for a code of a font of pictures; others as they are."""
    code = char.encode("cp1252", "ignore")
    if len(char) != 1 or len(code) != 1 or char.isspace():
        return char
    return chr(_PICTURES_FROM + code[0])


def unknown_pictures(text: str) -> list[str]:
    """Private-use characters that no table knows, each once."""
    return sorted(set(_PRIVATE_USE.findall(text)) - _known_pictures())


def is_lost(text: str) -> bool:
    """Does a glyph say nothing of what it stands for?"""
    return UNKNOWN in text or bool(unknown_pictures(text))


@cache
def _known_pictures() -> frozenset[str]:
    return frozenset(chr(int(point, 16)) for point, *_ in rows("characters.tsv"))


def without_place(text: str) -> tuple[str, ...]:
    """What to note of text that has no place on the page, since its size or angle is no number."""
    ink = "".join(text.split())
    return (f"{len(ink)} characters have no place on the page and are left out: {ink}",) * bool(ink)


def guessed_signs(count: int) -> tuple[str, ...]:
    """What to note of signs whose fonts do not say what they are."""
    what = "1 sign of a formula is" if count == 1 else f"{count} signs of formulas are"
    note = f"{what} perhaps another, since the font names none; compare with the page"
    return (note,) if count else ()


# ---------------------------------------------------------------- drawn bullets


class Shape(NamedTuple):
    """A small drawn shape, in points from the top left of the page."""

    left: float
    top: float
    right: float
    bottom: float
    is_rectangle: bool
    is_filled: bool


# Boxes that are no wider than this are lines; points.
RULING_MAX_WIDTH = 2.5


def rulings_of(box: BBox, *, is_rectangle: bool) -> Iterator[Ruling]:
    """The lines that a drawn shape is: itself if it is thin, or the sides of a rectangle."""
    from ingest.read.tables.model import Ruling

    left, top, right, bottom = box
    if bottom - top <= RULING_MAX_WIDTH:
        middle = (top + bottom) / 2
        yield Ruling(left, middle, right, middle)
    elif right - left <= RULING_MAX_WIDTH:
        middle = (left + right) / 2
        yield Ruling(middle, top, middle, bottom)
    elif is_rectangle:
        yield Ruling(left, top, right, top)
        yield Ruling(left, bottom, right, bottom)
        yield Ruling(left, top, left, bottom)
        yield Ruling(right, top, right, bottom)


def may_be_bullet(width: float, height: float) -> bool:
    """Is a shape of this size, in points, small and even enough for a bullet?"""
    return BULLET_MIN <= width <= BULLET_MAX and abs(width - height) <= BULLET_SKEW


def drawn_bullets(shapes: Iterable[Shape], glyphs: Iterable[Glyph]) -> Iterator[Glyph]:
    """The shapes that browsers draw as bullets of lists, as glyphs."""
    rows_of: dict[int, list[Glyph]] | None = None
    for shape in shapes:
        if rows_of is None:
            rows_of = defaultdict(list)
            for glyph in glyphs:
                rows_of[round((glyph.top + glyph.bottom) / 2)].append(glyph)
        bullet = _as_glyph(shape)
        if _opens_line(bullet, rows_of):
            yield bullet


def _as_glyph(shape: Shape) -> Glyph:
    text = BULLETS[shape.is_rectangle, shape.is_filled]
    size = round((shape.bottom - shape.top) * BULLET_EM, 1)
    middle = (shape.top + shape.bottom) / 2
    top, bottom = middle - size / 2, middle + size / 2
    return Glyph(text, shape.left, top, shape.right, bottom, Style("", size))


def _opens_line(bullet: Glyph, rows_of: Mapping[int, list[Glyph]]) -> bool:
    """Does text begin right of it, and none end left of it?

    The dot of a drawn `i` stands among text, the dot of a map without.
    """
    row = round((bullet.top + bullet.bottom) / 2)
    reach = BULLET_GAP * bullet.style.size
    follows = False
    for glyph in (glyph for at in range(row - 2, row + 3) for glyph in rows_of.get(at, ())):
        if glyph.left < bullet.right and glyph.right > bullet.left - reach:
            return False
        follows = follows or 0 < glyph.left - bullet.right < reach
    return follows
