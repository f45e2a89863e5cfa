r"""Damaged documents in, clean Markdown out, nothing lost.

>>> import ingest
>>> result = ingest.convert(b"life.These spasms can be both uncomfortable and\ndebilitating.\n")
>>> print(result.markdown, end="")
life. These spasms can be both uncomfortable and debilitating.
"""

from typing import TYPE_CHECKING, Any

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
from ingest.pipeline import DEFAULT, Pipeline, Stage, convert, find, reader, run, select
from ingest.read import Source, read
from ingest.write import write

if TYPE_CHECKING:
    from ingest.batch.limits import Limits
    from ingest.batch.manifest import Status
    from ingest.many import Result, convert_many

__version__: str

# What needs worker processes is loaded when it is asked for: that costs a third of the import.
_LATER = {
    "Limits": "ingest.batch.limits",
    "Result": "ingest.many",
    "Status": "ingest.batch.manifest",
    "convert_many": "ingest.many",
}

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
    "Limits",
    "Message",
    "NoTextError",
    "OutputError",
    "PageConfidence",
    "PageSpan",
    "PagesError",
    "Pipeline",
    "Reason",
    "Result",
    "Source",
    "SourceError",
    "Span",
    "Stage",
    "StageError",
    "Status",
    "convert",
    "convert_many",
    "edit_runs",
    "edit_text",
    "find",
    "read",
    "reader",
    "run",
    "select",
    "write",
]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - the names have their types above
    """Look up what is not loaded at once."""
    if name in _LATER:
        from importlib import import_module

        return getattr(import_module(_LATER[name]), name)
    if name != "__version__":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ingest-md")
    except PackageNotFoundError:  # the source tree is on the path, but not installed
        return "0+unknown"
