"""A batch: what is unchanged is passed over, the rest converted, written and recorded."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from ingest.batch.ahead import map_ahead
from ingest.batch.engines import Done, Order, Work
from ingest.batch.engines.local import LocalEngine
from ingest.batch.inputs import sha256_of_input
from ingest.batch.limits import Limits
from ingest.batch.manifest import FINISHED, Record, Status
from ingest.batch.outcome import STDIN
from ingest.batch.plan import SKIPPED, Job
from ingest.batch.results import Results
from ingest.batch.stores import store_at
from ingest.batch.urls import Url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from ingest.batch.engines import Engine
    from ingest.pipeline import Pipeline


def run_batch(
    jobs: Sequence[Job],
    pipeline: Pipeline,
    folder: Path | Url,
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
        pipeline: How to convert.
        folder: Where results go; it is made if need be.
        limits: For each document.
        workers: How many documents at once, on this machine.
        edits: Write ledgers, too.
        shard: Which share of a larger batch this is; it gets a manifest of its own.
        engine: What converts; guarded workers of this machine if None.

    Raises:
        OutputError: The manifest cannot be written.
    """
    results = Results.of(store_at(folder), pipeline, edits=edits)
    log = results.store.open_log(shard)
    results.store.remove_leftovers(job.output.as_posix() for job in jobs)
    try:
        orders = []
        check = partial(_without_converting, results=results)
        for order, record in _checked([Order(j, log.earlier.get(j.name)) for j in jobs], check):
            if record is None:
                orders.append(order)
            else:
                log.add(record)
                yield Done(order.job, record)
        if orders:
            work = Work(pipeline, limits or Limits(), results)
            for done in (engine or LocalEngine(workers)).run(orders, work):
                log.add(done.record)
                yield done
    finally:
        log.compact()


def _checked(
    orders: Sequence[Order], check: Callable[[Order], Record | None]
) -> Iterator[tuple[Order, Record | None]]:
    """Each order with what `check` gives for it; in threads where a network is waited for."""
    far = any(isinstance(o.job.source, Url) for o in orders)
    records = map_ahead(check, orders) if far else map(check, orders)
    return zip(orders, records, strict=True)


def _without_converting(order: Order, *, results: Results) -> Record | None:
    """The record of an input that is skipped, or done already; None if it is to be done."""
    job, earlier = order.job, order.earlier
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
        and earlier.source_sha256 == sha256_of_input(job.source)
        and results.hold(earlier)
    )
