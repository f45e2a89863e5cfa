"""Drop page furniture: what a page or a web site added around the text."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cache
from itertools import chain, islice, pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.data import any_of, rows
from ingest.document import Edit, Line, PageBreak
from ingest.shapes import ends_sentence, roman
from ingest.stages.stamps import find_stamps

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence, Set

    from ingest.document import Block, Document

STAGE = "drop_furniture"

# A running head stands on more than this share of the pages, and on two at least.
REPEATED_SHARE = 0.3
REPEATED_MIN = 2
# One of a chapter alone stands on so many of its pages, no two of them further apart than this (the
# other side of a leaf may have another one), and is no longer than a heading.
CHAPTER_PAGES, LEAF = 3, 2
HEAD_CHARS_MAX = 120
# Heads with page numbers in them count together if this share of them at least stands on several
# pages: chapters of one page each, numbered as their pages, are none.
SEVERAL_SHARE = 1 / 3
# Heads stand in the same place of their pages; points.
SAME_PLACE = 2.0
# A page has at least so many lines; its number stands in the first few if it stands at the head.
PAGE_MIN_LINES = 8
HEAD_LINES = 3
# An export begins on page 1 or, behind a cover without a number, 2; its longest page has at most so
# many times the lines of its shortest.
FIRST_NUMBER_MAX = 2
EVEN_PAGES = 1.8
# A title is shorter than this share of the longest line of its page.
TITLE_SHARE = 0.8
# A text without form feeds has so many blank lines at least between two pages, and most pages
# begin with one line, the running head.
PAGE_BLANKS = 3
HEADED_SHARE = 0.5
# The head of an only page is known by its place: at most so far from the top of the page, points,
# and at least so far above the next line, in times its size. Eight heads of the dev documents begin
# at 24 to 37 and have gaps from 4 on; two lines of text have less than 1.
MARGIN_HEAD_TOP = 40
MARGIN_HEAD_GAP = 3.0
# How far from the head or the tail of a text boilerplate is looked for, in lines, and how long a
# line that follows a label such as "Related posts" may be, in characters.
BOILERPLATE_LINES = 14
LABELLED_MAX = 70
# Share of right drops on the dev documents (bench/rules.py).
CONFIDENCE = {
    "page-number": 0.99,
    "running-head": 0.99,
    "print-edge": 0.99,
    "boilerplate": 0.99,
    "artifact": 0.99,  # as the next
    "watermark": 0.99,  # the dev documents have none; that of the other rules of this stage
}

# Looks at the edges. The most that a dev document takes is 3; a list of short lines takes one for
# every few lines.
MAX_ROUNDS = 50

_DIGITS = re.compile(r"\d+")


ECHO = "the title, which follows"


@dataclass(frozen=True, slots=True)
class Drop:
    """Why a line goes."""

    rule: str
    why: str


def drop_furniture(doc: Document, *, keep: bool = False) -> Document:
    """Drop running heads and feet, page numbers, watermarks, and the tails of web exports.

    Nothing is dropped in the middle of a page, except watermarks, and page numbers that an export
    put there: they are dressed as such (`- 3 -`, `Page 3`) and rise with the pages. Each dropped
    line is in the ledger.

    Args:
        doc: Lines; blocks are left alone.
        keep: Drop nothing.

    Returns:
        A document with the same `children` object if nothing was dropped.

    Rules:
        page-number: A number in the form of a page number at the edge of a page, rising with it.
        running-head: A line at the edge of a page that returns on other pages, digits aside; on a
            single page, small type in the margin far above a larger title.
        print-edge: Date, title and address that a browser prints at the edges.
        artifact: A line at the edge of a page that its tags leave out of the text (PDF).
        watermark: Large slanted or pale type across the text, turned type in the margin or in the
            same place of several pages.
        boilerplate: Comment, share and navigation lines at the head or the tail of the text.

    Source: repetition counts at page edges only; patterns are in data/boilerplate.tsv.
    """
    if keep or not any(isinstance(node, Line) for node in doc.children):
        return doc
    pages = _pages(doc.children)
    drops = {stamp.at: Drop("watermark", stamp.why) for stamp in find_stamps(pages)}
    drops |= _artifacts(pages)
    # Turned type stands at the end of a page, but not at its foot.
    flat = [[p for p in page if p[0] not in drops and not p[1].layout.turned] for page in pages]
    drops |= _displaced_numbers(pages)
    left = [_left(page, drops) for page in flat]
    echoed = set[int]()
    # What goes uncovers the next line, so look again until nothing goes.
    for _ in range(MAX_ROUNDS):
        new = {**_page_edges(left, echoed), **_text_edges(left)}
        if not new:
            break
        echoed |= {n for n, page in enumerate(left) if page and _is_echo(new.get(page[0][0]))}
        drops |= new
        left = [_left(page, drops) for page in left]
    else:
        return doc  # what goes on and on is no furniture
    if not drops or not any(left):
        return doc  # a text that is all furniture is none
    return _without(doc, drops)


def _artifacts(pages: Sequence[Sequence[tuple[int, Line]]]) -> dict[int, Drop]:
    """Lines at the edges of pages that the file itself says are no part of the text."""
    return {
        at: Drop("artifact", "no part of the text, by the tags of the file")
        for page in pages
        for at, line in page
        if line.layout.stated and line.layout.stated.role == "artifact"
    }


def _pages(children: Sequence[Block]) -> list[list[tuple[int, Line]]]:
    """The lines of each page with their place among the children."""
    pages: list[list[tuple[int, Line]]] = [[]]
    for at, node in enumerate(children):
        if isinstance(node, PageBreak):
            pages.append([])
        elif isinstance(node, Line):
            pages[-1].append((at, node))
    return pages if len(pages) > 1 else _inferred_pages(pages[0])


def _inferred_pages(lines: list[tuple[int, Line]]) -> list[list[tuple[int, Line]]]:
    """Cut a text that has lost its form feeds where page numbers or a browser say a page ends."""
    ends = _numbered_ends(lines) | _headed_starts(lines)
    for i, (_, line) in enumerate(lines):
        if _matches("print", line.value):
            # An address is printed at the foot, the date at the head.
            ends.add(i + 1 if "://" in line.value else i)
    cuts = sorted({0, *ends, len(lines)})
    pages = [lines[a:b] for a, b in pairwise(cuts)]
    return pages or [lines]


def _numbered_ends(lines: Sequence[tuple[int, Line]]) -> set[int]:
    """Where pages end by lines that are page numbers, each one higher than the one before."""
    found = [
        (i, value)
        for i, (_, line) in enumerate(lines)
        if line.layout.blank_before and (value := page_number(line.value)) is not None
    ]
    best = _longest_run(found)
    if len(best) < REPEATED_MIN or best[0][1] > FIRST_NUMBER_MAX:
        return set()
    if all(lines[i][1].value.isdigit() for i, _ in best) and not _are_even([i for i, _ in best]):
        return set()
    at_head = best[0][0] < HEAD_LINES
    return {i if at_head else i + 1 for i, _ in best}


def _headed_starts(lines: Sequence[tuple[int, Line]]) -> set[int]:
    """Where pages begin by blank lines: below most of them stands one line, the running head."""
    starts = [i for i, (_, line) in enumerate(lines) if line.layout.blank_before >= PAGE_BLANKS]
    heads = Counter(_masked(lines[i][1]) for i in starts)
    first = _masked(lines[0][1]) if lines else ""
    often = heads[first] + 1  # the first page has its head above it
    return set(starts) if often > max(1, HEADED_SHARE * (len(starts) + 1)) else set()


def _longest_run(found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest row of numbers that count up by one, a page apart; the first of equals.

    Args:
        found: Line and number, in order.
    """
    lines: dict[int, list[int]] = defaultdict(list)  # where each number stands, last first
    following: dict[int, int] = {}
    length: dict[int, int] = {}
    for i, value in reversed(found):
        # Less than a page away there are fewer than PAGE_MIN_LINES of them.
        nearest = lines[value + 1][-PAGE_MIN_LINES:]
        far = [at for at in nearest if at - i >= PAGE_MIN_LINES]
        if far:
            following[i] = far[-1]
        length[i] = 1 + (length[far[-1]] if far else 0)
        lines[value].append(i)
    if not length:
        return []
    numbers = dict(found)
    at = max(sorted(length), key=lambda i: length[i])
    run = [(at, numbers[at])]
    while at in following:
        at = following[at]
        run.append((at, numbers[at]))
    return run


