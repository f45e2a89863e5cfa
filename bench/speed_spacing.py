"""Words per CPU second of `repair_spacing` and of wordninja, and what loading costs.

Both tools read the same clean documents in one run. Each measurement is a fresh process that has
loaded all dictionaries before the clock starts and has never seen a word; the two take turns, and
the best of several rounds counts. wordninja is called on each token by itself, which is how it is
used to look for joined words.
"""

from __future__ import annotations

import atexit
import fnmatch
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import click

from bench.scoring import read_set, sets_in

SETS = Path(__file__).parent / "sets"
TOOLS = ("ours", "wordninja")
LANGUAGES = ("en", "de", "fr", "es", "it", "pt")

LEAST_RATIO = 1.0  # words per CPU second, ours to wordninja's
MOST_LOAD_MS = 150.0  # CPU time of a first repair in one language, imports aside
MOST_LOAD_MB = 60.0  # growth of the process's peak by imports and first repair
MOST_DATA_MB = 6.0  # packaged data of spacing
MB = 1_000_000

# A line per language with a joined word, so that all that a repair uses is loaded.
FIRST_LINES = {
    "en": "the cause of the pain in themuscle was not found",
    "de": "die Ursache der Schmerzen in denMuskeln wurde nicht gefunden",
    "fr": "la cause des douleurs dans lesmuscles est pour nous une question",
    "es": "la causa de los dolores en losmúsculos es una pregunta para el médico",
    "it": "la causa dei dolori nellaspalla è una domanda per gli studiosi della medicina",
    "pt": "a causa das dores nos músculos não foi encontrada pelo médico em umacasa",
}
LONG_WORD = " withoutanyfurtherquestions"


def read_corpus(folder: Path, every: int) -> list[list[str]]:
    """Return the lines of every n-th document of a clean set."""
    return [document.correct for document in read_set(folder)][::every]


def time_ours(documents: list[list[str]]) -> float:
    """Return the CPU seconds that reading these documents takes, dictionaries loaded."""
    import wordninja  # noqa: F401 - a dictionary that a long word would load

    from ingest.spacing.evidence import gap_model
    from ingest.spacing.lexicon import DATA, load_table
    from ingest.spacing.repair import repair_spacing

    gap_model()
    for language in LANGUAGES:
        load_table(DATA / f"{language}.lex")
    start = time.process_time()
    for lines in documents:
        repair_spacing(lines)
    return time.process_time() - start


def time_wordninja(documents: list[list[str]]) -> float:
    """Return the CPU seconds that splitting each of their tokens takes, its list loaded."""
    import wordninja

    start = time.process_time()
    for lines in documents:
        for line in lines:
            for token in line.split():
                wordninja.split(token)
    return time.process_time() - start


class Load(NamedTuple):
    """What a first repair costs: CPU milliseconds, and MB by which the process's peak grows.

    Attributes:
        import_ms: Importing the code.
        ms: The dictionaries of one language, up to the end of a first repair.
        mb: Memory of both.
        long_ms: The same as `ms` with a long unknown word, which brings in wordninja.
        long_mb: Memory of all three.

    """

    import_ms: float
    ms: float
    mb: float
    long_ms: float
    long_mb: float

    def least(self, other: Load) -> Load:
        """Return the lesser of each figure."""
        return Load(*map(min, self, other))


def measure_load(language: str) -> Load:
    """Measure a first import and a first repair; only of use in a fresh process."""
    empty_mb, start = _peak_mb(), time.process_time()
    from ingest.spacing.repair import repair_spacing

    imported = time.process_time()
    repair_spacing([FIRST_LINES[language]])
    repaired, repaired_mb = time.process_time(), _peak_mb()
    repair_spacing([FIRST_LINES[language] + LONG_WORD])
    return Load(
        import_ms=1000 * (imported - start),
        ms=1000 * (repaired - imported),
        mb=repaired_mb - empty_mb,
        long_ms=1000 * (time.process_time() - imported),
        long_mb=_peak_mb() - empty_mb,
    )


