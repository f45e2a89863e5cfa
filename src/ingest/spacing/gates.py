"""Gates: how much plain damage a document must show before anything in it is changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ingest.spacing.humps import FUNCTION_COST, is_plain_capital
from ingest.spacing.language import FLUENT, TELLING
from ingest.spacing.punctuation import PointGap, find_gaps, plain_gaps

if TYPE_CHECKING:
    from ingest.spacing.edits import Edit
    from ingest.spacing.evidence import Evidence, LineView

PLAIN = 1.0  # log10; margin from which an edit is counted as damage
GATE_INSERT = 1.5  # log10; sum of the margins of distinct words before anything is inserted
GATE_REMOVE = 2.5  # log10; the same before anything is removed
GATE_PER_WORD = 0.006  # log10 more for each distinct word of the document
JOINER_WEIGHT = 1.5  # a function word run into a capital says more than other joins
STOP_WEIGHT, STOPS_COUNTED = 1.5, 4  # log10 said by a lost blank after a full stop; most that count
GATE_CAP = 4.0  # log10; most that one word may say

# Lost blanks join function words to their neighbours more often than not; compounds that no list
# holds (`codepage`, `wordpiece`) do not. Joins of two other words count this much at first, and
# then this often as much as those with a function word. Dev sets, and manuals of programs.
FUNCTION_WEIGHT = 1.5
COMPOUNDS_FREE, COMPOUNDS_PER_FUNCTION = 3.0, 3.0
# Among names of code a single join is hardly damage (`staticmethods`, `versionadded`, `foreach`),
# unless it says all that one word may. Documentation of installed packages.
FEWEST_WITNESSES = 2  # different lost blanks that are no slip

# A lost blank is an accident, so it seldom befalls two words twice: of the joins of damaged
# documents amid code 0 to 1 in 4 stands in the document again; of those of a manual whose options
# are named by words in a row (`pagenumber`, `listofnumbered`) 36 in 46 do. From this share on they
# are names; so many joins are looked at.
NAMES_SHARE, NAMES_ASKED = 0.5, 200

# Different words such as `forEach` that a text may hold, and one with code.
FLUENT_NAMES, FLUENT_NAMES_OF_CODE = 1, 2

SURE_WORD, SURE_COST = 4, 4.0  # letters, log10; short listed words are mostly abbreviations


class Case(NamedTuple):
    """What speaks for one sort of damage in a document, and what is asked for (log10).

    Attributes:
        said: What speaks for it.
        asked: What has to.
        is_slip: Names of code stand around, and one word alone said it.

    """

    said: float
    asked: float
    is_slip: bool = False

    @property
    def is_plain(self) -> bool:
        """Is the document plainly damaged?"""
        return self.said >= self.asked


def weigh_lost_blanks(
    evidence: Evidence, edits: list[Edit], extra: float, *, is_torn: bool = False
) -> Case:
    """Weigh what speaks for lost blanks.

    Args:
        evidence: The document.
        edits: What a first reading would do.
        extra: What else speaks for lost blanks (log10).
        is_torn: The document has plainly got stray blanks, which are damage, too.

    """
    said = _weigh(evidence, [e for e in edits if e.text])
    beside = sum(weight for key, weight in said.items() if has_function_word(key))
    compounds = sum(said.values()) - beside
    beside = FUNCTION_WEIGHT * beside + extra
    witnesses = len(said) + round(extra / STOP_WEIGHT) + is_torn
    is_slip = evidence.is_code and witnesses < FEWEST_WITNESSES
    asked = GATE_INSERT + GATE_PER_WORD * len(evidence.types)
    if is_slip and max(said.values(), default=0.0) < GATE_CAP:
        return Case(0.0, asked, is_slip)
    if evidence.is_code and _are_names(evidence, edits):
        return Case(0.0, asked, is_slip)
    total = beside + min(compounds, COMPOUNDS_FREE + COMPOUNDS_PER_FUNCTION * beside)
    return Case(total, asked, is_slip)


def _are_names(evidence: Evidence, edits: list[Edit]) -> bool:
    """Do most of the joins stand in the document again, as names do?"""
    plain = (e for e in edits if e.text and e.margin > PLAIN and is_plain(evidence, e))
    joins = sorted({e.word.replace(" ", "") for e in plain})[:NAMES_ASKED]
    text = "\n".join(
        "\n".join([token.lower()] * min(count, 2)) for token, count in evidence.types.items()
    )
    again = sum(text.count(join) > 1 for join in joins)
    return again > 1 and again >= NAMES_SHARE * len(joins)


def weigh_stray_blanks(evidence: Evidence, edits: list[Edit]) -> Case:
    """Weigh what speaks for stray blanks."""
    said = _weigh(evidence, [e for e in edits if not e.text])
    return Case(sum(said.values()), GATE_REMOVE + GATE_PER_WORD * len(evidence.types))


def _weigh(evidence: Evidence, edits: list[Edit]) -> dict[str, float]:
    """What plain damage says (log10), by distinct words."""
    best: dict[str, float] = {}
    fluent = {e.word for e in edits if _is_fluent(e)}
    are_names = len(fluent) <= (FLUENT_NAMES_OF_CODE if evidence.is_code else FLUENT_NAMES)
    for edit in edits:
        if are_names and edit.word in fluent:
            continue
        if edit.margin > PLAIN and is_plain(evidence, edit):
            key = _distinct(evidence, edit)
            weight = JOINER_WEIGHT if edit.kind[0] == "lU" else 1.0
            best[key] = max(best.get(key, 0.0), weight * min(GATE_CAP, edit.margin))
    return best


def _is_fluent(edit: Edit) -> bool:
    """Is it a small function word before a capital, as in `forEach`?"""
    return edit.kind[0] == "lU" and edit.word.split(" ")[0] in FLUENT


def has_function_word(key: str) -> bool:
    """Is one of the words of a join so frequent that it is part of no compound?"""
    return not TELLING.isdisjoint(key.split(" "))


def weigh_stops(evidence: Evidence, views: list[LineView]) -> float:
    """Return what lost blanks after full stops say (log10)."""
    seen: list[PointGap] = []
    for view in filter(evidence.has_points, views):
        lexicon = evidence.voices[view.number][0]
        gaps = find_gaps(
            view.text, lexicon.languages[0], lexicon.cost, ("stop",), is_code=evidence.is_code
        )
        seen += [gap for gap in gaps if evidence.signal(view, gap.at, gap.at) > 1.0]
    return STOP_WEIGHT * min(STOPS_COUNTED, len({gap.word for gap in plain_gaps(seen)}))


def _distinct(evidence: Evidence, edit: Edit) -> str:
    """Return what makes an edit a case of its own: `back prop`, `back propagate` are one."""
    left, _, right = edit.word.partition(" ")
    cost = evidence.voices[0][0].listed(left)
    return edit.word if not right or (cost is not None and cost < FUNCTION_COST) else left


def is_plain(evidence: Evidence, edit: Edit) -> bool:
    """Tell whether an edit can be nothing but damage.

    A capital inside may be that of a name (`PhraseMatcher`), and single letters that make no word
    together may be sides and points (`a b c`, `A B C D`).
    """
    if not edit.text and edit.kind[0] != "lig":
        cost = evidence.voices[0][0].cost(edit.word)
        return cost is not None and (len(edit.word) >= SURE_WORD or cost < SURE_COST)
    return edit.kind[0] != "lU" or is_plain_capital(evidence, edit.word.split(" ")[0])
