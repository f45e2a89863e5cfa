"""How fast ingest is, beside others and in the same run.

    python -m bench.speed pdf ../shared/bench/structure/dev
    python -m bench.speed long ../shared/bench/structure/dev/d000/tex.pdf

Only the ratios of one run mean something: what a page costs depends on the machine and its load.
"""

from __future__ import annotations

import click

from bench.speed_pdf import measure_long, measure_pdfs


@click.group()
def main() -> None:
    """Measure speed and memory."""


main.add_command(measure_pdfs)
main.add_command(measure_long)


if __name__ == "__main__":
    main()