def _peak_mb() -> float:
    """The most memory that this process has held, in MB; 0 where /proc does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    rows = dict(row.split(":", 1) for row in status.read_text("utf-8").splitlines())
    return int(rows["VmHWM"].split()[0]) * 1024 / MB


def in_new_process(*arguments: str) -> list[float]:
    """Run this module with arguments in a fresh process and return the figures it prints.

    The process finds its code compiled, as an installed package is.
    """
    command = [sys.executable, "-m", "bench.speed_spacing", *arguments]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": _compiled()}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    figures: list[float] = json.loads(done.stdout)
    return figures


@functools.cache
def _compiled() -> str:
    folder = tempfile.mkdtemp(prefix="compiled-")
    atexit.register(shutil.rmtree, folder)
    return folder


def best_times(corpus: list[str], rounds: int) -> dict[str, float]:
    """Return each tool's best CPU seconds on a set; the tools take turns in going first."""
    best = dict.fromkeys(TOOLS, float("inf"))
    for turn in range(rounds):
        for tool in TOOLS if turn % 2 == 0 else reversed(TOOLS):
            (seconds,) = in_new_process(tool, *corpus)
            best[tool] = min(best[tool], seconds)
    return best


def compare_speed(data: Path, every: int, rounds: int) -> float:
    """Print the table of speeds and return the ratio over all sets."""
    click.echo(f"{'set':16}{'words':>9}{'ours w/s':>12}{'wordninja w/s':>15}{'ratio':>8}")
    words, total = 0, dict.fromkeys(TOOLS, 0.0)
    for name in fnmatch.filter(sets_in(data), "*-clean"):
        documents = read_corpus(data / name, every)
        count = sum(len(line.split()) for lines in documents for line in lines)
        best = best_times([str(data / name), str(every)], rounds)
        words += count
        total = {tool: total[tool] + best[tool] for tool in TOOLS}
        _speed_row(name, count, best)
    if not words:
        raise click.UsageError(f"{data}: no set is named …-clean")
    _speed_row("all", words, total)
    return total["wordninja"] / total["ours"]


def _speed_row(name: str, words: int, seconds: dict[str, float]) -> None:
    ours, other = (words / seconds[tool] for tool in TOOLS)
    click.echo(f"{name:16}{words:9}{ours:12,.0f}{other:15,.0f}{ours / other:8.2f}")


def compare_load(rounds: int) -> Load:
    """Print what loading costs and return the worst figures of all languages."""
    click.echo(f"\n{'language':16}{'import ms':>12}{'load ms':>9}{'MB':>7}", nl=False)
    click.echo(f"{'with wordninja: ms':>22}{'MB':>7}")
    worst = Load(0.0, 0.0, 0.0, 0.0, 0.0)
    for language in LANGUAGES:
        runs = [Load(*in_new_process("load", language)) for _ in range(rounds)]
        least = functools.reduce(Load.least, runs)
        click.echo(f"{language:16}{least.import_ms:12.0f}{least.ms:9.0f}{least.mb:7.1f}", nl=False)
        click.echo(f"{least.long_ms:22.0f}{least.long_mb:7.1f}")
        worst = Load(*map(max, worst, least))
    return worst


def data_mb() -> float:
    """Return the size of the packaged data of spacing in MB."""
    from ingest.spacing.lexicon import DATA

    return sum(path.stat().st_size for path in DATA.iterdir() if path.is_file()) / MB


@click.command("spacing")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), default=SETS)
@click.option("--every", default=1, help="Read only every n-th document of a set.")
@click.option("--rounds", default=5, help="Best of so many fresh processes.")
def command(data: Path, every: int, rounds: int) -> None:
    """Compare `repair_spacing` with wordninja on clean text; exit 1 if a bar is missed."""
    ratio = compare_speed(data.resolve(), every, rounds)
    load = compare_load(rounds)
    bars = (
        (ratio >= LEAST_RATIO, f"ratio {ratio:.2f}, at least {LEAST_RATIO}"),
        (load.ms < MOST_LOAD_MS, f"load {load.ms:.0f} ms, below {MOST_LOAD_MS:.0f}"),
        (load.long_ms < MOST_LOAD_MS, f"the same with wordninja {load.long_ms:.0f} ms"),
        (load.long_mb < MOST_LOAD_MB, f"load {load.long_mb:.1f} MB, below {MOST_LOAD_MB:.0f}"),
        (data_mb() < MOST_DATA_MB, f"data {data_mb():.2f} MB, below {MOST_DATA_MB:.0f}"),
    )
    click.echo("\n" + "\n".join(f"{'met   ' if met else 'MISSED'}  {text}" for met, text in bars))
    if not all(met for met, _ in bars):
        raise SystemExit(1)


def _measure(task: str, *rest: str) -> list[float]:
    """Do what a fresh process is started for."""
    if task == "load":
        return list(measure_load(rest[0]))
    documents = read_corpus(Path(rest[0]), int(rest[1]))
    return [time_ours(documents) if task == "ours" else time_wordninja(documents)]


if __name__ == "__main__":
    click.echo(json.dumps(_measure(*sys.argv[1:])))
