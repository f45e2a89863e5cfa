"""The glyphs of one page by PDFium, fetched in columns.

A page takes thousands of calls into PDFium, and a call through ctypes costs more than what PDFium
does in it. So characters and their boxes are fetched in loops that run in C, and what characters
share (font, size, angle, visibility) is asked for once a text object.
"""

from __future__ import annotations

from ctypes import addressof, c_double, c_int, c_ushort, c_void_p, sizeof
from itertools import chain, compress, groupby, islice, repeat
from math import atan2, degrees, hypot, isfinite
from operator import itemgetter, ne, not_
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import BBox
from ingest.read.frame import Frame
from ingest.read.glyphs import (
    ASCENT,
    DESCENT,
    FULL_TURN,
    QUARTER_TURN,
    SIZE_MIN,
    TINY,
    UNKNOWN,
    Blank,
    Glyph,
    Note,
    Page,
    Unseen,
    drawn_bullets,
    guessed_signs,
    snapped,
    without_place,
)
from ingest.read.pdfium_api import POINT, RECTANGLE, calls, rooms
from ingest.read.pdfium_drawn import Drawn
from ingest.read.pdfium_fonts import LINE_END_HYPHEN, NO_CHARACTERS, NOTHING, Font, meaning_of
from ingest.read.pdfium_unseen import Columns, Sight, doubt_of_ink
from ingest.read.tables.model import MAX_RULINGS
from ingest.read.tag_tree import PARTS_A_PAGE, read_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ingest.read.glyphs import Style

# How PDFium marks a hyphen at the end of a line in a text; as a single character it is another.
_MARKED = "\ufffe"
# Codes of UTF-16 that mean a character in pairs only.
_FIRST_HALF, _LAST_HALF = "\ud800", "\udfff"
_FILLED_AND_STROKED = 2  # text render mode (ISO 32000-1, table 106)
_USUAL_WIDTH = 0.5  # em; for turned text whose font does not tell


class _ObjectRow(NamedTuple):
    """A text object; upright ones that follow each other on one line are mostly equal."""

    font: int | None  # its address
    size: float
    render_mode: int
    has_color: int  # one that can be told, which a pattern has not
    red: int  # of 255, as are the next
    green: int
    blue: int
    alpha: int
    a: float  # of its matrix, as are the next
    b: float
    c: float
    d: float
    baseline: float
    left: float  # 0 for upright text


class _Kind(NamedTuple):
    """What text objects of one font, size and direction share."""

    font: Font
    style: Style
    frame: Frame
    is_turned: bool
    doubt: Unseen | None  # why it may be that nobody sees it
    stretch: float  # size along the line; points


