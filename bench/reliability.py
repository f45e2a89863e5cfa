"""Check the promises of the batch, and measure what they cost.

    python -m bench.reliability corpus FOLDER [--jobs N]   # manifest.csv there says what to expect
    python -m bench.reliability kills FOLDER [--times 50]  # SIGKILL at random, then a rerun
    python -m bench.reliability growth                     # CPU at 1x and 10x on hostile text
    python -m bench.reliability speed FOLDER               # two workers, one, and no guard

Each prints its figures, names what broke a promise, and exits 1 if anything did.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import ingest
from bench.hostile import GENERATORS
from ingest.batch import MANIFEST, Limits, Status, convert_jobs, plan, read_manifest
from ingest.batch.outcome import Request, convert_request
from ingest.batch.worker import preload
from ingest.pipeline import DEFAULT, Recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.batch import Record

DELIVERED = {Status.CONVERTED, Status.PARTIAL, Status.UNCHANGED}
# Kinds of failure that no document may cause.
OURS = re.compile(r"bug:|invariant|stage|crash|output")
# What no output may contain: controls but line ends and tabs, and what turns the direction of text.
ACTIVE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def _convert(source: Path, output: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ingest", "convert", str(source), "-o", str(output), *options]
    return subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)


# ---------------------------------------------------------------- corpus


def corpus(arguments: argparse.Namespace) -> list[str]:
    """Convert a folder of damaged and hostile files; what broke a promise."""
    folder = Path(arguments.folder)
    with (folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["file"]: row for row in csv.DictReader(file)}
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        start = time.monotonic()
        done = _convert(folder, output, "--jobs", str(arguments.jobs), "--edits")
        seconds = time.monotonic() - start
        records = read_manifest(output)
        faults = [*_accounting(records, expected, done, output)]
        for record in records:
            faults += _outcome(record, expected[record.source], output)
    print(
        f"{len(records)} of {len(expected)} files recorded, {seconds:.0f} s, {arguments.jobs} jobs"
    )
    print(dict(Counter(f"{r.status} {r.kind}".strip() for r in records)))
    by_expectation = Counter((expected[r.source]["expect"], str(r.status)) for r in records)
    print({f"{wanted} -> {got}": n for (wanted, got), n in sorted(by_expectation.items())})
    return faults


def _accounting(
    records: list[Record],
    expected: dict[str, dict[str, str]],
    done: subprocess.CompletedProcess[str],
    output: Path,
) -> Iterator[str]:
    lines = (output / MANIFEST).read_text(encoding="utf-8").splitlines()
    if sorted(r.source for r in records) != sorted(expected) or len(lines) != len(expected):
        yield f"{len(lines)} lines for {len(expected)} inputs"
    if done.returncode != 1 or "Traceback" in done.stderr:
        yield f"exit code {done.returncode}: {done.stderr[-500:]}"
    named = {output / r.output for r in records if r.output}
    written = {p for p in output.rglob("*") if p.is_file() and p.name != MANIFEST}
    for path in written - named - {p.with_suffix(".edits.jsonl") for p in named}:
        yield f"{path.name}: nobody asked for this file"


def _outcome(record: Record, row: dict[str, str], output: Path) -> Iterator[str]:
    what = f"{record.source}: {record.status} {record.kind}, expected {row['expect']}"
    delivered = record.status in DELIVERED
    if OURS.match(record.kind):
        yield f"{what}: {record.reason}"
    right = {
        "text": delivered,
        "empty": record.status is Status.EMPTY,
        "error": record.status is Status.FAILED and not record.kind.startswith("limit"),
        # Within its limits a file without text of its own may also be found empty.
        "limit": delivered
        or record.kind.startswith("limit")
        or (record.status is Status.EMPTY and not row["contains"]),
        "any": True,
    }[row["expect"]]
    if not right:
        yield what
    if delivered and record.output:
        text = (output / record.output).read_text(encoding="utf-8")
        if ACTIVE.search(text):
            yield f"{record.source}: characters in the output that act"
        if row["contains"] and _plain(row["contains"]) not in _plain(text):
            yield f"{record.source}: {row['contains']!r} is not in the output"


def _plain(text: str) -> str:
    return re.sub(r"[\s\\]+", "", text)


# ---------------------------------------------------------------- kills


# Share of the kills after which the next run finds nothing.
FORGET = 0.2


def kills(arguments: argparse.Namespace) -> list[str]:
    """Kill a run again and again at random moments; the next one must end as if undisturbed."""
    folder = Path(arguments.folder)
    chance = random.Random(arguments.seed)
    faults = []
    with tempfile.TemporaryDirectory() as name:
        clean, torn = Path(name, "clean"), Path(name, "torn")
        start = time.monotonic()
        _convert(folder, clean, "--edits")
        whole = time.monotonic() - start
        for _ in range(arguments.times):
            command = [sys.executable, "-m", "ingest", "convert", str(folder), "-o", str(torn)]
            process = subprocess.Popen([*command, "--edits", "-q"], stderr=subprocess.DEVNULL)
            time.sleep(chance.uniform(0, whole))
            process.kill()
            process.wait()
            faults += [f"{p.name}: cut" for p in _files(torn) if not _same(p, torn, clean)]
            if chance.random() < FORGET:
                shutil.rmtree(torn, ignore_errors=True)  # begin again, so that all moments are hit
        _convert(folder, torn, "--edits")
        if _bytes(clean) != _bytes(torn):
            faults.append("the rerun ends with other bytes than an undisturbed run")
        if len(read_manifest(clean)) != len((torn / MANIFEST).read_text().splitlines()):
            faults.append("the manifest counts twice, or not at all")
    print(f"{arguments.times} kills within {whole:.1f} s of work: {len(faults)} broken promises")
    return faults


def _files(folder: Path) -> list[Path]:
    return [p for p in sorted(folder.rglob("*")) if p.is_file() and p.suffix in {".md", ".jsonl"}]


def _same(path: Path, folder: Path, clean: Path) -> bool:
    other = clean / path.relative_to(folder)
    return path.name == MANIFEST or path.read_bytes() == other.read_bytes()


def _bytes(folder: Path) -> dict[str, bytes]:
    """Every file but the manifest, which has times in it."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


