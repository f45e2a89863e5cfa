"""Many documents in a pipeline: worker processes under guard, and a result for each document."""

from __future__ import annotations

import json
import multiprocessing
import os
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, TypeGuard, cast

from ingest.batch.guard import Guard, usable_cores
from ingest.batch.outcome import Request
from ingest.batch.results import status_of
from ingest.confidence import NO_CONFIDENCE, Confidence
from ingest.document import Edit, Message, Span
from ingest.errors import ConfigError, IngestError
from ingest.page_spans import PageSpan
from ingest.pipeline import DEFAULT, Pipeline, as_stage
from ingest.read import Source, opened

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from ingest.batch.limits import Limits
    from ingest.batch.manifest import Status
    from ingest.batch.outcome import Outcome
    from ingest.pipeline import AnyStage

Named = Source | tuple[str, Source]
"""A source, or what it is called in messages and records, and the source."""
PAIR = 2


@dataclass(frozen=True)
class Result:
    """What came of one document. It can be pickled if its source can.

    Attributes:
        index: Which of the sources it was, from 0.
        source: The source, as it was given, without its name.
        name: What it is called in messages.
        status: `converted`; `partial` if pages are missing; `empty`: there is no text; `failed`.
        kind: Stable name of what went wrong, such as `encrypted` or `limit:cpu`; empty if there is
            Markdown.
        reason: The same for people: what, where, and what to do next.
        markdown: The result; empty if there is none.
        messages: What readers and stages have to say.
        metadata: Title, author, language, source and pages, as far as they are known.
        confidence: How sure the result is, and why no surer; 0 without a result.
        pages: Where in `markdown` each page begins and ends; empty for what has no pages.
        edit_counts: How many edits were made, by `stage/rule`.
        source_sha256: Of the bytes that were read; None if they could not be.
        seconds: Wall time of the conversion.
        ledger: The edits as JSON lines, as `ingest convert --edits` writes them.
    """

    index: int
    source: Source
    name: str
    status: Status
    kind: str = ""
    reason: str = ""
    markdown: str = field(default="", repr=False)
    messages: tuple[Message, ...] = ()
    metadata: Mapping[str, str] = field(default_factory=dict)
    confidence: Confidence = NO_CONFIDENCE
    pages: tuple[PageSpan, ...] = ()
    edit_counts: Mapping[str, int] = field(default_factory=dict)
    source_sha256: str | None = None
    seconds: float = 0.0
    ledger: bytes = field(default=b"", repr=False)

    @cached_property
    def edits(self) -> tuple[Edit, ...]:
        """The ledger: edits that were made, and proposals that were not; empty if not asked for."""
        return tuple(map(_edit, self.ledger.splitlines()))


def _edit(line: bytes) -> Edit:
    values = json.loads(line)
    return Edit(**{**values, "span": Span(*values["span"])})


def convert_many(
    sources: Iterable[Named],
    stages: Sequence[AnyStage] | None = None,
    *,
    password: str = "",
    pages: str = "",
    page_markers: bool = False,
    front_matter: bool = False,
    workers: int | None = None,
    limits: Limits | None = None,
    edits: bool = True,
) -> Generator[Result, None, None]:
    """Convert documents in guarded worker processes; each result as it is done.

    No document can raise, hurt another or stop the rest: one that is missing, damaged, too large,
    or that crashes its process, has a `Result` that says so.

    Sources are taken one at a time, when a worker is free, so that there may be millions; what the
    iterable itself raises ends it all. So does a `break` or `close()`: workers end at once.

    It may be called from any thread. On Linux workers are forked while the program has a single
    thread; otherwise they are started anew, and then stages have to be functions of modules, and a
    script has to call this below `if __name__ == "__main__"`.

    Args:
        sources: Paths, URLs, bytes, binary streams, or pairs of a name and one of these. Workers
            read the paths; all else is read here.
        stages: What to run; `DEFAULT` if None.
        password: Opens encrypted PDFs.
        pages: Which pages of PDFs to read, such as `1,4-6`; all if empty.
        page_markers: Begin each page with a comment such as `<!-- page 3 -->`.
        front_matter: Begin with what is known of the file, as YAML.
        workers: How many documents at once; by default one for each core.
        limits: Of time, memory, pages and output for each document; by default `Limits()`.
        edits: Bring the ledger of each document along.

    Returns:
        A generator; close it, or run it to its end.

    Raises:
        ConfigError: Such a stage, option or number of workers does not exist, or this is itself a
            worker process that may have none; from the generator, if a stage cannot be sent.
        IngestError: From the generator, if worker processes cannot be started at all.
    """
    reading = {n: v for n, v in (("password", password), ("pages", pages)) if v}
    writing = {"page_markers": page_markers, "front_matter": front_matter}
    chosen = DEFAULT if stages is None else tuple(map(as_stage, stages))
    pipeline = Pipeline(chosen, reading, writing)
    return run_many(pipeline, sources, workers=workers, limits=limits, edits=edits)


