"""PDF files: glyphs -> words -> lines in reading order.

Words come from geometry: a gap wider than a share of the font size is a space, whatever the file
says. Two columns are found by the white gutter between them; lines that cross it stand alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles
from typing import TYPE_CHECKING

from ingest.document import BBox, Document, Layout, Line, Message, PageBreak, Span
from ingest.errors import NoTextError, SourceError
from ingest.read.page_tables import cut_tables, table_node
from ingest.read.plumber import BOLD, REGULAR, Glyph, read_pages

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from ingest.document import Block
    from ingest.read.tables import Grid, Ruling

# All gaps are in em, that is relative to the font size.
# A blank between two words. Measured on the dev PDFs of five producers: ratios from 0.10 to 0.20
# join and split no word; pdfplumber's fixed 3 points join 82 of 1,000.
WORD_GAP = 0.15
# A fragment ends at a gap that no justified line has; measured: the widest are about 1 em.
FRAGMENT_GAP = 1.2
# Glyphs of one line may overlap by kerning; further back is another line or column.
MAX_BACKWARD = 0.6
# Two glyphs stand on one line if their middles are no further apart; superscripts are about 0.35.
SAME_LINE = 0.45
# Gutters: where they may lie (share of the text width), how narrow they get (em), how many lines
# must stand on each side, which share of the lines may cross, how wide a column is at least.
GUTTER_ZONE = (0.25, 0.75)
GUTTER_MIN = 0.5
GUTTER_MIN_LINES = 4
GUTTER_MAX_CROSSING = 0.45
COLUMN_MIN_SHARE = 0.22
# Share of bold glyphs from which on a line is bold; its number or last stop may be regular.
BOLD_SHARE = 0.85
# A head or foot stands off by more than this (em), and has no more fragments than this.
EDGE_GAP = 1.8
EDGE_FRAGMENTS = 3
# A column of so many lines shows its own right edge.
COLUMN_MIN_LINES = 8


@dataclass(slots=True)
class Fragment:
    """Glyphs that stand on one line without a wide gap, or those of a table."""

    glyphs: list[Glyph]
    left: float
    top: float
    right: float
    bottom: float
    size: float
    table: Grid | None = None

    @classmethod
    def of(cls, glyphs: list[Glyph]) -> Fragment:
        """Bounding box and font size of some glyphs; blanks at the ends do not count."""
        seen = [g for g in glyphs if not g.text.isspace()] or glyphs
        size = Counter(round(g.size, 1) for g in seen).most_common(1)[0][0]
        main = [g for g in seen if round(g.size, 1) == size]
        return cls(
            glyphs,
            min(g.left for g in seen),
            min(g.top for g in main),
            max(g.right for g in seen),
            max(g.bottom for g in main),
            size,
        )

    @property
    def middle(self) -> float:
        """The middle of the line, from the top of the page."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line and its slot: the `only` column of a page, `left`, `right`, or `across` both."""

    fragment: Fragment
    slot: str


def read_pdf(data: bytes, *, name: str = "<pdf>") -> Document:
    """Read a PDF into lines.

    Args:
        data: The bytes of the file.
        name: For messages and `Document.path`.

    Returns:
        Lines in reading order with page, box, column, font, size and weight; a `PageBreak` after
        each page. `Document.source` is their text, one a line, pages ended by form feeds.

    Raises:
        EncryptedError: A password is needed.
        SourceError: The file is damaged.
        NoTextError: No page has a text layer.
    """
    pages: list[list[PlacedLine]] = []
    messages: list[Message] = []
    for page in read_pages(data, name=name):
        pages.append(page_lines(page.glyphs, page.rulings, page.box))
        if page.error:
            text = f"page {page.number} cannot be read ({page.error})"
            messages.append(Message("warning", "read", text))
        elif not page.glyphs:
            messages.append(Message("warning", "read", f"page {page.number} has no text layer"))
    if not any(pages):
        if failed := [m for m in messages if "cannot be read" in m.text]:
            raise SourceError(
                f"{name}: damaged PDF: {failed[0].text}; repair it (qpdf, mutool) first"
            )
        count = len(pages)
        raise NoTextError(
            f"{name}: no text on {count} of {count} pages, probably a scan; run OCR first"
        )
    source, children = _to_tree(pages)
    return Document(
        source=source,
        children=children,
        messages=tuple(messages),
        path=name,
        meta={"format": "pdf", "pages": str(len(pages))},
    )


def _to_tree(pages: Sequence[Sequence[PlacedLine]]) -> tuple[str, tuple[Block, ...]]:
    parts: list[str] = []
    children: list[Block] = []
    offset = 0
    columns = _columns(pages)
    for number, (lines, column) in enumerate(zip(pages, columns, strict=True), 1):
        for at, placed in enumerate(lines, 1):
            if placed.fragment.table is not None:
                table, texts = table_node(placed.fragment.table, number, offset)
                children.append(table)
                parts += texts
                offset += sum(map(len, texts))
                continue
            text = words_of(placed.fragment.glyphs)
            if not text:
                continue
            layout = _layout(placed, number, at, column[placed.slot])
            children.append(Line(text, Span(offset, offset + len(text)), layout))
            parts += text, "\n"
            offset += len(text) + 1
        if number < len(pages):
            children.append(PageBreak())
            parts.append("\f")
            offset += 1
    return "".join(parts), tuple(children)


