"""Fragments of one page -> lines and tables in reading order.

Columns are found by the white gutters between them. Whatever crosses a gutter stands alone: what is
above it is read first, column by column, then what is below. Text in another direction, and text
that nobody sees, is no part of that order and comes last.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import itemgetter
from statistics import quantiles
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import BBox
from ingest.read.glyphs import Glyph
from ingest.read.lines import SAME_LINE, Fragment, cut_words, fragments, weight_of
from ingest.read.page_tables import cut_tables
from ingest.read.tables import Ruling

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.read.structure_tree import LineTags

# All gaps are in em, that is relative to the font size.
# Gutters: where they may lie (share of the text width), how narrow they get (em), how many lines
# must stand on each side, which share of the lines may cross, how wide a column is at least.
GUTTER_ZONE = (0.25, 0.75)
GUTTER_MIN = 0.5
GUTTER_MIN_LINES = 4
GUTTER_MAX_CROSSING = 0.45
# Four columns of a page take 0.2 to 0.23 each; what is narrower are labels.
COLUMN_MIN_SHARE = 0.19
# Three and more columns of one page are of one width, give or take this share of the widest: those
# that typesetters make agree to a point, so what differs more is a table or a list with labels.
COLUMN_SPREAD = 0.1
# A head or foot stands off by more than this (em), and has no more fragments than this.
EDGE_GAP = 1.8
EDGE_FRAGMENTS = 3
# Sizes are different from this share on; the smallest step that typesetters use, 10 to 9, is 0.1.
SIZE_STEP = 0.06
# Notes in the margin: so many lines of running text stand beside them at least, so many lines of
# notes stand below each other, no further apart than this, with left edges that differ by less; em.
NOTED_LINES = 8
NOTE_LINES = 2
NOTE_LEADING = 1.6
NOTE_FLUSH = 0.5
# Pale type below other text is a watermark if it is so many times as large as the running text.
WATERMARK_SIZE = 2.0
_RISES, _FALLS = 90, 270  # degrees
_QUARTERS = frozenset({_RISES, 180, _FALLS})
# A paragraph begins, as far as one can see, by an indent or a gap of this, or where the line before
# ends so early; em.
INDENT = 0.8
PARAGRAPH_GAP = 0.4
EARLY_END = 3.0


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line and its slot.

    A slot is the `only` column of a page, the `left` or `right` one, `across` both, or the like
    inside of one of them (`right left`); `note` is the margin. Other layers have their own slots.
    A line `in_margin` is turned and stands beside all upright text.
    """

    fragment: Fragment
    slot: str
    in_margin: bool = False


def page_lines(
    glyphs: Sequence[Glyph],
    rulings: Sequence[Ruling] = (),
    page: BBox | None = None,
    tags: LineTags | None = None,
) -> list[PlacedLine]:
    """The lines and tables of one page in reading order.

    Turned text comes behind the upright, and behind that what nobody sees.

    Args:
        glyphs: The glyphs of the page.
        rulings: The lines drawn on it.
        page: Its box; tables are looked for if it is known.
        tags: What the file says of its glyphs.
    """
    lines: list[PlacedLine] = []
    text = BBox(0.0, 0.0, 0.0, 0.0)
    for layer, drawn in _layers(glyphs):
        mine = fragments(drawn)
        if layer != _UPRIGHT:
            if page is not None and not layer.unseen and layer.turned in _QUARTERS:
                around = _turned_box(page, page, layer.turned)
                lines_of = [Ruling(*_turned_box(r, page, layer.turned)) for r in rulings]
                mine = _with_tables(mine, lines_of, around, tags)
            placed = _in_order(mine, f"{layer} ")
            lines += _in_margin(placed, text, page) if page and not layer.unseen else placed
            continue
        mine, under = _without_watermarks(mine)
        if page is not None:
            mine = _with_tables(mine, rulings, page, tags)
        text = _around(mine)
        lines += _in_order(mine) + _in_order(under, "under ")
    return lines


class _Layer(NamedTuple):
    """What is read by itself: text of one direction, seen or not."""

    unseen: str
    turned: int


_STYLE = Glyph._fields.index("style")
_UPRIGHT = _Layer("", 0)


def _layers(glyphs: Sequence[Glyph]) -> list[tuple[_Layer, Sequence[Glyph]]]:
    """The glyphs of a page by layer; nearly all pages have one."""
    # Styles are few and shared, and hashing one for each glyph would cost more than all the rest.
    found = list(map(itemgetter(_STYLE), glyphs))
    styles = dict(zip(map(id, found), found, strict=True))
    layer_of = {key: _Layer(style.unseen, style.turned) for key, style in styles.items()}
    layers = sorted(set(layer_of.values()))
    if len(layers) == 1:
        return [(layers[0], glyphs)]
    return [(layer, [g for g in glyphs if layer_of[id(g.style)] == layer]) for layer in layers]


