"""The record of a batch: one line for each input, in a file that survives every kill.

A line is appended, under a lock and brought to the disk, when the outcome is final; a later line
takes the place of an earlier one of the same source, and the end of a run writes each once.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections import Counter
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.batch.outputs import cannot_write, write_atomically
from ingest.hashes import sha256_of_text
from ingest.json_text import json_line
from ingest.pipeline import SECRETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from ingest.pipeline import Pipeline

MANIFEST = "ingest-manifest.jsonl"
_EVERY_MANIFEST = "ingest-manifest*.jsonl"


class Status(StrEnum):
    """How one input ended."""

    CONVERTED = "converted"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    PARTIAL = "partial"
    EMPTY = "empty"
    SKIPPED = "skipped"


# What a second run takes over if input, output, version and options are the same.
FINISHED = frozenset({Status.CONVERTED, Status.UNCHANGED, Status.PARTIAL})


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the manifest.

    Attributes:
        source: The input, relative to the folder that was given.
        output: The result, relative to the output folder; None if there is none.
        status: How it ended.
        kind: Stable name of what went wrong (`encrypted`, `limit:cpu`, `symlink`); else empty.
        reason: The same for people.
        lost_pages: Number and reason of each page that a partial result lacks.
        source_sha256: Of the input as it was read.
        output_sha256: Of the result.
        ledger_sha256: Of the ledger beside it.
        version: Of ingest.
        options: Hash of everything else that the result depends on; see `options_hash`.
        edits: How many edits were made, by `stage/rule`.
        lowest_confidence: Of the edits that were made; None without edits.
        seconds: Wall time of the conversion.
        stale: Where the result of an earlier run was put, since this one gave none.
    """

    source: str
    output: str | None
    status: Status
    kind: str = ""
    reason: str = ""
    lost_pages: tuple[tuple[int | None, str], ...] = ()
    source_sha256: str | None = None
    output_sha256: str | None = None
    ledger_sha256: str | None = None
    version: str = ""
    options: str = ""
    edits: Mapping[str, int] = field(default_factory=dict)
    lowest_confidence: float | None = None
    seconds: float = 0.0
    stale: str | None = None

    def as_line(self) -> str:
        """The record as one line of JSON."""
        return json_line(asdict(self))

    @classmethod
    def from_line(cls, line: str) -> Record | None:
        """The record of a line; None if the line was cut or is of another version."""
        try:
            values = json.loads(line)
            known = {f.name: values[f.name] for f in fields(cls)}
            return replace(cls(**known), status=Status(known["status"]))
        except (ValueError, KeyError, TypeError):
            return None


class Manifest:
    """The manifest of one output folder.

    Runs that share a folder may write it at once; each shard has a file of its own, so that no lock
    has to hold between machines.
    """

    def __init__(self, folder: Path, shard: tuple[int, int] | None = None) -> None:
        """Make sure that records can be written, and read those of earlier runs.

        Raises:
            OutputError: They cannot.
        """
        name = MANIFEST if shard is None else f"ingest-manifest.{shard[0]}-of-{shard[1]}.jsonl"
        self.path = folder / name
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with self._locked():
                pass
            self.earlier = last_of_each(
                record for path in sorted(folder.glob(_EVERY_MANIFEST)) for record in _read(path)
            )
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def add(self, record: Record) -> None:
        """Append one record and bring it to the disk.

        Raises:
            OutputError: The disk is full or the folder gone; no part of a line is left.
        """
        try:
            with self._locked() as handle:
                end = os.lseek(handle, 0, os.SEEK_END)
                line = record.as_line()
                if end and os.pread(handle, 1, end - 1) != b"\n":
                    line = "\n" + line  # after a line that a kill cut off
                try:
                    _write_all(handle, line.encode())
                    os.fsync(handle)
                except OSError:
                    os.ftruncate(handle, end)
                    raise
        except OSError as error:
            raise cannot_write(self.path, error) from error

    def compact(self) -> None:
        """Write each source once, sorted.

        Raises:
            OutputError: It cannot be written; the longer file is left.
        """
        try:
            with self._locked():
                records = last_of_each(_read(self.path))
                lines = [records[source].as_line() for source in sorted(records)]
                write_atomically(self.path, "".join(lines).encode())
        except OSError as error:
            raise cannot_write(self.path, error) from error

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        """The open file, ours alone until the block ends."""
        while True:
            handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                _lock(handle)
                # Another run may have put a new file in its place while we waited.
                if os.path.samestat(os.fstat(handle), self.path.stat()):
                    yield handle
                    return
            except FileNotFoundError:
                continue
            finally:
                os.close(handle)


def _lock(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows: appending is atomic enough, and one run at a time is the rule
        return
    with contextlib.suppress(OSError):  # file systems without locks
        fcntl.flock(handle, fcntl.LOCK_EX)


def _write_all(handle: int, data: bytes) -> None:
    while data:
        data = data[os.write(handle, data) :]


def _read(path: Path) -> list[Record]:
    return records_in(path.read_text(encoding="utf-8", errors="replace"))


def records_in(lines: str) -> list[Record]:
    """The records in the text of a manifest; a line that was cut is none."""
    found = map(Record.from_line, lines.split("\n"))
    return [record for record in found if record is not None]


def last_of_each(records: Iterable[Record]) -> dict[str, Record]:
    """The last record of each source."""
    return {record.source: record for record in records}


def read_manifest(folder: Path) -> list[Record]:
    """The records of an output folder, of all shards, each source once, sorted."""
    records = (r for path in sorted(folder.glob(_EVERY_MANIFEST)) for r in _read(path))
    last = last_of_each(records)
    return [last[source] for source in sorted(last)]


def summary(records: Iterable[Record]) -> Counter[Status]:
    """How many ended how."""
    return Counter(record.status for record in records)


# ---------------------------------------------------------------- hashes


def options_hash(pipeline: Pipeline, *, edits: bool) -> str:
    """What a result depends on besides its input, as a hash.

    That is the stages, the reader, the writer and the format with their options, what people
    decided, whether the ledger is wanted, the program that reads scans, the code and the data of
    this package, and the versions of the libraries that read and repair.
    A password is not in it: it opens a file or does not, and could be guessed from a hash.
    """
    chosen = [(stage.name, sorted(stage.options.items())) for stage in pipeline.stages]
    reading = sorted((n, v) for n, v in pipeline.reading.items() if n not in SECRETS)
    writing = sorted(pipeline.writing.items())
    scans = [pipeline.ocr.tool, pipeline.ocr.language] if pipeline.ocr else []
    made = [pipeline.decisions.as_dict(), pipeline.format, edits, scans]
    facts = [chosen, reading, writing, made, _code_hash(), _library_versions()]
    text = json.dumps(facts, default=str)
    return sha256_of_text(text)[:_HASH_DIGITS]


_HASH_DIGITS = 16
_LIBRARIES = ("ftfy", "markdown-it-py", "pdfminer.six", "pdfplumber", "pypdfium2", "wordninja")


@cache
def _code_hash() -> str:
    """Of every file of the package: a version number does not change while somebody works on it."""
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _library_versions() -> list[str | None]:
    from importlib.metadata import PackageNotFoundError, version

    def of(name: str) -> str | None:
        try:
            return version(name)
        except PackageNotFoundError:
            return None

    return [of(name) for name in _LIBRARIES]
