"""Inputs to a review page: each is converted under guard, and a bad one is a row that says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ingest.batch import STDIN, Status, convert_jobs
from ingest.batch.outputs import write_atomically
from ingest.batch.plan import SKIPPED
from ingest.batch.results import status_of
from ingest.review.page import Entry, check_installed, review_page

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from ingest.batch import Job, Limits, Outcome
    from ingest.pipeline import Pipeline

# Pictures of lines in one page, 4 to 9 KiB each: about 1.5 MB.
MOST_PICTURES = 200
# What a document may have of them at least, when there are many documents.
LEAST_PICTURES = 4


def make_report(
    jobs: Sequence[Job],
    pipeline: Pipeline,
    output: Path,
    *,
    limits: Limits,
    workers: int = 1,
    images: bool = True,
) -> list[Entry]:
    """Convert inputs in guarded workers, and write the page that shows what was done to them.

    Args:
        jobs: What to convert.
        pipeline: How to convert; its decisions are applied and shown.
        output: Where the page goes.
        limits: For each document.
        workers: How many documents at once.
        images: Show lines of PDFs as pictures.

    Raises:
        ExtraError: Jinja2 is missing.
        OutputError: The page cannot be written.
    """
    check_installed()
    most = max(LEAST_PICTURES, MOST_PICTURES // len(jobs)) if images else 0
    todo = [job for job in jobs if not job.skip]
    found: dict[Job, Outcome] = {}
    for pictures in (most, 0) if images else (0,):
        if todo:
            found.update(convert_jobs(todo, pipeline, limits, workers=workers, review=pictures))
        # Perhaps a page cannot be drawn: once more without pictures.
        todo = [job for job in todo if _may_be_drawing(job, found[job])]
    entries = list(_entries(jobs, found))
    write_atomically(output, review_page(entries, pipeline.decisions).encode("utf-8", "replace"))
    return entries


def _may_be_drawing(job: Job, outcome: Outcome) -> bool:
    """Did a worker end in a way that drawing a page may be to blame for?"""
    return str(job.source) != STDIN and outcome.kind.startswith(("crash", "limit:"))


def _entries(jobs: Sequence[Job], found: Mapping[Job, Outcome]) -> Iterator[Entry]:
    left = MOST_PICTURES
    for job in jobs:
        name = job.name or str(job.source)
        if job.skip:
            yield Entry(name, str(Status.SKIPPED), f"{job.source}: {SKIPPED[job.skip]}")
            continue
        outcome = found[job]
        facts = json.loads(outcome.review) if outcome.review else None
        if facts and len(facts["pictures"]) > left:
            for edit in facts["edits"]:
                edit["picture"] = edit["picture"] if (edit["picture"] or 0) < left else None
        left -= min(left, len(facts["pictures"])) if facts else 0
        yield Entry(
            name,
            str(status_of(outcome)),
            outcome.reason,
            outcome.source_sha256,
            [(m.level, m.text) for m in outcome.messages if m.level != "info"],
            facts,
        )
