"""Windows: the stretches of a line that are read again, around what may be joined or torn."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ingest.spacing.humps import is_plain_cut
from ingest.spacing.prices import GAP_WEIGHT, clip_signal
from ingest.spacing.scan import FINE, Verdict
from ingest.spacing.witness import remove_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.spacing.evidence import Evidence, LineView
    from ingest.spacing.textline import Run

OPEN_SLACK = 3.0  # log10; how much the signal may add to a word's own profit, for each blank
MERGE_SLACK, MERGE_SLACK_AT_FIRST = 3.0, 0.0  # log10; the same for each blank of a merge
LONGEST_WINDOW = 150  # words read at once; bounds the work per word
GARBAGE_RUNS, GARBAGE_SHARE = 12, 0.8  # odd words of a chain, and their share: no prose; left alone
SHORTEST_JOINED = 3  # letters; a shorter run is hardly two words
WITNESS_PRICE = 3.5  # log10; price of a blank up to which the document's words open a window
LONGEST_TORN = 28  # letters of a word that may be printed in pieces


def find_windows(evidence: Evidence, view: LineView) -> Iterator[list[Run]]:
    """Yield the runs around what may be joined or torn, with a word on each side."""
    scanner = evidence.voices[view.number][1]
    for runs in view.chains:
        verdicts = [scanner.verdict(run.text) for run in runs]
        odd = sum(verdict is not FINE for verdict in verdicts)
        if odd > GARBAGE_RUNS and odd > GARBAGE_SHARE * len(runs) and not view.spaced:
            evidence.noise.add(view.number)
            continue
        opened: set[int] = set()
        for i, verdict in enumerate(verdicts):
            if verdict is FINE:
                continue
            if _may_be_joined(evidence, view, runs[i], verdict):
                opened.add(i)
            if verdict.is_fragment:
                opened.update(_may_be_torn(evidence, view, runs, verdicts, i))
        yield from _group(runs, opened)


def _may_be_joined(evidence: Evidence, view: LineView, run: Run, verdict: Verdict) -> bool:
    text = run.text
    if len(text) < SHORTEST_JOINED or view.number in evidence.dense:
        return len(text) >= SHORTEST_JOINED
    price = min(map(evidence.rates.insert_price, text, text[1:]))
    cuts = max(1, len(verdict.parts) - 1)
    if verdict.profit >= cuts * (price - OPEN_SLACK) and (
        not evidence.is_first_look or _pays(evidence, view, run, verdict)
    ):
        return True
    if not verdict.is_fragment or not evidence.witness.words or price >= WITNESS_PRICE:
        return False
    own, low = evidence.witness.words, text.lower()
    return any(
        (own.get(low[:cut], 0) > 1 and own.get(low[cut:], 0) > 0)
        or (own.get(low[cut:], 0) > 1 and own.get(low[:cut], 0) > 0)
        for cut in range(1, len(low))
    )


def _pays(evidence: Evidence, view: LineView, run: Run, verdict: Verdict) -> bool:
    """Do the best parts of a run pay for their blanks, as plain damage does?"""
    at, paid, plain = run.start, verdict.profit, False
    for left, right in itertools.pairwise(verdict.parts):
        at += len(left)
        inner = at - run.start
        plain = plain or is_plain_cut(evidence, run.text, inner, left)
        price = evidence.rates.insert_price(run.text[inner - 1], run.text[inner])
        paid -= price - GAP_WEIGHT * clip_signal(evidence.signal(view, at, at))
        paid += evidence.tables(view.number)[1][left, right]
    return plain and paid > 0


def _may_be_torn(
    evidence: Evidence, view: LineView, runs: list[Run], verdicts: list[Verdict], i: int
) -> set[int]:
    """Return the runs that run `i` may be one word with."""
    if runs[i].start in view.spaced:
        return {j for j in (i - 1, i, i + 1) if 0 <= j < len(runs)}
    found: set[int] = set()
    listed = (
        evidence.voices[view.number][0].cost
        if evidence.is_torn
        else evidence.voices[view.number][0].listed
    )
    own = evidence.witness.words
    slack = MERGE_SLACK_AT_FIRST if evidence.is_first_look else MERGE_SLACK
    for first, last in ((i - 1, i), (i, i + 1), (i - 1, i + 1), (i - 2, i), (i, i + 2)):
        if first < 0 or last >= len(runs):
            continue
        some = runs[first : last + 1]
        whole = "".join(r.text for r in some)
        if len(whole) > LONGEST_TORN or any(
            r.text[0].isupper() and not whole.isupper() for r in some[1:]
        ):
            continue
        low = whole.lower()
        if listed(low) is None and low not in own and (low[:-1] not in own):
            continue
        cost, _ = evidence.word_cost(view.number, whole)
        apart = sum(evidence.word_cost(view.number, r.text)[0] for r in some)
        prices = [
            evidence.rates.remove_price(remove_kind(a.text, b.text))
            for a, b in itertools.pairwise(some)
        ]
        if apart - cost + slack * len(prices) >= sum(prices):
            found.update(range(first, last + 1))
    if not found and all(0 <= j < len(runs) and verdicts[j].is_fragment for j in (i - 1, i + 1)):
        found.update((i - 1, i, i + 1))
    return found


def _group(runs: list[Run], opened: set[int]) -> Iterator[list[Run]]:
    """Yield the opened runs with one neighbour on each side, overlapping groups as one."""
    group: list[int] = []
    for i in sorted(opened):
        if group and (i > group[-1] + 2 or i > group[0] + LONGEST_WINDOW):
            yield runs[max(0, group[0] - 1) : group[-1] + 2]
            group = []
        group.append(i)
    if group:
        yield runs[max(0, group[0] - 1) : group[-1] + 2]
