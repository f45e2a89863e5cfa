"""A batch: what is unchanged is passed over, the rest converted, written and recorded."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.batch.engines import Done, Order, Work
from ingest.batch.engines.local import LocalEngine
from ingest.batch.limits import Limits
from ingest.batch.manifest import FINISHED, Record, Status, sha256_of
from ingest.batch.outcome import STDIN
from ingest.batch.plan import SKIPPED, Job
from ingest.batch.results import Results
from ingest.batch.stores import Local

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from ingest.batch.engines import Engine
    from ingest.pipeline import Recipe


def run_batch(
    jobs: Sequence[Job],
    recipe: Recipe,
    folder: Path,
    *,
    limits: Limits | None = None,
    workers: int = 1,
    edits: bool = False,
    shard: tuple[int, int] | None = None,
    engine: Engine | None = None,
) -> Iterator[Done]:
    """Convert inputs into a folder, and record each in its manifest; each as it is done.

    Args:
        jobs: What to convert.
        recipe: How to convert.
        folder: Where results go; it is made if need be.
        limits: For each document.
        workers: How many documents at once, on this machine.
        edits: Write ledgers, too.
        shard: Which share of a larger batch this is; it gets a manifest of its own.
        engine: What converts; guarded workers of this machine if None.

    Raises:
        OutputError: The manifest cannot be written.
    """
    results = Results.of(Local(folder), recipe, edits=edits)
    log = results.store.open_log(shard)
    results.store.remove_leftovers(job.output.as_posix() for job in jobs)
    try:
        orders = []
        for job in jobs:
            earlier = log.earlier.get(job.name)
            record = _without_converting(job, earlier, results)
            if record is None:
                orders.append(Order(job, earlier))
            else:
                log.add(record)
                yield Done(job, record)
        if orders:
            work = Work(recipe, limits or Limits(), results)
            for done in (engine or LocalEngine(workers)).run(orders, work):
                log.add(done.record)
                yield done
    finally:
        log.compact()


def _without_converting(job: Job, earlier: Record | None, results: Results) -> Record | None:
    """The record of an input that is skipped, or done already; None if it is to be done."""
    if job.skip:
        reason = f"{job.source}: {SKIPPED[job.skip]}"
        return Record(job.name, None, Status.SKIPPED, job.skip, reason, version=results.version)
    if earlier is None or not _still_holds(job, earlier, results):
        return None
    done = Status.UNCHANGED if earlier.status is Status.CONVERTED else earlier.status
    return replace(earlier, status=done)


def _still_holds(job: Job, earlier: Record, results: Results) -> bool:
    """Would a conversion give what lies there? Judged by hashes alone."""
    return (
        earlier.status in FINISHED
        and earlier.output == job.output.as_posix()
        and str(job.source) != STDIN
        and earlier.source_sha256 == sha256_of(job.source)
        and results.hold(earlier)
    )
