r"""Damaged documents in, clean Markdown out, nothing lost.

>>> import ingest
>>> result = ingest.convert(b"life.These spasms can be both uncomfortable and\ndebilitating.\n")
>>> print(result.markdown, end="")
life. These spasms can be both uncomfortable and debilitating.
"""

from ingest.confidence import Confidence, PageConfidence, Reason
from ingest.conversion import Conversion
from ingest.document import Change, Document, Edit, Message, Span, edit_runs, edit_text
from ingest.errors import (
    ConfigError,
    EncryptedError,
    IngestError,
    InvariantError,
    NoTextError,
    OutputError,
    PagesError,
    SourceError,
    StageError,
)
from ingest.page_spans import PageSpan
from ingest.pipeline import DEFAULT, Stage, convert, find, reader, run, select
from ingest.read import read
from ingest.write import write

__version__: str

__all__ = [
    "DEFAULT",
    "Change",
    "Confidence",
    "ConfigError",
    "Conversion",
    "Document",
    "Edit",
    "EncryptedError",
    "IngestError",
    "InvariantError",
    "Message",
    "NoTextError",
    "OutputError",
    "PageConfidence",
    "PageSpan",
    "PagesError",
    "Reason",
    "SourceError",
    "Span",
    "Stage",
    "StageError",
    "convert",
    "edit_runs",
    "edit_text",
    "find",
    "read",
    "reader",
    "run",
    "select",
    "write",
]


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for: that costs a third of the import."""
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ingest-md")
    except PackageNotFoundError:  # the source tree is on the path, but not installed
        return "0+unknown"
