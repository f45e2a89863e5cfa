"""What several commands take: inputs, outputs, and how to convert."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ingest.pipeline import Pipeline

    Decorator = Callable[[Callable[..., None]], Callable[..., None]]

STDOUT = "-"


class Place(click.Path):
    """A path, or the URL of a file or folder in a store."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:  # noqa: ANN401 - click's signature
        """A URL as it is, a path as click takes it."""
        from ingest.batch.urls import Url, place_of

        place = place_of(os.fspath(value))
        return place if isinstance(place, Url) else super().convert(str(place), param, ctx)


inputs_argument = click.argument(
    "inputs",
    nargs=-1,
    required=True,
    metavar="IN…",
    type=Place(path_type=Path, allow_dash=True),
)
edits_option = click.option(
    "--edits", is_flag=True, help="Also write the ledger, as NAME.edits.jsonl."
)
jobs_option = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Convert so many documents at once; by default one for each core.",
)
limit_option = click.option(
    "--limit",
    "limits",
    multiple=True,
    metavar="NAME=N",
    help="Stop a document that takes more: wall=60 s, cpu=30 s, memory=1024 MiB, pages=5000, "
    "output=50 MB, ocr=60 s for a page; 0 is no limit. May be repeated.",
)


def output_option(instead: str, **options: Any) -> Decorator:  # noqa: ANN401 - those of click
    """The option `-o`; it refuses `-`, and says what to do instead."""

    def refuse_stdout(_ctx: click.Context, _param: click.Parameter, value: Any) -> Any:  # noqa: ANN401
        if str(value) == STDOUT:
            raise click.UsageError(f"-o {STDOUT}: {instead}")
        return value

    return click.option("-o", "--output", callback=refuse_stdout, **options)


def pipeline_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of `choose`: which stages run, and how documents are read."""
    for option in reversed(_PIPELINE):
        command = option(command)
    return command


_PIPELINE = (
    click.option(
        "--pages",
        metavar="LIST",
        help="Read these pages of a PDF alone: 3, 3-9, 1,4-6 or 10-. They keep their numbers; "
        "a text has none to choose from.",
    ),
    click.option(
        "--password",
        metavar="TEXT",
        envvar="INGEST_PASSWORD",
        help="Open encrypted PDFs with this. Other users may see command lines; "
        "the variable INGEST_PASSWORD is hidden from them.",
    ),
    click.option(
        "--stages",
        "only",
        multiple=True,
        metavar="STAGE,…",
        help="Run these stages alone, in this order.",
    ),
    click.option("--skip", multiple=True, metavar="STAGE,…", help="Leave these stages out."),
    click.option("--stop-after", metavar="STAGE", help="Run no stage after this one."),
    click.option(
        "--set",
        "assignments",
        multiple=True,
        metavar="STAGE.OPTION=VALUE",
        help="Set an option of a stage, of the reader (read.source) or of the writer "
        "(write.front_matter). May be repeated.",
    ),
    click.option(
        "--words",
        "word_files",
        multiple=True,
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="A file of words that are never split, one a line. May be repeated.",
    ),
    click.option(
        "--decisions",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Apply what people decided in the review page (ingest review) and saved.",
    ),
    click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        help="Take settings from this file of TOML; by default ingest.toml or pyproject.toml.",
    ),
)


def choose(
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
    """The pipeline that configuration and options ask for; options win."""
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
        replace(settings, only=names_in(only) or settings.only, words=()),
        skip=names_in(skip),
        stop_after=stop_after,
        reading=_given(password=password, pages=pages),
        writing=_given(page_markers=page_markers, front_matter=front_matter),
    )
    return replace(pipeline, decisions=read_decisions(decisions)) if decisions else pipeline


def _given(**options: object) -> dict[str, object]:
    """The options that were given on the command line."""
    return {name: value for name, value in options.items() if value is not None}


def names_in(values: Iterable[str]) -> tuple[str, ...]:
    """Names of options that may be repeated, or hold several with commas between them."""
    return tuple(name.strip() for value in values for name in value.split(",") if name.strip())
