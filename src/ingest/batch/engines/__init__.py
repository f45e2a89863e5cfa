"""Engines: what converts documents and writes their results, here or elsewhere.

An engine gets orders and gives back, for each, a record of a few hundred bytes. No text passes
through it: who converts a document writes its result. The manifest is kept by who asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingest.errors import ConfigError, OutputError, missing_extra

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.batch.limits import Limits
    from ingest.batch.manifest import Record
    from ingest.batch.outcome import Outcome
    from ingest.batch.plan import Job
    from ingest.batch.results import Results
    from ingest.batch.scans import TellScan
    from ingest.pipeline import Pipeline


ENGINES = ("local", "dask")


@dataclass(frozen=True, slots=True)
class Order:
    """One input to convert; `earlier` is what an earlier run has recorded of it."""

    job: Job
    earlier: Record | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What is the same for every order of a run; it can be pickled."""

    pipeline: Pipeline
    limits: Limits
    results: Results


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


class Engine(Protocol):
    """Converts documents and writes what came of them."""

    def run(self, orders: Sequence[Order], work: Work) -> Iterator[Done]:
        """Carry out orders; each as it is done, whatever became of it.

        Raises:
            IngestError: Nothing can be converted at all.
        """


def find_engine(
    name: str, *, workers: int = 1, scheduler: str | None = None, tell_ocr: TellScan | None = None
) -> Engine:
    """One of `ENGINES`.

    Args:
        name: Which one.
        workers: How many documents at once on this machine.
        scheduler: Address of the cluster of Dask; None starts one here.
        tell_ocr: Hears of each document whose pages an OCR begins to read; `local` alone does that.

    Raises:
        ConfigError: There is no such engine.
        ExtraError: What it needs is not installed.
    """
    if name == "local":
        from ingest.batch.engines.local import LocalEngine

        return LocalEngine(workers, tell_ocr) if tell_ocr else LocalEngine(workers)
    if name != "dask":
        raise ConfigError(f"no engine {name!r}; there are {', '.join(ENGINES)}")
    try:
        from ingest.batch.engines.dask import DaskEngine
    except ImportError as error:
        raise missing_extra("the engine dask", "dask", error) from error
    return DaskEngine(scheduler, workers)
