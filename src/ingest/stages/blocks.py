"""Lines -> paragraphs: undo hard wraps, also across blank lines and pages that mean nothing.

For each pair of neighbouring lines the question is the same in a text file and on a page: would
the first word of the next line have fitted on this one? If so, the line was ended on purpose.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.document import (
    Change,
    Edit,
    FootnoteDefinition,
    Line,
    PageBreak,
    Paragraph,
    Span,
    Text,
    splice,
)
from ingest.inline import describe, inline_nodes, nested
from ingest.marks import FOOTNOTE, LINK, Mark, move_marks
from ingest.shapes import ends_open, ends_sentence, starts_lower
from ingest.stages.hyphens import Hyphens, Join, glue, other_hyphen
from ingest.stages.pen import gaps_between
from ingest.stages.places import WRAPPED_MIN, Place, place_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ingest.decisions import Decided
    from ingest.document import Block, Document, Inline

STAGE = "build_blocks"

# Share of right joins on the dev documents (bench/rules.py).
CONFIDENCE = {
    "unwrap": 0.98,
    "unwrap-blank": 0.97,
    "unwrap-word": 0.97,  # 2 dev texts have them; that of the rule above
    "unwrap-page": 0.93,
    "unwrap-address": 1.0,  # the address of the link says so
    "soft-hyphen": 0.97,
    "hard-hyphen": 0.99,
    "blanks": 1.0,
    "note-label": 1.0,  # a pair that speaks for each other; see read/footnotes.py
    "marks": 1.0,  # nothing in the text changes
}
SURE = 1.0  # of what a person has decided
# The rules that say how two lines become one; people may decide otherwise.
HYPHEN_RULES = ("soft-hyphen", "hard-hyphen")
LINE_END_RULES = (*HYPHEN_RULES, "unwrap", "unwrap-blank", "unwrap-page", "unwrap-address")

_INNER_BLANKS = re.compile(r"[ \t]{2,}|\t")


@dataclass(slots=True)
class Group:
    """The lines of one paragraph and how each is joined to the one before."""

    places: list[Place]
    joins: list[Join]
    whys: dict[int, str] = field(default_factory=dict)  # joins that a person has decided
    ended_by: tuple[str, str] | None = None  # rule and why of the join that a person rejected


def build_blocks(doc: Document) -> Document:
    """Put the lines of a document together into paragraphs.

    Args:
        doc: Lines and page breaks; blocks between them are left alone.

    Returns:
        A document of paragraphs, each with the layout of its lines; the same `children` object if
        there were no lines.

    Rules:
        unwrap: A line end became a blank.
        unwrap-blank: The same across blank lines that an export put into a sentence.
        unwrap-word: The same inside a line that an export broke at its wide blanks.
        unwrap-page: The same across the end of a page or column.
        unwrap-address: A line end inside an address that is linked to itself went.
        soft-hyphen: A hyphen at a line end went with it.
        hard-hyphen: A hyphen at a line end stayed.
        blanks: A tab or several blanks became one.
        note-label: The number of a note went from its head, or became its number in the document.
        marks: Parts of the lines are links, code or emphasis; one entry for each paragraph.

    Source: "would the next word have fitted" and the hyphen rules, with figures, from research;
    confidence measured by bench/rules.py.
    """
    rooms = [doc.children]
    rooms += (node.children for node in doc.children if isinstance(node, FootnoteDefinition))
    if not any(isinstance(node, Line | PageBreak) for room in rooms for node in room):
        return doc
    placed = [place_lines(room) for room in rooms]
    hyphens = Hyphens(lambda: "\n".join(place.text for places in placed for place in places))
    groups = [list(_group(places, hyphens, doc.decided)) for places in placed]
    joined = (pairwise(group.places) for room in groups for group in room)
    gaps = gaps_between(doc, ((a.line, b.line) for pairs in joined for a, b in pairs))
    step = doc.next_step
    edits: list[Edit] = []
    built = [
        _room(room, found, gaps, step, edits) for room, found in zip(rooms, groups, strict=True)
    ]
    notes = iter(built[1:])
    children = tuple(
        replace(node, children=next(notes)) if isinstance(node, FootnoteDefinition) else node
        for node in built[0]
    )
    return replace(doc, children=children, edits=(*doc.edits, *edits))


def _room(
    room: Sequence[Block],
    groups: Iterable[Group],
    gaps: Mapping[Span, str],
    step: int,
    edits: list[Edit],
) -> tuple[Block, ...]:
    """The blocks of the document, or of a note, with paragraphs for their lines."""
    built: dict[int, Paragraph] = {}
    for group in groups:
        paragraph, new = _paragraph(group, gaps, step)
        built[group.places[0].at] = paragraph
        edits += new
    return tuple(
        built.get(at, node)
        for at, node in enumerate(room)
        if at in built or not isinstance(node, Line | PageBreak)
    )


def _group(places: Sequence[Place], hyphens: Hyphens, decided: Decided | None) -> Iterator[Group]:
    group: Group | None = None
    for place in places:
        join = _decide(group, place, hyphens) if group else None
        if group and join and decided:
            join = _settle(group, place, join, decided)
        if group and join:
            group.places.append(place)
            group.joins.append(join)
        else:
            if group:
                yield group
            group = Group([place], [])
    if group:
        yield group


def _settle(group: Group, after: Place, join: Join, decided: Decided) -> Join | None:
    """The join that a person wants: this one, the other way with its hyphen, or none."""
    before = group.places[-1]
    gap = Span(before.span.end, after.span.start)
    decision = decided.on_line_end(STAGE, LINE_END_RULES, gap)
    if decision is None:
        return join
    other = other_hyphen(join, before.text)
    if decision.rule in HYPHEN_RULES and other:
        join = join if decision.accepted == (join.rule == decision.rule) else other
    elif not decision.accepted:
        group.ended_by = join.rule, decision.why
        return None
    group.whys[len(group.joins)] = decision.why
    return join


# ---------------------------------------------------------------- join or break


def _decide(group: Group, after: Place, hyphens: Hyphens) -> Join | None:
    """How the next line continues the paragraph, or None if it begins another."""
    before = group.places[-1]
    if after.at != before.at + 1 + after.breaks_before:
        return None
    told = are_stated_one(before, after)
    if told is False or (after.opens_item and not told):
        return None
    rule: str | None
    if told:
        rule = "unwrap-page" if after.breaks_before or after.turns else "unwrap"
    elif after.is_piece:
        rule = "unwrap-word"
    elif after.breaks_before or after.turns:
        rule = "unwrap-page" if _goes_on_over_page(before, after) else None
    elif after.gap:
        rule = "unwrap-blank" if _goes_on_over_blank(group, after) else None
    else:
        rule = "unwrap" if _goes_on(group, after) else None
    if rule and _is_one_address(before.line, after.line):
        return Join("unwrap-address", "")
    return glue(before.text, after.text, rule, hyphens) if rule else None


def are_stated_one(before: Place, after: Place) -> bool | None:
    """Does the file itself say that two lines belong together? None if it does not say.

    A heading is one by itself. A paragraph that goes on over a page is two to the file.
    """
    one, two = before.layout.stated, after.layout.stated
    if one is two is None:
        return None  # as in every text file
    if one and one == two:
        return True
    is_heading = "heading" in {s.role for s in (one, two) if s}
    if is_heading:
        return False
    return False if one and two and not after.breaks_before else None


def _is_one_address(before: Line, after: Line) -> bool:
    """Is an address that is linked to itself broken at the line end? Nothing stood there then."""
    if not (before.marks and after.marks):
        return False
    return any(
        one.end == len(before.value)
        and (two.start, two.kind, two.url) == (0, LINK, one.url)
        and before.value[one.start :] + after.value[: two.end] in one.url
        for one in before.marks
        for two in after.marks
    )


def _goes_on(group: Group, after: Place) -> bool:
    """Is the next line, directly below, part of the paragraph?"""
    before = group.places[-1]
    if before.size != after.size:
        return False
    if before.style != after.style:
        # A bold word at a line end is no heading; a heading seldom fills its line.
        return not before.ends_early_by(after.first_word, EARLY)
    if before.is_display:
        return True
    if before.is_long_line:
        return False
    if _is_unfinished(before, after):
        return _may_be_wrapped(before, after)
    if before.ends_early_by(after.first_word, EARLY):
        return False
    return not _begins_by_indent(group, after)


# How early a line must end, as a share of the line width, before we say that the next word would
# have fitted: the right edge is not known to the point. Before a small letter it takes more.
EARLY = 0.04
EARLY_LOWER = 0.25


def _is_unfinished(before: Place, after: Place) -> bool:
    """The sentence visibly goes on: no stop before, a small letter after."""
    return starts_lower(after.text) and not ends_sentence(before.text) and before.text[-1] != ":"


def _may_be_wrapped(before: Place, after: Place) -> bool:
    """May a line that the next one visibly continues have been wrapped where it ends?"""
    if before.edge is None:
        return before.right >= WRAPPED_MIN
    return not before.ends_early_by(after.first_word, EARLY_LOWER)


def _begins_by_indent(group: Group, after: Place) -> bool:
    """Do indents say that a paragraph begins? A first line stands in, a hanging text ends."""
    before = group.places[-1]
    stands_in = after.left - before.left
    if len(group.places) > 1:
        return abs(stands_in) > after.indent_unit
    if group.places[0].opens_item:
        return stands_in < -after.indent_unit
    return stands_in > after.indent_unit and ends_sentence(before.text)


def _goes_on_over_blank(group: Group, after: Place) -> bool:
    before = group.places[-1]
    if before.style != after.style or before.is_long_line:
        return False
    if _is_unfinished(before, after):
        return _may_be_wrapped(before, after)
    return (
        len(group.places) == 1
        and before.opens_item
        and after.blank_after_item
        and not before.ends_early_by(after.first_word, EARLY)
    )


def _goes_on_over_page(before: Place, after: Place) -> bool:
    if before.size != after.size or before.is_display or before.is_long_line:
        return False
    if before.text[-1] == ":":
        return False
    if ends_sentence(before.text):
        return after.is_flush_head and _fills_column(before, after)
    if starts_lower(after.text):
        return True
    if before.style != after.style:
        return False
    return ends_open(before.text) or (
        before.is_body and not before.ends_early_by(after.first_word, EARLY)
    )


def _fills_column(before: Place, after: Place) -> bool:
    """Is a line of the running text wrapped at the end of its column?"""
    return (
        before.is_body
        and before.style == after.style
        and not before.stands_in
        and not before.ends_early_by(after.first_word, EARLY)
    )


# ---------------------------------------------------------------- building


def _paragraph(group: Group, gaps: Mapping[Span, str], step: int) -> tuple[Paragraph, list[Edit]]:
    """One paragraph, and an edit for each line end or row of blanks that became something else."""
    span = Span(group.places[0].span.start, group.places[-1].span.end)
    lines = tuple([place.layout for place in group.places])
    fill = group.places[-1].fill
    before, changes, marks = _joined(group, gaps)
    if not changes and not marks and not group.ended_by:
        return Paragraph((Text(before),), span, lines, fill), []
    edits = [_edit(step, span, before, change) for change in changes]
    text = splice(before, changes)
    children: tuple[Inline, ...] = (Text(text),)
    if shown := nested(text, move_marks(marks, changes)) if marks else ():
        children = inline_nodes(text, shown)
        edits.append(_edit(step, span, text, _change("marks", 0, "", "", describe(text, shown))))
    if group.ended_by:
        rule, why = group.ended_by
        end = len(before)
        edits.append(Edit(step, STAGE, rule, span, end, end, "", "", SURE, applied=False, why=why))
    return Paragraph(children, span, lines, fill), edits


def _joined(group: Group, gaps: Mapping[Span, str]) -> tuple[str, list[Change], list[Mark]]:
    """The lines of a paragraph with what stands between them, its changes, and its marks."""
    parts: list[str] = []
    changes: list[Change] = []
    marks: list[Mark] = []
    offset = 0
    for number, place in enumerate(group.places):
        text = place.text
        following = group.joins[number] if number < len(group.joins) else None
        end = len(text) - following.cut if following else len(text)
        marks += [m._replace(start=m.start + offset, end=m.end + offset) for m in place.line.marks]
        if "  " in text or "\t" in text:
            changes += [
                _change("blanks", offset + match.start(), match.group(), " ")
                for match in _INNER_BLANKS.finditer(text, 0, end)
            ]
        parts.append(text)
        if following:
            gap = gaps[Span(place.span.end, group.places[number + 1].span.start)]
            before = text[end:] + gap
            why = group.whys.get(number, "")
            change = _change(following.rule, offset + end, before, following.between, why)
            changes.append(change._replace(confidence=SURE) if why else change)
            parts.append(gap)
            offset += len(text) + len(gap)
    before = "".join(parts)
    labels = list(_labels(before, marks))
    if labels:  # the blanks behind a label go with it
        changes = [
            c for c in changes if not any(c.start < x.end and x.start < c.end for x in labels)
        ]
        changes = sorted([*changes, *labels], key=lambda c: c.start)
    return before, changes, marks


def _labels(text: str, marks: Iterable[Mark]) -> Iterator[Change]:
    """The changes that give references the labels of their notes, and take those of the notes."""
    for mark in marks:
        before, after = text[mark.start : mark.end], mark.url if mark.start else ""
        if mark.kind == FOOTNOTE and before != after:
            yield _change("note-label", mark.start, before, after)


def _change(rule: str, start: int, before: str, after: str, why: str = "") -> Change:
    return Change(start, start + len(before), after, rule, CONFIDENCE[rule], why)


def _edit(step: int, span: Span, text: str, c: Change) -> Edit:
    before = text[c.start : c.end]
    return Edit(step, STAGE, c.rule, span, c.start, c.end, before, c.text, c.confidence, why=c.why)
