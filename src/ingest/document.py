"""The document: a frozen tree with mdast names, and the ledger of every edit made to it.

Three ideas carry the package, and all three live here.

*   A `Document` never changes. A stage takes one and returns another that shares every node it
    left alone.
*   The unit of text is the **run**: the value of a `Line`, or the inline text of one `Paragraph`,
    `Heading` or `TableCell`. A run knows where it came from (`Span`) in `Document.source`.
*   A run changes through `edit_runs` or `edit_text` alone; they record an `Edit` for each `Change`.

Offsets are code points from 0, ends excluded. Pages and lines count from 1. Lengths on a page are
in points with the origin at the top left. What is unknown is `None`.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from ingest.marks import CODE, FOOTNOTE, Mark, Moves, is_fixed, is_kept_by, move_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from ingest.decisions import Decided


class Span(NamedTuple):
    """A half-open range of code points in `Document.source`.

    Attributes:
        start: The first.
        end: One past the last.
    """

    start: int
    end: int


class BBox(NamedTuple):
    """A bounding box in points, origin at the top left of the page."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file itself says of a line, where its pages bear it out.

    Attributes:
        role: `heading`, `paragraph`, or `artifact`, which is no part of the text.
        part: Number of it in the file; lines of one page that have it in common belong together.
        depth: Of a heading, from 1.
        by: What says so: `outline`, or `tags`, the structure tree.
        lists: How many lists it stands in, one inside the other.
    """

    role: str
    part: int
    depth: int | None
    by: str
    lists: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How one line stood in the source: evidence for the stages that rebuild structure.

    Attributes:
        page: Number of the page, from 1.
        line: Number of the line in a text file, or on its page in a PDF, from 1.
        blank_before: Blank lines directly before it (text only).
        indent: Leading blanks in columns, a tab reaching the next multiple of 8 (text only).
        bbox: Where it stood on the page.
        column: Left and right edge, in points, of the text column it stood in.
        size: Font size of most of its glyphs, in points.
        weight: Font weight of most of its glyphs: 400 is regular, 700 is bold.
        font: Name of the font of most of its glyphs.
        italic: That font is slanted.
        monospace: All glyphs of that font are of one width.
        pitch: Points from one glyph to the next, if all the line is set in type of one width; its
            text then has every blank that was typed.
        turned: Angle of the line as the page is shown, in whole degrees counter-clockwise.
        pale: Its colour is nearer to white than to black.
        in_margin: It is turned, and stands beside all upright text of its page.
        unseen: Why nobody sees it on the page; empty for what is seen.
        stated: What the file itself says of the line (PDF only).

    Box and column of a turned line are those of the page turned so that it runs from left to right.
    """

    page: int | None = None
    line: int | None = None
    blank_before: int = 0
    indent: int = 0
    bbox: BBox | None = None
    column: tuple[float, float] | None = None
    size: float | None = None
    weight: int | None = None
    font: str | None = None
    italic: bool | None = None
    monospace: bool | None = None
    pitch: float | None = None
    turned: int = 0
    pale: bool = False
    in_margin: bool = False
    unseen: str = ""
    stated: Stated | None = None


NO_LAYOUT = Layout()


# ---------------------------------------------------------------- inline nodes


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text."""

    value: str


@dataclass(frozen=True, slots=True)
class InlineCode:
    """Code inside a run of text; no stage changes it."""

    value: str


@dataclass(frozen=True, slots=True)
class Break:
    """A line end that means something, as in verse or an address."""


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed text."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Strongly stressed text."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A link; a `bare` one is an address in the text, written as it stands."""

    url: str
    children: tuple[Inline, ...]
    title: str | None = None
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Image:
    """A picture; `alt` is its text."""

    url: str
    alt: str = ""
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Html:
    """Raw HTML of a Markdown source, in a line or as a block; no stage changes it."""

    value: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class FootnoteReference:
    """A reference to the `FootnoteDefinition` of that label; the label is its text."""

    label: str


Inline = Text | InlineCode | Break | Emphasis | Strong | Link | Image | Html | FootnoteReference


# ---------------------------------------------------------------- block nodes


