"""Glyphs of one page -> words -> lines in reading order.

Words come from geometry: a gap wider than a share of the font size is a space, beside the spaces
that the file draws. Two columns are found by the white gutter between them; lines that cross it
stand alone.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from statistics import median, quantiles
from typing import TYPE_CHECKING

from ingest.read.glyphs import BOLD, REGULAR, Blank
from ingest.read.page_tables import cut_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.document import BBox
    from ingest.read.glyphs import Glyph, Style
    from ingest.read.tables import Grid, Ruling

_STYLE_OF = attrgetter("style")
# All gaps are in em, that is relative to the font size.
# A blank between two words. On PDFs whose spaces were replaced by gaps 0.125 joined 0.3 of 1,000
# words and 0.15 1.2; on the dev PDFs of five producers 0.10 to 0.20 join and split no word.
WORD_GAP = 0.125
# A fragment ends at a gap that no justified line has; measured: the widest are about 1 em.
FRAGMENT_GAP = 1.2
# Glyphs of one line may overlap by kerning; further back is another line or column.
MAX_BACKWARD = 0.6
# Two glyphs stand on one line if their middles are no further apart; superscripts are about 0.35.
SAME_LINE = 0.45
# Letter-spaced text: so many glyphs at least, this share of letters among them, this share of the
# gaps within this distance of the usual gap, which is no wider than that; em. A word ends where the
# gap is wider than the usual one by a fixed amount and by a share of it.
TRACKED_GLYPHS = 6
TRACKED_LETTERS = 0.5
TRACKED_SHARE, TRACKED_NEAR, TRACKED_MAX = 0.6, 0.08, 1.0
TRACKED_WORD_GAP, TRACKED_WORD_SHARE = 0.18, 0.35
# Gutters: where they may lie (share of the text width), how narrow they get (em), how many lines
# must stand on each side, which share of the lines may cross, how wide a column is at least.
GUTTER_ZONE = (0.25, 0.75)
GUTTER_MIN = 0.5
GUTTER_MIN_LINES = 4
GUTTER_MAX_CROSSING = 0.45
COLUMN_MIN_SHARE = 0.22
# Share of bold glyphs from which on a line is bold; its number or last stop may be regular.
BOLD_SHARE = 0.85
# A line is prose if this share of its glyphs is not monospaced, however long the code in it; less
# is the number or the bullet of a line of code.
PROSE_SHARE = 0.25
# A head or foot stands off by more than this (em), and has no more fragments than this.
EDGE_GAP = 1.8
EDGE_FRAGMENTS = 3


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
        if style is not styles[0] or style is not styles[-1]:
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


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line and its slot: the `only` column of a page, `left`, `right`, or `across` both."""

    fragment: Fragment
    slot: str


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
    _, _, _, end, _, style, _ = glyphs[0]
    size = style.size
    for text, left, _, right, _, style, blank in glyphs[1:]:
        em = style.size
        if blank or left - end > WORD_GAP * (em if em > size else size):
            parts.append(" ")
            spaces += 1
        parts.append(text)
        end, size = right, em
    if spaces >= TRACKED_SHARE * (len(glyphs) - 1) and (tracked := _tracked_words(glyphs)):
        return tracked
    return "".join(parts)


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


def page_lines(
    glyphs: Sequence[Glyph], rulings: Sequence[Ruling] = (), page: BBox | None = None
) -> list[PlacedLine]:
    """The lines and tables of one page in reading order; turned text comes last.

    Args:
        glyphs: The glyphs of the page.
        rulings: The lines drawn on it.
        page: Its box; tables are looked for if it is known.
    """
    angles = {glyph.style.turned for glyph in glyphs}
    lines: list[PlacedLine] = []
    for angle in sorted(angles):
        same = len(angles) == 1
        mine = fragments(glyphs if same else [g for g in glyphs if g.style.turned == angle])
        if page is not None and not angle:
            mine = _with_tables(mine, rulings, page)
        lines += _in_order(mine)
    return lines


def _with_tables(mine: list[Fragment], rulings: Sequence[Ruling], page: BBox) -> list[Fragment]:
    """The fragments with those of each table as one."""
    left, tables = cut_tables([f.glyphs for f in mine], rulings, page, _is_gap)
    if not tables:
        return mine
    out = [Fragment.of(glyphs) for glyphs in left]
    for grid, glyphs in tables:
        out.append(Fragment(glyphs, *grid.box, Fragment.of(glyphs).style, grid))
    return out


def _is_gap(before: Glyph, glyph: Glyph) -> bool:
    em = max(before.style.size, glyph.style.size)
    return bool(glyph.blank) or glyph.left - before.right > WORD_GAP * em


def fragments(glyphs: Sequence[Glyph]) -> list[Fragment]:
    """Cut the stream of glyphs where the next one does not follow on the same line."""
    if not glyphs:
        return []
    group = [glyphs[0]]
    groups = [group]
    _, start, top, end, bottom, style, _ = glyphs[0]
    size, height = style.size, top + bottom
    for glyph in glyphs[1:]:
        _, left, top, right, bottom, style, _ = glyph
        em = size if size > style.size else style.size
        if (
            # The letters of a ligature may share one box.
            (-MAX_BACKWARD * em < left - end < FRAGMENT_GAP * em or (left, right) == (start, end))
            and abs(top + bottom - height) < 2 * SAME_LINE * em
        ):
            group.append(glyph)
        else:
            group = [glyph]
            groups.append(group)
        start, end, size, height = left, right, style.size, top + bottom
    return [Fragment.of(group) for group in groups]