def _without_watermarks(mine: list[Fragment]) -> tuple[list[Fragment], list[Fragment]]:
    """The fragments without those in large pale type below other text, and these."""
    if not any(f.style.pale for f in mine):
        return mine, []
    size = _usual_size(mine)
    large = [f for f in mine if f.style.pale and f.size >= WATERMARK_SIZE * size]
    apart = set(map(id, large))
    text = [f for f in mine if id(f) not in apart]
    under = [f for f in large if any(_lies_on(other, f) for other in text)]
    apart = set(map(id, under))
    return [f for f in mine if id(f) not in apart], under


def _lies_on(line: Fragment, ground: Fragment) -> bool:
    """Does a line run over another, and not only touch it?"""
    return (
        ground.top < line.middle < ground.bottom
        and line.left < ground.right
        and line.right > ground.left
    )


def _around(mine: Sequence[Fragment]) -> BBox:
    """The box of all fragments."""
    tops, bottoms = [f.top for f in mine], [f.bottom for f in mine]
    left, right = _extent(mine)
    return BBox(left, min(tops, default=0.0), right, max(bottoms, default=0.0))


def _turned_box(box: BBox | Ruling, page: BBox, turned: int) -> BBox:
    """A box on the page that is turned so that text of this angle runs from left to right."""
    left, top, right, bottom = box
    width, height = page.right, page.bottom
    if turned == _RISES:
        return BBox(height - bottom, left, height - top, right)
    if turned == _FALLS:
        return BBox(top, width - right, bottom, width - left)
    return BBox(width - right, height - bottom, width - left, height - top)


def _in_margin(placed: Sequence[PlacedLine], text: BBox, page: BBox) -> list[PlacedLine]:
    """Lines turned by a quarter, and which of them stand left or right of all upright text."""
    out: list[PlacedLine] = []
    for line in placed:
        turned, f = line.fragment.style.turned, line.fragment
        left, right = f.top, f.bottom  # of a line that runs up
        if turned == _FALLS:
            left, right = page.right - f.bottom, page.right - f.top
        beside = right < text.left or left > text.right
        out.append(replace(line, in_margin=turned in {_RISES, _FALLS} and beside))
    return out


def _with_tables(
    mine: list[Fragment], rulings: Sequence[Ruling], page: BBox, tags: LineTags | None
) -> list[Fragment]:
    """The fragments with those of each table as one: tables of the page, then of each column."""
    mine = _with_tables_among(mine, rulings, page, tags)
    inner = _without_edges(mine)
    columns = _columns(inner) if inner else None
    if columns is None:
        return mine
    out = list(mine)
    for side in _sides_of(columns, [f for f in inner if f.table is None]):
        left, right = _extent(side)
        own = [r for r in rulings if left - 1 <= r.left and r.right <= right + 1]
        found = _with_tables_among(side, own, page, None)
        if found is not side:
            apart = set(map(id, side))
            out = [f for f in out if id(f) not in apart] + found
    return out


def _with_tables_among(
    mine: list[Fragment], rulings: Sequence[Ruling], page: BBox, tags: LineTags | None
) -> list[Fragment]:
    """These fragments with those of each table as one; the same list if there is none."""
    left, tables = cut_tables([f.glyphs for f in mine], rulings, page, cut_words, tags)
    if not tables:
        return mine
    out = [Fragment.of(glyphs) for glyphs in left]
    for grid, glyphs in tables:
        out.append(Fragment(glyphs, *grid.box, Fragment.of(glyphs).style, grid))
    return out


def _in_order(mine: list[Fragment], slot: str = "") -> list[PlacedLine]:
    """The lines of fragments of one direction; `slot` begins the names of their slots."""
    inner = _without_edges(mine)
    columns = _columns(inner) if inner else None
    if columns is None:
        return _with_notes(mine, slot)
    inside = set(map(id, inner))
    return _flow(inner, columns, slot, [f for f in mine if id(f) not in inside])


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


def _extent(lines: Sequence[Fragment]) -> tuple[float, float]:
    if not lines:
        return (0.0, 0.0)
    return (min(f.left for f in lines), max(f.right for f in lines))


def _usual_size(mine: Sequence[Fragment]) -> float:
    """The size of most glyphs; 0 if there are none."""
    count: Counter[float] = Counter()
    for fragment in mine:
        count[fragment.style.size] += len(fragment.glyphs)
    return count.most_common(1)[0][0] if count else 0.0


