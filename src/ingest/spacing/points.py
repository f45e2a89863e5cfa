"""The reading of punctuation, digits and formulas: edits that no lattice is needed for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.spacing.edits import Edit, withhold, without_overlap
from ingest.spacing.formulas import FormulaGap, find_formula_gaps
from ingest.spacing.prices import DENSE_PRICE
from ingest.spacing.protect import is_protected
from ingest.spacing.punctuation import (
    ONLY_DAMAGED,
    PointGap,
    count_intact,
    find_gaps,
    find_units,
    plain_gaps,
    token_at,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.spacing.evidence import Evidence, LineView

POINT_LIMIT = 2.5  # log10; the most that the learned signal may say beside punctuation
FORMULA_MARGIN = 1.5  # log10; these rules weigh nothing, their share of right ones is measured
CLOSERS, OPENERS = ".,;:)!?'’”]", "('“["
SPACED_SIGNAL = 6.0  # log10; letters printed apart leave no doubt


def read_points(
    evidence: Evidence, views: list[LineView], inserts: bool, removes: bool
) -> dict[int, list[Edit]]:
    """Return the edits beside punctuation, per line."""
    seen: dict[int, list[tuple[PointGap, float]]] = {}
    likely: list[PointGap] = []
    units = find_units(evidence.lines) if inserts else frozenset[str]()
    for view in views:
        lexicon = evidence.voices[view.number][0]
        some = list(_spaced_points(view))
        if view.number in evidence.dense:
            seen[view.number] = some + list(_dense_points(evidence, view))
            continue
        if not evidence.has_points(view):
            seen[view.number] = some
            continue
        gaps = find_gaps(
            as_written(view.text),
            lexicon.languages[0],
            lexicon.cost,
            units=units,
            is_code=evidence.is_code,
        )
        for gap in gaps:
            if gap.kind in ONLY_DAMAGED and not inserts:
                continue
            left = gap.at
            right = gap.at if gap.is_insert else gap.at + 1
            odds = max(-POINT_LIMIT, min(POINT_LIMIT, evidence.signal(view, left, right)))
            signal = odds if gap.is_insert else -odds
            some.append((gap, signal))
            if signal > 0:
                likely.append(gap)
        seen[view.number] = some
    if not any(seen.values()):
        return {}
    plain = plain_gaps(likely)
    spoken_for = {id(gap) for gap in plain}
    evidence.points.count(plain, count_intact(list(evidence.lines)), inserts, removes)
    damaged = {True: inserts, False: removes}
    edits: dict[int, list[Edit]] = {}
    for number, some in seen.items():
        for gap, signal in some:
            edit = _point_edit(gap, signal - _point_price(evidence, number, gap))
            if not damaged[gap.is_insert] and (edit.margin < 0 or id(gap) not in spoken_for):
                edit = withhold(edit)
            edits.setdefault(number, []).append(edit)
    return edits


def read_formulas(evidence: Evidence, found: list[list[Edit]]) -> None:
    """Add the stray and the lost blanks of formulas to the edits of each line."""
    for number, text in enumerate(evidence.lines):
        cost = evidence.voices[number][0].listed
        some = [_formula_edit(text, gap) for gap in find_formula_gaps(as_written(text), cost)]
        if some:
            found[number] = without_overlap(found[number] + some)


def as_written(text: str) -> str:
    """The text with tabs as blanks, as it is written in the end."""
    return text.replace("\t", " ")


def _formula_edit(text: str, gap: FormulaGap) -> Edit:
    at = gap.at
    end = at if gap.is_insert else at + 1
    word = text[max(0, at - 1) : at + 2]
    return Edit(
        at, end, " " if gap.is_insert else "", gap.rule, FORMULA_MARGIN, (gap.rule, ""), word
    )


def _dense_points(evidence: Evidence, view: LineView) -> Iterator[tuple[PointGap, float]]:
    """Yield the gaps beside points and digits of a line without blanks, by the signal alone."""
    text = view.text
    for at in range(1, len(text)):
        left, right = text[at - 1], text[at]
        if (left.isalpha() and right.isalpha()) or left.isspace() or right.isspace():
            continue
        if (left.isdigit() and right.isdigit()) or left in "'’" or right in "'’":
            continue
        signal = evidence.signal(view, at, at)
        if signal > 0 and not is_protected(token_at(text, at)):
            yield PointGap("dense", at, True, text[max(0, at - 6) : at + 6]), signal


def _point_price(evidence: Evidence, number: int, gap: PointGap) -> float:
    price = evidence.points.price(gap.kind)
    return min(price, DENSE_PRICE) if number in evidence.dense and gap.is_insert else price


def _point_edit(gap: PointGap, sure: float) -> Edit:
    end = gap.at if gap.is_insert else gap.at + 1
    return Edit(gap.at, end, " " if gap.is_insert else "", gap.kind, sure, (gap.kind, ""), gap.word)


def _spaced_points(view: LineView) -> Iterator[tuple[PointGap, float]]:
    """Yield the blanks beside digits and points in a stretch of letters printed apart."""
    text = view.text
    for at in sorted(view.spaced):
        if not text[at].isspace() or at + 1 not in view.spaced:
            continue
        left, right = text[at - 1], text[at + 1]
        if (left.isdigit() and right.isdigit()) or right in CLOSERS or left in OPENERS:
            yield PointGap("spaced-letters", at, False, text[at - 1 : at + 2]), SPACED_SIGNAL
