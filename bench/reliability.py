"""Check the promises of the batch, and measure what they cost.

    python -m bench.reliability corpus FOLDER [--jobs N]   # manifest.csv there says what to expect
    python -m bench.reliability kills FOLDER [--times 50]  # SIGKILL at random, then a rerun
    python -m bench.reliability growth [--calls]           # CPU at 1x and 10x on hostile text
    python -m bench.reliability speed FOLDER               # two workers, one, and no guard
    python -m bench.reliability engine [--files 200]       # what a document costs an engine

Each prints its figures, names what broke a promise, and exits 1 if anything did.
"""

from __future__ import annotations

import argparse
import csv
import gc
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
from functools import partial, reduce
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import ingest
from bench.hostile import GENERATORS
from ingest.batch import MANIFEST, Limits, Status, convert_jobs, plan, read_manifest, run_batch
from ingest.batch.engines import ENGINES, find_engine
from ingest.batch.outcome import Request, convert_request
from ingest.batch.worker import preload
from ingest.pipeline import DEFAULT, Pipeline

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
    expected = _expectations(folder)
    with tempfile.TemporaryDirectory() as name:
        output = Path(name)
        start = time.monotonic()
        done = _convert(folder, output, "--jobs", str(arguments.jobs), "--edits")
        seconds = time.monotonic() - start
        records = read_manifest(output)
        faults = [*_accounting(records, expected, done, output)]
        for record in records:
            faults += _outcome(record, expected.get(record.source, _ANYTHING), output)
    load = os.getloadavg()[0]
    print(
        f"{len(records)} of {len(expected)} files recorded, {seconds:.0f} s, "
        f"{arguments.jobs} jobs, load {load:.1f}"
    )
    _print_outcomes(records, expected)
    return faults


# For a file that the list of expectations does not name.
_ANYTHING = {"expect": "any", "contains": ""}


def _expectations(folder: Path) -> dict[str, dict[str, str]]:
    """The rows of manifest.csv, or of the gen.csv of a generator, of files that are converted."""
    table = next(p for p in (folder / "manifest.csv", folder / "gen.csv") if p.is_file())
    with table.open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    sources = {job.name for job in plan([folder])}
    return {name: row for name, row in rows.items() if name in sources}


def _print_outcomes(records: list[Record], expected: dict[str, dict[str, str]]) -> None:
    """A table: what was expected down, what came across."""
    ends = [f"{r.status} {r.kind}".strip() for r in records]
    wanted = [expected.get(r.source, _ANYTHING)["expect"] for r in records]
    count = Counter(zip(wanted, ends, strict=True))
    for expectation in sorted(set(wanted)):
        cells = (f"{end} {count[expectation, end]}" for end in sorted(set(ends)))
        print(f"  {expectation:6}", *(cell for cell in cells if not cell.endswith(" 0")), sep="  ")


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

# Characters of the smaller text: the least size at which a conversion takes long enough. What takes
# less fits into the caches of a processor, and the larger text does not: that is no growth of ours.
SIZES = 10_000, 30_000, 100_000
ENOUGH = 0.3  # seconds of CPU
TIMES = 10  # the larger text is so many times the smaller
MOST = 12.0  # times the CPU for it
# Seconds of CPU for the larger text below which a stage is not judged: the clock would be.
TOO_SHORT = 0.05
# Processors are shared, and were seen to change their speed by 1.8 within seconds. The least of
# some rounds is the code's; a generator that is over gets more of them.
ROUNDS, MORE_ROUNDS = 1, 4
OFTEN = 3  # the smaller text is measured so often in a round: it takes little


def growth(arguments: argparse.Namespace) -> list[str]:
    """CPU of every stage on hostile text of two sizes."""
    faults = []
    for name, make in GENERATORS.items():
        if arguments.only and arguments.only not in name:
            continue
        growing = _Growing(make, in_calls=arguments.calls)
        growing.measure()
        ratios = growing.ratios()
        worst = max(ratios, key=lambda stage: ratios[stage])
        small, large = growing.small["convert"], growing.large["convert"]
        print(
            f"{name:24} {growing.size:7} characters {small:6.2f} {growing.unit} {large:7.2f} "
            f"{growing.unit} {ratios['convert']:5.1f}x   worst {worst} {ratios[worst]:.1f}x",
            flush=True,
        )
        faults += [f"{name}: {stage} {ratio:.1f}x" for stage, ratio in growing.over()]
    return faults


