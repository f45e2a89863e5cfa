"""What is known of parts of a line on a page: links, bold, italic and monospaced words.

This is evidence only. What of it is emphasis, and not the style of a whole paragraph, is seen when
lines have become blocks (`inline.py`).
"""

from __future__ import annotations

import re
from itertools import accumulate, groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING

from ingest.marks import CODE, EMPHASIS, FOOTNOTE, LINK, STRONG, Mark
from ingest.read.glyphs import BOLD, DESCENT, read_font_name
from ingest.read.lines import has_one_style
from ingest.read.link_words import linked_glyphs

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator, Sequence

    from ingest.read.glyphs import Glyph, LinkArea, Style
    from ingest.read.lines import Fragment

_Places = list[tuple[int, int]]  # where each glyph stands in the text of its line


def line_marks(
    line: Fragment, text: str, links: Sequence[LinkArea], *, is_cell: bool = False
) -> tuple[Mark, ...]:
    """The marks of one line.

    Args:
        line: The line.
        text: Its text, as made of its glyphs.
        links: Those of its page, if it has any.
        is_cell: It stands in a cell of a table, where all of a line may be code.
    """
    glyphs = line.glyphs
    is_plain = has_one_style(glyphs) and not _stresses(line.style, is_cell=is_cell)
    near = [area for area in links if area.box.top <= line.middle <= area.box.bottom]
    if (is_plain and not near) or line.style.turned or (places := _places(glyphs, text)) is None:
        return ()
    marks: list[Mark] = []
    if not is_plain:
        marks += _style_marks(glyphs, places, is_cell=is_cell)
        marks += _raised_marks(line, places)
    if near:
        marks += _link_marks(glyphs, places, near)
    return tuple(marks)


def _places(glyphs: Sequence[Glyph], text: str) -> _Places | None:
    """Start and end of each glyph in the text; None if the text is not that of the glyphs."""
    out: _Places = []
    at = 0
    for glyph in glyphs:
        at += text.startswith(" ", at)
        end = at + len(glyph.text)
        if text[at:end] != glyph.text:
            return None
        out.append((at, end))
        at = end
    return out


def _runs(places: _Places, values: Iterable[object]) -> Iterator[tuple[object, int, int]]:
    """Runs of glyphs of one value: the value, start and end in the text."""
    for value, run in groupby(zip(values, places, strict=True), key=itemgetter(0)):
        found = [place for _, place in run]
        yield value, found[0][0], found[-1][1]


# ---------------------------------------------------------------- links


def _link_marks(
    glyphs: Sequence[Glyph], places: _Places, near: Sequence[LinkArea]
) -> Iterator[Mark]:
    blanks = (start > end for (_, end), (start, _) in pairwise(places))
    words = list(accumulate(blanks, initial=0))
    for url, start, end in _runs(places, linked_glyphs(glyphs, words, near)):
        if url:
            yield Mark(start, end, LINK, str(url))


# ---------------------------------------------------------------- styles


def _styles(glyphs: Iterable[Glyph]) -> dict[int, Style]:
    return {id(g.style): g.style for g in glyphs}


def _stresses(style: Style, *, is_cell: bool) -> bool:
    """Is a line in this style alone bold or italic, or, in a cell, code?"""
    return style.weight >= BOLD or style.italic or (is_cell and style.monospace)


def _style_marks(glyphs: Sequence[Glyph], places: _Places, *, is_cell: bool) -> Iterator[Mark]:
    styles = _styles(glyphs)
    for kind, is_so in _KINDS.items():
        having = {key for key, style in styles.items() if is_so(style)}
        # A line of code as a whole, perhaps behind a bullet, is no code inside a line.
        if not having:
            continue
        if kind == CODE and not is_cell and not _has_letter(glyphs, without=having):
            continue
        for found, start, end in _runs(places, (id(g.style) in having for g in glyphs)):
            if found:
                yield Mark(start, end, kind)


def _has_letter(glyphs: Iterable[Glyph], without: Container[int]) -> bool:
    return any(g.text.isalpha() and id(g.style) not in without for g in glyphs)


def _is_strong(style: Style) -> bool:
    return style.weight >= BOLD and not read_font_name(style.font).math


def _is_emphasis(style: Style) -> bool:
    return style.italic and not read_font_name(style.font).math


def _is_code(style: Style) -> bool:
    return style.monospace


_KINDS: dict[str, Callable[[Style], bool]] = {
    STRONG: _is_strong,
    EMPHASIS: _is_emphasis,
    CODE: _is_code,
}


# ---------------------------------------------------------------- raised signs

# A raised sign is set in at most this share of the size of its line and stands this much higher, in
# em of the line: LaTeX 0.7 and 0.36, Word 0.65 and 0.33, browsers 0.83 and 0.33.
RAISED_SIZE, RAISED_MIN = 0.85, 0.2
_SIGN = re.compile(r"\d{1,3}|[*†‡§¶‖]{1,3}")


def _raised_marks(line: Fragment, places: _Places) -> Iterator[Mark]:
    """The raised numbers and signs, which may refer to notes."""
    size = line.style.size
    if all(style.size > RAISED_SIZE * size for style in _styles(line.glyphs).values()):
        return
    baseline = line.bottom - DESCENT * size
    raised = [
        g.style.size <= RAISED_SIZE * size
        and baseline - (g.bottom - DESCENT * g.style.size) >= RAISED_MIN * size
        for g in line.glyphs
    ]
    for is_raised, run in groupby(zip(raised, line.glyphs, places, strict=True), itemgetter(0)):
        found = list(run)
        sign = "".join(glyph.text for _, glyph, _ in found)
        if is_raised and _SIGN.fullmatch(sign):
            yield Mark(found[0][2][0], found[-1][2][1], FOOTNOTE, sign)
