"""Markdown files: their structure is stated, so they are read as the tree that they are.

That is what makes a second conversion of ingest's own output give the same bytes. The parser is
markdown-it-py; what it drops on purpose (definitions that no link uses) is told in a message.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ingest.document import (
    Blockquote,
    Break,
    Code,
    Document,
    Emphasis,
    FootnoteDefinition,
    FootnoteReference,
    Heading,
    Html,
    Image,
    InlineCode,
    Link,
    List,
    ListItem,
    Message,
    Paragraph,
    Span,
    Strong,
    Table,
    TableCell,
    TableRow,
    Text,
    ThematicBreak,
    Yaml,
    inline_text,
)
from ingest.errors import NoTextError
from ingest.read.text import decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markdown_it.tree import SyntaxTreeNode

    from ingest.document import Block, Inline

FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.*?\n)?---[ \t]*(?:\n|\Z)", re.DOTALL)
# Markdown knows one line end; these are blanks to it.
_OTHER_LINE_ENDS = re.compile(r"[\v\f\x1c-\x1e\u2028\u2029]")
_ALIGN = re.compile(r"text-align:(\w+)")


def read_markdown(data: bytes, *, name: str = "<markdown>") -> Document:
    """Read a Markdown file (CommonMark with GFM tables, footnotes, front matter) into blocks.

    `Document.source` holds the texts of the runs, one below the other, without their markup.

    Args:
        data: The bytes of the file.
        name: For messages and `Document.path`.

    Raises:
        SourceError: The bytes are those of no text.
        NoTextError: There is nothing but blanks.
    """
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode
    from mdit_py_plugins.footnote import footnote_plugin

    decoded = decode(data, name=name)
    text = decoded.text.replace("\r\n", "\n").replace("\r", "\n")
    typed, text = text, _OTHER_LINE_ENDS.sub(" ", text)
    if not text.strip():
        raise NoTextError(f"{name}: nothing but blanks in {len(data)} bytes; nothing to convert")
    builder = _Builder()
    blocks: list[Block] = []
    if front := FRONT_MATTER.match(text):
        value = (front[1] or "").removesuffix("\n")
        blocks.append(Yaml(value, builder.place(value)))
        typed, text = typed[front.end() :], text[front.end() :]
    if typed != text:
        builder.typed = typed.split("\n")
    parser = MarkdownIt("commonmark").enable("table")
    # The parser would read some links as text, without a word; `disarm_markup` says so.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    # Notes stay where they stand, those that nothing refers to as well.
    parser.use(footnote_plugin, inline=False, move_to_end=False)
    environment: dict[str, Any] = {}
    root = SyntaxTreeNode(parser.parse(text, environment))
    blocks += builder.blocks(root.children)
    messages = [Message("info", "read", f"read as {decoded.encoding} Markdown")]
    if nuls := text.count("\0"):
        note = f"{nuls} NUL characters became U+FFFD, as CommonMark has it"
        messages.append(Message("warning", "read", note))
    targets = (node for node in root.walk() if node.type in {"link", "image"})
    used = {str(node.attrs.get("href", node.attrs.get("src"))) for node in targets}
    for label, definition in environment.get("references", {}).items():
        if definition["href"] not in used:
            note = f"the definition [{label}] is used by no link and is left out"
            messages.append(Message("warning", "read", note))
    return Document(
        source="".join(builder.source),
        children=tuple(blocks),
        messages=tuple(messages),
        path=name,
        meta={"format": "markdown", "encoding": decoded.encoding},
    )


class _Builder:
    """Turns the parser's tree into ours, and writes down the source as it goes."""

    def __init__(self) -> None:
        self.source: list[str] = []
        # The lines as they were typed, where they hold line ends that are none of Markdown.
        self.typed: list[str] = []
        self._offset = 0

    def place(self, text: str) -> Span:
        """Add a run to the source; its span."""
        span = Span(self._offset, self._offset + len(text))
        self.source += text, "\n"
        self._offset = span.end + 1
        return span

    def blocks(self, nodes: Iterable[SyntaxTreeNode]) -> Iterator[Block]:
        """The blocks that these nodes are."""
        for node in nodes:
            if (block := self._block(node)) is not None:
                yield block

    def _block(self, node: SyntaxTreeNode) -> Block | None:
        match node.type:
            case "heading":
                children = _inline(node.children)
                return Heading(int(node.tag[1]), children, self.place(inline_text(children)))
            case "paragraph":
                children = _inline(node.children)
                return Paragraph(children, self.place(inline_text(children)))
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "blockquote":
                return Blockquote(tuple(self.blocks(node.children)))
            case "fence" | "code_block":
                value = self._as_typed(node).removesuffix("\n")
                return Code(value, node.info.strip() or None, self.place(value))
            case "html_block":
                value = node.content.rstrip("\n")
                return Html(value, self.place(value))
            case "hr":
                return ThematicBreak()
            case "table":
                return self._table(node)
            case "footnote_reference":
                return FootnoteDefinition(node.meta["label"], tuple(self.blocks(node.children)))
        return None

    def _as_typed(self, node: SyntaxTreeNode) -> str:
        """The content of a block of code with every character as it was typed."""
        if not self.typed or node.map is None:
            return node.content
        first = node.map[0] + (node.type == "fence")
        lines = node.content.split("\n")
        for number, line in enumerate(lines[:-1], first):
            typed = self.typed[number]
            end = typed[len(typed) - len(line) :]
            if _OTHER_LINE_ENDS.sub(" ", end) == line:
                lines[number - first] = end
        return "\n".join(lines)

    def _list(self, node: SyntaxTreeNode) -> List:
        items = tuple(ListItem(tuple(self.blocks(item.children))) for item in node.children)
        spread = any(
            child.type == "paragraph" and not child.hidden
            for item in node.children
            for child in item.children
        )
        ordered = node.type == "ordered_list"
        start = int(node.attrs.get("start", 1)) if ordered else None
        return List(items, ordered=ordered, start=start, spread=spread)

    def _table(self, node: SyntaxTreeNode) -> Table:
        rows = [row for part in node.children for row in part.children]
        align = tuple(_align(cell) for cell in rows[0].children)
        return Table(tuple(TableRow(tuple(map(self._cell, row.children))) for row in rows), align)

    def _cell(self, node: SyntaxTreeNode) -> TableCell:
        children = _inline(node.children)
        return TableCell(children, self.place(inline_text(children)))


