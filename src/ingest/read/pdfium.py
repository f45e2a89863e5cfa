"""PDFs opened by PDFium: the default source of glyphs, since it is the fastest and reads the most.

PDFium may be used by one thread at a time; `_LOCK` sees to that.
"""

from __future__ import annotations

from threading import RLock
from typing import Any

from ingest.errors import SourceError
from ingest.read.glyphs import About, Note, Page, encrypted
from ingest.read.metadata import read_metadata
from ingest.read.outline import read_outline
from ingest.read.pdfium_api import address_of, calls
from ingest.read.pdfium_page import PageReader

_LOCK = RLock()

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
                reader = PageReader(handle, text, number, is_tagged=self._is_tagged)
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

    def _with_links(self, page: Page, handle: int, reader: PageReader) -> Page:
        if not page.glyphs or calls().count_annotations(handle) <= 0:
            return page
        from ingest.read.pdfium_links import read_links

        links, notes = read_links(self._handle, handle, reader.frame.place_box)
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
