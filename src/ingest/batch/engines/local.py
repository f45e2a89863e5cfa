"""The engine that is used unless another is named: guarded workers of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.batch.engines import Done
from ingest.batch.guard import Guard, may_fork
from ingest.batch.inputs import request_of
from ingest.batch.outcome import convert_request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.batch.engines import Order, Work
    from ingest.batch.limits import Limits
    from ingest.batch.outcome import Outcome
    from ingest.batch.plan import Job
    from ingest.pipeline import Recipe


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Converts `workers` documents at once, and writes here."""

    workers: int = 1

    def run(self, orders: Sequence[Order], work: Work) -> Iterator[Done]:
        """Carry out orders; see `Engine.run`."""
        earlier = {order.job: order.earlier for order in orders}
        results = work.results
        for job, outcome in convert_jobs(
            list(earlier), work.recipe, work.limits, workers=self.workers, edits=results.edits
        ):
            yield Done(job, results.settle(job, outcome, earlier[job]), outcome)


def convert_jobs(
    jobs: Sequence[Job],
    recipe: Recipe,
    limits: Limits,
    *,
    workers: int = 1,
    edits: bool = False,
    text: bool = False,
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
    """
    requests = [request_of(job, edits=edits, text=text) for job in jobs]
    if len(jobs) == 1 and not may_fork():
        yield jobs[0], convert_request(requests[0], recipe, limits)
        return
    with Guard(recipe, limits, workers=min(workers, len(jobs))) as guard:
        for number, outcome in guard.convert(requests):
            yield jobs[number], outcome