def _align(cell: SyntaxTreeNode) -> str | None:
    match = _ALIGN.search(str(cell.attrs.get("style", "")))
    return match[1] if match else None


def _inline(nodes: Iterable[SyntaxTreeNode]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for node in nodes:
        for made in _inline_node(node):
            if isinstance(made, Text) and out and isinstance(last := out[-1], Text):
                out[-1] = Text(last.value + made.value)
            else:
                out.append(made)
    return tuple(out)


def _inline_node(node: SyntaxTreeNode) -> tuple[Inline, ...]:
    match node.type:
        case "inline":
            return _inline(node.children)
        case "text" | "text_special":
            return (Text(node.content),) if node.content else ()
        case "softbreak":
            return (Text(" "),)
        case "hardbreak":
            return (Break(),)
        case "code_inline":
            return (InlineCode(node.content),)
        case "em":
            return (Emphasis(_inline(node.children)),)
        case "strong":
            return (Strong(_inline(node.children)),)
        case "link":
            url, title = str(node.attrs["href"]), node.attrs.get("title")
            return (Link(url, _inline(node.children), str(title) if title else None),)
        case "image":
            url, title = str(node.attrs["src"]), node.attrs.get("title")
            return (Image(url, inline_text(_inline(node.children)), str(title) if title else None),)
        case "html_inline":
            return (Html(node.content),)
        case "footnote_ref":
            return (FootnoteReference(node.meta["label"]),)
    return ()
