"""Titles of text files above a row of signs, as in reStructuredText -> headings."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.document import Edit, Heading, Line, PageBreak, Text
from ingest.shapes import bullet
from ingest.stages.depths import MAX_DEPTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.document import Block, Document

STAGE = "find_underlines"

# Nobody has counted; each is a rule of reStructuredText beside evidence that no table or rule has.
CONFIDENCE = 0.97
# Signs of a row that is an underline, and by how many it may differ from its title.
SHORTEST_ROW = 3
SLACK = 2
MAX_WORDS = 16  # the longest heading of the dev documents of structure has 15
# A title that stands in so far is a part of something preformatted.
PREFORMATTED = 4
# So many titles underlined alike need no blank line below them.
OFTEN = 2

_ROW = re.compile(r"([=~^\"*+#-])\1{2,}")
_FIELD = ": "
_NO_TITLE = re.compile(r"[.,;:]$|\s{2}|\t")


@dataclass(frozen=True, slots=True)
class Underlined:
    """A title and its rows of signs, by their places among the children of the document.

    Attributes:
        at: Place of the title.
        over: Place of the row above it, if there is one.
        style: The sign, and whether it stands above the title, too.
        is_field: It names something and says what it is (`Name: Ruth`); a rule may follow that.
        is_exact: The row is as long as the title.
        is_apart: A blank line or nothing stands below the row.
    """

    at: int
    over: int | None
    style: tuple[str, bool]
    is_field: bool
    is_exact: bool
    is_apart: bool

    @property
    def rows(self) -> tuple[int, ...]:
        """Places of the rows of signs."""
        return (self.at + 1,) if self.over is None else (self.over, self.at + 1)


def find_underlines(doc: Document) -> Document:
    """Make headings of the titles of a text file that are underlined, or lined on both sides.

    Args:
        doc: Lines and page breaks; blocks between them are left alone.

    Returns:
        A document with the same `children` object if there is none. Depths are in the order in
        which the styles appear; the rows of signs are dropped.

    Rules:
        underlined: A short line after a blank one, and below it a row of one sign of its length. A
            longer row is one where others of its style are exact; text may begin directly below
            where the style returns.
        underline: The row of signs was dropped.
    """
    if doc.meta.get("format") != "text" or any(isinstance(n, Heading) for n in doc.children):
        return doc
    chosen = _sure(list(_find(doc.children)))
    if not chosen:
        return doc
    depths = _depths(chosen)
    step = doc.next_step
    edits: list[Edit] = []
    made: dict[int, Block] = {}
    gone = {row for found in chosen for row in found.rows}
    for found in chosen:
        title, depth = doc.children[found.at], depths[found.at]
        assert isinstance(title, Line)
        made[found.at] = Heading(depth, (Text(title.value),), title.span)
        why = f"heading of depth {depth}"
        edits.append(Edit(step, STAGE, "underlined", title.span, 0, 0, "", "", CONFIDENCE, why=why))
    for at in sorted(gone):
        row = doc.children[at]
        assert isinstance(row, Line)
        size = len(row.value)
        edits.append(Edit(step, STAGE, "underline", row.span, 0, size, row.value, "", CONFIDENCE))
    edits.sort(key=lambda edit: edit.span)
    children = [made.get(at, node) for at, node in enumerate(doc.children) if at not in gone]
    return replace(doc, children=tuple(children), edits=(*doc.edits, *edits))


def _find(children: Sequence[Block]) -> Iterator[Underlined]:
    """Titles above a row of signs that may be their underline."""
    for at in range(len(children) - 1):
        title, row = children[at], children[at + 1]
        if not isinstance(title, Line) or not isinstance(row, Line) or not _is_row(row.value):
            continue
        if row.layout.blank_before or not _may_be_title(title):
            continue
        size, length = len(title.value), len(row.value)
        over = at - 1 if at and _is_over(children[at - 1], title, row) else None
        first = title if over is None else children[over]
        if not _begins_block(children, at if over is None else over, first):
            continue
        if over is None and title.layout.indent != row.layout.indent:
            continue
        if length >= size - (SLACK if over is None else 0):
            style = (row.value[0], over is not None)
            is_exact = length <= size + SLACK or over is not None
            yield Underlined(
                at, over, style, _FIELD in title.value, is_exact, _ends_block(children, at + 1)
            )


def _is_row(text: str) -> bool:
    return len(text) >= SHORTEST_ROW and _ROW.fullmatch(text) is not None


def _may_be_title(line: Line) -> bool:
    text = line.value
    return (
        line.layout.bbox is None
        and line.layout.indent < PREFORMATTED
        and len(text.split()) <= MAX_WORDS
        and any(map(str.isalnum, text))
        and _NO_TITLE.search(text) is None
        and bullet(text) is None
    )


def _is_over(node: Block, title: Line, row: Line) -> bool:
    """Is this the row above a title that has the same one below?"""
    return isinstance(node, Line) and node.value == row.value and not title.layout.blank_before


def _begins_block(children: Sequence[Block], at: int, node: Block) -> bool:
    """Does a blank line, a block or nothing stand before it?"""
    if not at or not isinstance(children[at - 1], Line):
        return True
    return isinstance(node, Line) and node.layout.blank_before > 0


def _ends_block(children: Sequence[Block], at: int) -> bool:
    after = children[at + 1] if at + 1 < len(children) else None
    return after is None or isinstance(after, PageBreak) or _begins_block(children, at + 1, after)


def _sure(found: Sequence[Underlined]) -> list[Underlined]:
    exact = Counter(one.style for one in found if one.is_exact)
    return [
        one
        for one in found
        if (one.is_exact or (exact[one.style] and not one.is_field))
        and (one.is_apart or exact[one.style] >= OFTEN)
    ]


def _depths(chosen: Sequence[Underlined]) -> Mapping[int, int]:
    """Depth by place: that of a style is its place in the order of styles, without jumps."""
    order: dict[tuple[str, bool], int] = {}
    depths: dict[int, int] = {}
    above = 0
    for one in chosen:
        depth = order.setdefault(one.style, len(order) + 1)
        depths[one.at] = above = min(depth, above + 1, MAX_DEPTH)
    return depths
