"""Which paragraphs are headings, and how deep.

Evidence is collected for every paragraph first; then one reading is chosen for the whole document,
so that a style means one thing throughout and numbers run in sequence. What is doubtful stays a
paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import Edit, Heading, Paragraph, inline_text
from ingest.shapes import bullet, numbering
from ingest.stages.contents import contents_list, find_contents, title_key, titles_of
from ingest.stages.depths import (
    BOLD,
    OWN_FONT,
    PLAIN,
    SIZE_STEP,
    Candidate,
    Style,
    first_word,
    is_bare_division,
    is_opening,
    mark_divisions,
    set_depths_as_listed,
    set_depths_as_stated,
    set_depths_by_contents,
    set_depths_by_shape,
    set_depths_by_style,
    words_of,
)
from ingest.stages.lists import detached_items, text_of_lone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from ingest.document import Block, Document, Layout
    from ingest.stages.contents import Entry

STAGE = "find_headings"

MAX_WORDS = 16  # the longest heading of the dev documents has 15
MAX_WORDS_STYLED = 30  # with a style of its own, a heading may be longer
MAX_LINES = 4
MAX_FILL = 0.75  # a line fuller than this, with no blank line before it, is no heading
MIN_TITLES = 0.8  # share of a run of numbers that must look like titles
MAX_EMPTY_SECTIONS = 0.5  # share of numbered sections without a text of their own
BOLD_WEIGHT = 600  # from semi-bold on
# So many paragraphs in a row that all look like headings are a list without bullets.
MAX_ROW = 2
SURE = frozenset({"numbered", "division", "contents"})  # they may stand in a row
# A short line at the end of a text, or below a colon, heads nothing, but may be one of a row.
ONE_OF_ROW = "row"
# So many lines that begin alike, this share of all that begin so, stand below headings if they are
# captions of sections.
CAPTIONS_MIN = 3
CAPTIONS_SHARE = 0.8
# Share of right headings on the dev documents (bench/rules.py).
CONFIDENCE = {
    "outline": 0.99,
    "tags": 0.99,
    "style": 0.99,
    "numbered": 0.99,
    "title": 0.99,
    "short-line": 0.80,
    "contents": 0.95,  # none in the dev documents; provisional, as are the next two
    "contents-leader": 1.0,
    "contents-entry": 0.95,
    "division": 0.95,  # a handful in the dev documents; provisional
}

# ... with quotation marks and brackets behind it, or else with blanks.
_ENDS_LIKE_PROSE = tuple(".,;:!…–—-")
_CLOSERS = "\"'”’»)]"
_STOPS = tuple(".,;:")
_STARTS_LIKE_TITLE = re.compile(r"[\"'“„«‘(\[¿¡]*[^\W_a-zß-öø-ÿ]")
_ADDRESS = re.compile(r"://|\bwww\.|\S@\S+\.\w")


def find_headings(doc: Document, *, keep_contents: bool = True) -> Document:
    """Make headings of the paragraphs that are headings.

    Args:
        doc: Blocks. A document that has a heading has stated its structure and is left alone.
        keep_contents: Keep a table of contents, as a list; otherwise it is dropped. In a text its
            titles tell the headings and their depth; on pages those that nothing else tells.

    Returns:
        A document with the same `children` object if no heading was found.

    Rules:
        outline: A title of the outline of the file, on the page that this leads to (PDF).
        tags: A heading by the tags of the file, where its pages bear them out (PDF).
        style: Larger than the running text, or bold where that is not (PDF).
        numbered: Numbers in sequence, with text between one and the next.
        contents: A title of the table of contents.
        contents-leader: Dots before a page number of the contents became a blank.
        contents-entry: A line of the contents was dropped.
        division: A chapter or the like with its number.
        title: The first block, short and without a stop.
        short-line: Alone on its line, short, without a stop, before a longer text.

    Source: evidence from research on structure; confidence measured by bench/rules.py.
    """
    if any(isinstance(node, Heading) for node in doc.children):
        return doc
    entries = find_contents(doc.children)
    listed = {entry.at for entry in entries}
    paragraphs = list(_paragraphs(doc.children))
    candidates = [c for c in _candidates(doc.children, paragraphs) if c.at not in listed]
    body, font = _body_style(paragraphs)
    if body.size > 0:
        chosen = _with_listed(_by_style(candidates, body, font), candidates, entries)
    else:
        chosen = _by_shape(candidates, doc.children, titles_of(entries))
    if not chosen and not entries:
        return doc
    return _with_contents(_with_headings(doc, chosen), entries, keep=keep_contents)


class _Written(NamedTuple):
    """A paragraph as it stood on its lines, by its place among the children."""

    at: int
    node: Paragraph
    text: str
    style: Style


def _paragraphs(children: Sequence[Block]) -> Iterator[_Written]:
    for at, node in enumerate(children):
        if isinstance(node, Paragraph) and node.lines:
            yield _Written(at, node, inline_text(node.children), _style_of(node.lines))


def _candidates(children: Sequence[Block], paragraphs: Iterable[_Written]) -> list[Candidate]:
    out = []
    detached = detached_items([text_of_lone(node) for node in children])
    for at, node, text, style in paragraphs:
        if node.span is None or at in detached or bullet(text) is not None:
            continue
        first = node.lines[0]
        out.append(
            Candidate(
                at,
                node,
                text,
                node.span,
                style,
                first.font,
                first.blank_before,
                numbering(text),
                first.stated if first.stated and first.stated.depth else None,
            )
        )
    mark_divisions(out)
    return out


def _style_of(lines: Sequence[Layout]) -> Style:
    sizes = [line.size or 0.0 for line in lines]
    is_one = sizes.count(sizes[0]) == len(sizes)
    commonest = sizes[0] if is_one else Counter(sizes).most_common(1)[0][0]
    bold = all((line.weight or 0) >= BOLD_WEIGHT for line in lines)
    return Style(commonest, BOLD if bold else PLAIN)


def _body_style(paragraphs: Iterable[_Written]) -> tuple[Style, str | None]:
    """Style and font of most characters, lists included."""
    styles: Counter[Style] = Counter()
    fonts: Counter[str | None] = Counter()
    for _, node, text, style in paragraphs:
        styles[style] += len(text)
        fonts[node.lines[0].font] += len(text)
    if not styles:
        return Style(0.0, PLAIN), None
    return styles.most_common(1)[0][0], fonts.most_common(1)[0][0]


# ---------------------------------------------------------------- by style, where there is one


def _by_style(candidates: Sequence[Candidate], body: Style, font: str | None) -> list[Candidate]:
    own = _own_fonts(candidates, body, font)
    for c in candidates:
        if c.font in own and _is_set_apart(c, body):
            c.style = Style(c.style.size, OWN_FONT)
    chosen = [
        c for c in candidates if c.stated or (_stands_out(c.style, body) and _may_be_styled(c))
    ]
    for candidate in chosen:
        candidate.rule = candidate.stated.by if candidate.stated else "style"
    chosen = _without_subtitles(chosen)
    set_depths_by_style(chosen)
    set_depths_as_stated(chosen)
    return chosen


def _with_listed(
    chosen: Sequence[Candidate], candidates: Sequence[Candidate], entries: Sequence[Entry]
) -> list[Candidate]:
    """The headings, and those of the contents that look like the text; each title once."""
    titles = titles_of(entries)
    if not titles or any(c.stated for c in chosen):
        return list(chosen)
    found = {title_key(c.text) for c in chosen}
    listed: list[Candidate] = []
    for c in candidates:
        key = title_key(c.text)
        is_head = c.at + 1 == entries[0].at and is_opening(c.text)
        is_new = key in titles and key not in found and c.at > entries[0].at
        if (is_head and c not in chosen) or (is_new and _looks_like_title(c.text)):
            c.rule = "contents"
            found.add(key)
            listed.append(c)
    out = sorted([*chosen, *listed], key=lambda c: c.at)
    if listed:
        set_depths_as_listed(out, titles)
    return out


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


# ---------------------------------------------------------------- by shape, in text


def _by_shape(
    candidates: Sequence[Candidate], children: Sequence[Block], titles: Mapping[str, int]
) -> list[Candidate]:
    numbered = _numbered(candidates, children)
    chosen: list[Candidate] = []
    for c in candidates:
        if titles and c.at and title_key(c.text) in titles:
            c.rule = "contents"
        elif c.at in numbered:
            c.rule = "numbered"
        elif c.division and _looks_like_title(c.text):
            c.rule = "division"
        elif not (c.number and c.number.kind in {"number", "letter", "roman"}) and _is_short_title(
            c, children
        ):
            announced = _is_announced(c, children, chosen[-1] if chosen else None)
            c.rule = ONE_OF_ROW if announced else "title" if c.at == 0 else "short-line"
        elif c.at == len(children) - 1 and _looks_like_title(c.text):
            c.rule = ONE_OF_ROW
        else:
            continue
        chosen.append(c)
    chosen = _without_captions(_without_subtitles(chosen))
    chosen = [c for c in _without_rows(chosen) if c.rule != ONE_OF_ROW]
    set_depths_by_shape(chosen)
    if titles:
        set_depths_by_contents(chosen, titles)
    return chosen


def _is_announced(candidate: Candidate, children: Sequence[Block], above: Candidate | None) -> bool:
    """Does it stand directly below a line that ends with a colon, or below another that does?"""
    if above and (above.at, above.rule) == (candidate.at - 1, ONE_OF_ROW):
        return not candidate.blank_before
    before = children[candidate.at - 1] if candidate.at else None
    says_so = isinstance(before, Paragraph) and inline_text(before.children).endswith(":")
    return says_so and candidate.blank_before <= 1


def _is_short_title(candidate: Candidate, children: Sequence[Block]) -> bool:
    text = candidate.text
    if not _looks_like_title(text) or candidate.at + 1 >= len(children):
        return False
    lines = len(candidate.node.lines)
    if candidate.blank_before == 0 and candidate.at and _fills_line(candidate.node):
        return False
    return lines <= 2  # noqa: PLR2004 - a wrapped heading has two lines


def _fills_line(node: Paragraph) -> bool:
    return node.fill is not None and node.fill > MAX_FILL


def _looks_like_title(text: str) -> bool:
    return (
        _STARTS_LIKE_TITLE.match(text) is not None
        and not text.rstrip(_CLOSERS).endswith(_ENDS_LIKE_PROSE)
        and not text.rstrip().endswith(_STOPS)
        and len(text.split()) <= MAX_WORDS
        and any(c.isalpha() for c in text)
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
    # Runs by what they may end in, as heaps, the last one first.
    waiting: dict[_Key, list[int]] = {}
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


def _without_subtitles(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Leave out lines that say the title again, and those that name a chapter below its number."""
    out: list[Candidate] = []
    title = words_of(chosen[0].text) if chosen and chosen[0].at == 0 else frozenset[str]()
    end_of_head = 0
    for c in chosen:
        in_head = c.at == end_of_head
        end_of_head += in_head
        above = out[-1] if out and out[-1].at + 1 == c.at else None
        says_title = in_head and c.at > 0 and not c.stated and words_of(c.text) <= title
        if not says_title and not (above and c.rule == "short-line" and is_bare_division(above)):
            out.append(c)
    return out


