"""Tables of text files: made when sure, and nothing else is one."""

import pytest

import ingest
from ingest.document import Table, runs, text_of
from ingest.stages import find_tables

TABLES = {
    "columns apart by blanks": (
        "Size        Litres    Weight\nsmall       0.75      410\nmedium      1.5       640\n"
        "large       3.0       1050\n",
        "Size|Litres|Weight small|0.75|410 medium|1.5|640 large|3.0|1050",
    ),
    "figures flush right": (
        "Year    Members\n2016         84\n2017        102\n2018         97\n",
        "Year|Members 2016|84 2017|102 2018|97",
    ),
    "an empty cell": (
        "Name      Room   Since\nRuth      12     2011\nKarl             2013\n"
        "Ines      14     2020\nOda       15     2021\n",
        "Name|Room|Since Ruth|12|2011 Karl||2013 Ines|14|2020 Oda|15|2021",
    ),
    "a rule below the header": (
        "Kind      km\n-------------\none       14\ntwo       11\n",
        "Kind|km one|14 two|11",
    ),
    "a frame of a database": (
        "+----+------+\n| id | name |\n+----+------+\n"
        "|  1 | Ruth |\n|  2 | Karl |\n+----+------+\n",
        "id|name 1|Ruth 2|Karl",
    ),
    "a rule of a database, an empty last cell": (
        " id | name \n----+------\n 1  | Ruth\n 2  |\n",
        "id|name 1|Ruth 2|",
    ),
    "a grid": (
        "+---+---+\n| a | b |\n+===+===+\n| 1 | 2 |\n+---+---+\n| 3 | 4 |\n+---+---+\n",
        "a|b 1|2 3|4",
    ),
    "tabs": (
        "Day\tHour\tQuay\nMonday\t7:40\t3\nFriday\t9:05\t1\n",
        "Day|Hour|Quay Monday|7:40|3 Friday|9:05|1",
    ),
}
OTHERS = {
    "wide gaps between sentences": "The train was late.  Two people stood on the platform.\n"
    "One was my uncle.  The other nobody knew.\nThe lamp was lit.  They went on waiting.\n",
    "not flush": "one  two\nthree  four\nfive  six\nseven  eight\n",
    "two rows": "one     two    three\nfour    five   six\n",
    "a contents": "Before the journey    3\nOn the way            17\nComing home           41\n",
    "a contents with dots": "Before ....... I    3\nOn a way ..... II   17\n"
    "Home ......... III  41\n",
    "a form": "Name:     Ruth Keller\nStreet:   Am Speicher 4\nTown:     99813\n",
    "a list": "1.  12 eggs\n2.  30 apples\n3.  44 nuts\n",
    "code with comments": "x = 1;      // one\ny = 22;     // two\nzz = 3;     // three\n",
    "a grid with cells of more lines": "+---+-----+\n| a | b   |\n+---+-----+\n"
    "| 1 | two |\n|   | six |\n+---+-----+\n| 3 | 4   |\n+---+-----+\n",
    "a drawing": "+---+    +---+\n| a |--->| b |\n+---+    +---+\n",
    "bars in prose": "He said either | or, and\nshe said neither | nor, and\nthey went | home.\n",
    "columns of text": "the left column goes on and on   and so does the one on the right\n"
    "with lines of the same length    that nobody would read across\n"
    "until the end of the page it is  a thing of beauty and of sense\n",
}


def _tables(text):
    doc = find_tables(ingest.read(text.encode()))
    return [node for node in doc.children if isinstance(node, Table)]


@pytest.mark.parametrize(("text", "cells"), TABLES.values(), ids=TABLES)
def test_a_table_is_found(text, cells):
    for around in ("{}", "Some words before it.\n\n{}\nAnd some behind it.\n"):
        (table,) = _tables(around.format(text))
        rows = ("|".join(text_of(cell) for cell in row.children) for row in table.children)
        assert " ".join(rows) == cells
        result = ingest.convert(around.format(text).encode())  # proves that nothing is lost
        assert "| --- |" in result.markdown


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_nothing_else_is_a_table(text):
    assert _tables(text) == []
    ingest.convert(text.encode())


def test_what_draws_the_table_is_in_the_ledger():
    result = ingest.convert(TABLES["a frame of a database"][0].encode())
    gone = "".join(e.before for e in result.document.edits if e.rule == "drawn-line")
    assert (gone.count("|"), gone.count("+")) == (9, 9)


def test_the_cells_are_repaired_like_other_text():
    text = TABLES["columns apart by blanks"][0].replace("medium", "cafÃ© ")
    doc = ingest.convert(text.encode()).document
    assert "café" in [text_of(run) for run in runs(doc.children)]