def _left(page: list[tuple[int, Line]], drops: Mapping[int, Drop]) -> list[tuple[int, Line]]:
    """What is left of a page; furniture goes from its edges alone."""
    first, end = 0, len(page)
    while first < end and page[first][0] in drops:
        first += 1
    while first < end and page[end - 1][0] in drops:
        end -= 1
    return page[first:end]


def _are_even(ends: Sequence[int]) -> bool:
    """Are pages that end at these lines of about one length? Chapters with bare numbers are not."""
    lengths = [b - a for a, b in pairwise([0, *ends])]
    return max(lengths) <= EVEN_PAGES * min(lengths)


# ---------------------------------------------------------------- edges of pages


def _page_edges(left: list[list[tuple[int, Line]]], echoed: Set[int]) -> dict[int, Drop]:
    out: dict[int, Drop] = {}
    out |= _page_numbers(left, out)
    out |= _running_heads(left)
    out |= _margin_head(left)
    out |= _echoes(left, echoed)
    for page in left:
        for at, line in (*page[:1], *page[-1:]):
            if _matches("print", line.value):
                out[at] = Drop("print-edge", "printed by a browser")
            if line.layout.stated and line.layout.stated.role == "heading":
                out.pop(at, None)  # the file says that it is a heading
    return out


def _numbered(
    pages: list[list[tuple[int, Line]]],
) -> Iterator[tuple[int, list[tuple[int, Line]]]]:
    """The pages that are not empty, numbered from 0; those of a PDF are perhaps not all there."""
    for number, page in enumerate(pages):
        if page:
            layout = page[0][1].layout
            yield layout.page - 1 if layout.bbox and layout.page else number, page


