"""What goes to a worker for each input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.batch.limits import MIB
from ingest.batch.outcome import STDIN, Request
from ingest.batch.urls import Url, read_url, sha256_of_url
from ingest.errors import SourceError
from ingest.hashes import sha256_of_file

if TYPE_CHECKING:
    from ingest.batch.limits import Limits
    from ingest.batch.plan import Job

HERE = Path()


def request_of(
    job: Job,
    limits: Limits,
    *,
    edits: bool,
    text: bool = False,
    review: int | None = None,
    root: Path = HERE,
) -> Request:
    """The request for an input.

    Args:
        job: The input.
        limits: No more than a document may have of memory is read from a store.
        edits: The ledger is wanted.
        text: The text as it was read is wanted.
        review: Facts for the review page are wanted, with so many pictures.
        root: The folder that a relative path begins at.

    Raises:
        SourceError: A store does not give the file; a path is read by the worker.
        LimitError: The file is larger than the memory for it.
    """
    source, data = str(job.source), None
    if isinstance(job.source, Url):
        data = read_url(job.source, limits.memory * MIB)
        if data is None:
            raise limits.breach("memory", source)
    elif source == STDIN:
        data = sys.stdin.buffer.read()
    return Request(
        source if data is not None else str(root / source),
        data,
        edits,
        text,
        name_in_messages="" if source == STDIN else source,
        name_in_result=job.name,
        review=review,
    )


def sha256_of_input(source: Path | Url) -> str | None:
    """The hash of what an input is now; None if it cannot be read."""
    if not isinstance(source, Url):
        return sha256_of_file(source)
    try:
        return sha256_of_url(source)
    except SourceError:
        return None  # the conversion will say what is wrong
