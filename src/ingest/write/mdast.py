"""Tree -> mdast, the JSON tree of Markdown that unified, remark and their plug-ins work on.

https://github.com/syntax-tree/mdast, with its extensions for GFM, footnotes and front matter.
What the Markdown writer does to blanks is done here too, so that both forms show one text.
"""

from __future__ import annotations

from bisect import bisect_right
from copy import copy
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from ingest.document import (
    Blockquote,
    Break,
    Code,
    Emphasis,
    FootnoteDefinition,
    FootnoteReference,
    Heading,
    Html,
    Image,
    InlineCode,
    Line,
    Link,
    List,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    TableCell,
    Text,
    ThematicBreak,
    Yaml,
)
from ingest.page_spans import page_starts
from ingest.write.markdown import may_interrupt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.document import Block, Document, Inline, ListItem, Span

Node = dict[str, Any]


def to_mdast(doc: Document, *, provenance: bool = True) -> Node:
    """A document as an mdast tree of plain JSON values.

    `position` is not used: that is a place in a Markdown file, and this tree comes from none.

    Args:
        doc: The document; whatever stages have run, a `Line` left over is a paragraph.
        provenance: Say in `data.source` where a block came from: `span`, its first and last offset
            in the text as it was read, code points from 0, end excluded; `page`, the page that it
            begins on, of PDFs and texts with form feeds; `line`, the line of a text file. Both
            count from 1; what is not known is left out.

    Returns:
        The `root` node. Values that mdast lets be absent are there and None, as remark has them.
    """
    places = _Places(doc) if provenance else None
    return {"type": "root", "children": _Writer(places).blocks(doc.children)}


# ---------------------------------------------------------------- blocks


class _Writer:
    """Makes nodes, with where they came from if that is wanted."""

    def __init__(self, places: _Places | None) -> None:
        self._places = places

    def blocks(self, blocks: Iterable[Block]) -> list[Node]:
        """The nodes of these blocks; page breaks have none."""
        return [self._placed(block, self._block(block)) for block in blocks if _is_shown(block)]

    def _placed(self, block: Block | TableCell, node: Node) -> Node:
        place = self._places.of(block) if self._places else None
        return {**node, "data": {"source": place}} if place else node

    def _block(self, block: Block) -> Node:
        match block:
            case Line(value):
                return {"type": "paragraph", "children": inline_nodes((Text(value),))}
            case Paragraph(children):
                return {"type": "paragraph", "children": inline_nodes(children)}
            case Heading(depth, children):
                return {"type": "heading", "depth": depth, "children": inline_nodes(children)}
            case List():
                return self._list(block)
            case Blockquote(children):
                return {"type": "blockquote", "children": self.blocks(children)}
            case FootnoteDefinition(label, children):
                inside = _Writer(self._places and self._places.of_notes()).blocks(children)
                return {"type": "footnoteDefinition", **_association(label), "children": inside}
            case Table():
                return self._table(block)
            case Code(value, lang):
                return {"type": "code", **_language(lang), "value": value}
            case Html(value):
                return {"type": "html", "value": value}
            case Yaml(value):
                return {"type": "yaml", "value": value}
            case ThematicBreak():
                return {"type": "thematicBreak"}
        raise TypeError(f"no mdast for {type(block).__name__}")

    def _list(self, node: List) -> Node:
        start = (1 if node.start is None else node.start) if node.ordered else None
        return {
            "type": "list",
            "ordered": node.ordered,
            "start": start,
            "spread": node.spread,
            "children": [self._item(item, spread=node.spread) for item in node.children],
        }

    def _item(self, item: ListItem, *, spread: bool) -> Node:
        shown = [block for block in item.children if _is_shown(block)]
        # Without a blank line some blocks would be text of the paragraph before them.
        apart = any(not may_interrupt(block) for block in shown[1:])
        return {
            "type": "listItem",
            "spread": apart or (spread and len(shown) > 1),
            "checked": item.checked,
            "children": self.blocks(shown),
        }

    def _table(self, node: Table) -> Node:
        columns = max(len(row.children) for row in node.children)
        align = [*node.align, *[None] * columns][:columns]
        return {
            "type": "table",
            "align": align,
            "children": [
                {"type": "tableRow", "children": [self._cell(cell) for cell in row.children]}
                for row in node.children
            ],
        }

    def _cell(self, cell: TableCell) -> Node:
        return self._placed(cell, {"type": "tableCell", "children": inline_nodes(cell.children)})


