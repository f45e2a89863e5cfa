"""How fast the product is, next to others: `python -m bench.speed COMMAND`.

Each command lives in a module of its own, `bench/speed_NAME.py`, which is loaded when it runs.
"""

from __future__ import annotations

import importlib
from typing import cast

import click

COMMANDS = ("spacing",)


class _Commands(click.Group):
    """The commands of the modules named in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return cast("click.Command", importlib.import_module(f"bench.speed_{cmd_name}").command)


@click.command(cls=_Commands)
def main() -> None:
    """Measure speed, side by side, in CPU time."""


if __name__ == "__main__":
    main()
