"""A batch: what is unchanged is passed over, the rest converted, written and recorded."""

from __future__ import annotations

import hashlib
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.batch.guard import Guard, may_fork
from ingest.batch.limits import Limits
from ingest.batch.manifest import (
    FINISHED,
    Manifest,
    Record,
    Status,
    options_hash,
    sha256_of,
)
from ingest.batch.outcome import STDIN, Outcome, Request, convert_request
from ingest.batch.outputs import (
    refuse_leaving,
    remove_leftovers,
    remove_set_aside,
    set_aside,
    set_aside_path,
    write_atomically,
)
from ingest.batch.plan import SKIPPED, Job
from ingest.batch.scans import Scans, read_scans, tell_nobody
from ingest.errors import NoTextError, OutputError
from ingest.write.formats import find_format

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.batch.scans import Tell
    from ingest.pipeline import Recipe


@dataclass(frozen=True, slots=True)
class Done:
    """One input that is done with; `outcome` is None if it was not converted in this run."""

    job: Job
    record: Record
    outcome: Outcome | None = None

    @property
    def exit_code(self) -> int:
        """What a run over this input alone ends with."""
        if self.record.kind == OutputError.kind:
            return OutputError.exit_code
        return self.outcome.exit_code if self.outcome else 0


def convert_jobs(
    jobs: Sequence[Job],
    recipe: Recipe,
    limits: Limits,
    *,
    workers: int = 1,
    edits: bool = False,
    text: bool = False,
    tell_ocr: Tell = tell_nobody,
) -> Iterator[tuple[Job, Outcome]]:
    """Convert inputs in guarded workers, and write nothing; each as it is done.

    A single input is converted in this very process where a guard would cost a new interpreter.

    Args:
        jobs: What to convert.
        recipe: How to convert.
        limits: For each document.
        workers: How many documents at once.
        edits: The ledger is wanted.
        text: The text as it was read is wanted.
        tell_ocr: Hears of each document whose pages an OCR begins to read.
    """
    requests = [_request(job, edits=edits, text=text) for job in jobs]
    scans = Scans(recipe.ocr, limits, workers, tell_ocr) if recipe.ocr else None
    if len(jobs) == 1 and not may_fork():

        def convert(requests: Sequence[Request]) -> Iterator[tuple[int, Outcome]]:
            yield 0, convert_request(requests[0], recipe, limits)

        for _, outcome in read_scans(requests, convert, scans):
            yield jobs[0], outcome
        return
    with Guard(recipe, limits, workers=min(workers, len(jobs))) as guard:
        for number, outcome in read_scans(requests, guard.convert, scans):
            yield jobs[number], outcome


def _request(job: Job, *, edits: bool, text: bool) -> Request:
    source = str(job.source)
    data = sys.stdin.buffer.read() if source == STDIN else None
    return Request(source, data, edits, text)


def run_batch(
    jobs: Sequence[Job],
    recipe: Recipe,
    folder: Path,
    *,
    limits: Limits | None = None,
    workers: int = 1,
    edits: bool = False,
    shard: tuple[int, int] | None = None,
    tell_ocr: Tell = tell_nobody,
) -> Iterator[Done]:
    """Convert inputs into a folder, and record each in its manifest; each as it is done.

    Args:
        jobs: What to convert.
        recipe: How to convert.
        folder: Where results go; it is made if need be.
        limits: For each document.
        workers: How many documents at once.
        edits: Write ledgers, too.
        shard: Which share of a larger batch this is; it gets a manifest of its own.
        tell_ocr: Hears of each document whose pages an OCR begins to read.

    Raises:
        OutputError: The manifest cannot be written.
    """
    batch = _Batch(folder, Manifest(folder, shard), recipe, edits=edits)
    remove_leftovers({folder, *((folder / job.output).parent for job in jobs)})
    try:
        todo = []
        for job in jobs:
            record = batch.without_converting(job)
            if record is None:
                todo.append(job)
            else:
                batch.manifest.add(record)
                yield Done(job, record)
        if todo:
            results = convert_jobs(
                todo,
                recipe,
                limits or Limits(),
                workers=workers,
                edits=edits,
                tell_ocr=tell_ocr,
            )
            for job, outcome in results:
                record = batch.settle(job, outcome)
                batch.manifest.add(record)
                yield Done(job, record, outcome)
    finally:
        batch.manifest.compact()


