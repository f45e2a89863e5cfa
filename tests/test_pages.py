"""Real pages: columns, notes, directions, and what nobody sees. `data/make_pages.py` makes them."""

from math import cos, radians, sin
from pathlib import Path

import pytest
from pdfs import make_pdf, text

from ingest import convert, read, reader
from ingest.document import FootnoteDefinition, Line

PAGES = Path(__file__).parent / "data" / "pages"
PDFS = sorted(PAGES.glob("*.pdf"))


@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.stem)
def test_a_page_is_what_a_careful_reader_would_type(path):
    assert convert(path).markdown == path.with_suffix(".md").read_text(encoding="utf-8")


def test_every_page_has_its_answer_and_every_answer_its_page():
    assert {p.stem for p in PAGES.glob("*.md")} == {p.stem for p in PDFS}


# ---------------------------------------------------------------- columns

SIZES = {"size": 9, "leading": 12}
LEFT = [f"Left row {n} of some text" for n in range(14)]
MIDDLE = [f"Middle row {n} of a text" for n in range(14)]
RIGHT = [f"Right row {n} of a story" for n in range(14)]
BODY = [f"This is line {n} of the running text in one column" for n in range(12)]


def _lines(data, source="auto"):
    return [node.value for node in read(data, source=source).children if isinstance(node, Line)]


def _column(rows, x, y=360):
    return text(*rows, at=(x, y), **SIZES)


BOTH = pytest.mark.parametrize("source", ["pdfium", "pdfplumber"])


@BOTH
@pytest.mark.parametrize("order", ["as read", "as shown"])
def test_three_columns_in_any_order_of_drawing(order, source):
    columns = [_column(LEFT, 30), _column(MIDDLE, 150), _column(RIGHT, 270)]
    data = make_pdf("".join(columns if order == "as read" else reversed(columns)))
    assert _lines(data, source) == [*LEFT, *MIDDLE, *RIGHT]


def test_four_columns():
    rows = [
        [f"{name} {n} is a full row" for n in range(14)] for name in ("One", "Two", "Three", "Four")
    ]
    # Staggered, since what stands in rows is a table.
    columns = [_column(column, 30 + 90 * at, 360 - 3 * at) for at, column in enumerate(rows)]
    data = make_pdf("".join(columns))
    assert _lines(data) == [row for column in rows for row in column]


def test_a_short_heading_that_parts_the_columns_is_read_between_them():
    head = text("Second part", font="B", size=11, at=(30, 260))
    data = make_pdf(
        _column(LEFT[:7], 30) + _column(RIGHT[:7], 220) + head
        + _column(LEFT[7:], 30, 240) + _column(RIGHT[7:], 220, 240)
    )  # fmt: skip
    assert _lines(data) == [*LEFT[:7], *RIGHT[:7], "Second part", *LEFT[7:], *RIGHT[7:]]


HEAD = text("A section", font="B", size=9, at=(30, 270))
STAYS = {
    "beside text of the other column": (_column(RIGHT, 220), RIGHT),
    "beside a gap that goes on": (
        _column(RIGHT[:7], 220) + _column(RIGHT[7:], 220, 230),
        RIGHT,
    ),
    "in regular type": (_column(RIGHT[:7], 220) + _column(RIGHT[7:], 220, 258), RIGHT),
}


@pytest.mark.parametrize("case", STAYS)
def test_other_lines_of_a_column_part_nothing(case):
    right, rows = STAYS[case]
    head = HEAD.replace("/B ", "/F ") if "regular" in case else HEAD
    data = make_pdf(_column(LEFT[:7], 30) + head + _column(LEFT[7:], 30, 258) + right)
    assert _lines(data) == [*LEFT[:7], "A section", *LEFT[7:], *rows]


def test_a_list_with_labels_in_a_column_is_no_pair_of_columns():
    labels = _column([f"n{n}" for n in range(14)], 30) + _column(MIDDLE, 60)
    data = make_pdf(labels + _column(RIGHT, 220))
    assert _lines(data)[:2] == ["n0 Middle row 0 of a text", "n1 Middle row 1 of a text"]
    assert _lines(data)[14:] == RIGHT


# ---------------------------------------------------------------- paragraphs over columns

FULL = "is one line of a text that is full"
SHORT = "which ends."


