"""The outline of a PDF (its bookmarks), and which lines of the pages are its titles."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from ctypes import byref, c_float, c_int
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import Stated
from ingest.read.metadata import string_of
from ingest.shapes import numbering

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

# A real outline has fewer entries, and is less deep; the rest is not read.
ENTRIES_MAX = 20_000
DEPTH_MAX = 32
# A title goes over so many lines at most; the longest of the dev documents takes three.
LINES_MAX = 4
# Share of the entries that must be lines of the pages they lead to. 89 of 93 outlines of the dev
# PDFs have 1.0, the worst 0.6 (groff loses letters of titles); of 11 manuals of TeX Live one has
# 0.33, the others 0.62 and more. An outline of page names has 0.
MATCHED_MIN = 0.25
# Share of the letters of the pages that may be in titles: more is an outline of paragraphs. The
# dev PDFs have at most 0.12.
LETTERS_MAX = 0.4

_NUMBERS = frozenset("0123456789(ABCDEFGHIVXivx")  # what a number of a title begins with
_SIGNS = re.compile(r"[\W_]+")


class Entry(NamedTuple):
    """One entry of an outline.

    Attributes:
        title: Its text.
        depth: From 1.
        page: Where it leads, from 1.
        height: How far up the page, in points of the stored page; None if it leads to the whole.
    """

    title: str
    depth: int
    page: int
    height: float | None = None


class PageLine(NamedTuple):
    """A line of a page: text, font size in points, distance from the bottom of the page in points.

    `text` is empty for what is no line, a table.
    """

    text: str
    size: float
    height: float


# ---------------------------------------------------------------- reading


def read_outline(document: Any) -> tuple[Entry, ...]:  # noqa: ANN401 - a pointer of ctypes
    """The outline of a document of PDFium, from top to bottom; entries without a page are left out.

    Loops and endless outlines, which files can be made to have, come to an end.
    """
    import pypdfium2.raw as raw

    entries: list[Entry] = []
    seen: set[int] = set()
    open_: list[Any] = [raw.FPDFBookmark_GetFirstChild(document, None)]  # the next one, by depth
    while open_ and len(seen) < ENTRIES_MAX:
        mark = open_.pop()
        if not mark or (at := _address(mark)) in seen:
            continue
        seen.add(at)
        if (entry := _entry(document, mark, len(open_) + 1)) is not None:
            entries.append(entry)
        open_.append(raw.FPDFBookmark_GetNextSibling(document, mark))
        if len(open_) < DEPTH_MAX:
            open_.append(raw.FPDFBookmark_GetFirstChild(document, mark))
    return tuple(entries)


def _address(pointer: Any) -> int:  # noqa: ANN401 - any pointer of ctypes
    from ctypes import c_void_p, cast

    return cast(pointer, c_void_p).value or 0


def _entry(document: Any, mark: Any, depth: int) -> Entry | None:  # noqa: ANN401
    import pypdfium2.raw as raw

    target = raw.FPDFBookmark_GetDest(document, mark)
    page = raw.FPDFDest_GetDestPageIndex(document, target) if target else -1
    if page < 0:
        return None
    title = string_of(lambda at, size: raw.FPDFBookmark_GetTitle(mark, at, size))
    has_x, has_y, has_zoom = c_int(), c_int(), c_int()
    x, y, zoom = c_float(), c_float(), c_float()
    found = raw.FPDFDest_GetLocationInPage(
        target, *map(byref, (has_x, has_y, has_zoom)), *map(byref, (x, y, zoom))
    )
    return Entry(title, depth, page + 1, y.value if found and has_y.value else None)


# ---------------------------------------------------------------- matching


def match_outline(
    entries: Sequence[Entry], pages: Mapping[int, Sequence[PageLine]]
) -> dict[tuple[int, int], Stated]:
    """The lines that are titles of an outline: page and index -> what the outline says of them.

    An outline that says other things than the pages is not believed at all.

    Args:
        entries: The outline.
        pages: The lines of the pages that were read, by number; entries of others do not count.
    """
    by_page: dict[int, list[tuple[int, Entry]]] = defaultdict(list)
    for part, entry in enumerate(entries):
        if entry.page in pages and flat(entry.title):
            by_page[entry.page].append((part, entry))
    out: dict[tuple[int, int], Stated] = {}
    matched = 0
    for page, mine in by_page.items():
        finder = _Finder(pages[page], longest=max(len(flat(entry.title)) for _, entry in mine))
        for part, entry in mine:
            found = finder.find(entry)
            matched += bool(found)
            for at in found:
                out[page, at] = Stated("heading", part, entry.depth, by="outline")
    asked = sum(map(len, by_page.values()))
    return out if matched >= MATCHED_MIN * asked and _are_few(out, pages) else {}


def _are_few(
    found: Mapping[tuple[int, int], Stated], pages: Mapping[int, Sequence[PageLine]]
) -> bool:
    """Is what was found a small part of the text?"""
    total = sum(len(line.text) for lines in pages.values() for line in lines)
    return sum(len(pages[page][at].text) for page, at in found) <= LETTERS_MAX * total


def flat(text: str) -> str:
    """Letters and digits alone: what a title and its line have in common however they are set."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


class _Finder:
    """Finds titles among the lines of one page; each line is found once."""

    def __init__(self, lines: Sequence[PageLine], *, longest: int) -> None:
        self._lines = lines
        self._flat = [flat(line.text) for line in lines]
        self._longest = longest  # letters of a title
        self._used: set[int] = set()
        # Rows of lines by their text, as it stands and without a number at its head.
        self._rows: dict[str, list[range]] = defaultdict(list)
        self._unnumbered: dict[str, list[range]] = defaultdict(list)
        for start in range(len(lines)):
            for row, text, rest in self._rows_from(start):
                self._rows[text].append(row)
                if rest:
                    self._unnumbered[rest].append(row)

    def _rows_from(self, start: int) -> Iterator[tuple[range, str, str]]:
        first = self._lines[start].text
        number = numbering(first) if first[:1] in _NUMBERS else None
        text, rest = "", flat(first[len(number.text) :]) if number else ""
        for end in range(start, min(start + LINES_MAX, len(self._lines))):
            more = self._flat[end]
            text += more
            rest += more if rest and end > start else ""
            if not self._lines[end].text or len(rest or text) > self._longest:
                return
            yield range(start, end + 1), text, rest

    def find(self, entry: Entry) -> range:
        """The indices of the lines of a title; none if it does not stand here."""
        number = numbering(entry.title)
        bare = entry.title[len(number.text) :] if number else ""
        for rows, title in (
            (self._rows, entry.title),
            (self._unnumbered, entry.title),
            (self._rows, bare),
        ):
            found = [r for r in rows.get(flat(title), ()) if self._used.isdisjoint(r)]
            if title and found:
                best = max(found, key=lambda row: self._rank(row, entry))
                self._used.update(best)
                return best
        return range(0)

    def _rank(self, row: range, entry: Entry) -> tuple[float, float, float]:
        """A title is larger than what repeats it, such as a running head or a table of contents.

        A line that is a sign alone belongs to it if that makes it as long as the entry.
        """
        line = self._lines[row[0]]
        away = abs(line.height - entry.height) if entry.height is not None else 0.0
        text = "".join(self._lines[at].text for at in row)
        differs = abs(len("".join(text.split())) - len("".join(entry.title.split())))
        return line.size, -away, -differs
