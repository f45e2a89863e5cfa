"""Score the tables of the set by cells, and count those invented in documents that have none.

    python -m bench.tables [--made FOLDER] [--no-tables FOLDER] [PATTERN]

The PDFs are made by `bench.tables.make` in FOLDER, by default `build/tables`, if they are not there
yet. A part of the contents is held out, in looks of its own. A cell is right if its
text stands in the right row and column. PATTERN chooses by name; with it, what is wrong is shown.
"""

from __future__ import annotations

import argparse
import re
from collections import defaultdict
from pathlib import Path

import ingest
from bench.tables.make import KINDS, cases, make
from bench.tables.score import Tally, read_tables, score

MADE = Path("build/tables")


def main() -> None:
    """Make what is missing, convert, compare, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pattern", nargs="?", default="")
    parser.add_argument("--made", type=Path, default=MADE)
    parser.add_argument("--no-tables", type=Path)
    options = parser.parse_args()
    _score_made(options.made, options.pattern)
    if options.no_tables:
        _count_invented(options.no_tables)


def _score_made(folder: Path, pattern: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    tallies: dict[tuple[str, bool], Tally] = defaultdict(Tally)
    producers: dict[str, Tally] = defaultdict(Tally)
    for case in cases():
        if not re.search(pattern, case.name):
            continue
        path = folder / f"{case.name}.pdf"
        if not path.is_file():
            make(case, path)
        markdown = ingest.convert(path).markdown
        tally = score(markdown, case.content.truth)
        tallies[case.kind, case.held_out] += tally
        producers[case.producer] += tally
        if pattern and tally.f1 < 1:
            print(f"{case.name}: {tally.f1:.3f}")
            for table in read_tables(markdown):
                print(*table, sep="\n")
    _print(tallies, producers)


def _print(tallies: dict[tuple[str, bool], Tally], producers: dict[str, Tally]) -> None:
    print(f"{'':22}{'tables':>8}{'found':>8}{'cells':>8}{'F1':>8}")
    for held_out, half in ((False, "tuning"), (True, "held out")):
        for kind in KINDS:
            if (kind, held_out) in tallies:
                _print_row(f"{half}, {kind}", tallies[kind, held_out])
    for producer, tally in producers.items():
        _print_row(producer, tally)


def _print_row(name: str, tally: Tally) -> None:
    counts = f"{tally.tables_wanted:8}{tally.tables_found:8}{tally.wanted:8}"
    print(f"{name:22}{counts}{tally.f1:8.3f}")


def _count_invented(folder: Path) -> None:
    paths = sorted(folder.rglob("*.pdf"))
    invented = {path: len(read_tables(ingest.convert(path).markdown)) for path in paths}
    for path, count in invented.items():
        if count:
            print(f"{path}: {count} tables invented")
    print(f"{sum(invented.values())} tables invented in {len(paths)} PDFs without tables")


if __name__ == "__main__":
    main()
