"""Where pages begin: in the source, and in the Markdown that was made of it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from ingest.choice import chosen_pages
from ingest.document import Code, Html, Yaml, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block, Document, Span

FORM_FEED = "\f"


class PageSpan(NamedTuple):
    """A page in the Markdown, as a half-open range of code points.

    Attributes:
        page: Its number, from 1.
        start: Where the first block begins that begins on it, with the marker of the page.
        end: Where the last one ends.
    """

    page: int
    start: int
    end: int


def page_starts(doc: Document) -> Iterator[tuple[int, int]]:
    """Number of each page and its first offset in the source, whose pages form feeds end.

    A PDF has the pages that were read; a text has pages if there are form feeds in it.
    """
    if doc.meta.get("format") == "pdf":
        numbers: Sequence[int] = _numbers(doc)
        parts = doc.source.split(FORM_FEED)
    else:
        # The export of a page ends with a form feed, that of the last page too.
        parts = doc.source.rstrip().split(FORM_FEED)
        numbers = range(1, len(parts) + 1) if len(parts) > 1 else ()
    starts = accumulate((len(part) + 1 for part in parts), initial=0)
    yield from zip(numbers, starts, strict=False)


def _numbers(doc: Document) -> list[int]:
    """The numbers of the pages of a PDF that were read."""
    count = int(doc.meta.get("pages", 0))
    return chosen_pages(doc.meta.get("chosen_pages", ""), count, name=doc.path or "")


def start_of(node: Block) -> int | None:
    """Where a block begins in the source; None if it came from nowhere."""
    span: Span | None = (
        node.span
        if isinstance(node, Html | Code | Yaml)
        else next((run.span for run in runs((node,)) if run.span is not None), None)
    )
    return span.start if span is not None else None


def page_spans(doc: Document) -> tuple[PageSpan, ...]:
    """Where the pages stand in the Markdown that `write_markdown` makes of a document.

    A block belongs to the page that it begins on, and footnotes, which stand at the end, to the
    last. A page on which no block begins has no span; Markdown and text without form feeds have
    none at all.
    """
    from ingest.write.additions import marker_of
    from ingest.write.markdown import pieces

    pages = list(page_starts(doc))
    if not pages:
        return ()
    spans: list[PageSpan] = []
    offset = 0
    marker: tuple[Block, int] | None = None  # the piece before, if it is made, and its start
    for block, lead, text in pieces(doc.children):
        at, offset = offset + len(lead), offset + len(lead) + len(text)
        start = start_of(block)
        number = None
        while start is not None and pages and pages[0][1] <= start:
            number = pages.pop(0)[0]
        if number is not None:
            is_marked = marker is not None and marker[0] == marker_of(number)
            spans.append(PageSpan(number, marker[1] if marker and is_marked else at, offset))
        elif spans and start is not None:
            spans[-1] = spans[-1]._replace(end=offset)
        marker = (block, at) if start is None else None
    return tuple(spans)
