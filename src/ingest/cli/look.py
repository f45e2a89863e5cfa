"""Commands that show what was done to documents: `explain`, `review`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ingest.cli.help import Command
from ingest.cli.options import (
    Place,
    choose,
    inputs_argument,
    jobs_option,
    limit_option,
    output_option,
    pipeline_options,
)
from ingest.terminal import inert, say_error

if TYPE_CHECKING:
    from ingest.batch.urls import Url

EXAMPLES = 5  # of each rule


@click.command("explain", cls=Command)
@click.argument("file", metavar="FILE", type=Place(path_type=Path, allow_dash=True))
@click.option("--rule", metavar="RULE", help="Show the edits of this rule alone.")
@click.option(
    "--all", "show_all", is_flag=True, help=f"Show every edit, not {EXAMPLES} of each rule."
)
@click.option("--word", metavar="WORD", help="Tell why this word of the text was split or was not.")
@pipeline_options
def explain_file(
    file: Path | Url,
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

    pipeline = choose(**chosen)
    (job,) = plan([file])[:1]
    is_stdin = str(file) == STDIN
    source = sys.stdin.buffer.read() if is_stdin else str(job.source)
    name = "<stdin>" if is_stdin else None
    if word is not None:
        doc = pipeline.reader(source, name=name)
        for line in explain_word(doc, pipeline.stages, word):
            click.echo(inert(line))
        return
    result = convert(source, pipeline.stages, name=name, reader=pipeline.reader)
    for line in explain(result.document, rule=rule, limit=None if show_all else EXAMPLES):
        click.echo(inert(line))


@click.command("review", cls=Command)
@inputs_argument
@output_option(
    "the page is a file; name it",
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
@jobs_option
@limit_option
@pipeline_options
def review_inputs(
    inputs: tuple[Path | Url, ...],
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
        choose(**chosen),
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
