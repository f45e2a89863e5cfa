"""The engine of many machines: Dask distributed, with a guard on every worker.

A task carries the path of a document, which each machine must be able to read, and gives back its
record. What a document does ends the guarded child of a Dask worker at most; when a Dask worker
itself dies, the scheduler gives its documents to others.
"""

from __future__ import annotations

import logging
import multiprocessing
import uuid
from collections import deque
from concurrent.futures import CancelledError
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from distributed import (
    Client,
    Future,
    KilledWorker,
    LocalCluster,
    WorkerPlugin,
    as_completed,
    get_worker,
)
from tornado.ioloop import PeriodicCallback

from ingest.batch.engines import Done, Order
from ingest.batch.guard import Guard
from ingest.batch.inputs import request_of
from ingest.batch.manifest import options_hash
from ingest.batch.outcome import STDIN, Outcome
from ingest.batch.results import record_of
from ingest.errors import ConfigError, CrashError, IngestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from distributed import Worker

    from ingest.batch.engines import Work
    from ingest.batch.manifest import Record
    from ingest.batch.plan import Job

    Ended = tuple[Record, Outcome]

# Documents on their way at once: each is a few hundred bytes for the scheduler, and some must wait
# at each thread, since an order takes milliseconds to come.
WINDOW_LEAST = 256
WINDOW_PER_THREAD = 4
# How often a document is handed out again whose Dask workers died: each time Dask itself has tried
# `distributed.scheduler.allowed-failures` workers. Inside the guard, it is hardly its fault.
MAX_LOST = 3
# Seconds to find the scheduler: on a quiet network it takes milliseconds.
CONNECT_SECONDS = 10
# A child that had nothing to do for so many seconds is ended: whoever asked may have been killed.
IDLE_SECONDS = 60

_log = logging.getLogger("ingest")


@dataclass(frozen=True, slots=True)
class DaskEngine:
    """Converts on the workers of a Dask cluster, which write to a folder that all of them see.

    Attributes:
        scheduler: Its address; None starts a cluster in this process, and ends it.
        workers: How many documents at once, in a cluster of its own.
    """

    scheduler: str | None = None
    workers: int = 1

    def run(self, orders: Sequence[Order], work: Work) -> Iterator[Done]:
        """Carry out orders; see `Engine.run`."""
        if any(str(order.job.source) == STDIN for order in orders):
            raise ConfigError("stdin cannot be sent to a cluster; leave out --engine dask")
        store = work.results.store.elsewhere()
        work = replace(work, results=replace(work.results, store=store))
        with self._client() as client, _station(client, work) as station:
            try:
                yield from _carried_out(client, orders, station)
            except (CancelledError, OSError) as error:
                raise IngestError(
                    f"the Dask scheduler is gone ({error}); the same command goes on from there"
                ) from error

    @contextmanager
    def _client(self) -> Iterator[Client]:
        if self.scheduler is None:
            with _own_cluster(self.workers) as cluster, Client(cluster) as client:
                yield client
            return
        try:
            client = Client(self.scheduler, timeout=CONNECT_SECONDS)
        except (OSError, ValueError) as error:
            raise ConfigError(
                f"--scheduler {self.scheduler}: no Dask scheduler answers ({error}); "
                "start one with `dask scheduler`, or check the address"
            ) from error
        with client:
            if not client.nthreads():
                _log.warning("%s has no workers yet; waiting for them", self.scheduler)
            yield client


def _own_cluster(workers: int) -> LocalCluster:
    """One worker of so many threads in this process: documents run in guarded children anyway."""
    return LocalCluster(
        n_workers=1,
        threads_per_worker=workers,
        processes=False,
        dashboard_address="127.0.0.1:0",  # there is no way to have none
        memory_limit=None,
        silence_logs=logging.CRITICAL,
    )


# ---------------------------------------------------------------- here


def _carried_out(client: Client, orders: Sequence[Order], station: str) -> Iterator[Done]:
    """Each order as it is done; no more than a window of them is on its way."""
    waiting = iter(orders)
    flying: dict[Future, tuple[Order, int]] = {}
    ended = as_completed()

    def launch(order: Order, lost: int = 0) -> None:
        future = client.submit(_carry_out, station, order, pure=False)
        flying[future] = order, lost
        ended.add(future)

    try:
        for order in islice(waiting, _window(client)):
            launch(order)
        for future in ended:
            order, lost = flying.pop(future)
            done = _done(future, order)
            if done is None and lost < MAX_LOST:
                launch(order, lost + 1)
                continue
            for following in islice(waiting, 1):  # before the caller takes its time
                launch(following)
            yield done or Done(order.job, *_given_up(order.job))
    finally:
        with suppress(OSError, CancelledError):
            client.cancel(list(flying))


