"""Cells of the tables in Markdown against those that should be there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Rows = list[list[str]]


@dataclass(slots=True)
class Tally:
    """Cells found rightly, cells found, cells wanted; tables found and wanted."""

    right: int = 0
    found: int = 0
    wanted: int = 0
    tables_found: int = 0
    tables_wanted: int = 0

    def __iadd__(self, other: Tally) -> Tally:
        """Add up."""
        self.right += other.right
        self.found += other.found
        self.wanted += other.wanted
        self.tables_found += other.tables_found
        self.tables_wanted += other.tables_wanted
        return self

    @property
    def f1(self) -> float:
        """Harmonic mean of the shares of found and of wanted cells that are right."""
        return 2 * self.right / max(1, self.found + self.wanted)


def read_tables(markdown: str) -> list[Rows]:
    """The tables of a Markdown text."""
    root = SyntaxTreeNode(MarkdownIt("commonmark").enable("table").parse(markdown))
    return [list(_rows(node)) for node in root.walk() if node.type == "table"]


def _rows(table: SyntaxTreeNode) -> Iterator[list[str]]:
    for part in table.children:
        for row in part.children:
            yield [_text(cell) for cell in row.children]


def _text(cell: SyntaxTreeNode) -> str:
    leaves = (n.content for n in cell.walk() if n.type in {"text", "code_inline", "text_special"})
    return " ".join("".join(leaves).split())


def score(markdown: str, truth: Rows) -> Tally:
    """Count the cells that have the right text in the right row and column.

    Of several tables, the one with the most right cells is compared; the others are wrong.
    """
    tables = read_tables(markdown)
    wanted = _cells(truth)
    found = [_cells(table) for table in tables]
    right = max((len(cells & wanted) for cells in found), default=0)
    return Tally(right, sum(map(len, found)), len(wanted), len(tables), 1)


def _cells(rows: Sequence[Sequence[str]]) -> set[tuple[int, int, str]]:
    return {(r, c, text) for r, row in enumerate(rows) for c, text in enumerate(row) if text}
