"""PDF files: pages of glyphs -> lines -> `Document`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from ingest.choice import say_pages
from ingest.document import (
    FIGURE_TEXT,
    PAGE_WITHOUT_TEXT,
    UNREADABLE_PAGE,
    BBox,
    Document,
    FootnoteDefinition,
    Layout,
    Line,
    Message,
    PageBreak,
    Span,
    Stated,
)
from ingest.errors import NoTextError, SourceError
from ingest.read.footnotes import NotedPage, take_notes
from ingest.read.gaps import EVERY_LINE, Gaps, facts_of, gaps_of
from ingest.read.line_marks import line_marks
from ingest.read.lines import weight_of, words_of
from ingest.read.monospace import Typed, typed_lines
from ingest.read.order import page_lines
from ingest.read.outline import PageLine, match_outline
from ingest.read.page_tables import cell_marks, table_node
from ingest.read.sources import PdfReading, check_password
from ingest.read.structure_tree import LineTags, TaggedLine, believed
from ingest.read.tag_tree import HEADING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.document import Block
    from ingest.marks import Mark
    from ingest.read.glyphs import Glyph, Page, Style, Watch
    from ingest.read.outline import Entry
    from ingest.read.page_tables import CellMarks
    from ingest.read.tables import Grid

# A column of so many lines shows its own right edge.
COLUMN_MIN_LINES = 8

_Column = tuple[float, float]  # left and right edge, points


class Row(NamedTuple):
    """A line of a page once its glyphs are words, or a table."""

    text: str
    slot: str
    box: BBox
    style: Style
    weight: int
    table: Grid | None = None
    marks: tuple[Mark, ...] = ()
    pitch: float | None = None  # from glyph to glyph, if all are of one width
    in_margin: bool = False
    stated: Stated | None = None
    cell_marks: CellMarks = ()
    gaps: Gaps = Gaps(0, 0)


def read_pdf(
    data: bytes,
    *,
    name: str = "<pdf>",
    source: str = "auto",
    watch: Watch | None = None,
    password: str = "",
    pages: str = "",
) -> Document:
    """Read a PDF into lines.

    Args:
        data: The bytes of the file.
        name: For messages and `Document.path`.
        source: What reads the glyphs: `pdfium`, `pdfplumber`, or `auto`, that is PDFium and a
            second opinion where its text is doubtful.
        watch: Is told each page before it is read; may raise, or have it left out.
        password: Opens an encrypted file.
        pages: Which pages to read, such as `1,4-6`; all if empty.

    Returns:
        Lines in reading order with page, box, column, font and its style; a `PageBreak` after
        each page; the footnotes of all pages behind them. `Document.source` is their text, one a
        line, pages ended by form feeds.

    Raises:
        ConfigError: There is no such source, or this is no choice of pages or no password.
        PagesError: The file has none of the chosen pages.
        EncryptedError: A password is needed, or another one.
        SourceError: The file is damaged.
        NoTextError: No page has a text layer.
    """
    check_password(password)
    noted: list[NotedPage] = []
    heights: dict[int, float] = {}
    messages: list[Message] = []
    with PdfReading(
        data, name=name, source=source, watch=watch, password=password, pages=pages
    ) as pdf:
        about = pdf.about()
        for page in pdf.pages():
            noted.append(NotedPage.of(page.number, list(_rows(page)), page.rulings))
            heights[page.number] = page.box.bottom if page.box else 0.0
            messages += _remarks(page)
    if not any(page.rows for page in noted):
        if failed := [m for m in messages if m.code == UNREADABLE_PAGE]:
            raise SourceError(
                f"{name}: damaged PDF: {failed[0].text}; repair it (qpdf, mutool) first"
            )
        count = len(noted)
        raise NoTextError(
            f"{name}: no text on {count} of {count} pages, probably a scan; run OCR first: "
            "--ocr has OCRmyPDF do it",
            pages=tuple(page.number for page in noted),
        )
    _state_rows({page.number: page.rows for page in noted}, about.outline, heights)
    text, children = _to_tree(noted)
    return Document(
        source=text,
        children=children,
        messages=tuple(messages),
        path=name,
        meta=_meta(pdf, about.meta),
        facts=facts_of(row.gaps for page in noted for row in page.rows),
    )


def _meta(pdf: PdfReading, stated: Mapping[str, str]) -> dict[str, str]:
    meta = {"format": "pdf", "pages": str(pdf.count), **stated}
    if len(pdf.numbers) < pdf.count:
        meta["chosen_pages"] = say_pages(pdf.numbers)
    return meta


def _remarks(page: Page) -> Iterator[Message]:
    def warn(text: str, code: str = "") -> Message:
        return Message("warning", "read", text, code=code, page=page.number)

    if page.error:
        yield warn(f"page {page.number} cannot be read ({page.error})", UNREADABLE_PAGE)
    elif not page.glyphs:
        yield warn(f"page {page.number} has no text layer", PAGE_WITHOUT_TEXT)
    for note in page.notes:
        yield warn(f"page {page.number}: {note.text}", note.code)
    for text in page.tags.pictures if page.tags else ():
        what = f"page {page.number}: a figure shows: {text}"
        yield Message("info", "read", what, code=FIGURE_TEXT, page=page.number)


def _rows(page: Page) -> Iterator[Row]:
    tags = LineTags(page) if page.tags else None
    lines = page_lines(page.glyphs, page.rulings, page.box, tags)
    written = typed_lines([() if line.fragment.table else line.fragment.glyphs for line in lines])
    for at, (line, typed) in enumerate(zip(lines, written, strict=True)):
        f = line.fragment
        text = "" if f.table else _text_of(f.glyphs, typed)
        if text or f.table:
            box = BBox(f.left, f.top, f.right, f.bottom)
            # In a line of code nothing is stressed or linked.
            marks = line_marks(f, text, page.links) if text and not typed else ()
            pitch = typed.pitch if typed else None
            stated = tags.of(f.glyphs) if tags and not f.table else None
            cells = cell_marks(f.table, f.glyphs, page.links) if f.table else ()
            style, weight, aside = f.style, weight_of(f.glyphs), line.in_margin
            judged = at % EVERY_LINE == 0 and not (f.table or typed)
            yield Row(
                text,
                line.slot,
                box,
                style,
                weight,
                f.table,
                marks,
                pitch,
                aside,
                stated,
                cells,
                gaps_of(f.glyphs) if judged else Gaps(0, 0),
            )


def _state_rows(
    rows: Mapping[int, list[Row]], outline: Sequence[Entry], heights: Mapping[int, float]
) -> None:
    """Note at each row what the file says of it; tags know the title, which outlines leave out."""
    stated: dict[tuple[int, int], Stated] = {}
    if any(row.stated for page in rows.values() for row in page):
        stated = _by_tags(rows)
    if outline and not any(says.role == HEADING for says in stated.values()):
        stated |= _by_outline(outline, rows, heights)
    for number, page in rows.items():
        for at, row in enumerate(page):
            if row.stated is not (says := stated.get((number, at))):
                page[at] = row._replace(stated=says)


def _by_tags(rows: Mapping[int, Sequence[Row]]) -> dict[tuple[int, int], Stated]:
    """What the pages bear out of what their tags say: page and index -> that."""
    return believed(
        {
            number: [
                TaggedLine(r.text, r.style.size, r.box.left, r.box.right, r.stated) for r in page
            ]
            for number, page in rows.items()
        }
    )


def _by_outline(
    outline: Sequence[Entry], rows: Mapping[int, Sequence[Row]], heights: Mapping[int, float]
) -> dict[tuple[int, int], Stated]:
    """What the outline says of rows: page and index -> that."""
    pages = {
        number: [PageLine(r.text, r.style.size, heights[number] - r.box.top) for r in found]
        for number, found in rows.items()
    }
    return match_outline(outline, pages)


def _text_of(glyphs: Sequence[Glyph], typed: Typed | None) -> str:
    """The text of a line, of one that is typed with every blank; its number stands before it."""
    if typed is None:
        return words_of(glyphs).strip()
    number = words_of(glyphs[: typed.number])
    return f"{number}  {typed.text}".strip() if number else typed.text.strip()


def _to_tree(pages: Sequence[NotedPage]) -> tuple[str, tuple[Block, ...]]:
    columns = dict(zip([p.number for p in pages], _columns([p.rows for p in pages]), strict=True))
    texts, notes = take_notes(pages)
    source = _Source([])
    children: list[Block] = []
    for page, rows in zip(pages, texts, strict=True):
        children += source.nodes(rows, page.number, columns[page.number])
        if page is not pages[-1]:
            children.append(PageBreak())
            source.add("\f")
    for note in notes:
        lines = [*source.nodes(note.rows, note.page, columns[note.page])]
        if note.over:
            lines += source.nodes(note.over, note.page + 1, columns[note.page + 1])
        children.append(FootnoteDefinition(note.label, tuple(lines)))
    return "".join(source.parts), tuple(children)


@dataclass(slots=True)
class _Source:
    """The source of a document as it is written down."""

    parts: list[str]
    offset: int = 0

    def add(self, *texts: str) -> None:
        """Write down some text."""
        self.parts += texts
        self.offset += sum(map(len, texts))

    def nodes(
        self, rows: Sequence[Row], page: int, columns: Mapping[str, _Column]
    ) -> Iterator[Block]:
        """The lines and tables that rows are."""
        for at, row in enumerate(rows, 1):
            if row.table is not None:
                table, texts = table_node(row.table, page, self.offset, row.cell_marks)
                yield table
                self.add(*texts)
                continue
            span = Span(self.offset, self.offset + len(row.text))
            yield Line(row.text, span, _layout(row, page, at, columns[row.slot]), row.marks)
            self.add(row.text, "\n")


def _layout(row: Row, page: int, number: int, column: _Column) -> Layout:
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
        pitch=row.pitch,
        turned=row.style.turned,
        pale=row.style.pale,
        in_margin=row.in_margin,
        unseen=row.style.unseen,
        stated=row.stated,
    )


def _columns(pages: Sequence[Sequence[Row]]) -> Iterator[dict[str, _Column]]:
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


def _without_tables(page: Sequence[Row]) -> list[Row]:
    """The lines alone: a table may stand out of the column."""
    return [row for row in page if row.table is None]


def _column(boxes: Sequence[BBox], widest: float) -> _Column:
    right = max(box.right for box in boxes) if len(boxes) >= COLUMN_MIN_LINES else widest
    return min(box.left for box in boxes), right