def run_many(
    pipeline: Pipeline,
    sources: Iterable[Named],
    *,
    workers: int | None = None,
    limits: Limits | None = None,
    edits: bool = True,
) -> Generator[Result, None, None]:
    """`convert_many` with a pipeline; see there."""
    if workers is not None and workers < 1:
        raise ConfigError(f"workers must be 1 or more, not {workers}")
    if multiprocessing.current_process().daemon:
        raise ConfigError(
            "a daemonic process may have no workers of its own; convert one document at a time "
            "there, or let the processes be no daemons"
        )
    guard = Guard(pipeline, limits, workers=workers or usable_cores())
    return _results(guard, _Feed(iter(sources), edits=edits))


def _results(guard: Guard, feed: _Feed) -> Generator[Result, None, None]:
    with guard:
        for number, outcome in guard.convert(feed):
            source, name = feed.under_way.pop(number)
            yield _result(number, source, name, outcome)


class _Feed:
    """Requests for sources, made when they are asked for."""

    def __init__(self, sources: Iterator[Named], *, edits: bool) -> None:
        self._sources = sources
        self._edits = edits
        self.under_way: dict[int, tuple[Source, str]] = {}

    def __iter__(self) -> Iterator[Request]:
        """A request for each source; what cannot be read becomes one that says so."""
        for number, source in enumerate(self._sources):
            name, given = source if _is_named(source) else (None, cast("Source", source))
            request = self._request(given, name)
            self.under_way[number] = given, request.name
            yield request

    def _request(self, source: Source, name: str | None) -> Request:
        try:
            document, name = opened(source, name)
        except IngestError as error:
            given = source if isinstance(source, str) else type(source).__name__
            return Request(name or given, b"", refusal=str(error))
        if isinstance(document, bytes):
            return Request(name or "<bytes>", document, edits=self._edits, about=True)
        path = os.fspath(document)
        return Request(path, edits=self._edits, about=True, name_in_messages=name or path)


def _is_named(source: Named) -> TypeGuard[tuple[str, Source]]:
    return isinstance(source, tuple) and len(source) == PAIR and isinstance(source[0], str)


def _result(index: int, source: Source, name: str, outcome: Outcome) -> Result:
    confidence = outcome.confidence
    return Result(
        index=index,
        source=source,
        name=name,
        status=status_of(outcome),
        kind=outcome.kind,
        reason=outcome.reason,
        markdown=outcome.markdown.decode(errors="replace"),
        messages=outcome.messages,
        metadata=outcome.metadata,
        confidence=Confidence.from_dict(confidence) if confidence else NO_CONFIDENCE,
        pages=tuple(PageSpan(*page) for page in outcome.pages),
        edit_counts=outcome.edits,
        source_sha256=outcome.source_sha256,
        seconds=outcome.seconds,
        ledger=outcome.ledger,
    )