class _Edge(NamedTuple):
    """The first or the last line of a page."""

    page: int
    at: int
    line: Line


def _running_heads(pages: list[list[tuple[int, Line]]]) -> dict[int, Drop]:
    """Lines that return at the same edge, at the same distance from it."""
    filled = sum(bool(page) for page in pages)
    need = max(REPEATED_MIN, REPEATED_SHARE * filled)
    out: dict[int, Drop] = {}
    for edge, found in _edges(pages).items():
        seen: dict[str, list[_Edge]] = defaultdict(list)
        for one in found:
            seen[_masked(one.line)].append(one)
        heads = _numbered_heads(found, seen, need)
        for text, places in seen.items():
            if not any(c.isalpha() for c in text):
                continue
            if len(places) >= need:
                why = f"the {edge} of {len(places)} of {filled} pages"
                out |= {one.at: Drop("running-head", why) for one in places}
            else:
                heads += _of_chapter(places)
        if heads:
            heads += _in_their_place(heads, found, need)
        for one in heads:
            out.setdefault(one.at, Drop("running-head", f"the {edge} of pages of a chapter"))
    return out


def _edges(pages: list[list[tuple[int, Line]]]) -> dict[str, list[_Edge]]:
    """The heads and the feet of the pages; a title is none."""
    out: dict[str, list[_Edge]] = {"head": [], "foot": []}
    for number, page in _numbered(pages):
        if number or not _may_be_title(page):
            out["head"].append(_Edge(number, *page[0]))
        if len(page) > 1:
            out["foot"].append(_Edge(number, *page[-1]))
    return out


def _numbered_heads(
    found: Sequence[_Edge], seen: Mapping[str, Sequence[_Edge]], need: float
) -> list[_Edge]:
    """Heads that begin or end with the numbers of their pages, such as `Chapter 1: Words 22`.

    A chapter has the same on each of its pages; that of a section may stand on one alone.
    """
    offsets: dict[int, list[_Edge]] = defaultdict(list)
    for one in found:
        text = one.line.value
        if len(text) <= HEAD_CHARS_MAX and (match := _NUMBERED_HEAD.fullmatch(text)):
            offsets[int(match["before"] or match["behind"]) - one.page].append(one)
    heads = max(offsets.values(), key=len, default=[])
    several = sum(len(seen[_masked(one.line)]) > 1 for one in heads)
    is_sure = len(heads) >= max(CHAPTER_PAGES, need) and several >= SEVERAL_SHARE * len(heads)
    return list(heads) if is_sure else []


_NUMBERED_HEAD = re.compile(r"(?P<before>\d{1,4})\s+\S.*\D|\S*[^\W\d].*\s(?P<behind>\d{1,4})")


def _of_chapter(places: Sequence[_Edge]) -> list[_Edge]:
    """Those of equal lines that stand on pages near each other, in one place."""
    if len(places) < CHAPTER_PAGES or len(places[0].line.value) > HEAD_CHARS_MAX:
        return []
    near: list[list[_Edge]] = [[places[0]]]
    for before, one in pairwise(places):
        if one.page - before.page <= LEAF and _is_same_place(before.line, one.line):
            near[-1].append(one)
        else:
            near.append([one])
    return [one for run in near if len(run) >= CHAPTER_PAGES for one in run]


