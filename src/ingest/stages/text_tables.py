"""Tables of text files: columns apart by blanks, tabs or drawn lines -> `Table`, when sure.

What is not sure is left as it stands. Pages have geometry; their tables are found by the reader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import Edit, Line, Span, Table, TableCell, TableRow, Text
from ingest.read.tables.lines import is_figure
from ingest.shapes import bullet, lone_marker
from ingest.stages.code_lines import look_at

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.document import Block, Document

STAGE = "find_tables"

# Share of right tables in the tuning half of bench/blocks; none is found in the texts of the dev
# documents of structure, which have none.
CONFIDENCE = {"drawn-columns": 0.99, "tabs": 0.97, "aligned-columns": 0.95}
CONFIDENCE_LINE = 0.99  # of a drawn line that goes
# A table has so many rows, its header among them; with drawn lines around its cells one less.
MIN_ROWS = 3
# A line that stands in so far is a part of something preformatted.
PREFORMATTED = 4
# Two columns alone may be anything; their cells are short, and one of them holds figures.
TWO = 2
SHORT_CELL = 40
FIGURES_SHARE = 0.7
# This share of the cells of a table has text, and this share of its rows at most looks like code.
FILLED_SHARE = 0.7
CODE_SHARE = 0.5
# Cells of so many characters in the middle are those of columns of text.
PROSE_CELL = 28

_CELL = re.compile(r"\S+(?: \S+)*")
_PARTING = ("|", "\t", "  ")
_PARTED = re.compile(r"\||\t|\S  +\S")
_TAB_CELL = re.compile(r"[^\t]+")
_BAR = re.compile(r"\\.|\|")
_RULE = re.compile(r"(?=.*[-=]{3})[-=+|:─━┼├┤┬┴┌┐└┘ \t]+")
_ROW_COUNT = re.compile(r"\(?\d+ (?:rows?|Zeilen?|lignes?|filas?|righe|riga|linhas?)\b.{0,30}\)?")


class Piece(NamedTuple):
    """The text of one cell, and where it stands in its line, in columns."""

    text: str
    start: int
    end: int
    span: Span


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a table, row by row; None is an empty one. `rules` are the lines that go."""

    rule: str
    rows: tuple[tuple[Piece | None, ...], ...]
    rules: tuple[Line, ...]
    lines: tuple[Line, ...]


def find_tables(doc: Document) -> Document:
    """Make tables of the aligned lines of a text.

    Args:
        doc: Lines; those of pages are left alone, and so are blocks.

    Returns:
        A document with the same `children` object if there was no table.

    Rules:
        drawn-columns: Cells between `|`, as databases and editors draw them.
        tabs: Cells apart by tabs, the same number in each line.
        aligned-columns: Cells apart by two blanks or more, flush on one side in each column.
        drawn-line: A line, or a piece of one, that only draws the table.

    Source: tuning half of bench/blocks, held against the dev documents of structure.
    """
    grids = {grid.lines[0].span: grid for grid in _grids(doc)}
    if not grids:
        return doc
    step = doc.next_step
    edits: list[Edit] = []
    children: list[Block] = []
    taken: set[Span] = set()
    for node in doc.children:
        if isinstance(node, Line) and node.span in grids:
            grid = grids[node.span]
            taken |= {line.span for line in grid.lines}
            children.append(_table(grid))
            edits += _edits(doc.source, grid, step)
        elif not (isinstance(node, Line) and node.span in taken):
            children.append(node)
    return replace(doc, children=tuple(children), edits=(*doc.edits, *edits))


def _grids(doc: Document) -> Iterator[Grid]:
    for chunk in _chunks(doc.children):
        if sum(_is_parted(line.value) for line in chunk) < MIN_ROWS - 1:
            continue
        if not all(_is_as_read(line, doc.source) for line in chunk):
            continue
        lines = chunk[:-1] if _ROW_COUNT.fullmatch(chunk[-1].value) else chunk
        for read in (_drawn, _tabbed, _aligned):
            if len(lines) >= MIN_ROWS and (grid := read(lines)):
                yield grid
                break


def _chunks(children: Sequence[Block]) -> Iterator[list[Line]]:
    """Lines without a blank line between them."""
    chunk: list[Line] = []
    for node in (*children, None):
        if chunk and not (isinstance(node, Line) and not node.layout.blank_before):
            yield chunk
            chunk = []
        if isinstance(node, Line):
            chunk.append(node)


