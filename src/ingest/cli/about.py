"""Commands that tell what there is: `stages`, `schema`."""

from __future__ import annotations

import click

from ingest.schemas import NAMES


@click.command("stages")
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


def _toml(value: object) -> str:
    if isinstance(value, tuple):
        return str(list(value))
    return str(value).lower() if isinstance(value, bool) else str(value)


@click.command("schema")
@click.argument("name", type=click.Choice(list(NAMES)))
def print_schema(name: str) -> None:
    """Print the JSON Schema of something that is written for programs.

    That is the ledger, the manifest, a record of JSONL, the mdast tree, or the log.
    """
    from ingest.schemas import text_of

    click.echo(text_of(name), nl=False)
