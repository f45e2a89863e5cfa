"""The share of line-end hyphens that are decided rightly.

    python -m bench.hyphens ../shared/bench/structure/dev [--wrong]

The folder holds one folder per document, with `truth.md` beside text exports. A case is a line that
ends with a hyphen, with the first word of the next line; it counts if the truth has the word either
with the hyphen or without, once for each document and program that cut it. `--wrong` lists what was
decided wrongly.
"""

from __future__ import annotations

import re
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from ingest.stages.hyphens import Hyphens, glue

if TYPE_CHECKING:
    from collections.abc import Iterator

EXPORT = "*.pdfminer.txt"  # pdftotext takes hyphens out itself
_CUT = re.compile(r"(\S*[^\W\d_])([-\u2010\u00ad])[ \t]*\n+[ \t]*([^\W\d_][^\s]*)")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")


class Case(NamedTuple):
    """A word that a line end cut at a hyphen; `is_soft` if the truth has it in one."""

    document: str
    program: str
    head: str
    hyphen: str
    tail: str
    is_soft: bool


def cases(folder: Path) -> Iterator[tuple[Case, str]]:
    """The cases that the truth decides, each with the text it stands in."""
    for path in sorted(folder.rglob(EXPORT)):
        truth = path.with_name("truth.md")
        if not truth.is_file():
            continue
        words = _words(truth.read_text(encoding="utf-8"))
        text = path.read_text(encoding="utf-8")
        seen = set()
        for match in _CUT.finditer(text):
            head, tail = _EDGES.sub("", match[1]), _EDGES.sub("", match[3])
            joined, kept = (head + tail).lower() in words, f"{head}-{tail}".lower() in words
            if joined == kept or (head, tail) in seen:
                continue
            seen.add((head, tail))
            yield Case(path.parent.name, path.name, head, match[2], tail, joined), text


def _words(text: str) -> frozenset[str]:
    text = re.sub(r"[\u2010\u2011]", "-", text)
    return frozenset(_EDGES.sub("", word).lower() for word in text.split())


def main() -> None:
    """Judge every case and print the share."""
    right, wrong = 0, []
    rules: dict[str, Hyphens] = {}
    for case, text in cases(Path(sys.argv[1])):
        hyphens = rules.setdefault(case.document + case.program, Hyphens(partial(str, text)))
        join = glue(case.head + case.hyphen, case.tail, "unwrap", hyphens)
        if (join.rule == "soft-hyphen") == case.is_soft:
            right += 1
        else:
            wrong.append(case)
    count = right + len(wrong)
    soft = sum(not case.is_soft for case in wrong)
    print(
        f"{right} of {count} right, {right / max(1, count):.1%}; "
        f"{soft} real hyphens lost, {len(wrong) - soft} soft ones kept"
    )
    if "--wrong" in sys.argv:
        for case in wrong:
            print(f"{case.document} {case.program}: {case.head}-{case.tail}")


if __name__ == "__main__":
    main()
