"""markitdown: a plug-in that converts PDFs and text in place of its own converters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, BinaryIO

from ingest.adapters._choice import Choice, Chosen
from ingest.adapters._common import Input, convert_one, log
from ingest.errors import missing_extra
from ingest.read import MARKDOWN_SUFFIXES, PDF_SUFFIX, TEXT_SUFFIXES

try:
    from markitdown import (
        PRIORITY_SPECIFIC_FILE_FORMAT,
        DocumentConverter,
        DocumentConverterResult,
    )
except ImportError as error:
    raise missing_extra(__name__, "markitdown", error) from error

if TYPE_CHECKING:
    from markitdown import MarkItDown, StreamInfo

__plugin_interface_version__ = 1

# Lower comes first: before what markitdown has for PDFs, and so before what it has for text.
PRIORITY = PRIORITY_SPECIFIC_FILE_FORMAT - 1.0
_SUFFIXES = (PDF_SUFFIX, *TEXT_SUFFIXES, *MARKDOWN_SUFFIXES)
# By what a stream without a name is known.
_SUFFIX_OF = {
    "application/pdf": PDF_SUFFIX,
    "application/x-pdf": PDF_SUFFIX,
    "text/plain": TEXT_SUFFIXES[0],
    "text/markdown": MARKDOWN_SUFFIXES[0],
}


def register_converters(
    markitdown: MarkItDown, *, ingest: Chosen | None = None, **_: object
) -> None:
    """Called by markitdown for each plug-in, with the arguments of `MarkItDown`.

    Args:
        markitdown: Whoever converts.
        ingest: What `Choice` takes: skip, options, pages, password.

    Raises:
        ConfigError: Something was chosen that does not exist.
    """
    converter = IngestConverter(Choice(**(ingest or {})))
    markitdown.register_converter(converter, priority=PRIORITY)


class IngestConverter(DocumentConverter):
    """PDFs and text, repaired. What it refuses, markitdown hands to its next converter."""

    def __init__(self, choice: Choice) -> None:
        """Convert as `choice` says; whole documents alone."""
        self.choice = replace(choice, mode="document")

    def accepts(
        self,
        file_stream: BinaryIO,
        stream_info: StreamInfo,
        **_: Any,  # noqa: ANN401
    ) -> bool:
        """A PDF, a text or Markdown, by its suffix, or by its type if it has none."""
        return _suffix(stream_info) in _SUFFIXES

    def convert(
        self,
        file_stream: BinaryIO,
        stream_info: StreamInfo,
        **_: Any,  # noqa: ANN401
    ) -> DocumentConverterResult:
        """Markdown and title of the document.

        Raises:
            IngestError: There is nothing to convert, or it cannot be; markitdown goes on to its
                next converter, and the log says why.
        """
        name = stream_info.local_path or stream_info.filename or stream_info.url
        source = Input(name or f"<stream>{_suffix(stream_info)}", file_stream.read())
        converted = convert_one(source, self.choice)
        if converted.error:
            log.warning("%s; left to the next converter of markitdown", converted.error)
            raise converted.error
        return DocumentConverterResult(converted.pieces[0].text, title=converted.title or None)


def _suffix(stream_info: StreamInfo) -> str:
    known = (stream_info.mimetype or "").lower()
    return (stream_info.extension or _SUFFIX_OF.get(known, "")).lower()
