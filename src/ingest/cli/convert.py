"""Commands that convert: `convert`, and `watch` for what comes into a folder."""

from __future__ import annotations

import sys
from dataclasses import replace
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ingest.cli.help import Command
from ingest.cli.options import (
    Place,
    choose,
    edits_option,
    inputs_argument,
    jobs_option,
    limit_option,
    names_in,
    output_option,
    pipeline_options,
)
from ingest.ordering import in_order
from ingest.terminal import inert, say_error
from ingest.write.formats import FORMATS, MARKDOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.batch import Job, Outcome, Record
    from ingest.batch.urls import Url
    from ingest.ocr import Ocr
    from ingest.pipeline import Pipeline
    from ingest.report import Report

INTERRUPTED = 130  # as shells say it: 128 and the number of the signal


# ---------------------------------------------------------------- convert


@click.command("convert", cls=Command)
@inputs_argument
@output_option(
    "without -o a single result goes to stdout; leave it out",
    type=Place(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write NAME.md here, a folder or a URL; without it a single result goes to stdout.",
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
@edits_option
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
@click.option(
    "--check",
    is_flag=True,
    help="Write nothing; exit 1 if a result would differ from what is there.",
)
@click.option(
    "--diff", is_flag=True, help="Write nothing; show how results would differ from what is there."
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
@pipeline_options
@jobs_option
@limit_option
@click.option(
    "--fail-on",
    multiple=True,
    metavar="STATUS,…",
    help="Exit 1 if a document of a batch ends so: failed, empty, partial, skipped; or never. "
    "By default failed,empty.",
)
@click.option("--shard", metavar="K/N", help="Convert the K-th of N stable shares of the inputs.")
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
@click.option("-v", "--verbose", is_flag=True, help="Also say what readers and stages noticed.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    help="What goes to stderr: words, or a line of JSON for each event.",
)
def convert_inputs(
    inputs: tuple[Path | Url, ...],
    output: Path | Url | None,
    *,
    form: str,
    edits: bool,
    check: bool,
    diff: bool,
    ocr: bool,
    ocr_language: str | None,
    jobs: int | None,
    limits: tuple[str, ...],
    fail_on: tuple[str, ...],
    shard: str | None,
    engine: str,
    scheduler: str | None,
    verbose: bool,
    quiet: bool,
    log_format: str,
    **chosen: Any,  # noqa: ANN401
) -> None:
    """Convert files, folders as trees, or stdin (`-`) to Markdown.

    IN and DIR may be URLs, such as s3://bucket/exports/ (pip install "ingest-md[stores]").

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
    from ingest.report import Report

    way = _Way(output, form, edits, check, diff, ocr, engine, scheduler)
    if ocr_language and not ocr:
        raise click.UsageError("--ocr-language needs --ocr")
    pipeline = replace(choose(**chosen), format=form, ocr=_ocr(ocr_language) if ocr else None)
    part = parse_shard(shard) if shard else None
    planned = plan(inputs, FORMATS[form].suffix)
    way.refuse_misuse(len(planned))
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
    options: dict[str, Any] = {"limits": parse_limits(limits)}
    options["workers"] = 1 if diff else jobs or usable_cores()
    if way.is_writing:
        ends = _write(todo, pipeline, way, report, shard=part, **options)
    else:
        ends = _compare(todo, pipeline, way, tell_ocr=report.begin_ocr, **options)
    if pipeline.decisions and not (quiet or part):
        ends = _telling_missing(ends, pipeline)
    single = len(planned) == 1 and str(planned[0].source) in map(str, inputs)
    is_batch = output is not None or (way.is_stream and not single)
    _follow(ends, report, single=single, show=is_batch or check)


class _Way(NamedTuple):
    """What is done with results, and by whom."""

    output: Path | Url | None
    form: str
    edits: bool
    check: bool
    diff: bool
    ocr: bool
    engine: str
    scheduler: str | None

    @property
    def is_comparing(self) -> bool:
        """Is nothing written, but compared with what is there?"""
        return self.check or self.diff

    @property
    def is_writing(self) -> bool:
        """Do results go to files?"""
        return self.output is not None and not self.is_comparing

    @property
    def is_stream(self) -> bool:
        """May the results of many inputs go to stdout?"""
        return FORMATS[self.form].is_line and not self.is_comparing

    def refuse_misuse(self, count: int) -> None:
        """Refuse options that do not go together, or not with so many inputs.

        Raises:
            click.UsageError: Some do not.
        """
        if self.output is None and self.edits:
            raise click.UsageError("--edits needs -o DIR: the ledger is written beside the result")
        if self.output is None and self.form != MARKDOWN and self.is_comparing:
            raise click.UsageError(
                f"--check and --diff of {self.form} need -o DIR, with earlier results"
            )
        if self.output is None and count > 1 and not (self.is_comparing or self.is_stream):
            raise click.UsageError(f"{count} inputs need -o DIR; only one can go to stdout")
        if self.engine == "local" and self.scheduler:
            raise click.UsageError("--scheduler needs --engine dask")
        if self.engine != "local" and self.ocr:
            raise click.UsageError(
                f"--ocr does not work with --engine {self.engine}; run the OCR first"
            )
        if self.engine != "local" and not self.is_writing:
            raise click.UsageError(f"--engine {self.engine} needs -o DIR, and no --check or --diff")


def _ocr(language: str | None) -> Ocr:
    from ingest.ocr import find_ocr

    return find_ocr(language or "")


def _statuses(names: Iterable[str]) -> tuple[str, ...]:
    """The statuses that --fail-on names."""
    known = ("failed", "empty", "partial", "skipped")
    chosen = names_in(names) or ("failed", "empty")
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
    way: _Way,
    report: Report,
    *,
    workers: int,
    **options: Any,  # noqa: ANN401 - those of `run_batch`
) -> Iterator[_End]:
    """Convert into a folder."""
    from ingest.batch import run_batch
    from ingest.batch.engines import find_engine

    if way.output is None:
        raise ValueError("nowhere to write to")
    engine = find_engine(
        way.engine, workers=workers, scheduler=way.scheduler, tell_ocr=report.begin_ocr
    )
    options |= {"edits": way.edits, "workers": workers, "engine": engine}
    for done in run_batch(jobs, pipeline, way.output, **options):
        yield _End(str(done.job.source), done.record, done.outcome, done.exit_code)


def _compare(
    jobs: Sequence[Job],
    pipeline: Pipeline,
    way: _Way,
    **options: Any,  # noqa: ANN401 - those of `convert_jobs`
) -> Iterator[_End]:
    """Convert, and print what came of it or how it differs from what is there."""
    from ingest.batch import convert_jobs, record_of

    results = convert_jobs(jobs, pipeline, text=way.output is None and way.is_comparing, **options)
    numbers = {id(job): number for number, job in enumerate(jobs)}
    for job, outcome in in_order((numbers[id(job)], (job, end)) for job, end in results):
        end = _End(str(job.source), record_of(job, outcome), outcome, outcome.exit_code)
        if outcome.kind:
            yield end
        elif way.is_comparing:
            yield _compared(end, job, outcome, way)
        else:
            sys.stdout.buffer.write(outcome.markdown)
            sys.stdout.flush()
            yield end


def _compared(end: _End, job: Job, outcome: Outcome, way: _Way) -> _End:
    """The end of an input whose result is compared with what is there; shows how they differ."""
    from ingest.batch import Status

    before = outcome.text if way.output is None else _read_earlier(way.output, job)
    differs = before != outcome.markdown
    if way.diff:
        _print_diff(job, before.decode(errors="replace"), outcome.markdown.decode())
    status = Status.CONVERTED if differs else Status.UNCHANGED
    return end._replace(record=replace(end.record, status=status), differs=way.check and differs)


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


@click.command("watch", cls=Command)
@click.argument("folder", metavar="FOLDER", type=click.Path(path_type=Path))
@output_option(
    "what comes is written to files; name a folder",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write NAME.md here.",
)
@edits_option
@pipeline_options
@jobs_option
@limit_option
@click.option(
    "--every",
    "seconds",
    type=click.FloatRange(min=0.1),
    default=5.0,
    show_default=True,
    metavar="SECONDS",
    help="Look so often; what writes into the folder must not rest longer.",
)
def watch_folder(
    folder: Path,
    output: Path,
    *,
    edits: bool,
    jobs: int | None,
    limits: tuple[str, ...],
    seconds: float,
    **chosen: Any,  # noqa: ANN401
) -> None:
    """Convert what is in a folder, and what comes, until Ctrl-C.

    A start after a stop catches up with what has come or changed in between.
    """
    from ingest.batch import parse_limits, usable_cores
    from ingest.watch import watch

    options: dict[str, Any] = {"edits": edits, "limits": parse_limits(limits)}
    options["workers"] = jobs or usable_cores()
    try:
        for done in watch(folder, choose(**chosen), output, seconds=seconds, **options):
            reason = f" ({done.record.reason})" if done.record.reason else ""
            click.echo(inert(f"{done.record.status}: {done.record.source}{reason}"), err=True)
    except KeyboardInterrupt:
        return
