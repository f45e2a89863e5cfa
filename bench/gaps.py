"""How wide a gap between two glyphs is a blank: words joined and split for a range of widths.

    python -m bench.gaps ../shared/bench/structure/dev [--every 3]

The folder holds one folder per document, with `truth.md` beside the PDFs of several producers. A
line of a PDF counts if its letters stand in the truth in a row; the truth then tells which gaps are
blanks. They are told by the gap alone, as if the file drew no spaces, and with the blanks that
PDFium infers as a second witness; of files that draw their spaces it infers few.

A gap that is a blank in the truth and not in the reading joins two words; the other way round it
splits one. Both are told per 1,000 words, for each width in em, and for each producer.
"""

from __future__ import annotations

import argparse
from collections import defaultdict
from itertools import accumulate, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ingest.read.glyphs import Blank
from ingest.read.lines import WORD_GAP
from ingest.read.order import page_lines
from ingest.read.pdfium import PdfiumFile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTHS = (0.05, 0.075, 0.09, 0.1, WORD_GAP, 0.125, 0.15, 0.175, 0.2, 0.25)
LINE_MIN = 20  # letters of a line that is looked for in the truth


class Gap(NamedTuple):
    """What stands between two glyphs of one line: its width in em, and whether it is a blank."""

    width: float
    is_blank: bool
    is_inferred: bool


class Truth(NamedTuple):
    """A text without its blanks, and before which of its characters one stood."""

    letters: str
    blanks: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Truth:
        """The truth that a text is; marks of Markdown are left as they are."""
        starts = accumulate(len(word) for word in text.split())
        return cls("".join(text.split()), frozenset(starts))


def gaps_of(path: Path, truth: Truth) -> Iterator[Gap]:
    """The gaps between neighbours on the lines of a PDF that stand in the truth."""
    pdf = PdfiumFile(path.read_bytes(), name=path.name)
    for number in range(1, pdf.count + 1):
        for line in page_lines(pdf.page(number).glyphs):
            glyphs = line.fragment.glyphs
            letters = "".join(glyph.text for glyph in glyphs)
            at = truth.letters.find(letters) if len(letters) >= LINE_MIN else -1
            if at < 0:
                continue
            for a, b in pairwise(glyphs):
                at += len(a.text)
                width = (b.left - a.right) / max(a.style.size, b.style.size)
                yield Gap(width, at in truth.blanks, b.blank is Blank.INFERRED)
    pdf.close()


def faults(gaps: Iterable[Gap], width: float, *, is_witness: bool) -> tuple[int, int]:
    """How many words are joined and how many split if a gap of this width is a blank."""
    joined = split = 0
    for gap in gaps:
        is_blank = gap.width > width or (is_witness and gap.is_inferred)
        joined += gap.is_blank and not is_blank
        split += is_blank and not gap.is_blank
    return joined, split


def _print(name: str, gaps: list[Gap]) -> None:
    words = sum(gap.is_blank for gap in gaps) or 1
    print(f"{name}: {words} blanks")
    print("  width in em   gap alone: joined  split   with PDFium's: joined  split   (per 1,000)")
    for width in WIDTHS:
        told = (
            1000 * count / words
            for is_witness in (False, True)
            for count in faults(gaps, width, is_witness=is_witness)
        )
        mark = "*" if width == WORD_GAP else " "
        alone, split, both, split_both = told
        print(f"{mark} {width:11.3f} {alone:17.2f} {split:7.2f} {both:22.2f} {split_both:6.2f}")


def main() -> None:
    """Print the faults for each producer and over all."""
    parser = argparse.ArgumentParser(description="Joined and split words by the width of a gap.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--every", type=int, default=1, help="read one PDF in so many")
    chosen = parser.parse_args()
    found: dict[str, list[Gap]] = defaultdict(list)
    for path in sorted(chosen.folder.rglob("*.pdf"))[:: chosen.every]:
        truth = Truth.of(path.with_name("truth.md").read_text(encoding="utf-8"))
        found[path.stem] += gaps_of(path, truth)
    for name, gaps in found.items():
        _print(name, gaps)
    _print("all", [gap for gaps in found.values() for gap in gaps])


if __name__ == "__main__":
    main()
