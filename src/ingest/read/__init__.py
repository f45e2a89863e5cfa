"""Readers: bytes -> `Document` of lines. They repair nothing and say where every line came from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.collector import paused_collector
from ingest.errors import EmptyFileError, PagesError, SourceError
from ingest.read.looks import is_markdown
from ingest.read.text import read_text

if TYPE_CHECKING:
    from ingest.document import Document
    from ingest.read.glyphs import Watch

# Up to so many bytes of junk may stand before the header (ISO 32000-1, annex H, note 13).
PDF_HEADER_WITHIN = 1024
TEXT_SUFFIXES = (".txt", ".text")
MARKDOWN_SUFFIXES = (".md", ".markdown")
PDF_SUFFIX = ".pdf"


def read(
    document: str | Path | bytes,
    /,
    *,
    name: str | None = None,
    source: str = "auto",
    watch: Watch | None = None,
    password: str = "",
    pages: str = "",
) -> Document:
    """Read a document: a PDF if its first bytes say so, Markdown by its name or looks, or text.

    Args:
        document: A path, or the bytes of the document.
        name: What to call it in messages and in `Document.path`; by default the path.
        source: What reads the glyphs of a PDF: `pdfium`, `pdfplumber`, or `auto`, that is PDFium
            and pdfplumber for a second opinion.
        watch: Is told each page of a PDF before it is read; may raise, or have it left out.
        password: Opens an encrypted PDF; others do not need it and are read all the same.
        pages: Which pages of a PDF to read: `3`, `3-9`, `1,4-6`, `10-`; all if empty. They keep
            their numbers.

    Returns:
        A document whose children are `Line` and `PageBreak`.

    Raises:
        ConfigError: There is no such source, or this is no choice of pages or no password.
        PagesError: The document has none of the chosen pages, or is no PDF.
        SourceError: The file cannot be opened, is no PDF in spite of its name, or is binary.
        EncryptedError: A PDF that needs a password, or another one.
        NoTextError: An empty file, or a PDF without a text layer.
    """
    data = document if isinstance(document, bytes) else read_bytes(Path(document))
    name = name or ("<bytes>" if isinstance(document, bytes) else str(document))
    if not data:
        raise EmptyFileError(f"{name}: the file is empty (0 bytes); nothing to convert")
    if re.search(rb"%PDF-\d", data[:PDF_HEADER_WITHIN]):
        from ingest.read.pdf import read_pdf

        with paused_collector():
            return read_pdf(
                data, name=name, source=source, watch=watch, password=password, pages=pages
            )
    if name.lower().endswith(PDF_SUFFIX):
        raise SourceError(
            f"{name}: not a PDF (no %PDF- header in the first {PDF_HEADER_WITHIN} bytes); "
            "check the download, or rename it if it is text"
        )
    if pages:
        raise PagesError(
            f"{name}: text has no pages to choose from; leave out --pages (read.pages), "
            "or give the PDF"
        )
    if name.lower().endswith(MARKDOWN_SUFFIXES) or is_markdown(data):
        from ingest.read.markdown import read_markdown

        return read_markdown(data, name=name)
    return read_text(data, name=name)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        SourceError: It cannot be opened.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{path}: cannot be read ({error.strerror}); check the path and its rights"
        ) from error