def _window(client: Client) -> int:
    threads: int = sum(client.nthreads().values())
    return max(WINDOW_LEAST, WINDOW_PER_THREAD * threads)


def _done(future: Future, order: Order) -> Done | None:
    """What came of an order; None if the workers that had it died."""
    try:
        return Done(order.job, *future.result())
    except KilledWorker:
        return None
    except (IngestError, CancelledError, OSError):
        raise
    except Exception as error:
        raise IngestError(
            f"a Dask worker cannot convert ({type(error).__name__}: {error}); "
            "install the same version of ingest there, with the stages of this run"
        ) from error


# ---------------------------------------------------------------- on the workers


@contextmanager
def _station(client: Client, work: Work) -> Iterator[str]:
    """Set up every worker of the cluster for this run, and those that join; its name."""
    name = f"ingest-{uuid.uuid4().hex}"
    try:
        client.register_plugin(_Station(work, Path.cwd()), name=name)
    except IngestError:
        raise
    except Exception as error:
        raise IngestError(
            f"the Dask workers cannot be set up ({type(error).__name__}: {error}); "
            "install the same version of ingest there, with the stages of this run"
        ) from error
    try:
        yield name
    finally:
        with suppress(OSError, CancelledError):
            client.unregister_worker_plugin(name)


def _carry_out(station: str, order: Order) -> Ended:
    """The task: record and outcome of an order, by the station of the worker that runs this."""
    return get_worker().plugins[station].carry_out(order)  # type: ignore[no-any-return]


class _Station(WorkerPlugin):  # type: ignore[misc]
    """What converts for one run on one Dask worker: a guard for each thread, kept in between."""

    def __init__(self, work: Work, root: Path) -> None:
        self.work, self.root = work, root

    def setup(self, worker: Worker) -> None:
        """Get ready; the guards start with the first documents.

        Raises:
            IngestError: This worker may not have children, or has another version of ingest.
        """
        self._idle: deque[Guard] = deque()
        self._guards: list[Guard] = []
        self._is_resting = False
        self._sweeping = PeriodicCallback(self._sweep, IDLE_SECONDS * 1000)
        self._fault = self._fault_of(worker)
        if self._fault:
            raise IngestError(self._fault)
        self._sweeping.start()

    def _fault_of(self, worker: Worker) -> str:
        """Why a worker cannot take part; empty if it can."""
        if multiprocessing.current_process().daemon:
            return (
                f"the Dask worker {worker.address} may not have children; start it with "
                "--no-nanny, or with DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment"
            )
        results = self.work.results
        if options_hash(self.work.pipeline, edits=results.edits) != results.options:
            return (
                f"the Dask worker {worker.address} has another version of ingest or of its "
                "libraries; install the same there, so that all results are alike"
            )
        return ""

    def teardown(self, worker: Worker) -> None:
        """End the guards, and what they convert."""
        self._sweeping.stop()
        for guard in self._guards:
            guard.stop()
        self._close_idle()

    def carry_out(self, order: Order) -> Ended:
        """Convert, write, and give back what is small: record, and outcome without payloads.

        Raises:
            IngestError: This worker joined during the run, and cannot take part. Dask itself only
                logs what `setup` raised, and gives it documents.
        """
        if self._fault:
            raise IngestError(self._fault)
        outcome = self._convert(order.job)
        record = self.work.results.settle(order.job, outcome, order.earlier)
        return record, replace(outcome, markdown=b"", ledger=b"", text=b"")

    def _convert(self, job: Job) -> Outcome:
        try:
            edits = self.work.results.edits
            request = request_of(job, self.work.limits, edits=edits, root=self.root)
        except IngestError as error:
            return Outcome.of_error(error)
        guard = self._take()
        try:
            ((_, outcome),) = guard.convert([request])
        except BaseException:
            self._guards.remove(guard)
            guard.close()
            raise
        self._idle.append(guard)
        return outcome

    def _take(self) -> Guard:
        self._is_resting = False
        try:
            return self._idle.pop()
        except IndexError:
            guard = Guard(self.work.pipeline, self.work.limits)
            self._guards.append(guard)
            return guard

    def _sweep(self) -> None:
        """End the children if nothing was done since the last time."""
        if self._is_resting:
            self._close_idle()
        self._is_resting = True

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                guard = self._idle.pop()
                self._guards.remove(guard)
                guard.close()


def _given_up(job: Job) -> Ended:
    """Record and outcome of a document whose Dask workers all died."""
    error = CrashError(
        f"{job.source}: every Dask worker that had it died; see their logs, and give them memory"
    )
    outcome = Outcome.of_error(error)
    return record_of(job, outcome), outcome