@dataclass(frozen=True, slots=True)
class Line:
    """One line as read, without its leading and trailing blanks. Short-lived: blocks replace it.

    `marks` are what the reader knows of parts of it, in any order.
    """

    value: str
    span: Span
    layout: Layout = NO_LAYOUT
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The end of a page. Short-lived: blocks drop it."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph.

    `lines` says how its lines stood in the source, and `fill` which share of the line width its
    last line took, if that is known.
    """

    children: tuple[Inline, ...]
    span: Span | None = None
    lines: tuple[Layout, ...] = ()
    fill: float | None = None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of depth 1 to 6."""

    depth: int
    children: tuple[Inline, ...]
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class ListItem:
    """One item of a list; `checked` is None for an item that is no task."""

    children: tuple[Block, ...]
    checked: bool | None = None


@dataclass(frozen=True, slots=True)
class List:
    """A list; `start` is its first number if it is ordered.

    `spread` sets its items apart by blank lines.
    """

    children: tuple[ListItem, ...]
    ordered: bool = False
    start: int | None = None
    spread: bool = False


@dataclass(frozen=True, slots=True)
class Blockquote:
    """A quotation."""

    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class FootnoteDefinition:
    """A note, which a `FootnoteReference` of that label refers to."""

    label: str
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Preformatted text; no stage changes it. `layout` says how its first line stood."""

    value: str
    lang: str | None = None
    span: Span | None = None
    layout: Layout | None = None


@dataclass(frozen=True, slots=True)
class Yaml:
    """The front matter of a Markdown source, without its fences; no stage changes it."""

    value: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A rule between two parts."""


@dataclass(frozen=True, slots=True)
class TableCell:
    """One cell of a table.

    `marks` are what the reader knows of parts of its text, in any order. Short-lived: inline nodes
    replace them.
    """

    children: tuple[Inline, ...]
    span: Span | None = None
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a table."""

    children: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class TableLayout:
    """How a table stood on a page: evidence for joining its parts.

    Attributes:
        page: Number of the page, from 1.
        columns: Left and right edge of each column, in points.
        is_headed: Something sets the first row apart: bold type or a line below it.
    """

    page: int
    columns: tuple[tuple[float, float], ...]
    is_headed: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table, its first row the header; `align` holds left, right, center or None per column.

    `layout` says how it stood in the source.
    """

    children: tuple[TableRow, ...]
    align: tuple[str | None, ...] = ()
    layout: TableLayout | None = None


Verbatim = Code | Html | Yaml
Block = (
    Line
    | PageBreak
    | Paragraph
    | Heading
    | List
    | Blockquote
    | Table
    | ThematicBreak
    | FootnoteDefinition
    | Verbatim
)
Node = Block | Inline | ListItem | TableRow | TableCell
Run = Line | Paragraph | Heading | TableCell


# ---------------------------------------------------------------- ledger


class Change(NamedTuple):
    """A proposal: in a run of text, put `text` in the place of `start:end`.

    Attributes:
        start: First code point replaced.
        end: One past the last; equal to `start` for an insertion.
        text: What stands there instead.
        rule: Stable name of the rule that proposes it.
        confidence: 0 to 1, the share of this rule's proposals that are right.
        why: For people, when the name of the rule does not say it all.
        made: What a person has decided; None lets the confidence decide.
    """

    start: int
    end: int
    text: str
    rule: str
    confidence: float
    why: str = ""
    made: bool | None = None

    def is_made(self, at_least: float) -> bool:
        """Is it to be made, or only to be recorded?"""
        return self.confidence >= at_least if self.made is None else self.made


class Edit(NamedTuple):
    """A record of one change, made or only proposed.

    Attributes:
        step: Number of the application of a stage to this document, from 1.
        stage: Name of the stage.
        rule: Name of the rule.
        span: The run in the source, after the edit: joined lines have the span of their whole.
        start: Where `before` began in the text of `span` as the stage saw it.
        end: Where it ended.
        before: The text that stood there.
        after: The text that stands there now. A decision that leaves the text alone (this is a
            heading) has neither `before` nor `after`; `why` says what was decided.
        confidence: 0 to 1.
        applied: False for a proposal that was below the threshold, and so not made.
        why: For people.
    """

    step: int
    stage: str
    rule: str
    span: Span
    start: int
    end: int
    before: str
    after: str
    confidence: float
    applied: bool = True
    why: str = ""

    @property
    def changes_text(self) -> bool:
        """True if the edit was made and altered a character."""
        return self.applied and self.before != self.after

    def as_dict(self) -> dict[str, object]:
        """The edit as plain JSON values, in the order of the fields."""
        return {**self._asdict(), "span": list(self.span)}


