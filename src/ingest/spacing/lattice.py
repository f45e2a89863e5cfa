"""The lattice: all ways to read the letters of a window as words, and the cheapest of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_WORD = 30  # letters of one word in the lattice, unless it is printed as one
STATES = 4  # readings kept per cut; 6 changed nothing on the dev sets
FORBIDDEN = 1e6  # log10; more than any reading costs
UNKNOWN, MADE, LISTED = 0, 1, 2  # how well a word is known
# log10; extra price of a stray blank inside an unknown, a made and a listed word
MERGE_PRICES = (3.5, 1.5, 0.0)


@dataclass(slots=True)
class Window:
    """Letters to read, and what each cut costs.

    Attributes:
        text: Letters without blanks.
        blanks: Cuts at which a blank is printed.
        insert: Price of a blank that is read but not printed, per cut.
        remove: Price of a printed blank that is not read, per cut.

    """

    text: str
    blanks: frozenset[int]
    insert: list[float]
    remove: list[float]

    def part(self, start: int, end: int) -> Window:
        """Return the window between two cuts."""
        return Window(
            self.text[start:end],
            frozenset(b - start for b in self.blanks if start < b < end),
            self.insert[start : end + 1],
            self.remove[start : end + 1],
        )


WordCosts = Mapping[str, tuple[float, int]]  # word as printed: cost (log10), how well it is known
Gains = Mapping[tuple[str, str], float]  # two words in lower case: what the second costs less


def decode(window: Window, costs: WordCosts, gains: Gains) -> tuple[float, list[int]]:
    """Return the cheapest reading: its cost and its inner cuts.

    Args:
        window: Letters and prices.
        costs: Cost of every word, and how well it is known.
        gains: What a word costs less after another.

    """
    text, blanks, insert = window.text, window.blanks, window.insert
    size = len(text)
    lower = text.lower().replace("’", "'")
    if len(lower) != size:  # a letter whose lower case is longer: leave alone
        return 0.0, sorted(blanks)
    # states[cut] = [(cost, start of the last word, index of the state before, last word)]
    states: list[list[tuple[float, int, int, str]]] = [[] for _ in range(size + 1)]
    states[0] = [(0.0, 0, -1, "")]
    open_cuts = [c for c in range(1, size) if c in blanks or insert[c] < FORBIDDEN]
    starts = [0]
    printed = 0  # where the printed word began that is being read
    for end in [*open_cuts, size]:
        found: list[tuple[float, int, int, str]] = []
        merged = 0.0  # price of the printed blanks inside the word
        stray = False
        near = starts[max(0, len(starts) - LONGEST_WORD) :]
        closes = end in blanks or end == size
        for start in (*reversed(near), *([printed] if closes and printed < near[0] else [])):
            if end - start > LONGEST_WORD and start not in (starts[-1], printed):
                continue
            cost, known = costs[text[start:end]]
            if stray:
                cost += merged + MERGE_PRICES[known]
            is_blank = start in blanks
            if start and not is_blank:
                cost += insert[start]
            before = states[start]
            word = lower[start:end]
            if not known:
                found.append((before[0][0] + cost, start, 0, word))
            else:
                best, which = FORBIDDEN * 2, 0
                for index, state in enumerate(before):
                    total = state[0] - gains[state[3], word]
                    if total < best:
                        best, which = total, index
                found.append((best + cost, start, which, word))
            if is_blank:
                merged += window.remove[start]
                stray = True
                if merged >= FORBIDDEN:
                    break
        if closes:
            printed = end
        found.sort()
        states[end] = found[:STATES]
        starts.append(end)
    return states[size][0][0], _trace(states, size)


def _trace(states: list[list[tuple[float, int, int, str]]], size: int) -> list[int]:
    """Follow the best reading back to its cuts."""
    cuts: list[int] = []
    end, index = size, 0
    while end > 0:
        _, start, index, _ = states[end][index]
        end = start
        if start:
            cuts.append(start)
    return cuts[::-1]


CONTEXT_WORDS = 2  # words on each side of an edit that are read again for its margin


def margin(window: Window, cuts: list[int], at: int, costs: WordCosts, gains: Gains) -> float:
    """Return by how much the best reading without the edit at cut `at` costs more (log10)."""
    firm = [0, *[c for c in cuts if c != at], len(window.text)]
    left = [c for c in firm if c < at][-CONTEXT_WORDS:][0]
    right = [c for c in firm if c > at][:CONTEXT_WORDS][-1]
    part = window.part(left, right)
    best, _ = decode(part, costs, gains)
    prices = part.remove if at in window.blanks else part.insert
    kept = prices[at - left]
    prices[at - left] = FORBIDDEN
    other, _ = decode(part, costs, gains)
    prices[at - left] = kept
    return other - best
