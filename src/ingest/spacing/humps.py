"""Capitals inside words: lost blanks (`ofThe`) or names (`setTimeout`, `PhraseMatcher`)."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ingest.spacing.evidence import CODE_PRICE
from ingest.spacing.language import JOINERS, JOINERS_OF
from ingest.spacing.scan import HUMP, has_hump
from ingest.spacing.textline import RUN
from ingest.spacing.wordlists import words_of

if TYPE_CHECKING:
    from ingest.spacing.evidence import Evidence

FUNCTION_COST = 3.2  # log10; more frequent words are function words
SMALL_START = 0.17  # weight of the price of a cut where the run begins with a small letter
IDENTIFIER_STARTS = words_of("identifier-start")
PLAIN_HUMPS = 0.12  # share of inner capitals that must be plain joins; else they are names
OFTEN_HUMPS = 0.2  # share of inner capitals in words that stand three times; then they are names
NAME_PRICE = 0.5  # log10; what `CODE_PRICE` is, in documents that hold no code
REPEATED_PRICE = 2.0  # log10; extra for a run that stands joined three times, never apart
OFTEN = 2  # times; what stands more often than that is no single slip


def hump_price(evidence: Evidence, run: str) -> float:
    """Return the extra price of cutting before the capitals inside a run."""
    found = evidence.camel.get(run)
    if found is None:
        found = evidence.camel[run] = _judge_hump(evidence, run)
    return found


def _judge_hump(evidence: Evidence, run: str) -> float:
    if _is_plain_hump(evidence, run) and (run[0].islower() or evidence.hump_price < CODE_PRICE):
        return 0.0
    if run[0].islower():
        first = HUMP.split(run, maxsplit=1)[0]
        cost = evidence.voices[0][0].listed(first)
        common = cost is not None and cost < FUNCTION_COST
        if common and first not in IDENTIFIER_STARTS:
            return NAME_PRICE
        return evidence.hump_price * SMALL_START
    return evidence.hump_price + (REPEATED_PRICE if _count_run(evidence, run) > OFTEN else 0.0)


def is_plain_capital(evidence: Evidence, left: str) -> bool:
    """Is a capital after the small letters `left` more than part of a name?"""
    return evidence.languages[0] == "de" or any(
        left in JOINERS_OF.get(language, ()) for language in evidence.languages
    )


def is_plain_cut(evidence: Evidence, run: str, at: int, left: str) -> bool:
    """Would a cut of a run, behind the word `left`, be plain damage?"""
    return not (run[at].isupper() and run[at - 1].islower()) or is_plain_capital(evidence, left)


def judge_humps(evidence: Evidence) -> None:
    """Set the price of cutting names with a capital inside, by what the document holds."""
    lexicon = evidence.voices[0][0]
    runs = {run for token in evidence.types if not token.islower() for run in RUN.findall(token)}
    humps = [r for r in runs if has_hump(r) and lexicon.listed(r.lower()) is None]
    plain = sum(_is_plain_hump(evidence, run) for run in humps)
    often = sum(_count_run(evidence, run) > OFTEN for run in humps)
    is_code = evidence.is_code or (
        plain < PLAIN_HUMPS * len(humps) and often > OFTEN_HUMPS * len(humps)
    )
    evidence.hump_price = CODE_PRICE if is_code else NAME_PRICE
    evidence.camel.clear()


def _is_plain_hump(evidence: Evidence, run: str) -> bool:
    """Tell whether a run with a capital inside is plainly two words."""
    parts = HUMP.sub(" ", run).lower().split(" ")
    if parts[0] in JOINERS or evidence.languages[0] == "de":
        return True
    pairs = evidence.witness.pairs
    apart = max((pairs.get(f"{a} {b}", 0) for a, b in itertools.pairwise(parts)), default=0)
    return apart > 0 and apart >= _count_run(evidence, run)


def _count_run(evidence: Evidence, run: str) -> int:
    """Return how often a run stands in the document as it is."""
    return sum(evidence.types.get(run + end, 0) for end in ("", ".", ",", ":", ")"))
