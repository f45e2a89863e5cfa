"""Everything that can go wrong, each with an exit code.

A message says what is wrong, where, and what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.document import Span


class IngestError(Exception):
    """Base of all errors raised on purpose.

    Attributes:
        exit_code: What the command line ends with.
        kind: Short stable name of the failure, for the manifest of a batch.
    """

    exit_code = 1
    kind = "error"


class ConfigError(IngestError):
    """An unknown stage or option, or a value of the wrong type."""

    exit_code = 2
    kind = "config"


class PagesError(ConfigError):
    """A document has none of the pages that were asked for, or no pages at all."""

    kind = "pages"


class SourceError(IngestError):
    """A file cannot be opened or decoded."""

    exit_code = 3
    kind = "unreadable"


class EncryptedError(SourceError):
    """A document needs a password."""

    kind = "encrypted"


class NoTextError(IngestError):
    """There is no text in the document: an empty file, or a scan without a text layer.

    Attributes:
        pages: Numbers of the pages of a PDF that have none; empty for other files.
    """

    exit_code = 4
    kind = "no-text"

    def __init__(self, message: str, *, pages: tuple[int, ...] = ()) -> None:
        """Keep the message and the pages."""
        super().__init__(message)
        self.pages = pages


class EmptyFileError(NoTextError):
    """A file of zero bytes."""

    kind = "zero-bytes"


class OcrError(NoTextError):
    """The program that reads scans fails on a document."""

    kind = "ocr"


class OutputError(IngestError):
    """A result cannot be written."""

    exit_code = 5
    kind = "output"


class StageError(IngestError):
    """A stage raised; the cause is chained.

    Attributes:
        stage: Name of the stage.
        span: Where in the source, if the stage could tell.
    """

    exit_code = 6
    kind = "stage"

    def __init__(self, message: str, *, stage: str, span: Span | None = None) -> None:
        """Keep the message, the stage and the place."""
        super().__init__(message)
        self.stage = stage
        self.span = span


class InvariantError(IngestError):
    """A promise was broken: text lost, or a replay that differs. Always a bug of ours."""

    exit_code = 70
    kind = "invariant"


class LimitError(IngestError):
    """A document took more time or memory, or has more pages or output, than it may.

    Attributes:
        limit: Name of the limit, as in `Limits`.
    """

    exit_code = 7

    def __init__(self, message: str, *, limit: str) -> None:
        """Keep the message and the limit."""
        super().__init__(message)
        self.limit = limit

    @property
    def kind(self) -> str:  # type: ignore[override]
        """The failure with the name of the limit."""
        return f"limit:{self.limit}"


class CrashError(IngestError):
    """The process that converted a document ended without an answer."""

    exit_code = 8
    kind = "crash"


class ExtraError(ConfigError, ImportError):
    """A package that is an extra of ingest is not installed."""

    kind = "extra"


def missing_extra(what: str, extra: str, error: ImportError) -> ExtraError:
    """The error for what needs an extra that is not installed, with the line that installs it."""
    return ExtraError(f"{what} needs the extra {extra} ({error}); {install_line(extra)}")


def install_line(extra: str) -> str:
    """What to do when an extra is missing, in words that every shell understands."""
    return f'install it: pip install "ingest-md[{extra}]"'


# What a worker tells by its kind, as the error that it was.
_BY_KIND = {
    error.kind: error
    for error in (
        ConfigError,
        PagesError,
        SourceError,
        EncryptedError,
        NoTextError,
        EmptyFileError,
        OcrError,
        OutputError,
        InvariantError,
        CrashError,
    )
}


def error_of(kind: str, reason: str) -> IngestError:
    """The error that a worker met, by its stable name."""
    name, _, limit = kind.partition(":")
    if name == "limit":
        return LimitError(reason, limit=limit)
    return _BY_KIND.get(kind, IngestError)(reason)
