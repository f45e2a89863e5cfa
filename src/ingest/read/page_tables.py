"""Glyphs of a page -> its tables, and what is left of its lines."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import (
    BBox,
    Break,
    Span,
    Table,
    TableCell,
    TableLayout,
    TableRow,
    Text,
)
from ingest.marks import FOOTNOTE
from ingest.read.glyphs import BOLD
from ingest.read.line_marks import line_marks
from ingest.read.lines import Fragment
from ingest.read.tables import Word, find_tables, may_part_cells
from ingest.read.tables.doubts import LONGEST_NUMBER, PROSE_CHARS, is_number_of_item
from ingest.read.tagged_tables import by_mark, find_tagged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from ingest.document import Inline
    from ingest.marks import Mark
    from ingest.read.glyphs import Glyph, LinkArea
    from ingest.read.structure_tree import LineTags
    from ingest.read.tables import Cell, Grid, Ruling

# So many rows of a page with two pieces of text beside each other are worth a look, more than rows
# of two columns of text around them; em that the middles of two pieces of one row differ by.
ALIGNED_ROWS = 3
SAME_ROW = 0.45
# Edges of a column agree within this share of an em if it is set flush on that side.
FLUSH = 0.35
MOST_CELLS = 0.9
# So many cells show how a column is set.
ALIGN_MIN_CELLS = 2

Left = tuple["list[list[Glyph]]", "list[tuple[Grid, list[Glyph]]]"]


class _Piece(NamedTuple):
    """Where a fragment of a line stands, and what it may be."""

    middle: float
    size: float
    is_long: bool  # as a line of running text
    is_number: bool  # of an item


def cut_tables(
    pieces: Sequence[list[Glyph]],
    rulings: Sequence[Ruling],
    page: BBox,
    cut_words: Callable[[list[Glyph]], list[list[Glyph]]],
    tags: LineTags | None = None,
) -> Left:
    """Find the tables of a page and take them out of its lines.

    Args:
        pieces: Glyphs that stand on one line without a wide gap, from left to right.
        rulings: The lines drawn on the page.
        page: Its box.
        cut_words: Cuts a piece where there is a blank between two glyphs.
        tags: What the file says of the glyphs; its tables come first.

    Returns:
        What is left of the pieces, and the tables with their glyphs.
    """
    has_tagged = tags is not None and bool(tags.tables)
    if not has_tagged and not may_part_cells(rulings) and not _is_aligned(pieces):
        return list(pieces), []
    glyphs: dict[int, list[Glyph]] = {}
    words: list[Word] = []
    for piece in pieces:
        for mine in cut_words(piece):
            words.append(_word(mine))
            glyphs[id(words[-1])] = mine
    grids = _tagged(words, glyphs, tags) if tags and has_tagged else []
    taken_words = {id(word) for grid in grids for word in grid.words}
    rest = [word for word in words if id(word) not in taken_words]
    grids += find_tables(rest, rulings, page)
    tables = [(g, [glyph for w in g.words for glyph in glyphs[id(w)]]) for g in grids]
    taken = {id(glyph) for _, found in tables for glyph in found}
    if not taken:
        return list(pieces), []
    left = [[g for g in piece if id(g) not in taken] for piece in pieces]
    return [piece for piece in left if piece], tables


def _tagged(
    words: Sequence[Word], glyphs: Mapping[int, Sequence[Glyph]], tags: LineTags
) -> list[Grid]:
    """The tables that the file states."""
    marked = by_mark((word, tags.mark_of(glyphs[id(word)][0])) for word in words)
    return find_tagged(tags.tables, marked)


def _is_aligned(pieces: Sequence[Sequence[Glyph]]) -> bool:
    """Do pieces stand beside each other in some rows that are close to each other?

    A bullet or number does beside its item, and the lines of two columns of text do.
    """
    places = sorted(_piece(p) for p in pieces if len(p) > 1 or p[0].text.isalnum())
    rows = 0
    for left, right in pairwise(places):
        if right.middle - left.middle >= SAME_ROW * min(left.size, right.size):
            continue
        if left.is_long and right.is_long:
            rows = max(0, rows - 1)
        elif not (left.is_number or right.is_number):
            rows += 1
            if rows >= ALIGNED_ROWS:
                return True
    return False


def _piece(glyphs: Sequence[Glyph]) -> _Piece:
    first, count = glyphs[0], len(glyphs)
    return _Piece(
        (first.top + first.bottom) / 2,
        first.style.size,
        count >= PROSE_CHARS,
        count <= LONGEST_NUMBER and is_number_of_item("".join(g.text for g in glyphs)),
    )


def _word(glyphs: Sequence[Glyph]) -> Word:
    texts, lefts, tops, rights, bottoms, (style, *_), _ = zip(*glyphs, strict=True)
    return Word(
        "".join(texts),
        min(lefts),
        min(tops),
        max(rights),
        max(bottoms),
        style.size,
        bold=style.weight >= BOLD,
        monospace=style.monospace,
    )


# ---------------------------------------------------------------- nodes


# The marks of each cell, in the order of the cells.
CellMarks = tuple[tuple["Mark", ...], ...]


def cell_marks(grid: Grid, glyphs: Sequence[Glyph], links: Sequence[LinkArea]) -> CellMarks:
    """The marks of the cells of a table, links and styles; references to notes are none of them.

    Args:
        grid: The table.
        glyphs: Those of its words, word by word.
        links: Those of its page.
    """
    rest = iter(glyphs)
    return tuple(tuple(_marks_of(cell, rest, links)) for row in grid.rows for cell in row)


def _marks_of(cell: Cell, glyphs: Iterator[Glyph], links: Sequence[LinkArea]) -> Iterator[Mark]:
    offset = 0
    for line in cell.lines:
        mine = [glyph for word in line for glyph in _glyphs_of(word, glyphs)]
        text = _text_of(line)
        for mark in line_marks(Fragment.of(mine), text, links, is_cell=True):
            if mark.kind != FOOTNOTE:
                yield mark._replace(start=mark.start + offset, end=mark.end + offset)
        offset += len(text) + 1


def _glyphs_of(word: Word, glyphs: Iterator[Glyph]) -> Iterator[Glyph]:
    """The glyphs of a word, which come next."""
    length = 0
    while length < len(word.text):
        glyph = next(glyphs)
        length += len(glyph.text)
        yield glyph


def _text_of(line: Sequence[Word]) -> str:
    return " ".join(word.text for word in line)


def table_node(
    grid: Grid, page: int, offset: int, marks: CellMarks = ()
) -> tuple[Table, list[str]]:
    """The node of a table, and its text for the source: the cells, one below the other.

    Args:
        grid: The table.
        page: Number of its page, from 1.
        offset: Where its text begins in the source.
        marks: Those of its cells, if they were looked for.
    """
    parts: list[str] = []
    rows: list[TableRow] = []
    found = iter(marks)
    for row in grid.rows:
        cells: list[TableCell] = []
        for cell in row:
            lines = list(map(_text_of, cell.lines))
            text = "\n".join(lines)
            span = Span(offset, offset + len(text))
            cells.append(TableCell(_with_breaks(lines), span, next(found, ())))
            parts += text, "\n"
            offset += len(text) + 1
        rows.append(TableRow(tuple(cells)))
    layout = TableLayout(page, grid.columns, grid.is_headed)
    align = tuple(_alignment(column) for column in zip(*grid.rows, strict=True))
    return Table(tuple(rows), align, layout), parts


def _with_breaks(lines: Sequence[str]) -> tuple[Inline, ...]:
    out: list[Inline] = []
    for line in lines:
        out += Break(), Text(line)
    return tuple(out[1:])


def _alignment(column: Sequence[Cell]) -> str | None:
    """How the cells of a column are set; None for flush left, which is usual, and if unknown.

    Where all cells below the header are of one width, the header tells.
    """
    body = [line for cell in column[1:] for line in cell.lines]
    if len(body) < ALIGN_MIN_CELLS:
        return None
    room = FLUSH * body[0][0].size
    flush = [side for side, spread in _spreads(body).items() if spread <= room]
    if len(flush) > 1:
        spreads = _spreads([*body, *column[0].lines], most=1.0)
        flush = [side for side in flush if spreads[side] <= room]
    return flush[0] if len(flush) == 1 and flush[0] != "left" else None


def _spreads(lines: Sequence[Sequence[Word]], most: float = MOST_CELLS) -> dict[str, float]:
    """How far the edges and middles of most lines lie from the usual one; points."""
    sides = {
        "left": [line[0].left for line in lines],
        "right": [line[-1].right for line in lines],
        "center": [(line[0].left + line[-1].right) / 2 for line in lines],
    }
    out: dict[str, float] = {}
    for side, places in sides.items():
        usual = median(places)
        out[side] = sorted(abs(place - usual) for place in places)[int(most * (len(places) - 1))]
    return out
