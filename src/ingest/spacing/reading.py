"""One document's way through the repair: scan, first reading, evidence, second reading."""

from __future__ import annotations

import itertools
from collections import Counter
from typing import TYPE_CHECKING

from ingest.spacing.edits import Edit, withhold, without_overlap
from ingest.spacing.french import find_high_points
from ingest.spacing.gates import (
    PLAIN,
    has_function_word,
    is_plain,
    weigh_lost_blanks,
    weigh_stops,
    weigh_stray_blanks,
)
from ingest.spacing.humps import OFTEN, judge_humps
from ingest.spacing.lattice import FORBIDDEN, decode, margin
from ingest.spacing.points import read_formulas, read_points
from ingest.spacing.prices import price_window
from ingest.spacing.scan import FINE, is_acronym
from ingest.spacing.textline import RUN, Chain
from ingest.spacing.views import find_dense, find_suspect_lines, view_line
from ingest.spacing.windows import find_windows
from ingest.spacing.witness import Witness, insert_kind, remove_kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingest.spacing.evidence import Evidence, LineView

MOST_MARGINS = 300  # edits of one line whose margin is worked out; bounds the work
UNMEASURED = 3.0  # log10; margin of an edit whose margin was not worked out
PASSES = 2  # readings after the first
DECOMPOSABLE = -0.5  # log10; an unknown word of more profit is no witness
DENSE_SHARE = 0.3  # of a document's lines without blanks; then nothing more needs to be shown
SHORT_RUN = 3  # letters; runs no longer than that are hardly evidence
INSERT_RULES = {
    "ll": "joined-words",
    "lU": "joined-capital",
    "UU": "joined-capital",
    "Ul": "joined-capital",
}
REMOVE_RULES = {
    "lig": "ligature-split",
    "cap": "capital-split",
    "single": "letter-split",
    "other": "word-split",
    "spaced": "spaced-letters",
}


def _withhold_words(edits: dict[int, list[Edit]]) -> dict[int, list[Edit]]:
    """Make mere proposals of the joins that the document has twice: they are words of its own."""
    counts = Counter(e.word for some in edits.values() for e in some if e.text)
    return {
        number: [withhold(e) if counts[e.word] > 1 and _is_compound(e) else e for e in some]
        for number, some in edits.items()
    }


def _is_compound(edit: Edit) -> bool:
    """Does it part a word in two that are no function words?"""
    return bool(edit.text) and edit.kind[0] == "ll" and not has_function_word(edit.word)


