"""Fifty files as they lie in a folder of exports: samples, texts, PDFs, and two that are broken."""

import shutil
from pathlib import Path

from pdfs import make_pdf, text

SAMPLES = Path(__file__).parents[1] / "samples"
BROKEN = ("broken.pdf", "empty.txt")
TEXTS, PDFS = 20, 15
FIXED = "quality of life. These spasms were seen"  # what each text has after its repair


def make_mixed(folder):
    """Fill a folder; the paths by name."""
    for sample in SAMPLES.iterdir():
        if sample.suffix in {".pdf", ".txt"}:
            shutil.copy(sample, folder)
    for n in range(TEXTS):
        (folder / f"note-{n:02}.txt").write_text(
            f"Note {n}\n\nIt affects the quality of life.These spasms\nwere seen on day {n}.\n"
        )
    for n in range(PDFS):
        first = text(f"Sheet {n} begins here, on the first page.")
        second = text(f"And sheet {n} ends here, on the second.")
        (folder / f"sheet-{n:02}.pdf").write_bytes(make_pdf(first, second))
    (folder / BROKEN[0]).write_bytes(b"%PDF-1.7\nthe rest is missing")
    (folder / BROKEN[1]).write_bytes(b"")
    return {path.name: path for path in sorted(folder.iterdir())}


def letters(markdown):
    """What has to be in the whole and in its pages alike."""
    return "".join(markdown.split())