@dataclass(frozen=True, slots=True)
class Message:
    """Something worth telling that is no edit.

    Attributes:
        level: info or warning.
        stage: Who says it; `read` for a reader.
        text: For people.
        span: Where in the source.
        code: Stable name for programs; `UNREADABLE_PAGE` makes the document a partial one. It may
            be one of the reasons of `ingest.confidence`.
        page: Which page it is about, from 1.
    """

    level: str
    stage: str
    text: str
    span: Span | None = None
    code: str = ""
    page: int | None = None


# The code of a message: a page, or a part of one, could not be read and is missing.
UNREADABLE_PAGE = "unreadable-page"
# It has no text layer.
PAGE_WITHOUT_TEXT = "page-without-text"
# It was read by another reader than the others, or should have been.
SECOND_OPINION, NO_SECOND_OPINION = "second-opinion", "no-second-opinion"
# Glyphs that the file names no character for, or one of private use; they stand in the text.
UNKNOWN_CHARACTERS = "unknown-characters"
# Lines that are no prose were left as they are.
SPACING_LEFT_ALONE = "spacing-left-alone"
# The code of a message that says what a figure shows, in the words of the file.
FIGURE_TEXT = "figure-text"


# A fact: the blanks of the text are those that were set, by the gaps between its glyphs.
SURE_BLANKS = "sure-blanks"


@dataclass(frozen=True, slots=True)
class Document:
    """A document on its way from damaged source to clean Markdown.

    Attributes:
        source: The text as read; every `Span` points into it.
        children: The tree.
        edits: The ledger, in the order in which the edits were made.
        messages: What readers and stages have to say.
        path: Where it came from, for messages.
        meta: What is known about the file: `format`, `encoding`, `sha256` of its bytes; of a PDF
            `pages`, their count, `chosen_pages` if not all were read, `title`, `author`,
            `language` if it has them, and `ocr` if pages have their text from an OCR.
        facts: What a stage has found out about this document and need not find out again, by the
            name of the stage; and what a reader has proven: `SURE_BLANKS`.
        decided: What people decided about edits of it.
    """

    source: str
    children: tuple[Block, ...]
    edits: tuple[Edit, ...] = ()
    messages: tuple[Message, ...] = ()
    path: str | None = None
    meta: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, object] = field(default_factory=dict)
    decided: Decided | None = None

    @property
    def next_step(self) -> int:
        """The number that the next application of a stage writes into its edits."""
        return self.edits[-1].step + 1 if self.edits else 1


# ---------------------------------------------------------------- reading the tree


def inline_text(children: Iterable[Inline]) -> str:
    """The text of inline nodes as a reader sees it; a `Break` is a line end."""
    if isinstance(children, tuple) and len(children) == 1 and isinstance(children[0], Text):
        return children[0].value  # as nearly always
    parts: list[str] = []
    for node in children:
        match node:
            case Text(value) | InlineCode(value) | Html(value):
                parts.append(value)
            case Break():
                parts.append("\n")
            case Emphasis(inner) | Strong(inner) | Link(children=inner):
                parts.append(inline_text(inner))
            case Image(alt=alt):
                parts.append(alt)
            case FootnoteReference(label):
                parts.append(label)
    return "".join(parts)


def text_of(run: Run) -> str:
    """The text of one run."""
    return run.value if isinstance(run, Line) else inline_text(run.children)


def runs(blocks: Iterable[Block | ListItem]) -> Iterator[Run]:
    """Every run under these blocks, in order. `Verbatim` blocks are none: nobody edits them."""
    for node in blocks:
        match node:
            case Line() | Paragraph() | Heading():
                yield node
            case List() | ListItem() | Blockquote() | FootnoteDefinition():
                yield from runs(node.children)
            case Table(children=rows):
                for row in rows:
                    yield from row.children


def walk(blocks: Iterable[Block | ListItem]) -> Iterator[Block | ListItem]:
    """Every block under these blocks, each before its children."""
    for node in blocks:
        yield node
        if isinstance(node, List | ListItem | Blockquote | FootnoteDefinition):
            yield from walk(node.children)


