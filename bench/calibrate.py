"""Fit the confidence curves: the share of right edits by margin, per rule, on labelled sets.

    calibrate.py --bench DIR [--check]

DIR holds SET/correct.txt, corrupt.txt and docs.txt (the layout of the damaged sets). The curves are
measured on the sets, nothing else is learned from them. Prints the table that
`spacing/confidence.py` holds, fitted on some of the documents; with --check the share right on
others, per band of stated confidence and per rule.
"""

from __future__ import annotations

import argparse
import math
from collections import defaultdict
from pathlib import Path

from bench.scoring import gaps_of, read_set
from ingest.spacing.confidence import confidence
from ingest.spacing.edits import WITHHELD
from ingest.spacing.repair import read_document

SETS = [
    "en-clean",
    "tech-clean",
    "en-pairs",
    "tech-pairs",
    "de-pairs",
    "en-drop05",
    "en-drop15",
    "en-spurious",
    "en-mixed",
    "acl",
    "arxiv-pdftotext",
]
# Of every four documents two are read to fit the curves, and one to check them.
STEP, FIT_AT, CHECK_AT = 4, (0, 2), (1,)
PRIOR = 1.0  # pull of the slope towards 1, so that rules with few cases stay sane
SURE = 0.9
BANDS = (0.0, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)

Cases = dict[str, list[tuple[float, bool]]]


def collect(folder: Path, places: tuple[int, ...]) -> Cases:
    """Return (margin, right) of every proposal in the documents at some places, per rule."""
    cases: Cases = defaultdict(list)
    for number, document in enumerate(read_set(folder)):
        if number % STEP not in places:
            continue
        edits = read_document(document.corrupt).propose()
        for good, bad, some in zip(document.correct, document.corrupt, edits, strict=True):
            truth = gaps_of(good)
            for edit in some:
                if edit.margin <= WITHHELD:
                    continue
                place = sum(not c.isspace() for c in bad[: edit.start])
                cases[edit.rule].append((edit.margin, (place in truth) == bool(edit.text)))
    return cases


def fit(cases: list[tuple[float, bool]]) -> tuple[float, float]:
    """Return slope and offset of the logistic curve through (margin, right)."""
    slope, offset = 1.0, 0.0
    for _ in range(2000):
        d_slope, d_offset = PRIOR * (slope - 1.0), 0.05 * offset
        for margin, right in cases:
            z = max(-30.0, min(30.0, slope * min(margin, 8.0) + offset))
            error = 1 / (1 + math.exp(-z)) - right
            d_slope += error * min(margin, 8.0)
            d_offset += error
        rate = 0.3 / (len(cases) + 5)
        slope, offset = max(0.05, slope - rate * d_slope), offset - rate * d_offset
    return round(slope, 2), round(offset, 2)


def show_bands(cases: Cases) -> None:
    """Print the share right per band of stated confidence."""
    stated = [(confidence(rule, m), right) for rule, some in cases.items() for m, right in some]
    for low, high in zip(BANDS, (*BANDS[1:], 1.01), strict=True):
        band = [right for c, right in stated if low <= c < high]
        if band:
            share = sum(band) / len(band)
            print(f"{low:.2f}-{min(high, 1):.2f} {len(band):6d} edits, right {share:.3f}")
    for rule, some in sorted(cases.items()):
        sure = [right for margin, right in some if confidence(rule, margin) >= SURE]
        if sure:
            print(f"{rule:16} {len(sure):6d} edits from {SURE}, right {sum(sure) / len(sure):.3f}")


def main() -> None:
    """Measure, and print curves or bands."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--bench", type=Path, required=True)
    ap.add_argument("--check", action="store_true")
    args = ap.parse_args()
    cases: Cases = defaultdict(list)
    for name in SETS:
        for rule, some in collect(args.bench / name, CHECK_AT if args.check else FIT_AT).items():
            cases[rule] += some
    if args.check:
        show_bands(cases)
        return
    for rule in sorted(cases):
        slope, offset = fit(cases[rule])
        print(f'    "{rule}": ({slope}, {offset}),  # {len(cases[rule])} proposals')


if __name__ == "__main__":
    main()