# ---------------------------------------------------------------- growth

SIZES = 10_000, 100_000  # characters
MOST = 12.0  # times the CPU for ten times the input
# Seconds of CPU below which a measure tells more about the clock than about the code.
TOO_SHORT = 0.02


def growth(arguments: argparse.Namespace) -> list[str]:
    """CPU of every stage on hostile text of two sizes."""
    faults = []
    for name, make in GENERATORS.items():
        if arguments.only and arguments.only not in name:
            continue
        small, large, ratios = _measure_growth(make)
        if any(ratio > MOST for ratio in ratios.values()):  # the machine, or the code?
            small, large, ratios = _measure_growth(make)
        worst = max(ratios, key=lambda stage: ratios[stage])
        print(
            f"{name:24} {sum(small.values()):7.2f} s {sum(large.values()):8.2f} s   "
            f"worst {worst} {ratios[worst]:.1f}x",
            flush=True,
        )
        faults += [
            f"{name}: {s} {r:.1f}x ({large[s]:.2f} s)" for s, r in ratios.items() if r > MOST
        ]
    return faults


def _measure_growth(
    make: Callable[[int], str],
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    """Seconds at both sizes, and how many times the larger takes, by stage."""
    small, large = (_least(make(size)) for size in SIZES)
    return small, large, {s: large[s] / max(small[s], TOO_SHORT) for s in large}


def _least(text: str) -> dict[str, float]:
    """The least of two measures: what is more is the machine's."""
    first, second = _seconds_by_stage(text), _seconds_by_stage(text)
    return {stage: min(first[stage], second[stage]) for stage in first}


def _seconds_by_stage(text: str) -> dict[str, float]:
    out: dict[str, float] = {}

    def timed(name: str, work: Callable[[], ingest.Document]) -> ingest.Document:
        start = time.process_time()
        try:
            return work()
        finally:
            out[name] = time.process_time() - start

    data = text.encode("utf-8", "surrogatepass")
    doc = timed("read", lambda: ingest.read(data))
    for stage in DEFAULT:
        doc = timed(stage.name, partial(stage, doc))
    timed("convert", lambda: ingest.convert(data).document)
    return out


# ---------------------------------------------------------------- speed


def speed(arguments: argparse.Namespace) -> list[str]:
    """Two workers against one, and one guarded worker against no guard, on the same PDFs."""
    planned = plan([Path(arguments.folder)])
    jobs = [job for job in planned if job.source.suffix == ".pdf"][: arguments.files]
    preload(pdf=True)
    wall: dict[str, float] = {}
    cpu: dict[str, float] = {}
    ways: dict[str, Callable[[], object]] = {
        "in process": lambda: [convert_request(Request(str(j.source)), Recipe()) for j in jobs],
        "one worker": lambda: list(convert_jobs(jobs, Recipe(), Limits(), workers=1)),
        "two workers": lambda: list(convert_jobs(jobs, Recipe(), Limits(), workers=2)),
    }
    for name, work in ways.items():
        before, start = _cpu(), time.monotonic()
        work()
        wall[name], cpu[name] = time.monotonic() - start, _cpu() - before
        print(f"{name:12} {wall[name]:7.2f} s wall {cpu[name]:7.2f} s CPU", flush=True)
    gain = wall["one worker"] / wall["two workers"]
    cost = cpu["one worker"] / cpu["in process"] - 1
    print(f"{len(jobs)} files: two workers {gain:.2f} times one; isolation costs {cost:.1%} of CPU")
    faults = [f"two workers are {gain:.2f} times one"] if gain < 1.7 else []  # noqa: PLR2004 - the bar
    return [*faults, *([f"isolation costs {cost:.1%}"] if cost > 0.05 else [])]  # noqa: PLR2004


def _cpu() -> float:
    own, others = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for work in (corpus, kills, growth, speed):
        command = commands.add_parser(work.__name__, help=work.__doc__)
        command.set_defaults(work=work)
        if work is not growth:
            command.add_argument("folder")
    commands.choices["corpus"].add_argument("--jobs", type=int, default=os.cpu_count())
    commands.choices["kills"].add_argument("--times", type=int, default=50)
    commands.choices["kills"].add_argument("--seed", type=int, default=1)
    commands.choices["growth"].add_argument("--only", help="part of a generator's name")
    commands.choices["speed"].add_argument("--files", type=int, default=100)
    arguments = parser.parse_args()
    faults = arguments.work(arguments)
    for fault in faults:
        print("BROKEN:", fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
