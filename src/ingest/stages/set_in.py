"""Lines that stand in from the margin and are no code: verse, addresses, quotations."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.shapes import bullet
from ingest.stages.code import INDENT_COLUMNS, Segment, segments
from ingest.stages.code_rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block, Line

# This share of the lines of verse ends although the next word would have fitted.
EARLY_SHARE = 0.33
# So many lines show a shape.
MIN_LINES = 3
# Verse and addresses have lines of so many characters at most, and this share of the lines of verse
# ends with a sign.
LINE_MAX = 50
SIGNED_SHARE = 0.5
# A quotation that is set in on both sides stands in so far, and takes this share of the width.
QUOTED_INDENT = 2 * INDENT_COLUMNS
QUOTED_WIDTH = 0.8

VERSE, QUOTATION = "verse", "set-in"
_SIGNS = ",;:.!?…—"


def set_in(children: Sequence[Block]) -> Iterator[tuple[str, list[Line]]]:
    """The lines that keep their ends, and those that are a quotation, group by group.

    Args:
        children: Lines of a text; blocks between them end what stands in.
    """
    for run in rows_of(children):
        parts = segments(run)
        width = max((_right(part) for part in parts if _is_running(part)), default=0)
        stands = False  # prose at the margin stands above, and no item of a list
        for at, part in enumerate(parts):
            if not part.is_indented:
                stands = _is_running(part) and not any(row.is_item for row in part.rows)
            elif stands and _is_apart(parts, at) and (kind := _kind(part, width)):
                yield kind, [row.line for row in part.rows]


def _is_running(part: Segment) -> bool:
    return not part.is_indented and part.prose > 0


def _right(part: Segment) -> int:
    return max(row.indent + len(row.line.value) for row in part.rows)


def _is_apart(parts: Sequence[Segment], at: int) -> bool:
    """Do blank lines stand before and behind it, or does a page end there?"""
    after = parts[at + 1].rows[0] if at + 1 < len(parts) else None
    first = parts[at].rows[0]
    return bool(first.blank or first.turns) and (after is None or bool(after.blank) or after.turns)


def _kind(part: Segment, width: int) -> str | None:
    rows = part.rows
    texts = [row.line.value for row in rows]
    if len(rows) < MIN_LINES or len({row.indent for row in rows}) > 1:
        return None
    if any(row.look.is_code or bullet(row.line.value) for row in rows):
        return None
    if max(map(len, texts)) <= LINE_MAX and _are_kept(texts):
        return VERSE
    is_narrow = _right(part) <= QUOTED_WIDTH * width
    if is_narrow and part.indent >= part.margin + QUOTED_INDENT and part.prose > 0:
        return QUOTATION
    return None


def _are_kept(texts: Sequence[str]) -> bool:
    """Were the lines ended on purpose: by a sign, early, or all begun by a capital or a figure?"""
    ends = len(texts) - 1
    signed = sum(text[-1] in _SIGNS for text in texts[:-1])
    begun = all(text[0].isupper() or text[0].isdigit() for text in texts)
    longest = max(map(len, texts))
    early = sum(len(a) + 1 + len(b.split()[0]) <= longest for a, b in pairwise(texts))
    is_ragged = signed > 0 and early >= EARLY_SHARE * ends
    return begun or signed >= SIGNED_SHARE * ends or is_ragged
