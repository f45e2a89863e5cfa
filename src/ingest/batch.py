"""Many files: what goes where, one conversion after the other, nothing half written."""

from __future__ import annotations

import json
import os
import tempfile
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import OutputError, SourceError
from ingest.pipeline import convert
from ingest.read import PDF_SUFFIX, TEXT_SUFFIXES, read

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.document import Document
    from ingest.pipeline import Conversion, Reader, Stage

# What is taken from a folder. Markdown lies beside exports as their description or as earlier
# output, so it is taken only when named.
FOLDER_SUFFIXES = (PDF_SUFFIX, *TEXT_SUFFIXES)
STDIN = "-"


class Status(StrEnum):
    """How the conversion of one file ended."""

    CONVERTED = "converted"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """One input. `output` is relative to the output folder, and ends in `.md`."""

    source: Path
    output: Path


def plan(inputs: Sequence[Path]) -> list[Job]:
    """One job for each input file; folders are walked, and their tree is kept.

    Two inputs that would get the same output keep their suffix in its name: `a.pdf.md`, `a.txt.md`.

    Raises:
        SourceError: An input does not exist, or a folder holds nothing to convert.
    """
    found = list(dict.fromkeys(pair for path in inputs for pair in _inputs(path)))
    wanted = Counter(str(relative.with_suffix(".md")).casefold() for _, relative in found)
    jobs = []
    for source, relative in found:
        output = relative.with_suffix(".md")
        if wanted[str(output).casefold()] > 1:
            output = relative.with_name(relative.name + ".md")
        jobs.append(Job(source, output))
    _refuse_collisions(jobs)
    return jobs


def _inputs(path: Path) -> Iterator[tuple[Path, Path]]:
    """Each file under `path` with its place under the output folder."""
    if str(path) == STDIN:
        yield path, Path("stdin")
    elif path.is_dir():
        files = [
            f
            for f in sorted(path.rglob("*"))
            if f.suffix.lower() in FOLDER_SUFFIXES and f.is_file()
        ]
        if not files:
            kinds = ", ".join(FOLDER_SUFFIXES)
            raise SourceError(f"{path}: nothing to convert in this folder (looked for {kinds})")
        for file in files:
            yield file, file.relative_to(path)
    elif path.exists():
        yield path, Path(path.name)
    else:
        raise SourceError(f"{path}: no such file or folder; check the path")


def _refuse_collisions(jobs: Iterable[Job]) -> None:
    taken: dict[str, Path] = {}
    for job in jobs:
        other = taken.setdefault(str(job.output).casefold(), job.source)
        if other is not job.source:
            raise OutputError(
                f"{other} and {job.source} would both become {job.output}; "
                "convert them into two folders"
            )


def refuse_overwriting(jobs: Sequence[Job], folder: Path) -> None:
    """Make sure that no output takes the place of an input.

    Raises:
        OutputError: One would.
    """
    sources = {job.source.resolve() for job in jobs if str(job.source) != STDIN}
    for job in jobs:
        target = folder / job.output
        if target.resolve() in sources:
            raise OutputError(f"{target}: this is an input; choose another output folder")


def convert_job(
    job: Job, stages: Sequence[Stage], data: bytes | None = None, *, reader: Reader = read
) -> Conversion:
    """Convert the input of one job; `data` is what to read in place of a file.

    Raises:
        IngestError: As `ingest.convert`.
    """
    if data is not None:
        return convert(data, stages, name="<stdin>", reader=reader)
    return convert(job.source, stages, reader=reader)


def write_job(job: Job, result: Conversion, folder: Path, *, edits: bool) -> Status:
    """Write the outputs of one job; what is there already and equal is left alone.

    Raises:
        OutputError: A file cannot be written.
    """
    target = folder / job.output
    changed = write_atomically(target, result.markdown)
    if edits:
        changed |= write_atomically(edits_path(target), ledger_lines(result.document))
    return Status.CONVERTED if changed else Status.UNCHANGED


def edits_path(markdown: Path) -> Path:
    """Where the ledger of a Markdown file lies."""
    return markdown.with_suffix(".edits.jsonl")


def ledger_lines(doc: Document) -> str:
    """The ledger as JSON lines, one edit a line."""
    return "".join(json.dumps(e.as_dict(), ensure_ascii=False) + "\n" for e in doc.edits)


def write_atomically(path: Path, text: str) -> bool:
    """Write a file whole or not at all; False if it was there already, with the same bytes.

    Raises:
        OutputError: The file cannot be written.
    """
    data = text.encode("utf-8")
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(
            dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".tmp"
        )
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp makes files private; give the result the rights that an ordinary file gets.
            umask = os.umask(0)
            os.umask(umask)
            Path(temporary).chmod(0o666 & ~umask)
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise OutputError(
            f"{path}: cannot be written ({error.strerror}); check folder and space"
        ) from error
    return True
