"""Score the blocks of text exports that are no prose.

    python -m bench.blocks [--half "held out"] [PATTERN]

For each kind: how many blocks are wanted, how many of those found are right (precision), and how
many of those wanted are found (recall). A block is right if its kind and its whole content are; of
code that means every blank. A third of the cases is prose, in which nothing is to be found; `prose`
is the share of those that come out exactly. PATTERN chooses by title; with it, what is wrong is
shown.
"""

from __future__ import annotations

import argparse
import re

import ingest
from bench.blocks.score import HALVES, KINDS, Tally, blocks_of, read_cases


def main() -> None:
    """Convert the cases, compare, and print a table for each half."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pattern", nargs="?", default="")
    parser.add_argument("--half", choices=list(HALVES))
    options = parser.parse_args()
    for half in [options.half] if options.half else HALVES:
        _score(half, options.pattern)


def _score(half: str, pattern: str) -> None:
    tallies = {kind: Tally() for kind in (*KINDS, "all")}
    cases = read_cases(HALVES[half])
    exact = {case.title: False for case in cases if case.kind == "prose"}
    for case in cases:
        if not re.search(pattern, f"{case.kind}: {case.title}"):
            continue
        made = ingest.convert(case.text.encode(), name="case.txt").markdown
        wanted, found = blocks_of(case.markdown), blocks_of(made)
        for kind in KINDS:
            for name in (kind, "all"):
                tallies[name].add(wanted[kind], found[kind])
        if case.kind == "prose":
            exact[case.title] = made == case.markdown
        if pattern and made != case.markdown:
            print(f"---- {case.kind}: {case.title}\n{made}")
    print(f"{half:12}{'wanted':>8}{'found':>8}{'right':>8}{'P':>8}{'R':>8}")
    for name, tally in tallies.items():
        counts = f"{tally.wanted:8}{tally.found:8}{tally.right:8}"
        print(f"{name:12}{counts}{tally.precision:8.3f}{tally.recall:8.3f}")
    print(f"prose       {sum(exact.values())} of {len(exact)} exactly as wanted\n")


if __name__ == "__main__":
    main()
