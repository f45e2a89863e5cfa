"""Marks -> inline nodes, of which every one can be written.

Marks may overlap in any way, nodes cannot; so the marks are nested, the ones that hold others
outside. Emphasis that CommonMark could not show where it stands is left out: its text stays.
"""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from ingest.document import Emphasis, FootnoteReference, InlineCode, Link, Strong, Text
from ingest.marks import CODE, EMPHASIS, FOOTNOTE, LINK, STRONG, Mark, merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.document import Inline

# Stress of more than this share of the letters of a run is the style of the run: its number or last
# word may be set otherwise. The reader of PDFs calls a line bold from the same share on.
WHOLE_SHARE = 0.85
# Of marks on the same characters the first is outside. Nothing stands inside code or a reference.
_OUTER_FIRST = {FOOTNOTE: 0, CODE: 1, LINK: 2, EMPHASIS: 3, STRONG: 4}
_STRESS = frozenset({EMPHASIS, STRONG})
_LEAVES = frozenset({CODE, FOOTNOTE})


def inline_nodes(text: str, marks: Sequence[Mark]) -> tuple[Inline, ...]:
    """The inline nodes of a run; their text is `text`.

    Args:
        text: The text of the run.
        marks: What `nested` has made of ranges in it.
    """
    return _nodes(text, 0, len(text), marks)


def nested(text: str, marks: Iterable[Mark], *, is_cell: bool = False) -> list[Mark]:
    """The marks that can be shown, none across the edge of another, each before those inside it.

    Left out are stress that is the style of the whole run or holds no word, stress that CommonMark
    could not show where it stands, and what crosses a link or a longer mark.

    Args:
        text: The text of the run.
        marks: Ranges in it, in any order.
        is_cell: It is a cell, which stress of all its text sets apart from its neighbours.
    """
    trimmed = (_trimmed(text, mark) for mark in merged(marks, text))
    shown = [mark for mark in trimmed if mark]
    if not is_cell:
        shown = _without_style_of_run(text, shown)
    return [mark for group in _neighbours(shown) for mark in _without_crossings(text, group)]


def _neighbours(marks: Iterable[Mark]) -> Iterator[list[Mark]]:
    """The marks in groups that overlap or touch; they are few even in a long text."""
    group: list[Mark] = []
    end = 0
    for mark in sorted(marks):
        if group and mark.start > end:
            yield group
            group = []
        group.append(mark)
        end = max(end, mark.end)
    if group:
        yield group


