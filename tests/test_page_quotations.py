"""What is set in on both sides of a page is a quotation; other text that stands in is none."""

import pytest
from pdfs import make_pdf, text

import ingest

ABOVE = (
    "The keeper of the lamp wrote letters home in each of those",
    "eleven years, and one of them was found in a box of tools",
    "when the tower was sold. It begins without any greeting:",
)
QUOTED = (
    "The lamp has burned for eleven nights without",
    "a ship. I talk to the dog, and the dog begins to",
    "look at me as if it was I who had lost a mind.",
    "There is bread for a week and oil for two.",
)
BELOW = (
    "Nobody knows whether the letter was ever sent, or who the",
    "reader was to be; the dog is not mentioned a second time.",
)
# What stands in the place of the quotation, where it begins, and with which leading.
OTHERS = {
    "it stands in on the left alone": (ABOVE, 70),
    "verse": (
        ("Pull the rope and mind the stone,", "winter takes", "what is not sown, and so on."),
        80,
    ),
    "two lines": (QUOTED[:2], 80),
    "an item and its lines": (("- " + QUOTED[0], *QUOTED[1:]), 80),
    "a numbered item": (("1. " + QUOTED[0], *QUOTED[1:]), 80),
    "names": (
        ("Ruth Keller of Port Ellery", "Office of the Small Boats", "Quay Street, third door"),
        80,
    ),
}


def _page(middle, left, *, above=ABOVE, at=40):
    parts = [text(*above, at=(at, 360), leading=14)]
    parts.append(text(*middle, at=(left, 310), leading=14))
    parts.append(text(*BELOW, at=(at, 240), leading=14))
    return make_pdf("\n".join(parts))


def test_text_that_is_set_in_on_both_sides_is_a_quotation():
    result = ingest.convert(_page(QUOTED, 80))
    assert result.markdown == (f"{' '.join(ABOVE)}\n\n> {' '.join(QUOTED)}\n\n{' '.join(BELOW)}\n")
    assert [e.why for e in result.document.edits if e.rule == "set-in"] == [
        "it stands in on both sides"
    ]


@pytest.mark.parametrize("name", OTHERS)
def test_other_lines_that_stand_in_are_none(name):
    middle, left = OTHERS[name]
    assert ">" not in ingest.convert(_page(middle, left)).markdown


def test_two_paragraphs_that_are_set_in_stay_two():
    page = make_pdf(
        text(*ABOVE, at=(40, 380), leading=14)
        + text(*QUOTED, at=(80, 330), leading=14)
        + text(*QUOTED, at=(80, 262), leading=14)
        + text(*BELOW, at=(40, 190), leading=14)
    )
    assert ingest.convert(page).markdown.count(" ".join(QUOTED)) == 2


def test_what_is_set_in_like_all_around_it_is_none():
    assert ">" not in ingest.convert(_page(QUOTED, 80, above=QUOTED[:3], at=80)).markdown
