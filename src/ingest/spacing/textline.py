"""A line as runs of letters, and chains of runs that only blanks keep apart."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import NamedTuple

from ingest.spacing.protect import is_protected

# Latin letters, with apostrophes inside. Other scripts are never touched.
LETTERS = "A-Za-zÀ-ÖØ-öø-ɏẀ-ỿﬀ-ﬆ"
RUN = re.compile(rf"[{LETTERS}]+(?:['’][{LETTERS}]+)*")
TOKEN = re.compile(r"\S+")
LONGEST_UNIT = 4  # letters beside a digit; a longer run there is a word, no unit or code
LONGEST_RUN = 2_000  # letters; a longer run is binary data, not prose


class Run(NamedTuple):
    """One run of letters: `line[start:end]`."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Chain:
    """Runs with nothing but blanks between them, seen as letters and cuts.

    Attributes:
        runs: The runs, in order.
        text: Their letters without blanks.
        offsets: Where each letter stands in the line.
        blanks: Cuts (letters before them) at which the line has a blank.

    """

    runs: list[Run]
    text: str = ""
    offsets: list[int] = field(default_factory=list)
    blanks: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Fill the letter view."""
        self.text = "".join(run.text for run in self.runs)
        for run in self.runs:
            if self.offsets:
                self.blanks.add(len(self.offsets))
            self.offsets.extend(range(run.start, run.end))


def split_chains(line: str) -> list[list[Run]]:
    """Return the chains of a line, as lists of runs; protected tokens end a chain."""
    chains: list[list[Run]] = []
    last_end = -1
    for token in TOKEN.finditer(line):
        if is_protected(token.group()):
            last_end = -1
            continue
        for found in RUN.finditer(line, token.start(), token.end()):
            run = Run(sys.intern(found.group()), found.start(), found.end())
            if len(run.text) > LONGEST_RUN or touches_digit(line, run):
                last_end = -1
                continue
            if last_end >= 0 and line[last_end : run.start].isspace():
                chains[-1].append(run)
            else:
                chains.append([run])
            last_end = run.end
    return chains


def touches_digit(line: str, run: Run) -> bool:
    """Tell whether a short run stands next to a digit (`10mg`, `CD4`, `SpO2`)."""
    if len(run.text) > LONGEST_UNIT:
        return False
    before = line[run.start - 1] if run.start else " "
    after = line[run.end] if run.end < len(line) else " "
    return before.isdigit() or after.isdigit()
