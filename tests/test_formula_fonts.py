"""Signs of formulas in fonts that say nowhere what they are."""

from pathlib import Path

import pytest

from ingest import convert
from ingest.read.tex_fonts import count_guessed, read_tex_codes

DATA = Path(__file__).parent / "data"
PROSE = "The pears and the plums of the street are for all who ask, and for those who do not."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("P R", 2),  # a sum and an integral
        ("! @", 2),  # arrows
        ("A !", 2),  # a calligraphic letter and an arrow
        ("x y ;", 1),
    ],
)
def test_signs_that_may_be_others(text, count):
    assert _count(text) == count


@pytest.mark.parametrize("text", ["x y", "f 10", "2 3", "Officer of pears: 12!", "\x0b\x0c"])
def test_letters_digits_and_words_stand_for_themselves(text):
    assert _count(text) == 0


def _count(text):
    meanings = read_tex_codes([PROSE, text], is_tex=True)
    return count_guessed(text, meanings[1])


def test_they_are_told_with_page_and_number():
    told = [
        m for m in convert(DATA / "formula-fonts.pdf").document.messages if "formulas" in m.text
    ]
    assert [(m.level, m.page) for m in told] == [("warning", 1)]
    assert "signs of formulas are perhaps another" in told[0].text


@pytest.mark.parametrize("name", ["bitmap-fonts", "bitmap-fonts-knuth", "raised-signs-tex"])
def test_text_is_not_told(name):
    messages = convert(DATA / "pages" / f"{name}.pdf").document.messages
    assert not any("perhaps another" in m.text for m in messages)
