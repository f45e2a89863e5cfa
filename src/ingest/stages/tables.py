"""Put tables together: lines and marks of each cell, and the parts that stand on several pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.data import rows as data_rows
from ingest.document import (
    Break,
    Change,
    Edit,
    Line,
    PageBreak,
    Table,
    TableCell,
    Text,
    splice,
    text_of,
)
from ingest.inline import describe, inline_nodes, nested
from ingest.marks import move_marks
from ingest.stages.cell_styles import own_marks
from ingest.stages.hyphens import Hyphens, glue

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from ingest.document import Block, Document, Inline, TableLayout, TableRow
    from ingest.marks import Mark

STAGE = "build_tables"

# Share of right edits in the tables of bench/tables: 85 of 103 joins of lines (the wrong ones are
# rows taken for one), all of 88 headers. Hyphens are too few there; they have the share that they
# have in paragraphs. A note is a form of words that says nothing else.
CONFIDENCE = {
    "unwrap": 0.83,
    "soft-hyphen": 0.97,
    "hard-hyphen": 0.99,
    "repeated-header": 0.99,
    "continued-note": 0.99,
    "marks": 1.0,  # nothing in the text changes
}
# Columns of two parts stand at the same place if an edge or the middle agrees so far; points.
SAME_EDGE = 3.0

# A line may end behind the slash of a unit (`kg/m³`).
_SLASH = re.compile(r"\S/$")


@dataclass(slots=True)
class _Ledger:
    """What one application of the stage has done."""

    step: int
    hyphens: Hyphens
    edits: list[Edit] = field(default_factory=list)

    def record(self, run: TableCell | Line, c: Change) -> None:
        """Write down one change of a run."""
        if run.span is not None:
            before = text_of(run)[c.start : c.end]
            edit = Edit(
                self.step, STAGE, c.rule, run.span, c.start, c.end, before, c.text, c.confidence
            )
            self.edits.append(edit._replace(why=c.why))

    def drop(self, run: TableCell | Line, rule: str) -> None:
        """Write down that the text of a run went, if it has any."""
        if text := text_of(run):
            self.record(run, Change(0, len(text), "", rule, CONFIDENCE[rule]))


def build_tables(doc: Document) -> Document:
    """Join the lines of each table cell, and the parts of a table that goes over a page break.

    Links, code and stress in cells become nodes.

    Args:
        doc: Lines, tables and page breaks; without tables that were read from pages nothing is
            done.

    Returns:
        A document whose cells have one line each; the same `children` object if nothing was
        changed.

    Rules:
        unwrap: A line end in a cell became a blank.
        soft-hyphen, hard-hyphen: A hyphen at such a line end went with it, or stayed.
        repeated-header: The header that a table repeats on its next page; a Markdown table has no
            pages.
        continued-note: A line that says that the table goes on, between its parts.
        marks: Parts of a cell are links, code or emphasis; one entry for each cell.

    Source: hyphens as in `build_blocks`; confidence measured on bench/tables.
    """
    if not any(isinstance(node, Table) and node.layout for node in doc.children):
        return doc
    hyphens = Hyphens.of(doc)
    ledger = _Ledger(doc.next_step, hyphens)
    parts = _joined(doc.children, ledger)
    whole = [
        _with_finished_cells(node, ledger) if isinstance(node, Table) else node for node in parts
    ]
    ledger.edits.sort(key=lambda edit: (edit.span, edit.start))
    if len(whole) == len(doc.children) and all(map(_is_same, whole, doc.children)):
        return doc
    return replace(doc, children=tuple(whole), edits=(*doc.edits, *ledger.edits))


def _is_same(a: object, b: object) -> bool:
    return a is b


# ---------------------------------------------------------------- parts on several pages


def _joined(children: Sequence[Block], ledger: _Ledger) -> list[Block]:
    """The children with each table in one piece."""
    out: list[Block] = []
    between: list[Block] = []  # what has been seen since the last table, and may be dropped
    last: int | None = None
    for node in children:
        if isinstance(node, Table):
            table = _continued(out[last], between, node, ledger) if last is not None else None
            if last is not None and table is not None:
                out[last] = table
                out += (n for n in between if isinstance(n, PageBreak))
            else:
                out += *between, node
                last = len(out) - 1
            between = []
        elif isinstance(node, PageBreak) or (isinstance(node, Line) and _is_note(node.value)):
            between.append(node)
        else:
            out += *between, node
            between, last = [], None
    return [*out, *between]


def _continued(one: Block, between: Sequence[Block], two: Table, ledger: _Ledger) -> Table | None:
    """The table that two parts are, or None if they are two tables."""
    assert isinstance(one, Table)
    if not any(isinstance(node, PageBreak) for node in between):
        return None
    if one.layout is None or two.layout is None or not _have_same_columns(one.layout, two.layout):
        return None
    heads = _count_repeated(one, two)
    if not heads and two.layout.is_headed:
        return None
    for row in two.children[:heads]:
        for cell in row.children:
            ledger.drop(cell, "repeated-header")
    for line in between:
        if isinstance(line, Line):
            ledger.drop(line, "continued-note")
    children = (*one.children, *two.children[heads:])
    return replace(one, children=children, layout=replace(two.layout, is_headed=False))


def _have_same_columns(one: TableLayout, two: TableLayout) -> bool:
    """Do columns stand at the same places, or all of them shifted by one distance?"""
    if len(one.columns) != len(two.columns):
        return False
    shifts = (
        0.0,
        two.columns[0][0] - one.columns[0][0],
        two.columns[-1][1] - one.columns[-1][1],
    )
    return any(
        all(_agree(a, b, shift) for a, b in zip(one.columns, two.columns, strict=True))
        for shift in shifts
    )


def _agree(a: tuple[float, float], b: tuple[float, float], shift: float) -> bool:
    left, right = b[0] - a[0] - shift, b[1] - a[1] - shift
    return min(abs(left), abs(right), abs(left + right) / 2) <= SAME_EDGE


def _count_repeated(one: Table, two: Table) -> int:
    """How many rows the second part repeats from the head of the first."""
    count = 0
    for a, b in zip(one.children, two.children[:-1], strict=False):
        if _texts(a) != _texts(b) or not any(_texts(a)):
            break
        count += 1
    return count


def _texts(row: TableRow) -> list[str]:
    return [" ".join(text_of(cell).split()) for cell in row.children]


def _is_note(text: str) -> bool:
    return _notes().search(text) is not None


@cache
def _notes() -> re.Pattern[str]:
    forms = "|".join(f"(?:{form})" for (form, *_) in data_rows("table_continued.tsv"))
    return re.compile(forms, re.IGNORECASE)


# ---------------------------------------------------------------- lines and marks of a cell


def _with_finished_cells(table: Table, ledger: _Ledger) -> Table:
    if table.layout is None:
        return table
    marks = own_marks(table)
    children = tuple(_row(row, marks, ledger) for row in table.children)
    same = all(map(_is_same, children, table.children))
    return table if same else replace(table, children=children)


def _row(row: TableRow, marks: Mapping[int, tuple[Mark, ...]], ledger: _Ledger) -> TableRow:
    cells = tuple(_cell(cell, marks.get(id(cell), ()), ledger) for cell in row.children)
    return row if all(map(_is_same, cells, row.children)) else replace(row, children=cells)


def _cell(cell: TableCell, marks: Sequence[Mark], ledger: _Ledger) -> TableCell:
    """The cell with one line, and nodes for its marks; each line end is an edit."""
    if not cell.marks and not any(isinstance(node, Break) for node in cell.children):
        return cell
    before = text_of(cell)
    changes = list(_joins(before, ledger.hyphens))
    for change in changes:
        ledger.record(cell, change)
    text = splice(before, changes)
    children: tuple[Inline, ...] = (Text(text),)
    if shown := nested(text, move_marks(marks, changes), is_cell=True):
        children = inline_nodes(text, shown)
        why = describe(text, shown)
        ledger.record(cell, Change(0, 0, "", "marks", CONFIDENCE["marks"], why))
    return replace(cell, children=children, marks=())


def _joins(text: str, hyphens: Hyphens) -> Iterator[Change]:
    """What each line end of a cell becomes."""
    offset = 0
    for before, after in pairwise(text.split("\n")):
        if _SLASH.search(before):
            rule, between, cut = "unwrap", "", 0
        else:
            rule, between, cut = glue(before, after, "unwrap", hyphens)
        end = offset + len(before)
        yield Change(end - cut, end + 1, between, rule, CONFIDENCE[rule])
        offset = end + 1