class _Growing:
    """The least that each stage takes, on a text and on one ten times as long."""

    def __init__(self, make: Callable[[int], str], *, in_calls: bool) -> None:
        self._cost = _millions_of_calls if in_calls else _seconds
        self._in_calls = in_calls
        self.unit = "M calls" if in_calls else "s"
        self._by_stage(make(SIZES[0]))  # word lists, and what else comes with a first use
        self.small: dict[str, float] = {}
        self.large: dict[str, float] = {}
        for self.size in SIZES[:1] if in_calls else SIZES:
            self.small = self._by_stage(make(self.size))
            if self.small["convert"] > ENOUGH:
                break
        self._texts = make(self.size), make(TIMES * self.size)

    def measure(self) -> None:
        """Measure both; calls once, since they are the same every time."""
        self._measure(ROUNDS)
        if self.over() and not self._in_calls:
            self._measure(MORE_ROUNDS)

    def _measure(self, rounds: int) -> None:
        """Some rounds of both in turn, so that both see the same machine."""
        for _ in range(rounds):
            for text, best in zip(self._texts, (self.small, self.large), strict=True):
                for _ in range(OFTEN if best is self.small and not self._in_calls else 1):
                    found = self._by_stage(text)
                    best.update({s: min(found[s], best.get(s, found[s])) for s in found})

    def _by_stage(self, text: str) -> dict[str, float]:
        """What reading takes, each stage, and a whole conversion with all its proofs."""
        out: dict[str, float] = {}
        gc.collect()
        data = text.encode("utf-8", "surrogatepass")
        doc, out["read"] = self._cost(lambda: ingest.read(data))
        for stage in DEFAULT:
            doc, out[stage.name] = self._cost(partial(stage, doc))
        _, out["convert"] = self._cost(lambda: ingest.convert(data).document)
        return out

    def ratios(self) -> dict[str, float]:
        """How many times the CPU the larger text takes, of stages that take any to speak of."""
        return {
            stage: seconds / max(self.small[stage], 1e-6)
            for stage, seconds in self.large.items()
            if stage == "convert" or seconds > TOO_SHORT
        }

    def over(self) -> list[tuple[str, float]]:
        """The stages that grow faster than they may."""
        return [(stage, ratio) for stage, ratio in self.ratios().items() if ratio > MOST]


def _seconds(work: Callable[[], ingest.Document]) -> tuple[ingest.Document, float]:
    """Seconds of CPU."""
    start = time.process_time()
    return work(), time.process_time() - start