def _columns(pages: Sequence[Sequence[PlacedLine]]) -> list[dict[str, tuple[float, float]]]:
    """Left and right edge of each slot on each page.

    Lines seldom reach the right edge, so a page with few lines takes it from the whole document.
    """
    widest: dict[str, float] = {}
    for page in pages:
        for line in _without_tables(page):
            widest[line.slot] = max(widest.get(line.slot, 0.0), line.fragment.right)
    return [_page_columns(_without_tables(page), widest) for page in pages]


def _without_tables(page: Iterable[PlacedLine]) -> list[PlacedLine]:
    """The lines alone: a table may stand out of the column."""
    return [line for line in page if line.fragment.table is None]


def _page_columns(
    page: Sequence[PlacedLine], widest: dict[str, float]
) -> dict[str, tuple[float, float]]:
    by_slot: dict[str, list[Fragment]] = {}
    for line in page:
        by_slot.setdefault(line.slot, []).append(line.fragment)
    out: dict[str, tuple[float, float]] = {}
    for slot, mine in by_slot.items():
        left, right = _extent(mine)
        out[slot] = (left, right if len(mine) >= COLUMN_MIN_LINES else widest[slot])
    return out


def _layout(placed: PlacedLine, page: int, number: int, column: tuple[float, float]) -> Layout:
    fragment = placed.fragment
    seen = [g for g in fragment.glyphs if not g.text.isspace()]
    return Layout(
        page=page,
        line=number,
        bbox=BBox(fragment.left, fragment.top, fragment.right, fragment.bottom),
        column=column,
        size=fragment.size,
        weight=_weight(seen),
        font=Counter(g.font for g in seen).most_common(1)[0][0],
    )


def _weight(glyphs: Sequence[Glyph]) -> int:
    """Bold if nearly all is bold: a bold word in a line does not make the line bold."""
    bold = sum(g.weight >= BOLD for g in glyphs)
    return BOLD if bold >= BOLD_SHARE * len(glyphs) else REGULAR


# ---------------------------------------------------------------- words


def words_of(glyphs: Iterable[Glyph]) -> str:
    """The text of one line: a space where a space was drawn or a gap is left."""
    parts: list[str] = []
    before: Glyph | None = None
    pending = False
    for glyph in glyphs:
        if glyph.text.isspace():
            pending = True
            continue
        if before is not None and (pending or _is_gap(before, glyph)):
            parts.append(" ")
        parts.append(glyph.text)
        before, pending = glyph, False
    return "".join(parts).strip()


def _is_gap(before: Glyph, glyph: Glyph) -> bool:
    return glyph.left - before.right > WORD_GAP * max(before.size, glyph.size)


# ---------------------------------------------------------------- lines


def page_lines(
    glyphs: Sequence[Glyph], rulings: Sequence[Ruling] = (), page: BBox | None = None
) -> list[PlacedLine]:
    """The lines and tables of one page in reading order; turned text comes last.

    Args:
        glyphs: The glyphs of the page.
        rulings: The lines drawn on it.
        page: Its box; tables are looked for if it is known.
    """
    lines: list[PlacedLine] = []
    for turned in sorted({g.turned for g in glyphs}):
        mine = fragments([g for g in glyphs if g.turned == turned])
        if page is not None and not turned:
            mine = _with_tables(mine, rulings, page)
        lines += _in_order(mine)
    return lines


def _with_tables(mine: list[Fragment], rulings: Sequence[Ruling], page: BBox) -> list[Fragment]:
    """The fragments with those of each table as one."""
    left, tables = cut_tables([f.glyphs for f in mine], rulings, page, _is_gap)
    if not tables:
        return mine
    out = [Fragment.of(glyphs) for glyphs in left]
    for grid, glyphs in tables:
        out.append(Fragment(glyphs, *grid.box, Fragment.of(glyphs).size, grid))
    return out


def fragments(glyphs: Iterable[Glyph]) -> list[Fragment]:
    """Cut the stream of glyphs where the next one does not follow on the same line."""
    groups: list[list[Glyph]] = []
    before: Glyph | None = None
    for glyph in glyphs:
        if before is None or not _follows(before, glyph):
            groups.append([])
        groups[-1].append(glyph)
        before = glyph
    groups = [g for g in groups if any(not glyph.text.isspace() for glyph in g)]
    return [Fragment.of(g) for g in groups]


