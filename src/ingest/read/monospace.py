"""Lines in type of one width: their text with every blank, told by where the glyphs stand."""

from __future__ import annotations

from collections import defaultdict
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, NamedTuple

from ingest.read.glyphs import Blank
from ingest.read.lines import has_one_style

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.read.glyphs import Glyph

# Share of the glyphs of a line that have the width of the type; characters that its font lacks come
# from another one. A line of prose with a long name in it has less.
TYPED_SHARE = 0.9
# Glyphs of one width differ by rounding, as a share of the width.
SAME_WIDTH = 0.03
# A font that does not say what it is shows it: so many different letters of one width.
TELLING_LETTERS = 5
# So many glyphs show at a glance that a line is not typed; in points their widths differ.
QUICK = 12
# Glyphs are set no further apart than this, in widths; the listings of LaTeX have 1.14.
WIDEST_PITCH = 1.5


class Typed(NamedTuple):
    """The text of a line in type of one width.

    Attributes:
        text: With its inner blanks.
        pitch: Points from one glyph to the next.
        number: Glyphs before the text that number the line, set in other type.
    """

    text: str
    pitch: float
    number: int = 0


def typed_lines(lines: Sequence[Sequence[Glyph]]) -> list[Typed | None]:
    """The texts of the lines of a page, with their inner blanks as they were typed.

    Returns:
        For each line None if it is not set in type of one width throughout. The number of a line of
        code may be set in other type; it is left out of the text.
    """
    numbers = [_count_number(glyphs) for glyphs in lines]
    lines = [glyphs[count:] for glyphs, count in zip(lines, numbers, strict=True)]
    widths = _widths(lines)
    rough = _written(lines, widths, _pitches(lines, widths))
    exact: dict[float, list[float]] = defaultdict(list)
    for glyphs, typed in zip(lines, rough, strict=True):
        if typed:
            exact[glyphs[0].style.size] += [typed.pitch] * len(typed.text)
    pitches = {size: median(found) for size, found in exact.items()}
    return [
        typed and typed._replace(number=count)
        for typed, count in zip(_written(lines, widths, pitches), numbers, strict=True)
    ]


def _count_number(glyphs: Sequence[Glyph]) -> int:
    """How many glyphs the number of a line of code takes, set in other type than the code."""
    count = 0
    while (
        count < len(glyphs)
        and glyphs[count].text.isdigit()
        and glyphs[count].style is glyphs[0].style
    ):
        count += 1
    if not 0 < count < len(glyphs) or not glyphs[count].style.monospace:
        return 0
    return count if glyphs[0].style[:2] != glyphs[count].style[:2] else 0


def _written(
    lines: Sequence[Sequence[Glyph]],
    widths: Sequence[float | None],
    pitches: Mapping[float, float],
) -> list[Typed | None]:
    return [
        _typed(glyphs, pitches.get(glyphs[0].style.size, width)) if width else None
        for glyphs, width in zip(lines, widths, strict=True)
    ]


def _widths(lines: Sequence[Sequence[Glyph]]) -> list[float | None]:
    """For each line how wide its glyphs are, in points; None if it is not typed.

    A line without letters enough, such as a bracket alone, is typed if it has the very width that
    others of its size show.
    """
    found = [_even_width(glyphs) for glyphs in lines]
    sure = [
        width if width and _is_typed(glyphs) else None
        for glyphs, width in zip(lines, found, strict=True)
    ]
    shown = {
        (glyphs[0].style.size, round(width, 1))
        for glyphs, width in zip(lines, sure, strict=True)
        if width
    }
    return [
        width if width and (known or (glyphs[0].style.size, round(width, 1)) in shown) else None
        for glyphs, width, known in zip(lines, found, sure, strict=True)
    ]


def _even_width(glyphs: Sequence[Glyph]) -> float | None:
    if not glyphs:
        return None
    says = glyphs[0].style.monospace
    if not has_one_style(glyphs):
        said = sum(glyph.style.monospace for glyph in glyphs)
        if 0 < said < TYPED_SHARE * len(glyphs):
            return None
        says = said > 0
    some = {round(glyph.right - glyph.left) for glyph in glyphs[:QUICK]}
    if not says and len(some) > 2:  # noqa: PLR2004 - rounding makes two
        return None
    widths = [glyph.right - glyph.left for glyph in glyphs]
    usual = median(widths)
    even = sum(abs(width - usual) <= SAME_WIDTH * usual for width in widths)
    return usual if usual > 0 and even >= TYPED_SHARE * len(widths) else None


def _is_typed(glyphs: Sequence[Glyph]) -> bool:
    """Does the font say that it is of one width, or do its letters show it?"""
    if glyphs[0].style.monospace:
        return True
    return len({glyph.text for glyph in glyphs if glyph.text.isalpha()}) >= TELLING_LETTERS


def _pitches(
    lines: Sequence[Sequence[Glyph]], widths: Sequence[float | None]
) -> Mapping[float, float]:
    """From one glyph to the next, by size of type: some programs set them apart."""
    steps: dict[float, list[float]] = defaultdict(list)
    for glyphs, width in zip(lines, widths, strict=True):
        if width:
            steps[glyphs[0].style.size] += (
                b.left - a.left
                for a, b in pairwise(glyphs)
                if (1 - SAME_WIDTH) * width < b.left - a.left < WIDEST_PITCH * width
            )
    return {size: median(found) for size, found in steps.items() if found}


def _typed(glyphs: Sequence[Glyph], pitch: float) -> Typed:
    parts = [glyphs[0].text]
    for before, glyph in pairwise(glyphs):
        blanks = round((glyph.left - before.left) / pitch) - 1
        parts += " " * max(blanks, int(glyph.blank is Blank.DRAWN)), glyph.text
    text = "".join(parts)
    # Over the whole line the pitch is known more exactly than from one glyph to the next.
    cells = len(text) - len(glyphs[-1].text)
    return Typed(text, (glyphs[-1].left - glyphs[0].left) / cells if cells else pitch)
