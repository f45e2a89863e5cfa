"""Glyphs of a PDF by PDFium: the default source, since it is the fastest and reads the most.

A page takes thousands of calls into PDFium, and a call through ctypes costs more than what PDFium
does in it. So characters and their boxes are fetched in loops that run in C, and what characters
share (font, size, angle, visibility) is asked for once a text object.

PDFium may be used by one thread at a time; `_LOCK` sees to that.
"""

from __future__ import annotations

from ctypes import (
    addressof,
    c_char,
    c_double,
    c_float,
    c_int,
    c_ushort,
    c_void_p,
    sizeof,
)
from dataclasses import dataclass, field
from itertools import chain, compress, groupby, islice, repeat
from math import atan2, degrees, hypot, isfinite
from operator import itemgetter, ne, not_
from threading import RLock
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import BBox
from ingest.errors import SourceError
from ingest.read.frame import Frame
from ingest.read.glyphs import (
    ASCENT,
    BOLD,
    DESCENT,
    FULL_TURN,
    QUARTER_TURN,
    REGULAR,
    RULING_MAX_WIDTH,
    SIZE_MIN,
    TINY,
    UNKNOWN,
    About,
    Blank,
    Glyph,
    Note,
    Page,
    Shape,
    Style,
    Unseen,
    drawn_bullets,
    encrypted,
    guessed_signs,
    may_be_bullet,
    picture,
    read_font_name,
    rulings_of,
    snapped,
    without_place,
)
from ingest.read.metadata import read_metadata
from ingest.read.outline import read_outline
from ingest.read.pdfium_api import (
    PATH,
    POINT,
    RECTANGLE,
    RECTANGLE_POINTS,
    SEGMENTS_MAX,
    address_of,
    calls,
    rooms,
)
from ingest.read.pdfium_forms import SAME, form_paths, matrix_of
from ingest.read.pdfium_unseen import Columns, Sight, doubt_of_ink
from ingest.read.tables.model import MAX_RULINGS
from ingest.read.tag_tree import PARTS_A_PAGE, read_tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ingest.read.pdfium_forms import Matrix
    from ingest.read.tables.model import Ruling

_LOCK = RLock()

# PDFium marks a hyphen at the end of a line so, in a text and as a single character. What such a
# hyphen means is for others to judge.
_MARKED, _LINE_END_HYPHEN = "\ufffe", "\x02"
# What PDFium gives where the file maps a glyph to no character, or to a code that is none.
_NO_CHARACTERS = frozenset(
    {*map(chr, range(0x20)), "\ufffe", "\uffff", UNKNOWN} - {*"\t\n\r", _LINE_END_HYPHEN}
)
# Codes of UTF-16 that mean a character in pairs only.
_FIRST_HALF, _LAST_HALF = "\ud800", "\udfff"
# Stands for the second of them, and for what is left out. It is a blank to Python, so that looking
# for it costs nothing, and no character of a file, since it is two.
_NOTHING = "\x1f\x1f"
_FILLED_AND_STROKED = 2  # text render mode (ISO 32000-1, table 106)
_FIXED_PITCH, _ITALIC = 1, 64  # flags of a font descriptor (ISO 32000-1, table 123)
_BEZIER, _MOVE = 1, 2  # kinds of segments of a path
_NAME_MAX = 256  # bytes of the name of a font; what is longer is cut
_WIDTH_AT = 1000.0  # points; the size at which widths of glyphs are asked for
_USUAL_WIDTH = 0.5  # em; for turned text whose font does not tell
# A page with more objects than this is a map or a drawing, not a list with drawn bullets.
_OBJECTS_MAX = 20_000
# PDFium keeps what it has parsed of a file until that is closed, 75 KB a page and 270 if each has
# fonts of its own; so the file is opened anew after so many pages, which takes a few milliseconds.
_PAGES_AN_OPENING = 50