def _set(paragraphs, x, y=360, indent=10):
    """Operators that show paragraphs, the first line of each indented unless it begins with `~`."""
    shown = ""
    for paragraph in paragraphs:
        for at, row in enumerate(paragraph):
            inset = indent if row[0] == " " or (at == 0 and row[0] != "~") else 0
            shown += text(row.lstrip("~ "), at=(x + inset, y), **SIZES)
            y -= 12
    return shown


def _paragraph(name, end=SHORT):
    return [f"{name} it {FULL[3:-6]}"[:34], f"and this {FULL}", f"and that {FULL}", end]


# The left column ends with a full line and a stop.
FILLED = [f"and that {FULL[:-5]} so."]
ONE, TWO, THREE = (_paragraph(name) for name in ("One", "Two", "Three"))
OVER = [_paragraph("Four")[0], "and this is all one line of a text", *FILLED]
REST = ["~And so it goes on over the column", f"and this {FULL}", SHORT]
FLOWS = {
    "flush at the head of the column": ({}, OVER, REST, True),
    "leave alone an indent": ({}, OVER, ["It is another that goes on here", *REST[1:]], False),
    "leave alone a column that ends early": ({}, [*OVER[:-1], "so."], REST, False),
    "leave alone where nothing is indented": ({"indent": 0}, OVER, REST, False),
    "leave alone what stands in as a whole": (
        {},
        OVER,
        ["  It is a quotation that goes on", "  and on, and all of it stands in", "  to the end."],
        False,
    ),
}


@pytest.mark.parametrize("case", FLOWS)
def test_a_paragraph_goes_on_after_a_sentence_that_ends_with_the_column(case):
    look, over, rest, is_one = FLOWS[case]
    left = _set([ONE, TWO, THREE, ONE, over], 30, **look)
    markdown = convert(make_pdf(left + _set([rest, TWO, THREE, ONE], 220, **look))).markdown
    end, head = over[-1], rest[0].lstrip("~ ")
    assert (f"{end} {head}" in markdown, f"{end}\n\n{head}" in markdown) == (is_one, not is_one)


def test_a_line_alone_on_its_page_does_not_tell_that_it_is_no_first_line():
    pages = [_set([ONE, TWO, THREE, ONE, OVER], 30), _set([["It stands alone and goes on"]], 30)]
    markdown = convert(make_pdf(*pages, _set([TWO, THREE], 30))).markdown
    assert f"{OVER[-1]}\n\nIt stands alone" in markdown


# ---------------------------------------------------------------- notes over pages

NOTED = "(A word that is noted) Tj 5 Ts /F 7 Tf (1) Tj 0 Ts /F 12 Tf ( and more of it) Tj"
FIRST = text(NOTED, "and another line", "and a third one here")
FOOTS = {
    "goes on": ("and goes", ["on over the page."], True),
    "goes on above a page number": ("and goes", ["on over the page."], True),
    "leave alone small type if the note has ended": ("and ends.", ["set in small type."], False),
    "leave alone what begins anew": ("and goes", ["Source: the town hall"], False),
    "leave alone type of the size of the text": ("and goes", [], False),
}


@pytest.mark.parametrize("case", FOOTS)
def test_a_note_goes_on_at_the_foot_of_the_next_page(case):
    end, rows, is_one = FOOTS[case]
    note = text("1 A note that is long", end, size=8, leading=10, at=(40, 50))
    second = text("The second page has lines", "of its own text", "and more of them")
    foot = text(*rows, size=8, leading=10, at=(40, 50)) if rows else text("and so on", at=(40, 50))
    if "number" in case:
        foot += text("2", at=(200, 20))
    (found,) = [
        node
        for node in read(make_pdf(FIRST + note, second + foot)).children
        if isinstance(node, FootnoteDefinition)
    ]
    assert [line.value for line in found.children][2:] == (rows if is_one else [])
    assert [line.layout.page for line in found.children][2:] == [2] * (len(rows) * is_one)


# ---------------------------------------------------------------- notes in the margin

MAIN = text(*BODY, at=(30, 360), size=10, leading=14)
NOTE = text("A note about", "what is said", at=(300, 333), size=7, leading=9)


@BOTH
def test_a_note_stands_behind_its_paragraph(source):
    more = text("Another paragraph", "of the same text", at=(42, 180), size=10, leading=14)
    assert _lines(make_pdf(MAIN + NOTE + more), source) == [
        *BODY, "A note about", "what is said", "Another paragraph", "of the same text",
    ]  # fmt: skip


