"""Readers: bytes -> `Document` of lines. They repair nothing and say where every line came from."""

from __future__ import annotations

import io
import os
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.collector import paused_collector
from ingest.errors import EmptyFileError, PagesError, SourceError
from ingest.hashes import sha256_of
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

Source = str | os.PathLike[str] | bytes | BinaryIO
"""Where a document comes from: a path, a URL such as `s3://bucket/a.pdf`, its bytes, or a binary
stream, which is read from where it stands to its end and left open."""


def read(
    document: Source,
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
        document: A path or URL, the bytes of the document, or a binary stream; see `Source`.
        name: What to call it in messages and in `Document.path`; by default the path, or the name
            of the stream.
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
    content, name = opened(document, name)
    data = content if isinstance(content, bytes) else _read_bytes(Path(content))
    name = name or ("<bytes>" if isinstance(content, bytes) else str(content))
    if not data:
        raise EmptyFileError(f"{name}: the file is empty (0 bytes); nothing to convert")
    doc = _read(data, name, source=source, watch=watch, password=password, pages=pages)
    return replace(doc, meta={**doc.meta, "sha256": sha256_of(data)})


def _read(
    data: bytes, name: str, *, source: str, watch: Watch | None, password: str, pages: str
) -> Document:
    """Read what has bytes, by its looks and its name."""
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


def opened(
    document: Source, name: str | None = None
) -> tuple[str | os.PathLike[str] | bytes, str | None]:
    """A path or bytes as they are, a stream or URL as its bytes; and the name, if it is known.

    Raises:
        ConfigError: A URL that no store is installed for, or that no store has.
        SourceError: The stream or URL cannot be read, or it is none of these.
    """
    if isinstance(document, str) and "://" in document:
        return _fetched(document), name or document
    if isinstance(document, str | os.PathLike | bytes):
        return document, name
    if not hasattr(document, "read"):
        kind = type(document).__name__
        raise SourceError(
            f"{name or kind}: cannot be read; give a path, a URL, bytes or a binary stream, "
            f"not {kind}"
        )
    own = getattr(document, "name", None)
    name = name or (own if isinstance(own, str) and own else "<stream>")
    return _drained(document, name), name


def _fetched(text: str) -> Path | bytes:
    """What a URL stands for; a path for `file://`, and for what only looks like one."""
    from ingest.batch.urls import Url, place_of, read_url

    place = place_of(text)
    return read_url(place) or b"" if isinstance(place, Url) else place


def _drained(stream: Any, name: str) -> bytes:  # noqa: ANN401 - may be anything that can be read
    """What a stream still holds."""
    data: Any = ""
    if not isinstance(stream, io.TextIOBase):
        try:
            data = stream.read()
        except (OSError, ValueError) as error:  # it was closed, perhaps, or only for writing
            raise SourceError(
                f"{name}: the stream cannot be read ({error}); open it for reading, as binary"
            ) from error
    if isinstance(data, str):
        raise SourceError(f"{name}: the stream gives text; open it as binary (mode 'rb')")
    if not isinstance(data, bytes):
        kind = type(data).__name__
        raise SourceError(f"{name}: the stream gives {kind}, not bytes; open it as binary")
    return data


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{path}: cannot be read ({error.strerror}); check the path and its rights"
        ) from error