def _millions_of_calls(work: Callable[[], ingest.Document]) -> tuple[ingest.Document, float]:
    """Calls and returns of functions: the same on a busy machine; blind to what C code repeats."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        return work(), calls / 1e6
    finally:
        sys.setprofile(None)


# ---------------------------------------------------------------- speed


FASTER = 1.7  # times one worker, two on two cores
COST = 0.05  # share of CPU


def speed(arguments: argparse.Namespace) -> list[str]:
    """Two workers against one, and one guarded worker against no guard, on the same PDFs.

    The ways take turns, and the least of each counts. Wall time tells only where the machine is
    free; so what each way had of the processors is printed, and what others had.
    """
    planned = plan([Path(arguments.folder)])
    jobs = [job for job in planned if job.source.suffix == ".pdf"][: arguments.files]
    preload(pdf=True)
    ways: dict[str, Callable[[], object]] = {
        "in process": lambda: [convert_request(Request(str(j.source)), Pipeline()) for j in jobs],
        "one worker": lambda: list(convert_jobs(jobs, Pipeline(), Limits(), workers=1)),
        "two workers": lambda: list(convert_jobs(jobs, Pipeline(), Limits(), workers=2)),
    }
    best: dict[str, _Spent] = {}
    for _ in range(arguments.rounds):
        for name, work in ways.items():
            spent = _spent(work)
            print(f"{name:12} {spent}", flush=True)
            best[name] = spent.least(best.get(name, spent))
    one, two = best["one worker"], best["two workers"]
    gain, cost = one.wall / two.wall, one.cpu / best["in process"].cpu - 1
    print(
        f"{len(jobs)} files, least of {arguments.rounds} rounds: two workers {gain:.2f} times one"
    )
    print(f"isolation costs {cost:+.1%} of CPU, a second worker {two.cpu / one.cpu - 1:+.1%}")
    faults = [f"two workers are {gain:.2f} times one"] if gain < FASTER else []
    return [*faults, *([f"isolation costs {cost:.1%}"] if cost > COST else [])]


OVERHEAD = 0.010  # seconds that an engine may take for a document, besides its conversion


def engine(arguments: argparse.Namespace) -> list[str]:
    """What each engine takes for one more document, of a few words, that no stage looks at.

    Each does few documents, then more: the difference has nothing of start and end in it. Where the
    machine is busy the wall is no engine's fault, so the CPU of all processes is what counts.
    """
    few, many = arguments.files // 10, arguments.files
    one_more: dict[str, _Spent] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for size in (few, many):
            (folder / str(size)).mkdir()
            for number in range(size):
                (folder / str(size) / f"{number}.txt").write_text(f"Document {number}.\n")
        for chosen in ENGINES:
            spent = [_spent_by(chosen, folder, size, arguments) for size in (few, many)]
            more = zip(*spent, strict=True)
            one_more[chosen] = _Spent(*((b - a) / (many - few) for a, b in more))
        faults = [
            f"{path.name}: other bytes by {chosen}"
            for chosen in ENGINES
            for path in _files(folder / f"{chosen}-{many}")
            if not _same(path, folder / f"{chosen}-{many}", folder / f"local-{many}")
        ]
    for chosen, least in one_more.items():
        print(f"{chosen:6} {1000 * least.wall:6.1f} ms wall {1000 * least.cpu:6.1f} ms CPU more")
    cost = one_more["dask"].cpu - one_more["local"].cpu
    print(f"dask costs {1000 * cost:.1f} ms CPU a document; load {os.getloadavg()[0]:.1f}")
    return [*faults, *([f"{1000 * cost:.1f} ms a document"] if cost > OVERHEAD else [])]


def _spent_by(chosen: str, folder: Path, size: int, arguments: argparse.Namespace) -> _Spent:
    """The least that an engine takes for so many documents, in some rounds."""
    jobs = plan([folder / str(size)])
    output = folder / f"{chosen}-{size}"
    rounds = []
    for _ in range(arguments.rounds):
        shutil.rmtree(output, ignore_errors=True)
        work = find_engine(chosen, workers=arguments.workers)
        batch = run_batch(jobs, Pipeline(()), output, engine=work)
        rounds.append(_spent(partial(list, batch)))
    return reduce(_Spent.least, rounds)


class _Spent(NamedTuple):
    """Seconds that a way of conversion took, and how busy the machine was."""

    wall: float
    cpu: float
    others: float  # processors that were busy with other things

    def __str__(self) -> str:
        return (
            f"{self.wall:7.2f} s wall {self.cpu:7.2f} s CPU, "
            f"{self.cpu / self.wall:.2f} processors; others had {self.others:.2f}"
        )

    def least(self, other: _Spent) -> _Spent:
        """The lesser of each."""
        return _Spent(*map(min, self, other))


def _spent(work: Callable[[], object]) -> _Spent:
    start, cpu, busy = time.monotonic(), _cpu(), _busy()
    work()
    wall, cpu = time.monotonic() - start, _cpu() - cpu
    return _Spent(wall, cpu, max(0.0, (_busy() - busy - cpu) / wall))


def _busy() -> float:
    """Seconds for which the processors of this machine have worked, all together."""
    words = Path("/proc/stat").read_text(encoding="ascii").split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, irq, softirq, steal = map(int, words[:8])
    return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")


def _cpu() -> float:
    own, others = (resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(required=True)
    for work in (corpus, kills, growth, speed, engine):
        command = commands.add_parser(work.__name__, help=work.__doc__)
        command.set_defaults(work=work)
        if work not in {growth, engine}:
            command.add_argument("folder")
    commands.choices["corpus"].add_argument("--jobs", type=int, default=os.cpu_count())
    commands.choices["kills"].add_argument("--times", type=int, default=50)
    commands.choices["kills"].add_argument("--seed", type=int, default=1)
    commands.choices["growth"].add_argument("--calls", action="store_true", help="count calls")
    commands.choices["growth"].add_argument("--only", help="part of a generator's name")
    commands.choices["speed"].add_argument("--files", type=int, default=100)
    commands.choices["speed"].add_argument("--rounds", type=int, default=3)
    commands.choices["engine"].add_argument("--files", type=int, default=200)
    commands.choices["engine"].add_argument("--rounds", type=int, default=3)
    commands.choices["engine"].add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    faults = arguments.work(arguments)
    for fault in faults:
        print("BROKEN:", fault)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