def _is_parted(text: str) -> bool:
    """Is there anything in it that parts columns?"""
    return any(sign in text for sign in _PARTING) and _PARTED.search(text) is not None


def _is_as_read(line: Line, source: str) -> bool:
    """Does it stand in a text, and has it kept its columns?"""
    span = line.span
    return line.layout.bbox is None and source[span.start : span.end] == line.value


def _pieces(line: Line, pattern: re.Pattern[str]) -> list[Piece]:
    """The cells of a line that are no blanks; inside it a tab is one column."""
    found = (_piece(line, *match.span()) for match in pattern.finditer(line.value))
    return [piece for piece in found if piece]


def _piece(line: Line, start: int, end: int) -> Piece | None:
    raw = line.value[start:end]
    text = raw.strip()
    if not text:
        return None
    at = start + len(raw) - len(raw.lstrip())
    left, place = line.layout.indent + at, line.span.start + at
    return Piece(text, left, left + len(text), Span(place, place + len(text)))


def _is_rule(line: Line) -> bool:
    return _RULE.fullmatch(line.value) is not None


def _has_code(lines: Sequence[Line], *, drawn: bool = False) -> bool:
    looks = [look_at(line.value.replace("|", " ") if drawn else line.value) for line in lines]
    return sum(look.code == 1 for look in looks) >= CODE_SHARE * len(looks)


# ---------------------------------------------------------------- drawn columns


def _drawn(lines: Sequence[Line]) -> Grid | None:
    """Cells between `|`; rules of `-`, `=` and `+` around them or below the header."""
    rows = [line for line in lines if not _is_rule(line)]
    rules = [line for line in lines if _is_rule(line)]
    if len(rows) < MIN_ROWS - bool(rules) or any("|" not in row.value for row in rows):
        return None
    if lines[0].layout.indent >= PREFORMATTED or _has_code(rows, drawn=True):
        return None
    if any("||" in row.value for row in rows) or _is_grid_of_more_lines(lines):
        return None
    framed = all(row.value.startswith("|") and row.value.endswith("|") for row in rows)
    if not framed and not rules:
        return None
    cells = [_pipe_row(row, framed=framed) for row in rows]
    width = len(cells[0])
    if width < TWO or any(len(row) != width for row in cells):
        return None
    return Grid("drawn-columns", tuple(cells), tuple(rules), tuple(lines))


def _pipe_row(line: Line, *, framed: bool) -> tuple[Piece | None, ...]:
    bars = [match.start() for match in _BAR.finditer(line.value) if match.group() == "|"]
    edges = bars if framed else [-1, *bars, len(line.value)]
    return tuple(_piece(line, a + 1, b) for a, b in pairwise(edges))


def _is_grid_of_more_lines(lines: Sequence[Line]) -> bool:
    """Are there rules between the rows, and rows of more than one line?"""
    runs = "".join("-" if _is_rule(line) else "x" for line in lines).strip("-").split("-")
    bodies = [run for run in runs[1:] if run]
    return len(bodies) > 1 and any(len(run) > 1 for run in bodies)


# ---------------------------------------------------------------- tabs


def _tabbed(lines: Sequence[Line]) -> Grid | None:
    """Cells apart by tabs: the same number in each line, and no list among them."""
    rows = [_pieces(line, _TAB_CELL) for line in lines]
    width = len(rows[0])
    if width < TWO or any(len(row) != width for row in rows) or _has_code(lines):
        return None
    if any("\t\t" in line.value for line in lines) or lines[0].layout.indent >= PREFORMATTED:
        return None
    if not _may_be_table(rows) or (width == TWO and not _are_short(rows)):
        return None
    return Grid("tabs", tuple(map(tuple, rows)), (), tuple(lines))


# ---------------------------------------------------------------- aligned columns


def _aligned(lines: Sequence[Line]) -> Grid | None:
    """Cells apart by two blanks or more, flush in each column."""
    rules = [line for line in lines if _is_rule(line)]
    body = [line for line in lines if not _is_rule(line)]
    if len(body) < MIN_ROWS or any("\t" in line.value for line in body) or _has_code(body):
        return None
    if lines[0].layout.indent >= PREFORMATTED and not rules:
        return None
    rows = [_pieces(line, _CELL) for line in body]
    width = max(map(len, rows))
    full = [row for row in rows if len(row) == width]
    if width < TWO or len(full) < MIN_ROWS or not _are_flush(full):
        return None
    extents = [
        (min(row[at].start for row in full), max(row[at].end for row in full))
        for at in range(width)
    ]
    if any(a[1] >= b[0] for a, b in pairwise(extents)):
        return None
    placed = [_place(row, extents) for row in rows]
    cells = [row for row in placed if row is not None]
    filled = sum(cell is not None for row in cells for cell in row)
    if len(cells) < len(rows) or filled < FILLED_SHARE * width * len(rows):
        return None
    if not _may_be_table(full) or (width == TWO and not (rules or _has_figures(full))):
        return None
    return Grid("aligned-columns", tuple(cells), tuple(rules), tuple(lines))