class PdfiumFile:
    """A PDF opened by PDFium.

    Raises:
        EncryptedError: A password is needed.
        SourceError: PDFium cannot open the file, or finds no page in it.
    """

    def __init__(self, data: bytes, *, name: str, password: str = "") -> None:
        """Open a PDF; `name` is for messages."""
        from pypdfium2 import PdfiumError

        self._data, self._password = data, password
        with _LOCK:
            try:
                self._open()
            except PdfiumError as error:
                raise _open_error(error, name, password) from error
            self.count = len(self._pdf)

    def _open(self) -> None:
        from pypdfium2 import PdfDocument

        self._pdf = PdfDocument(self._data, password=self._password or None)
        self._handle = address_of(self._pdf.raw)
        self._is_tagged = bool(calls().is_tagged(self._handle))
        self._pages_read = 0

    def about(self) -> About:
        """What the file states about itself."""
        with _LOCK:
            return About(read_metadata(self._pdf.raw), read_outline(self._pdf.raw))

    def page(self, number: int) -> Page:
        """Read one page, from 1."""
        api = calls()
        with _LOCK:
            if self._pages_read >= _PAGES_AN_OPENING:
                self._pdf.close()
                self._open()
            self._pages_read += 1
            handle = api.load_page(self._handle, number - 1)
            if not handle:
                return Page(number, [], "PDFium cannot load it")
            text = api.load_text(handle)
            try:
                if not text:
                    return Page(number, [], "PDFium cannot read its text")
                reader = _PageReader(handle, text, number, is_tagged=self._is_tagged)
                return self._with_links(reader.read(), handle, reader)
            finally:
                if text:
                    api.close_text(text)
                api.close_page(handle)

    def state(self, page: Page) -> Page:
        """A page as another source read it, with what PDFium finds stated of it."""
        from ingest.read.pdfium_stated import add_stated

        api = calls()
        with _LOCK:
            handle = api.load_page(self._handle, page.number - 1)
            if not handle:
                return page
            try:
                return add_stated(page, self._handle, handle, is_tagged=self._is_tagged)
            finally:
                api.close_page(handle)

    def _with_links(self, page: Page, handle: int, reader: _PageReader) -> Page:
        if not page.glyphs or calls().count_annotations(handle) <= 0:
            return page
        from ingest.read.pdfium_links import read_links

        links, notes = read_links(self._handle, handle, reader.place)
        return page._replace(links=tuple(links), notes=(*page.notes, *map(Note, notes)))

    def close(self) -> None:
        """Let go of the file."""
        with _LOCK:
            self._pdf.close()


def _open_error(error: Any, name: str, password: str) -> SourceError:  # noqa: ANN401 - a PdfiumError
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY

    if error.err_code in {FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY}:
        return encrypted(name, password)
    return SourceError(
        f"{name}: damaged PDF ({error}); repair it (qpdf, mutool) or export it again"
    )


# ---------------------------------------------------------------- fonts, frames, objects


@dataclass(slots=True)
class _Font:
    """A font of the file; what is known of its characters is filled in as they come."""

    handle: int | None
    name: str
    weight: int
    italic: bool
    monospace: bool
    pictures: bool
    is_embedded: bool
    is_tex: bool  # its name is that of a font of TeX
    is_odd: bool  # some of its characters are not what they are meant to be
    styles: dict[tuple[float, int, bool, bool], Style] = field(default_factory=dict)
    widths: dict[str, float | None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    unmapped: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, handle: int | None) -> _Font:
        """The font at this address."""
        api = calls()
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
            says.tex,
            says.pictures,
        )

    def style(self, size: float, turned: int, *, is_bold: bool, is_pale: bool) -> Style:
        """The style of its text so drawn; equal ones are the same object."""
        key = size, turned, is_bold, is_pale
        found = self.styles.get(key)
        if found is None:
            weight = BOLD if is_bold else self.weight
            flags = self.italic, self.monospace
            found = Style(self.name, size, weight, *flags, turned, pale=is_pale)
            self.styles[key] = found
        return found

    def advance(self, char: str) -> float | None:
        """The width of a character in em; None if the font does not tell."""
        if char not in self.widths:
            width = c_float()
            if char != _NOTHING:
                calls().width(self.handle, ord(char), _WIDTH_AT, addressof(width))
            self.widths[char] = width.value / _WIDTH_AT if width.value > 0 else None
        return self.widths[char]


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


def _meaning(char: str, font: _Font) -> str:
    if char == _LINE_END_HYPHEN:
        return "-"
    if char in _NO_CHARACTERS:
        return UNKNOWN
    return picture(char) if font.pictures else char


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

    font: _Font
    style: Style
    frame: Frame
    is_turned: bool
    doubt: Unseen | None  # why it may be that nobody sees it
    stretch: float  # size along the line; points


# ---------------------------------------------------------------- one page