# ---------------------------------------------------------------- changing text


def splice(text: str, changes: Sequence[Change]) -> str:
    """`text` with all changes made.

    Raises:
        ValueError: The changes are out of order, overlap or leave the text.
    """
    parts: list[str] = []
    done = 0
    for change in changes:
        if not done <= change.start <= change.end <= len(text):
            raise ValueError(f"{change} does not fit after offset {done} in {len(text)} characters")
        parts += text[done : change.start], change.text
        done = change.end
    parts.append(text[done:])
    return "".join(parts)


def edit_text(
    doc: Document,
    stage: str,
    propose: Callable[[str], Iterable[Change]],
    *,
    at_least: float = 0.0,
) -> Document:
    """Apply a rule that needs no more than one run; see `edit_runs`."""
    return edit_runs(doc, stage, lambda texts: map(propose, texts), at_least=at_least)


def edit_runs(
    doc: Document,
    stage: str,
    propose: Callable[[Sequence[str]], Iterable[Iterable[Change]]],
    *,
    at_least: float = 0.0,
) -> Document:
    """Change runs of text, and record it.

    Args:
        doc: The document.
        stage: Name written into the ledger.
        propose: Gets the texts of all runs in order; gives the changes of each, ordered and not
            overlapping. Changes that would touch code, an address, a picture or a reference to a
            note are left out.
        at_least: A change of lower confidence is recorded, not made; what a person has decided
            about it (`Document.decided`) comes first.

    Returns:
        The same document if nothing was proposed; one with the same `children` object if nothing
        was made.

    Raises:
        ValueError: A rule gave changes that overlap or are out of order.
    """
    every = list(runs(doc.children))
    step = doc.next_step
    edits: list[Edit] = []
    changed: dict[int, list[Change]] = {}
    settler = doc.decided.settler(doc, stage) if doc.decided else None
    for run, proposals in zip(every, propose([text_of(run) for run in every]), strict=True):
        changes = _allowed(run, proposals)
        if settler and run.span is not None:
            changes = _allowed(run, settler.settle(run.span, text_of(run), changes))
        if not changes or run.span is None:
            continue
        edits += _records(run.span, text_of(run), changes, stage, step, at_least)
        if made := [c for c in changes if c.is_made(at_least)]:
            changed[id(run)] = made
    if not edits:
        return doc
    children = _rebuild(doc.children, changed) if changed else doc.children
    return replace(doc, children=children, edits=(*doc.edits, *edits))


def _records(
    span: Span, text: str, changes: Iterable[Change], stage: str, step: int, at_least: float
) -> Iterator[Edit]:
    for c in changes:
        before, made = text[c.start : c.end], c.is_made(at_least)
        yield Edit(
            step,
            stage,
            sys.intern(c.rule),
            span,
            c.start,
            c.end,
            before,
            c.text,
            c.confidence,
            made,
            c.why,
        )


def _allowed(run: Run, proposals: Iterable[Change]) -> list[Change]:
    """The changes that leave alone what has to stay exactly as it is."""
    changes = list(proposals)
    fixed = sorted(_fixed(run)) if changes else []
    if not fixed:
        return changes
    out: list[Change] = []
    at = 0
    for change in changes:
        while at < len(fixed) and fixed[at].end <= change.start:
            at += 1
        if not any(is_kept_by(mark, change) for mark in _near(fixed, at, change.end)):
            out.append(change)
    return out


def _near(marks: Sequence[Mark], at: int, end: int) -> Iterator[Mark]:
    """The marks from `at` on that begin at `end` or before."""
    while at < len(marks) and marks[at].start <= end:
        yield marks[at]
        at += 1


def _fixed(run: Run) -> Iterator[Mark]:
    """The parts of a run that no change may touch."""
    if isinstance(run, Line):
        return (mark for mark in run.marks if is_fixed(mark, run.value))
    if isinstance(run, TableCell) and run.marks:
        text = text_of(run)
        return (mark for mark in run.marks if is_fixed(mark, text))
    if len(run.children) == 1 and isinstance(run.children[0], Text):
        return iter(())
    return _fixed_nodes(run.children, 0)


