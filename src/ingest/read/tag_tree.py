"""The structure tree of a page of a tagged PDF, as PDFium gives it.

What of it is believed is for others to say: `structure_tree.py` for lines, `tagged_tables.py` for
tables.
"""

from __future__ import annotations

from ctypes import PYFUNCTYPE, addressof, c_char, c_int, c_ulong, c_void_p, cast
from dataclasses import dataclass, field
from functools import cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.document import Stated
from ingest.read.metadata import string_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HEADING, PARAGRAPH, OTHER = "heading", "paragraph", "other"
ARTIFACT = "artifact"
TAGS = "tags"
# The mark of text that a tagged file leaves out of its tree; real marks count from 0.
NO_MARK = -1

# What a kind of element (ISO 32000-1, 14.8.4) says of the text in it; the text of those that are
# not here, such as spans and links, belongs to the element around them.
_ROLES = {
    "P": PARAGRAPH,
    "LI": PARAGRAPH,
    "LBody": PARAGRAPH,
    **{f"H{depth}": HEADING for depth in range(1, 7)},
    **dict.fromkeys("Lbl TD TH TOCI Caption Figure Formula Form Note Code".split(), OTHER),
    # PDFium gives it where the file tags marked content as no part of the text.
    "Artifact": ARTIFACT,
}
_CELLS = frozenset({"TD", "TH"})
_PICTURES = frozenset({"Figure", "Formula"})
# A page has fewer elements, and is less deep; the rest is not read. Also the step between the
# numbers of the elements of pages, so that no two are equal.
PARTS_A_PAGE = 50_000
_DEPTH_MAX = 100
_KIND_BYTES = 64  # of the name of a kind; a longer one is none of ours


@dataclass(slots=True)
class TaggedCell:
    """A cell of a table: the marks of its content, and whether it is a header."""

    is_header: bool
    marks: set[int] = field(default_factory=set)


@dataclass(slots=True)
class TaggedTable:
    """The rows of a table on one page; how far cells span is not told by all producers."""

    rows: list[list[TaggedCell]] = field(default_factory=list)


class PageTags(NamedTuple):
    """What the structure tree says of one page.

    Attributes:
        said: What is said of marked content, by its number.
        tables: The tables, in order.
        pictures: What figures and formulas show, in words, in order.
    """

    said: Mapping[int, Stated]
    tables: tuple[TaggedTable, ...] = ()
    pictures: tuple[str, ...] = ()


NO_TAGS = PageTags({})


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
        alt=function("FPDF_StructElement_GetAltText", c_ulong, address, address, c_ulong),
        actual=function("FPDF_StructElement_GetActualText", c_ulong, address, address, c_ulong),
        count=function("FPDF_StructElement_CountChildren", c_int, address),
        child=function("FPDF_StructElement_GetChildAtIndex", address, address, c_int),
        mark=function("FPDF_StructElement_GetChildMarkedContentID", c_int, address, c_int),
    )


def read_tags(page: int, first_part: int) -> PageTags:
    """What the tree says of a page.

    Args:
        page: Address of a loaded page of PDFium.
        first_part: The number of its first element, so that those of pages differ.
    """
    tree = _api().open(page)
    if not tree:
        return NO_TAGS
    try:
        return _Walk(first_part).over(tree)
    finally:
        _api().close(tree)


class _Around(NamedTuple):
    """What an element stands in."""

    says: Stated
    depth: int = 1
    lists: int = 0  # that are open
    table: TaggedTable | None = None
    cell: TaggedCell | None = None


class _Walk:
    """Goes through the elements of a page in order; files can be made to have endless ones."""

    def __init__(self, first_part: int) -> None:
        self._parts = range(first_part, first_part + PARTS_A_PAGE)
        self._buffer = (c_char * _KIND_BYTES)()
        self._said: dict[int, Stated] = {}
        self._tables: list[TaggedTable] = []
        self._pictures: list[str] = []

    def over(self, tree: int) -> PageTags:
        """All that the tree says."""
        api = _api()
        nothing = _Around(Stated(OTHER, -1, None, TAGS))
        roots = (api.root(tree, i) for i in range(api.count_roots(tree)))
        todo = [(root, nothing) for root in roots if root][::-1]
        for part in self._parts:
            if not todo:
                break
            element, around = todo.pop()
            inside = self._enter(element, around, part)
            todo += [(child, inside) for child in self._children(element, inside)][::-1]
        said = {**self._said, NO_MARK: Stated(ARTIFACT, NO_MARK, None, TAGS)}
        return PageTags(said, tuple(self._tables), tuple(self._pictures))

    def _enter(self, element: int, around: _Around, part: int) -> _Around:
        """What the inside of an element stands in."""
        kind = self._kind(element)
        if kind in _PICTURES and (text := _words_of(element)):
            self._pictures.append(text)
        inside = around._replace(depth=around.depth + 1)
        if kind == "L":
            return inside._replace(lists=around.lists + 1)
        if kind == "Table":
            self._tables.append(TaggedTable())
            inside = inside._replace(table=self._tables[-1], cell=None)
        elif kind == "TR" and around.table:
            around.table.rows.append([])
        elif kind in _CELLS and around.table and around.table.rows:
            cell = TaggedCell(kind == "TH")
            around.table.rows[-1].append(cell)
            inside = inside._replace(cell=cell)
        role = _ROLES.get(kind)
        if not role:
            return inside
        level = int(kind[1]) if role == HEADING else None
        return inside._replace(says=Stated(role, part, level, TAGS, lists=around.lists))

    def _children(self, element: int, inside: _Around) -> Iterator[int]:
        """The elements in an element; its own content is noted."""
        api = _api()
        for i in range(api.count(element)):
            if (mark := api.mark(element, i)) >= 0:
                self._said[mark] = inside.says
                if inside.cell:
                    inside.cell.marks.add(mark)
            elif inside.depth <= _DEPTH_MAX and (child := api.child(element, i)):
                yield child

    def _kind(self, element: int) -> str:
        size = _api().kind(element, addressof(self._buffer), _KIND_BYTES)
        return self._buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def _words_of(element: int) -> str:
    """What an element shows, in words: its alternative text, or else its actual text."""
    api = _api()
    found = (" ".join(string_of(partial(ask, element)).split()) for ask in (api.alt, api.actual))
    return next(filter(None, found), "")
