"""The command line: parse, call one library function, print.

Results go to stdout, words for people to stderr.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ingest.errors import IngestError
from ingest.ordering import in_order
from ingest.schemas import NAMES as SCHEMAS
from ingest.terminal import inert, say_error
from ingest.write.formats import FORMATS, MARKDOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ingest.batch import Job, Outcome, Record
    from ingest.batch.urls import Url
    from ingest.ocr import Ocr
    from ingest.pipeline import Pipeline
    from ingest.report import Report

INTERRUPTED = 130  # as shells say it: 128 and the number of the signal

_EPILOG = """\b
Exit codes: 0 done; 1 some files failed, or --check found a difference; 2 wrong usage, stage or
option; 3 unreadable, encrypted or no document; 4 no text in it; 5 output cannot be written;
6 a stage failed; 7 a limit was reached; 8 the converting process died; 70 a bug of ours;
130 interrupted. A single file ends with its own code, a batch with 0, 1, 5 or 130."""


class _Group(click.Group):
    """A group that turns our errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except IngestError as error:
            say_error(str(error))
            ctx.exit(error.exit_code)


@click.group(cls=_Group, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ingest-md", prog_name="ingest")
def main() -> None:
    """Turn damaged PDFs and text exports into clean Markdown, with a ledger of every change."""


class _Place(click.Path):
    """A path, or the URL of a file or folder in a store."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - click's signature
        from ingest.batch.urls import Url, place_of

        place = place_of(os.fspath(value))
        return place if isinstance(place, Url) else super().convert(str(place), param, ctx)


def _stage_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say which stages run, and how."""
    for option in (
        click.option(
            "--config",
            type=click.Path(path_type=Path, dir_okay=False),
            help="A TOML file with settings; by default ingest.toml or pyproject.toml.",
        ),
        click.option(
            "--words",
            "word_files",
            multiple=True,
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help="A file of words that are never split, one a line; may be repeated.",
        ),
        click.option(
            "--decisions",
            metavar="FILE",
            type=click.Path(path_type=Path, dir_okay=False),
            help="Apply what people decided in the review page (ingest review) and saved.",
        ),
        click.option("--stop-after", metavar="STAGE", help="Run no stage after this one."),
        click.option(
            "--set",
            "assignments",
            multiple=True,
            metavar="STAGE.OPTION=VALUE",
            help="Set an option of a stage, of the reader (read.source) or the writer "
            "(write.front_matter); may be repeated.",
        ),
        click.option(
            "--password",
            metavar="TEXT",
            envvar="INGEST_PASSWORD",
            help="Open encrypted PDFs with this. Other users may see command lines; "
            "the variable INGEST_PASSWORD is hidden from them.",
        ),
        click.option(
            "--pages",
            metavar="LIST",
            help="Read these pages of a PDF alone: 3, 3-9, 1,4-6 or 10-. They keep their numbers; "
            "a text has none to choose from.",
        ),
        click.option("--skip", multiple=True, metavar="STAGE,…", help="Leave these stages out."),
        click.option(
            "--stages",
            "only",
            multiple=True,
            metavar="STAGE,…",
            help="Run these stages alone, in this order.",
        ),
    ):
        command = option(command)
    return command


def _choose(
    only: Iterable[str],
    skip: Iterable[str],
    assignments: Iterable[str],
    stop_after: str | None,
    config: Path | None,
    word_files: Iterable[Path],
    password: str | None,
    pages: str | None,
    page_markers: bool | None = None,
    front_matter: bool | None = None,
    decisions: Path | None = None,
) -> Pipeline:
    """The stages, reader and writer that configuration and options ask for; options win."""
    from ingest.config import (
        Settings,
        add_words,
        find_config,
        merge,
        parse_assignments,
        pipeline_of,
        read_config,
    )
    from ingest.decisions import read_decisions

    path = config or find_config(Path.cwd())
    settings = merge(read_config(path) if path else Settings(), parse_assignments(assignments))
    settings = add_words(settings, word_files)
    pipeline = pipeline_of(
        replace(settings, only=_names(only) or settings.only, words=()),
        skip=_names(skip),
        stop_after=stop_after,
        reading=_given(password=password, pages=pages),
        writing=_given(page_markers=page_markers, front_matter=front_matter),
    )
    return replace(pipeline, decisions=read_decisions(decisions)) if decisions else pipeline


def _given(**options: object) -> dict[str, object]:
    """The options that were given on the command line."""
    return {name: value for name, value in options.items() if value is not None}


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


# ---------------------------------------------------------------- convert


@main.command("convert")
@click.argument(
    "inputs",
    nargs=-1,
    required=True,
    metavar="IN…",
    type=_Place(path_type=Path, allow_dash=True),
)
@click.option(
    "-o",
    "--output",
    type=_Place(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write NAME.md here, a folder or a URL; without it a single input goes to stdout.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=MARKDOWN,
    help="What is written: Markdown; its tree as JSON (mdast), as NAME.mdast.json; or a record, a "
    "line of JSON for each document with id, text, source, metadata, pages, edits and confidence "
    "(jsonl), as NAME.jsonl, or to stdout for many inputs, too.",
)
@click.option("--edits", is_flag=True, help="Also write the ledger, as NAME.edits.jsonl.")
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; exit 1 if a result would differ from what is there.",
)
@click.option(
    "--diff", is_flag=True, help="Write nothing; show how results would differ from what is there."
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Convert so many documents at once; by default one for each core.",
)
@click.option(
    "--engine",
    type=click.Choice(["local", "dask"]),
    default="local",
    help="What converts: workers of this machine, or a Dask cluster that sees the same folders.",
)
@click.option(
    "--scheduler",
    metavar="ADDRESS",
    help="The Dask scheduler, such as tcp://host:8786; without it a cluster is started here.",
)
@click.option("--shard", metavar="K/N", help="Convert the K-th of N stable shares of the inputs.")
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=N",
    help="Stop a document that takes more: wall=60 s, cpu=30 s, memory=1024 MiB, pages=5000, "
    "output=50 MB, ocr=60 s for a page; 0 is no limit.",
)
@click.option(
    "--fail-on",
    multiple=True,
    metavar="STATUS,…",
    help="Exit 1 if a document of a batch ends so: failed, empty, partial, skipped; or never. "
    "By default failed,empty.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What goes to stderr: words, or a line of JSON for each event.",
)
@click.option(
    "--ocr",
    is_flag=True,
    help="Have OCRmyPDF read the pages of PDFs that have no text, if it is installed.",
)
@click.option(
    "--ocr-language",
    metavar="NAME",
    help="Language of scans, as Tesseract names it: deu, or eng+fra; by default English.",
)
@click.option(
    "--page-markers/--no-page-markers",
    default=None,
    help="Put a comment, <!-- page 3 -->, before the first block that begins on each page.",
)
@click.option(
    "--front-matter/--no-front-matter",
    default=None,
    help="Begin with title, author, language, source and pages of the file, as YAML.",
)
@click.option("-v", "--verbose", is_flag=True, help="Also say what readers and stages noticed.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@_stage_options
def convert_inputs(
    inputs: tuple[Path | Url, ...],
    output: Path | Url | None,
    *,
    form: str,
    ocr: bool,
    ocr_language: str | None,
    edits: bool,
    check: bool,
    diff: bool,
    jobs: int | None,
    engine: str,
    scheduler: str | None,
    shard: str | None,
    limits: tuple[str, ...],
    fail_on: tuple[str, ...],
    log_format: str,
    verbose: bool,
    quiet: bool,
    **chosen: Any,  # noqa: ANN401
) -> None:
    """Convert files, folders as trees, or stdin (`-`) to Markdown.

    IN and DIR may be URLs, such as s3://bucket/exports/ (pip install 'ingest-md[stores]').

    With -o, DIR/ingest-manifest.jsonl says how every input ended; a second run does what is missing
    or has changed. With -o, --check and --diff compare with the earlier output, else with the text
    as it was read.
    """
    from ingest.batch import (
        in_shard,
        parse_limits,
        parse_shard,
        plan,
        refuse_overwriting,
        usable_cores,
    )
    from ingest.batch.engines import engine_called
    from ingest.report import Report

    if ocr_language and not ocr:
        raise click.UsageError("--ocr-language needs --ocr")
    pipeline = replace(_choose(**chosen), format=form, ocr=_ocr(ocr_language) if ocr else None)
    part = parse_shard(shard) if shard else None
    planned = plan(inputs, FORMATS[form].suffix)
    is_stream = FORMATS[form].is_line and not (check or diff)
    if output is None and edits:
        raise click.UsageError("--edits needs -o DIR: the ledger is written beside the result")
    if output is None and form != MARKDOWN and (check or diff):
        raise click.UsageError(f"--check and --diff of {form} need -o DIR, with earlier results")
    if output is None and len(planned) > 1 and not (check or diff or is_stream):
        raise click.UsageError(f"{len(planned)} inputs need -o DIR; only one can go to stdout")
    if engine != "local" and ocr:
        raise click.UsageError(f"--ocr does not work with --engine {engine}; run the OCR first")
    if engine == "local" and scheduler:
        raise click.UsageError("--scheduler needs --engine dask")
    if engine != "local" and (output is None or check or diff):
        raise click.UsageError(f"--engine {engine} needs -o DIR, and no --check or --diff")
    if output is not None:
        refuse_overwriting(planned, output)
    todo = in_shard(planned, part) if part else planned
    report = Report(
        len(todo),
        verbose=verbose,
        quiet=quiet,
        as_json=log_format == "json",
        fail_on=_statuses(fail_on),
    )
    workers = 1 if diff else jobs or usable_cores()
    options: dict[str, Any] = {"limits": parse_limits(limits), "workers": workers}
    if output is None or check or diff:
        options["tell_ocr"] = report.begin_ocr
        ends = _compare(todo, pipeline, output, check=check, diff=diff, **options)
    else:
        chosen_engine = engine_called(
            engine, workers=workers, scheduler=scheduler, tell_ocr=report.begin_ocr
        )
        ends = _write(
            todo, pipeline, output, edits=edits, shard=part, engine=chosen_engine, **options
        )
    if pipeline.decisions and not (quiet or part):
        ends = _telling_missing(ends, pipeline)
    single = len(planned) == 1 and str(planned[0].source) in map(str, inputs)
    is_batch = output is not None or (is_stream and not single)
    _follow(ends, report, single=single, show=is_batch or check)


def _ocr(language: str | None) -> Ocr:
    from ingest.ocr import find_ocr

    return find_ocr(language or "")


def _statuses(names: Iterable[str]) -> tuple[str, ...]:
    """The statuses that --fail-on names."""
    known = ("failed", "empty", "partial", "skipped")
    chosen = _names(names) or ("failed", "empty")
    if chosen == ("never",):
        return ()
    for name in chosen:
        if name not in known:
            raise click.UsageError(
                f"--fail-on {name!r}: the choices are {', '.join(known)}, or never alone"
            )
    return chosen


class _End(NamedTuple):
    """How one input ended, and what that means for the exit code."""

    name: str
    record: Record
    outcome: Outcome | None
    exit_code: int = 0
    differs: bool = False


def _follow(ends: Iterator[_End], report: Report, *, single: bool, show: bool) -> None:
    """Report each input as it ends, and leave with the exit code."""
    context = click.get_current_context()
    differs, code = False, 0
    try:
        with report:
            for end in ends:
                report.add(end.name, end.record, end.outcome)
                differs |= end.differs
                code = end.exit_code
    except KeyboardInterrupt:
        done, total = report.counts.total(), report.total
        say_error(f"interrupted after {done} of {total}; the same command goes on from there")
        context.exit(INTERRUPTED)
    if single and code:
        context.exit(code)
    if show:
        report.finish()
    if report.is_failure or differs:
        context.exit(1)


def _write(
    jobs: Sequence[Job],
    pipeline: Pipeline,
    output: Path | Url,
    **options: Any,  # noqa: ANN401
) -> Iterator[_End]:
    """Convert into a folder."""
    from ingest.batch import run_batch

    for done in run_batch(jobs, pipeline, output, **options):
        yield _End(str(done.job.source), done.record, done.outcome, done.exit_code)


def _compare(
    jobs: Sequence[Job],
    pipeline: Pipeline,
    output: Path | Url | None,
    *,
    check: bool,
    diff: bool,
    **options: Any,  # noqa: ANN401
) -> Iterator[_End]:
    """Convert, and print what came of it or how it differs from what is there."""
    from ingest.batch import Status, convert_jobs, record_of

    results = convert_jobs(jobs, pipeline, text=output is None and (check or diff), **options)
    numbers = {id(job): number for number, job in enumerate(jobs)}
    for job, outcome in in_order((numbers[id(job)], (job, end)) for job, end in results):
        record = record_of(job, outcome)
        differs = False
        if outcome.kind:
            pass
        elif not (check or diff):
            sys.stdout.buffer.write(outcome.markdown)
            sys.stdout.flush()
        else:
            before = outcome.text if output is None else _read_earlier(output, job)
            differs = before != outcome.markdown
            if diff:
                _print_diff(job, before.decode(errors="replace"), outcome.markdown.decode())
            record = replace(record, status=Status.CONVERTED if differs else Status.UNCHANGED)
        yield _End(str(job.source), record, outcome, outcome.exit_code, check and differs)


def _telling_missing(ends: Iterator[_End], pipeline: Pipeline) -> Iterator[_End]:
    """The same, and then a word on decisions about documents that were not among the inputs."""
    seen = set()
    for end in ends:
        seen.add(end.record.source_sha256)
        yield end
    if missing := pipeline.decisions.tell_missing(seen):
        click.echo(inert(missing), err=True)


def _read_earlier(output: Path | Url, job: Job) -> bytes:
    from ingest.batch.stores import store_at

    return store_at(output).read(job.output.as_posix()) or b""


def _print_diff(job: Job, before: str, after: str) -> None:
    colors = {"+": "green", "-": "red", "@": "cyan"}
    lines = unified_diff(
        before.splitlines(), after.splitlines(), str(job.source), str(job.output), lineterm=""
    )
    for line in lines:
        click.secho(inert(line), fg=colors.get(line[0]))


# ---------------------------------------------------------------- watch


@main.command("watch")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write NAME.md here.",
)
@click.option(
    "--every",
    "seconds",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="Look so often; what writes into the folder must not rest longer.",
)
@click.option("--edits", is_flag=True, help="Also write the ledger, as NAME.edits.jsonl.")
@_stage_options
def watch_folder(
    folder: Path,
    output: Path,
    *,
    seconds: float,
    edits: bool,
    **chosen: Any,  # noqa: ANN401
) -> None:
    """Convert what is in a folder, and what comes, until Ctrl-C.

    A start after a stop catches up with what has come or changed in between.
    """
    from ingest.batch import usable_cores
    from ingest.watch import watch

    pipeline = _choose(**chosen)
    try:
        for done in watch(
            folder, pipeline, output, seconds=seconds, edits=edits, workers=usable_cores()
        ):
            reason = f" ({done.record.reason})" if done.record.reason else ""
            click.echo(inert(f"{done.record.status}: {done.record.source}{reason}"), err=True)
    except KeyboardInterrupt:
        return


