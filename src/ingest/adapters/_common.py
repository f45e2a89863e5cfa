"""Between ingest and its hosts: sources in, text with flat metadata out, or why there is none.

The only module of the adapters that knows how ingest converts.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.confidence import DIGITS
from ingest.errors import IngestError, error_of
from ingest.ordering import in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from os import PathLike

    from ingest.adapters._choice import Choice, Mode
    from ingest.confidence import Confidence, PageConfidence
    from ingest.conversion import Conversion
    from ingest.many import Result
    from ingest.pipeline import Pipeline

# What every vector store keeps: no lists, no mappings, no None.
Value = str | int | float | bool

log = logging.getLogger("ingest.adapters")


class Input(NamedTuple):
    """What to convert.

    Attributes:
        name: A path, or what to call the bytes; its suffix counts as that of a file.
        data: The document itself; None to read the path.
    """

    name: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A document, or one page of it, as hosts keep it."""

    text: str
    metadata: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Converted:
    """What came of one source: pieces, or the error that says why there are none.

    Attributes:
        source: Its name.
        pieces: At least one, if there is no error.
        title: As the file states it; empty if it does not.
        repairs: How many edits were made, by `stage/rule`.
        warnings: What readers and stages warned of.
        error: Why there is nothing.
    """

    source: str
    pieces: tuple[Piece, ...] = ()
    title: str = ""
    repairs: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    error: IngestError | None = None


def files_under(paths: Iterable[str | PathLike[str]]) -> Iterator[Input]:
    """The files that are named, and those to convert in the folders that are named, in order.

    Args:
        paths: Files and folders; also their URLs.

    Raises:
        SourceError: A path does not exist, or a folder holds nothing to convert.
    """
    from ingest.batch.plan import SKIPPED, plan
    from ingest.batch.urls import place_of

    for job in plan([place_of(os.fspath(path)) for path in paths]):
        if job.skip:
            log.warning("skipped: %s: %s", job.source, SKIPPED[job.skip])
        else:
            yield Input(str(job.source))


def convert_each(sources: Iterable[Input], choice: Choice) -> Iterator[Converted]:
    """Convert sources, and give what came of each in their order; none of them raises.

    They are taken as they are needed, and go through worker processes if `choice` says so.
    """
    pipeline = choice.pipeline
    if choice.workers is None and not _may_fork():
        for source in sources:
            yield _convert_here(source, pipeline, choice.mode)
        return
    named = ((s.name, s.name if s.data is None else s.data) for s in sources)
    results = pipeline.convert_many(named, workers=choice.workers or 1, edits=False)
    with closing(results):
        for result in in_order((result.index, result) for result in results):
            yield _settled(result, choice.mode)


def convert_one(source: Input, choice: Choice) -> Converted:
    """Convert one source; does not raise."""
    if choice.workers is None and _may_fork():
        # What is loaded here need not be loaded again by the worker of the next document.
        from ingest.batch.worker import preload

        preload(pdf=True)
    (converted,) = convert_each((source,), choice)
    return converted


def _may_fork() -> bool:
    """Does a worker cost next to nothing, and no condition on the program?"""
    from ingest.batch.guard import may_fork

    return may_fork() and not multiprocessing.current_process().daemon


def _convert_here(source: Input, pipeline: Pipeline, mode: Mode) -> Converted:
    document = source.name if source.data is None else source.data
    try:
        result = pipeline.convert(document, name=source.name)
    except IngestError as error:
        return Converted(source.name, error=error)
    except Exception as error:  # noqa: BLE001 - a fault of ours or of a library costs one document
        what = f"{source.name}: {type(error).__name__}: {error}; please report it with the file"
        return Converted(source.name, error=IngestError(what))
    return _converted(source.name, result, mode)


def _settled(result: Result, mode: Mode) -> Converted:
    if result.kind:
        return Converted(result.name, error=error_of(result.kind, result.reason))
    return _converted(result.name, result, mode)


def _converted(name: str, result: Conversion | Result, mode: Mode) -> Converted:
    facts = _facts(name, result)
    return Converted(
        name,
        tuple(_pages(result, facts)) if mode == "page" else (_whole(result, facts),),
        title=result.metadata.get("title", ""),
        repairs=result.edit_counts,
        warnings=tuple(m.text for m in result.messages if m.level == "warning"),
    )


def _facts(name: str, result: Conversion | Result) -> dict[str, Value]:
    """What holds for all pieces of a document."""
    facts: dict[str, Value] = {**result.metadata, "source": name}
    if "pages" in result.metadata:  # "12", or "1-3 of 12"; stores want one type for a name
        chosen, _, count = result.metadata["pages"].rpartition(" of ")
        facts |= {"pages": int(count)} | ({"chosen_pages": chosen} if chosen else {})
    return {**facts, "edits": sum(result.edit_counts.values())}


def _whole(result: Conversion | Result, facts: Mapping[str, Value]) -> Piece:
    return Piece(result.markdown, {**facts, **_sureness(result.confidence)})


def _pages(result: Conversion | Result, facts: Mapping[str, Value]) -> Iterator[Piece]:
    """The pages, with nothing left out between them; the whole for what has none."""
    if not result.pages:
        yield _whole(result, facts)
        return
    starts = [0, *(span.start for span in result.pages[1:]), len(result.markdown)]
    for span, (start, end) in zip(result.pages, pairwise(starts), strict=True):
        own = _sureness(result.confidence.pages.get(span.page, result.confidence))
        text = result.markdown[start:end].strip("\n") + "\n"
        yield Piece(text, {**facts, "page": span.page, **own})


def _sureness(confidence: Confidence | PageConfidence) -> dict[str, Value]:
    reasons = ", ".join(f"{reason.name} {reason.count}" for reason in confidence.reasons)
    return {"confidence": round(confidence.score, DIGITS), "confidence_reasons": reasons}
