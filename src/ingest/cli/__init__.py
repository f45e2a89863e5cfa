"""The command line: parse, call one library function, print.

Results go to stdout, words for people to stderr. Each module has the commands of one kind; what
they need is loaded when they run.
"""

from __future__ import annotations

import os
from typing import Any

import click

from ingest.cli.about import list_stages, print_schema
from ingest.cli.convert import convert_inputs, watch_folder
from ingest.cli.help import write_rows
from ingest.cli.look import explain_file, review_inputs
from ingest.cli.serve import serve_mcp
from ingest.errors import IngestError
from ingest.terminal import say_error

_EPILOG = """\b
Exit codes: 0 done; 1 some files failed, or --check found a difference; 2 wrong usage, stage or
option; 3 unreadable, encrypted or no document; 4 no text in it; 5 output cannot be written;
6 a stage failed; 7 a limit was reached; 8 the converting process died; 70 a bug of ours;
130 interrupted. A single file ends with its own code, a batch with 0, 1, 5 or 130."""

# Every command, as `ingest --help` shows them.
COMMANDS = {
    "Convert": (convert_inputs, watch_folder),
    "Look at what was done": (explain_file, review_inputs),
    "Look up": (list_stages, print_schema),
    "Serve": (serve_mcp,),
}


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

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands kind by kind."""
        width = max(map(len, self.commands))
        for title, commands in COMMANDS.items():
            rows = [((c.name or "").ljust(width), _first_line(c)) for c in commands]
            write_rows(formatter, title, rows)


def _first_line(command: click.Command) -> str:
    return (command.help or "").partition("\n")[0]


@click.group(cls=_Group, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ingest-md", prog_name="ingest")
def main() -> None:
    """Turn damaged PDFs and text exports into clean Markdown, with a ledger of every change."""


for _commands in COMMANDS.values():
    for _command in _commands:
        main.add_command(_command)