def _is_shown(block: Block) -> bool:
    """Is there anything of it in Markdown?"""
    if isinstance(block, Table):
        return any(row.children for row in block.children)
    return not isinstance(block, PageBreak)


def _language(info: str | None) -> Node:
    """What stands behind a fence: its first word is the language."""
    lang, _, meta = (info or "").strip().partition(" ")
    return {"lang": lang or None, "meta": meta.strip() or None}


def _association(label: str) -> Node:
    """Identifier and label of a note; identifiers are compared without regard to case."""
    # Twice lower: the capital of some letters is two letters, as CommonMark has it.
    identifier = " ".join(label.split()).lower().upper().lower()
    return {"identifier": identifier, "label": label}


# ---------------------------------------------------------------- inline


def inline_nodes(children: Sequence[Inline]) -> list[Node]:
    """The nodes of a run, without the blanks at its ends, which Markdown cannot hold."""
    found = list(_joined(_inline(children)))
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        if found and found[at]["type"] == "text":
            found[at] = {"type": "text", "value": strip(found[at]["value"])}
    return [node for node in found if node != {"type": "text", "value": ""}]


def _joined(nodes: Iterable[Node]) -> Iterator[Node]:
    """Neighbouring texts are one."""
    text = ""
    for node in nodes:
        if node["type"] == "text":
            text += node["value"]
            continue
        if text:
            yield {"type": "text", "value": text}
            text = ""
        yield node
    if text:
        yield {"type": "text", "value": text}


def _inline(children: Iterable[Inline]) -> Iterator[Node]:
    for node in children:
        match node:
            case Text(value):
                yield {"type": "text", "value": " ".join(value.splitlines())}
            case Emphasis() | Strong():
                yield from _stress(node)
            case Link(url, inner, title):
                nodes = list(_joined(_inline(inner)))
                yield {"type": "link", "url": url, "title": title, "children": nodes}
            case Image(url, alt, title):
                yield {"type": "image", "url": url, "title": title, "alt": alt}
            case InlineCode(value):
                yield {"type": "inlineCode", "value": value}
            case Break():
                yield {"type": "break"}
            case Html(value):
                yield {"type": "html", "value": value}
            case FootnoteReference(label):
                yield {"type": "footnoteReference", **_association(label)}


def _stress(node: Emphasis | Strong) -> Iterator[Node]:
    """Emphasis with its blanks outside; blanks alone are not stressed."""
    inside = list(_joined(_inline(node.children)))
    lead = tail = ""
    if inside and inside[0]["type"] == "text":
        value = inside[0]["value"]
        lead, inside[0] = _blanks(value)[0], {"type": "text", "value": value.lstrip()}
    if inside and inside[-1]["type"] == "text":
        value = inside[-1]["value"]
        tail, inside[-1] = _blanks(value)[1], {"type": "text", "value": value.rstrip()}
    inside = [part for part in inside if part != {"type": "text", "value": ""}]
    yield {"type": "text", "value": lead}
    if inside:
        kind = "strong" if isinstance(node, Strong) else "emphasis"
        yield {"type": kind, "children": inside}
    yield {"type": "text", "value": tail}


def _blanks(text: str) -> tuple[str, str]:
    """The blanks at both ends of a text."""
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


# ---------------------------------------------------------------- where blocks came from


class _Places:
    """Where blocks stood in the source."""

    def __init__(self, doc: Document) -> None:
        self._in_notes = False
        self._pages = list(page_starts(doc))
        is_text = doc.meta.get("format") == "text"
        ends = (at for at, char in enumerate(doc.source) if char == "\n") if is_text else ()
        self._lines = [0, *(at + 1 for at in ends)] if is_text else []

    def of_notes(self) -> _Places:
        """The same, for notes: their text stands behind the last page, whatever page it is on."""
        notes = copy(self)
        notes._in_notes, notes._pages = True, []
        return notes

    def of(self, block: Block | TableCell) -> Node:
        """The place of a block; empty if it was made, or if blocks inside it have the places."""
        span: Span | None = getattr(block, "span", None)
        if span is None:
            return {}
        place: Node = {"span": list(span)}
        if (page := self._page(block, span)) is not None:
            place["page"] = page
        if self._lines:
            place["line"] = bisect_right(self._lines, span.start)
        return place

    def _page(self, block: Block | TableCell, span: Span) -> int | None:
        if self._in_notes and isinstance(block, Paragraph) and block.lines:
            return block.lines[0].page
        before = bisect_right(self._pages, span.start, key=itemgetter(1))
        return self._pages[before - 1][0] if before else None
