"""Bare web and mail addresses -> links that stay exactly as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.document import Edit, FootnoteDefinition, Heading, Link, List, ListItem, Paragraph, Text

if TYPE_CHECKING:
    from ingest.document import Block, Document, Inline

STAGE = "mark_links"

# RFC 3986 lets an address hold these characters; a stop or bracket at its end is not part of it.
_URL = re.compile(r"(?<![\w.])https?://[\w\-.~:/?#\[\]@!$&'()*+,;=%]*[\w/=&#~%$+-]", re.IGNORECASE)
CONFIDENCE = 1.0  # nothing in the text changes


def mark_links(doc: Document) -> Document:
    """Mark the bare addresses in paragraphs, headings and items, so that nobody changes them.

    Args:
        doc: Blocks.

    Returns:
        A document with the same `children` object if there was no address.

    Rules:
        bare-url: An address with `http://` or `https://`; it is written as it stands.
    """
    if "://" not in doc.source or doc.meta.get("format") == "markdown":
        return doc  # Markdown states its links
    marking = _Marking(doc.next_step, [])
    children = marking.blocks(doc.children)
    if not marking.edits:
        return doc
    return replace(doc, children=children, edits=(*doc.edits, *marking.edits))


@dataclass(slots=True)
class _Marking:
    step: int
    edits: list[Edit]

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(self._block(node) for node in blocks)

    def _block(self, node: Block) -> Block:
        match node:
            case Paragraph() | Heading():
                return self._run(node)
            case List(children=items):
                return replace(node, children=tuple(self._item(item) for item in items))
            case FootnoteDefinition(children=blocks):
                return replace(node, children=self.blocks(blocks))
        return node

    def _item(self, item: ListItem) -> ListItem:
        return replace(item, children=self.blocks(item.children))

    def _run(self, node: Paragraph | Heading) -> Paragraph | Heading:
        children: list[Inline] = []
        for child in node.children:
            children += _split(child) if isinstance(child, Text) else (child,)
        if len(children) == len(node.children) or node.span is None:
            return node
        for child in children:
            if isinstance(child, Link):
                why = f"link to {child.url}"
                self.edits.append(
                    Edit(self.step, STAGE, "bare-url", node.span, 0, 0, "", "", CONFIDENCE, why=why)
                )
        return replace(node, children=tuple(children))


def _with_bracket(url: str, rest: str) -> str:
    """A closing bracket belongs to the address if it closes one inside."""
    opened = url.count("(") - url.count(")")
    return url + ")" if opened > 0 and rest.startswith(")") else url


def _split(text: Text) -> list[Inline]:
    out: list[Inline] = []
    done = 0
    for match in _URL.finditer(text.value):
        if match.start() > done:
            out.append(Text(text.value[done : match.start()]))
        url = _with_bracket(match.group(), text.value[match.end() :])
        out.append(Link(url, (Text(url),), bare=True))
        done = match.start() + len(url)
    if done < len(text.value):
        out.append(Text(text.value[done:]))
    return out if out else [text]
