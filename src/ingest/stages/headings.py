"""Which paragraphs are headings, and how deep.

Evidence is collected for every paragraph first; then one reading is chosen for the whole document,
so that a style means one thing throughout and numbers run in sequence. What is doubtful stays a
paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.data import rows
from ingest.document import Edit, Heading, Paragraph, Span, inline_text
from ingest.shapes import bullet, numbering
from ingest.stages.lists import detached_items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.document import Block, Document, Layout
    from ingest.shapes import Marker

STAGE = "find_headings"

MAX_DEPTH = 6  # Markdown has no more
MAX_WORDS = 16  # the longest heading of the dev documents has 15
MAX_WORDS_STYLED = 30  # with a style of its own, a heading may be longer
MAX_LINES = 4
MAX_FILL = 0.75  # a line fuller than this, with no blank line before it, is no heading
MIN_TITLES = 0.8  # share of a run of numbers that must look like titles
MAX_EMPTY_SECTIONS = 0.5  # share of numbered sections without a text of their own
BOLD_WEIGHT = 600  # from semi-bold on
SIZE_STEP = 0.06  # font sizes nearer than this share are one size
# So many paragraphs in a row that all look like headings are a list without bullets.
MAX_ROW = 2
# Share of right headings on the dev documents (bench/rules.py).
CONFIDENCE = {"style": 0.99, "numbered": 0.99, "title": 0.99, "short-line": 0.80}

_ENDS_LIKE_PROSE = re.compile(r"[.,;:!…–—-][\"'”’»)\]]*$|[.,;:]\s*$")
_STARTS_LIKE_TITLE = re.compile(r"[\"'“„«‘(\[¿¡]*[^\W_a-zß-öø-ÿ]")
_ADDRESS = re.compile(r"://|\bwww\.|\S@\S+\.\w|^\+?[\d\s()/.-]+$")


class Style(NamedTuple):
    """Font size in points, 0 if unknown, and how the type stands out; larger compares higher."""

    size: float
    emphasis: int


PLAIN, OWN_FONT, BOLD = 0, 1, 2


@dataclass(slots=True)
class Candidate:
    """A paragraph and what speaks for and against its being a heading."""

    at: int
    node: Paragraph
    text: str
    span: Span
    style: Style
    font: str | None
    blank_before: int
    number: Marker | None
    rule: str = ""
    depth: int = 0


def find_headings(doc: Document) -> Document:
    """Make headings of the paragraphs that are headings.

    Args:
        doc: Blocks. A document that has a heading has stated its structure and is left alone.

    Returns:
        A document with the same `children` object if no heading was found.

    Rules:
        style: Larger than the running text, or bold where that is not (PDF).
        numbered: Numbers in sequence, with text between one and the next.
        title: The first block, short and without a stop.
        short-line: Alone on its line, short, without a stop, before a longer text.

    Source: evidence from research on structure; confidence measured by bench/rules.py.
    """
    if any(isinstance(node, Heading) for node in doc.children):
        return doc
    candidates = _candidates(doc.children)
    body, font = _body_style(doc.children)
    has_style = body.size > 0
    chosen = _by_style(candidates, body, font) if has_style else _by_shape(candidates, doc.children)
    return _with_headings(doc, chosen) if chosen else doc


def _candidates(children: Sequence[Block]) -> list[Candidate]:
    out = []
    detached = detached_items(children)
    for at, node in enumerate(children):
        if not isinstance(node, Paragraph) or not node.lines or node.span is None:
            continue
        text = inline_text(node.children)
        if at in detached or bullet(text) is not None:
            continue
        first = node.lines[0]
        out.append(
            Candidate(
                at,
                node,
                text,
                node.span,
                _style_of(node.lines),
                first.font,
                first.blank_before,
                numbering(text),
            )
        )
    return out


def _style_of(lines: Sequence[Layout]) -> Style:
    sizes = Counter(line.size or 0.0 for line in lines)
    bold = all((line.weight or 0) >= BOLD_WEIGHT for line in lines)
    return Style(sizes.most_common(1)[0][0], BOLD if bold else PLAIN)


def _body_style(children: Sequence[Block]) -> tuple[Style, str | None]:
    """Style and font of most characters, lists included."""
    styles: Counter[Style] = Counter()
    fonts: Counter[str | None] = Counter()
    for node in children:
        if isinstance(node, Paragraph) and node.lines:
            length = len(inline_text(node.children))
            styles[_style_of(node.lines)] += length
            fonts[node.lines[0].font] += length
    if not styles:
        return Style(0.0, PLAIN), None
    return styles.most_common(1)[0][0], fonts.most_common(1)[0][0]


# ---------------------------------------------------------------- by style, where there is one


def _by_style(candidates: Sequence[Candidate], body: Style, font: str | None) -> list[Candidate]:
    own = _own_fonts(candidates, body, font)
    for c in candidates:
        if c.font in own and _is_set_apart(c, body):
            c.style = Style(c.style.size, OWN_FONT)
    chosen = [c for c in candidates if _stands_out(c.style, body) and _may_be_styled(c)]
    for candidate in chosen:
        candidate.rule = "style"
    _set_depths_by_style(chosen)
    return chosen


def _own_fonts(candidates: Sequence[Candidate], body: Style, font: str | None) -> set[str]:
    """Fonts in which short lines stand alone, again and again, and hardly anything else is set."""
    titles, others = Counter[str](), Counter[str]()
    for c in candidates:
        if c.font and c.font != font:
            (titles if _is_set_apart(c, body) else others)[c.font] += 1
    return {f for f, n in titles.items() if n > 1 and n > others[f]}


def _is_set_apart(c: Candidate, body: Style) -> bool:
    """One short line at the size of the text that looks like a title."""
    same = abs(c.style.size / body.size - 1) <= SIZE_STEP and c.style.emphasis == body.emphasis
    return same and len(c.node.lines) == 1 and _looks_like_title(c.text)


def _stands_out(style: Style, body: Style) -> bool:
    larger = style.size > body.size * (1 + SIZE_STEP)
    return larger or (
        style.emphasis > body.emphasis and style.size >= body.size * (1 - 3 * SIZE_STEP)
    )


def _may_be_styled(candidate: Candidate) -> bool:
    text = candidate.text
    if not any(c.isalpha() for c in text) or len(candidate.node.lines) > MAX_LINES:
        return False
    return len(text.split()) <= MAX_WORDS_STYLED and text[-1] not in ",;:"


def _set_depths_by_style(chosen: Sequence[Candidate]) -> None:
    """The larger the style, the higher; inside one style the numbers say how deep."""
    styles: list[Style] = []
    for style in sorted({c.style for c in chosen}, reverse=True):
        last = styles[-1] if styles else None
        smaller = last is None or style.size < last.size * (1 - SIZE_STEP)
        if smaller or (last and style.emphasis != last.emphasis):
            styles.append(style)
    rank = {c.style: _rank(c.style, styles) for c in chosen}
    shallowest: dict[int, int] = {}
    for c in chosen:
        if c.number:
            level = rank[c.style]
            shallowest[level] = min(shallowest.get(level, MAX_DEPTH), c.number.depth)
    for c in chosen:
        level = rank[c.style]
        deeper = c.number.depth - shallowest[level] if c.number else 0
        c.depth = min(MAX_DEPTH, level + 1 + deeper)


def _rank(style: Style, styles: Sequence[Style]) -> int:
    return max(i for i, other in enumerate(styles) if other >= style or i == 0)


# ---------------------------------------------------------------- by shape, in text


def _by_shape(candidates: Sequence[Candidate], children: Sequence[Block]) -> list[Candidate]:
    numbered = _numbered(candidates, children)
    chosen: list[Candidate] = []
    for c in candidates:
        if c.at in numbered:
            c.rule = "numbered"
        elif not (c.number and c.number.kind in {"number", "letter", "roman"}) and _is_short_title(
            c, children
        ):
            c.rule = "title" if c.at == 0 else "short-line"
        else:
            continue
        chosen.append(c)
    chosen = _without_rows(chosen)
    _set_depths_by_shape(chosen)
    return chosen


def _is_short_title(candidate: Candidate, children: Sequence[Block]) -> bool:
    text = candidate.text
    if not _looks_like_title(text) or candidate.at + 1 >= len(children):
        return False
    before = children[candidate.at - 1] if candidate.at else None
    if isinstance(before, Paragraph) and inline_text(before.children).endswith(":"):
        return candidate.blank_before > 1
    lines = len(candidate.node.lines)
    if candidate.blank_before == 0 and candidate.at and _fills_line(candidate.node):
        return False
    return lines <= 2  # noqa: PLR2004 - a wrapped heading has two lines


def _fills_line(node: Paragraph) -> bool:
    return node.fill is not None and node.fill > MAX_FILL


def _looks_like_title(text: str) -> bool:
    return (
        len(text.split()) <= MAX_WORDS
        and any(c.isalpha() for c in text)
        and _STARTS_LIKE_TITLE.match(text) is not None
        and _ENDS_LIKE_PROSE.search(text) is None
        and _ADDRESS.search(text) is None
    )


def _numbered(candidates: Sequence[Candidate], children: Sequence[Block]) -> set[int]:
    """The numbered paragraphs that are headings: in sequence, and with text between them."""
    out: set[int] = set()
    by_form: dict[tuple[str, str], list[Candidate]] = {}
    for c in candidates:
        if c.number and c.number.kind in {"number", "section"}:
            by_form.setdefault((c.number.kind, c.number.glyph), []).append(c)
    for (kind, _), found in by_form.items():
        for run in _sequences(found):
            titles = [c for c in run if _looks_like_title(c.text)]
            if len(titles) < MIN_TITLES * len(run) or (kind != "section" and len(run) == 1):
                continue
            if _have_text(run, children):
                out |= {c.at for c in titles}
    return out


def _sequences(found: Sequence[Candidate]) -> list[list[Candidate]]:
    """Runs in which each number is the successor of the one before, at any depth.

    A list inside a section is a run of its own: each number goes to the last run that it continues.
    """
    runs: list[list[Candidate]] = []
    waiting: dict[
        _Key, list[int]
    ] = {}  # runs by what they may end in, as heaps, the last one first
    for c in found:
        numbers = c.number.numbers if c.number else ()
        keys = _keys_before(numbers)
        at = max((_last_waiting(waiting.get(key, []), key, runs) for key in keys), default=-1)
        if at < 0:
            at = len(runs)
            runs.append([])
        runs[at].append(c)
        for key in _keys_of(numbers):
            heappush(waiting.setdefault(key, []), -at)
    return runs


# Numbers, and whether they are all of a number or its beginning.
_Key = tuple[tuple[int, ...], bool]


def _keys_of(numbers: tuple[int, ...]) -> list[_Key]:
    """What a run that ends in these numbers is asked for by."""
    return [(numbers, True), *((numbers[:depth], False) for depth in range(1, len(numbers) + 1))]


def _keys_before(numbers: tuple[int, ...]) -> list[_Key]:
    """What these numbers may follow: 1 -> 2, 1 -> 1.1, 1.2 -> 1.3, 1.2.4 -> 1.3, 1.3 -> 2."""
    if not numbers:
        return []
    *above, last = numbers
    inside: list[_Key] = [(tuple(above), True)] if above and last <= 1 else []
    return [*inside, ((*above, last - 1), False)]


def _last_waiting(heap: list[int], key: _Key, runs: Sequence[Sequence[Candidate]]) -> int:
    """The last run that still ends so; -1 if there is none. Those that went on are dropped."""
    while heap:
        marker = runs[-heap[0]][-1].number
        if marker and key in _keys_of(marker.numbers):
            return -heap[0]
        heappop(heap)
    return -1


def _have_text(run: Sequence[Candidate], children: Sequence[Block]) -> bool:
    """Does text stand between the numbers, and after the last one? Else they are a list.

    A section without a text of its own happens; with `1.` one such gap makes a list of all.
    """
    if run[-1].at + 1 >= len(children):
        return False
    pairs = [(a, b) for a, b in pairwise(run) if a.number and b.number]
    same = [(a, b) for a, b in pairs if a.number and b.number and a.number.depth == b.number.depth]
    adjacent = sum(b.at == a.at + 1 for a, b in same)
    is_section = run[0].number is not None and run[0].number.kind == "section"
    return adjacent <= (MAX_EMPTY_SECTIONS * len(same) if is_section else 0)


def _without_rows(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Leave out rows of short lines: they are a list without bullets, or an address."""
    out: list[Candidate] = []
    row: list[Candidate] = []
    for c in [*chosen, None]:
        if c and row and c.at == row[-1].at + 1:
            row.append(c)
            continue
        out += _headings_of_row(row)
        row = [c] if c else []
    return out


