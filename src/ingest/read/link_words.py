"""Which glyphs of a line are a link: the area of a link on the page, snapped to words.

Areas are boxes that some producers draw with a margin, too short, or by the widths of another font.
An edge between two glyphs is meant; an edge inside a glyph is not, and the word it cuts is in the
link if most of it is.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.read.glyphs import Glyph, LinkArea

# An edge of an area is meant for the edge of a glyph if it lies so near to it; em. TeX draws areas
# one point wider than the text on each side, which is 0.1 em of its usual size.
EDGE = 0.15
# A word that is cut belongs to the link if more of its width than this does.
MOST = 0.5
# What parts a link from the sentence around it, when a blank follows.
_STOPS = frozenset(",;:")
_PAIRS = {")": "(", "]": "[", "}": "{"}
_OPENING = frozenset(_PAIRS.values())


def linked_glyphs(
    glyphs: Sequence[Glyph], words: Sequence[int], near: Sequence[LinkArea]
) -> list[str]:
    """The address that each glyph of a line links to; empty for none.

    Args:
        glyphs: Those of the line.
        words: The number of the word that each of them is part of.
        near: The areas of links that the line runs through.
    """
    urls = [_url_at((g.left + g.right) / 2, near) for g in glyphs]
    if len(set(urls)) > 1:
        cut = False
        for start, end in _whole_words(glyphs, words):
            if len(set(urls[start:end])) > 1 and not _is_meant(glyphs, urls, start, end, near):
                urls[start:end] = [_url_of_most(glyphs[start:end], near)] * (end - start)
                cut = True
        for start, end in _runs(urls):
            if cut and not any(glyph.text.isalnum() for glyph in glyphs[start:end]):
                urls[start:end] = [""] * (end - start)  # what is left of a word that was cut
            for at in _beside(glyphs, words, start, end):
                urls[at] = ""
    return urls


def _url_at(x: float, near: Sequence[LinkArea]) -> str:
    return next((area.url for area in near if area.box.left <= x <= area.box.right), "")


def _whole_words(glyphs: Sequence[Glyph], words: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Start and end of each row of letters and digits without a blank or a sign."""
    at = 0
    for (_, is_word), run in groupby(zip(words, (g.text.isalnum() for g in glyphs), strict=True)):
        end = at + len(list(run))
        if is_word:
            yield at, end
        at = end


def _is_meant(
    glyphs: Sequence[Glyph], urls: Sequence[str], start: int, end: int, near: Sequence[LinkArea]
) -> bool:
    """Do areas begin and end between the glyphs of a word wherever the address changes?"""
    return all(
        any(
            abs(edge - glyphs[at].left) <= EDGE * glyphs[at].style.size
            for area in near
            if area.url in {urls[at - 1], urls[at]}
            for edge in (area.box.left, area.box.right)
        )
        for at in range(start + 1, end)
        if urls[at - 1] != urls[at]
    )


def _url_of_most(word: Sequence[Glyph], near: Sequence[LinkArea]) -> str:
    left, right = word[0].left, word[-1].right
    for url in dict.fromkeys(area.url for area in near):
        boxes = (area.box for area in near if area.url == url)
        covered = sum(max(0.0, min(right, b.right) - max(left, b.left)) for b in boxes)
        if covered > MOST * (right - left):
            return url
    return ""


def _runs(urls: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each row of glyphs with one address."""
    cuts = [at for at in range(1, len(urls)) if urls[at - 1] != urls[at]]
    for start, end in pairwise([0, *cuts, len(urls)]):
        if urls[start]:
            yield start, end


def _beside(glyphs: Sequence[Glyph], words: Sequence[int], start: int, end: int) -> Iterator[int]:
    """The signs at the ends of a link that belong to the text around it."""
    signs = [glyph.text for glyph in glyphs[start:end]]
    if not any(map(str.isalnum, signs)):
        return
    first, last = start, end - 1
    # A sign at the head of the link that ends the word before it.
    while not glyphs[first].text.isalnum() and _ends_word(words, start, first):
        yield first
        first += 1
    if glyphs[first].text in _OPENING and not _closes(glyphs[first].text, signs):
        yield first
    if _is_open(glyphs[last].text, signs):
        yield last
        last -= 1
    if end < len(glyphs) and words[end] != words[last] and glyphs[last].text in _STOPS:
        yield last


def _ends_word(words: Sequence[int], start: int, at: int) -> bool:
    """Is a sign part of the word before the link, and the next glyph of another?"""
    word = words[start - 1] if start else None
    end = next((i for i in range(at, len(words)) if words[i] != word), len(words))
    return words[at] == word and end < len(words)


def _closes(sign: str, signs: Sequence[str]) -> bool:
    return any(_PAIRS.get(other) == sign for other in signs)


def _is_open(sign: str, signs: Sequence[str]) -> bool:
    """Does a bracket close none of these?"""
    return sign in _PAIRS and signs.count(_PAIRS[sign]) < signs.count(sign)
