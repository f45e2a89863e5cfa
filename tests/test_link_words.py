"""Areas of links that do not end where words do."""

import pytest

from ingest.document import BBox
from ingest.read.glyphs import Glyph, LinkArea, Style
from ingest.read.link_words import linked_glyphs

STYLE = Style("Mono", 10.0)
WIDTH = 6.0  # of each glyph, points
URL = "https://a.org"


def _linked(text, *areas):
    """The text with what is linked between brackets; areas are left and right edge in glyphs."""
    glyphs, words, word = [], [], 0
    for at, char in enumerate(text):
        if char == " ":
            word += 1
            continue
        glyphs.append(Glyph(char, at * WIDTH, 0, (at + 1) * WIDTH, 10, STYLE))
        words.append(word)
    near = [LinkArea(BBox(a * WIDTH, 0, b * WIDTH, 10), URL) for a, b in areas]
    found = iter(linked_glyphs(glyphs, words, near))
    return "".join(char.upper() if char != " " and next(found) else char for char in text)


@pytest.mark.parametrize(
    ("text", "area", "shown"),
    [
        ("see the guide here", (4.4, 12.4), "see THE GUIDE here"),  # both ends too early
        ("see the guide here", (3.6, 14.6), "see THE GUIDE here"),
        ("see the guide here", (5.6, 13), "see the GUIDE here"),
        ("see the guide here", (4, 9.7), "see THE guide here"),
        ("the guide, here", (4, 9.6), "the GUIDE, here"),
        ("the guide, here", (4, 10), "the GUIDE, here"),
        ("so, guide here", (2, 9), "so, GUIDE here"),
        ("hypertext, here", (5.5, 10), "hypertext, here"),
        ("so (guide) here", (3, 9), "so (GUIDE) here"),
        ("so (guide) here", (4, 10), "so (GUIDE) here"),
    ],
)
def test_an_area_is_snapped_to_words(text, area, shown):
    assert _linked(text, area) == shown


@pytest.mark.parametrize(
    ("text", "area", "shown"),
    [
        ("hyperlinks here", (5, 9), "hyperLINKs here"),  # a part of a word, to the point
        ("hyperlinks here", (4.8, 9.2), "hyperLINKs here"),  # with the margin of TeX
        ("see the guide here", (4, 13), "see THE GUIDE here"),
        ("so (guide) here", (3, 10), "so (GUIDE) here"),
        ("read more. and", (0, 10), "READ MORE. and"),
        ("pears, plums and", (0, 12), "PEARS, PLUMS and"),
        ("ends with guide,", (10, 16), "ends with GUIDE,"),  # it may go on in the next line
        ("a , b", (2, 3), "a , b"),
    ],
)
def test_an_area_that_fits_is_left_alone(text, area, shown):
    assert _linked(text, area) == shown


def test_two_links_to_one_place_side_by_side():
    assert _linked("one two three", (0, 3.1), (3.9, 7)) == "ONE TWO three"
