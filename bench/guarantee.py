"""Check on every file of a folder that the promises hold, and measure what checking costs.

    python -m bench.guarantee FOLDER...

Prints, for texts and PDFs apart, files, failures, files that needed more than two passes, and the
CPU share of the checks: replay, look-up in the Markdown, and the second pass that shows that
nothing changes.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import ingest
from ingest.batch import FOLDER_SUFFIXES
from ingest.verify import check_document, check_written

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.document import Document


T = TypeVar("T")


class _Clock:
    """CPU seconds by name."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def run(self, name: str, work: Callable[[], T]) -> T:
        start = time.process_time()
        try:
            return work()
        finally:
            self.seconds[name] += time.process_time() - start


def _files(folders: list[str]) -> Iterator[Path]:
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.lower() in FOLDER_SUFFIXES and path.is_file():
                yield path


def _measure(path: Path, clock: _Clock) -> int:
    """Convert one file step by step; the number of passes it took."""
    doc: Document = clock.run("work", lambda: ingest.run(ingest.read(path)))
    passes = 1
    while True:
        passes += 1
        again = clock.run("second run", lambda doc=doc: ingest.run(doc))  # type: ignore[misc]
        if again.children is doc.children:
            break
        doc = again
    clock.run("replay", lambda: check_document(doc))
    markdown = clock.run("work", lambda: ingest.write(doc))
    clock.run("look-up", lambda: check_written(doc, markdown))
    if markdown != ingest.convert(path).markdown:
        raise ingest.InvariantError(f"{path}: two conversions differ")
    return passes


def main() -> None:
    """Measure all files and print a table."""
    clocks = {"text": _Clock(), "pdf": _Clock()}
    files: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    more: Counter[str] = Counter()
    for path in _files(sys.argv[1:]):
        kind = "pdf" if path.suffix.lower() == ".pdf" else "text"
        files[kind] += 1
        try:
            more[kind] += _measure(path, clocks[kind]) > 2  # noqa: PLR2004 - one pass, and the proof
        except ingest.IngestError as error:
            failed[kind] += 1
            print(f"{path}: {type(error).__name__}: {error}")
    print(f"{'kind':6}{'files':>7}{'failed':>8}{'>2 passes':>11}  share of CPU spent on checks")
    for kind, clock in clocks.items():
        total = sum(clock.seconds.values()) or 1.0
        checks = {n: s / total for n, s in clock.seconds.items() if n != "work"}
        parts = ", ".join(f"{name} {share:.1%}" for name, share in checks.items())
        print(
            f"{kind:6}{files[kind]:7}{failed[kind]:8}{more[kind]:11}  "
            f"{sum(checks.values()):.1%} ({parts})"
        )


if __name__ == "__main__":
    main()
