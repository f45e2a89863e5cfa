"""How sure the blanks of a PDF are: whether its gaps are plainly those of words or of letters.

Gaps of a typeset page are of two sorts, and between them there is next to nothing. Where that is
so, a blank that is read was set, and none was lost on the way.
"""

from __future__ import annotations

from itertools import pairwise
from operator import sub
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import SURE_BLANKS
from ingest.read.lines import WORD_GAP

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.read.glyphs import Glyph

# A gap from here to there is doubtful, em. Of 50,000 gaps of the dev PDFs 1 in 5,000 is; kerning
# of browsers reaches 0.08, and the tightest blanks of justified lines have 0.18.
DOUBT_FROM, DOUBT_TO = 0.09, 0.18
# The share of doubtful gaps up to which those of a document are sure as a whole.
DOUBT_SHARE = 0.002
# One line of so many on each page is judged: a third tells the share as well as all, and costs 1 to
# 2 % of reading, where all cost 3 to 6 %.
EVERY_LINE = 3
# So few gaps prove nothing.
FEWEST_GAPS = 200


class Gaps(NamedTuple):
    """The gaps of a line or of more: how many, and how many of them are doubtful."""

    every: int
    doubtful: int


def gaps_of(glyphs: Sequence[Glyph]) -> Gaps:
    """Judge the gaps between the glyphs of one line.

    Where type changes its size, a gap is doubtful as a whole. So are those of text that nobody
    sees, which a program of recognition has placed, and no typesetter.
    """
    if not glyphs:
        return Gaps(0, 0)
    _, lefts, _, rights, _, styles, _ = zip(*glyphs, strict=True)
    every = len(glyphs) - 1
    # Equal styles are nearly always the same object, and to compare their fields costs.
    looks = dict(zip(map(id, styles), styles, strict=True)).values()
    if any(style.unseen for style in looks):
        return Gaps(every, every)
    if len({style.size for style in looks}) > 1:
        return Gaps(every, sum(_is_doubtful(a, b) for a, b in pairwise(glyphs)))
    least, most = DOUBT_FROM * styles[0].size, DOUBT_TO * styles[0].size
    widths = map(sub, lefts[1:], rights)
    return Gaps(every, len([width for width in widths if least < width < most]))


def _is_doubtful(a: Glyph, b: Glyph) -> bool:
    size, gap = max(a.style.size, b.style.size), b.left - a.right
    if a.style.size != b.style.size and gap < WORD_GAP * size:
        return True
    return DOUBT_FROM * size < gap < DOUBT_TO * size


def facts_of(lines: Iterable[Gaps]) -> Mapping[str, object]:
    """What the gaps of a document prove: nothing, or that its blanks are sure."""
    counts, doubtful = zip(*lines, strict=True) if (lines := tuple(lines)) else ((), ())
    sure = sum(counts) >= FEWEST_GAPS and sum(doubtful) <= DOUBT_SHARE * sum(counts)
    return MappingProxyType({SURE_BLANKS: True} if sure else {})