def _in_their_place(heads: Sequence[_Edge], found: Sequence[_Edge], need: float) -> list[_Edge]:
    """Heads of other chapters, known by the place and the type that those of most pages have."""
    known = {one.at for one in heads}
    kinds = Counter(kind for one in heads if (kind := _place_and_type(one.line)))
    usual = {kind for kind, count in kinds.items() if count >= need}
    return [one for one in found if one.at not in known and _place_and_type(one.line) in usual]


def _is_same_place(a: Line, b: Line) -> bool:
    """Do lines stand at the same height of their pages, as far as that is known?"""
    first, second = a.layout.bbox, b.layout.bbox
    return first is None or second is None or abs(first.top - second.top) <= SAME_PLACE


def _place_and_type(line: Line) -> tuple[int, float | None, str | None] | None:
    layout = line.layout
    return (round(layout.bbox.top), layout.size, layout.font) if layout.bbox else None


def _margin_head(pages: list[list[tuple[int, Line]]]) -> dict[int, Drop]:
    """The head of an only page: small type in the margin, far above a title in larger type."""
    filled = [page for page in pages if page]
    if len(filled) != 1 or len(filled[0]) < PAGE_MIN_LINES:
        return {}
    (at, line), (_, title) = filled[0][:2]
    head, below = line.layout, title.layout
    if head.bbox is None or below.bbox is None or not (head.size and below.size):
        return {}
    sizes = Counter(one.layout.size for _, one in filled[0][1:])
    is_small = head.size <= (sizes.most_common(1)[0][0] or 0) and head.size < below.size
    is_apart = below.bbox.top - head.bbox.bottom > MARGIN_HEAD_GAP * head.size
    if head.bbox.top > MARGIN_HEAD_TOP or not is_small or not is_apart:
        return {}
    return {at: Drop("running-head", "in the margin above the title")}


def _is_echo(drop: Drop | None) -> bool:
    return drop is not None and drop.why == ECHO


def _echoes(pages: list[list[tuple[int, Line]]], echoed: Set[int]) -> dict[int, Drop]:
    """A first line that is the title once more, in no larger type, directly above the title."""
    out: dict[int, Drop] = {}
    for number, page in enumerate(pages):
        if len(page) < 3 or number in echoed:  # noqa: PLR2004 - a title and what follows it
            continue
        (at, line), (_, title), (_, third) = page[:3]
        larger = (line.layout.size or 0) > (title.layout.size or 0)
        once = _masked(line) == _masked(title) != _masked(third)
        if once and not larger and not ends_sentence(line.value):
            out[at] = Drop("running-head", ECHO)
    return out


def _may_be_title(page: Sequence[tuple[int, Line]]) -> bool:
    """Is the first line of the first page perhaps the title, which later pages only repeat?

    It is a running head if a title follows it: the same words again, or another short line.
    """
    if len(page) <= 2:  # noqa: PLR2004 - a page without text below its head
        return False
    (_, first), (_, second) = page[:2]
    if any(_masked(line) == _masked(first) for _, line in page[1:6]):
        return False
    if first.layout.size and second.layout.size:
        return first.layout.size > second.layout.size
    longest = max(len(line.value) for _, line in page)
    return second.value[-1] in ".,;:" or len(second.value) >= TITLE_SHARE * longest


def _masked(line: Line) -> str:
    return _DIGITS.sub("#", "".join(line.value.split())).casefold()


def _page_numbers(
    pages: list[list[tuple[int, Line]]], drops: Mapping[int, Drop]
) -> dict[int, Drop]:
    """Numbers at the same edge that rise as the pages do."""
    out: dict[int, Drop] = {}
    for edge in (0, -1):
        found = [
            (number, *page[edge], value)
            for number, page in _numbered(pages)
            if (value := page_number(page[edge][1].value)) is not None
        ]
        offsets = Counter(value - number for number, _, _, value in found)
        for number, at, line, value in found:
            # One number alone counts if it is that of its page.
            alone = len(found) == 1 and value == number + 1
            if at not in drops and (offsets[value - number] >= REPEATED_MIN or alone):
                out[at] = Drop("page-number", f"page {value}: {line.value}")
    return out


