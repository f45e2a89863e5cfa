"""Links, code and stress in the cells of tables, and what is only the style of a row or column."""

import pytest

from ingest.document import Document, Span, Table, TableCell, TableLayout, TableRow, Text
from ingest.marks import CODE, EMPHASIS, LINK, STRONG, Mark
from ingest.pipeline import run
from ingest.stages import build_tables
from ingest.verify import check_document, check_written
from ingest.write import write_markdown

STYLES = {"b": STRONG, "i": EMPHASIS, "c": CODE}


def _table(*rows):
    """A document of one table; a cell behind `b:` is bold, behind `i:` italic, behind `c:` code."""
    source, out = "", []
    for row in rows:
        cells = []
        for cell in row:
            style, _, text = cell.rpartition(":")
            marks = tuple(Mark(0, len(text), STYLES[letter]) for letter in style if text)
            span = Span(len(source), len(source) + len(text))
            cells.append(TableCell((Text(text),) if text else (), span, marks))
            source += text + "\n"
        out.append(TableRow(tuple(cells)))
    layout = TableLayout(1, tuple((100.0 * at, 90.0) for at in range(len(rows[0]))))
    return Document(source, (Table(tuple(out), (), layout),))


def _body(*rows):
    doc = build_tables(_table(*rows))
    check_document(doc)
    markdown = write_markdown(doc)
    check_written(doc, markdown)
    lines = markdown.splitlines()
    return [lines[0], *lines[2:]]


SHOWN = {
    "a bold sum": [("Tool", "Price"), ("Saw", "12"), ("Rope", "11"), ("b:Sum", "b:23")],
    "one cell in italics": [("Tool", "Price"), ("i:Saw", "12"), ("Rope", "11")],
    "a column of code": [("Name", "Key"), ("Saw", "c:--saw"), ("Rope", "c:--rope")],
    "bold in a header that is not": [("b:Tool", "Price"), ("Saw", "12"), ("Rope", "11")],
    "a bold row below a bold header and another": [
        ("b:Tool", "b:Price"), ("Saw", "12"), ("b:Fruit", "b:Weight"), ("Pear", "90")
    ],
}  # fmt: skip
LEFT_ALONE = {
    "a bold header": [("b:Tool", "b:Price"), ("Saw", "12"), ("Rope", "11")],
    "a bold header of two rows": [("b:Tool", "b:Price"), ("b:(name)", "b:(pounds)"), ("Saw", "12")],
    "a bold header with an empty cell": [("", "b:Price"), ("Saw", "12"), ("Rope", "11")],
    "a column in italics": [("Tool", "Price"), ("i:Saw", "12"), ("i:Rope", "11"), ("Pot", "9")],
    "a table that is bold": [("b:Tool", "b:Price"), ("b:Saw", "b:12"), ("b:Rope", "b:11")],
    "a table that is typed": [("c:Tool", "c:Price"), ("c:Saw", "c:12"), ("c:Rope", "c:11")],
}
MARKS = {"b": "**", "i": "*", "c": "`"}


def _plain(cell):
    return cell.rpartition(":")[2]


def _written(cell):
    style, _, text = cell.rpartition(":")
    return f"{MARKS[style]}{text}{MARKS[style]}" if style else text


@pytest.mark.parametrize("case", SHOWN)
def test_what_sets_a_cell_apart_is_shown(case):
    head, *rows = SHOWN[case]
    bold_head = all(cell.startswith("b:") for cell in head)
    shown = [list(map(_plain if bold_head else _written, head))]
    shown += [list(map(_written, row)) for row in rows]
    assert _body(*SHOWN[case]) == [f"| {' | '.join(row)} |" for row in shown]


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_a_common_style_is_not(case):
    rows = LEFT_ALONE[case]
    assert _body(*rows) == [f"| {' | '.join(map(_plain, row))} |" for row in rows]


def _cell(text, *marks):
    cell = TableCell((Text(text),), Span(0, len(text)), marks)
    other = TableCell((Text("x"),), Span(len(text) + 1, len(text) + 2))
    layout = TableLayout(1, ((0.0, 90.0),))
    return Document(f"{text}\nx\n", (Table((TableRow((cell,)), TableRow((other,))), (), layout),))


def test_a_link_over_a_line_end_in_a_cell_is_one():
    text = "see the guide\nof the street, page 4"
    doc = _cell(text, Mark(4, 13, LINK, "https://a.org"), Mark(14, 27, LINK, "https://a.org"))
    assert "see [the guide of the street](https://a.org), page 4" in write_markdown(run(doc))


def test_marks_move_with_repairs_and_code_is_not_repaired():
    doc = _cell("The o\ufb03ce key of \ufb01le", Mark(4, 12, STRONG), Mark(16, 19, CODE))
    assert "The **office key** of `\ufb01le`" in write_markdown(run(doc))


def test_the_ledger_says_what_is_marked():
    edits = build_tables(_cell("see it", Mark(4, 6, LINK, "https://a.org"))).edits
    assert [(e.rule, e.why) for e in edits] == [("marks", "link to https://a.org")]


def test_a_second_run_changes_nothing():
    once = build_tables(_table(("Tool", "Price"), ("i:Saw", "12"), ("b:Rope", "11")))
    assert build_tables(once) is once
