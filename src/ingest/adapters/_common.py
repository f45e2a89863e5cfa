"""Between ingest and its hosts: sources in, text with flat metadata out, or why there is none.

The only module of the adapters that knows how ingest converts.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple, TypedDict, get_args

from ingest.errors import ConfigError, ExtraError, IngestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from os import PathLike

    from ingest.pipeline import Conversion, Recipe

# What every vector store keeps: no lists, no mappings, no None.
Value = str | int | float | bool
Mode = Literal["document", "page"]
OnError = Literal["raise", "skip"]

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
    """

    on_error: OnError = "raise"
    mode: Mode = "document"
    skip: Sequence[str] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    pages: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        """Complain now and not with the first document."""
        _check("mode", self.mode, get_args(Mode))
        _check("on_error", self.on_error, get_args(OnError))
        self.recipe()

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

    def recipe(self) -> Recipe:
        """How ingest converts then.

        Raises:
            ConfigError: A stage, an option or a value that does not exist.
        """
        from ingest.pipeline import READING, WRITING, Recipe, select

        rooms = {name: dict(values) for name, values in self.options.items()}
        reading, writing = rooms.pop(READING, {}), rooms.pop(WRITING, {})
        own = {"pages": self.pages, "password": self.password}
        reading.update((name, value) for name, value in own.items() if value)
        return Recipe(select(skip=self.skip, options=rooms), reading, writing)


def _check(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ConfigError(f"{name}={value!r}: the choices are {', '.join(known)}")


def files_under(paths: Iterable[str | PathLike[str]]) -> Iterator[Source]:
    """The files that are named, and those to convert in the folders that are named, in order.

    Raises:
        SourceError: A path does not exist, or a folder holds nothing to convert.
    """
    from pathlib import Path

    from ingest.batch import plan

    for job in plan([Path(path) for path in paths]):
        if not job.skip:
            yield Source(str(job.source))


def convert_each(sources: Iterable[Source], choice: Choice) -> Iterator[Converted]:
    """Convert sources, one after the other; none raises."""
    recipe = choice.recipe()
    for source in sources:
        try:
            yield _converted(source, _convert(source, recipe), choice.mode)
        except IngestError as error:
            yield Converted(source.name, error=error)


def convert_one(source: Source, choice: Choice) -> Converted:
    """Convert one source; does not raise."""
    return next(convert_each((source,), choice))


def _convert(source: Source, recipe: Recipe) -> Conversion:
    from ingest.pipeline import convert

    document = source.name if source.data is None else source.data
    writing = {"page_markers": True, **recipe.writing}
    return convert(document, recipe.stages, name=source.name, reader=recipe.reader, **writing)


_MARKER = re.compile(r"^<!-- page (\d+) -->\n*", re.MULTILINE)


def _converted(source: Source, result: Conversion, mode: Mode) -> Converted:
    doc = result.document
    repairs = Counter(f"{edit.stage}/{edit.rule}" for edit in doc.edits if edit.applied)
    metadata: dict[str, Value] = {"source": source.name}
    metadata |= {n: doc.meta[n] for n in ("title", "author", "language") if n in doc.meta}
    if "pages" in doc.meta:
        metadata["pages"] = int(doc.meta["pages"])
    metadata["edits"] = repairs.total()
    if mode == "page":
        pieces = tuple(_pages(result.markdown, metadata))
    else:
        pieces = (Piece(_MARKER.sub("", result.markdown), metadata),)
    return Converted(
        source.name,
        pieces,
        title=doc.meta.get("title", ""),
        repairs=dict(sorted(repairs.items())),
        warnings=tuple(m.text for m in doc.messages if m.level == "warning"),
    )


def _pages(markdown: str, metadata: dict[str, Value]) -> Iterator[Piece]:
    before, *parts = _MARKER.split(markdown)
    if before.strip():
        yield Piece(before, metadata)
    for number, text in zip(parts[::2], parts[1::2], strict=True):
        if text.strip():
            yield Piece(text.strip() + "\n", {**metadata, "page": int(number)})
