"""What a reader of the Markdown may ask for beside the text: page markers and front matter.

Both are made nodes: they come from no text, so they join the tree when it is written, not before.
"""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import accumulate
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.choice import chosen_pages
from ingest.document import Code, Html, Yaml, runs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block, Document, Span

FORM_FEED = "\f"
_BMP_END = 0x10000
_DIGITS_OF = {False: "\\u{:04X}", True: "\\U{:08X}"}  # by whether it is beyond the first 65,536


def with_additions(doc: Document, *, page_markers: bool, front_matter: bool) -> Document:
    """The document with what was asked for; the same one if there is nothing to add."""
    doc = add_page_markers(doc) if page_markers else doc
    return add_front_matter(doc) if front_matter else doc


# ---------------------------------------------------------------- page markers


def add_page_markers(doc: Document) -> Document:
    """Put a comment such as `<!-- page 3 -->` before the first block that begins on each page.

    Every page has one, so that it can be looked for; a page on which no block begins has its marker
    behind the block that runs over it. A document without pages is left alone; so is Markdown,
    whose comments have been read with it.
    """
    pages = list(page_starts(doc))
    if not pages:
        return doc
    children: list[Block] = []
    for node in doc.children:
        start = _start_of(node)
        while start is not None and pages and pages[0][1] <= start:
            children.append(_marker(pages.pop(0)[0]))
        children.append(node)
    children += (_marker(number) for number, _ in pages)
    return replace(doc, children=tuple(children))


def _marker(number: int) -> Html:
    return Html(f"<!-- page {number} -->")


def page_starts(doc: Document) -> Iterator[tuple[int, int]]:
    """Number of each page and its first offset in the source, whose pages form feeds end."""
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


def _start_of(node: Block) -> int | None:
    """Where a block begins in the source; None if it came from nowhere."""
    span: Span | None = (
        node.span
        if isinstance(node, Html | Code | Yaml)
        else next((run.span for run in runs((node,)) if run.span is not None), None)
    )
    return span.start if span is not None else None


# ---------------------------------------------------------------- front matter


def add_front_matter(doc: Document) -> Document:
    """Begin with what is known of the file: title, author, language, source, pages, OCR.

    What is not known is left out; front matter that a Markdown source has is kept as it is.
    """
    facts = dict(_facts(doc))
    if not facts or (doc.children and isinstance(doc.children[0], Yaml)):
        return doc
    value = "\n".join(f"{name}: {fact}" for name, fact in facts.items())
    return replace(doc, children=(Yaml(value), *doc.children))


def _facts(doc: Document) -> Iterator[tuple[str, str]]:
    """Names and values as YAML."""
    for name in ("title", "author", "language"):
        if value := doc.meta.get(name):
            yield name, yaml_text(value)
    # The name alone: results do not depend on the machine. `<stdin>` is no file.
    if doc.path and not doc.path.startswith("<"):
        yield "source", yaml_text(PurePath(doc.path).name)
    if count := doc.meta.get("pages"):
        chosen = doc.meta.get("chosen_pages")
        yield "pages", yaml_text(f"{chosen} of {count}") if chosen else count
    if ocr := doc.meta.get("ocr"):
        yield "ocr", yaml_text(ocr)


def yaml_text(value: str) -> str:
    """Any text as a YAML scalar between double quotes, on one line.

    That is a JSON string, but for characters that act or end a line: YAML knows eight digits.
    """
    quoted = json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in quoted)


def _escaped(char: str) -> str:
    return _DIGITS_OF[ord(char) >= _BMP_END].format(ord(char))
