"""Options in the help of a command, by what they are about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

# By the names of the parameters; what is in none of them stands under `Options`.
SECTIONS = {
    "What is shown": ("rule", "show_all", "word", "images"),
    "Output": ("output", "form", "edits", "page_markers", "front_matter", "check", "diff"),
    "Reading": ("pages", "password", "ocr", "ocr_language"),
    "Stages": ("only", "skip", "stop_after", "assignments", "word_files", "decisions", "config"),
    "Many documents": ("jobs", "limits", "fail_on", "shard", "engine", "scheduler", "seconds"),
    "Messages": ("verbose", "quiet", "log_format"),
}
_REST = "Options"


class Command(click.Command):
    """A command whose help has its options in sections."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options section by section, each in the order in which the table has them."""
        options = (p for p in self.get_params(ctx) if isinstance(p, click.Option))
        rows = {option.name or "": option.get_help_record(ctx) for option in options}
        found = {name: row for name, row in rows.items() if row is not None}
        for title, names in SECTIONS.items():
            write_rows(formatter, title, [found.pop(name) for name in names if name in found])
        write_rows(formatter, _REST, list(found.values()))


def write_rows(formatter: click.HelpFormatter, title: str, rows: Sequence[tuple[str, str]]) -> None:
    """Write one section; nothing if it is empty."""
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)