class PageReader:
    """Reads the glyphs of one loaded page.

    What is known of the characters stands in columns, one entry for each index of PDFium, so that
    most of the work is done on slices.

    Attributes:
        frame: The page as it is shown.
    """

    def __init__(self, page: int, text: int, number: int, *, is_tagged: bool) -> None:
        """Read the characters of a page; `read` does the rest.

        Args:
            page: Address of the page.
            text: Address of its text.
            number: Of the page, from 1.
            is_tagged: The file vouches for its tags.
        """
        self._api = calls()
        self._page, self._text, self._number = page, text, number
        box = RECTANGLE()
        self._api.page_box(page, addressof(box))
        self._box = (box[0], box[1], box[2], box[3])
        self._rotation = self._api.rotation(page)
        self.frame = Frame.of(self._box, QUARTER_TURN * self._rotation)
        # Addresses of fonts and text objects mean something while the page is loaded, not longer.
        self._fonts: dict[int | None, Font] = {}
        self._kinds: dict[tuple[Any, ...], _Kind | None] = {}
        self._total = max(0, self._api.count_chars(text))
        self._chars = self._read_chars()
        self._lefts, self._rights = self._read_edges()
        self._tops: list[float] = []
        self._bottoms: list[float] = []
        self._styles: list[Style | None] = []
        self._is_tagged = is_tagged
        self._marks: list[int | None] = []  # filled if the file is tagged
        self._text_objects: set[int] = set()
        self._handles: list[int] = []  # of the text object of each character
        self._sight = Sight(
            Columns(
                self._lefts, self._tops, self._rights, self._bottoms, self._styles, self._handles
            )
        )
        # Where the text of fonts without names stands that the file gives no characters for.
        self._nameless: dict[int | None, list[tuple[int, int]]] = {}
        self._invalid: list[str] = []  # text that has no size and so no place
        self._unknown = 0
        self._guessed = 0  # signs of formulas that may be other ones

    def read(self) -> Page:
        """All glyphs of the page."""
        self._read_objects()
        drawn = Drawn(self._page, self.frame, self._text_objects)
        self._read_nameless()
        self._sight.mark(drawn)
        glyphs = self._glyphs()
        marks = list(compress(self._marks, self._is_ink()))
        if glyphs:
            glyphs += drawn_bullets(drawn.shapes(), glyphs)
        return Page(
            self._number,
            glyphs,
            unknown=self._unknown,
            notes=tuple(
                map(Note, without_place("".join(self._invalid)) + guessed_signs(self._guessed))
            ),
            # One more than is looked at says that there are too many.
            rulings=tuple(islice(drawn.rulings(), MAX_RULINGS + 1)) if glyphs else (),
            box=BBox(0.0, 0.0, self.frame.width, self.frame.height),
            marks=marks,
            tags=read_tags(self._page, self._number * PARTS_A_PAGE) if any(marks) else None,
        )

    def _is_ink(self) -> Iterator[bool]:
        return map(not_, map(str.isspace, self._chars))

    def _glyphs(self) -> list[Glyph]:
        """The columns as glyphs, without the blanks."""
        rows = zip(
            self._chars,
            self._lefts,
            self._tops,
            self._rights,
            self._bottoms,
            self._styles,
            self._blanks(),
            strict=False,
        )
        # What `Glyph._make` does, without a call of Python for each glyph.
        return list(map(tuple.__new__, repeat(Glyph), compress(rows, self._is_ink())))

    def _blanks(self) -> list[Blank]:
        """What is known of the blank before each character."""
        blanks = [Blank.NONE] * (self._total + 1)
        for at in compress(range(self._total), map(str.isspace, self._chars)):
            if self._chars[at] == NOTHING:
                blanks[at + 1] = blanks[at]
            # What belongs to no object PDFium has made itself.
            elif not self._handles[at] or self._api.is_generated(self._text, at):
                blanks[at + 1] = blanks[at] or Blank.INFERRED
            else:
                blanks[at + 1] = Blank.DRAWN
        return blanks

    # ------------------------------------------------------------ characters

    def _read_chars(self) -> list[str]:
        """The character at each index; nothing for the second code of a pair."""
        total, text = self._total, self._text
        buffer = (c_ushort * (total + 1))()
        if self._api.text(text, 0, total, addressof(buffer)) == total + 1:
            chars = list(map(chr, buffer[:total]))
            for at in (i for i, char in enumerate(chars) if char == _MARKED):
                chars[at] = chr(self._api.char(text, at))
        else:
            chars = [chr(self._api.char(text, index)) for index in range(total)]
        halves = [at for at, char in enumerate(chars) if _FIRST_HALF <= char <= _LAST_HALF]
        for at in halves:
            pair = "".join(chars[at : at + 2]).encode("utf-16-le", "surrogatepass")
            whole = pair.decode("utf-16-le", "replace")
            if len(whole) == 1:
                chars[at : at + 2] = [whole, NOTHING]
            elif chars[at] != NOTHING:
                chars[at] = UNKNOWN
        return chars

    def _read_edges(self) -> tuple[list[float], list[float]]:
        """Left and right edge of each character, from the left of the page as it is stored."""
        total = self._total
        texts = [c_void_p(self._text)] * total
        flat, _ = rooms().boxes.ask(self._api.box, texts, range(total))
        if page_left := min(self._box[0], self._box[2]):
            flat = [x - page_left for x in flat]
        return flat[::4], flat[2::4]

    def _read_objects(self) -> None:
        """Fill the other columns, one row of equal text objects after the other."""
        rows = self._rows()
        ends = [start for _, start in rows[1:]] + [self._total]
        start = 0  # blanks before the first text object go with it
        for (row, _), end in zip(rows, ends, strict=False):
            top, bottom, style = self._read_run(self._kind(row), row.baseline, start, end)
            self._tops += repeat(top, end - start)
            self._bottoms += repeat(bottom, end - start)
            self._styles += repeat(style, end - start)
            start = end

    def _rows(self) -> list[tuple[_ObjectRow, int]]:
        """What text objects share, and where it begins to differ from the object before.

        Some producers make an object of every glyph, so this is done in loops that run in C.
        """
        api, text, total = self._api, self._text, self._total
        whole = c_void_p(text)
        handles = list(map(api.object_of, repeat(whole), range(total)))
        self._handles += handles
        self._text_objects = set(handles)
        differs = chain((True,), map(ne, handles, handles[1:]))
        starts = [at for at in compress(range(total), differs) if handles[at]]
        objects = [handles[at] for at in starts]
        if self._is_tagged:
            self._marks = list(map(_marks_of(objects).get, handles))
        flat, _ = rooms().matrices.ask(api.matrix, [whole] * len(starts), starts)
        a, b, c, d, x, y = (flat[i::6] for i in range(6))
        addresses = list(map(c_void_p, objects))
        colors, has_color = rooms().colors.ask(api.fill_color, addresses)
        found = zip(
            map(api.font_of, addresses),
            map(api.font_size, repeat(whole), starts),
            map(api.render_mode, addresses),
            has_color,
            *(colors[i::4] for i in range(4)),
            *(a, b, c, d),
            y,
            (left if leans else 0.0 for left, leans in zip(x, b, strict=True)),
            strict=True,
        )
        pairs = groupby(zip(found, starts, strict=True), key=itemgetter(0))
        return [(_ObjectRow(*row), next(group)[1]) for row, group in pairs]

    def _read_run(
        self, kind: _Kind | None, baseline: float, start: int, end: int
    ) -> tuple[float, float, Style | None]:
        """Top, bottom and style of some characters of equal text objects."""
        if kind is None:
            self._invalid += self._chars[start:end]
            self._chars[start:end] = [NOTHING] * (end - start)
            return 0.0, 0.0, None
        font, frame, size = kind.font, kind.frame, kind.style.size
        run = self._chars[start:end]
        if font.is_odd or not font.seen.issuperset(run):
            self._chars[start:end] = self._meanings(run, font, start)
        baseline = self._turn(kind, start, end) if kind.is_turned else frame.top - baseline
        lefts, rights = self._lefts[start:end], self._rights[start:end]
        if not kind.is_turned and not font.is_embedded:
            rights = self._rights[start:end] = _true_rights(kind, run, lefts, rights)
        top, bottom = baseline - ASCENT * size, baseline + DESCENT * size
        box = BBox(min(lefts), top, max(rights), bottom)
        self._sight.note(kind.doubt, frame, start, end, box, is_turned=kind.is_turned)
        return top, bottom, kind.style

    def _turn(self, kind: _Kind, start: int, end: int) -> float:
        """Place characters along their line; their baseline on the turned page."""
        origin = POINT()
        x_at, y_at = addressof(origin), addressof(origin) + sizeof(c_double)
        baseline: float | None = None
        for at in range(start, end):
            self._api.origin(self._text, at, x_at, y_at)
            left, y = kind.frame.place(*origin)
            if baseline is None and not self._chars[at].isspace():
                baseline = y  # blanks that PDFium adds stand elsewhere
            advance = kind.font.advance(self._chars[at]) or _USUAL_WIDTH
            self._lefts[at], self._rights[at] = left, left + advance * kind.stretch
        return baseline or 0.0

    def _kind(self, row: _ObjectRow) -> _Kind | None:
        """The kind of a text object; None if it has no place on the page."""
        key = row[:-2]
        if key not in self._kinds:
            self._kinds[key] = self._new_kind(row)
        return self._kinds[key]

    def _new_kind(self, row: _ObjectRow) -> _Kind | None:
        em = row.size * hypot(row.c, row.d)
        if not isfinite(em):
            return None
        if row.font not in self._fonts:
            self._fonts[row.font] = Font.read(row.font)
        font, angle = self._fonts[row.font], snapped(degrees(atan2(row.b, row.a)))
        turned = (angle - QUARTER_TURN * self._rotation) % FULL_TURN
        color = (row.red, row.green, row.blue, row.alpha) if row.has_color else None
        doubt, is_pale = doubt_of_ink(row.render_mode, color)
        size = max(SIZE_MIN, round(em, 1))
        is_bold = row.render_mode == _FILLED_AND_STROKED
        return _Kind(
            font,
            font.style(size, turned, is_bold=is_bold, is_pale=is_pale),
            Frame.of(self._box, angle),
            angle != 0,
            Unseen.TINY if em < TINY else doubt,
            row.size * hypot(row.a, row.b),
        )

    def _meanings(self, run: list[str], font: Font, start: int) -> list[str]:
        """Characters of one font that begin at this index, as they are meant."""
        for char in set(run) - font.seen:
            font.seen.add(char)
            unmapped = self._api.is_unmapped(self._text, start + run.index(char))
            if char != NOTHING and (unmapped or char in NO_CHARACTERS):
                font.unmapped.add(char)
            font.is_odd |= char in font.unmapped or char == LINE_END_HYPHEN
        if not font.is_odd:
            return run
        if font.unmapped and not font.name:
            self._nameless.setdefault(font.handle, []).append((start, start + len(run)))
            return run
        self._unknown += sum(char in font.unmapped for char in run)
        return [meaning_of(char, font) for char in run]

    def _read_nameless(self) -> None:
        """Give the codes of fonts without names their meaning, if they are those of TeX."""
        if not self._nameless:
            return
        from ingest.read.tex_fonts import count_guessed, read_tex_codes

        fonts = [self._fonts[handle] for handle in self._nameless]
        runs = [[at for run in found for at in range(*run)] for found in self._nameless.values()]
        texts = ["".join(map(self._code, run)) for run in runs]
        is_tex = any(font.is_tex for font in self._fonts.values())
        found = read_tex_codes(texts, is_tex=is_tex)
        if found:
            self._guessed = sum(map(count_guessed, texts, found))
        found = found or [{} for _ in fonts]
        for font, run, meanings in zip(fonts, runs, found, strict=True):
            for at in run:
                self._chars[at] = self._meaning_of_code(at, font, meanings)

    def _code(self, at: int) -> str:
        """The code of a character of a font that names none; a blank for what PDFium adds."""
        char = self._chars[at]
        if char.isspace() and self._api.is_generated(self._text, at):
            return " "
        return "-" if char == LINE_END_HYPHEN else char

    def _meaning_of_code(self, at: int, font: Font, meanings: Mapping[str, str]) -> str:
        char, code = self._chars[at], self._code(at)
        if char == NOTHING or code == " ":
            return char
        self._unknown += code in font.unmapped and code not in meanings
        return meanings.get(code) or meaning_of(char, font)


