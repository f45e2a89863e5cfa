"""Converters that read PDFs, each in a process of its own: `python speed_tools.py TOOL`.

It imports nothing of this project but for the tools of that name, so any interpreter can run it. It
says `ready`, or why not; then it takes paths, one a line, and answers with CPU seconds.
"""

from __future__ import annotations

import importlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from typing import Any

# What all others are compared with.
YARDSTICK = "pdfplumber extract_text"


def _module(name: str) -> Any:  # noqa: ANN401 - any module, which need not be installed here
    return importlib.import_module(name)


def _pdfplumber(path: str) -> None:
    with _module("pdfplumber").open(path) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()


def _by_pdfplumber(path: str) -> None:
    ingest = _module("ingest")
    ingest.convert(path, reader=ingest.reader(source="pdfplumber"))


def _pdfium_text(path: str) -> None:
    with _module("pypdfium2").PdfDocument(path) as pdf:
        for page in pdf:
            page.get_textpage().get_text_range()
            page.close()


def _pdftotext(path: str) -> None:
    subprocess.run(["pdftotext", "-q", path, os.devnull], check=True)


def _liteparse(path: str) -> None:
    parser = _module("liteparse").LiteParse(ocr_enabled=False, output_format="markdown", quiet=True)
    parser.parse(path)


def _opendataloader(path: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _module("opendataloader_pdf").convert(
            path, output_dir=folder, format="markdown", quiet=True, image_output="off"
        )


# Name: the module or the program that it needs, and what it does with a file.
TOOLS: dict[str, tuple[str, Any]] = {
    YARDSTICK: ("pdfplumber", _pdfplumber),
    "ingest, reading": ("ingest", lambda path: _module("ingest").read(path)),
    "ingest, all": ("ingest", lambda path: _module("ingest").convert(path)),
    "ingest, all, by pdfplumber": ("ingest", _by_pdfplumber),
    "PDFium plain text": ("pypdfium2", _pdfium_text),
    "pdftotext (poppler)": ("pdftotext", _pdftotext),
    "pdfminer.six": ("pdfminer", lambda path: _module("pdfminer.high_level").extract_text(path)),
    "pymupdf4llm": ("pymupdf4llm", lambda path: _module("pymupdf4llm").to_markdown(path)),
    "markitdown": ("markitdown", lambda path: _module("markitdown").MarkItDown().convert(path)),
    "kreuzberg": ("kreuzberg", lambda path: _module("kreuzberg").extract_file_sync(path)),
    "liteparse": ("liteparse", _liteparse),
    "edgeparse": ("edgeparse", lambda path: _module("edgeparse").convert(path)),
    # It starts a Java machine for each file.
    "opendataloader": ("opendataloader_pdf", _opendataloader),
    "pdf_oxide": (
        "pdf_oxide",
        lambda path: _module("pdf_oxide").PdfDocument(path).to_markdown_all(),
    ),
}
PROGRAMS = ("pdftotext",)
# These are no dependencies; `--peers` names an interpreter that has them.
PEERS = (
    "pymupdf4llm",
    "markitdown",
    "kreuzberg",
    "liteparse",
    "edgeparse",
    "opendataloader",
    "pdf_oxide",
)


def _lack(need: str) -> str | None:
    """Why a tool cannot run here; None if it can."""
    if need in PROGRAMS:
        return None if shutil.which(need) else "not installed"
    try:
        _module(need)
    except ImportError as error:
        return f"not installed ({error})"
    return None


def _cpu() -> float:
    """CPU seconds of this process and of those it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main(tool: str) -> None:
    """Answer on the stdout that we were given; what tools print goes nowhere."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    need, work = TOOLS[tool]
    lack = _lack(need)
    print(lack or "ready", file=answers)
    for path in sys.stdin if lack is None else ():
        start = _cpu()
        try:
            work(path.rstrip("\n"))
        except Exception as error:  # noqa: BLE001 - any tool, any error; it is shown
            print(f"{type(error).__name__}: {error}".replace("\n", " ")[:200], file=answers)
        else:
            print(_cpu() - start, file=answers)


if __name__ == "__main__":
    main(sys.argv[1])
