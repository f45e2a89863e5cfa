"""One document, converted whatever happens: the outcome as plain values."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.batch.limits import MB, NO_LIMITS, Limits
from ingest.conversion import count_edits
from ingest.document import PAGE_WITHOUT_TEXT, UNREADABLE_PAGE
from ingest.errors import IngestError, NoTextError, SourceError
from ingest.hashes import sha256_of
from ingest.json_text import json_line
from ingest.read.glyphs import Step

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ingest.conversion import Conversion
    from ingest.document import Document, Message
    from ingest.pipeline import Pipeline
    from ingest.read.glyphs import Watch

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Request:
    """What to convert, and what to give back.

    Attributes:
        source: Path of the file.
        data: The document itself, in place of the file.
        edits: The ledger is wanted.
        text: The text as it was read is wanted.
        about: Metadata, confidence and the places of pages are wanted.
        name_in_messages: What the document is called there; by default its path.
        name_in_result: What it is called there; by default as in messages.
        refusal: Why there is no document, for people; then this is how it ends.
        review: Facts for the review page are wanted, with so many pictures of lines at most; None
            if not.
        avoid: Steps of reading that are left out: a process did not survive them. One that is a
            second opinion stands for all of them.
        ocr_pages: The pages that an OCR has read; `data` is what it gave.
        scan_sha256: Hash of the file that it was given, by which the document is known.
    """

    source: str
    data: bytes | None = None
    edits: bool = False
    text: bool = False
    about: bool = False
    name_in_messages: str = ""
    name_in_result: str = ""
    refusal: str = ""
    review: int | None = None
    avoid: tuple[Step, ...] = ()
    ocr_pages: tuple[int, ...] = ()
    scan_sha256: str = ""

    @property
    def name(self) -> str:
        """What the document is called in messages."""
        return self.name_in_messages or ("<stdin>" if self.source == STDIN else self.source)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one document. All but the four payloads are JSON values.

    Attributes:
        kind: Stable name of the failure; empty if there is Markdown.
        reason: For people; empty if there is Markdown.
        exit_code: That of the failure.
        source_sha256: Of the bytes that were read; None if they could not be.
        lost_pages: Number and reason of each page that is missing.
        textless_pages: Number of each page that has no text layer.
        messages: What readers and stages said.
        edits: How many edits were made, by `stage/rule`.
        lowest_confidence: Of the edits that were made.
        seconds: Wall time of the conversion.
        metadata: Title, author and so on, if asked for.
        confidence: How sure the result is, as `Confidence.as_dict` has it, if asked for.
        pages: Number, start and end of each page in the Markdown, if asked for.
        markdown: The result in the format of the pipeline, UTF-8.
        ledger: The edits as JSON lines, if asked for.
        text: The text as it was read, if asked for.
        review: What the review page shows, as JSON, if asked for.
    """

    kind: str = ""
    reason: str = ""
    exit_code: int = 0
    source_sha256: str | None = None
    lost_pages: tuple[tuple[int | None, str], ...] = ()
    textless_pages: tuple[int, ...] = ()
    messages: tuple[Message, ...] = ()
    edits: Mapping[str, int] = field(default_factory=dict)
    lowest_confidence: float | None = None
    seconds: float = 0.0
    metadata: Mapping[str, str] = field(default_factory=dict)
    confidence: Mapping[str, Any] | None = None
    pages: tuple[tuple[int, int, int], ...] = ()
    markdown: bytes = b""
    ledger: bytes = b""
    text: bytes = b""
    review: bytes = b""

    @classmethod
    def of_error(cls, error: IngestError) -> Outcome:
        """The outcome of a document that ended with an error."""
        pages = error.pages if isinstance(error, NoTextError) else ()
        return cls(error.kind, str(error), error.exit_code, textless_pages=pages)


# Hears of each step of reading, and None when all are made.
TellStep = Callable[[Step | None], None]


def tell_nobody(*_: object) -> None:
    """Who hears of steps, or of scans, when nobody wants to know."""


def convert_request(
    request: Request, pipeline: Pipeline, limits: Limits = NO_LIMITS, tell: TellStep = tell_nobody
) -> Outcome:
    """Convert one document here, in this process; no exception leaves but those of the system."""
    start = time.perf_counter()
    digest = None
    try:
        if request.refusal:
            raise SourceError(request.refusal)
        data = request.data if request.data is not None else read_source(request)
        digest = sha256_of(data)
        outcome = _convert(data, request, pipeline, limits, tell)
    except IngestError as error:
        found = limits.breach("memory", request.name) if _ran_out_of_memory(error) else error
        outcome = Outcome.of_error(found)
    except MemoryError:
        outcome = Outcome.of_error(limits.breach("memory", request.name))
    except Exception as error:  # noqa: BLE001 - a fault of ours or of a library costs one document
        what = f"{request.name}: {type(error).__name__}: {error}; please report it with the file"
        outcome = Outcome(kind=f"bug:{type(error).__name__}", reason=what, exit_code=_BUG)
    return replace(
        outcome, source_sha256=digest, seconds=round(time.perf_counter() - start, _DIGITS)
    )


