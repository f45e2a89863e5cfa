"""The command line: parse, call one library function, print.

Results go to stdout, words for people to stderr.
"""

from __future__ import annotations

import os
import sys
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.errors import IngestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ingest.batch import Job
    from ingest.pipeline import Conversion, Reader, Stage

_EPILOG = """\b
Exit codes: 0 done; 1 some files failed, or --check found a difference; 2 wrong usage, stage or
option; 3 unreadable, encrypted or no document; 4 no text in it; 5 output cannot be written;
6 a stage failed; 70 a bug of ours. A single file ends with its own code, a batch with 0 or 1."""


class _Group(click.Group):
    """A group that turns our errors into one line and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except IngestError as error:
            _say_error(error)
            ctx.exit(error.exit_code)


def _say_error(error: IngestError) -> None:
    click.echo(f"{click.style('error', fg='red')}: {error}", err=True)


@click.group(cls=_Group, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ingest-md", prog_name="ingest")
def main() -> None:
    """Turn damaged PDFs and text exports into clean Markdown, with a ledger of every change."""


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
        click.option("--stop-after", metavar="STAGE", help="Run no stage after this one."),
        click.option(
            "--set",
            "assignments",
            multiple=True,
            metavar="STAGE.OPTION=VALUE",
            help="Set an option of a stage, or of the reader (read.source); may be repeated.",
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
) -> tuple[tuple[Stage, ...], Reader]:
    """The stages and the reader that configuration and options ask for; options win."""
    from ingest.config import (
        Settings,
        add_words,
        find_config,
        merge,
        parse_assignments,
        read_config,
    )
    from ingest.pipeline import READING, reader, select

    path = config or find_config(Path.cwd())
    settings = merge(read_config(path) if path else Settings(), parse_assignments(assignments))
    options = dict(add_words(settings, word_files).options)
    reading = reader(**options.pop(READING, {}))
    stages = select(
        only=_names(only) or settings.only,
        skip=(*settings.skip, *_names(skip)),
        stop_after=stop_after,
        options=options,
    )
    return stages, reading


def _names(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())


# ---------------------------------------------------------------- convert


@main.command("convert")
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
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Write NAME.md here; without it a single input goes to stdout.",
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
@click.option("-v", "--verbose", is_flag=True, help="Also say what readers and stages noticed.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@_stage_options
def convert_inputs(
    inputs: tuple[Path, ...],
    output: Path | None,
    *,
    edits: bool,
    check: bool,
    diff: bool,
    verbose: bool,
    quiet: bool,
    **chosen: Any,  # noqa: ANN401
) -> None:
    """Convert files, folders as trees, or stdin (`-`) to Markdown.

    With -o, --check and --diff compare with the earlier output, else with the text as it was read.
    """
    from ingest.batch import plan, refuse_overwriting

    stages, reader = _choose(**chosen)
    jobs = plan(inputs)
    if output is None and edits:
        raise click.UsageError("--edits needs -o DIR: the ledger is written beside the Markdown")
    if output is None and len(jobs) > 1 and not (check or diff):
        raise click.UsageError(f"{len(jobs)} inputs need -o DIR; only one can go to stdout")
    if output is not None:
        refuse_overwriting(jobs, output)
    report = _Report(verbose=verbose, quiet=quiet, single=len(jobs) == 1 and not inputs[0].is_dir())
    with _progress(jobs, hidden=quiet) as bar:
        for job in bar:
            report.run(
                job,
                lambda job: _one(job, stages, reader, output, edits=edits, check=check, diff=diff),
            )
    report.finish(show=output is not None or check)


def _progress(jobs: Sequence[Job], *, hidden: bool) -> Any:  # noqa: ANN401 - click does not export the type
    hidden = hidden or len(jobs) < 2 or not sys.stderr.isatty()  # noqa: PLR2004 - one file needs no bar
    return click.progressbar(
        jobs, label="converting", file=sys.stderr, hidden=hidden, show_pos=True
    )


class _Report:
    """Counts how files ended, says so, and knows the exit code."""

    def __init__(self, *, verbose: bool, quiet: bool, single: bool) -> None:
        from ingest.batch import Status

        self.verbose, self.quiet, self.single = verbose, quiet, single
        self.counts = {str(status): 0 for status in Status}
        self.differs = False

    def run(self, job: Job, work: Callable[[Job], tuple[Conversion, str, bool]]) -> None:
        """Do one job; an error of ours ends it, not the batch."""
        try:
            result, status, differs = work(job)
        except IngestError as error:
            self.counts["failed"] += 1
            if self.single:
                raise
            _say_error(error)
            return
        self.counts[status] += 1
        self.differs |= differs
        for message in result.document.messages:
            if self.verbose or (message.level == "warning" and not self.quiet):
                click.echo(f"{job.source}: {message.level}: {message.text}", err=True)

    def finish(self, *, show: bool) -> None:
        """Print the end line and leave with the exit code."""
        if show and not self.quiet:
            click.echo(", ".join(f"{n} {status}" for status, n in self.counts.items()), err=True)
        if self.counts["failed"] or self.differs:
            click.get_current_context().exit(1)


def _one(
    job: Job,
    stages: Sequence[Stage],
    reader: Reader,
    output: Path | None,
    *,
    edits: bool,
    check: bool,
    diff: bool,
) -> tuple[Conversion, str, bool]:
    """Convert one file and do with the result what was asked; True if --check objects."""
    from ingest.batch import STDIN, convert_job, write_job

    data = sys.stdin.buffer.read() if str(job.source) == STDIN else None
    result = convert_job(job, stages, data, reader=reader)
    if check or diff:
        before = _what_is_there(job, result, output)
        if diff:
            _print_diff(job, before, result.markdown)
        status = "unchanged" if before == result.markdown else "converted"
        return result, status, check and before != result.markdown
    if output is None:
        sys.stdout.buffer.write(result.markdown.encode("utf-8"))
        return result, "converted", False
    return result, str(write_job(job, result, output, edits=edits)), False


def _what_is_there(job: Job, result: Conversion, output: Path | None) -> str:
    if output is None:
        return result.document.source
    path = output / job.output
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _print_diff(job: Job, before: str, after: str) -> None:
    colors = {"+": "green", "-": "red", "@": "cyan"}
    lines = unified_diff(
        before.splitlines(), after.splitlines(), str(job.source), str(job.output), lineterm=""
    )
    for line in lines:
        click.secho(line, fg=colors.get(line[0]))


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
    from ingest.batch import STDIN, convert_job, plan
    from ingest.explain import explain, explain_word

    stages, reader = _choose(**chosen)
    (job,) = plan([file])[:1]
    data = sys.stdin.buffer.read() if str(file) == STDIN else None
    if word is not None:
        doc = reader(job.source) if data is None else reader(data, name="<stdin>")
        for line in explain_word(doc, stages, word):
            click.echo(line)
        return
    result = convert_job(job, stages, data, reader=reader)
    for line in explain(result.document, rule=rule, limit=None if show_all else 5):
        click.echo(line)


@main.command("stages")
def list_stages() -> None:
    """List the stages in the order in which they run, with their options and those of reading."""
    from ingest.pipeline import DEFAULT, READING, reading_options

    click.echo(f"{click.style(READING, bold=True)}  (before all stages)")
    click.echo("    Read a file into lines.")
    for name, parameter in reading_options().items():
        click.echo(f"    --set {READING}.{name}={_toml(parameter.default)}")
    for stage in DEFAULT:
        click.echo(f"{click.style(stage.name, bold=True)}  (needs {stage.needs})")
        click.echo(f"    {stage.summary}")
        for name, parameter in stage.parameters.items():
            click.echo(f"    --set {stage.name}.{name}={_toml(parameter.default)}")


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return str(list(value))
    return str(value).lower() if isinstance(value, bool) else str(value)
