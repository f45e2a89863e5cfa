"""Put tables together: the lines of each cell, and the parts that stand on several pages."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.data import rows as data_rows
from ingest.document import Break, Edit, Line, PageBreak, Table, TableCell, Text, text_of
from ingest.stages.hyphens import Hyphens, glue

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.document import Block, Document, Inline, TableLayout, TableRow

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

    def record(self, run: TableCell | Line, rule: str, start: int, before: str, after: str) -> None:
        """Write down one change of a run; `start` is its offset in the text of the run."""
        if run.span is None or before == after:
            return
        end = start + len(before)
        sure = CONFIDENCE[rule]
        self.edits.append(Edit(self.step, STAGE, rule, run.span, start, end, before, after, sure))


def build_tables(doc: Document) -> Document:
    """Join the lines of each table cell, and the parts of a table that goes over a page break.

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

    Source: hyphens as in `build_blocks`; confidence measured on bench/tables.
    """
    if not any(isinstance(node, Table) and node.layout for node in doc.children):
        return doc
    hyphens = Hyphens.of(doc)
    ledger = _Ledger(doc.next_step, hyphens)
    parts = _joined(doc.children, ledger)
    whole = [
        _with_joined_lines(node, ledger) if isinstance(node, Table) else node for node in parts
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
            ledger.record(cell, "repeated-header", 0, text_of(cell), "")
    for line in between:
        if isinstance(line, Line):
            ledger.record(line, "continued-note", 0, line.value, "")
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


# ---------------------------------------------------------------- lines of a cell


def _with_joined_lines(table: Table, ledger: _Ledger) -> Table:
    if table.layout is None:
        return table
    children = tuple(_row(row, ledger) for row in table.children)
    same = all(map(_is_same, children, table.children))
    return table if same else replace(table, children=children)


def _row(row: TableRow, ledger: _Ledger) -> TableRow:
    cells = tuple(_cell(cell, ledger) for cell in row.children)
    return row if all(map(_is_same, cells, row.children)) else replace(row, children=cells)


def _cell(cell: TableCell, ledger: _Ledger) -> TableCell:
    """The cell with one line; each line end is an edit."""
    if not any(isinstance(node, Break) for node in cell.children):
        return cell
    lines = text_of(cell).split("\n")
    parts: list[str] = []
    offset = 0
    for before, after in pairwise(lines):
        if _SLASH.search(before):
            join_rule, between, cut = "unwrap", "", 0
        else:
            join_rule, between, cut = glue(before, after, "unwrap", ledger.hyphens)
        kept = before[: len(before) - cut]
        ledger.record(cell, join_rule, offset + len(kept), before[len(kept) :] + "\n", between)
        parts += kept, between
        offset += len(before) + 1
    text = "".join([*parts, lines[-1]])
    inline: tuple[Inline, ...] = (Text(text),)
    return replace(cell, children=inline)
