"""How fast the product is, next to others: `python -m bench.speed COMMAND`.

    python -m bench.speed spacing --data ../shared/bench/spacing/dev
    python -m bench.speed structure ../shared/bench/structure/dev --every 5
    python -m bench.speed pdf ../shared/bench/structure/dev
    python -m bench.speed pdf ../shared/bench/structure/dev --peers PYTHON
    python -m bench.speed start samples/one-column.pdf
    python -m bench.speed long ../shared/bench/structure/dev

Each command lives in a module of its own, which is loaded when it runs. Only the ratios of one run
mean something: absolute times depend on the machine and its load.
"""

from __future__ import annotations

import importlib
from typing import cast

import click

# command: the module it stands in, and its name there
COMMANDS = {
    "spacing": ("bench.speed_spacing", "command"),
    "structure": ("bench.speed_structure", "command"),
    "pdf": ("bench.speed_pdf", "measure_pdfs"),
    "start": ("bench.speed_pdf", "measure_start"),
    "long": ("bench.speed_pdf", "measure_long"),
}


class _Commands(click.Group):
    """The commands of the modules named in `COMMANDS`."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        return cast("click.Command", getattr(importlib.import_module(module), name))


@click.command(cls=_Commands)
def main() -> None:
    """Measure speed, side by side, in CPU time."""


if __name__ == "__main__":
    main()