def _without_crossings(text: str, group: Iterable[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(group, key=_rank):
        if all(_agree(mark, other) for other in kept) and _can_be_shown(text, mark, kept):
            kept.append(mark)
    return sorted(kept, key=_from_outside)


def describe(text: str, marks: Iterable[Mark]) -> str:
    """What the marks of a run are, for people; addresses in full."""
    parts = [
        f"link to {mark.url}" if mark.kind == LINK else f"{mark.kind} {text[mark.start : mark.end]}"
        for mark in marks
    ]
    return "; ".join(parts)


def _rank(mark: Mark) -> tuple[bool, int, int]:
    """Which of two marks that cross is kept: a link or code first, then the longer."""
    return mark.kind in _STRESS, mark.start - mark.end, mark.start


def _from_outside(mark: Mark) -> tuple[int, int, int]:
    return mark.start, -mark.end, _OUTER_FIRST[mark.kind]


def _trimmed(text: str, mark: Mark) -> Mark | None:
    """The mark without blanks at its ends; None if nothing is left."""
    inside = text[mark.start : mark.end]
    end = mark.start + len(inside.rstrip())
    start = mark.end - len(inside.lstrip())
    return mark._replace(start=start, end=end) if start < end else None


def _agree(mark: Mark, other: Mark) -> bool:
    """Do two marks stand apart, or one inside the other where that means something?"""
    if mark.end <= other.start or other.end <= mark.start:
        return True
    outer, inner = sorted((mark, other), key=_from_outside)
    if inner.end > outer.end or outer.kind == inner.kind:
        return False
    return outer.kind not in _LEAVES and not (outer.kind == LINK and inner.kind == FOOTNOTE)


def _can_be_shown(text: str, mark: Mark, others: Sequence[Mark]) -> bool:
    """Would CommonMark see this stress where it stands?"""
    if mark.kind not in _STRESS:
        return True
    stress = [other for other in others if other.kind in _STRESS]
    if any(mark.end == other.start or other.end == mark.start for other in stress):
        return False  # their delimiters would be read as one
    if any(_is_in_word(text, m) for m in (mark, *stress) if _overlaps_one(m, mark, stress)):
        return False
    before, after = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    first = _edge(text, mark.start, others)
    last = _edge(text, mark.end - 1, others)
    return is_flanking(before, first) and is_flanking(after, last)


def _without_style_of_run(text: str, marks: Sequence[Mark]) -> list[Mark]:
    """The marks without stress that is the style of nearly all the text, or holds no word.

    Code has a font of its own and does not count: a bold heading may hold some.
    """
    letters = [at for at, char in enumerate(text) if char.isalnum()]
    held = [bisect_left(letters, m.end) - bisect_left(letters, m.start) for m in marks]
    of_kind: Counter[str] = Counter()
    for mark, count in zip(marks, held, strict=True):
        of_kind[mark.kind] += count
    most = WHOLE_SHARE * (len(letters) - of_kind[CODE])
    return [
        mark
        for mark, count in zip(marks, held, strict=True)
        if mark.kind not in _STRESS or (count > 1 and of_kind[mark.kind] < most)
    ]


def _overlaps_one(mark: Mark, new: Mark, stress: Sequence[Mark]) -> bool:
    """Is there stress inside stress, with this mark as one of the two?"""
    others = stress if mark is new else [new]
    return any(mark.start < other.end and other.start < mark.end for other in others)


def _is_in_word(text: str, mark: Mark) -> bool:
    """Does a letter stand directly before or after the mark?"""
    around = text[mark.start - 1 : mark.start], text[mark.end : mark.end + 1]
    return any(char.isalnum() for char in around if char)


def _edge(text: str, at: int, others: Iterable[Mark]) -> str:
    """What is written at this place: the character, or the bracket or backtick of a node."""
    in_node = any(m.kind not in _STRESS and m.start <= at < m.end for m in others)
    return "[" if in_node else text[at]


def is_flanking(outside: str, inside: str) -> bool:
    """Can a delimiter of stress stand between these characters, in every version of CommonMark?

    Beside punctuation it can only if no letter is outside. Signs such as the euro were no
    punctuation before version 0.31.

    Args:
        outside: The character outside the stress, or nothing at an end of the text.
        inside: The character inside.
    """
    if inside.isspace():
        return False
    if not outside or outside.isspace() or unicodedata.category(outside)[0] == "P":
        return True
    if outside.isascii() and not outside.isalnum():
        return True
    return unicodedata.category(inside)[0] not in "PS"


def _nodes(text: str, start: int, end: int, marks: Sequence[Mark]) -> tuple[Inline, ...]:
    """The nodes of a part of the text; `marks` lie in it, each before those inside it."""
    out: list[Inline] = []
    done, at = start, 0
    while at < len(marks):
        mark = marks[at]
        inner = at + 1
        while inner < len(marks) and marks[inner].start < mark.end:
            inner += 1
        if mark.start > done:
            out.append(Text(text[done : mark.start]))
        out.append(_node(text, mark, marks[at + 1 : inner]))
        done, at = mark.end, inner
    if done < end:
        out.append(Text(text[done:end]))
    return tuple(out)


def _node(text: str, mark: Mark, inside: Sequence[Mark]) -> Inline:
    value = text[mark.start : mark.end]
    if mark.kind == CODE:
        return InlineCode(value)
    if mark.kind == FOOTNOTE:
        return FootnoteReference(value)
    if mark.kind == LINK and (own := _own_address(value, mark.url)):
        return Link(own, (Text(value),), bare=True)
    children = _nodes(text, mark.start, mark.end, inside)
    if mark.kind == LINK:
        return Link(mark.url, children)
    return Strong(children) if mark.kind == STRONG else Emphasis(children)


def _own_address(text: str, url: str) -> str | None:
    """The address of a link whose text is that address; None for other links."""
    if text.rstrip("/") == url.rstrip("/"):
        return text  # browsers add the slash
    return url if url == f"mailto:{text}" else None
