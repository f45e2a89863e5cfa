"""Convert what comes into a folder, for as long as the program runs.

A rescan, no events of the system: they are lost over networks, come twice, and tell nothing of the
time before. What is done is in the manifest, so a start after a stop catches up.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.batch import plan, refuse_overwriting, run_batch
from ingest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.batch import Done, Job
    from ingest.pipeline import Pipeline


class _Look(NamedTuple):
    """What tells that a file is another than at the last look, without reading it."""

    size: int
    changed_ns: int


def watch(
    folder: Path,
    pipeline: Pipeline,
    output: Path,
    *,
    seconds: float,
    **options: Any,  # noqa: ANN401 - those of `run_batch`
) -> Iterator[Done]:
    """Convert the files of a folder, and from then on what is new or has changed; without end.

    A file is converted when it looks the same twice, so that none is read while it is written.
    Its bytes decide then, as in every batch: one that was only touched is unchanged.

    Args:
        folder: Where files come; it must exist, and may be empty.
        pipeline: How to convert.
        output: Where results go.
        seconds: Between two looks; what writes a file must not rest longer.
        options: As for `run_batch`.

    Raises:
        SourceError: There is no such folder.
        OutputError: A result would take the place of an input, or the manifest cannot be written.
    """
    if not folder.is_dir():
        raise SourceError(f"{folder}: no such folder; check the path")
    before: dict[Job, _Look] = {}
    done: dict[Job, _Look] = {}
    while True:
        now = _look_at(folder)
        refuse_overwriting(list(now), output)
        ripe = [job for job, look in now.items() if before.get(job) == look != done.get(job)]
        if ripe:
            yield from run_batch(ripe, pipeline, output, **options)
            done.update((job, now[job]) for job in ripe)
        before = now
        time.sleep(seconds)


def _look_at(folder: Path) -> dict[Job, _Look]:
    """Every file that could be converted now."""
    try:
        jobs = plan([folder])
    except SourceError:  # nothing there yet
        return {}
    return {job: look for job in jobs if not job.skip and (look := _look(Path(str(job.source))))}


def _look(path: Path) -> _Look | None:
    try:
        state = path.stat()
    except OSError:  # it is gone again
        return None
    return _Look(state.st_size, state.st_mtime_ns)
