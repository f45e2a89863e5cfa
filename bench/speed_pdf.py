"""CPU per page of reading and converting PDFs, beside other converters; start and memory."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bench import speed_tools
from bench.speed_tools import PEERS, TOOLS, YARDSTICK

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import TracebackType

ABSENT = "absent"


class Tool:
    """A tool in a process of its own, which waits for files."""

    def __init__(self, name: str, python: str | None) -> None:
        """Start it by this interpreter, if there is one."""
        self.name = name
        self.lack = f"{ABSENT}: give --peers an interpreter that has it"
        self._process: subprocess.Popen[str] | None = None
        if python is None:
            return
        command = [python, str(Path(speed_tools.__file__)), name]
        try:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        except OSError as error:
            self.lack = f"{ABSENT}: {python} cannot be run ({error.strerror})"
        else:
            self.lack = self._answer()

    def _answer(self) -> str:
        assert self._process is not None
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip() or "it ended"

    @property
    def is_ready(self) -> bool:
        """Can it take files?"""
        return self.lack == "ready"

    def seconds(self, path: Path) -> float:
        """CPU seconds that a file takes.

        Raises:
            click.ClickException: The tool fails at it.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        answer = self._answer()
        try:
            return float(answer)
        except ValueError as error:
            raise click.ClickException(f"{self.name}: {path}: {answer}") from error

    def __enter__(self) -> Tool:
        """Nothing: it has started."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: object, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()


@click.command("pdf")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--sample", default=30, help="Take so many files, evenly.", show_default=True)
@click.option("--rounds", default=3, help="Measure each file so often, keep the least.")
@click.option("--peers", help="A Python that has converters of others installed.")
def measure_pdfs(folder: Path, sample: int, rounds: int, peers: str | None) -> None:
    """Print CPU per page of every tool on the same files, and the ratio to pdfplumber's.

    The tools take turns file by file, each in a process of its own, so that whatever else the
    machine does falls on all of them.
    """
    import pypdfium2

    paths = sorted(folder.rglob("*.pdf"))
    paths = paths[:: max(1, len(paths) // sample)][:sample]
    pages = sum(len(pypdfium2.PdfDocument(path)) for path in paths)
    with ExitStack() as stack:
        tools = [
            stack.enter_context(Tool(name, peers if name in PEERS else sys.executable))
            for name in TOOLS
        ]
        ready = [tool for tool in tools if tool.is_ready]
        least = _least(ready, paths, rounds)
    click.echo(f"{len(paths)} files, {pages} pages; least of {rounds} rounds")
    for tool in tools:
        if not tool.is_ready:
            click.echo(f"{tool.name:28} {tool.lack}")
            continue
        ratio = least[YARDSTICK] / least[tool.name]
        cost = 1000 * least[tool.name] / pages
        click.echo(f"{tool.name:28} {cost:8.1f} ms/page   1/{ratio:.1f} of pdfplumber")


def _least(tools: Sequence[Tool], paths: Sequence[Path], rounds: int) -> dict[str, float]:
    """CPU seconds of each tool: of each file the least."""
    for tool in tools:
        tool.seconds(paths[0])  # load what it needs
    out = dict.fromkeys((tool.name for tool in tools), 0.0)
    for path in paths:
        turns = [[tool.seconds(path) for tool in tools] for _ in range(rounds)]
        for tool, seconds in zip(tools, zip(*turns, strict=True), strict=True):
            out[tool.name] += min(seconds)
    return out


# ---------------------------------------------------------------- start and memory


class _Run(NamedTuple):
    """What one command took: seconds on the clock, CPU seconds, MB of the largest process."""

    wall: float
    cpu: float
    peak: float


# Linux counts the peak in kilobytes. The command converts in a child, which has the peak.
_MEASURED = """
import resource, runpy, sys
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)
finally:
    both = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(f"peak {max(u.ru_maxrss for u in both) / 1024:.0f}", file=sys.stderr)
"""


def _run(arguments: Sequence[str]) -> _Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    code = f"import sys; sys.argv = {list(arguments)!r}\n{_MEASURED}"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = float(done.stderr.rsplit("peak ", 1)[1])
    return _Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak)


def _long(paths: Iterable[Path], pages: int) -> bytes:
    """A PDF with so many pages: those of some files, again and again."""
    import pypdfium2

    sources, long = [pypdfium2.PdfDocument(path) for path in paths], pypdfium2.PdfDocument.new()
    while len(long) < pages:
        for source in sources:
            if take := min(len(source), pages - len(long)):
                long.import_pages(source, list(range(take)))
    buffer = io.BytesIO()
    long.save(buffer)
    return buffer.getvalue()


@click.command("start")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--rounds", default=7, help="Measure so often, keep the least.", show_default=True)
def measure_start(file: Path, rounds: int) -> None:
    """Print how long `ingest convert` takes for a small file in a fresh process."""
    with tempfile.TemporaryDirectory() as folder:
        runs = [
            _run(["ingest", "convert", str(file), "-o", f"{folder}/{n}", "--quiet"])
            for n in range(rounds)
        ]
    wall, cpu = min(run.wall for run in runs), min(run.cpu for run in runs)
    click.echo(f"{file.name}: {wall:.2f} s, {cpu:.2f} s CPU; least of {rounds} rounds")


@click.command("long")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--pages",
    "sizes",
    multiple=True,
    type=int,
    default=(1, 500, 1000, 2500, 5000),
    show_default=True,
)
def measure_long(files: tuple[Path, ...], sizes: tuple[int, ...]) -> None:
    """Print time and peak memory of `ingest convert` for PDFs made of the pages of FILES.

    Take files enough: the pages of one, again and again, are furniture and thrown away.
    """
    paths = [path for file in files for path in (sorted(file.rglob("*.pdf")) or [file])]
    last: tuple[int, float] | None = None
    with tempfile.TemporaryDirectory() as folder:
        for pages in sizes:
            path = Path(folder) / f"{pages}.pdf"
            path.write_bytes(_long(paths, pages))
            out = str(Path(folder) / "out")
            limits = ("--limit", "wall=0", "--limit", "cpu=0", "--limit", "memory=0")
            taken = _run(["ingest", "convert", str(path), "-o", out, "--quiet", *limits])
            slope = (
                f", {1000 * (taken.peak - last[1]) / (pages - last[0]):4.0f} MB more for each 1,000"
                if last
                else ""
            )
            last = pages, taken.peak
            click.echo(
                f"{pages:5} pages: {taken.wall:6.2f} s, {taken.cpu:6.2f} s CPU, "
                f"{taken.peak:5.0f} MB at the peak{slope}"
            )