def _displaced_numbers(pages: list[list[tuple[int, Line]]]) -> dict[int, Drop]:
    """Page numbers away from the edges: apart, more than digits, one higher on each page."""
    found = [
        (value - number, at, line)
        for number, page in enumerate(pages)
        for (at, line), (_, below) in pairwise(page)
        if line.layout.blank_before and below.layout.blank_before and not line.value.isalnum()
        if (value := page_number(line.value)) is not None
    ]
    offsets = Counter(offset for offset, _, _ in found)
    return {
        at: Drop("page-number", f"displaced: {line.value}")
        for offset, at, line in found
        if offsets[offset] >= REPEATED_MIN
    }


def page_number(text: str) -> int | None:
    """The number of a page if the text is nothing else, in any of the forms of the table."""
    if len(text) > 24:  # noqa: PLR2004 - the longest form, "Page 1234 of 1234", has 17
        return None
    for pattern in _page_number_forms():
        if match := pattern.fullmatch(text):
            groups = match.groupdict()
            return int(groups["n"]) if groups.get("n") else roman(groups["roman"])
    return None


@cache
def _page_number_forms() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(form, re.IGNORECASE) for (form,) in rows("page_numbers.tsv"))


# ---------------------------------------------------------------- edges of the text


def _text_edges(left: list[list[tuple[int, Line]]]) -> dict[int, Drop]:
    lines = chain.from_iterable(left)
    backwards = chain.from_iterable(map(reversed, reversed(left)))
    head = _boilerplate(list(islice(lines, BOILERPLATE_LINES)), labels_take_next=False)
    tail = _boilerplate(list(islice(backwards, BOILERPLATE_LINES)), labels_take_next=True)
    gone = {**head, **tail}
    return gone if len(gone) < sum(map(len, left)) else {}


def _boilerplate(lines: Sequence[tuple[int, Line]], *, labels_take_next: bool) -> dict[int, Drop]:
    """The unbroken row of boilerplate at the start of `lines`, which run away from the edge.

    Short lines are taken along if a label such as "Related posts" stands further from the edge.
    """
    out: dict[int, Drop] = {}
    waiting: list[int] = []
    for at, line in lines:
        is_label = _matches("label", line.value)
        if is_label or _matches("line", line.value):
            if waiting and not is_label:
                break
            for index in (*waiting, at):
                out[index] = Drop("boilerplate", "added by a web page")
            waiting = []
        elif labels_take_next and _may_be_labelled(line.value):
            waiting.append(at)
        else:
            break
    return out


def _may_be_labelled(text: str) -> bool:
    return len(text) <= LABELLED_MAX and text[0].isalnum() and text[-1] not in ".!?:"


@cache
def _patterns(kind: str, first: str) -> re.Pattern[str] | None:
    """What lines of a kind look like that begin so; to compile all of them would take too long."""
    forms = [f for _, k, firsts, f in rows("boilerplate.tsv") if k == kind and first in firsts]
    return any_of(forms) if forms else None


def _matches(kind: str, text: str) -> bool:
    low = text.lower()
    first = "0" if low[:1].isdecimal() else low[:1]
    pattern = _patterns(kind, first) if first else None
    return pattern is not None and pattern.fullmatch(low) is not None


# ---------------------------------------------------------------- dropping


def _without(doc: Document, drops: Mapping[int, Drop]) -> Document:
    step = doc.next_step
    edits: list[Edit] = []
    children: list[Block] = []
    blank = 0
    for at, node in enumerate(doc.children):
        goes = False
        if at in drops and isinstance(node, Line):
            edit = _edit(node, drops[at], step)
            edits.append(doc.decided.settle_drop(edit) if doc.decided else edit)
            goes = edits[-1].applied
        if goes and isinstance(node, Line):
            blank = max(blank, node.layout.blank_before)
        elif isinstance(node, Line) and blank > node.layout.blank_before:
            children.append(replace(node, layout=replace(node.layout, blank_before=blank)))
            blank = 0
        else:
            children.append(node)
            blank = 0
    same = len(children) == len(doc.children)
    left = doc.children if same else tuple(children)
    return replace(doc, children=left, edits=(*doc.edits, *edits))


def _edit(line: Line, drop: Drop, step: int) -> Edit:
    confidence = CONFIDENCE[drop.rule]
    return Edit(
        step,
        STAGE,
        drop.rule,
        line.span,
        0,
        len(line.value),
        line.value,
        "",
        confidence,
        why=drop.why,
    )
