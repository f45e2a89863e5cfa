"""Lists whose bullets an export lost: short lines below a line that announces them.

Browsers draw bullets instead of writing them, and then no export of the page has any.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.document import Paragraph, Text
from ingest.shapes import ends_open, ends_sentence, marker, starts_lower
from ingest.stages.code_lines import look_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block

# So many below one that ends with a colon are a list. No dev text has such a row that is none.
ITEMS_MIN = 3
# A longer line cannot be told from one of running text. Only what begins with a small letter, which
# no paragraph does, may have more lines.
CHARS_MAX = 80
LINES_MAX = 3
# A line that takes more of the width may have been wrapped.
FILL_MAX = 0.95
# Where lines begin at more places they are centred, or set in columns.
INDENTS_MAX = 2


def bare_items(children: Sequence[Block]) -> Iterator[range]:
    """The places of the items of each list without bullets, in a text.

    Every line has to stand alone and to be like the others: none ends or goes on like a sentence,
    none is a number, a label or code. Blank lines stand around them, and none in between.
    """
    end = 0  # of the last row; no line is looked at twice
    for at, node in enumerate(children):
        if at < end or not _announces(node):
            continue
        first = end = at + 1
        row: list[Paragraph] = []
        while end < len(children) and (item := _item(children[end], is_first=not row)):
            row.append(item)
            end += 1
        if _are_alike(row) and _is_apart(children[end] if end < len(children) else None):
            yield range(first, end)


def _announces(node: Block) -> bool:
    return isinstance(node, Paragraph) and bool(node.lines) and _text(node).endswith(":")


def _text(node: Paragraph) -> str:
    """The text of a paragraph; nothing if a part of it is set apart."""
    match node.children:
        case (Text(value),):
            return value
    return ""


def _item(node: Block, *, is_first: bool) -> Paragraph | None:
    """The paragraph, if it may be an item; None if it cannot be one."""
    if not isinstance(node, Paragraph) or not node.lines or not (text := _text(node)):
        return None
    layout = node.lines[0]
    if layout.bbox is not None or (layout.blank_before and not is_first):
        return None
    is_short = len(node.lines) == 1 and len(text) <= CHARS_MAX and (node.fill or 0) <= FILL_MAX
    if not is_short and not (starts_lower(text) and len(node.lines) <= LINES_MAX):
        return None
    is_prose = ends_sentence(text) or ends_open(text)
    is_other = marker(text) is not None or look_at(text).is_code
    has_other = ":" in text or any(char.isdigit() for char in text)
    return None if is_prose or is_other or has_other else node


def _are_alike(row: Sequence[Paragraph]) -> bool:
    """Are some lines alike? Words that stand alone may be a line that an export broke."""
    indents = [node.lines[0].indent for node in row]
    return (
        len(row) >= ITEMS_MIN
        and min(indents) == indents[0]
        and len(set(indents)) <= INDENTS_MAX
        and len({starts_lower(_text(node)) for node in row}) == 1
        and any(" " in _text(node) for node in row)
    )


def _is_apart(below: Block | None) -> bool:
    """Does a blank line stand below the row, and no sentence go on there?"""
    if not isinstance(below, Paragraph) or not below.lines:
        return True
    return below.lines[0].blank_before > 0 and not starts_lower(_text(below))
