"""CPU of the stages that rebuild structure, in microseconds per word.

All stages count but the repairs of characters and words, which run between them.
"""

from __future__ import annotations

import gc
import sys
import time
from pathlib import Path

import click

import ingest
from ingest.collector import paused_collector
from ingest.pipeline import DEFAULT
from ingest.stages.code_lines import look_at

REPAIRS = ("repair_encoding", "split_words")  # run where they stand, and are not counted
STRUCTURE = tuple(stage.name for stage in DEFAULT if stage.name not in REPAIRS)
ROUNDS = 3  # the best of so many counts
MOST_MICROSECONDS = 10.0  # per word, all stages of structure together


def time_stages(paths: list[Path]) -> tuple[dict[str, float], int]:
    """Return the CPU seconds of each stage over these files, and their words."""
    best = dict.fromkeys(STRUCTURE, float("inf"))
    words = 0
    documents = [ingest.read(path) for path in paths]
    for _ in range(ROUNDS):
        total = dict.fromkeys(STRUCTURE, 0.0)
        for doc in documents:
            look_at.cache_clear()  # no line is known from the round before
            with paused_collector():  # as in a conversion
                for stage in DEFAULT:
                    start = time.process_time()
                    doc = stage(doc)
                    if stage.name in total:
                        total[stage.name] += time.process_time() - start
            gc.collect(0)
        best = {name: min(best[name], total[name]) for name in STRUCTURE}
    words = sum(len(doc.source.split()) for doc in documents)
    return best, words


@click.command("structure", help="CPU of the stages of structure, per word.")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--every", default=1, show_default=True, help="Take every n-th file.")
@click.option("--kind", default="*.txt", show_default=True, help="Pattern of the files.")
def command(folder: Path, every: int, kind: str) -> None:
    """Print the time of each stage and of all; exit 1 if it is more than the limit."""
    paths = [path for path in sorted(folder.rglob(kind)) if path.parent != folder][::every]
    seconds, words = time_stages(paths)
    for name, spent in seconds.items():
        click.echo(f"{name:16}{1e6 * spent / words:8.2f} µs a word")
    everything = 1e6 * sum(seconds.values()) / words
    click.echo(f"{'all':16}{everything:8.2f} µs a word, {len(paths)} files, {words:,} words")
    if everything > MOST_MICROSECONDS:
        sys.exit(f"more than {MOST_MICROSECONDS} µs a word")