class _PageReader:
    """Reads the glyphs of one loaded page.

    What is known of the characters stands in columns, one entry for each index of PDFium, so that
    most of the work is done on slices.
    """

    def __init__(self, page: int, text: int, number: int, *, is_tagged: bool) -> None:
        self._api = calls()
        self._page, self._text, self._number = page, text, number
        box = RECTANGLE()
        self._api.page_box(page, addressof(box))
        self._box = (box[0], box[1], box[2], box[3])
        self._rotation = self._api.rotation(page)
        # Addresses of fonts and text objects mean something while the page is loaded, not longer.
        self._fonts: dict[int | None, _Font] = {}
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
        self._paths: list[tuple[int, BBox]] = []
        self._page_objects: dict[int, None] | None = None

    def read(self) -> Page:
        """All glyphs of the page."""
        self._read_objects()
        self._paths = [(handle, box) for _, handle, box in self.objects(PATH)]
        self._read_nameless()
        self._sight.mark(self)
        glyphs = self._glyphs()
        marks = list(compress(self._marks, self._is_ink()))
        if glyphs:
            glyphs += drawn_bullets(self._shapes(), glyphs)
        frame = self._shown()
        return Page(
            self._number,
            glyphs,
            unknown=self._unknown,
            notes=tuple(
                map(Note, without_place("".join(self._invalid)) + guessed_signs(self._guessed))
            ),
            # One more than is looked at says that there are too many.
            rulings=tuple(islice(self._rulings(), MAX_RULINGS + 1)) if glyphs else (),
            box=BBox(0.0, 0.0, frame.width, frame.height),
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
            if self._chars[at] == _NOTHING:
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
                chars[at : at + 2] = [whole, _NOTHING]
            elif chars[at] != _NOTHING:
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
            self._chars[start:end] = [_NOTHING] * (end - start)
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
            self._fonts[row.font] = _Font.read(row.font)
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

    def _meanings(self, run: list[str], font: _Font, start: int) -> list[str]:
        """Characters of one font that begin at this index, as they are meant."""
        for char in set(run) - font.seen:
            font.seen.add(char)
            unmapped = self._api.is_unmapped(self._text, start + run.index(char))
            if char != _NOTHING and (unmapped or char in _NO_CHARACTERS):
                font.unmapped.add(char)
            font.is_odd |= char in font.unmapped or char == _LINE_END_HYPHEN
        if not font.is_odd:
            return run
        if font.unmapped and not font.name:
            self._nameless.setdefault(font.handle, []).append((start, start + len(run)))
            return run
        self._unknown += sum(char in font.unmapped for char in run)
        return [_meaning(char, font) for char in run]

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
        return "-" if char == _LINE_END_HYPHEN else char

    def _meaning_of_code(self, at: int, font: _Font, meanings: Mapping[str, str]) -> str:
        char, code = self._chars[at], self._code(at)
        if char == _NOTHING or code == " ":
            return char
        self._unknown += code in font.unmapped and code not in meanings
        return meanings.get(code) or _meaning(char, font)

    # ------------------------------------------------------------ shapes

    def objects(self, *wanted: int) -> Iterator[tuple[int, int, BBox]]:
        """Kind, address and place of the objects of some kinds, which are not text."""
        api = self._api
        handles = [handle for handle in self.top_level() if handle not in self._text_objects]
        box = RECTANGLE()
        at = [addressof(box) + i * sizeof(c_float) for i in range(4)]
        for handle, kind in zip(handles, map(api.kind, handles), strict=True):
            if kind in wanted and api.bounds(handle, *at):
                yield kind, handle, self.place(box[0], box[1], box[2], box[3])

    def top_level(self) -> dict[int, None]:
        """The objects of the page that are not inside of others, in the order of drawing."""
        if self._page_objects is None:
            api, page = self._api, self._page
            total = min(_OBJECTS_MAX, api.count_objects(page))
            self._page_objects = dict.fromkeys(map(api.object, repeat(page), range(total)))
        return self._page_objects

    def _shown(self) -> Frame:
        """The page as it is shown."""
        return Frame.of(self._box, QUARTER_TURN * self._rotation)

    def place(self, left: float, bottom: float, right: float, top: float) -> BBox:
        """A box of the stored page as the page is shown."""
        frame = self._shown()
        (x0, y0), (x1, y1) = frame.place(left, top), frame.place(right, bottom)
        return BBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def _shapes(self) -> Iterator[Shape]:
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

    def _rulings(self) -> Iterator[Ruling]:
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
        api, frame, point = self._api, self._shown(), (c_float * 2)()
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
