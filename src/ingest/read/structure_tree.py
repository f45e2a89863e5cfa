"""The structure tree of a tagged PDF: which text is a heading or one paragraph, as the file says.

Programs that export tags differ in how true these are, so a document's tags are believed only where
its pages bear them out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from ctypes import PYFUNCTYPE, addressof, c_char, c_int, c_ulong, c_void_p, cast
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import Stated
from ingest.read.outline import LETTERS_MAX, LINES_MAX
from ingest.shapes import ends_sentence, starts_lower

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.read.glyphs import Glyph, Page

HEADING, PARAGRAPH, OTHER = "heading", "paragraph", "other"
TAGS = "tags"

# What a kind of element (ISO 32000-1, 14.8.4) says of the text in it; the text of those that are
# not here, such as spans and links, belongs to the element around them.
_ROLES = {
    "P": PARAGRAPH,
    "LI": PARAGRAPH,
    "LBody": PARAGRAPH,
    **{f"H{depth}": HEADING for depth in range(1, 7)},
    **dict.fromkeys("Lbl TD TH TOCI Caption Figure Formula Form Note Code".split(), OTHER),
}
# A page has fewer elements, and is less deep; the rest is not read. Also the step between the
# numbers of the elements of pages, so that no two are equal.
PARTS_A_PAGE = 50_000
_DEPTH_MAX = 100
_KIND_BYTES = 64  # of the name of a kind; a longer one is none of ours

# Share of the letters that must be in the tree. Of 79 tagged files of a sample of the web, 72 have
# 0.9 and more; the tagged dev PDFs have 0.93 at least, the rest being heads and feet.
COVERED_MIN = 0.8
# Share of the headings that must look like some: of a few lines, in no smaller type than the text.
# In the 21 tagged dev PDFs (Chromium) all do: they have two lines at most, 1.0 to 1.5 times the
# size of the text, and 0.01 to 0.11 of the letters. How low it may go, no file at hand shows.
HEADINGS_MIN = 0.8
SMALLER = 0.06  # font sizes within this share are one size
# Share of the line ends that may contradict the paragraphs: a paragraph ends in a sentence, or goes
# on behind a last line. Of 1,385 in the 21 tagged dev PDFs none does; if each line were a
# paragraph, 0.08 to 0.80 of a file would.
WRONG_MAX = 0.05
# A line that takes less of the width of its paragraph than this is a last line if a sentence ends.
LAST_LINE = 0.75


class TaggedLine(NamedTuple):
    """A line of a page: text, font size, left and right edge in points, and what its tags say."""

    text: str
    size: float
    left: float
    right: float
    stated: Stated | None


# ---------------------------------------------------------------- reading


@cache
def _api() -> Any:  # noqa: ANN401 - functions of a C library
    from types import SimpleNamespace

    import pypdfium2.raw as raw

    def function(name: str, result: Any, *arguments: Any) -> Any:  # noqa: ANN401
        at = cast(getattr(raw, name), c_void_p).value or 0
        return PYFUNCTYPE(result, *arguments)(at)

    address = c_void_p
    return SimpleNamespace(
        open=function("FPDF_StructTree_GetForPage", address, address),
        close=function("FPDF_StructTree_Close", None, address),
        count_roots=function("FPDF_StructTree_CountChildren", c_int, address),
        root=function("FPDF_StructTree_GetChildAtIndex", address, address, c_int),
        kind=function("FPDF_StructElement_GetType", c_ulong, address, address, c_ulong),
        count=function("FPDF_StructElement_CountChildren", c_int, address),
        child=function("FPDF_StructElement_GetChildAtIndex", address, address, c_int),
        mark=function("FPDF_StructElement_GetChildMarkedContentID", c_int, address, c_int),
    )


def read_tags(page: int, first_part: int) -> dict[int, Stated]:
    """What the tree says of marked content: its number on the page -> that.

    Args:
        page: Address of a loaded page of PDFium.
        first_part: The number of its first element, so that those of pages differ.
    """
    tree = _api().open(page)
    if not tree:
        return {}
    try:
        return _walk(tree, first_part)
    finally:
        _api().close(tree)


def _walk(tree: int, first_part: int) -> dict[int, Stated]:
    api = _api()
    buffer = (c_char * _KIND_BYTES)()
    out: dict[int, Stated] = {}
    nothing = Stated(OTHER, -1, None, TAGS)
    todo: list[tuple[int, Stated, int]] = [
        (root, nothing, 1) for i in range(api.count_roots(tree)) if (root := api.root(tree, i))
    ]
    for part in range(first_part, first_part + PARTS_A_PAGE):
        if not todo:
            break
        element, around, depth = todo.pop()
        size = api.kind(element, addressof(buffer), _KIND_BYTES)
        kind = buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")
        role = _ROLES.get(kind)
        level = int(kind[1]) if role == HEADING else None
        says = Stated(role, part, level, TAGS) if role else around
        for i in range(api.count(element)):
            if (mark := api.mark(element, i)) >= 0:
                out[mark] = says
            elif depth < _DEPTH_MAX and (child := api.child(element, i)):
                todo.append((child, says, depth + 1))
    return out


class LineTags:
    """Tells what the tags of a page say of a line."""

    def __init__(self, page: Page) -> None:
        """Note the marks of the glyphs of a page."""
        self._tags = page.tags
        self._marks = dict(zip(map(id, page.glyphs), page.marks, strict=False))

    def of(self, glyphs: Sequence[Glyph]) -> Stated | None:
        """What is said of most of the glyphs of a line, bullets and labels aside."""
        middle, last = (self._marks.get(id(glyphs[at])) for at in (len(glyphs) // 2, -1))
        if middle is not None and middle == last:
            return self._tags.get(middle)
        counts = Counter(map(self._marks.get, map(id, glyphs)))
        said: Counter[Stated] = Counter()
        for mark, count in counts.items():
            if mark is not None and (says := self._tags.get(mark)):
                said[says] += count
        return said.most_common(1)[0][0] if said else None


# ---------------------------------------------------------------- believing


def believed(pages: Mapping[int, Sequence[TaggedLine]]) -> dict[tuple[int, int], Stated]:
    """What the pages bear out of their tags: page and index of a line -> what is said of it."""
    lines = [line for page in pages.values() for line in page]
    total = sum(len(line.text) for line in lines)
    if sum(len(line.text) for line in lines if line.stated) < COVERED_MIN * total:
        return {}
    headings = _headings(lines)
    paragraphs = _are_paragraphs(pages)
    return {
        (number, at): line.stated
        for number, page in pages.items()
        for at, line in enumerate(page)
        if line.stated
        and (line.stated.part in headings or (line.stated.role == PARAGRAPH and paragraphs))
    }


def _headings(lines: Sequence[TaggedLine]) -> set[int]:
    """The numbers of the headings that look like some, unless too many do not."""
    by_part: dict[int, list[TaggedLine]] = defaultdict(list)
    letters: Counter[float] = Counter()
    for line in lines:
        if line.stated and line.stated.role == HEADING:
            by_part[line.stated.part].append(line)
        letters[line.size] += len(line.text)
    if not by_part:
        return set()
    body = letters.most_common(1)[0][0]
    good = {part for part, rows in by_part.items() if _is_heading(rows, body)}
    in_headings = sum(len(line.text) for rows in by_part.values() for line in rows)
    are_few = in_headings <= LETTERS_MAX * letters.total()
    return good if are_few and len(good) >= HEADINGS_MIN * len(by_part) else set()


def _is_heading(rows: Sequence[TaggedLine], body: float) -> bool:
    return len(rows) <= LINES_MAX and max(row.size for row in rows) >= body * (1 - SMALLER)


def _are_paragraphs(pages: Mapping[int, Sequence[TaggedLine]]) -> bool:
    """Do sentences go on inside paragraphs, and end with them?"""
    total = wrong = 0
    for page in pages.values():
        widths = _widths(page)
        for a, b in pairwise(page):
            if a.stated and b.stated and a.stated.role == b.stated.role == PARAGRAPH:
                total += 1
                wrong += _is_wrong(a, b, widths[a.stated.part])
    return wrong <= WRONG_MAX * total


def _widths(page: Sequence[TaggedLine]) -> dict[int, float]:
    """How wide the widest line of each paragraph of a page is."""
    out: dict[int, float] = defaultdict(float)
    for line in page:
        if line.stated:
            out[line.stated.part] = max(out[line.stated.part], line.right - line.left)
    return out


def _is_wrong(a: TaggedLine, b: TaggedLine, width: float) -> bool:
    """Is a line end in a paragraph that looks like the end of one, or the other way round?"""
    if a.stated == b.stated:
        return ends_sentence(a.text) and a.right - a.left < LAST_LINE * width
    return starts_lower(b.text) and not ends_sentence(a.text)
