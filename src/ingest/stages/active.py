"""Make inert what a Markdown source has that would act: scripts, handlers, addresses that run.

Text of other sources needs none of this: the writer escapes whatever could become markup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from ingest.document import (
    Blockquote,
    Break,
    Change,
    Code,
    Edit,
    Emphasis,
    Heading,
    Html,
    Image,
    InlineCode,
    Link,
    List,
    ListItem,
    Paragraph,
    Span,
    Strong,
    Table,
    TableCell,
    TableRow,
    Text,
    Yaml,
    inline_text,
    splice,
)
from ingest.stages.markup import (
    CONFIDENCE,
    control_changes,
    html_changes,
    is_active_address,
    opens_block,
    without_controls,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.document import Block, Document, Inline, Node

STAGE = "disarm_markup"


def disarm_markup(doc: Document) -> Document:
    """Show what would act in raw HTML and links, in place of letting it act.

    Args:
        doc: Any; only raw HTML, links, pictures, code and front matter are read.

    Returns:
        A document with the same `children` object if nothing in it acts.

    Rules:
        active-html: An element that runs, loads or asks, or markup that cannot be told: it becomes
            code, in a fence or in the line, with every character of it.
        active-attribute: A handler, or another attribute that runs or sends: it goes.
        active-address: A link or a picture whose scheme is not in `data/schemes.tsv`: its text
            stays, its address is in the ledger.
        beacon: The address of a remote picture of one pixel: it goes.
        control: A character that acts on a terminal or turns the direction of text, where no other
            stage looks: in code, raw HTML, front matter and titles.

    Source: the tables `data/html.tsv` and `data/schemes.tsv`.
    """
    disarming = _Disarming(doc.next_step)
    children = disarming.blocks(doc.children)
    if not disarming.edits:
        return doc
    return replace(doc, children=children, edits=(*doc.edits, *disarming.edits))


@dataclass(slots=True)
class _Disarming:
    """One walk over the tree. `span` is that of the run it is in, `at` the offset there."""

    step: int
    edits: list[Edit] = field(default_factory=list)
    span: Span = field(default=Span(0, 0))
    at: int = 0

    def blocks(self, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        new = tuple(self._block(node) for node in blocks)
        return blocks if _same(blocks, new) else new

    def _block(self, node: Block) -> Block:
        match node:
            case Paragraph() | Heading():
                return self._run(node)
            case List(children=items):
                return _with(node, [_with(item, self.blocks(item.children)) for item in items])
            case Blockquote(children=children):
                return _with(node, self.blocks(children))
            case Table(children=rows):
                return _with(node, [_with(row, map(self._run, row.children)) for row in rows])
            case Html(value, span) if span:
                self._enter(span)
                return self._html(node, Code(value, "html", span))
            case Code(span=span) | Yaml(span=span) if span:
                self._enter(span)
                return self._without_controls(node)
        return node

    def _run(self, run: R) -> R:
        if run.span is None or all(isinstance(child, Text) for child in run.children):
            return run
        self._enter(run.span)
        children = self._inline(run.children)
        if isinstance(run, Paragraph):
            children = self._kept_in_line(children)
        return _with(run, children)

    def _kept_in_line(self, children: Sequence[Inline]) -> list[Inline]:
        """Show raw HTML that, since what stood before it has gone, would begin a block."""
        out: list[Inline] = []
        begins, self.at = True, 0
        for node in children:
            shown = node
            if begins and isinstance(node, Html) and opens_block(node.value):
                self._decide("active-html", "shown as code; it would begin a block of HTML")
                shown = InlineCode(node.value)
            out.append(shown)
            begins = isinstance(node, Break) or (begins and not inline_text((node,)).strip())
            self.at += len(inline_text((node,)))
        return out

    def _enter(self, span: Span) -> None:
        self.span, self.at = span, 0

    def _inline(self, children: Iterable[Inline]) -> list[Inline]:
        out: list[Inline] = []
        for child in children:
            for node in self._inline_node(child):
                match (out[-1] if out else None), node:
                    case _, Text("") | InlineCode(""):
                        pass
                    case Text(head), Text(tail):
                        out[-1] = Text(head + tail)
                    case InlineCode(head), InlineCode(tail):  # two in a row would be read as one
                        out[-1] = InlineCode(head + tail)
                    case _:
                        out.append(node)
        return out

    def _inline_node(self, node: Inline) -> Sequence[Inline]:
        match node:
            case Emphasis(children) | Strong(children):
                return (_with(node, self._inline(children)),)
            case Link():
                return self._link(node)
        made = self._leaf(node)
        self.at += len(inline_text((node,)))
        return (made,)

    def _leaf(self, node: Inline) -> Inline:
        match node:
            case Html(value):
                return self._html(node, InlineCode(value))
            case InlineCode():
                return self._without_controls(node)
            case Image():
                return self._image(node)
        return node

    def _link(self, node: Link) -> Sequence[Inline]:
        if is_active_address(node.url):
            self._decide("active-address", f"a link to {node.url}")
            return self._inline(node.children)
        return (self._with_plain_title(_with(node, self._inline(node.children))),)

    def _image(self, node: Image) -> Inline:
        alt = self._changed(node.alt, list(control_changes(node.alt)))
        if is_active_address(node.url, picture=True):
            self._decide("active-address", f"a picture from {node.url}")
            return Text(alt)
        return self._with_plain_title(node if alt == node.alt else replace(node, alt=alt))

    def _with_plain_title(self, node: T) -> T:
        title = node.title
        if title is None or title == (plain := without_controls(title)):
            return node
        self._decide("control", f"in the title {title!r}")
        return replace(node, title=plain)

    def _html(self, node: Html, shown: C) -> Html | C:
        """Raw HTML without what acts; or, if that cannot be, what shows it."""
        changes = html_changes(node.value)
        if changes is None:
            self._decide("active-html", "shown as code")
            return self._without_controls(shown)
        value = self._changed(node.value, changes)
        return replace(node, value=value) if changes else node

    def _without_controls(self, node: C) -> C:
        changes = list(control_changes(node.value))
        if isinstance(node, InlineCode):
            changes = _in_one_line(node.value, changes)
        value = self._changed(node.value, changes)
        return replace(node, value=value) if changes else node

    def _changed(self, text: str, changes: Sequence[Change]) -> str:
        """The text with the changes made, and recorded."""
        for c in changes:
            start, end = self.at + c.start, self.at + c.end
            self.edits.append(
                Edit(
                    self.step,
                    STAGE,
                    c.rule,
                    self.span,
                    start,
                    end,
                    text[c.start : c.end],
                    c.text,
                    c.confidence,
                    why=c.why,
                )
            )
        return splice(text, changes)

    def _decide(self, rule: str, why: str) -> None:
        """Record a decision that leaves the text alone."""
        at = self.at
        self.edits.append(
            Edit(self.step, STAGE, rule, self.span, at, at, "", "", CONFIDENCE, why=why)
        )


def _in_one_line(text: str, changes: Iterable[Change]) -> list[Change]:
    """The changes, and a blank for each line end: code in a line has none."""
    ends = (
        Change(m.start(), m.end(), " ", "active-html", CONFIDENCE) for m in re.finditer("\n", text)
    )
    return sorted([*changes, *ends], key=lambda c: c.start)


R = TypeVar("R", Paragraph | Heading, TableCell)
C = TypeVar("C", Code, Yaml, InlineCode, Code | Yaml)
T = TypeVar("T", Link, Image)
P = TypeVar(
    "P",
    List,
    ListItem,
    Blockquote,
    Table,
    TableRow,
    TableCell,
    Link,
    Paragraph | Heading,
    Emphasis | Strong,
)


def _same(old: Sequence[Node], new: Sequence[Node]) -> bool:
    return len(old) == len(new) and all(a is b for a, b in zip(old, new, strict=True))


def _with(node: P, children: Iterable[Node]) -> P:
    new = tuple(children)
    return node if _same(node.children, new) else replace(node, children=new)  # type: ignore[arg-type]