# ---------------------------------------------------------------- explain, stages


@main.command("explain")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option("--rule", help="Show the edits of this rule alone.")
@click.option("--all", "show_all", is_flag=True, help="Show every edit, not five of each rule.")
@click.option("--word", metavar="WORD", help="Tell why this word of the text was split or was not.")
@_stage_options
def explain_file(
    file: Path,
    rule: str | None,
    *,
    show_all: bool,
    word: str | None,
    **chosen: Any,  # noqa: ANN401
) -> None:
    """Show the ledger of one file for people: what was changed, why, and how sure."""
    from ingest.batch import STDIN, plan
    from ingest.explain import explain, explain_word
    from ingest.pipeline import convert

    pipeline = _choose(**chosen)
    (job,) = plan([file])[:1]
    is_stdin = str(file) == STDIN
    source = sys.stdin.buffer.read() if is_stdin else Path(str(job.source))
    name = "<stdin>" if is_stdin else None
    if word is not None:
        doc = pipeline.reader(source, name=name)
        for line in explain_word(doc, pipeline.stages, word):
            click.echo(inert(line))
        return
    result = convert(source, pipeline.stages, name=name, reader=pipeline.reader)
    for line in explain(result.document, rule=rule, limit=None if show_all else 5):
        click.echo(inert(line))