class _Batch:
    """One run into one folder."""

    def __init__(self, folder: Path, manifest: Manifest, recipe: Recipe, *, edits: bool) -> None:
        from ingest import __version__

        self.folder, self.manifest, self.edits = folder, manifest, edits
        self.suffix = find_format(recipe.format).suffix
        self.version, self.options = __version__, options_hash(recipe, edits=edits)

    def without_converting(self, job: Job) -> Record | None:
        """The record of an input that is skipped, or done already; None if it is to be done."""
        if job.skip:
            reason = f"{job.source}: {SKIPPED[job.skip]}"
            return Record(job.name, None, Status.SKIPPED, job.skip, reason, version=self.version)
        record = self.manifest.earlier.get(job.name)
        if record is None or not self._still_holds(job, record):
            return None
        done = Status.UNCHANGED if record.status is Status.CONVERTED else record.status
        return replace(record, status=done)

    def _still_holds(self, job: Job, record: Record) -> bool:
        """Would a conversion give what lies there? Judged by hashes alone."""
        target = self.folder / job.output
        return (
            record.status in FINISHED
            and record.output == job.output.as_posix()
            and (record.version, record.options) == (self.version, self.options)
            and str(job.source) != STDIN
            and record.source_sha256 == sha256_of(job.source)
            and record.output_sha256 == sha256_of(target)
            and (not self.edits or record.ledger_sha256 == sha256_of(self._ledger(target)))
        )

    def _ledger(self, target: Path) -> Path:
        return edits_path(target, self.suffix)

    def settle(self, job: Job, outcome: Outcome) -> Record:
        """Write what came of an input; its record."""
        record = replace(record_of(job, outcome), version=self.version, options=self.options)
        if outcome.kind:
            return self._without_result(job, record)
        try:
            changed = self._write(job, outcome)
        except OutputError as error:
            return replace(record, status=Status.FAILED, kind=error.kind, reason=str(error))
        same = record.status is Status.CONVERTED and not changed
        return replace(
            record,
            output=job.output.as_posix(),
            status=Status.UNCHANGED if same else record.status,
            output_sha256=hashlib.sha256(outcome.markdown).hexdigest(),
            ledger_sha256=hashlib.sha256(outcome.ledger).hexdigest() if self.edits else None,
        )

    def _without_result(self, job: Job, record: Record) -> Record:
        """Let nothing that an earlier run made of this input look like the result of this one."""
        target = self.folder / job.output
        stale = set_aside_path(target)
        try:
            if self._is_ours(job, target):
                refuse_leaving(self.folder, target)
                for path in (self._ledger(target), target):
                    set_aside(path)
        except OutputError as error:
            return replace(record, reason=f"{record.reason}; the earlier result stays: {error}")
        if not stale.is_file():
            return record
        reason = f"{record.reason}; the result of an earlier run is now {stale}"
        return replace(record, reason=reason, stale=stale.relative_to(self.folder).as_posix())

    def _is_ours(self, job: Job, target: Path) -> bool:
        """Did an earlier run write this for the same input, and has nobody changed it since?"""
        earlier = self.manifest.earlier.get(job.name)
        return (
            earlier is not None
            and earlier.output == job.output.as_posix()
            and earlier.output_sha256 == sha256_of(target)
        )

    def _write(self, job: Job, outcome: Outcome) -> bool:
        target = self.folder / job.output
        refuse_leaving(self.folder, target)
        changed = write_atomically(target, outcome.markdown)
        if self.edits:
            changed |= write_atomically(self._ledger(target), outcome.ledger)
        for path in (target, self._ledger(target)):
            remove_set_aside(path)
        return changed


def record_of(job: Job, outcome: Outcome) -> Record:
    """The record of a conversion of which nothing was written."""
    return Record(
        source=job.name,
        output=None,
        status=status_of(outcome),
        kind=outcome.kind,
        reason=outcome.reason,
        lost_pages=outcome.lost_pages,
        source_sha256=outcome.source_sha256,
        edits=outcome.edits,
        lowest_confidence=outcome.lowest_confidence,
        seconds=outcome.seconds,
    )


def status_of(outcome: Outcome) -> Status:
    """How a conversion ended, before anything is written."""
    if outcome.kind == NoTextError.kind:
        return Status.EMPTY
    if outcome.kind:
        return Status.FAILED
    return Status.PARTIAL if outcome.lost_pages else Status.CONVERTED


def edits_path(target: Path, suffix: str = ".md") -> Path:
    """Where the ledger of a result lies that has this suffix."""
    return target.with_name(target.name.removesuffix(suffix) + ".edits.jsonl")
