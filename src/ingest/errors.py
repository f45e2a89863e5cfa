"""Everything that can go wrong, each with an exit code.

A message says what is wrong, where, and what to do next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.document import Span


class IngestError(Exception):
    """Base of all errors raised on purpose; `exit_code` is what the command line ends with."""

    exit_code = 1


class ConfigError(IngestError):
    """An unknown stage or option, or a value of the wrong type."""

    exit_code = 2


class SourceError(IngestError):
    """A file cannot be opened or decoded."""

    exit_code = 3


class EncryptedError(SourceError):
    """A document needs a password."""


class NoTextError(IngestError):
    """There is no text in the document: an empty file, or a scan without a text layer."""

    exit_code = 4


class OutputError(IngestError):
    """A result cannot be written."""

    exit_code = 5


class StageError(IngestError):
    """A stage raised; the cause is chained.

    Attributes:
        stage: Name of the stage.
        span: Where in the source, if the stage could tell.
    """

    exit_code = 6

    def __init__(self, message: str, *, stage: str, span: Span | None = None) -> None:
        """Keep the message, the stage and the place."""
        super().__init__(message)
        self.stage = stage
        self.span = span


class InvariantError(IngestError):
    """A promise was broken: text lost, or a replay that differs. Always a bug of ours."""

    exit_code = 70