def _in_order(mine: list[Fragment]) -> list[PlacedLine]:
    inner = _without_edges(mine)
    gutter = find_gutter(inner) if inner else None
    if gutter is None:
        return [PlacedLine(line, "only") for line in _merge_rows(mine)]
    inside = {id(f) for f in inner}
    left = _merge_rows([f for f in inner if f.right <= gutter])
    right = _merge_rows([f for f in inner if f.left >= gutter])
    wide = [f for f in mine if id(f) not in inside or f.left < gutter < f.right]
    return _flow(left, right, _merge_rows(wide))


def _without_edges(mine: Sequence[Fragment]) -> list[Fragment]:
    """The fragments without a head or foot: a first or last row that stands off from the text."""
    rows = sorted(mine, key=lambda f: f.middle)
    for _ in range(2):  # first the head, then the foot
        apart = next(
            (i + 1 for i, (a, b) in enumerate(pairwise(rows)) if not _same_row(a, b)), len(rows)
        )
        if apart < len(rows) and apart <= EDGE_FRAGMENTS:
            gap = abs(rows[apart].middle - rows[apart - 1].middle)
            if gap > EDGE_GAP * min(rows[apart].size, rows[apart - 1].size):
                rows = rows[apart:]
        rows.reverse()
    return rows


def _same_row(a: Fragment, b: Fragment) -> bool:
    if a.table or b.table:
        return False
    return abs(a.middle - b.middle) < SAME_LINE * min(a.size, b.size)


def _flow(left: list[Fragment], right: list[Fragment], across: list[Fragment]) -> list[PlacedLine]:
    """Left column, then right column, between one full-width line and the next."""
    out: list[PlacedLine] = []
    for wide in [*across, None]:
        for column, slot in ((left, "left"), (right, "right")):
            while column and (wide is None or column[0].middle < wide.middle):
                out.append(PlacedLine(column.pop(0), slot))
        if wide is not None:
            out.append(PlacedLine(wide, "across"))
    return out


def _extent(lines: Sequence[Fragment]) -> tuple[float, float]:
    if not lines:
        return (0.0, 0.0)
    return (min(f.left for f in lines), max(f.right for f in lines))


def _merge_rows(mine: list[Fragment]) -> list[Fragment]:
    """Join the fragments that stand beside each other; rows from top to bottom."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(mine, key=lambda f: f.middle):
        row = rows[-1] if rows else None
        if row and _same_row(fragment, row[-1]):
            row.append(fragment)
        else:
            rows.append([fragment])
    return [_join_row(sorted(row, key=lambda f: f.left)) for row in rows]


def _join_row(row: list[Fragment]) -> Fragment:
    if len(row) == 1:
        return row[0]
    return Fragment.of([glyph for fragment in row for glyph in fragment.glyphs])


def find_gutter(mine: Sequence[Fragment]) -> float | None:
    """The middle of the white strip between two columns, in points; None if there is one column.

    A strip counts if enough lines stand on both sides of it, few cross it, and both sides are
    wide enough to be columns and not labels or bullets.
    """
    left, right = _extent(mine)
    width = right - left
    zone = (left + GUTTER_ZONE[0] * width, left + GUTTER_ZONE[1] * width)
    em = Counter(f.size for f in mine).most_common(1)[0][0]
    for crossing, start, end in sorted(_strips(mine), key=lambda s: (s[0], s[1] - s[2])):
        middle = (start + end) / 2
        if end - start < GUTTER_MIN * em or not zone[0] < middle < zone[1]:
            continue
        if _are_columns(mine, middle, width, crossing):
            return middle
    return None


def _strips(mine: Sequence[Fragment]) -> list[tuple[int, float, float]]:
    """How many fragments cross each strip between two neighbouring edges, and the strip."""
    steps = sorted([(f.left, 1) for f in mine] + [(f.right, -1) for f in mine])
    out: list[tuple[int, float, float]] = []
    crossing = 0
    for (start, step), (end, _) in pairwise(steps):
        crossing += step
        out.append((crossing, start, end))
    return out


def _are_columns(mine: Sequence[Fragment], middle: float, width: float, crossing: int) -> bool:
    left = [f for f in mine if f.right <= middle]
    right = [f for f in mine if f.left >= middle]
    if min(len(left), len(right)) < GUTTER_MIN_LINES or crossing > GUTTER_MAX_CROSSING * len(mine):
        return False
    beside = sum(any(r.top < f.bottom and r.bottom > f.top for r in right) for f in left)
    if beside < GUTTER_MIN_LINES:
        return False
    return all(
        quantiles([f.right - f.left for f in side], n=4)[-1] >= COLUMN_MIN_SHARE * width
        for side in (left, right)
    )