@main.command("review")
@click.argument(
    "inputs",
    nargs=-1,
    required=True,
    metavar="IN…",
    type=click.Path(path_type=Path, allow_dash=True),
)
@click.option(
    "-o",
    "--output",
    default="review.html",
    show_default=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Where the page goes.",
)
@click.option(
    "--images",
    type=click.Choice(["none", "crops"]),
    default="crops",
    show_default=True,
    help="Show lines of PDFs as they are printed, where something was repaired.",
)
@click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Convert so many documents at once; by default one for each core.",
)
@click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=N",
    help="Stop a document that takes more, as for convert.",
)
@_stage_options
def review_inputs(
    inputs: tuple[Path, ...],
    output: Path,
    *,
    images: str,
    jobs: int | None,
    limits: tuple[str, ...],
    **chosen: Any,  # noqa: ANN401
) -> None:
    """Make a page that shows every edit of files or folders, to accept or reject it.

    The page is one file and needs no network. What is decided in it is saved as a file, which
    `ingest convert --decisions FILE` applies.
    """
    from ingest.batch import parse_limits, plan, usable_cores
    from ingest.review.report import make_report

    report = make_report(
        plan(inputs),
        _choose(**chosen),
        output,
        limits=parse_limits(limits),
        workers=jobs or usable_cores(),
        images=images == "crops",
    )
    for entry in report:
        if entry.reason:
            say_error(entry.reason)
    failed = sum(bool(entry.reason) for entry in report)
    click.echo(f"{output}: {len(report) - failed} documents to review, {failed} failed", err=True)
    if failed:
        click.get_current_context().exit(1)