def _true_rights(
    kind: _Kind, run: list[str], lefts: list[float], rights: list[float]
) -> list[float]:
    """Where glyphs end whose font PDFium had to replace: their boxes are those of the replacement.

    The letters of a ligature share one box, and no font tells their widths.
    """
    after, before = [*lefts[1:], None], [None, *lefts[:-1]]
    return [
        right
        if left in (follows, precedes) or not (advance := kind.font.advance(char))
        else min(right, left + advance * kind.stretch)
        for char, left, right, follows, precedes in zip(
            run, lefts, rights, after, before, strict=True
        )
    ]


def _marks_of(objects: list[int]) -> dict[int, int]:
    """The number of the marked content of text objects, by their address; -1 for none."""
    api = calls()
    marks = dict(zip(objects, map(api.mark_of, objects), strict=True))
    counts = zip(objects, map(api.count_marks, objects), strict=True)
    for handle, count in ((handle, count) for handle, count in counts if count > 1):
        marks[handle] = _innermost(handle, count)
    return marks


def _innermost(handle: int, count: int) -> int:
    """The number of the innermost mark of a text object that has one.

    They should not be nested, but WeasyPrint nests them; PDFium gives the outermost.
    """
    api, number = calls(), c_int()
    for at in reversed(range(count)):
        mark = api.nested_mark(handle, at)
        if mark and api.number_of_mark(mark, b"MCID", addressof(number)):
            return number.value
    return -1
