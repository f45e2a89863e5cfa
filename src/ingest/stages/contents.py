"""Tables of contents: rows of titles with page numbers, as evidence for headings and as a list."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.document import List, ListItem, Paragraph, Text, inline_text
from ingest.shapes import numbering, roman

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.document import Block

# A table has so many entries. Most have leaders, or most of the titles return in the text; nobody
# prints a table of which less is true.
ENTRIES_MIN = 3
MOST = 0.5
ENTRY_MAX = 200  # characters; a longer line is no entry
ROMAN_PAGES = 1_000  # pages with Roman numbers stand before those with digits

_ROMAN_ENDS = ("i", "v", "x", "l")

# Three dots or more lead to the number.
_LEADER = r"(?:[ \t]*[.·…_]){3,}[ \t]*"
_ENTRY = re.compile(
    rf"(?P<title>\S.*?)(?P<leader>{_LEADER}|[ \t]+)(?P<page>\d{{1,4}}|[ivxl]{{1,6}})"
)
_LEADERS = re.compile(rf"{_LEADER}(?:\d{{1,4}}|[ivxl]{{1,6}})$")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: where its paragraph stands, its title, and how deep it is, from 1.

    `leader` is where the dots and blanks before the page number begin and end.
    """

    at: int
    node: Paragraph
    title: str
    leader: tuple[int, int]
    page: int
    left: float
    has_dots: bool
    depth: int = 1


def is_led(text: str) -> bool:
    """True for a line that ends with leaders and a page number."""
    return _may_be_entry(text) and _LEADERS.search(text) is not None


def _may_be_entry(text: str) -> bool:
    ends_in_number = text[-1:].isdecimal() or text.endswith(_ROMAN_ENDS)
    return ends_in_number and len(text) <= ENTRY_MAX


def title_key(text: str) -> str:
    """What a title in the contents and its heading have in common: letters and digits."""
    found = numbering(text)
    bare = text[len(found.text) :] if found else text
    return "".join(c for c in bare.casefold() if c.isalnum())


def find_contents(children: Sequence[Block]) -> list[Entry]:
    """The entries of the tables of contents of a document, in order."""
    rows = [row for row in _rows(children) if len(row) >= ENTRIES_MIN]
    if not rows:  # as nearly always
        return []
    places: dict[str, int] = {}  # the last place of each text
    for at, node in enumerate(children):
        if isinstance(node, Paragraph):
            places[title_key(inline_text(node.children))] = at
    out: list[Entry] = []
    for row in rows:
        led = sum(entry.has_dots for entry in row)
        back = sum(places.get(title_key(entry.title), 0) > row[-1].at for entry in row)
        if max(led, back) >= MOST * len(row):
            out += _with_depths(row)
    return out


def _rows(children: Sequence[Block]) -> list[list[Entry]]:
    """Neighbouring entries whose page numbers do not fall."""
    rows: list[list[Entry]] = [[]]
    for at, node in enumerate(children):
        entry = _entry(at, node)
        if entry is None:
            if rows[-1]:
                rows.append([])
            continue
        if rows[-1] and entry.page < rows[-1][-1].page:
            rows.append([])
        rows[-1].append(entry)
    return rows


def _entry(at: int, node: Block) -> Entry | None:
    if not isinstance(node, Paragraph) or not node.lines or node.span is None:
        return None
    text = inline_text(node.children)
    if not _may_be_entry(text):
        return None
    match = _ENTRY.fullmatch(text)
    if match is None or not any(c.isalpha() for c in match["title"]):
        return None
    has_dots = is_led(text)
    if not has_dots and not match["page"].isdigit():
        return None
    page = int(match["page"]) if match["page"].isdigit() else roman(match["page"]) - ROMAN_PAGES
    first = node.lines[0]
    left = first.bbox.left if first.bbox else float(first.indent)
    return Entry(at, node, match["title"], match.span("leader"), page, left, has_dots)


def _with_depths(row: Sequence[Entry]) -> list[Entry]:
    """Depths by the numbers of the titles, or else by indent."""
    lefts = sorted({round(entry.left) for entry in row})
    out = []
    for entry in row:
        found = numbering(entry.title)
        by_number = found.depth if found and found.kind == "section" else None
        depth = by_number or lefts.index(round(entry.left)) + 1
        out.append(replace(entry, depth=depth))
    return out


def contents_list(entries: Sequence[Entry]) -> List:
    """The entries as a list, nested by their depths, with one blank for each leader."""
    items: list[ListItem] = []
    at = 0
    while at < len(entries):
        end = at + 1
        while end < len(entries) and entries[end].depth > entries[at].depth:
            end += 1
        inner = (contents_list(entries[at + 1 : end]),) if end > at + 1 else ()
        items.append(ListItem((_without_leader(entries[at]), *inner)))
        at = end
    return List(tuple(items))


def _without_leader(entry: Entry) -> Paragraph:
    text = inline_text(entry.node.children)
    start, end = entry.leader
    return Paragraph((Text(f"{text[:start]} {text[end:]}"),), entry.node.span)


def titles_of(entries: Iterable[Entry]) -> dict[str, int]:
    """The depth of each title, by its key."""
    return {title_key(entry.title): entry.depth for entry in entries}
