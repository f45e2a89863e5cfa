"""CPU per page of reading and converting PDFs, beside other converters; start and memory."""

from __future__ import annotations

import importlib
import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

import ingest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

# What all others are compared with.
YARDSTICK = "pdfplumber extract_text"


def _pdfplumber(path: Path) -> None:
    import pdfplumber

    with pdfplumber.open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()


def _pdfminer(path: Path) -> None:
    from pdfminer.high_level import extract_text

    extract_text(path)


def _pdfium_text(path: Path) -> None:
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            page.get_textpage().get_text_range()
            page.close()


def _pymupdf4llm(path: Path) -> None:
    importlib.import_module("pymupdf4llm").to_markdown(str(path), show_progress=False)


def _markitdown(path: Path) -> None:
    importlib.import_module("markitdown").MarkItDown().convert(str(path))


def _kreuzberg(path: Path) -> None:
    importlib.import_module("kreuzberg").extract_file_sync(str(path))


def _liteparse(path: Path) -> None:
    importlib.import_module("liteparse").LiteParse().parse(str(path))


def _pdf_oxide(path: Path) -> None:
    importlib.import_module("pdf_oxide").PdfDocument(str(path)).to_markdown_all()


# Name, module that it needs, what it does with a file.
TOOLS: tuple[tuple[str, str, Callable[[Path], object]], ...] = (
    (YARDSTICK, "pdfplumber", _pdfplumber),
    ("ingest, reading", "ingest", ingest.read),
    ("ingest, all", "ingest", ingest.convert),
    (
        "ingest, all, by pdfplumber",
        "ingest",
        lambda path: ingest.convert(path, reader=ingest.reader(source="pdfplumber")),
    ),
    ("PDFium plain text", "pypdfium2", _pdfium_text),
    ("pdfminer.six", "pdfminer", _pdfminer),
    ("pymupdf4llm", "pymupdf4llm", _pymupdf4llm),
    ("markitdown", "markitdown", _markitdown),
    ("kreuzberg", "kreuzberg", _kreuzberg),
    ("liteparse", "liteparse", _liteparse),
    ("pdf_oxide", "pdf_oxide", _pdf_oxide),
)


def _is_there(module: str) -> bool:
    try:
        importlib.import_module(module)
    except ImportError:
        return False
    return True


def _cpu(work: Callable[[Path], object], paths: Iterable[Path]) -> list[float]:
    """CPU seconds of each file."""
    out = []
    for path in paths:
        start = time.process_time()
        work(path)
        out.append(time.process_time() - start)
    return out


@click.command("pdf")
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.option("--sample", default=30, help="Take so many files, evenly.", show_default=True)
@click.option("--rounds", default=3, help="Measure each file so often, keep the least.")
def measure_pdfs(folder: Path, sample: int, rounds: int) -> None:
    """Print CPU per page of every tool on the same files, and the ratio to pdfplumber's."""
    import pypdfium2

    paths = sorted(folder.rglob("*.pdf"))
    paths = paths[:: max(1, len(paths) // sample)][:sample]
    pages = sum(len(pypdfium2.PdfDocument(path)) for path in paths)
    tools = [tool for tool in TOOLS if _is_there(tool[1])]
    absent = [name for name, module, _ in TOOLS if not _is_there(module)]
    least: dict[str, list[float]] = {}
    for _ in range(rounds):
        for name, _, work in tools:
            work(paths[0])  # load what it needs
            found = _cpu(work, paths)
            least[name] = list(map(min, least.get(name, found), found))
    yardstick = sum(least[YARDSTICK])
    click.echo(f"{len(paths)} files, {pages} pages; least of {rounds} rounds")
    for name, seconds in least.items():
        cost, ratio = 1000 * sum(seconds) / pages, yardstick / sum(seconds)
        click.echo(f"{name:28} {cost:8.1f} ms/page   1/{ratio:.1f} of pdfplumber")
    click.echo(f"absent: {', '.join(absent) or 'none'}")


# ---------------------------------------------------------------- start and memory


class _Run(NamedTuple):
    """What one command took: seconds on the clock, CPU seconds, MB at the peak."""

    wall: float
    cpu: float
    peak: float


def _run(arguments: Sequence[str]) -> _Run:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    code = f"import resource, runpy, sys; sys.argv = {list(arguments)!r}\n{_MEASURED}"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    peak = float(done.stderr.rsplit("peak ", 1)[1])
    return _Run(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, peak)


# Linux counts the peak in kilobytes.
_MEASURED = """
try:
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=False)
finally:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"peak {peak / 1024:.0f}", file=sys.stderr)
"""


def _repeated(path: Path, pages: int) -> bytes:
    """A PDF with so many pages: those of a file again and again."""
    import pypdfium2

    source, long = pypdfium2.PdfDocument(path), pypdfium2.PdfDocument.new()
    while len(long) < pages:
        long.import_pages(source, list(range(min(len(source), pages - len(long)))))
    buffer = io.BytesIO()
    long.save(buffer)
    return buffer.getvalue()


@click.command("long")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--pages", "sizes", multiple=True, default=(1, 50, 500, 5000), show_default=True)
def measure_long(file: Path, sizes: tuple[int, ...]) -> None:
    """Print time and peak memory of `ingest convert` for files of one page and of many."""
    with tempfile.TemporaryDirectory() as folder:
        for pages in sizes:
            path = Path(folder) / f"{pages}.pdf"
            path.write_bytes(_repeated(file, pages))
            out = str(Path(folder) / "out")
            taken = _run(["ingest", "convert", str(path), "-o", out, "--quiet"])
            click.echo(
                f"{pages:5} pages: {taken.wall:6.2f} s, {taken.cpu:6.2f} s CPU, "
                f"{taken.peak:5.0f} MB at the peak"
            )