def _fixed_nodes(children: Iterable[Inline], start: int) -> Iterator[Mark]:
    for node in children:
        value = inline_text((node,))
        match node:
            case Text():
                pass
            case Emphasis(inner) | Strong(inner):
                yield from _fixed_nodes(inner, start)
            case Link(url, inner) if value not in url:
                yield from _fixed_nodes(inner, start)
            case FootnoteReference():
                yield Mark(start, start + len(value), FOOTNOTE)
            case _:
                yield Mark(start, start + len(value), CODE)
        start += len(value)


def _rebuild(blocks: tuple[Block, ...], changed: Mapping[int, list[Change]]) -> tuple[Block, ...]:
    new = (_rebuild_block(node, changed) for node in blocks)
    return tuple(node for node in new if not _is_emptied(node))


def _is_emptied(node: Block) -> bool:
    """Have all characters of a line or a paragraph gone?"""
    if isinstance(node, Line):
        return not node.value
    return isinstance(node, Paragraph) and all(
        isinstance(child, Text) and not child.value.strip() for child in node.children
    )


def _rebuild_block(node: Block, changed: Mapping[int, list[Change]]) -> Block:
    match node:
        case Line() | Paragraph() | Heading():
            return _rebuild_run(node, changed)
        case List():
            return _with_children(node, [_rebuild_item(i, changed) for i in node.children])
        case Blockquote() | FootnoteDefinition():
            return _with_children(node, _rebuild(node.children, changed))
        case Table():
            return _with_children(
                node,
                [
                    _with_children(row, [_rebuild_run(cell, changed) for cell in row.children])
                    for row in node.children
                ],
            )
    return node


def _rebuild_item(item: ListItem, changed: Mapping[int, list[Change]]) -> ListItem:
    return _with_children(item, _rebuild(item.children, changed))


R = TypeVar("R", Line, Paragraph, Heading, TableCell, Line | Paragraph | Heading)


def _rebuild_run(run: R, changed: Mapping[int, list[Change]]) -> R:
    changes = changed.get(id(run))
    if changes is None:
        return run
    if isinstance(run, Line):
        marks = move_marks(run.marks, changes) if run.marks else ()
        return replace(run, value=splice(run.value, changes), marks=marks)
    if isinstance(run, TableCell) and run.marks:
        run = replace(run, marks=move_marks(run.marks, changes))
    if len(run.children) == 1 and isinstance(first := run.children[0], Text):
        return replace(run, children=(Text(splice(first.value, changes)),))
    return replace(run, children=splice_inline(run.children, changes))


C = TypeVar("C", List, ListItem, Blockquote, Table, TableRow, Blockquote | FootnoteDefinition)


def _with_children(node: C, children: Iterable[Node]) -> C:
    new = tuple(children)
    same = len(new) == len(node.children) and all(
        a is b for a, b in zip(new, node.children, strict=True)
    )
    return node if same else replace(node, children=new)  # type: ignore[arg-type]


def splice_inline(children: tuple[Inline, ...], changes: Sequence[Change]) -> tuple[Inline, ...]:
    """Inline nodes with all changes made in their text.

    Nodes keep what was wholly their own; what is inserted at an edge of one stands outside. One
    that has no text left is gone.

    Raises:
        ValueError: The changes are out of order, overlap or leave the text.
    """
    text = splice(inline_text(children), changes)
    if len(children) == 1 and isinstance(children[0], Text):
        return (Text(text),) if text else ()  # as nearly always
    return _spread(children, Span(0, len(text)), 0, text, Moves(changes))


def _spread(
    children: Iterable[Inline], room: Span, offset: int, text: str, moves: Moves
) -> tuple[Inline, ...]:
    """These nodes, which began at `offset`, in their part of the changed text."""
    out: list[Inline] = []
    done = room.start
    for node in children:
        end = offset + len(inline_text((node,)))
        now = Span(min(moves.start(offset), room.end), moves.end(end))
        if not isinstance(node, Text) and (now.start < now.end or offset == end):
            if now.start > done:
                out.append(Text(text[done : now.start]))
            if isinstance(node, Emphasis | Strong | Link):
                node = replace(node, children=_spread(node.children, now, offset, text, moves))
            out.append(node)
            done = max(done, *now)
        offset = end
    if done < room.end:
        out.append(Text(text[done : room.end]))
    return tuple(out)