_BUG = 70
_DIGITS = 3  # of seconds


def read_source(request: Request) -> bytes:
    """The bytes of the file of a request.

    Raises:
        SourceError: They cannot be read.
    """
    path, name = Path(request.source), request.name
    try:
        if not path.is_file() and path.exists():
            raise SourceError(f"{name}: not an ordinary file; give a file or a folder")
        return path.read_bytes()
    except OSError as error:
        raise SourceError(
            f"{name}: cannot be read ({error.strerror}); check the path and its rights"
        ) from error


def _convert(
    data: bytes, request: Request, pipeline: Pipeline, limits: Limits, tell: TellStep
) -> Outcome:
    from ingest.pipeline import convert, deciding
    from ingest.write.formats import find_format

    as_read: list[Document] = []

    def reader(data: bytes, *, name: str) -> Document:
        watched = partial(_read, request=request, pipeline=pipeline, limits=limits, tell=tell)
        as_read.append(deciding(watched, pipeline.decisions)(data, name=name))
        return as_read[0]

    result = convert(data, pipeline.stages, name=request.name, reader=reader, **pipeline.writing)
    doc = result.document
    written = find_format(pipeline.format).text(result, request.name_in_result or request.name)
    outcome = _about(result, _summary(doc)) if request.about else _summary(doc)
    outcome = replace(
        outcome,
        markdown=written.encode("utf-8"),
        ledger=ledger_lines(doc).encode("utf-8") if request.edits else b"",
        text=doc.source.encode("utf-8", "replace") if request.text else b"",
    )
    if request.review is not None:
        outcome = replace(
            outcome, review=_review(data, as_read[0], result, pipeline, request.review)
        )
    size = sum(map(len, (outcome.markdown, outcome.ledger, outcome.text, outcome.review)))
    if limits.output and size > limits.output * MB:
        raise limits.breach("output", request.name)
    return outcome


def _read(
    data: bytes, *, name: str, request: Request, pipeline: Pipeline, limits: Limits, tell: TellStep
) -> Document:
    """Read a document, and say what an OCR has read of it."""
    from ingest.pipeline import reader

    doc = reader(**pipeline.reading)(data, name=name, watch=_watch(request, limits, tell))
    tell(None)
    if pipeline.ocr is None or not request.ocr_pages:
        return doc
    from ingest.ocr import mark_ocr

    doc = mark_ocr(doc, request.ocr_pages, pipeline.ocr)
    return replace(doc, meta={**doc.meta, "sha256": request.scan_sha256})


def _review(
    data: bytes, as_read: Document, result: Conversion, pipeline: Pipeline, pictures: int
) -> bytes:
    from ingest.review.facts import facts_of

    password = str(pipeline.reading.get("password", ""))
    facts = facts_of(as_read, result, data=data, pictures=pictures, password=password)
    return json.dumps(facts).encode()


def _watch(request: Request, limits: Limits, tell: TellStep) -> Watch:
    no_second = any(step.is_second for step in request.avoid)

    def watch(step: Step, count: int) -> str | None:
        if limits.pages and count > limits.pages:
            raise limits.breach("pages", request.name)
        if step in request.avoid or (step.is_second and no_second):
            return "it took too long, or ended the process"
        tell(step)
        return None

    return watch


def _summary(doc: Document) -> Outcome:
    made = [edit for edit in doc.edits if edit.applied]
    return Outcome(
        lost_pages=tuple((m.page, m.text) for m in doc.messages if m.code == UNREADABLE_PAGE),
        textless_pages=tuple(
            m.page for m in doc.messages if m.code == PAGE_WITHOUT_TEXT and m.page is not None
        ),
        messages=doc.messages,
        edits=count_edits(made),
        lowest_confidence=min((edit.confidence for edit in made), default=None),
    )


def _about(result: Conversion, outcome: Outcome) -> Outcome:
    return replace(
        outcome,
        metadata=result.metadata,
        confidence=result.confidence.as_dict(),
        pages=result.pages,
    )


def _ran_out_of_memory(error: BaseException) -> bool:
    """Is there a MemoryError at the root of this? Libraries wrap it in errors of their own."""
    seen: list[BaseException] = []
    todo: list[BaseException | None] = [error]
    while todo:
        cause = todo.pop()
        if cause is None or cause in seen:
            continue
        if isinstance(cause, MemoryError):
            return True
        seen.append(cause)
        todo += cause.__cause__, cause.__context__
        todo += [a for a in cause.args if isinstance(a, BaseException)]
    return False


# ---------------------------------------------------------------- the ledger as a file


def ledger_lines(doc: Document) -> str:
    """The ledger as JSON lines, one edit a line."""
    return "".join(json_line(edit.as_dict()) for edit in doc.edits)
