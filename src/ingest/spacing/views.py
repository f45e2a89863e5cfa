"""The first look at the lines: which are suspect, printed apart, or without any blanks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.spacing.evidence import LineView
from ingest.spacing.scan import HUMP, Verdict
from ingest.spacing.textline import split_chains

if TYPE_CHECKING:
    from ingest.spacing.evidence import Evidence

SPACED = re.compile(r"(?<!\S)\S{1,2}(?: \S{1,2}){3,}(?!\S)")  # letters printed apart
SPACED_SHARE = 0.6  # of the pieces of such a stretch that are single, and that are letters
DENSE_RUN = 14  # letters; a run this long that falls apart well has lost its blanks
DENSE_PROFIT = 0.5  # log10; how much cheaper the parts of such a run must be
DENSE_LETTERS = 12  # letters per token, from which on a line with such a run has no blanks


def find_suspect_lines(evidence: Evidence) -> list[int]:
    """Return the numbers of lines that hold a suspect token."""
    suspects: dict[int, set[str]] = {}
    numbers = []
    for i, (words, (_, scanner)) in enumerate(zip(evidence.split, evidence.voices, strict=True)):
        known = suspects.get(id(scanner))
        if known is None:
            known = suspects[id(scanner)] = set(filter(scanner.is_suspect, evidence.types))
        if not known.isdisjoint(words):
            numbers.append(i)
    return numbers


def view_line(evidence: Evidence, number: int) -> LineView:
    """Parse one line."""
    text = evidence.lines[number]
    flat = text.replace("\t", " ").replace("\xa0", " ")
    spaced = {
        p for m in SPACED.finditer(flat) if _is_spaced(m.group()) for p in range(m.start(), m.end())
    }
    is_odd = spaced or not evidence.voices[number][1].odd.isdisjoint(evidence.split[number])
    return LineView(number, text, split_chains(text) if is_odd else [], flat, spaced)


def find_dense(evidence: Evidence, views: list[LineView]) -> None:
    """Note the lines without blanks; a document mostly of such lines is one throughout."""
    for view in views:
        scanner = evidence.voices[view.number][1]
        runs = [run for chain in view.chains for run in chain]
        letters = sum(len(run.text) for run in runs)
        falls = [
            r
            for r in runs
            if len(r.text) >= DENSE_RUN and _falls_apart(r.text, scanner.verdict(r.text))
        ]
        if falls and letters >= DENSE_LETTERS * len(evidence.split[view.number]):
            evidence.dense.add(view.number)
    dense = sum(len(evidence.lines[i]) for i in evidence.dense)
    if len(evidence.dense) > 1 and dense > 0.5 * sum(map(len, evidence.lines)):
        evidence.dense.update(view.number for view in views)


def _falls_apart(run: str, verdict: Verdict) -> bool:
    """Tell whether a long run is three words or more, and no name with capitals inside."""
    return verdict.cuts > 1 + len(HUMP.findall(run)) and verdict.profit > DENSE_PROFIT


def _is_spaced(stretch: str) -> bool:
    """Tell whether short pieces are the letters of words printed apart."""
    pieces = stretch.split(" ")
    single = sum(len(p) == 1 for p in pieces)
    letters = sum(p[0].isalpha() for p in pieces)
    return min(single, letters) >= SPACED_SHARE * len(pieces)