def _merge_rows(mine: Sequence[Fragment]) -> list[Fragment]:
    """Join the fragments that stand beside each other; rows from top to bottom."""
    rows: list[list[Fragment]] = []
    for fragment in sorted(mine, key=lambda f: f.middle):
        row = rows[-1] if rows else None
        if row and _same_row(fragment, row[-1]) and _has_room(row, fragment):
            row.append(fragment)
        else:
            rows.append([fragment])
    return [_join_row(sorted(row, key=lambda f: f.left)) for row in rows]


def _has_room(row: Sequence[Fragment], fragment: Fragment) -> bool:
    """Is a fragment on a row, or at the end of one that slants, and not below another of it?"""
    return _same_row(fragment, row[0]) or all(
        fragment.left >= other.right or fragment.right <= other.left for other in row
    )


def _join_row(row: list[Fragment]) -> Fragment:
    if len(row) == 1:
        return row[0]
    return Fragment.of([glyph for fragment in row for glyph in fragment.glyphs])


# ---------------------------------------------------------------- columns


class _Columns(NamedTuple):
    """Two columns with a gutter between them, each of which may have columns in turn."""

    gutter: float
    left: _Columns | None = None
    right: _Columns | None = None

    def sides(self, mine: Sequence[Fragment]) -> tuple[list[Fragment], list[Fragment]]:
        """What stands left of the gutter, and right of it."""
        return (
            [f for f in mine if f.right <= self.gutter],
            [f for f in mine if f.left >= self.gutter],
        )


def _sides_of(columns: _Columns | None, mine: list[Fragment]) -> Iterator[list[Fragment]]:
    """What stands in each column, from left to right."""
    if columns is None:
        yield mine
    else:
        for side, inner in zip(columns.sides(mine), columns[1:], strict=True):
            yield from _sides_of(inner, side)


def _columns(mine: Sequence[Fragment]) -> _Columns | None:
    """The columns of a page; None if there is one.

    More than two count only if all are equally wide.
    """
    # Code has gaps of its own, which are no gutter.
    prose = [f for f in mine if not f.style.monospace]
    gutter = find_gutter(prose or mine)
    if gutter is None:
        return None
    two = _Columns(gutter)
    left, right = two.sides(mine)
    more = _Columns(gutter, _columns(left), _columns(right))
    widths = list(_widths(mine, more))
    return more if min(widths) >= (1 - COLUMN_SPREAD) * max(widths) else two


def _widths(mine: Sequence[Fragment], columns: _Columns | None) -> Iterator[float]:
    if columns is None:
        left, right = _extent(mine)
        yield right - left
    else:
        for side, inner in zip(columns.sides(mine), columns[1:], strict=True):
            yield from _widths(side, inner)


def _flow(
    mine: Sequence[Fragment],
    columns: _Columns | None,
    slot: str,
    edges: Sequence[Fragment] = (),
) -> list[PlacedLine]:
    """Left column, then right column, between one line that stands alone and the next.

    Args:
        mine: The fragments of the columns, and those that cross their gutter.
        columns: The columns; None if there is one.
        slot: What the names of the slots begin with.
        edges: Fragments that stand alone wherever they are.
    """
    if columns is None:
        return [PlacedLine(line, slot.strip() or "only") for line in _merge_rows(mine)]
    left, right = columns.sides(mine)
    heads = list(_heads_between(_merge_rows(left), _merge_rows(right)))
    alone = {id(glyph) for head in heads for glyph in head.glyphs}
    left = [f for f in left if id(f.glyphs[0]) not in alone]
    wide = [*edges, *heads, *(f for f in mine if f.left < columns.gutter < f.right)]
    rows = _merge_rows(wide)
    bands = zip(
        _bands(left, rows),
        _bands(right, rows),
        [[PlacedLine(row, f"{slot}across")] for row in rows] + [[]],
        strict=True,
    )
    out: list[PlacedLine] = []
    for on_left, on_right, across in bands:
        out += _flow(on_left, columns.left, f"{slot}left ")
        out += _flow(on_right, columns.right, f"{slot}right ")
        out += across
    return out


def _bands(mine: Sequence[Fragment], rows: Sequence[Fragment]) -> list[list[Fragment]]:
    """The fragments above each of these rows, which go from top to bottom, and below the last."""
    mine = sorted(mine, key=lambda f: f.middle)
    cuts = [bisect_left(mine, row.middle, key=lambda f: f.middle) for row in rows]
    return [mine[a:b] for a, b in pairwise([0, *cuts, len(mine)])]


