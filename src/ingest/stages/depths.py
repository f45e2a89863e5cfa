"""How deep headings are: by size and weight on pages, by numbers, blank lines and wording in text.

A text export keeps nothing of the size of its headings. What is left is how they stand to each
other: numbers, divisions such as chapters, headings without a text of their own, headings that
return in several sections, and words that a heading takes up from the one above it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.data import rows
from ingest.stages.contents import title_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.document import Paragraph, Span, Stated
    from ingest.shapes import Marker

MAX_DEPTH = 6  # Markdown has no more
SIZE_STEP = 0.06  # font sizes nearer than this share are one size
# Words are taken up if so many first letters agree (`Create`, `Creating`); shorter ones say little.
STEM = 5
STEM_MIN = 5
# So many headings with one first word are a group, and the first that begins otherwise ends it.
PARALLEL_MIN = 2
# So many headings are looked through for the section that a heading belongs to.
LOOK_BACK = 12

PLAIN, OWN_FONT, BOLD = 0, 1, 2

_WORD = re.compile(r"[^\W_]+")
_DIVISION = re.compile(
    r"(?P<kind>[^\W\d_]+|§)[ \t]+"
    r"(?:(?P<number>\d{1,3}|[IVXLC]{1,7}|[A-Z])\b\.?|[^\W\d_a-z]\w*)(?P<rest>.*)"
)


class Style(NamedTuple):
    """Font size in points, 0 if unknown, and how the type stands out; larger compares higher."""

    size: float
    emphasis: int


@dataclass(slots=True)
class Candidate:
    """A paragraph and what speaks for and against its being a heading."""

    at: int
    node: Paragraph
    text: str
    span: Span
    style: Style
    font: str | None
    blank_before: int
    number: Marker | None
    stated: Stated | None = None
    division: str | None = None
    rule: str = ""
    depth: int = 0


# ---------------------------------------------------------------- by style, where there is one


def set_depths_by_style(chosen: Sequence[Candidate]) -> None:
    """The larger the style, the higher; inside one style numbers and wording say how deep."""
    styles: list[Style] = []
    for style in sorted({c.style for c in chosen}, reverse=True):
        last = styles[-1] if styles else None
        smaller = last is None or style.size < last.size * (1 - SIZE_STEP)
        if smaller or (last and style.emphasis != last.emphasis):
            styles.append(style)
    rank = {c.style: _rank(c.style, styles) for c in chosen}
    shallowest: dict[int, int] = {}
    for c in chosen:
        if c.number:
            level = rank[c.style]
            shallowest[level] = min(shallowest.get(level, MAX_DEPTH), c.number.depth)
    for c in chosen:
        level = rank[c.style]
        deeper = c.number.depth - shallowest[level] if c.number else 0
        c.depth = min(MAX_DEPTH, level + 1 + deeper)
    if len(styles) == 2 and sum(not rank[c.style] for c in chosen) == 1:  # noqa: PLR2004
        title = next(c for c in chosen if not rank[c.style])  # and one style for all the rest
        _nest([c for c in chosen if c is not title], title, 2, {})
    _close_jumps(chosen)


def _rank(style: Style, styles: Sequence[Style]) -> int:
    return max(i for i, other in enumerate(styles) if other >= style or i == 0)


# ---------------------------------------------------------------- as the file states them


def set_depths_as_stated(chosen: Sequence[Candidate]) -> None:
    """Depths of the headings that the file states; the others take theirs from these.

    An outline often leaves out the title: in larger type above all that is stated, it comes first,
    and the rest is one deeper.
    """
    stated = [c for c in chosen if c.stated]
    if not stated:
        return
    largest = max(c.style for c in stated)
    titles = [c for c in chosen if c.at < stated[0].at and c.style > largest]
    for c in stated:
        if c.stated:
            c.depth = min(MAX_DEPTH, (c.stated.depth or 1) + bool(titles))
    for c in chosen:
        if not c.stated:
            c.depth = min(MAX_DEPTH, _depth_among(c, stated, 1 + bool(titles)))
    _close_jumps(chosen)


def _depth_among(c: Candidate, stated: Sequence[Candidate], highest: int) -> int:
    """The depth of headings in the same style, or one below the smallest of those in larger type.

    `highest` is the depth from which on headings are stated.
    """
    if peers := Counter(other.depth for other in stated if other.style == c.style):
        return peers.most_common(1)[0][0]
    above = [other.depth for other in stated if other.style > c.style]
    return max(above) + 1 if above else min(c.depth, highest)


# ---------------------------------------------------------------- by shape, in text


def set_depths_by_shape(chosen: Sequence[Candidate]) -> None:
    """The title is 1; divisions, numbers, blank lines and wording tell the depth of the rest."""
    rest = list(chosen)
    title = None
    if rest and rest[0].at == 0 and rest[0].division is None:
        title = rest.pop(0)
        title.depth = 1
    top = 1 if title is None and rest and rest[0].at == 0 else 2
    kinds = list(dict.fromkeys(c.division for c in rest if c.division))
    for head, part in _by_division(rest):
        below = top
        if head and head.division:
            head.depth = top + kinds.index(head.division)
            below = head.depth + 1
        _nest(part, title, below, _blank_ranks(part))
    _close_jumps(chosen)


def set_depths_by_contents(chosen: Sequence[Candidate], titles: Mapping[str, int]) -> None:
    """What the contents list is as deep as there; what they leave out is deeper than that."""
    top = 2 if chosen and chosen[0].at == 0 else 1
    above: int | None = None
    for c in chosen:
        if c.rule == "contents":
            c.depth = above = top + titles[title_key(c.text)] - 1
        elif above is not None and not c.division:
            c.depth = max(c.depth, above + 1)
    _close_jumps(chosen)


def set_depths_as_listed(chosen: Sequence[Candidate], titles: Mapping[str, int]) -> None:
    """Headings that the contents alone tell are as deep as others that are listed so, if any.

    Args:
        chosen: The headings in order; the rule of those is `contents`.
        titles: How deep the contents list each title, by its key.
    """
    known: dict[int, Counter[int]] = {}
    for c in chosen:
        if c.rule != "contents" and title_key(c.text) in titles:
            known.setdefault(titles[title_key(c.text)], Counter())[c.depth] += 1
    top = 1 + any(c.rule != "contents" and title_key(c.text) not in titles for c in chosen)
    for c in chosen:
        if c.rule == "contents":
            listed = titles.get(title_key(c.text), 1)
            above = max((depth for depth in known if depth <= listed), default=None)
            start = known[above].most_common(1)[0][0] if above else top
            c.depth = min(MAX_DEPTH, start + listed - (above or 1))
    _close_jumps(chosen)


def _by_division(rest: Sequence[Candidate]) -> list[tuple[Candidate | None, list[Candidate]]]:
    """The headings below each chapter or the like; those above the first one come first."""
    parts: list[tuple[Candidate | None, list[Candidate]]] = [(None, [])]
    for c in rest:
        if c.division:
            parts.append((c, []))
        else:
            parts[-1][1].append(c)
    return parts


def _blank_ranks(rest: Sequence[Candidate]) -> dict[int, int]:
    """More blank lines before a heading mean that it is higher, if both numbers recur."""
    blanks = Counter(c.blank_before for c in rest if not c.number)
    usual = sorted((b for b, n in blanks.items() if n > 1), reverse=True)[:2]
    if len(usual) < 2:  # noqa: PLR2004 - one usual number says nothing
        return {}
    return {b: int(b <= usual[1]) for b in blanks}


# ---------------------------------------------------------------- by numbers and wording


def _nest(
    part: Sequence[Candidate], title: Candidate | None, top: int, ranks: Mapping[int, int]
) -> None:
    """Set the depths of headings that no style tells apart, from `top` on."""

    def set_plain(run: Sequence[Candidate]) -> None:
        if not ranks:
            _set_by_words(run, title, top)
        for c in run if ranks else ():
            c.depth = top + ranks.get(c.blank_before, 0)

    numbered = [i for i, c in enumerate(part) if c.number]
    if not numbered:
        set_plain(part)
        return
    first, end = numbered[0], numbered[-1] + 1
    under = _is_under_plain(part)
    shallowest = min(c.number.depth for c in part if c.number)
    set_plain(part[:first])
    above = top
    for c in part[first:] if not under else part[first:end]:
        if c.number:
            c.depth = above = top + under + c.number.depth - shallowest
        else:
            c.depth = top if is_closing(c.text) else above + 1
    if under:
        set_plain(part[end:])


def _is_under_plain(part: Sequence[Candidate]) -> bool:
    """Do the numbers count the parts of a section that has a heading without a number?

    They do if the first one stands directly below such a heading, or if there are such headings
    both above the first number and below the last.
    """
    numbered = [i for i, c in enumerate(part) if c.number]
    if not numbered or not numbered[0]:
        return False
    above = part[numbered[0] - 1]
    if above.at + 1 == part[numbered[0]].at:
        return True
    after = part[numbered[-1] + 1 :]
    return not is_opening(above.text) and any(not is_closing(c.text) for c in after)


def _set_by_words(part: Sequence[Candidate], title: Candidate | None, top: int) -> None:
    """Depths of headings without numbers; what nothing speaks for stands at `top`.

    A heading directly below another one is a part of it, and so are those that follow, until one
    again has another directly below it, ends a row of headings that begin alike, or ends the
    document. A heading that returns word for word is a part of the sections it stands in, and so
    is one that takes up all the words of the heading above, those of the title aside.
    """
    often = Counter(_key(c.text) for c in part)
    common = _stems(title.text) if title else frozenset[str]()
    group = top  # depth of the headings of the open group
    for i, c in enumerate(part):
        above = part[i - 1] if i else None
        opens = i + 1 < len(part) and part[i + 1].at == c.at + 1
        if above is None or is_closing(c.text):
            c.depth = group = top
        elif above.at + 1 == c.at:
            c.depth = group = above.depth + 1
        elif opens or (group > top and _ends_row(part[max(0, i - PARALLEL_MIN) : i], c)):
            c.depth = group = top
        elif often[_key(c.text)] > 1 and _key(c.text) != _key(above.text):
            c.depth = max(group, top + 1)
        elif group > top:
            c.depth = group
        else:
            c.depth = _depth_by_words(part[max(0, i - LOOK_BACK) : i], c, common, top)


def _depth_by_words(
    above: Sequence[Candidate], c: Candidate, common: frozenset[str], top: int
) -> int:
    """One deeper than the section it takes up; as deep as the heading above that begins alike."""
    last = above[-1]
    if first_word(last.text) == first_word(c.text):
        return last.depth
    parent = next((x for x in reversed(above) if x.depth == top), None)
    words = _stems(parent.text) - common if parent else frozenset[str]()
    return top + 1 if words and words <= _stems(c.text) else top


def _ends_row(above: Sequence[Candidate], c: Candidate) -> bool:
    """Do the headings above begin alike, and this one otherwise?"""
    firsts = {first_word(x.text) for x in above}
    together = len({x.depth for x in above}) == 1 and len(above) == PARALLEL_MIN
    return together and len(firsts) == 1 and first_word(c.text) not in firsts


def _key(text: str) -> str:
    return text.strip(" .:").casefold()


def first_word(text: str) -> str:
    """The first word in small letters."""
    match = _WORD.search(text)
    return match.group().casefold() if match else text


def words_of(text: str) -> frozenset[str]:
    """The words of a text in small letters."""
    return frozenset(m.group().casefold() for m in _WORD.finditer(text))


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:STEM] for word in words_of(text) if len(word) >= STEM_MIN)


# ---------------------------------------------------------------- names of sections


def mark_divisions(candidates: Sequence[Candidate]) -> None:
    """Note the kind of division that each candidate opens: `chapter` for `CHAPTER 3. Rust`.

    With a word in place of the number (`Part One`) it counts if the document has that kind with a
    number, too.
    """
    named: list[Candidate] = []
    for c in candidates:
        match = _DIVISION.match(c.text)
        if match and match["kind"].casefold() in _names("divisions.tsv"):
            if match["number"]:
                c.division = match["kind"].casefold()
            elif not match["rest"]:
                named.append(c)
    kinds = {c.division for c in candidates}
    for c in named:
        kind = first_word(c.text)
        c.division = kind if kind in kinds else None


def is_bare_division(c: Candidate) -> bool:
    """True for a division with its number and no title."""
    match = _DIVISION.match(c.text)
    return c.division is not None and match is not None and not match["rest"].strip(" .:")


def is_closing(text: str) -> bool:
    """True for a heading that ends a document, such as `References`."""
    return _key(text) in _names("closing_sections.tsv")


def is_opening(text: str) -> bool:
    """True for a heading that stands before the first number, such as `Preface`."""
    return _key(text) in _names("opening_sections.tsv")


@cache
def _names(table: str) -> frozenset[str]:
    return frozenset(name.casefold() for (name,) in rows(table))


def _close_jumps(chosen: Sequence[Candidate]) -> None:
    """No heading is more than one deeper than the one above it."""
    depths: list[int] = []  # of the headings that are open, as found
    for c in chosen:
        while depths and depths[-1] >= c.depth:
            depths.pop()
        depths.append(c.depth)
        c.depth = len(depths) if depths[0] == 1 else min(c.depth, len(depths) + depths[0] - 1)
