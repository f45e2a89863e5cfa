"""Documents with pages that have no text: an OCR reads those, then they are converted again.

The OCR runs in the supervisor's time, when no worker is busy: so the clock of a conversion does not
count it, and no worker is left unwatched meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from ingest.batch.outcome import read_source
from ingest.document import Message
from ingest.errors import IngestError, NoTextError, SourceError
from ingest.hashes import sha256_of
from ingest.ocr import add_text_layer

if TYPE_CHECKING:
    from ingest.batch.limits import Limits
    from ingest.batch.outcome import Outcome, Request
    from ingest.ocr import Ocr

# Hears of a document before its pages are read by the OCR: its name, and how many they are.
TellScan = Callable[[str, int], None]

# Converts documents under guard, and numbers them from 0.
Convert = Callable[["Iterable[Request]"], Iterator[tuple[int, "Outcome"]]]

_DIGITS = 3  # of seconds


class Scans(NamedTuple):
    """How scans are read.

    Attributes:
        ocr: The program.
        limits: Those of the batch.
        jobs: How many pages at once.
        tell: Hears of each scan before it is read.
    """

    ocr: Ocr
    limits: Limits
    jobs: int
    tell: TellScan

    def convert(
        self, request: Request, first: Outcome, convert: Callable[[Request], Outcome]
    ) -> Outcome:
        """What comes of a document whose first conversion found pages without text.

        Args:
            request: What was asked for.
            first: What came of it; it stands if the OCR fails and there is text on other pages.
            convert: Converts under guard.
        """
        start = time.perf_counter()
        self.tell(request.name, len(first.textless_pages))
        try:
            data = self._read(request, first)
        except IngestError as error:
            return _without(first, error)
        sha256 = first.source_sha256 or ""
        again = replace(request, data=data, ocr_pages=first.textless_pages, scan_sha256=sha256)
        second = convert(again)
        if second.kind and not first.kind:
            return _without(first, NoTextError(f"after OCR: {second.reason}"))
        if second.kind == NoTextError.kind:
            found = f"{request.name}: no text on its pages, and {self.ocr.tool} found none"
            second = replace(second, reason=f"{found}; nothing to convert")
        seconds = first.seconds + time.perf_counter() - start
        return replace(second, source_sha256=first.source_sha256, seconds=round(seconds, _DIGITS))

    def _read(self, request: Request, first: Outcome) -> bytes:
        data = request.data if request.data is not None else read_source(request)
        if sha256_of(data) != first.source_sha256:
            raise SourceError(f"{request.name}: changed while it was read; convert it again")
        return add_text_layer(
            data,
            self.ocr,
            first.textless_pages,
            name=request.name,
            seconds=self.limits.ocr,
            memory=self.limits.memory,
            jobs=self.jobs,
        )


def read_scans(
    requests: Iterable[Request],
    convert: Convert,
    scans: Scans | None,
) -> Iterator[tuple[int, Outcome]]:
    """Convert documents, those with pages without text last; index and outcome of each.

    Args:
        requests: The documents.
        convert: Converts some of them under guard, and numbers them from 0.
        scans: How scans are read; None if they are not.
    """
    if scans is None:
        yield from convert(requests)
        return
    under_way: dict[int, Request] = {}

    def noted() -> Iterator[Request]:
        for number, request in enumerate(requests):
            under_way[number] = request
            yield request

    def convert_one(request: Request) -> Outcome:
        ((_, outcome),) = convert([request])
        return outcome

    waiting: list[tuple[int, Request, Outcome]] = []
    for number, outcome in convert(noted()):
        request = under_way.pop(number)
        if needs_ocr(outcome):
            waiting.append((number, request, outcome))
        else:
            yield number, outcome
    for number, request, first in waiting:
        yield number, scans.convert(request, first, convert_one)


def needs_ocr(outcome: Outcome) -> bool:
    """Are there pages without text, and nothing worse?"""
    return bool(outcome.textless_pages) and outcome.kind in {"", NoTextError.kind}


def _without(first: Outcome, error: IngestError) -> Outcome:
    """What is left when the OCR fails: the text of the other pages, if there is any."""
    if first.kind:
        return replace(first, kind=error.kind, reason=str(error), exit_code=error.exit_code)
    warning = Message("warning", "read", str(error))
    return replace(first, messages=(*first.messages, warning))
