"""What becomes of an outcome: it is written, and a record says so.

All of it can be sent elsewhere: who converts a document also writes its result, and gives back no
more than the record.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.batch.manifest import Record, Status, options_hash
from ingest.batch.stores import stale_name
from ingest.errors import NoTextError, OutputError
from ingest.hashes import sha256_of
from ingest.write.formats import find_format

if TYPE_CHECKING:
    from ingest.batch.outcome import Outcome
    from ingest.batch.plan import Job
    from ingest.batch.stores import Store
    from ingest.pipeline import Pipeline


@dataclass(frozen=True, slots=True)
class Results:
    """The results of one run.

    Attributes:
        store: Where they go.
        suffix: What the names of results end in.
        edits: Ledgers are written, too.
        version: Of ingest.
        options: Hash of what they depend on besides their inputs; see `options_hash`.
    """

    store: Store
    suffix: str
    edits: bool
    version: str
    options: str

    @classmethod
    def of(cls, store: Store, pipeline: Pipeline, *, edits: bool) -> Results:
        """Those that this installation makes by a pipeline."""
        from ingest import __version__

        suffix = find_format(pipeline.format).suffix
        return cls(store, suffix, edits, __version__, options_hash(pipeline, edits=edits))

    def hold(self, record: Record) -> bool:
        """Is what lies there what the record says, and made as this run would make it?"""
        return (
            record.output is not None
            and (record.version, record.options) == (self.version, self.options)
            and record.output_sha256 == self.store.sha256(record.output)
            and (not self.edits or record.ledger_sha256 == self._ledger_sha256(record.output))
        )

    def _ledger_sha256(self, output: str) -> str | None:
        return self.store.sha256(ledger_name(output, self.suffix))

    def settle(self, job: Job, outcome: Outcome, earlier: Record | None) -> Record:
        """Write what came of an input; its record.

        Args:
            job: The input.
            outcome: What came of it.
            earlier: What an earlier run has recorded of the same input.
        """
        record = replace(record_of(job, outcome), version=self.version, options=self.options)
        if outcome.kind:
            return self._without_result(job, record, earlier)
        output = job.output.as_posix()
        try:
            changed = self._write(output, outcome)
        except OutputError as error:
            return replace(record, status=Status.FAILED, kind=error.kind, reason=str(error))
        same = record.status is Status.CONVERTED and not changed
        return replace(
            record,
            output=output,
            status=Status.UNCHANGED if same else record.status,
            output_sha256=sha256_of(outcome.markdown),
            ledger_sha256=sha256_of(outcome.ledger) if self.edits else None,
        )

    def _write(self, output: str, outcome: Outcome) -> bool:
        """Write the ledger first: Markdown that is there has all that belongs to it."""
        ledger = ledger_name(output, self.suffix)
        changed = self.edits and self.store.write(ledger, outcome.ledger)
        changed |= self.store.write(output, outcome.markdown)
        for name in (output, ledger):
            self.store.remove_set_aside(name)
        return changed

    def _without_result(self, job: Job, record: Record, earlier: Record | None) -> Record:
        """Let nothing that an earlier run made of this input look like the result of this one."""
        output = job.output.as_posix()
        try:
            if self._is_ours(output, earlier):
                for name in (ledger_name(output, self.suffix), output):
                    self.store.set_aside(name)
            stale = stale_name(output)
            if not self.store.holds(stale):
                return record
        except OutputError as error:
            return replace(record, reason=f"{record.reason}; the earlier result stays: {error}")
        what = f"the result of an earlier run is now {self.store.place(stale)}"
        return replace(record, reason=f"{record.reason}; {what}", stale=stale)

    def _is_ours(self, output: str, earlier: Record | None) -> bool:
        """Did an earlier run write this for the same input, and has nobody changed it since?"""
        return (
            earlier is not None
            and earlier.output == output
            and earlier.output_sha256 == self.store.sha256(output)
        )


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


def ledger_name(output: str, suffix: str = ".md") -> str:
    """What the ledger of a result is called that has this suffix."""
    return output.removesuffix(suffix) + ".edits.jsonl"
