"""Workers under guard: whatever a document does, it ends its own worker at most.

One child process for each of `workers`, kept for many documents, one document in it at a time. All
of it is one loop in one thread, so it is always plain which document a dead worker had. Why not a
pool of the standard library: docs/decisions/0006-guarded-workers.md.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice
from multiprocessing import connection as pipes
from typing import TYPE_CHECKING, Self

from ingest.batch.limits import (
    MB,
    MIB,
    NEARLY_ALL,
    AddressSpace,
    Limits,
    seconds_waited,
)
from ingest.batch.outcome import Outcome, Request
from ingest.batch.worker import (
    Progress,
    preload,
    receive_ready,
    receive_report,
    send_request,
    serve,
)
from ingest.errors import ConfigError, CrashError, IngestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import ForkContext, SpawnContext
    from multiprocessing.process import BaseProcess

    from ingest.pipeline import Pipeline
    from ingest.read.glyphs import Step

# A worker is replaced after so many documents, so that what libraries keep does not add up.
RECYCLE_AFTER = 200
# A crash may be an accident of the machine or of what the worker did before: one more try, in a
# fresh worker. A limit of time is none.
MAX_TRIES = 2
# How often, in seconds, memory and deadlines are looked at. A stream that unpacks takes 200 MiB in
# 0.2 s; a look costs 20 to 150 µs, so fifty a second are 0.1 to 0.8 % of a processor.
POLL = 0.02
# Steps of reading, of one document, that are left out after a worker did not survive them.
MAX_AVOIDED = 2
# A step is at fault for a limit of time if it took this share of it; else the whole file is.
STUCK_SHARE = 0.5
# Seconds for a second opinion on a page. The densest of the dev PDFs take 0.8 s; a file can be made
# so that pdfplumber never ends.
SECOND_SECONDS = 10
# Time for a worker to get ready: imports take 1 s on a quiet machine, 40 s were seen at load 24.
START_SECONDS = 300
MAX_FAILED_STARTS = 3
# Time for a worker to end by itself when its pipe is closed.
GRACE_SECONDS = 1.0


@dataclass(slots=True)
class _Task:
    """A request on its way, and how often it was tried."""

    number: int
    request: Request
    tries: int = 0
    first: Outcome | None = None  # how it ended before steps of reading were left out


class _Worker:
    """One child process. States: starting, idle, busy (has a task), dead (no process)."""

    def __init__(self, pipeline: Pipeline, limits: Limits) -> None:
        self.pipeline, self.limits = pipeline, limits
        self.process: BaseProcess | None = None
        self.connection: Connection | None = None
        self.task: _Task | None = None
        self.ready = False
        self.served = 0
        self.failed_starts = 0
        self._base = self._seen = 0
        self._space: AddressSpace | None = None
        self._started = self._waited = 0.0
        self.step: Step | None = None
        self._step_began = 0.0

    def start(self, others: Iterable[_Worker]) -> None:
        """Start the process; `receive` tells when it is ready."""
        context = _context()
        ours, theirs = context.Pipe()
        copied = [w.connection for w in others if w.connection is not None]
        # A fork copies every open pipe; a spawned process gets only its own.
        not_mine = [ours, *copied] if context.get_start_method() == "fork" else []
        self.process = context.Process(  # type: ignore[union-attr, unused-ignore]
            target=serve, args=(theirs, self.pipeline, self.limits, not_mine), daemon=True
        )
        if context.get_start_method() == "fork":
            _start_frozen(self.process)
        else:
            _spawn(self.process)
        theirs.close()
        self.connection = ours
        self._space = AddressSpace(self.process.pid or 0)
        self.ready, self.served, self._seen = False, 0, 0
        self._started = time.monotonic()

    def give(self) -> None:
        """Hand the task over; its clock starts here."""
        if self.task is None or self.connection is None or self.process is None:
            raise RuntimeError("no task, or no process")
        self.task.tries += 1
        self.step, self._step_began = None, 0.0
        self._waited = seconds_waited(self.process.pid or 0)
        self._started = time.monotonic()
        send_request(self.connection, self.task.request)

    def receive(self) -> Outcome | None:
        """Take what the worker has to say: an outcome; None if it is ready, or goes on.

        Raises:
            EOFError, OSError, ValueError: It is dead, or talks nonsense.
        """
        if self.connection is None:
            raise EOFError
        if not self.ready:
            self._base = receive_ready(self.connection)
            self.ready = True
            self.failed_starts = 0
            return None
        report = receive_report(self.connection, self.limits.output * MB or sys.maxsize)
        if isinstance(report, Progress):
            self.step, self._step_began = report.step, self.seconds()
            return None
        self.served += 1
        return report

    @property
    def is_fresh(self) -> bool:
        """Has it converted nothing before what it does now?"""
        return self.served == 0

    def seconds(self) -> float:
        """Wall time since start or since the task was given, without waiting for a processor."""
        elapsed = time.monotonic() - self._started
        if not self.ready or self.process is None:
            return elapsed
        return elapsed - (seconds_waited(self.process.pid or 0) - self._waited)

    def is_late(self) -> bool:
        """Has it had more time than it may have?"""
        elapsed = time.monotonic() - self._started
        if not self.ready:
            return elapsed > START_SECONDS
        # It cannot have worked for longer than that, and to ask the system costs more.
        is_second = self.step is not None and self.step.is_second
        may_be_stuck = is_second and elapsed - self._step_began > SECOND_SECONDS
        if may_be_stuck and self.seconds_in_step() > SECOND_SECONDS:
            return True
        return 0 < self.limits.wall < elapsed and self.seconds() > self.limits.wall

    def seconds_in_step(self) -> float:
        """Wall time of the present step of reading, without waiting for a processor."""
        return self.seconds() - self._step_began

    def step_at_fault(self, error: IngestError, seconds: float) -> Step | None:
        """The step of reading that an end is to be blamed on, if any is; `seconds` it had taken."""
        if self.step is None or isinstance(error, CrashError):
            return self.step
        most = {"limit:wall": self.limits.wall, "limit:cpu": self.limits.cpu}.get(error.kind)
        if most is None:
            return None
        if self.step.is_second or seconds > STUCK_SHARE * most:
            return self.step
        return None

    def look_at_memory(self) -> None:
        """Remember how much address space it has: nobody can ask the dead."""
        if self._space is not None and self.ready:
            self._seen = max(self._seen, self._space.now() - self._base)

    def end(self, *, kill: bool = True) -> int:
        """End the process and close the pipe; its exit code, negative for a signal."""
        if self.process is None or self.connection is None:
            return 0
        self.connection.close()
        if self._space is not None:
            self._space.close()
        if kill:
            self.process.kill()
        self.process.join(GRACE_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        code = self.process.exitcode or 0
        self.process.close()
        self.process = self.connection = None
        self.ready = False
        return code

    def cause_of_death(self, code: int, name: str) -> IngestError:
        """Why a worker died that was not ended by us."""
        if code == -getattr(signal, "SIGXCPU", 0):
            return self.limits.breach("cpu", name)
        if code == -getattr(signal, "SIGALRM", 0):
            return self.limits.breach("wall", name)
        if self.limits.memory and self._seen > NEARLY_ALL * self.limits.memory * MIB:
            return self.limits.breach("memory", name)
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return CrashError(
            f"{name}: the process that converted it died ({how}), {MAX_TRIES} times; "
            "please report it with the file"
        )


class Guard:
    """Converts documents in guarded workers; a context manager, so that none outlives it."""

    def __init__(
        self, pipeline: Pipeline, limits: Limits | None = None, *, workers: int = 1
    ) -> None:
        """Start nothing yet.

        Args:
            pipeline: How to convert; with spawned workers its stages must be picklable.
            limits: For each document.
            workers: How many work at once.
        """
        self._workers = [_Worker(pipeline, limits or Limits()) for _ in range(workers)]
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        """Nothing to do; workers start with the first document."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every worker: at once if it is busy."""
        self.close()

    def close(self) -> None:
        """End every worker: at once if it is busy. The next document starts them again."""
        for worker in self._workers:
            worker.end(kill=worker.task is not None)

    def stop(self) -> None:
        """Let a `convert` that runs in another thread raise; then this guard can only be closed."""
        self._stopped.set()

    def convert(self, requests: Iterable[Request]) -> Iterator[tuple[int, Outcome]]:
        """Convert documents; index and outcome of each, in the order in which they are done.

        Args:
            requests: They are taken when a worker is free for one, and no earlier, but for the
                first two.

        Raises:
            IngestError: Workers cannot be started at all, or `stop` was called.
        """
        coming = iter(requests)
        known = requests if isinstance(requests, Sequence) else [*islice(coming, 2)]
        if len(known) > 1:  # forked workers share what is loaded here
            preload(pdf=any(r.source.lower().endswith(".pdf") for r in known))
        return self.convert_each(coming if known is requests else chain(known, coming))

    def convert_each(self, requests: Iterable[Request]) -> Iterator[tuple[int, Outcome]]:
        """As `convert`, but nothing is loaded for all workers."""
        waiting = (_Task(number, request) for number, request in enumerate(requests))
        while True:
            self._employ(waiting)
            if not any(worker.task for worker in self._workers):
                return
            if self._stopped.is_set():
                raise IngestError("the conversion was stopped")
            for worker in self._due():
                done = self._attend(worker)
                if done is not None:
                    self._employ(waiting)  # before the caller takes its time
                    yield done

    def _employ(self, waiting: Iterator[_Task]) -> None:
        """Give work to those who have none, starting them if need be."""
        for worker in self._workers:
            if worker.task is not None:
                continue
            worker.task = next(waiting, None)
            if worker.task is None:
                return
            if worker.process is None:
                worker.start(self._workers)
            elif worker.ready:
                self._give(worker)

    def _give(self, worker: _Worker) -> None:
        try:
            worker.give()
        except OSError:  # it died in its sleep, so not of this document
            if worker.task is not None:
                worker.task.tries -= 1
            worker.end()
            worker.start(self._workers)

    def _due(self) -> list[_Worker]:
        """Wait until a worker has something to say, has died, or may be late."""
        busy = [w for w in self._workers if w.task is not None]
        for worker in busy:
            worker.look_at_memory()
        spoken = pipes.wait([w.connection for w in busy if w.connection is not None], POLL)
        return [w for w in busy if w.connection in spoken or w.is_late()]

    def _attend(self, worker: _Worker) -> tuple[int, Outcome] | None:
        """See to one worker; number and outcome if its document is done."""
        task = worker.task
        if task is None or worker.connection is None:
            return None
        if not worker.connection.poll():
            return self._late(worker, task)
        was_ready = worker.ready
        try:
            outcome = worker.receive()
        except (EOFError, OSError, ValueError):
            return self._died(worker, task)
        if outcome is None:
            if not was_ready:
                self._give(worker)
            # A flood of progress is no reason to wait longer.
            return self._late(worker, task) if worker.is_late() else None
        if outcome.kind == "limit:memory" and worker.served > 1:
            self._again(worker)  # perhaps the fault of those before it
            return None
        return self._done(worker, task, outcome)

    def _late(self, worker: _Worker, task: _Task) -> tuple[int, Outcome] | None:
        if not worker.ready:
            self._not_started(worker)
            return None
        error = worker.limits.breach("wall", task.request.name)
        seconds, in_step = worker.seconds(), worker.seconds_in_step()
        worker.end()
        return self._give_up(worker, task, error, worker.step_at_fault(error, in_step), seconds)

    def _died(self, worker: _Worker, task: _Task) -> tuple[int, Outcome] | None:
        if not worker.ready:
            self._not_started(worker)
            return None
        seconds, in_step, fresh = worker.seconds(), worker.seconds_in_step(), worker.is_fresh
        error = worker.cause_of_death(worker.end(kill=False), task.request.name)
        blames_others = error.kind == "limit:memory" and not fresh
        if task.tries < MAX_TRIES and (blames_others or isinstance(error, CrashError)):
            self._again(worker)
            return None
        return self._give_up(worker, task, error, worker.step_at_fault(error, in_step), seconds)

    def _give_up(
        self,
        worker: _Worker,
        task: _Task,
        error: IngestError,
        step: Step | None,
        seconds: float,
    ) -> tuple[int, Outcome] | None:
        """Try without the step of reading that is at fault, or end the document with the error."""
        outcome = replace(Outcome.of_error(error), seconds=round(seconds, 3))
        avoided = task.request.avoid
        if step is None or step in avoided or len(avoided) == MAX_AVOIDED:
            return self._done(worker, task, outcome)
        task.first = task.first or outcome
        task.request = replace(task.request, avoid=(*avoided, step))
        worker.start(self._workers)
        return None

    def _again(self, worker: _Worker) -> None:
        """Try the same task once more, in a fresh worker."""
        worker.end()
        worker.start(self._workers)

    def _not_started(self, worker: _Worker) -> None:
        code = worker.end()
        worker.failed_starts += 1
        if worker.failed_starts == MAX_FAILED_STARTS:
            raise IngestError(
                f"worker processes do not start (exit code {code}); check memory and process "
                "limits, or use --limit memory=0; a script must call this below "
                'if __name__ == "__main__"'
            )
        worker.start(self._workers)

    def _done(self, worker: _Worker, task: _Task, outcome: Outcome) -> tuple[int, Outcome]:
        worker.task = None
        if task.first and outcome.kind and any(not s.is_second for s in task.request.avoid):
            outcome = task.first  # nothing could be saved, so what was wrong at first is told
        if worker.served >= RECYCLE_AFTER or outcome.kind == "limit:memory":
            worker.end(kill=False)
        return task.number, outcome


def _start_frozen(process: BaseProcess) -> None:
    """Fork, and keep the child's collector from what both share: each look would copy a page."""
    if gc.get_freeze_count():  # the program that we are part of knows what it does
        process.start()
        return
    gc.freeze()
    try:
        process.start()
    finally:
        gc.unfreeze()


def _spawn(process: BaseProcess) -> None:
    try:
        process.start()
    except (pickle.PicklingError, AttributeError, TypeError) as error:
        raise ConfigError(
            f"a stage cannot be sent to a worker process ({error}); "
            "make it a function of a module that can be imported"
        ) from error


def usable_cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def may_fork() -> bool:
    """A fork is safe on Linux while there is one thread, and costs nothing; else spawn."""
    return sys.platform == "linux" and threading.active_count() == 1


def _context() -> ForkContext | SpawnContext:
    if may_fork():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