def _headings_of_row(row: Sequence[Candidate]) -> list[Candidate]:
    title, rest = ([*row[:1]], [*row[1:]]) if row and row[0].at == 0 else ([], [*row])
    if len(rest) <= MAX_ROW:
        return [*title, *rest]
    if title and rest[0].blank_before <= rest[1].blank_before:
        title = []  # nothing sets it off from the lines below
    return [*title, *(c for c in rest if c.rule == "numbered")]


def _set_depths_by_shape(chosen: Sequence[Candidate]) -> None:
    """The title is 1; numbers, blank lines and neighbours tell the depth of the rest."""
    rest = list(chosen)
    if rest and rest[0].at == 0:
        rest.pop(0).depth = 1
    ranks = _blank_ranks(rest)
    under = _is_under_plain(rest)
    numbered: Candidate | None = None
    least = MAX_DEPTH
    for i, c in enumerate(rest):
        if c.number:
            depth = 2 + under + c.number.depth - 1
            numbered = c
        elif numbered and not under:
            depth = least if _closes(c) else numbered.depth + 1
        else:
            depth = 2 + ranks.get(c.blank_before, 0)
            if i and rest[i - 1].at + 1 == c.at and not ranks:
                depth = rest[i - 1].depth + 1
        c.depth = min(depth, MAX_DEPTH)
        least = min(least, c.depth)


