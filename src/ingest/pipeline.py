"""The order of the stages, and what runs them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.collector import paused_collector
from ingest.conversion import Conversion
from ingest.decisions import Decisions, tell_unmet
from ingest.document import Document, Line, Message
from ingest.errors import ConfigError, IngestError, InvariantError, NoTextError, StageError
from ingest.read import opened, read
from ingest.stages import (
    build_blocks,
    build_lists,
    build_tables,
    disarm_markup,
    drop_furniture,
    drop_unseen,
    find_code,
    find_headings,
    find_tables,
    find_underlines,
    mark_links,
    repair_encoding,
    set_off,
    split_words,
)
from ingest.verify import REPORT, check_document, check_written
from ingest.write import with_additions, write, write_markdown
from ingest.write.formats import MARKDOWN, find_format

if TYPE_CHECKING:
    import os
    from collections.abc import Generator, Iterable, Mapping, Sequence
    from importlib.metadata import EntryPoint

    from ingest.batch.limits import Limits
    from ingest.many import Named, Result
    from ingest.ocr import Ocr
    from ingest.read import Source

ENTRY_POINTS = "ingest.stages"


@dataclass(frozen=True)
class Stage:
    """A named stage with its options.

    Attributes:
        name: What it is called in options, in the ledger and on the command line.
        run: `Document -> Document`; its keyword-only arguments are the options.
        needs: `lines` if it looks at nothing but lines, `blocks` if it needs them built, or `any`.
        options: Values that differ from the defaults of `run`.
    """

    name: str
    run: Callable[..., Document]
    needs: str = "any"
    options: Mapping[str, object] = field(default_factory=dict)

    def __call__(self, doc: Document) -> Document:
        """Run the stage with its options."""
        return self.run(doc, **self.options)

    @cached_property
    def parameters(self) -> dict[str, inspect.Parameter]:
        """The options it takes, by name."""
        return _options_of(self.run)

    @property
    def summary(self) -> str:
        """The first line of its docstring."""
        return (inspect.getdoc(self.run) or "").partition("\n")[0]

    def using(self, **options: object) -> Stage:
        """The same stage with other options.

        Raises:
            ConfigError: There is no such option, or the value is of the wrong type.
        """
        _check_options(f"stage {self.name}", self.name, self.parameters, options)
        return replace(self, options={**self.options, **options})


def _options_of(function: Callable[..., object]) -> dict[str, inspect.Parameter]:
    parameters = inspect.signature(function).parameters
    return {n: p for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY}


# Options whose values no message, record or hash may hold.
SECRETS = frozenset({"password"})


def _check_options(
    what: str, room: str, parameters: Mapping[str, inspect.Parameter], options: Mapping[str, object]
) -> None:
    """Raise a `ConfigError` for an option that does not exist, or a value of the wrong type."""
    for name, value in options.items():
        if name not in parameters:
            known = ", ".join(parameters) or "none"
            raise ConfigError(f"{what} has no option {name!r}; it takes: {known}")
        wanted = _type_of(parameters[name])
        if not _fits(value, wanted):
            found = "" if name in SECRETS else f", not {value!r}"
            raise ConfigError(f"{room}.{name} must be {_type_name(wanted)}{found}")


class _Kind(NamedTuple):
    """A type that an option can have: what fits, and how people call it."""

    fits: Callable[[object], bool]
    name: str


def _are_texts(value: object) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value)


# By the name in the signature.
_KINDS = {
    "bool": _Kind(lambda value: type(value) is bool, "true or false"),
    "float": _Kind(lambda value: type(value) in (float, int), "a number"),
    "int": _Kind(lambda value: type(value) is int, "a whole number"),
    "str": _Kind(lambda value: type(value) is str, "text"),
    "Collection[str]": _Kind(_are_texts, 'a list such as ["one", "two"]'),
}


def _type_of(parameter: inspect.Parameter) -> str:
    annotation = parameter.annotation
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", "")


def _fits(value: object, wanted: str) -> bool:
    return wanted not in _KINDS or _KINDS[wanted].fits(value)


def _type_name(wanted: str) -> str:
    return _KINDS[wanted].name if wanted in _KINDS else wanted


AnyStage = Stage | Callable[[Document], Document]
"""A stage, or a bare function that will do as one."""

DEFAULT: tuple[Stage, ...] = (
    Stage("find_tables", find_tables, needs="lines"),
    Stage("find_underlines", find_underlines, needs="lines"),
    Stage("repair_encoding", repair_encoding),
    Stage("drop_unseen", drop_unseen, needs="lines"),
    Stage("drop_furniture", drop_furniture, needs="lines"),
    Stage("find_code", find_code, needs="lines"),
    Stage("set_off", set_off, needs="lines"),
    Stage("split_words", split_words),
    Stage("build_tables", build_tables, needs="lines"),
    Stage("build_blocks", build_blocks, needs="lines"),
    Stage("find_headings", find_headings, needs="blocks"),
    Stage("build_lists", build_lists, needs="blocks"),
    Stage("mark_links", mark_links, needs="blocks"),
    Stage("disarm_markup", disarm_markup),
)


Reader = Callable[..., Document]
"""Reads a path or bytes, and takes the `name` for messages: `read`, perhaps with other options."""

READING = "read"  # how the options of the reader are called: `read.source`


def reading_options() -> dict[str, inspect.Parameter]:
    """The options of `read` that people choose, by name."""
    return {n: p for n, p in _options_of(read).items() if n not in {"name", "watch"}}


WRITING = "write"  # how those of the writer are called: `write.front_matter`


def writing_options() -> dict[str, inspect.Parameter]:
    """The options of `write`, by name."""
    return _options_of(write)


def reader(**options: object) -> Reader:
    """`read` with other options.

    Raises:
        ConfigError: There is no such option, or no such value of it.
    """
    _check_options("reading", READING, reading_options(), options)
    if options:
        from ingest.choice import check_pages
        from ingest.read.sources import check_password, check_source

        checks = {"source": check_source, "pages": check_pages, "password": check_password}
        for name, value in options.items():
            checks[name](str(value))
    return partial(read, **options)  # type: ignore[arg-type]


def deciding(read: Reader, decisions: Decisions) -> Reader:
    """A reader whose documents know what people decided about them; the same one if nothing was."""
    if not decisions:
        return read

    def decided_reader(document: Source, **options: Any) -> Document:  # noqa: ANN401 - those of `read`
        doc = read(document, **options)
        return decisions.apply(doc, doc.meta["sha256"])

    return decided_reader


# ---------------------------------------------------------------- choosing


def find(name: str, stages: Iterable[Stage] = DEFAULT) -> Stage:
    """The stage of that name: one of `stages`, or one that another package offers.

    Raises:
        ConfigError: There is none; the message names those that exist.
    """
    known = {stage.name: stage for stage in stages}
    if name in known:
        return known[name]
    offered = _offered()
    if name in offered:
        return _load(name, offered[name])
    everything = [*known, *offered]
    close = get_close_matches(name, everything, n=1)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise ConfigError(f"no stage {name!r}{hint} The stages are: {', '.join(everything)}")


def _offered() -> dict[str, EntryPoint]:
    from importlib.metadata import entry_points

    return {point.name: point for point in entry_points(group=ENTRY_POINTS)}


def _load(name: str, point: EntryPoint) -> Stage:
    try:
        loaded = point.load()
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise ConfigError(
            f"stage {name}: its entry point {point.value!r} cannot be loaded ({what}); "
            "install or mend the package that offers it"
        ) from error
    return loaded if isinstance(loaded, Stage) else Stage(name, loaded)


def select(
    *,
    only: Sequence[str] = (),
    skip: Sequence[str] = (),
    stop_after: str | None = None,
    options: Mapping[str, Mapping[str, object]] | None = None,
) -> tuple[Stage, ...]:
    """The stages to run, in order, with their options.

    Args:
        only: Names of the stages to run, in this order; all of `DEFAULT` if empty.
        skip: Names to leave out.
        stop_after: Name of the last one to run.
        options: For each stage, option by option.

    Raises:
        ConfigError: A stage, an option or a value that does not exist.
    """
    stages = [find(name) for name in only] if only else list(DEFAULT)
    for name in (*skip, *((stop_after,) if stop_after else ()), *(options or {})):
        find(name)
    for name, values in (options or {}).items():
        configured = find(name, stages).using(**values)
        stages = [configured if stage.name == name else stage for stage in stages]
    if stop_after:
        names = [stage.name for stage in stages]
        if stop_after not in names:
            raise ConfigError(f"cannot stop after {stop_after}: it does not run; these do: {names}")
        stages = stages[: names.index(stop_after) + 1]
    return tuple(stage for stage in stages if stage.name not in skip)


@dataclass(frozen=True)
class Pipeline:
    """A way to convert documents, to be named and used again.

    It holds plain values alone: threads share it, and it can be sent to other processes.
    `select` makes the stages from their names, `Pipeline.from_config` all of it from a file.

    Attributes:
        stages: What to run, in order.
        reading: Options of `read` that differ from its defaults, such as `{"pages": "1-3"}`; not
            shown, for the password.
        writing: Options of `write` that differ from its defaults.
        decisions: What people decided about edits of these documents.
        format: What a batch writes; one of `ingest.write.formats`.
        ocr: What reads pages that have no text, in a batch; None leaves them out.

    Raises:
        ConfigError: An option or a value that does not exist, or a stage that needs lines behind
            one that needs blocks.
    """

    stages: Sequence[Stage] = DEFAULT
    reading: Mapping[str, object] = field(default_factory=dict, repr=False)
    writing: Mapping[str, Any] = field(default_factory=dict)
    decisions: Decisions = field(default_factory=Decisions)
    format: str = MARKDOWN
    ocr: Ocr | None = None

    def __post_init__(self) -> None:
        """Check the options of reader and writer; those of stages `Stage.using` has checked."""
        reader(**self.reading)
        _check_options("writing", WRITING, writing_options(), self.writing)
        _check_order(self.stages)
        find_format(self.format)

    @classmethod
    def from_config(cls, path: str | os.PathLike[str]) -> Pipeline:
        """The pipeline that a file of settings describes, as `--config` does.

        Raises:
            ConfigError: The file cannot be read, or asks for what does not exist.
        """
        from ingest.config import pipeline_of, read_config

        return pipeline_of(read_config(Path(path)))

    @property
    def reader(self) -> Reader:
        """`read` with these options; the documents know what was decided about them."""
        return deciding(reader(**self.reading), self.decisions)

    def convert(self, source: Source, *, name: str | None = None) -> Conversion:
        """Convert one document here; see `ingest.convert`.

        Raises:
            IngestError: Whatever `ingest.convert` raises.
        """
        return convert(source, self.stages, name=name, reader=self.reader, **self.writing)

    def convert_many(
        self,
        sources: Iterable[Named],
        *,
        workers: int | None = None,
        limits: Limits | None = None,
        edits: bool = True,
    ) -> Generator[Result, None, None]:
        """Convert documents in guarded worker processes; see `ingest.convert_many`.

        Raises:
            ConfigError: As there.
        """
        from ingest.many import run_many

        return run_many(self, sources, workers=workers, limits=limits, edits=edits)


# ---------------------------------------------------------------- running


def run(doc: Document, stages: Iterable[AnyStage] | None = None) -> Document:
    """Run stages on a document, one after the other.

    Args:
        doc: What to begin with.
        stages: The stages; `DEFAULT` if None. A bare function will do as well.

    Raises:
        ConfigError: A stage that needs lines would run when blocks have been built.
        StageError: A stage raised; the cause is chained.
    """
    chosen = [as_stage(stage) for stage in (DEFAULT if stages is None else stages)]
    _check_order(chosen)
    for stage in chosen:
        doc = _run_one(stage, doc)
    return doc


def as_stage(stage: AnyStage) -> Stage:
    """A bare function as a stage; a stage as it is."""
    return stage if isinstance(stage, Stage) else Stage(getattr(stage, "__name__", "?"), stage)


def _check_order(stages: Sequence[Stage]) -> None:
    built = False
    for stage in stages:
        if stage.needs == "lines" and built:
            raise ConfigError(
                f"{stage.name} needs lines: run it before the stages that need blocks"
            )
        built = built or stage.needs == "blocks"


def _run_one(stage: Stage, doc: Document) -> Document:
    try:
        after = stage(doc)
    except IngestError:
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {error}"
        raise StageError(
            f"{doc.path}: stage {stage.name} failed ({what}); run with --skip {stage.name} "
            "to go on without it, and report the file",
            stage=stage.name,
        ) from error
    if not isinstance(after, Document):
        raise StageError(
            f"stage {stage.name} returned {type(after).__name__}, not a Document", stage=stage.name
        )
    return after


# Passes over one document at most. The second finds nothing to do in nearly every document.
MAX_PASSES = 4


def run_until_stable(doc: Document, stages: Iterable[AnyStage] | None = None) -> Document:
    """Run stages again and again until nothing changes, so that a second run has nothing to do.

    Raises:
        InvariantError: The stages do not come to rest.
    """
    chosen = list(DEFAULT if stages is None else stages)
    doc = run(doc, chosen)
    for _ in range(MAX_PASSES):
        again = run(doc, chosen)
        if again.children is doc.children:
            return doc
        doc = again
    names = {edit.rule for edit in doc.edits if edit.step == doc.edits[-1].step}
    raise InvariantError(f"{doc.path}: still changing after {MAX_PASSES} runs ({names}); {REPORT}")


def convert(
    source: Source,
    stages: Sequence[AnyStage] | None = None,
    *,
    name: str | None = None,
    reader: Reader = read,
    password: str = "",
    pages: str = "",
    page_markers: bool = False,
    front_matter: bool = False,
) -> Conversion:
    """Read a document, run the stages, write Markdown, and prove that nothing was lost.

    Several threads may do this at once; PDFium alone they use in turn.

    Args:
        source: A path or URL, the bytes of a document, or a binary stream; see `Source`.
        stages: What to run; `DEFAULT` if None.
        name: What to call the document in messages; by default the path, or the name of the stream.
        reader: What reads it; `reader(source="pdfplumber")` makes another. It is given `password`
            and `pages` if they are not empty, and they win over its own.
        password: Opens an encrypted PDF.
        pages: Which pages of a PDF to read, such as `1,4-6`; all if empty.
        page_markers: Begin each page with a comment such as `<!-- page 3 -->`.
        front_matter: Begin with what is known of the file, as YAML.

    Raises:
        IngestError: Whatever `read` and `run` raise; `InvariantError` if the proof fails.
    """
    chosen = {n: v for n, v in (("password", password), ("pages", pages)) if v}
    document, name = opened(source, name)
    with paused_collector():
        doc = run_until_stable(reader(document, name=name, **chosen), stages)
        return _written(doc, page_markers=page_markers, front_matter=front_matter)


def _written(doc: Document, *, page_markers: bool, front_matter: bool) -> Conversion:
    """Write a document that the stages have run on, and prove that nothing was lost."""
    check_document(doc)
    doc = tell_unmet(doc)
    markdown = write_markdown(doc)
    if not markdown.strip():
        raise NoTextError(
            f"{doc.path}: nothing but characters that nobody sees; nothing to convert"
        )
    written = with_additions(doc, page_markers=page_markers, front_matter=front_matter)
    if written is not doc:
        markdown = write_markdown(written)
    check_written(written, markdown)
    if lines := sum(isinstance(node, Line) for node in doc.children):
        note = Message(
            "info", "write", f"{lines} lines were written as paragraphs: no blocks were built"
        )
        doc = replace(doc, messages=(*doc.messages, note))
    return Conversion(markdown, doc, written)
