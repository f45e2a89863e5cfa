"""Which source reads a page: PDFium, and pdfplumber where PDFium fails or is not to be believed.

No text at all is believed if both agree on it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Self

from ingest.choice import check_pages, chosen_pages
from ingest.document import NO_SECOND_OPINION, SECOND_OPINION, UNKNOWN_CHARACTERS
from ingest.errors import ConfigError, EncryptedError, PagesError, SourceError
from ingest.read.glyphs import UNKNOWN, Blank, Note, Page, Step, is_lost, unknown_pictures
from ingest.read.lines import words_of
from ingest.read.order import page_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.read.glyphs import About, Glyph, GlyphSource, Watch

SOURCES = ("auto", "pdfium", "pdfplumber")

# Share of glyphs without a character from which on the other source is asked; the dev PDFs have
# none, a page with a few signs of mathematics has less.
UNKNOWN_MAX = 0.02
# Text without blanks: so many letters of scripts that have capitals, and so many letters a word.
# No page of the dev PDFs, in five languages, has more than 7.5.
UNSPACED_LETTERS = 200
UNSPACED_WORD = 20

# Two sources place the left edge of a glyph less than this apart; em. On the samples and the pages
# of the tests 99 of 100 by less than 0.03, and what is further apart is drawn twice.
SAME_LEFT = 0.05
# Readings in a row that were no better than the first; then it is believed. In a scan all are such.
VAIN_MAX = 20
# Glyphs of a page above which no second opinion is asked: pdfplumber takes up to 0.2 ms for each.
# The densest page of the dev PDFs has 3,634.
SECOND_GLYPHS_MAX = 40_000


_TEXT_OF, _BLANK_OF = attrgetter("text"), attrgetter("blank")


class PdfReading:
    """A PDF that is open for reading; a context manager.

    Attributes:
        count: How many pages the file has.
        numbers: Those that are read, rising from 1.

    Raises:
        ConfigError: There is no such source, or this is no choice of pages.
        PagesError: The file has none of the chosen pages.
        EncryptedError: A password is needed, or another one.
        SourceError: The file is damaged beyond opening, or has no pages.
    """

    def __init__(
        self,
        data: bytes,
        *,
        name: str,
        source: str = "auto",
        watch: Watch | None = None,
        password: str = "",
        pages: str = "",
    ) -> None:
        """Open a PDF.

        Args:
            data: The bytes of the file.
            name: For messages.
            source: One of `SOURCES`.
            watch: Is told each page before it is read; may raise, or have it left out.
            password: Opens an encrypted file.
            pages: Which pages to read, as in `chosen_pages`.
        """
        check_source(source)
        check_pages(pages)
        self._first = _open_first(data, name, source, password)
        self.count = self._first.count
        try:
            self.numbers = chosen_pages(pages, self.count, name=name)
        except PagesError:
            self._first.close()
            raise
        self._watch = watch or _see_nothing
        self._second = None
        if source == "auto":
            self._second = _Second(
                lambda: _open_plumber(data, name, password),
                self._watch,
                self.count,
                len(self.numbers),
            )

    def __enter__(self) -> Self:
        """Nothing to do; it is open."""
        return self

    def __exit__(self, *_: object) -> None:
        """Let go of the file."""
        self._first.close()
        if self._second:
            self._second.close()

    def about(self) -> About:
        """What the file states about itself."""
        return self._first.about()

    def pages(self) -> Iterator[Page]:
        """The chosen pages, one at a time."""
        for number in self.numbers:
            left_out = self._watch(Step(number), len(self.numbers))
            page = Page(number, [], left_out) if left_out else self._first.page(number)
            yield _with_notes(self._second.better(page) if self._second else page)


def _see_nothing(_step: Step, _count: int) -> None:
    """The watch that lets everything pass."""


def check_source(source: str) -> None:
    """Make sure that there is a source of this name.

    Raises:
        ConfigError: There is none.
    """
    if source not in SOURCES:
        raise ConfigError(f"read.source must be one of {', '.join(SOURCES)}, not {source!r}")


def check_password(password: str) -> None:
    """Make sure that this can be a password.

    Raises:
        ConfigError: It holds bytes that are no text; the message does not show them.
    """
    try:
        password.encode()
    except UnicodeEncodeError:
        # The cause would show a character of it.
        raise ConfigError("read.password is not valid UTF-8; check the terminal's locale") from None


def _open_first(data: bytes, name: str, source: str, password: str) -> GlyphSource:
    if source == "pdfplumber":
        return _with_stated(_open_plumber(data, name, password), data, name, password)
    from ingest.read.pdfium import PdfiumFile

    try:
        return PdfiumFile(data, name=name, password=password)
    except SourceError as error:
        if source == "pdfium":
            raise
        try:
            return _open_plumber(data, name, password)
        except SourceError as other:
            raise (error if isinstance(error, EncryptedError) else other) from error


def _open_plumber(data: bytes, name: str, password: str) -> GlyphSource:
    from ingest.read.plumber import PlumberFile

    return PlumberFile(data, name=name, password=password)


def _with_stated(source: GlyphSource, data: bytes, name: str, password: str) -> GlyphSource:
    """The source with what PDFium finds stated in the file, if it opens that and sees its pages."""
    from ingest.read.pdfium import PdfiumFile
    from ingest.read.pdfium_stated import StatedSource

    try:
        stated = PdfiumFile(data, name=name, password=password)
    except SourceError:
        return source
    if stated.count == source.count:
        return StatedSource(source, stated)
    stated.close()
    return source


@dataclass(slots=True)
class _Second:
    """The second opinion: it is opened when it is asked for the first time."""

    open: Callable[[], GlyphSource]
    watch: Watch
    count: int  # pages by the first source
    read: int  # how many of them are read
    source: GlyphSource | None = None
    fails: bool = False
    in_vain: int = 0  # readings in a row that were no better

    def better(self, page: Page) -> Page:
        """The page as the better source reads it."""
        if self.fails or self.in_vain >= VAIN_MAX or len(page.glyphs) > SECOND_GLYPHS_MAX:
            return page
        doubt = doubt_about(page)
        if doubt is None:
            return page
        if left_out := self.watch(Step(page.number, is_second=True), self.read):
            text = f"pdfplumber was not asked, though PDFium finds {doubt} ({left_out})"
            return page._replace(notes=(*page.notes, Note(text, NO_SECOND_OPINION)))
        other = self._page(page.number)
        if other and (filled := _filled(page, other)) is not page:
            self.in_vain = 0
            page = filled
            if doubt_about(page) is None:
                return page
        if other is None or _badness(other) >= _badness(page):
            self.in_vain += 1
            return page
        self.in_vain = 0
        note = Note(f"read by pdfplumber, since PDFium finds {doubt}", SECOND_OPINION)
        return other._replace(notes=(*other.notes, note), links=page.links, tags=page.tags)

    def _page(self, number: int) -> Page | None:
        if self.source is None and not self.fails:
            try:
                self.source = self.open()
            except SourceError:
                self.fails = True
        # Where the sources count differently, the same number is another page.
        if self.source is None or self.source.count != self.count:
            return None
        return self.source.page(number)

    def close(self) -> None:
        """Let go of the file, if it was opened."""
        if self.source is not None:
            self.source.close()


# ---------------------------------------------------------------- doubts


def doubt_about(page: Page) -> str | None:
    """Why the text of a page is not to be believed; None if it is."""
    if page.error:
        return "an error"
    if all(glyph.style.unseen for glyph in page.glyphs):
        return "no text"
    if page.unknown > UNKNOWN_MAX * len(page.glyphs):
        return "glyphs without a character"
    if _has_torn_words(page):
        return "words that lack letters"
    if _is_unspaced(page):
        return "no blanks between words"
    return None


def _badness(page: Page) -> float:
    """How bad a reading is: 0 is good, 2 is none."""
    if page.error or all(glyph.style.unseen for glyph in page.glyphs):
        return 2.0
    return page.unknown / len(page.glyphs) + _is_unspaced(page)


def _has_torn_words(page: Page) -> bool:
    """Does a letter stand beside a glyph without a character, with no blank between them?"""
    return is_lost("".join(glyph.text for glyph in page.glyphs)) and any(
        b.blank is Blank.NONE
        and ((is_lost(a.text) and b.text.isalpha()) or (a.text.isalpha() and is_lost(b.text)))
        for a, b in pairwise(page.glyphs)
    )


def _filled(page: Page, other: Page) -> Page:
    """The page with the characters that another reading of it knows in the same places."""
    lost = [at for at, glyph in enumerate(page.glyphs) if is_lost(glyph.text)]
    if not lost:
        return page
    there: dict[int, list[Glyph]] = defaultdict(list)
    for glyph in other.glyphs:
        there[round(glyph.left)].append(glyph)
    glyphs = list(page.glyphs)
    found = 0
    for at in lost:
        near = round(glyphs[at].left)
        beside = (g for x in (near - 1, near, near + 1) for g in there.get(x, ()))
        same = [glyph.text for glyph in beside if _is_same(glyphs[at], glyph)]
        if same and not any(map(is_lost, same)):
            found += glyphs[at].text == UNKNOWN
            glyphs[at] = glyphs[at]._replace(text=same[0])
    if glyphs == page.glyphs:
        return page
    return page._replace(glyphs=glyphs, unknown=page.unknown - found)


def _is_same(a: Glyph, b: Glyph) -> bool:
    """Do two sources mean the same glyph?"""
    middle = (b.top + b.bottom) / 2
    return (
        abs(a.left - b.left) < SAME_LEFT * a.style.size
        and a.top < middle < a.bottom
        and a.style.turned == b.style.turned
    )


def _is_unspaced(page: Page) -> bool:
    """Has the page a lot of text in a script that has blanks, and next to no blanks?"""
    blanks = sum(map(bool, map(_BLANK_OF, page.glyphs)))
    if len(page.glyphs) < UNSPACED_LETTERS or blanks * UNSPACED_WORD > len(page.glyphs):
        return False
    lines = [words_of(line.fragment.glyphs) for line in page_lines(page.glyphs)]
    cased = sum(c.lower() != c.upper() for line in lines for c in line)
    words = sum(len(line.split()) for line in lines)
    return cased >= UNSPACED_LETTERS and cased > UNSPACED_WORD * words


def _with_notes(page: Page) -> Page:
    """Say what is left unclear on a page."""
    notes = list(page.notes)
    if page.unknown:
        text = f"{page.unknown} of {len(page.glyphs)} glyphs have no character in the file; "
        notes.append(Note(text + "compare the text with the page", UNKNOWN_CHARACTERS))
    if odd := unknown_pictures("".join(map(_TEXT_OF, page.glyphs))):
        codes = ", ".join(f"U+{ord(char):04X}" for char in odd)
        text = f"characters of private use, whose meaning is not known: {codes}"
        notes.append(Note(text, UNKNOWN_CHARACTERS))
    return page._replace(notes=tuple(notes)) if notes else page
