"""What each cut of a window costs: blanks that are lost, and blanks that are printed astray."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.spacing.humps import FUNCTION_COST, REPEATED_PRICE, hump_price
from ingest.spacing.lattice import FORBIDDEN, Window
from ingest.spacing.scan import FINE, is_acronym
from ingest.spacing.witness import RARE_KINDS, remove_kind

if TYPE_CHECKING:
    from ingest.spacing.evidence import Evidence, LineView
    from ingest.spacing.textline import Chain, Run

GAP_WEIGHT = 1.0  # weight of the learned signal for a lost blank; dev sets
GAP_WEIGHT_REMOVE = 0.6  # the same for a stray blank; dev sets
GAP_LIMIT = 3.0  # log10; the signal moves a price by at most this much; dev sets
SPACED_PRICE = 0.1  # log10; price of a stray blank among letters printed apart
# log10; extra price of splitting an unknown, a made and a listed word
ATTESTED_PRICES = (0.0, 0.8, 1.5)
HYPHEN_PRICE = 1.0  # log10; extra price of splitting a part of a hyphenated word
FUNCTION_PRICE = 1.5  # log10; extra price of joining a function word to a word that is listed too
INTACT_PRICE = 2.5  # log10; extra price of joining two words the document keeps apart elsewhere
DENSE_PRICE = 0.2  # log10; price of a lost blank on a line without blanks
DENSE_LIMIT = 3.0  # log10; what the learned signal may say there
CASE_PRICE = 4.0  # log10; two runs in capitals are rarely one word


def clip_signal(odds: float) -> float:
    """Bound what the learned signal may say."""
    return max(-GAP_LIMIT, min(GAP_LIMIT, odds))


def price_window(evidence: Evidence, view: LineView, chain: Chain) -> Window:
    """Return the window of a chain with the price of every cut."""
    size = len(chain.text)
    insert, remove = [FORBIDDEN] * (size + 1), [FORBIDDEN] * (size + 1)
    scanner = evidence.voices[view.number][1]
    verdicts = [scanner.verdict(run.text) for run in chain.runs]
    cut = 0
    for i, run in enumerate(chain.runs):
        fragment = i and (verdicts[i - 1].is_fragment or verdicts[i].is_fragment)
        if fragment or (i and run.start in view.spaced):
            remove[cut] = _remove_price(evidence, view, chain.runs[i - 1], run)
        if verdicts[i] is not FINE:
            for inner in range(1, len(run.text)):
                insert[cut + inner] = _insert_price(evidence, view, run, inner)
        cut += len(run.text)
    return Window(chain.text, frozenset(chain.blanks), insert, remove)


def _insert_price(evidence: Evidence, view: LineView, run: Run, inner: int) -> float:
    left, right = run.text[inner - 1], run.text[inner]
    if not (left.isalpha() and right.isalpha()):
        return FORBIDDEN
    at = run.start + inner
    if view.number in evidence.dense:
        odds = evidence.signal(view, at, at)
        return max(0.0, DENSE_PRICE - max(-DENSE_LIMIT, min(DENSE_LIMIT, odds)))
    signal = clip_signal(evidence.signal(view, at, at))
    price = evidence.rates.insert_price(left, right) - GAP_WEIGHT * signal
    if _ends_acronym(evidence, run.text, inner):
        price -= RARE_KINDS["Ul"]
    price += ATTESTED_PRICES[evidence.word_cost(view.number, run.text)[1]]
    if "-" in view.text[max(0, run.start - 1) : run.start] + view.text[run.end : run.end + 1]:
        price += HYPHEN_PRICE
    price += _repeated_price(evidence, run.text, inner)
    if right.isupper() and left.islower():
        price += hump_price(evidence, run.text)
    return max(0.0, price)


def _ends_acronym(evidence: Evidence, run: str, inner: int) -> bool:
    """Does an acronym end at a cut that stands alone elsewhere (`API` of `APIheaders`)?"""
    return (
        run[inner].islower()
        and is_acronym(run[:inner])
        and run[:inner].lower() in evidence.witness.words
    )


def _repeated_price(evidence: Evidence, run: str, inner: int) -> float:
    """Return the extra price of splitting what the document often prints so, never apart."""
    if run.lower() not in evidence.repeated:
        return 0.0
    pair = f"{run[:inner]} {run[inner:]}".lower()
    return 0.0 if pair in evidence.witness.pairs else REPEATED_PRICE


def _remove_price(evidence: Evidence, view: LineView, left: Run, right: Run) -> float:
    upper = right.text[0].isupper()
    if upper and not left.text.isupper():
        return FORBIDDEN
    if left.end in view.spaced and right.start in view.spaced:
        return SPACED_PRICE
    signal = clip_signal(evidence.signal(view, left.end, right.start))
    kind = remove_kind(left.text, right.text)
    price = evidence.rates.remove_price(kind) + GAP_WEIGHT_REMOVE * signal
    price += CASE_PRICE if upper and len(left.text) > 1 else 0.0
    if kind in ("other", "single"):
        price += _apart_price(evidence, view, left.text, right.text)
    return max(0.0, price)


def _apart_price(evidence: Evidence, view: LineView, left: str, right: str) -> float:
    """Return the extra price of joining two runs that may well be words."""
    low_left, low_right = left.lower(), right.lower()
    price = 0.0
    if evidence.witness.pairs.get(f"{low_left} {low_right}", 0) > 1:
        price += INTACT_PRICE
    listed = evidence.voices[view.number][0].listed
    costs = [listed(low_left), listed(low_right)]
    if costs[0] is not None and costs[1] is not None and min(costs[0], costs[1]) < FUNCTION_COST:
        price += FUNCTION_PRICE
    return price
