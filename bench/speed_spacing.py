"""Words per CPU second of `repair_spacing` and of wordninja, and what loading costs.

Both tools read the same clean documents in one run. Each measurement is a fresh process that has
loaded all dictionaries before the clock starts and has never seen a word; the two take turns, and
the best of several rounds counts. wordninja is called on each token by itself, which is how it is
used to look for joined words.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import click

from bench.scoring import read_lines, sets_in

SETS = Path(__file__).parent / "sets"
TOOLS = ("ours", "wordninja")
LANGUAGES = ("en", "de", "fr", "es", "it", "pt")

LEAST_RATIO = 1.0  # words per CPU second, ours to wordninja's
MOST_LOAD_MS = 150.0  # CPU time of a first repair in one language, import included
MOST_LOAD_MB = 60.0  # growth of the process's peak by the same
MOST_DATA_MB = 6.0  # packaged data of spacing
MB = 1_000_000

# A line per language that needs a repair, so that all that a repair uses is loaded. The last word
# of the first kind is short; a long unknown word brings in wordninja as well.
FIRST_LINES = {
    "en": "the cause of the pain in themuscle was not found",
    "de": "die Ursache der Schmerzen in denMuskeln wurde nicht gefunden",
    "fr": "la cause des douleurs dans lesmuscles est pour nous une question",
    "es": "la causa de los dolores en losmúsculos es una pregunta para el médico",
    "it": "la causa dei dolori nella spalla è una domanda per gli studiosi della medicinaitaliana",
    "pt": "a causa das dores nos músculos não foi encontrada pelo médico em umacasa",
}
LONG_WORD = " withoutanyfurtherquestions"


def read_corpus(data: Path, name: str) -> list[list[str]]:
    """Return the lines of each document of a clean set."""
    folder = data / name
    documents: dict[str, list[str]] = {}
    rows = zip(read_lines(folder / "docs.txt"), read_lines(folder / "correct.txt"), strict=True)
    for document, line in rows:
        documents.setdefault(document, []).append(line)
    return list(documents.values())


def time_ours(documents: list[list[str]]) -> float:
    """Return the CPU seconds that reading these documents takes, dictionaries loaded."""
    import wordninja  # noqa: F401 - a dictionary that a long word would load

    from ingest.spacing import repair_spacing
    from ingest.spacing.evidence import gap_model
    from ingest.spacing.lexicon import DATA, load_table

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


def measure_load(language: str, *, long_word: bool) -> tuple[float, float]:
    """Return CPU milliseconds and megabytes of peak memory that a first repair takes."""
    before, start = _peak_mb(), time.process_time()
    from ingest.spacing import repair_spacing

    repair_spacing([FIRST_LINES[language] + LONG_WORD * long_word])
    return 1000 * (time.process_time() - start), _peak_mb() - before


def _peak_mb() -> float:
    """The most memory that this process has held, in MB; 0 where /proc does not tell."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0.0
    rows = dict(row.split(":", 1) for row in status.read_text("utf-8").splitlines())
    return int(rows["VmHWM"].split()[0]) * 1024 / MB


def in_new_process(*arguments: str) -> list[float]:
    """Run this module with arguments in a fresh process and return the figures it prints."""
    command = [sys.executable, "-m", "bench.speed_spacing", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: list[float] = json.loads(done.stdout)
    return figures


def best_times(data: Path, name: str, rounds: int) -> dict[str, float]:
    """Return each tool's best CPU seconds on a set; the tools take turns in going first."""
    best = dict.fromkeys(TOOLS, float("inf"))
    for turn in range(rounds):
        for tool in TOOLS if turn % 2 == 0 else reversed(TOOLS):
            (seconds,) = in_new_process(tool, str(data), name)
            best[tool] = min(best[tool], seconds)
    return best


def compare_speed(data: Path, rounds: int) -> float:
    """Print the table of speeds and return the ratio over all sets."""
    click.echo(f"{'set':16}{'words':>9}{'ours w/s':>12}{'wordninja w/s':>15}{'ratio':>8}")
    words, total = 0, dict.fromkeys(TOOLS, 0.0)
    for name in sets_in(data):
        if not name.endswith("-clean"):
            continue
        count = sum(len(s.split()) for lines in read_corpus(data, name) for s in lines)
        best = best_times(data, name, rounds)
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


def compare_load(rounds: int) -> tuple[float, float]:
    """Print what loading costs and return the worst CPU milliseconds and megabytes."""
    click.echo(f"\n{'first repair':16}{'CPU ms':>8}{'MB':>7}{'with a long word: ms':>22}{'MB':>7}")
    worst_ms = worst_mb = 0.0
    for language in LANGUAGES:
        ms, mb = _least_load(language, "short", rounds)
        long_ms, long_mb = _least_load(language, "long", rounds)
        click.echo(f"{language:16}{ms:8.0f}{mb:7.1f}{long_ms:22.0f}{long_mb:7.1f}")
        worst_ms, worst_mb = max(worst_ms, ms, long_ms), max(worst_mb, mb, long_mb)
    return worst_ms, worst_mb


def _least_load(language: str, length: str, rounds: int) -> tuple[float, float]:
    runs = [in_new_process("load", language, length) for _ in range(rounds)]
    return min(ms for ms, _ in runs), min(mb for _, mb in runs)


def data_mb() -> float:
    """Return the size of the packaged data of spacing in MB."""
    from ingest.spacing.lexicon import DATA

    return sum(path.stat().st_size for path in DATA.iterdir() if path.is_file()) / MB


@click.command("spacing")
@click.option("--data", type=click.Path(exists=True, file_okay=False, path_type=Path), default=SETS)
@click.option("--rounds", default=5, help="Best of so many fresh processes.")
def command(data: Path, rounds: int) -> None:
    """Compare `repair_spacing` with wordninja on clean text; exit 1 if a bar is missed."""
    ratio = compare_speed(data, rounds)
    load_ms, load_mb = compare_load(rounds)
    bars = (
        (ratio >= LEAST_RATIO, f"ratio {ratio:.2f}, at least {LEAST_RATIO}"),
        (load_ms < MOST_LOAD_MS, f"load {load_ms:.0f} ms, below {MOST_LOAD_MS:.0f}"),
        (load_mb < MOST_LOAD_MB, f"load {load_mb:.1f} MB, below {MOST_LOAD_MB:.0f}"),
        (data_mb() < MOST_DATA_MB, f"data {data_mb():.2f} MB, below {MOST_DATA_MB:.0f}"),
    )
    click.echo("\n" + "\n".join(f"{'met   ' if met else 'MISSED'}  {text}" for met, text in bars))
    if not all(met for met, _ in bars):
        raise SystemExit(1)


def _measure(task: str, *rest: str) -> list[float]:
    """Do what a fresh process is started for."""
    if task == "load":
        return list(measure_load(rest[0], long_word=rest[1] == "long"))
    documents = read_corpus(Path(rest[0]), rest[1])
    return [time_ours(documents) if task == "ours" else time_wordninja(documents)]


if __name__ == "__main__":
    click.echo(json.dumps(_measure(*sys.argv[1:])))
