"""Glyphs of one page -> fragments of lines -> words.

Words come from geometry: a gap wider than a share of the font size is a space, beside the spaces
that the file draws. `order.py` puts the fragments in reading order.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from statistics import median
from typing import TYPE_CHECKING

from ingest.read.glyphs import BOLD, REGULAR, Blank

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.read.glyphs import Glyph, Style
    from ingest.read.tables import Grid

_STYLE_OF = attrgetter("style")
# All gaps are in em, that is relative to the font size.
# A blank between two words. Of 1,000 words of the dev PDFs, read without their spaces, 0.095 to
# 0.11 join 0.2 and split none, 0.09 splits 0.2 and 0.15 joins 0.5 (bench/gaps.py); so it is as wide
# as it may be without joining more.
WORD_GAP = 0.11
# A gap that makes up for the overlap before it, to this share of an em, parts no words: groff sets
# an italic f back by 0.146 and what follows it on by as much.
MADE_UP = 0.01
# A fragment ends at a gap that no justified line has; measured: the widest are about 1 em.
FRAGMENT_GAP = 1.2
# Or at one of this before type of another size: notes in the margin of LaTeX stand off by 0.7 to
# 1.1, and a blank before type of another size is one of a line that is not stretched.
SIZE_GAP = 0.6
# Glyphs of one line may overlap by kerning; further back is another line or column.
MAX_BACKWARD = 0.6
# Two glyphs stand on one line if their middles are no further apart; superscripts are about 0.35.
SAME_LINE = 0.45
# A raised or lowered sign follows without a gap on what it belongs to, and is set in this share of
# its size at least; smaller type is that beside an initial. The two overlap in height by this share
# of the smaller size at least, where lines do not; em. Of LaTeX, groff, LibreOffice, WeasyPrint and
# browsers the lowest are those of WeasyPrint, which overlap by half.
SCRIPT_SIZE, SCRIPT_GAP, SCRIPT_OVERLAP = 0.45, 0.2, 0.3
# Glyphs whose lower edges differ by more than this do not stand on one baseline; em. A page that
# was scanned askew has less, raised and lowered signs have 0.2 or more.
# Engines see a gap before each of those.
LEVEL = 0.15
# Letter-spaced text: so many glyphs at least, this share of letters among them, this share of the
# gaps within this distance of the usual gap, which is no wider than that; em. A word ends where the
# gap is wider than the usual one by a fixed amount and by a share of it.
TRACKED_GLYPHS = 6
TRACKED_LETTERS = 0.5
TRACKED_SHARE, TRACKED_NEAR, TRACKED_MAX = 0.6, 0.08, 1.0
TRACKED_WORD_GAP, TRACKED_WORD_SHARE = 0.18, 0.35
# Share of bold glyphs from which on a line is bold; its number or last stop may be regular.
BOLD_SHARE = 0.85
# A line is prose if this share of its glyphs is not monospaced, however long the code in it; less
# is the number or the bullet of a line of code.
PROSE_SHARE = 0.25


@dataclass(slots=True)
class Fragment:
    """Glyphs that stand on one line without a wide gap, or those of a table; the style of most."""

    glyphs: list[Glyph]
    left: float
    top: float
    right: float
    bottom: float
    style: Style
    table: Grid | None = None

    @classmethod
    def of(cls, glyphs: list[Glyph]) -> Fragment:
        """The fragment of some glyphs; top and bottom are those of the main style."""
        _, lefts, tops, rights, bottoms, styles, _ = zip(*glyphs, strict=True)
        style = main_style(styles)
        if styles.count(style) != len(styles):
            main = [g for g in glyphs if g.style.size == style.size]
            tops, bottoms = tuple(g.top for g in main), tuple(g.bottom for g in main)
        return cls(glyphs, min(lefts), min(tops), max(rights), max(bottoms), style)

    @property
    def size(self) -> float:
        """Font size in points."""
        return self.style.size

    @property
    def middle(self) -> float:
        """The middle of the line, from the top of the page."""
        return (self.top + self.bottom) / 2


def main_style(styles: Sequence[Style]) -> Style:
    """The font of most glyphs among those of the commonest size; code in prose does not count."""
    if len(set(map(id, styles))) == 1:
        return styles[0]
    prose = [style for style in styles if not style.monospace]
    if len(prose) >= PROSE_SHARE * len(styles):
        styles = prose
    size = Counter(style.size for style in styles).most_common(1)[0][0]
    return Counter(style for style in styles if style.size == size).most_common(1)[0][0]


def has_one_style(glyphs: Sequence[Glyph]) -> bool:
    """Do all glyphs share one style? Equal styles are nearly always the same object."""
    return len(set(map(id, map(_STYLE_OF, glyphs)))) == 1


def weight_of(glyphs: Sequence[Glyph]) -> int:
    """Bold if nearly all is bold: a bold word in a line does not make the line bold."""
    if has_one_style(glyphs):
        return BOLD if glyphs[0].style.weight >= BOLD else REGULAR
    bold = sum(g.style.weight >= BOLD for g in glyphs)
    return BOLD if bold >= BOLD_SHARE * len(glyphs) else REGULAR


# ---------------------------------------------------------------- words


def words_of(glyphs: Sequence[Glyph]) -> str:
    """The text of one line: a space where a space was drawn or a gap is left."""
    if not glyphs:
        return ""
    parts = [glyphs[0].text]
    spaces = 0
    _, _, _, end, low, before, _ = glyphs[0]
    room, last = WORD_GAP * before.size, 0.0
    for text, left, _, right, bottom, style, blank in glyphs[1:]:
        if style is not before:  # most lines have one style, and a look at its size costs
            room = WORD_GAP * max(style.size, before.size)
        gap = left - end
        if (gap > room and abs(gap + last) > MADE_UP * style.size) or (
            blank and _parts(blank, before, style, bottom - low)
        ):
            parts.append(" ")
            spaces += 1
        parts.append(text)
        if style is not before:
            before, room = style, WORD_GAP * style.size
        end, low, last = right, bottom, gap
    if spaces >= TRACKED_SHARE * (len(glyphs) - 1) and (tracked := _tracked_words(glyphs)):
        return tracked
    return "".join(parts)


def cut_words(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """The glyphs of each word of a line that is not letter-spaced."""
    if not glyphs:
        return []
    cuts = [0]
    _, _, _, end, low, before, _ = glyphs[0]
    room, last = WORD_GAP * before.size, 0.0
    for at, (_, left, _, right, bottom, style, blank) in enumerate(glyphs[1:], 1):
        if style is not before:
            room = WORD_GAP * max(style.size, before.size)
        gap = left - end
        if (gap > room and abs(gap + last) > MADE_UP * style.size) or (
            blank and _parts(blank, before, style, bottom - low)
        ):
            cuts.append(at)
        if style is not before:
            before, room = style, WORD_GAP * style.size
        end, low, last = right, bottom, gap
    return [list(glyphs[a:b]) for a, b in pairwise([*cuts, len(glyphs)])]


def _parts(blank: Blank, before: Style, style: Style, rise: float) -> bool:
    """Does a blank part words? Engines see a gap before every raised or lowered sign."""
    return blank is Blank.DRAWN or (style.size == before.size and abs(rise) < LEVEL * style.size)


def _tracked_words(glyphs: Sequence[Glyph]) -> str | None:
    """The words of a letter-spaced line; None if it is not letter-spaced."""
    letters = sum(g.text.isalpha() for g in glyphs)
    drawn = sum(g.blank is Blank.DRAWN for g in glyphs[1:])
    if len(glyphs) < TRACKED_GLYPHS or letters < TRACKED_LETTERS * len(glyphs):
        return None
    gaps = [(b.left - a.right) / max(a.style.size, b.style.size) for a, b in pairwise(glyphs)]
    usual = median(gaps)
    near = sum(abs(gap - usual) <= TRACKED_NEAR for gap in gaps)
    if (
        not WORD_GAP < usual <= TRACKED_MAX
        or near < TRACKED_SHARE * len(gaps)
        or drawn > (1 - TRACKED_SHARE) * len(gaps)
    ):
        return None
    wide = usual + max(TRACKED_WORD_GAP, TRACKED_WORD_SHARE * usual)
    words = (
        f" {g.text}" if gap > wide else g.text for gap, g in zip(gaps, glyphs[1:], strict=True)
    )
    return glyphs[0].text + "".join(words)


# ---------------------------------------------------------------- lines


def _is_script(a: Glyph, b: Glyph) -> bool:
    """Is one of two glyphs that are drawn one after the other a raised or lowered sign?"""
    small, large = sorted((a.style.size, b.style.size))
    return (
        small >= SCRIPT_SIZE * large
        and abs(b.left - a.right) < SCRIPT_GAP * large
        and min(a.bottom, b.bottom) - max(a.top, b.top) > SCRIPT_OVERLAP * small
    )


def fragments(glyphs: Sequence[Glyph]) -> list[Fragment]:
    """Cut the stream of glyphs where the next one does not follow on the same line."""
    if not glyphs:
        return []
    cuts = [0]
    _, start, height, end, low, before, _ = glyphs[0]
    back, wide = -MAX_BACKWARD * before.size, FRAGMENT_GAP * before.size
    for at, (_, left, top, right, bottom, style, _) in enumerate(glyphs[1:], 1):
        # Nearly all glyphs are in the style and on the baseline of the one before.
        if (
            style is not before
            or top != height
            or bottom != low
            or not (back < left - end < wide or (left, right) == (start, end))
        ):
            if not _follows(glyphs[at - 1], glyphs[at]):
                cuts.append(at)
            height, low, before = top, bottom, style
            back, wide = -MAX_BACKWARD * style.size, FRAGMENT_GAP * style.size
        start, end = left, right
    return [Fragment.of(list(glyphs[a:b])) for a, b in pairwise([*cuts, len(glyphs)])]


def _follows(a: Glyph, b: Glyph) -> bool:
    """Does a glyph go on with the line of the one before?"""
    em, gap = max(a.style.size, b.style.size), b.left - a.right
    return (
        # The letters of a ligature may share one box.
        (-MAX_BACKWARD * em < gap < FRAGMENT_GAP * em or (b.left, b.right) == (a.left, a.right))
        and abs(b.top + b.bottom - (a.top + a.bottom)) < 2 * SAME_LINE * em
        and (gap < SIZE_GAP * em or a.style.size == b.style.size)
    ) or (a.style.size != b.style.size and _is_script(a, b))
