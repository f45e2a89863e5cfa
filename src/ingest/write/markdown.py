"""Tree -> CommonMark, one function per node type.

The text of a document can never become markup: what could start a construct is escaped, in the
places where it could, and nowhere else. Reasons for each choice of form are in docs/style.md.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING, NamedTuple

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
    Text,
    ThematicBreak,
    Yaml,
    inline_text,
)
from ingest.inline import is_flanking
from ingest.shapes import is_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.document import Block, Document, Inline, ListItem, TableCell


class Unsafe(NamedTuple):
    """A construct of CommonMark that text could start by accident."""

    pattern: re.Pattern[str]
    construct: str


# Where in a run, and what it would become. Each match gets a backslash before its last character,
# or before the group `c`.
_UNSAFE_ANYWHERE = (
    Unsafe(re.compile(r"\\(?=[!-/:-@\[-`{-~]|$)"), "escape"),
    Unsafe(re.compile(r"`"), "code span"),
    Unsafe(re.compile(r"\*"), "emphasis"),
    # Inside a word `_` is no delimiter.
    Unsafe(re.compile(r"(?<![^\W_])_|_(?![^\W_])"), "emphasis"),
    Unsafe(re.compile(r"<(?=[A-Za-z/!?])"), "HTML or autolink"),
    Unsafe(re.compile(r"&(?=#?\w{1,32};)"), "character reference"),
    # A bracket alone is none: that takes `](`, or a definition, which cannot start either.
    Unsafe(re.compile(r"\](?=\()"), "link"),
    Unsafe(re.compile(r"\[(?=\^[^\s\]]+\])"), "footnote"),
    Unsafe(re.compile(r"~(?=~)|(?<=~)~"), "strikethrough"),
)
_UNSAFE_AT_START = (
    Unsafe(re.compile(r"#(?=#{0,5}(?:[ \t]|$))"), "heading"),
    Unsafe(re.compile(r"[-+*](?=[ \t]|$)"), "list item"),
    Unsafe(re.compile(r"(?:-[ \t]*){3,}$|(?:_[ \t]*){3,}$"), "thematic break"),
    Unsafe(re.compile(r"-+[ \t]*$|=+[ \t]*$"), "setext heading"),
    Unsafe(re.compile(r"\d{1,9}(?P<c>[.)])(?=[ \t]|$)"), "ordered list item"),
    Unsafe(re.compile(r">"), "block quotation"),
    # A label goes on after a bracket that gets a backslash, as that of `](` does.
    Unsafe(re.compile(r"\[(?=(?:[^\]]|\](?=\())*+\]:)"), "link definition"),
    Unsafe(re.compile(r"~~~"), "code fence"),
    Unsafe(re.compile(r":?-+:?[ \t]*\|"), "table delimiter row"),
)
# What would end the text of a link, or begin another; balanced brackets are neither.
_BRACKET = Unsafe(re.compile(r"[\[\]]"), "text of a link")
# A trailing row of `#` after a blank closes a heading.
_HEADING_TAIL = Unsafe(re.compile(r"(?:^|[ \t])(?P<c>#)#*[ \t]*$"), "closing sequence of a heading")


NOTE_INDENT = 4  # columns; what stands in further belongs to the note


def write_markdown(doc: Document) -> str:
    """Write a document as CommonMark with GFM tables.

    Whatever stages have run, the tree can be written: a `Line` left over is a paragraph.

    Returns:
        Markdown that ends with one line end; the empty string for an empty document.
    """
    text = _blocks(doc.children)
    return text + "\n" if text else ""


# ---------------------------------------------------------------- blocks


def _blocks(blocks: Iterable[Block], *, tight: bool = False) -> str:
    return "".join(piece.lead + piece.text for piece in pieces(blocks, tight=tight))


class Piece(NamedTuple):
    """A block as it is written, and what stands between it and the one before."""

    block: Block
    lead: str
    text: str


def pieces(blocks: Iterable[Block], *, tight: bool = False) -> Iterator[Piece]:
    """The pieces that make up the Markdown of these blocks, but for its last line end."""
    before: Block | None = None
    other_marker = False
    for block in blocks:
        if isinstance(block, PageBreak):
            continue
        # Two lists in a row would be one; the second takes another marker.
        other_marker = _would_join(before, block) and not other_marker
        text = _block(block, other_marker=other_marker)
        lead = "\n" if tight and may_interrupt(block) else "\n\n"
        yield Piece(block, lead if before is not None else "", text)
        before = block


def may_interrupt(block: Block) -> bool:
    """Can it follow a paragraph without a blank line? A number can only if it is 1."""
    if isinstance(block, List):
        return not block.ordered or block.start in {None, 1}
    if isinstance(block, Heading):
        return not _is_underlined(block)
    return isinstance(block, Code | Blockquote)


def _would_join(before: Block | None, block: Block) -> bool:
    return isinstance(before, List) and isinstance(block, List) and before.ordered == block.ordered


def _block(block: Block, *, other_marker: bool = False) -> str:
    match block:
        case Line(value):
            return escape(value, at_start=True)
        case Paragraph(children):
            return _inline(children, at_start=True)
        case Heading():
            return _heading(block)
        case List():
            return _list(block, other_marker=other_marker)
        case Blockquote(children):
            return _indent(_blocks(children), "> ", "> ").replace("\n> \n", "\n>\n")
        case Code():
            return _code(block)
        case Table():
            return _table(block)
        case Html(value):
            return value
        case FootnoteDefinition(label, children):
            return _indent(_blocks(children), f"[^{label}]: ", " " * NOTE_INDENT)
        case Yaml(value):
            return f"---\n{value}\n---" if value else "---\n---"
        case ThematicBreak():
            return "***"
        case PageBreak():
            return ""


# An underlined heading may have several lines; there are two underlines for two depths.
_UNDERLINES = {1: "===", 2: "---"}


def _is_underlined(node: Heading) -> bool:
    """Does the heading have a hard line end, which one with `#` cannot have?"""
    return node.depth in _UNDERLINES and any(isinstance(c, Break) for c in node.children)


def _heading(node: Heading) -> str:
    if _is_underlined(node):
        return f"{_inline(node.children, at_start=True)}\n{_UNDERLINES[node.depth]}"
    text = _one_line(_inline(node.children, at_start=False))
    return f"{'#' * node.depth} {_escape_all(text, (_HEADING_TAIL,))}".rstrip()


def _list(node: List, *, other_marker: bool) -> str:
    number = node.start if node.start is not None else 1
    items: list[str] = []
    for item in node.children:
        if node.ordered:
            marker = f"{number}{')' if other_marker else '.'} "
            number += 1
        else:
            marker = "* " if other_marker else "- "
        items.append(_list_item(item, marker, tight=not node.spread))
    return ("\n\n" if node.spread else "\n").join(items)


def _list_item(item: ListItem, marker: str, *, tight: bool) -> str:
    box = "" if item.checked is None else f"[{'x' if item.checked else ' '}] "
    body = box + _blocks(item.children, tight=tight)
    return _indent(body, marker, " " * len(marker)).rstrip()


def _indent(text: str, first: str, rest: str) -> str:
    lines = text.split("\n")
    return "\n".join(
        (first if number == 0 else rest) + line if line or number == 0 or rest.strip() else ""
        for number, line in enumerate(lines)
    )


def _code(node: Code) -> str:
    # What follows a fence of backticks may hold none.
    mark = "~" if node.lang and "`" in node.lang else "`"
    longest = max((len(m) for m in re.findall(f"{mark}+", node.value)), default=0)
    fence = mark * max(3, longest + 1)
    return f"{fence}{node.lang or ''}\n{node.value}\n{fence}"


def _table(node: Table) -> str:
    rows = [[_cell(cell) for cell in row.children] for row in node.children]
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return ""
    align = [*node.align, *[None] * columns][:columns]
    rule = [{"left": ":--", "right": "--:", "center": ":-:"}.get(a or "", "---") for a in align]
    filled = [[*row, *[""] * (columns - len(row))] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in (filled[0], rule, *filled[1:]))


def _cell(cell: TableCell) -> str:
    # In a cell `|` ends it wherever it stands, in code and addresses too.
    return _one_line(_inline(cell.children, at_start=False)).replace("|", "\\|")


def _one_line(text: str) -> str:
    """Text in which a hard line end is a blank: cells and headings with `#` have one line."""
    return text.replace("\\\n", " ").replace("\n", " ")


# ---------------------------------------------------------------- inline


def _inline(children: Sequence[Inline], *, at_start: bool, brackets: bool = False) -> str:
    parts: list[str] = []
    starts = at_start
    for node, following in zip_longest(children, children[1:]):
        if isinstance(node, Emphasis | Strong):
            before = parts[-1][-1:] if parts else ""
            text = _stress(node, before, following, brackets=brackets)
        else:
            text = _inline_node(node, at_start=starts, last=following is None, brackets=brackets)
        if text.endswith("!") and isinstance(following, Link | FootnoteReference):
            text = text[:-1] + "\\!"  # a link behind it would be a picture
        parts.append(text)
        starts = at_start and isinstance(node, Break)
    return "".join(parts)


def _stress(
    node: Emphasis | Strong, before: str, following: Inline | None, *, brackets: bool = False
) -> str:
    """Emphasis with its blanks outside; without its markers if they could not be read there."""
    text = _inline(node.children, at_start=False, brackets=brackets)
    inner = text.strip()
    after = _inline_node(following, at_start=False, last=False)[:1] if following else ""
    lead, _, tail = text.partition(inner) if inner else (text, "", "")
    if not inner or not (
        is_flanking(lead or before, inner[0]) and is_flanking(tail or after, inner[-1])
    ):
        return text
    marker = "**"
    if isinstance(node, Emphasis):
        # `*` may stand inside a word, so the inner one of two gets it.
        marker = (
            "_" if any(isinstance(child, Emphasis | Strong) for child in node.children) else "*"
        )
    return f"{lead}{marker}{inner}{marker}{tail}"


def _inline_node(node: Inline, *, at_start: bool, last: bool, brackets: bool = False) -> str:
    match node:
        case Text(value):
            return escape(value, at_start=at_start, at_end=last, brackets=brackets)
        case InlineCode(value):
            return _code_span(value)
        case Break():
            return "\\\n"
        case Emphasis() | Strong():
            return _stress(node, "", None)
        case Link():
            return _link(node)
        case Image(url, alt, title):
            return f"![{escape(alt, brackets=_is_open(alt))}]({_destination(url)}{_title(title)})"
        case Html(value):
            return value
        case FootnoteReference(label):
            return f"[^{label}]"


def _code_span(value: str) -> str:
    longest = max((len(m) for m in re.findall(r"`+", value)), default=0)
    ticks = "`" * (longest + 1)
    # A parser takes one blank off each side if there is one on both and something between.
    stripped = value[:1] == value[-1:] == " " and bool(value.strip())
    pad = " " if stripped or "`" in (value[:1], value[-1:]) else ""
    return f"{ticks}{pad}{value}{pad}{ticks}"


def _link(node: Link) -> str:
    text = inline_text(node.children)
    if node.bare and text != node.url:  # a mail address without its scheme
        return text if escape(text) == text else f"<{text}>"
    if text == node.url and node.title is None and is_address(text):
        # Bare if nothing in it is markup; between angle brackets everything stands for itself.
        return text if node.bare and escape(text) == text else f"<{text}>"
    inner = _inline(node.children, at_start=False, brackets=_is_open(text))
    return f"[{inner}]({_destination(node.url)}{_title(node.title)})"


def _is_open(text: str) -> bool:
    """Has the text a bracket without its partner?"""
    depth = 0
    for char in text:
        depth += (char == "[") - (char == "]")
        if depth < 0:
            return True
    return depth > 0


# What a parser reads as a character even in addresses and titles.
_REFERENCE = r"&(?=#?\w{1,32};)"
_UNSAFE_IN_ADDRESS = re.compile(_REFERENCE)
_UNSAFE_IN_ANGLES = re.compile(rf"[<>\\]|{_REFERENCE}")
_UNSAFE_IN_TITLE = re.compile(rf'["\\]|{_REFERENCE}')


def _destination(url: str) -> str:
    if re.search(r"[\s<>()]", url) or not url:
        return "<" + _UNSAFE_IN_ANGLES.sub(r"\\\g<0>", url.replace("\n", " ")) + ">"
    return _UNSAFE_IN_ADDRESS.sub(r"\\\g<0>", url)


def _title(title: str | None) -> str:
    return "" if title is None else ' "' + _UNSAFE_IN_TITLE.sub(r"\\\g<0>", title) + '"'


# ---------------------------------------------------------------- escapes


_HAS_UNSAFE = re.compile(r"[\\`*_<&\]~|^]")


def escape(
    text: str, *, at_start: bool = False, at_end: bool = True, brackets: bool = False
) -> str:
    """Text as Markdown that shows exactly this text.

    Args:
        text: Plain text; its line ends become blanks.
        at_start: It begins a block, where `#`, `-`, `1.`, `>` are markup.
        at_end: It ends a block, where a backslash would escape the line end.
        brackets: It is the text of a link, with brackets that are not balanced.
    """
    text = " ".join(text.splitlines()) if "\n" in text or not text.isprintable() else text
    text = text.lstrip() if at_start else text
    at: set[int] = set()
    if _HAS_UNSAFE.search(text):
        for unsafe in _UNSAFE_ANYWHERE:
            at |= {_place(m) for m in unsafe.pattern.finditer(text)}
        if not at_end and text.endswith("\\"):
            at.add(len(text) - 1)
    if brackets:
        at |= {_place(m) for m in _BRACKET.pattern.finditer(text)}
    if at_start:
        for unsafe in _UNSAFE_AT_START:
            if match := unsafe.pattern.match(text):
                at.add(_place(match))
    return _with_backslashes(text, at)


def _escape_all(text: str, table: Iterable[Unsafe]) -> str:
    at = {_place(m) for unsafe in table for m in unsafe.pattern.finditer(text)}
    return _with_backslashes(text, at)


def _place(match: re.Match[str]) -> int:
    return match.start("c") if "c" in match.re.groupindex else match.start()


def _with_backslashes(text: str, at: set[int]) -> str:
    if not at:
        return text
    return "".join("\\" + c if i in at else c for i, c in enumerate(text))
