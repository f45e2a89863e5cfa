"""The first look at the lines: which are suspect, printed apart, or without any blanks."""

from __future__ import annotations

import itertools
import re
from array import array
from typing import TYPE_CHECKING

from ingest.spacing.evidence import LineView
from ingest.spacing.humps import FUNCTION_COST
from ingest.spacing.language import VOTES
from ingest.spacing.lattice import decode
from ingest.spacing.prices import price_window
from ingest.spacing.scan import HUMP
from ingest.spacing.textline import Chain, split_chains

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.spacing.evidence import Evidence
    from ingest.spacing.lexicon import ListedCost
    from ingest.spacing.textline import Run

SPACED = re.compile(r"(?<!\S)\S{1,2}(?: \S{1,2}){3,}(?!\S)")  # letters printed apart
SPACED_SHARE = 0.6  # of the pieces of such a stretch that are single, and that are letters
LONGEST_STRETCH = 120  # letters of a stretch that are looked at
LONGEST_SPELT, SHORTEST_SPELT = 24, 4  # letters; the longest word tried, and what one must have
COMMON_SPELT = 6.5  # log10; dearer words are not believed to be printed apart
_NO_PLACES = array("I")
_NOWHERE: frozenset[int] = frozenset()  # one for nearly all lines: an empty set takes 216 bytes
LONE_LETTERS = frozenset("aiàyoeé")  # words of one letter in the six languages
DENSE_LETTERS = 14  # letters per token, from which on a line may have lost its blanks
SHORTEST_DENSE = 6  # letters of an unknown run such a line must hold
# What shows that it has: so many different function words inside its runs, or one and so many cuts.
PLAIN_FUNCTION_WORDS, PLAIN_CUTS = 2, 3
# log10; what the learned signal must say for these cuts all together, and without such words
PLAIN_ODDS, PLAIN_ODDS_ALONE = 2.0, 5.0
SHORTEST_FUNCTION_WORD = 2  # letters; `a` and `I` are read into anything


def find_suspect_lines(evidence: Evidence) -> list[int]:
    """Return the numbers of lines that hold a suspect token."""
    suspects: dict[int, set[str]] = {}
    numbers = []
    for i, (words, (_, scanner)) in enumerate(zip(evidence.split, evidence.voices, strict=True)):
        known = suspects.get(id(scanner))
        if known is None:
            known = suspects[id(scanner)] = set(filter(scanner.is_suspect, evidence.types))
        if not known.isdisjoint(words):
            numbers.append(i)
    return numbers


def view_line(evidence: Evidence, number: int) -> LineView:
    """Parse one line."""
    text = evidence.lines[number]
    flat = text.replace("\t", " ").replace("\xa0", " ")
    listed = evidence.voices[number][0].listed
    spaced = {
        p
        for m in SPACED.finditer(flat)
        if _is_spaced(m.group()) and _spells_words(m.group(), listed)
        for p in range(m.start(), m.end())
    } or _NOWHERE
    is_odd = spaced or not evidence.voices[number][1].odd.isdisjoint(evidence.split[number])
    chains = split_chains(text) if is_odd else []
    evidence.runs.update(run.text for chain in chains for run in chain)
    return LineView(number, text, _places(chains) if chains else _NO_PLACES, flat, spaced)


def _places(chains: Iterable[Iterable[Run]]) -> array[int]:
    """Return start and end of every run, and an empty pair before each chain."""
    places = array("I")
    for chain in chains:
        places.extend((0, 0))
        for run in chain:
            places.extend((run.start, run.end))
    return places


def find_dense(evidence: Evidence, views: list[LineView]) -> None:
    """Note the lines without blanks; a document mostly of such lines is one throughout."""
    for view in views:
        runs = [run.text for chain in view.chains for run in chain]
        letters = sum(map(len, runs))
        known = evidence.voices[view.number][0].cost
        words = evidence.split[view.number]
        if (
            letters >= DENSE_LETTERS * len(words)
            and VOTES.keys().isdisjoint(word.lower() for word in words)
            and any(len(run) >= SHORTEST_DENSE and known(run.lower()) is None for run in runs)
        ):
            evidence.dense.add(view.number)
            if not _has_lost_its_blanks(evidence, view):
                evidence.dense.remove(view.number)
    dense = sum(len(evidence.lines[i]) for i in evidence.dense)
    if len(evidence.dense) > 1 and dense > 0.5 * sum(map(len, evidence.lines)):
        evidence.dense.update(view.number for view in views)


def _has_lost_its_blanks(evidence: Evidence, view: LineView) -> bool:
    """Do function words run into their neighbours, if the line is read without its blanks?

    A border at a capital says nothing: so are names made (`isOnTop`).
    """
    inner, odds = 0, 0.0
    costs, gains = evidence.tables(view.number)
    listed = evidence.voices[view.number][0].listed
    found: set[str] = set()
    for runs in view.chains:
        chain = Chain(runs)
        _, cuts = decode(price_window(evidence, view, chain), costs, gains)
        plain = {c for c in cuts if c not in chain.blanks and not HUMP.match(chain.text, c)}
        inner += len(plain)
        odds += sum(evidence.signal(view, at, at) for at in (chain.offsets[c] for c in plain))
        for start, end in itertools.pairwise([0, *cuts, len(chain.text)]):
            if end - start >= SHORTEST_FUNCTION_WORD and not plain.isdisjoint((start, end)):
                cost = listed(word := chain.text[start:end].lower())
                if cost is not None and cost < FUNCTION_COST:
                    found.add(word)
    enough = len(found) >= PLAIN_FUNCTION_WORDS or (bool(found) and inner >= PLAIN_CUTS)
    return odds >= (PLAIN_ODDS if enough else PLAIN_ODDS_ALONE)


def _is_spaced(stretch: str) -> bool:
    """Tell whether short pieces are the letters of words printed apart."""
    pieces = stretch.split(" ")
    single = sum(len(p) == 1 for p in pieces)
    letters = sum(p[0].isalpha() for p in pieces)
    return min(single, letters) >= SPACED_SHARE * len(pieces)


def _spells_words(stretch: str, listed: ListedCost) -> bool:
    """Do the letters of a stretch spell words? Points A B C D and sides a b c do not.

    Every letter has to be in a listed word, and one of the words must be of some length.
    """
    text = "".join(c for c in stretch.lower() if c.isalpha())[:LONGEST_STRETCH]
    # For each end, the longest word on the way there; None if it cannot be reached.
    longest: list[int | None] = [0] + [None] * len(text)
    for end in range(1, len(text) + 1):
        for start in range(max(0, end - LONGEST_SPELT), end):
            before, word = longest[start], text[start:end]
            if (
                before is not None
                and (len(word) > 1 or word in LONE_LETTERS)
                and is_common(word, listed)
            ):
                longest[end] = max(longest[end] or 0, before, len(word))
    return (longest[-1] or 0) >= SHORTEST_SPELT


def is_common(word: str, listed: ListedCost) -> bool:
    """Is it a listed word that is no rarity?"""
    cost = listed(word)
    return cost is not None and cost < COMMON_SPELT
