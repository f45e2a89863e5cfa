"""One JSON object for each document, as pipelines of text read them line by line.

The fields that others know have the names that they have there: `id`, `text`, `source`, `metadata`
are those of Dolma and of datatrove, which loads such lines as they are (it adds the other fields to
its metadata).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.batch.manifest import Status
from ingest.conversion import Conversion
from ingest.document import UNREADABLE_PAGE
from ingest.errors import SourceError
from ingest.hashes import sha256_of_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.many import Result

# Of the metadata, those that a record tells in fields of its own.
_TOLD = frozenset({"source", "pages"})


class _Facts(NamedTuple):
    """What a record is made of."""

    id: str
    text: str
    source: str
    metadata: Mapping[str, str]
    status: Status
    pages: Sequence[tuple[int, int, int]]
    edits: Mapping[str, int]
    confidence: Mapping[str, Any]


def record(result: Result | Conversion, *, source: str | None = None) -> dict[str, Any]:
    """A document as plain JSON values; the same document gives the same record.

    Args:
        result: What `convert` or `convert_many` gave.
        source: What the document is called; by default its path, or the name that was given.

    Returns:
        `id`: SHA-256 of the bytes that were read, in hexadecimal digits.
        `text`: The Markdown.
        `source`: What the document is called.
        `metadata`: Title, author and language, as far as they are known, and the version of ingest.
        `status`: `converted`, or `partial` if pages are missing.
        `pages`: Number, and the start and end in `text`, in code points from 0, end excluded, of
            each page on which a block begins: a list of objects with `page`, `start`, `end`.
        `edits`: How many edits were made, by `stage/rule`.
        `confidence`: See `Confidence.as_dict`.

    Raises:
        SourceError: There is no Markdown; `Result.kind` and `Result.reason` say why.
    """
    if isinstance(result, Conversion):
        facts = _of_conversion(result)
        return _record(facts if source is None else facts._replace(source=source))
    if result.kind:
        raise SourceError(f"no record: {result.reason}")
    return _record(
        _Facts(
            id=result.source_sha256 or "",
            text=result.markdown,
            source=result.name if source is None else source,
            metadata=result.metadata,
            status=result.status,
            pages=result.pages,
            edits=result.edit_counts,
            confidence=result.confidence.as_dict(),
        )
    )


def _of_conversion(result: Conversion) -> _Facts:
    doc = result.document
    is_partial = any(m.code == UNREADABLE_PAGE for m in doc.messages)
    return _Facts(
        # A reader of somebody else may not say what bytes it read.
        id=doc.meta.get("sha256") or sha256_of_text(doc.source),
        text=result.markdown,
        source=doc.path or "",
        metadata=result.metadata,
        status=Status.PARTIAL if is_partial else Status.CONVERTED,
        pages=result.pages,
        edits=result.edit_counts,
        confidence=result.confidence.as_dict(),
    )


def _record(facts: _Facts) -> dict[str, Any]:
    from ingest import __version__

    known = {name: value for name, value in facts.metadata.items() if name not in _TOLD}
    return {
        **facts._asdict(),
        "metadata": {**known, "ingest": __version__},
        "status": str(facts.status),
        "pages": [{"page": n, "start": start, "end": end} for n, start, end in facts.pages],
        "edits": dict(facts.edits),
    }
