"""Tables of contents on pages as evidence for headings."""

import pytest
from pdfs import make_pdf, outlined, text

from ingest import convert

DOTS = " . . . . . . . . "
LONG = "The hens are fed at six and let out when the gate has been closed behind us."


def _contents(*titles):
    rows = [f"{title}{DOTS}{at}" for at, title in enumerate(titles, 2)]
    return text("Contents", *rows, size=10, at=(40, 360), leading=16)


def _sections(*heads, font="F", size=10):
    shown, y = "", 360
    for head in heads:
        shown += text(head, font=font, size=size, at=(40, y))
        shown += text(LONG, LONG, size=10, at=(40, y - 24), leading=13)
        y -= 80
    return shown


def _headings(markdown):
    return [line for line in markdown.splitlines() if line.startswith("#")]


def _of(contents, sections, **options):
    return _headings(convert(make_pdf(contents, sections), **options).markdown)


TITLES = ("Of hens", "Of geese", "Of ducks")


def test_titles_that_look_like_the_text():
    assert _of(_contents(*TITLES), _sections(*TITLES)) == [
        "# Contents", "# Of hens", "# Of geese", "# Of ducks"
    ]  # fmt: skip


def test_a_title_without_the_style_of_the_others_is_as_deep():
    sections = text("All about poultry", font="B", size=18, at=(40, 380))
    sections += _sections("Of hens", "Of geese", font="B").replace("/B 10 Tf", "/F 10 Tf", 1)
    got = _of(_contents("Of hens", "Of geese", "Of ducks"), sections)
    assert got[-2:] == ["## Of hens", "## Of geese"]


LEFT_ALONE = {
    "sentences that begin alike": ("Of hens we say nothing.", "Of geese, too,", "Ducks are fine."),
    "other lines": ("Of sheep", "Of goats", "Of cows"),
}


@pytest.mark.parametrize("case", LEFT_ALONE)
def test_what_the_contents_do_not_list(case):
    assert set(_of(_contents(*TITLES), _sections(*LEFT_ALONE[case]))) <= {"# Contents"}


def test_a_title_counts_once():
    got = _of(_contents(*TITLES), _sections(*TITLES, "Of hens"))
    assert got.count("# Of hens") == 1


def test_lines_without_page_numbers_are_no_contents():
    listed = text("Contents", *TITLES, size=10, at=(40, 360), leading=16)
    assert _of(listed, _sections(*TITLES)) == []


def test_an_outline_comes_first():
    outline = [(1, "Of hens", 2)]
    data = outlined(_contents(*TITLES), _sections(*TITLES), outline=outline)
    assert _headings(convert(data).markdown) == ["# Of hens"]