def _heads_between(left: Sequence[Fragment], right: Sequence[Fragment]) -> Iterator[Fragment]:
    """Headings that part the columns though they are too short to cross the gutter.

    Beside such a heading there is nothing, and below it both columns begin anew on one row.

    Args:
        left: The rows of the left column, from top to bottom.
        right: Those of the right one.
    """
    middles = [f.middle for f in left]
    for above, first in pairwise(right):
        at = bisect_left(middles, first.middle - SAME_LINE * first.size)
        if at == len(left) or not _same_row(left[at], first) or _is_head(first, left[at]):
            continue
        body = left[at]
        while at and left[at - 1].top >= above.bottom and _is_head(left[at - 1], body):
            at -= 1
            yield left[at]


def _is_head(line: Fragment, body: Fragment) -> bool:
    """Does the type of a line set it apart from the running text?"""
    bolder = weight_of(line.glyphs) > weight_of(body.glyphs)
    return bolder or line.size > (1 + SIZE_STEP) * body.size


def find_gutter(mine: Sequence[Fragment]) -> float | None:
    """The middle of the white strip between two columns, in points; None if there is one column.

    A strip counts if enough lines stand on both sides of it, few cross it, and both sides are
    wide enough to be columns and not labels or bullets.
    """
    if not mine:
        return None
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


# ---------------------------------------------------------------- notes in the margin


def _with_notes(mine: list[Fragment], slot: str) -> list[PlacedLine]:
    """The rows of one column, and the notes in its margin where a paragraph ends."""
    notes = _notes(mine)
    apart = set(map(id, notes))
    rows = _merge_rows([f for f in mine if id(f) not in apart] if notes else mine)
    name = slot.strip() or "only"
    if not notes:
        return [PlacedLine(row, name) for row in rows]
    starts = _paragraph_starts(rows)
    out: list[PlacedLine] = []
    done = 0
    for note in _stacks(_merge_rows(notes)):
        beside = bisect_left(rows, note[0].middle, key=lambda row: row.middle)
        at = _place_for(beside, starts, done)
        out += [PlacedLine(row, name) for row in rows[done:at]]
        out += [PlacedLine(line, f"{slot}note") for line in note]
        done = at
    return out + [PlacedLine(row, name) for row in rows[done:]]


def _place_for(beside: int, starts: Sequence[int], done: int) -> int:
    """Before which row a note goes: the next paragraph, or if there is none on the page, its own.

    A paragraph that goes on over the page must not be cut by a note.
    """
    after = [at for at in starts if at > beside]
    before = [at for at in starts if at <= beside]
    return max(done, after[0] if after else before[-1] if before else 0)


def _notes(mine: Sequence[Fragment]) -> list[Fragment]:
    """Lines in smaller type that stand beside the running text, outside of its edges."""
    size = _usual_size(mine)
    if all(f.size >= (1 - SIZE_STEP) * size for f in mine):
        return []
    body = [f for f in mine if f.size >= (1 - SIZE_STEP) * size]
    if len(body) < NOTED_LINES:
        return []
    left, right = _extent(body)
    found = [
        f
        for f in mine
        if f.size < (1 - SIZE_STEP) * size
        and (f.right < left - GUTTER_MIN * size or f.left > right + GUTTER_MIN * size)
        and any(glyph.text.isalpha() for glyph in f.glyphs)
        and f.table is None
    ]
    stacked = any(len(stack) >= NOTE_LINES for stack in _stacks(_merge_rows(found)))
    return found if stacked else []


def _stacks(rows: Sequence[Fragment]) -> list[list[Fragment]]:
    """Rows that stand flush below each other."""
    stacks: list[list[Fragment]] = []
    for row in rows:
        last = stacks[-1][-1] if stacks else None
        if (
            last
            and row.bottom - last.bottom < NOTE_LEADING * row.size
            and abs(row.left - last.left) < NOTE_FLUSH * row.size
        ):
            stacks[-1].append(row)
        else:
            stacks.append([row])
    return stacks


def _paragraph_starts(rows: Sequence[Fragment]) -> list[int]:
    """Where paragraphs begin, as far as one can see without reading."""
    if not rows:
        return []
    left = Counter(round(row.left) for row in rows).most_common(1)[0][0]
    right = max(row.right for row in rows)
    return [
        at
        for at, (above, row) in enumerate(pairwise(rows), 1)
        if row.left - left > INDENT * row.size
        or row.top - above.bottom > PARAGRAPH_GAP * row.size
        or right - above.right > EARLY_END * above.size
    ]
