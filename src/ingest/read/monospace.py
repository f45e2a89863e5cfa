"""Lines in type of one width: their text with every blank, told by where the glyphs stand."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.read.glyphs import Glyph

# Share of the glyphs of a line that have the width of the type; characters that its font lacks come
# from another one. A line of prose with a long name in it has less.
TYPED_SHARE = 0.9
# Glyphs of one width differ by rounding, as a share of the width.
SAME_WIDTH = 0.03
# A font that does not say what it is shows it: so many different letters of one width.
TELLING_LETTERS = 5
# A gap is a blank from this share of a width on; justified code does not exist.
BLANK_SHARE = 0.5


class Typed(NamedTuple):
    """The text of a line in type of one width, and that width in points."""

    text: str
    advance: float


def typed_line(glyphs: Sequence[Glyph]) -> Typed | None:
    """The text of a line with its inner blanks as they were typed.

    Returns:
        None if the line is not set in type of one width throughout.
    """
    if not glyphs or not _may_be_typed(glyphs):
        return None
    widths = [glyph.right - glyph.left for glyph in glyphs]
    advance = median(widths)
    if advance <= 0:
        return None
    even = sum(abs(width - advance) <= SAME_WIDTH * advance for width in widths)
    if even < TYPED_SHARE * len(widths):
        return None
    parts = [glyphs[0].text]
    for before, glyph in pairwise(glyphs):
        blanks = _blanks_between(before, glyph, advance)
        parts += " " * blanks, glyph.text
    return Typed("".join(parts), advance)


def _may_be_typed(glyphs: Sequence[Glyph]) -> bool:
    """Do the fonts of the line say that they are of one width, or may its letters show it?"""
    typed = sum(glyph.style.monospace for glyph in glyphs)
    if typed:
        return typed >= TYPED_SHARE * len(glyphs)
    letters = {glyph.text for glyph in glyphs if glyph.text.isalpha()}
    return len(letters) >= TELLING_LETTERS


def _blanks_between(before: Glyph, glyph: Glyph, advance: float) -> int:
    gap = (glyph.left - before.right) / advance
    return max(int(gap + BLANK_SHARE), int(bool(glyph.blank)))
