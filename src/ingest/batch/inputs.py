"""What goes to a worker for each input."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.batch.outcome import STDIN, Request

if TYPE_CHECKING:
    from ingest.batch.plan import Job

HERE = Path()


def request_of(job: Job, *, edits: bool, text: bool = False, root: Path = HERE) -> Request:
    """The request for an input.

    Args:
        job: The input.
        edits: The ledger is wanted.
        text: The text as it was read is wanted.
        root: The folder that a relative path begins at.
    """
    source = str(job.source)
    if source == STDIN:
        return Request(source, sys.stdin.buffer.read(), edits, text)
    return Request(str(root / job.source), None, edits, text, called=source)
