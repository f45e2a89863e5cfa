"""The engine that is used unless another is named: guarded workers of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from ingest.batch.ahead import map_ahead
from ingest.batch.engines import Done
from ingest.batch.guard import Guard, may_fork
from ingest.batch.inputs import request_of
from ingest.batch.outcome import Outcome, convert_request, tell_nobody
from ingest.batch.scans import Convert, Scans, TellScan, read_scans
from ingest.batch.urls import Url
from ingest.batch.worker import preload
from ingest.errors import IngestError
from ingest.read import PDF_SUFFIX

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from ingest.batch.engines import Order, Work
    from ingest.batch.limits import Limits
    from ingest.batch.outcome import Request
    from ingest.batch.plan import Job
    from ingest.pipeline import Pipeline


# Documents read from a store in advance, for each worker: one is on its way while one is converted.
# Each may be as large as the memory that a document may take.
AHEAD = 2


@dataclass(frozen=True, slots=True)
class LocalEngine:
    """Converts `workers` documents at once, and writes here."""

    workers: int = 1
    tell_ocr: TellScan = tell_nobody

    def run(self, orders: Sequence[Order], work: Work) -> Iterator[Done]:
        """Carry out orders; see `Engine.run`."""
        earlier = {order.job: order.earlier for order in orders}
        results = work.results

        def settle(pair: tuple[Job, Outcome]) -> Done:
            job, outcome = pair
            return Done(job, results.settle(job, outcome, earlier[job]), outcome)

        pairs = convert_jobs(
            list(earlier),
            work.pipeline,
            work.limits,
            workers=self.workers,
            edits=results.edits,
            tell_ocr=self.tell_ocr,
        )
        yield from map_ahead(settle, pairs) if results.store.is_far else map(settle, pairs)


def convert_jobs(
    jobs: Sequence[Job],
    pipeline: Pipeline,
    limits: Limits,
    *,
    workers: int = 1,
    edits: bool = False,
    text: bool = False,
    review: int | None = None,
    tell_ocr: TellScan = tell_nobody,
) -> Iterator[tuple[Job, Outcome]]:
    """Convert inputs in guarded workers, and write nothing; each as it is done.

    A single input is converted in this very process where a guard would cost a new interpreter.

    Args:
        jobs: What to convert.
        pipeline: How to convert.
        limits: For each document.
        workers: How many documents at once.
        edits: The ledger is wanted.
        text: The text as it was read is wanted.
        review: Facts for the review page are wanted, with so many pictures for each document.
        tell_ocr: Hears of each document whose pages an OCR begins to read.
    """
    request = partial(request_of, limits=limits, edits=edits, text=text, review=review)
    feed = _Feed(jobs, request, ahead=AHEAD * workers)
    scans = Scans(pipeline.ocr, limits, workers, tell_ocr) if pipeline.ocr else None
    with Guard(pipeline, limits, workers=min(workers, len(jobs))) as guard:
        convert: Convert = guard.convert_each
        if len(jobs) == 1 and not may_fork():
            convert = partial(_convert_here, pipeline=pipeline, limits=limits)
        elif may_fork():
            preload(pdf=feed.has_pdf, repairs=len(jobs) > 1)
        for number, outcome in read_scans(feed, convert, scans):
            yield feed.sent[number], outcome
            yield from feed.take_failed()
    yield from feed.take_failed()


def _convert_here(
    requests: Iterable[Request], pipeline: Pipeline, limits: Limits
) -> Iterator[tuple[int, Outcome]]:
    for number, request in enumerate(requests):
        yield number, convert_request(request, pipeline, limits)


class _Feed:
    """The requests for some inputs; those in stores are read in threads, a little ahead.

    Attributes:
        sent: The inputs whose requests were given, in order.
        has_pdf: Is a PDF among all of them?
    """

    def __init__(
        self, jobs: Sequence[Job], request: Callable[[Job], Request], *, ahead: int
    ) -> None:
        self._jobs, self._request, self._ahead = jobs, request, ahead
        self.sent: list[Job] = []
        self.has_pdf = any(job.source.suffix.lower() == PDF_SUFFIX for job in jobs)
        self._failed: list[tuple[Job, Outcome]] = []

    def __iter__(self) -> Iterator[Request]:
        """The requests that could be made."""
        far = any(isinstance(job.source, Url) for job in self._jobs)
        made = (
            map_ahead(self._made, self._jobs, self._ahead) if far else map(self._made, self._jobs)
        )
        for job, request in zip(self._jobs, made, strict=True):
            if isinstance(request, Outcome):
                self._failed.append((job, request))
            else:
                self.sent.append(job)
                yield request

    def _made(self, job: Job) -> Request | Outcome:
        try:
            return self._request(job)
        except IngestError as error:
            return Outcome.of_error(error)

    def take_failed(self) -> Iterator[tuple[Job, Outcome]]:
        """The inputs of which there is no request, each once."""
        while self._failed:
            yield self._failed.pop()
