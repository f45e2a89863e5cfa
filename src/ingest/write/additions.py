"""What a reader of the Markdown may ask for beside the text: page markers and front matter.

Both are made nodes: they come from no text, so they join the tree when it is written, not before.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from ingest.document import Html, Yaml
from ingest.page_spans import page_starts, start_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.document import Block, Document

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
        start = start_of(node)
        while start is not None and pages and pages[0][1] <= start:
            children.append(marker_of(pages.pop(0)[0]))
        children.append(node)
    children += (marker_of(number) for number, _ in pages)
    return replace(doc, children=tuple(children))


def marker_of(number: int) -> Html:
    """The comment that a page begins with."""
    return Html(f"<!-- page {number} -->")


# ---------------------------------------------------------------- front matter


def add_front_matter(doc: Document) -> Document:
    """Begin with what is known of the file: title, author, language, source, pages, OCR.

    What is not known is left out; front matter that a Markdown source has is kept as it is.
    """
    facts = metadata_of(doc)
    if not facts or (doc.children and isinstance(doc.children[0], Yaml)):
        return doc
    value = "\n".join(f"{name}: {_scalar(name, fact)}" for name, fact in facts.items())
    return replace(doc, children=(Yaml(value), *doc.children))


def _scalar(name: str, fact: str) -> str:
    """A fact as YAML; a count of pages is a number."""
    return fact if name == "pages" and fact.isdecimal() else yaml_text(fact)


def metadata_of(doc: Document) -> dict[str, str]:
    """What is known of a file: title, author, language, source, pages; the rest is left out."""
    return dict(_facts(doc))


def _facts(doc: Document) -> Iterator[tuple[str, str]]:
    for name in ("title", "author", "language"):
        if value := doc.meta.get(name):
            yield name, value
    # The name alone: results do not depend on the machine. `<stdin>` is no file.
    if doc.path and not doc.path.startswith("<"):
        yield "source", PurePath(doc.path).name
    if count := doc.meta.get("pages"):
        chosen = doc.meta.get("chosen_pages")
        yield "pages", f"{chosen} of {count}" if chosen else count
    if ocr := doc.meta.get("ocr"):
        yield "ocr", ocr


def yaml_text(value: str) -> str:
    """Any text as a YAML scalar between double quotes, on one line.

    That is a JSON string, but for characters that act or end a line: YAML knows eight digits.
    """
    quoted = json.dumps(value.encode("utf-8", "replace").decode(), ensure_ascii=False)
    return "".join(c if c.isprintable() else _escaped(c) for c in quoted)


def _escaped(char: str) -> str:
    return _DIGITS_OF[ord(char) >= _BMP_END].format(ord(char))