def test_a_note_does_not_cut_a_paragraph_that_goes_on_over_the_page():
    assert _lines(make_pdf(MAIN + NOTE)) == ["A note about", "what is said", *BODY]


BESIDE = {
    "one small line alone": text("see above", at=(300, 332), size=7),
    "type of the same size": text("2019", "2020", at=(300, 332), size=10, leading=14),
    "numbers of lines": text(*"123456", at=(12, 360), size=7, leading=14),
}


@pytest.mark.parametrize("case", BESIDE)
def test_what_else_stands_beside_a_line_is_part_of_it(case):
    lines = _lines(make_pdf(MAIN + BESIDE[case]))
    assert len(lines) == len(BODY)


# ---------------------------------------------------------------- direction


@BOTH
@pytest.mark.parametrize("name", ["turned-pages", "margin-stamp", "watermarks", "bold-by-hand"])
def test_both_sources_give_the_same_markdown_for_turned_text(name, source):
    path = PAGES / f"{name}.pdf"
    assert convert(path, reader=reader(source=source)).markdown == convert(path).markdown


# ---------------------------------------------------------------- watermarks and stamps


def turned(words, angle, at, size=12, gray=0):
    """Operators that show words at an angle from a point on."""
    c, s = cos(radians(angle)), sin(radians(angle))
    matrix = f"{c:.4f} {s:.4f} {-s:.4f} {c:.4f} {at[0]} {at[1]}"
    return f"q {gray} g BT /F {size} Tf {matrix} Tm ({words}) Tj ET Q\n"


STAMPS = {
    "slanted across the page": turned("DRAFT", 50, (100, 150), size=80, gray=0.8),
    "slanted, in black": turned("RECEIVED", 12, (200, 100), size=24),
    "up the left margin": turned("pears:2401.00042", 90, (25, 150)),
    "down the right margin": turned("pears:2401.00042", 270, (375, 300)),
    "pale below the text": "q 0.85 g {} Q\n".format(text("COPY", size=90, at=(50, 250))),
}


@pytest.mark.parametrize("case", STAMPS)
@BOTH
def test_a_stamp_goes_and_the_ledger_says_so(case, source):
    if source == "pdfplumber" and "pale" in case:
        pytest.skip("by pdfplumber nothing is pale")
    result = convert(make_pdf(STAMPS[case] + MAIN), reader=reader(source=source))
    assert result.markdown == " ".join(BODY) + "\n"
    (edit,) = [edit for edit in result.document.edits if edit.rule == "watermark"]
    assert (edit.before in STAMPS[case], edit.after) == (True, "")


def test_a_turned_line_goes_that_stands_in_the_same_place_of_several_pages():
    mark = turned("internal", 45, (250, 100), size=8)
    texts = [[f"Page {n} has row {at} of its own" for at in range(9)] for n in ("one", "two")]
    result = convert(make_pdf(*(mark + text(*rows) for rows in texts)))
    assert "internal" not in result.markdown
    assert sum(edit.rule == "watermark" for edit in result.document.edits) == 2


NO_STAMPS = {
    "slanted labels of a figure": turned("Thursday", 45, (150, 100), size=9),
    "a turned label beside a figure": turned("Thursday", 90, (150, 100)),
    "a large pale heading": "q 0.6 g {} Q\n".format(text("Thursday", size=24, at=(40, 150))),
    "pale text of the usual size": "q 0.6 g {} Q\n".format(text("Thursday", at=(40, 150))),
    "a large heading in black": text("Thursday", size=24, at=(40, 150)),
}


@pytest.mark.parametrize("case", NO_STAMPS)
def test_what_may_be_text_is_no_stamp(case):
    assert "Thursday" in convert(make_pdf(MAIN + NO_STAMPS[case])).markdown


def test_a_page_that_lies_on_its_side_is_no_stamp():
    rows = "".join(turned(row, 90, (60 + 14 * n, 40), size=10) for n, row in enumerate(BODY))
    assert convert(make_pdf(rows)).markdown == " ".join(BODY) + "\n"


def test_a_page_without_text_is_told_by_its_number():
    messages = [m.text for m in convert(PAGES / "empty-page.pdf").document.messages]
    assert messages == ["page 2 has no text layer"]
