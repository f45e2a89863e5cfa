"""The command that answers other programs: `mcp`."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("mcp")
@click.option(
    "--root",
    "roots",
    multiple=True,
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder whose files may be read. May be repeated; links that lead out are refused.",
)
def serve_mcp(roots: tuple[Path, ...]) -> None:
    """Serve the tool `convert_document` on stdin and stdout, by the Model Context Protocol."""
    from ingest.adapters.mcp import make_server

    make_server(roots).run()