def _are_flush(rows: Sequence[Sequence[Piece]]) -> bool:
    """Do the cells of each column below the header begin, or end, at one place?"""
    return all(
        len({piece.start for piece in column[1:]}) == 1
        or len({piece.end for piece in column[1:]}) == 1
        for column in zip(*rows, strict=True)
    )


def _place(
    row: Sequence[Piece], extents: Sequence[tuple[int, int]]
) -> tuple[Piece | None, ...] | None:
    """The cells of a row by column; None if one lies in no column, or in two."""
    out: list[Piece | None] = [None] * len(extents)
    for piece in row:
        over = [n for n, (a, b) in enumerate(extents) if piece.start < b and piece.end > a]
        if len(over) != 1 or out[over[0]] is not None:
            return None
        out[over[0]] = piece
    return tuple(out)


# ---------------------------------------------------------------- what is none


def _may_be_table(rows: Sequence[Sequence[Piece]]) -> bool:
    """Is it no list, no form, no contents, and no columns of text?"""
    columns = list(zip(*rows, strict=True))
    first, last = columns[0], columns[-1]
    are_markers = all(lone_marker(p.text) or bullet(p.text + " x") for p in first[1:])
    is_form = sum(p.text.endswith(":") for p in first) > len(first) / 2
    has_leaders = any("...." in p.text or ". . ." in p.text for row in rows for p in row)
    lengths = [sorted(len(p.text) for p in column)[len(column) // 2] for column in columns]
    is_prose = sum(length >= PROSE_CELL for length in lengths) >= TWO
    return not (are_markers or is_form or has_leaders or is_prose or _are_pages(columns, last))


def _are_pages(columns: Sequence[Sequence[Piece]], last: Sequence[Piece]) -> bool:
    """Is it a table of contents: titles, and page numbers that rise?"""
    numbers = [int(p.text) for p in last if p.text.isdecimal()]
    return len(columns) == TWO and len(numbers) == len(last) and numbers == sorted(numbers)


def _are_short(rows: Sequence[Sequence[Piece]]) -> bool:
    return all(len(piece.text) <= SHORT_CELL for row in rows for piece in row)


def _has_figures(rows: Sequence[Sequence[Piece]]) -> bool:
    """Does a column other than the first hold figures below its header?"""
    return _are_short(rows) and any(
        sum(is_figure(p.text) for p in column[1:]) >= FIGURES_SHARE * len(column[1:])
        for column in list(zip(*rows, strict=True))[1:]
    )


# ---------------------------------------------------------------- building


def _table(grid: Grid) -> Table:
    return Table(tuple(TableRow(tuple(map(_cell, row))) for row in grid.rows))


def _cell(piece: Piece | None) -> TableCell:
    return TableCell((Text(piece.text),), piece.span) if piece else TableCell(())


def _edits(source: str, grid: Grid, step: int) -> Iterator[Edit]:
    """The decision, and an edit for each drawn line that goes."""
    first = next(piece.span for row in grid.rows for piece in row if piece)
    size = f"{len(grid.rows)} rows, {len(grid.rows[0])} columns"
    made = [Edit(step, STAGE, grid.rule, first, 0, 0, "", "", CONFIDENCE[grid.rule], why=size)]
    kept = sorted(piece.span for row in grid.rows for piece in row if piece)
    done = grid.lines[0].span.start
    for span in (*kept, Span(grid.lines[-1].span.end, grid.lines[-1].span.end)):
        made += _drawn_lines(source, Span(done, span.start), step)
        done = span.end
    yield from made


def _drawn_lines(source: str, gap: Span, step: int) -> Iterator[Edit]:
    for match in re.finditer(r"\S+(?:[ \t]+\S+)*", source[gap.start : gap.end]):
        span = Span(gap.start + match.start(), gap.start + match.end())
        text = match.group()
        yield Edit(step, STAGE, "drawn-line", span, 0, len(text), text, "", CONFIDENCE_LINE)
