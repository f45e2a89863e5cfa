"""Between ingest and its hosts: sources in, text with flat metadata out, or why there is none.

The only module of the adapters that knows how ingest converts.
"""

from __future__ import annotations

import logging
import multiprocessing
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict, get_args

from ingest.errors import (
    ConfigError,
    CrashError,
    EmptyFileError,
    EncryptedError,
    ExtraError,
    IngestError,
    InvariantError,
    LimitError,
    NoTextError,
    PagesError,
    SourceError,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    from ingest.confidence import Confidence, PageConfidence
    from ingest.conversion import Conversion
    from ingest.many import Result
    from ingest.pipeline import Pipeline

# What every vector store keeps: no lists, no mappings, no None.
Value = str | int | float | bool
Mode = Literal["document", "page"]
OnError = Literal["raise", "skip"]

DIGITS = 4  # of confidences

log = logging.getLogger("ingest.adapters")


def missing_extra(extra: str, error: ImportError) -> ExtraError:
    """The error for a host that is not installed, with the line that installs it."""
    return ExtraError(
        f"ingest.adapters.{extra.replace('-', '')} cannot be imported ({error}); "
        f'install what it needs: pip install "ingest-md[{extra}]"'
    )


class Source(NamedTuple):
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


class Chosen(TypedDict, total=False):
    """The arguments of `Choice`, for the signatures of adapters."""

    on_error: OnError
    mode: Mode
    skip: Sequence[str]
    options: Mapping[str, Mapping[str, object]]
    pages: str
    password: str
    workers: int | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the user of an adapter may choose; plain values, so that hosts can store them.

    Attributes:
        on_error: What to do with a document that cannot be converted: `raise` its error, or `skip`
            it and log the error.
        mode: `document` for one piece of each document, `page` for one of each page with text.
            What has no pages, such as most text files, is one piece in both.
        skip: Stages to leave out.
        options: Options of stages, of reading (`read`) and writing (`write`), by name.
        pages: Which pages of a PDF to read, such as `1,4-6`; all if empty.
        password: Opens encrypted PDFs.
        workers: How many documents to convert at once, in processes of their own, which no document
            can take the program down with or keep busy for ever. Where they cannot be forked
            (beside other threads, or not on Linux) a script has to ask below
            `if __name__ == "__main__"`. None is one process where it can be forked, else this one.
    """

    on_error: OnError = "raise"
    mode: Mode = "document"
    skip: Sequence[str] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    pages: str = ""
    password: str = field(default="", repr=False)
    workers: int | None = None

    def __post_init__(self) -> None:
        """Complain now and not with the first document."""
        _check("mode", self.mode, get_args(Mode))
        _check("on_error", self.on_error, get_args(OnError))
        _ = self.pipeline

    def pieces_of(self, converted: Converted) -> tuple[Piece, ...]:
        """The pieces; none for an error that is to be skipped, which is logged.

        Raises:
            IngestError: The error, if that was asked for.
        """
        if converted.error and self.on_error == "raise":
            raise converted.error
        if converted.error:
            log.warning("skipped: %s", converted.error)
        return converted.pieces

    @cached_property
    def pipeline(self) -> Pipeline:
        """How ingest converts then.

        Raises:
            ConfigError: A stage, an option or a value that does not exist.
        """
        from ingest.pipeline import READING, WRITING, Pipeline, select

        rooms = {name: dict(values) for name, values in self.options.items()}
        reading, writing = rooms.pop(READING, {}), rooms.pop(WRITING, {})
        own = {"pages": self.pages, "password": self.password}
        reading.update((name, value) for name, value in own.items() if value)
        return Pipeline(select(skip=self.skip, options=rooms), reading, writing)


def _check(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ConfigError(f"{name}={value!r}: the choices are {', '.join(known)}")


def files_under(paths: Iterable[str | PathLike[str]]) -> Iterator[Source]:
    """The files that are named, and those to convert in the folders that are named, in order.

    Raises:
        SourceError: A path does not exist, or a folder holds nothing to convert.
    """
    from ingest.batch.plan import SKIPPED, plan

    for job in plan([Path(path) for path in paths]):
        if job.skip:
            log.warning("skipped: %s: %s", job.source, SKIPPED[job.skip])
        else:
            yield Source(str(job.source))


def convert_each(sources: Iterable[Source], choice: Choice) -> Iterator[Converted]:
    """Convert sources, and give what came of each in their order; none of them raises.

    They are taken as they are needed, and go through worker processes if `choice` says so.
    """
    pipeline = choice.pipeline
    if choice.workers is None and not _may_fork():
        for source in sources:
            yield _convert_here(source, pipeline, choice.mode)
        return
    named = ((s.name, Path(s.name) if s.data is None else s.data) for s in sources)
    results = pipeline.convert_many(named, workers=choice.workers or 1, edits=False)
    with closing(results):
        for result in _in_order(results):
            yield _settled(result, choice.mode)


def convert_one(source: Source, choice: Choice) -> Converted:
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


def _in_order(results: Iterable[Result]) -> Iterator[Result]:
    """Results in the order of their sources; those that come too early wait."""
    early: dict[int, Result] = {}
    following = 0
    for result in results:
        early[result.index] = result
        while following in early:
            yield early.pop(following)
            following += 1


def _convert_here(source: Source, pipeline: Pipeline, mode: Mode) -> Converted:
    document = source.name if source.data is None else source.data
    try:
        result = pipeline.convert(document, name=source.name)
    except IngestError as error:
        return Converted(source.name, error=error)
    except Exception as error:  # noqa: BLE001 - a fault of ours or of a library costs one document
        what = f"{source.name}: {type(error).__name__}: {error}; please report it with the file"
        return Converted(source.name, error=IngestError(what))
    return _converted(
        source.name, result, Counter(f"{e.stage}/{e.rule}" for e in result.edits if e.applied), mode
    )


def _settled(result: Result, mode: Mode) -> Converted:
    if result.kind:
        return Converted(result.name, error=error_of(result.kind, result.reason))
    return _converted(result.name, result, result.edit_counts, mode)


# What a worker tells by its kind, as the error that it was.
_ERRORS = {
    error.kind: error
    for error in (
        ConfigError,
        PagesError,
        SourceError,
        EncryptedError,
        NoTextError,
        EmptyFileError,
        InvariantError,
        CrashError,
    )
}


def error_of(kind: str, reason: str) -> IngestError:
    """The error that a worker met, by its stable name."""
    name, _, limit = kind.partition(":")
    if name == "limit":
        return LimitError(reason, limit=limit)
    return _ERRORS.get(kind, IngestError)(reason)


def _converted(
    name: str, result: Conversion | Result, repairs: Mapping[str, int], mode: Mode
) -> Converted:
    facts = _facts(name, result, sum(repairs.values()))
    return Converted(
        name,
        tuple(_pages(result, facts)) if mode == "page" else (_whole(result, facts),),
        title=result.metadata.get("title", ""),
        repairs=dict(sorted(repairs.items())),
        warnings=tuple(m.text for m in result.messages if m.level == "warning"),
    )


def _facts(name: str, result: Conversion | Result, edits: int) -> dict[str, Value]:
    """What holds for all pieces of a document."""
    facts: dict[str, Value] = {**result.metadata, "source": name}
    if "pages" in result.metadata:  # "12", or "1-3 of 12"; stores want one type for a name
        chosen, _, count = result.metadata["pages"].rpartition(" of ")
        facts |= {"pages": int(count)} | ({"chosen_pages": chosen} if chosen else {})
    return {**facts, "edits": edits}


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