@main.command("stages")
def list_stages() -> None:
    """List the stages in order with their options, and those of reading and writing."""
    from ingest.pipeline import DEFAULT, READING, WRITING, reading_options, writing_options

    click.echo(f"{click.style(READING, bold=True)}  (before all stages)")
    click.echo("    Read a file into lines.")
    for name, parameter in reading_options().items():
        click.echo(f"    --set {READING}.{name}={_toml(parameter.default)}")
    for stage in DEFAULT:
        click.echo(f"{click.style(stage.name, bold=True)}  (needs {stage.needs})")
        click.echo(f"    {stage.summary}")
        for name, parameter in stage.parameters.items():
            click.echo(f"    --set {stage.name}.{name}={_toml(parameter.default)}")
    click.echo(f"{click.style(WRITING, bold=True)}  (after all stages)")
    click.echo("    Write Markdown.")
    for name, parameter in writing_options().items():
        click.echo(f"    --set {WRITING}.{name}={_toml(parameter.default)}")


@main.command("schema")
@click.argument("name", type=click.Choice(list(SCHEMAS)))
def print_schema(name: str) -> None:
    """Print the JSON Schema of something that is written for programs.

    That is the ledger, the manifest, a record of JSONL, the mdast tree, or the log.
    """
    from ingest.schemas import text_of

    click.echo(text_of(name), nl=False)


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return str(list(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


# ---------------------------------------------------------------- mcp


@main.command("mcp")
@click.option(
    "--root",
    "roots",
    multiple=True,
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder whose files may be read; may be repeated. Links that lead out are refused.",
)
def serve_mcp(roots: tuple[Path, ...]) -> None:
    """Serve the tool `convert_document` on stdin and stdout, by the Model Context Protocol."""
    from ingest.adapters.mcp import make_server

    make_server(roots).run()