class Reading:
    """The reading of one document, line by line and then again with what it taught."""

    def __init__(self, evidence: Evidence) -> None:
        """Read with `evidence`, and add to it."""
        self.evidence = evidence

    def propose(self) -> list[list[Edit]]:
        """Return the edits of every line, in order, not overlapping."""
        evidence = self.evidence
        found: list[list[Edit]] = [[] for _ in evidence.lines]
        views = [view_line(evidence, i) for i in find_suspect_lines(evidence)]
        if not views:
            read_formulas(evidence, found)
            return found
        find_dense(evidence, views)
        evidence.rates.set_text(w.lstrip("([\"'“„«") for w in evidence.types)
        self._learn_words(views)
        edits = self._read_all(views, True)
        everything = [e for some in edits.values() for e in some]
        evidence.stray = weigh_stray_blanks(evidence, everything)
        evidence.lost = weigh_lost_blanks(
            evidence,
            everything,
            weigh_stops(evidence, views),
            is_torn=evidence.stray.is_plain,
        )
        is_dense = len(evidence.dense) > DENSE_SHARE * len(evidence.lines)
        inserts, removes = is_dense or evidence.lost.is_plain, evidence.stray.is_plain
        if inserts or removes:
            evidence.is_first_look = False
            evidence.rates.extra_insert = 0.0 if inserts else FORBIDDEN
            evidence.rates.extra_remove = 0.0 if removes else FORBIDDEN
            evidence.is_torn = removes
            self._learn_words(views)
            judge_humps(evidence)
            for number in range(PASSES):
                self._learn_rates(everything)
                edits = self._read_all(views, number == PASSES - 1)
                everything = [e for some in edits.values() for e in some]
            if inserts and not is_dense and evidence.lost.is_slip:
                edits = _withhold_words(edits)
        else:
            edits = {n: [withhold(e) for e in some] for n, some in edits.items()}
        points = read_points(evidence, views, inserts, removes)
        for view in views:
            some = edits.get(view.number, []) + points.get(view.number, [])
            found[view.number] = without_overlap(some)
        if inserts:
            for number, edit in find_high_points(evidence):
                found[number] = without_overlap([*found[number], edit])
        read_formulas(evidence, found)
        return found

    def _read_all(self, views: list[LineView], with_margins: bool) -> dict[int, list[Edit]]:
        """Return the edits of every line; a dense line gets its margins in the last reading."""
        evidence = self.evidence
        found: dict[int, list[Edit]] = {}
        for view in views:
            is_rough = evidence.is_first_look and view.number in evidence.dense
            if some := list(self._read(view, with_margins and not is_rough)):
                found[view.number] = some
        return found

    def _collect_doubtful(self, views: list[LineView]) -> bool:
        """Note the runs that may be pieces of words; tell whether any window opens."""
        opened = False
        for view in views:
            view.windows = list(find_windows(self.evidence, view))
            for runs in view.windows:
                opened = True
                scanner = self.evidence.voices[view.number][1]
                self.evidence.doubtful.update(
                    r.text for r in runs if scanner.verdict(r.text).is_fragment
                )
        return opened

    def _learn_words(self, views: list[LineView]) -> None:
        """Collect the words and pairs that stand intact, if anything is to be read at all."""
        if not self._collect_doubtful(views):
            return
        scanner = self.evidence.voices[0][1]
        sights: Counter[str] = Counter()
        for token, count in self.evidence.types.items():
            for run in RUN.findall(token):
                sights[run] += count
        apart = self._seen_apart(sights)
        words: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        for run, count in sights.items():
            verdict = scanner.verdict(run)
            if verdict is not FINE and len(run) > SHORT_RUN:
                whole[run.lower()] += count
            if verdict.profit >= DECOMPOSABLE or run in apart:
                continue
            seen = self._witnessed(run, count) if verdict.is_fragment else count
            if seen:
                words[run.lower().replace("’", "'")] += seen
        pairs: Counter[str] = Counter()
        for some in self.evidence.split:
            before = ""
            for token in some:
                word = token.lower()
                if before and word.strip(",.;:!?()") in words:
                    pairs[f"{before} {word.strip(',.;:!?()')}"] += 1
                before = word if word in words else ""
        capitals = Counter(
            {t: n for t, n in self.evidence.types.items() if len(t) == 1 and t.isupper()}
        )
        repeated = {run for run, count in whole.items() if count > OFTEN}
        self.evidence.set_words(Witness(words, pairs, capitals), repeated)

    def _seen_apart(self, sights: Iterable[str]) -> set[str]:
        """Return the runs in two parts that stand beside each other elsewhere (`open data`)."""
        scanner = self.evidence.voices[0][1]
        sought: dict[tuple[str, str], list[str]] = {}
        for run in sights:
            if len(parts := scanner.verdict(run).parts) == len(("left", "right")):
                sought.setdefault((parts[0], parts[1]), []).append(run)
        if not sought:
            return set()
        ends = {right for _, right in sought}
        found: set[str] = set()
        for some in self.evidence.split:
            for left, right in itertools.pairwise(some):
                word = right.lower().strip(",.;:!?()")
                if word in ends:
                    found.update(sought.get((left.lower(), word), ()))
        return found

    def _witnessed(self, run: str, count: int) -> int:
        """Return how often a rare word stands for itself; not by its own sight alone."""
        if len(run) <= SHORT_RUN and run.islower():
            return 0
        if run in self.evidence.doubtful and not is_acronym(run):
            return 0
        return count - 1

    def _learn_rates(self, edits: list[Edit]) -> None:
        """Set the prices from the plain damage, counted by distinct words."""
        plain = [e for e in edits if e.margin >= PLAIN and is_plain(self.evidence, e)]
        self.evidence.rates.set_evidence(
            [(*e.kind, e.word) for e in plain if e.text],
            [(e.kind[0], e.word) for e in plain if not e.text],
        )

    def _read(self, view: LineView, with_margins: bool = True) -> Iterator[Edit]:
        """Yield the edits of one line at the prices of now."""
        costs, gains = self.evidence.tables(view.number)
        windows, view.windows = view.windows, None
        measured = 0
        for runs in find_windows(self.evidence, view) if windows is None else windows:
            chain = Chain(runs)
            window = price_window(self.evidence, view, chain)
            _, cuts = decode(window, costs, gains)
            kept = set(cuts)
            for cut in sorted(kept ^ chain.blanks):
                measured += 1
                sure = UNMEASURED
                if with_margins and measured <= MOST_MARGINS:
                    sure = margin(window, cuts, cut, costs, gains)
                yield self._edit(view, chain, cut, cuts, sure)

    def _edit(self, view: LineView, chain: Chain, cut: int, cuts: list[int], sure: float) -> Edit:
        at = chain.offsets[cut]
        text = chain.text
        left = max((c for c in cuts if c < cut), default=0)
        right = min((c for c in cuts if c > cut), default=len(text))
        if cut in chain.blanks:
            start = chain.offsets[cut - 1] + 1
            kind = self._kind(chain, cut, view)
            word = text[left:right].lower()
            return Edit(start, at, "", REMOVE_RULES[kind], sure, (kind, ""), word)
        kind = insert_kind(text[cut - 1], text[cut])
        word = f"{text[left:cut]} {text[cut:right]}".lower()
        return Edit(at, at, " ", INSERT_RULES[kind], sure, (kind, text[cut]), word)

    def _kind(self, chain: Chain, cut: int, view: LineView) -> str:
        """Return the kind of the printed blank at a cut."""
        if chain.offsets[cut] in view.spaced:
            return "spaced"
        left = max((b for b in chain.blanks if b < cut), default=0)
        right = min((b for b in chain.blanks if b > cut), default=len(chain.text))
        return remove_kind(chain.text[left:cut], chain.text[cut:right])