def _without_captions(chosen: Sequence[Candidate]) -> list[Candidate]:
    """Leave out lines that begin alike and stand below one heading after another.

    They say something about each section, such as its date or its author.
    """
    found: dict[str, list[Candidate]] = {}
    all_of: Counter[str] = Counter()
    for above, c in pairwise([None, *chosen]):
        if c is None or c.rule != "short-line":
            continue
        first = first_word(c.text)
        all_of[first] += 1
        if above and above.at + 1 == c.at:
            found.setdefault(first, []).append(c)
    captions = {
        c.at
        for first, below in found.items()
        if len(below) >= CAPTIONS_MIN and len(below) >= CAPTIONS_SHARE * all_of[first]
        for c in below
    }
    return [c for c in chosen if c.at not in captions]


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
    return [*title, *(c for c in rest if c.rule in SURE)]


# ---------------------------------------------------------------- building


def _with_headings(doc: Document, chosen: Sequence[Candidate]) -> Document:
    records = _records(doc, chosen)
    by_at = {c.at: c for c, edit in zip(chosen, records, strict=True) if edit.applied}
    children: list[Block] = []
    for at, node in enumerate(doc.children):
        c = by_at.get(at)
        if c is None:
            children.append(node)
            continue
        children.append(Heading(c.depth, c.node.children, c.span))
    left = tuple(children) if by_at else doc.children
    return replace(doc, children=left, edits=(*doc.edits, *records))