def _follows(before: Glyph, glyph: Glyph) -> bool:
    em = max(before.size, glyph.size)
    gap = glyph.left - before.right
    apart = abs((glyph.top + glyph.bottom) - (before.top + before.bottom)) / 2
    return -MAX_BACKWARD * em < gap < FRAGMENT_GAP * em and apart < SAME_LINE * em


def _in_order(mine: list[Fragment]) -> list[PlacedLine]:
    inner = _without_edges(mine)
    gutter = find_gutter(inner) if inner else None
    if gutter is None:
        return [PlacedLine(line, "only") for line in _merge_rows(mine)]
    inside = {id(f) for f in inner}
    left = _merge_rows([f for f in inner if f.right <= gutter])
    right = _merge_rows([f for f in inner if f.left >= gutter])
    wide = [f for f in mine if id(f) not in inside or f.left < gutter < f.right]
    return _flow(left, right, _merge_rows(wide))


def _without_edges(mine: Sequence[Fragment]) -> list[Fragment]:
    """The fragments without a head or foot: a first or last row that stands off from the text."""
    rows = sorted(mine, key=lambda f: f.middle)
    for _ in range(2):  # first the head, then the foot
        apart = next(
            (i + 1 for i, (a, b) in enumerate(pairwise(rows)) if not _same_row(a, b)), len(rows)
        )
        if apart < len(rows) and apart <= EDGE_FRAGMENTS:
            gap = abs(rows[apart].middle - rows[apart - 1].middle)
            if gap > EDGE_GAP * min(rows[apart].size, rows[apart - 1].size):
                rows = rows[apart:]
        rows.reverse()
    return rows


def _same_row(a: Fragment, b: Fragment) -> bool:
    if a.table or b.table:
        return False
    return abs(a.middle - b.middle) < SAME_LINE * min(a.size, b.size)


def _flow(left: list[Fragment], right: list[Fragment], across: list[Fragment]) -> list[PlacedLine]:
    """Left column, then right column, between one full-width line and the next."""
    out: list[PlacedLine] = []
    for wide in [*across, None]:
        for column, slot in ((left, "left"), (right, "right")):
            while column and (wide is None or column[0].middle < wide.middle):
                out.append(PlacedLine(column.pop(0), slot))
        if wide is not None:
            out.append(PlacedLine(wide, "across"))
    return out


def _extent(lines: Sequence[Fragment]) -> tuple[float, float]:
    if not lines:
        return (0.0, 0.0)
    return (min(f.left for f in lines), max(f.right for f in lines))


def _merge_rows(mine: list[Fragment]) -> list[Fragment]:
    """Join the fragments that stand beside each other; rows from top to bottom."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(mine, key=lambda f: f.middle):
        row = rows[-1] if rows else None
        if row and _same_row(fragment, row[-1]):
            row.append(fragment)
        else:
            rows.append([fragment])
    return [_join_row(sorted(row, key=lambda f: f.left)) for row in rows]


def _join_row(row: list[Fragment]) -> Fragment:
    if len(row) == 1:
        return row[0]
    return Fragment.of([glyph for fragment in row for glyph in fragment.glyphs])


def find_gutter(mine: Sequence[Fragment]) -> float | None:
    """The middle of the white strip between two columns, in points; None if there is one column.

    A strip counts if enough lines stand on both sides of it, few cross it, and both sides are
    wide enough to be columns and not labels or bullets.
    """
    left, right = _extent(mine)
    width = right - left
    zone = (left + GUTTER_ZONE[0] * width, left + GUTTER_ZONE[1] * width)
    em = Counter(f.size for f in mine).most_common(1)[0][0]
    for crossing, start, end in sorted(_strips(mine), key=lambda s: (s[0], s[1] - s[2])):
        middle = (start + end) / 2
        if end - start < GUTTER_MIN * em or not zone[0] < middle < zone[1]:
            continue
        if _are_columns(mine, middle, width, crossing):
            return middle
    return None


def _strips(mine: Sequence[Fragment]) -> list[tuple[int, float, float]]:
    """How many fragments cross each strip between two neighbouring edges, and the strip."""
    steps = sorted([(f.left, 1) for f in mine] + [(f.right, -1) for f in mine])
    out: list[tuple[int, float, float]] = []
    crossing = 0
    for (start, step), (end, _) in pairwise(steps):
        crossing += step
        out.append((crossing, start, end))
    return out


def _are_columns(mine: Sequence[Fragment], middle: float, width: float, crossing: int) -> bool:
    left = [f for f in mine if f.right <= middle]
    right = [f for f in mine if f.left >= middle]
    if min(len(left), len(right)) < GUTTER_MIN_LINES or crossing > GUTTER_MAX_CROSSING * len(mine):
        return False
    beside = sum(any(r.top < f.bottom and r.bottom > f.top for r in right) for f in left)
    if beside < GUTTER_MIN_LINES:
        return False
    return all(
        quantiles([f.right - f.left for f in side], n=4)[-1] >= COLUMN_MIN_SHARE * width
        for side in (left, right)
    )
