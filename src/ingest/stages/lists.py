"""Paragraphs that begin with a bullet or a number -> lists, nested."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.document import (
    Break,
    Change,
    Code,
    Edit,
    Emphasis,
    Link,
    List,
    ListItem,
    Paragraph,
    Span,
    Strong,
    Text,
    inline_text,
    splice_inline,
)
from ingest.shapes import Marker, bullet, is_sign, lone_marker, lone_signs, marker, numbering
from ingest.stages.bare_lists import bare_items

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.document import Block, Document, Inline

STAGE = "build_lists"

_NO_MARKER = "\u5b57"  # a letter that numbers nothing

# An item is deeper if its marker stands this much further in: columns in text, em on a page.
DEEPER_COLUMNS = 1
DEEPER_EM = 0.4
# Share of right items on the dev documents (bench/rules.py).
CONFIDENCE = {
    "bullet": 0.99,
    "number": 0.99,
    "letter": 0.95,  # not among the dev documents; provisional, as is the next
    "empty-bullet": 0.95,
    "detached-bullet": 0.99,
    "lost-bullet": 0.98,  # 43 of 44, one of which was two; in the texts of three documents
}
# Items whose markers stay in their text, or are gone: by which rule they are items.
_AS_IT_STANDS = {"letter": "letter", "roman": "letter", "bare": "lost-bullet"}
_BARE = Marker("bare", "", (), "")


@dataclass(slots=True)
class Item:
    """A paragraph that is a list item; `left` is where its marker stands."""

    at: int
    node: Paragraph
    marker: Marker
    left: float | None
    unit: float
    lists: int = 0  # that the file says it stands in, one inside the other
    outer: Marker | None = None  # an empty bullet in front of this one
    lone: Paragraph | None = None  # a bullet that an export put elsewhere
    children: list[Block] = field(default_factory=list)

    @property
    def is_ordered(self) -> bool:
        """Letters cannot be told in Markdown, so such an item keeps its letter in its text."""
        return self.marker.kind == "number"

    @property
    def form(self) -> tuple[str, str]:
        """What items of one list have in common."""
        return self.marker.kind, self.marker.glyph


@dataclass(slots=True)
class Further:
    """A block that goes on with an item above it; `left` is where it begins."""

    node: Block
    left: float


def build_lists(doc: Document) -> Document:
    """Make lists of the paragraphs that begin with a marker.

    Args:
        doc: Blocks; only paragraphs at the top level are looked at.

    Returns:
        A document with the same `children` object if there was no list. Paragraphs and code that
        stand further in than the marker of an item above them are in that item.

    Rules:
        bullet: A bullet glyph at the head of a paragraph.
        number: A number in sequence with its neighbours; the list keeps its first number.
        letter: The same for letters and Roman numerals inside another list. They stay in the text,
            since Markdown cannot say them; outside a list they are paragraphs.
        empty-bullet: A bullet with nothing but another bullet after it.
        detached-bullet: Bullets that an export put above the texts of their items.
        lost-bullet: Short lines below a colon whose bullets an export lost (text only).

    Source: research on lists; confidence measured by bench/rules.py.
    """
    items = _items(doc.children)
    if not items:
        return doc
    step = doc.next_step
    edits: list[Edit] = []
    children: list[Block] = []
    run: list[Item | Further] = []
    opened: list[Item] = []  # the last item and those around it
    gone = {id(item.lone) for item in items.values()}
    for at, node in enumerate(doc.children):
        if id(node) in gone:
            continue
        if at in items:
            run.append(items[at])
            _open(opened, items[at])
        elif further := _further(opened, node):
            run.append(further)
        else:
            children += _lists(run, step, edits)
            run = []
            children.append(node)
    children += _lists(run, step, edits)
    edits.sort(key=lambda e: e.span)
    return replace(doc, children=tuple(children), edits=(*doc.edits, *edits))


def _open(opened: list[Item], item: Item) -> None:
    """Put an item on top of those that it may stand in."""
    while opened and not (item.left is not None and _is_behind(item.left, opened[-1])):
        opened.pop()
    opened.append(item)


def _further(opened: list[Item], node: Block) -> Further | None:
    """Is this block a further one of an open item? Items that it stands in no more are closed."""
    left = _left_of(node)
    while opened and not (left is not None and _is_behind(left, opened[-1])):
        opened.pop()
    return Further(node, left) if opened and left is not None else None


def _is_behind(left: float, item: Item) -> bool:
    """Does this place stand further in than the marker of an item?"""
    return item.left is not None and left > item.left + item.unit


# ---------------------------------------------------------------- finding items


def _items(children: Sequence[Block]) -> dict[int, Item]:
    out: dict[int, Item] = {}
    texts = [text_of_lone(node) for node in children]
    detached = detached_items(texts)
    signs = Counter(mark.glyph for text in texts if (mark := bullet(text)))
    heads = [text_for_markers(node) for node in children]
    for at, (node, text) in enumerate(zip(children, heads, strict=True)):
        if not isinstance(node, Paragraph) or node.span is None:
            continue
        if at in detached:
            lone = children[detached[at]]
            mark = lone_marker(texts[detached[at]])
            if mark and isinstance(lone, Paragraph):
                out[at] = Item(at, node, mark, None, DEEPER_COLUMNS, lone=lone)
        elif (mark := bullet(text)) and len(mark.text) < len(text):
            above = texts[at - 1] if at else ""
            if is_sign(mark.glyph) and signs[mark.glyph] == 1 and not above.endswith(":"):
                continue
            rest = text[len(mark.text) :]
            inner = bullet(rest)
            if inner and inner.text == rest:
                continue  # bullets and nothing else
            item = Item(at, node, inner or mark, _left_of(node), _unit_of(node), _lists_of(node))
            item.outer = mark if inner else None
            out[at] = item
        elif _lists_of(node) and (mark := _stated_marker(text)):
            out[at] = Item(at, node, mark, _left_of(node), _unit_of(node), _lists_of(node))
    out |= _numbered_items(children, heads, out)
    out |= _bare_items(children, out)
    return dict(sorted(out.items()))


def _bare_items(children: Sequence[Block], others: Mapping[int, Item]) -> dict[int, Item]:
    """Items that have lost their bullets; below other items nobody knows what they belong to."""
    return {
        at: Item(at, node, _BARE, _left_of(node), DEEPER_COLUMNS)
        for row in bare_items(children)
        if row.start - 1 not in others and row.stop not in others
        for at in row
        if isinstance(node := children[at], Paragraph)
    }


def _lists_of(node: Paragraph) -> int:
    """How many lists the file says that a paragraph stands in."""
    stated = node.lines[0].stated if node.lines else None
    return stated.lists if stated else 0


def _stated_marker(text: str) -> Marker | None:
    """The marker of an item that the file says is one: any sign, or a number that stands alone."""
    sign, blank, _ = text.partition(" ")
    if blank and len(sign) == 1 and not sign.isalnum():
        return Marker("bullet", sign + blank, (), sign)
    number = numbering(text)
    return number if number and number.kind == "number" else None


def text_for_markers(node: Block) -> str:
    """The text of a paragraph, with letters for what no stage may change: it holds no marker."""
    if not isinstance(node, Paragraph):
        return ""
    is_plain = all(isinstance(child, Text) for child in node.children)
    return inline_text(node.children) if is_plain else _masked(node.children)


def _masked(children: Iterable[Inline]) -> str:
    parts: list[str] = []
    for node in children:
        match node:
            case Text() | Break():
                parts.append(inline_text((node,)))
            case Emphasis(inner) | Strong(inner) | Link(children=inner):
                parts.append(_masked(inner))
            case _:
                parts.append(_NO_MARKER * len(inline_text((node,))))
    return "".join(parts)


def text_of_lone(node: Block) -> str:
    """The text of a paragraph, or nothing."""
    return inline_text(node.children) if isinstance(node, Paragraph) else ""


def detached_items(texts: Sequence[str]) -> dict[int, int]:
    """Paragraphs whose bullets an export put above them: place of item -> place of bullet.

    Args:
        texts: Of all blocks, by `text_of_lone`.
    """
    out: dict[int, int] = {}
    lone: list[int] = []
    single = lone_signs(texts)
    for at, text in enumerate(texts):
        if text and lone_marker(text) and text not in single:
            lone.append(at)
        elif lone and text and not marker(text):
            out[at] = lone.pop(0)
        else:
            lone = []
    return out


def _numbered_items(
    children: Sequence[Block], heads: Sequence[str], bullets: Mapping[int, Item]
) -> dict[int, Item]:
    """Numbers and letters that stand in sequence with another one, or begin a list inside one."""
    out: dict[int, Item] = {}
    seen: dict[tuple[str, str, int], list[Item]] = {}  # by form and number
    above: Item | None = None  # the paragraph directly above, if it has a number
    for at, node in enumerate(children):
        mark = None
        if isinstance(node, Paragraph) and node.span and node.lines:
            mark = numbering(heads[at])
        if not isinstance(node, Paragraph) or not mark or mark.kind == "section":
            above = None
            continue
        if at in bullets:
            continue  # the file says that it is an item
        item = Item(at, node, mark, _left_of(node), _unit_of(node), _lists_of(node))
        number = mark.numbers[0]
        before = _nearest(seen.get((*item.form, number - 1), ()), item)
        outer = out.get(at - 1) or bullets.get(at - 1) or above
        inside = outer is not None and _is_inside(item, outer)
        if mark.kind != "number" and not inside and not (before and before.at in out):
            before = None
        if before:
            out[before.at] = before
            out[at] = item
        elif number == 1 and inside:
            out[at] = item
        seen.setdefault((*item.form, number), []).append(item)
        above = item
    return out


def _nearest(found: Sequence[Item], item: Item) -> Item | None:
    """The last one that stands as far left as the item, or else the last one."""
    for other in reversed(found):
        if item.left is None or other.left is None or abs(item.left - other.left) <= item.unit:
            return other
    return found[-1] if found else None


def _is_inside(item: Item, outer: Item) -> bool:
    if item.left is None or outer.left is None:
        return False
    return item.left > outer.left + outer.unit


def _left_of(node: Block) -> float | None:
    """Where a paragraph or a block of code begins: columns in text, points on a page."""
    match node:
        case Paragraph(lines=(first, *_)):
            pass
        case Code(layout=first) if first is not None:
            pass
        case _:
            return None
    if first.bbox is None:
        return float(first.indent)
    return first.bbox.left - (first.column[0] if first.column else 0.0)


def _unit_of(node: Paragraph) -> float:
    first = node.lines[0] if node.lines else None
    return DEEPER_EM * (first.size or 10.0) if first and first.bbox else DEEPER_COLUMNS


# ---------------------------------------------------------------- nesting


@dataclass(slots=True)
class _Level:
    """One open list: its items, and how they are told from those of other levels."""

    form: tuple[str, str]
    left: float | None
    items: list[Item]
    lists: int = 0  # that it stands in by the file, itself included


def _lists(run: Sequence[Item | Further], step: int, edits: list[Edit]) -> list[Block]:
    """Nest a run of neighbouring items."""
    out: list[Block] = []
    stack: list[_Level] = []
    for item in run:
        if isinstance(item, Further):
            while len(stack) > 1 and not _is_behind(item.left, stack[-1].items[-1]):
                _close(stack, out, step, edits)
            stack[-1].items[-1].children.append(item.node)
            continue
        depth = _depth(stack, item)
        while len(stack) > depth + 1:
            _close(stack, out, step, edits)
        if len(stack) == depth + 1 and not _continues(stack[-1], item):
            _close(stack, out, step, edits)
        if len(stack) == depth:
            stack.append(_Level(item.form, item.left, [], item.lists))
        stack[-1].items.append(item)
    while stack:
        _close(stack, out, step, edits)
    return out


def _close(stack: list[_Level], out: list[Block], step: int, edits: list[Edit]) -> None:
    level = stack.pop()
    first = level.items[0]
    made = List(
        tuple(_list_item(item, step, edits) for item in level.items),
        ordered=first.is_ordered,
        start=first.marker.numbers[0] if first.is_ordered else None,
        spread=any(isinstance(child, Paragraph) for item in level.items for child in item.children),
    )
    if stack:
        stack[-1].items[-1].children.append(made)
    else:
        out.append(made)


def _depth(stack: Sequence[_Level], item: Item) -> int:
    """As the file says, or by indent where indents differ, else by the form of the marker."""
    if not stack:
        return 0
    if item.lists and all(level.lists for level in stack):
        return sum(level.lists < item.lists for level in stack)
    lefts = [level.left for level in stack]
    top = stack[-1]
    if item.left is not None and top.left is not None and abs(item.left - top.left) > item.unit:
        if item.left > top.left:
            return len(stack)
        inside = [
            i for i, left in enumerate(lefts) if left is not None and left <= item.left + item.unit
        ]
        return inside[-1] if inside else 0
    for depth in range(len(stack) - 1, -1, -1):
        if stack[depth].form == item.form:
            return depth
    return len(stack)


def _continues(level: _Level, item: Item) -> bool:
    if level.form != item.form:
        return False
    return not item.is_ordered or level.items[-1].marker.numbers[0] + 1 == item.marker.numbers[0]


def _list_item(item: Item, step: int, edits: list[Edit]) -> ListItem:
    node = item.node
    if item.lone is not None and item.lone.span is not None:
        lone = text_of_lone(item.lone)
        edits.append(_edit(step, "detached-bullet", item.lone.span, lone, "the item stands below"))
        return ListItem((replace(node, lines=(), fill=None), *item.children))
    if rule := _AS_IT_STANDS.get(item.marker.kind):
        edits.append(_edit(step, rule, node.span, "", "list item"))
        return ListItem((replace(node, lines=(), fill=None), *item.children))
    outer = item.outer.text if item.outer else ""
    rule = "number" if item.is_ordered else "bullet"
    cut = len(outer) + len(item.marker.text)
    if outer:
        edits.append(_edit(step, "empty-bullet", node.span, outer, "no text of its own"))
    edits.append(_edit(step, rule, node.span, item.marker.text, "list item", start=len(outer)))
    rest = splice_inline(node.children, [Change(0, cut, "", rule, 1.0)])
    return ListItem((Paragraph(rest, node.span), *item.children))


def _edit(step: int, rule: str, span: Span | None, before: str, why: str, start: int = 0) -> Edit:
    assert span is not None
    end = start + len(before)
    return Edit(step, STAGE, rule, span, start, end, before, "", CONFIDENCE[rule], why=why)