def _blank_ranks(rest: Sequence[Candidate]) -> dict[int, int]:
    """More blank lines before a heading mean that it is higher, if both numbers recur."""
    blanks = Counter(c.blank_before for c in rest if not c.number)
    usual = sorted((b for b, n in blanks.items() if n > 1), reverse=True)[:2]
    if len(usual) < 2:  # noqa: PLR2004 - one usual number says nothing
        return {}
    return {b: int(b <= usual[1]) for b in blanks}


def _closes(c: Candidate) -> bool:
    """Does it end the document, and so stand in no numbered section?"""
    return c.text.strip(" .:").casefold() in _closing_sections()


@cache
def _closing_sections() -> frozenset[str]:
    return frozenset(name.casefold() for (name,) in rows("closing_sections.tsv"))


def _is_under_plain(rest: Sequence[Candidate]) -> bool:
    """Does the first number stand directly below a heading without a number?"""
    for before, c in pairwise(rest):
        if c.number:
            return before.number is None and before.at + 1 == c.at
    return False


# ---------------------------------------------------------------- building


def _with_headings(doc: Document, chosen: Sequence[Candidate]) -> Document:
    _close_jumps(chosen)
    step = doc.next_step
    by_at = {c.at: c for c in chosen}
    children: list[Block] = []
    edits: list[Edit] = []
    for at, node in enumerate(doc.children):
        c = by_at.get(at)
        if c is None:
            children.append(node)
            continue
        children.append(Heading(c.depth, c.node.children, c.span))
        why = f"heading of depth {c.depth}"
        edits.append(Edit(step, STAGE, c.rule, c.span, 0, 0, "", "", CONFIDENCE[c.rule], why=why))
    return replace(doc, children=tuple(children), edits=(*doc.edits, *edits))


def _close_jumps(chosen: Sequence[Candidate]) -> None:
    """No heading is more than one deeper than the one above it."""
    depths: list[int] = []  # of the headings that are open, as found
    for c in chosen:
        while depths and depths[-1] >= c.depth:
            depths.pop()
        depths.append(c.depth)
        c.depth = len(depths) if depths[0] == 1 else min(c.depth, len(depths) + depths[0] - 1)
