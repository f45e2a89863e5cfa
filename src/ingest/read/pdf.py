"""PDF files: pages of glyphs -> lines -> `Document`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ingest.document import (
    UNREADABLE_PAGE,
    BBox,
    Document,
    Layout,
    Line,
    Message,
    PageBreak,
    Span,
)
from ingest.errors import NoTextError, SourceError
from ingest.read.lines import weight_of, words_of
from ingest.read.order import page_lines
from ingest.read.page_tables import table_node
from ingest.read.sources import read_pages

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block
    from ingest.read.glyphs import Page, Style, Watch
    from ingest.read.tables import Grid

# A column of so many lines shows its own right edge.
COLUMN_MIN_LINES = 8

_Column = tuple[float, float]  # left and right edge, points


class _Row(NamedTuple):
    """A line of a page once its glyphs are words, or a table."""

    text: str
    slot: str
    box: BBox
    style: Style
    weight: int
    table: Grid | None = None
    in_margin: bool = False


def read_pdf(
    data: bytes, *, name: str = "<pdf>", source: str = "auto", watch: Watch | None = None
) -> Document:
    """Read a PDF into lines.

    Args:
        data: The bytes of the file.
        name: For messages and `Document.path`.
        source: What reads the glyphs: `pdfium`, `pdfplumber`, or `auto`, that is PDFium and a
            second opinion where its text is doubtful.
        watch: Is told each page before it is read; may raise, or have it left out.

    Returns:
        Lines in reading order with page, box, column, font and its style; a `PageBreak` after
        each page. `Document.source` is their text, one a line, pages ended by form feeds.

    Raises:
        ConfigError: There is no such source.
        EncryptedError: A password is needed.
        SourceError: The file is damaged.
        NoTextError: No page has a text layer.
    """
    pages: list[list[_Row]] = []
    messages: list[Message] = []
    for page in read_pages(data, name=name, source=source, watch=watch):
        pages.append(list(_rows(page)))
        messages += _remarks(page)
    if not any(pages):
        if failed := [m for m in messages if m.code == UNREADABLE_PAGE]:
            raise SourceError(
                f"{name}: damaged PDF: {failed[0].text}; repair it (qpdf, mutool) first"
            )
        count = len(pages)
        raise NoTextError(
            f"{name}: no text on {count} of {count} pages, probably a scan; run OCR first"
        )
    text, children = _to_tree(pages)
    return Document(
        source=text,
        children=children,
        messages=tuple(messages),
        path=name,
        meta={"format": "pdf", "pages": str(len(pages))},
    )


def _remarks(page: Page) -> Iterator[Message]:
    def warn(text: str, code: str = "") -> Message:
        return Message("warning", "read", text, code=code, page=page.number)

    if page.error:
        yield warn(f"page {page.number} cannot be read ({page.error})", UNREADABLE_PAGE)
    elif not page.glyphs:
        yield warn(f"page {page.number} has no text layer")
    for note in page.notes:
        yield warn(f"page {page.number}: {note}")


def _rows(page: Page) -> Iterator[_Row]:
    for line in page_lines(page.glyphs, page.rulings, page.box):
        f = line.fragment
        text = "" if f.table else words_of(f.glyphs).strip()
        if text or f.table:
            box = BBox(f.left, f.top, f.right, f.bottom)
            weight = weight_of(f.glyphs)
            yield _Row(text, line.slot, box, f.style, weight, f.table, line.in_margin)


def _to_tree(pages: Sequence[Sequence[_Row]]) -> tuple[str, tuple[Block, ...]]:
    parts: list[str] = []
    children: list[Block] = []
    offset = 0
    for number, (rows, columns) in enumerate(zip(pages, _columns(pages), strict=True), 1):
        for at, row in enumerate(rows, 1):
            if row.table is not None:
                table, texts = table_node(row.table, number, offset)
                children.append(table)
                parts += texts
                offset += sum(map(len, texts))
                continue
            span = Span(offset, offset + len(row.text))
            children.append(Line(row.text, span, _layout(row, number, at, columns[row.slot])))
            parts += row.text, "\n"
            offset = span.end + 1
        if number < len(pages):
            children.append(PageBreak())
            parts.append("\f")
            offset += 1
    return "".join(parts), tuple(children)


def _layout(row: _Row, page: int, number: int, column: _Column) -> Layout:
    return Layout(
        page=page,
        line=number,
        bbox=row.box,
        column=column,
        size=row.style.size,
        weight=row.weight,
        font=row.style.font,
        italic=row.style.italic,
        monospace=row.style.monospace,
        turned=row.style.turned,
        pale=row.style.pale,
        in_margin=row.in_margin,
        unseen=row.style.unseen,
    )


def _columns(pages: Sequence[Sequence[_Row]]) -> Iterator[dict[str, _Column]]:
    """Left and right edge of each slot on each page.

    Lines seldom reach the right edge, so a page with few lines takes it from the whole document.
    """
    widest: dict[str, float] = {}
    for page in pages:
        for row in _without_tables(page):
            widest[row.slot] = max(widest.get(row.slot, 0.0), row.box.right)
    for page in pages:
        by_slot: dict[str, list[BBox]] = {}
        for row in _without_tables(page):
            by_slot.setdefault(row.slot, []).append(row.box)
        yield {slot: _column(boxes, widest[slot]) for slot, boxes in by_slot.items()}


def _without_tables(page: Sequence[_Row]) -> list[_Row]:
    """The lines alone: a table may stand out of the column."""
    return [row for row in page if row.table is None]


def _column(boxes: Sequence[BBox], widest: float) -> _Column:
    right = max(box.right for box in boxes) if len(boxes) >= COLUMN_MIN_LINES else widest
    return min(box.left for box in boxes), right