def _records(doc: Document, chosen: Sequence[Candidate]) -> list[Edit]:
    """An edit for each heading; one that a person has rejected is not made."""
    step = doc.next_step
    edits = [
        Edit(
            step,
            STAGE,
            c.rule,
            c.span,
            0,
            0,
            "",
            "",
            CONFIDENCE[c.rule],
            why=f"heading of depth {c.depth}",
        )
        for c in chosen
    ]
    return [doc.decided.settle_drop(edit) for edit in edits] if doc.decided else edits


def _with_contents(doc: Document, entries: Sequence[Entry], *, keep: bool) -> Document:
    """Make lists of the rows of contents, or drop them with the heading that says `Contents`."""
    if not entries:
        return doc
    rows_by_first: dict[int, list[Entry]] = {}
    row: list[Entry] = []
    for entry in entries:
        if not row or entry.at != row[-1].at + 1:
            row = rows_by_first.setdefault(entry.at, [])
        row.append(entry)
    listed = {entry.at for entry in entries}
    heads = {
        at - 1: node
        for at in rows_by_first
        if at and isinstance(node := doc.children[at - 1], Heading)
        if is_opening(inline_text(node.children))
    }
    children: list[Block] = []
    for at, node in enumerate(doc.children):
        if keep and at in rows_by_first:
            children.append(contents_list(rows_by_first[at]))
        elif at not in listed and (keep or at not in heads):
            children.append(node)
    step = doc.next_step
    edits = [e for entry in entries for e in _contents_edits(entry, step, keep=keep)]
    edits += [_dropped(node, step) for at, node in heads.items() if not keep]
    edits.sort(key=lambda e: e.span)
    return replace(doc, children=tuple(children), edits=(*doc.edits, *edits))


def _dropped(node: Heading | Paragraph, step: int) -> Edit:
    text, rule = inline_text(node.children), "contents-entry"
    assert node.span is not None
    return Edit(step, STAGE, rule, node.span, 0, len(text), text, "", CONFIDENCE[rule])


def _contents_edits(entry: Entry, step: int, *, keep: bool) -> Iterator[Edit]:
    if not keep:
        yield _dropped(entry.node, step)
        return
    rule, span, (start, end) = "contents-leader", entry.node.span, entry.leader
    before = inline_text(entry.node.children)[start:end]
    assert span is not None
    if before != " ":
        yield Edit(step, STAGE, rule, span, start, end, before, " ", CONFIDENCE[rule])
