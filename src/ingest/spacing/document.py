"""One document's way through the repair: scan, first reading, evidence, second reading."""

from __future__ import annotations

import functools
import itertools
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.spacing.costs import CostTable, GainTable
from ingest.spacing.formulas import find_stray_blanks
from ingest.spacing.gapmodel import GapModel, fold
from ingest.spacing.lattice import FORBIDDEN, Window, decode, margin
from ingest.spacing.lexicon import DATA, Lexicon
from ingest.spacing.protect import is_protected, looks_like_code
from ingest.spacing.punctuation import (
    ONLY_DAMAGED,
    PointGap,
    PointRates,
    count_intact,
    find_gaps,
    find_units,
    token_at,
)
from ingest.spacing.scan import FINE, HUMP, Scanner, Verdict, has_hump
from ingest.spacing.textline import RUN, Chain, Run, split_chains
from ingest.spacing.witness import Rates, Witness, insert_kind, remove_kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

GAP_WEIGHT = 1.0  # weight of the learned signal for a lost blank; prototype k = 1
GAP_WEIGHT_REMOVE = 0.6  # the same for a stray blank; prototype
GAP_LIMIT = 3.0  # log10; the signal moves a price by at most this much; prototype
POINT_LIMIT = 2.5  # log10; the same beside punctuation
OPEN_SLACK = 3.0  # log10; how much signal and document may add to a word's own profit
MERGE_SLACK = 3.0  # log10; the same for a merge
PLAIN = 1.0  # log10; margin from which an edit is counted as damage
MOST_MARGINS = 300  # edits of one line whose margin is worked out; bounds the work
LONGEST_WINDOW = 150  # words read at once; bounds the work per word
GARBAGE_RUNS, GARBAGE_SHARE = 12, 0.8  # odd words of a chain, and their share: no prose; left alone
WITHHELD = -8.0  # log10; margin of what a document without plain damage keeps to itself
UNMEASURED = 3.0  # log10; margin of an edit whose margin was not worked out
PASSES = 2  # readings after the first
DECOMPOSABLE = -0.5  # log10; an unknown word of more profit is no witness
SPACED = re.compile(r"(?<!\S)\S{1,2}(?: \S{1,2}){3,}(?!\S)")  # letters printed apart
SPACED_SHARE = 0.6  # of the pieces of such a stretch that are single, and that are letters
SPACED_PRICE = 0.1  # log10; price of a stray blank in such a stretch
# log10; extra price of splitting an unknown, a made and a listed word
ATTESTED_PRICES = (0.0, 0.8, 1.5)
HYPHEN_PRICE = 1.0  # log10; extra price of splitting a part of a hyphenated word
FUNCTION_COST = 3.2  # log10; more frequent words are function words
FUNCTION_PRICE = 1.5  # log10; extra price of joining one to a word that is listed too
INTACT_PRICE = 2.5  # log10; extra price of joining two words the document keeps apart elsewhere
DENSE_PROFIT = 0.5  # log10; how much cheaper the parts of such a run must be
DENSE_RUN = 14  # letters; a run this long that falls apart well has lost its blanks
DENSE_LETTERS = 12  # letters per token, from which on a line with such a run has no blanks
DENSE_PRICE = 0.2  # log10; price of a lost blank there
DENSE_LIMIT = 3.0  # log10; what the learned signal may say there
DENSE_SHARE = 0.3  # of a document's lines; then nothing more needs to be shown
CASE_PRICE = 4.0  # log10; two runs in capitals are rarely one word
FORMULA_MARGIN = 1.5  # log10; these rules weigh nothing, their share of right ones is measured
GATE_INSERT = 1.5  # log10; sum of the margins of distinct words before anything is inserted
GATE_REMOVE = 2.5  # log10; the same before anything is removed
GATE_PER_WORD = 0.006  # log10 more for each distinct word of the document
JOINER_WEIGHT = 1.5  # a function word run into a capital says more than other joins
STOP_WEIGHT, STOPS_COUNTED = 1.5, 4  # log10 said by a lost blank after a full stop; most that count
GATE_CAP = 4.0  # log10; most that one word may say


# Function words that do not begin identifiers as `is`, `on`, `to`, `get` do; own list.
JOINERS = frozenset(
    [
        "the",
        "a",
        "and",
        "of",
        "in",
        "with",
        "for",
        "by",
        "from",
        "that",
        "this",
        "or",
        "than",
        "our",
        "your",
        "their",
        "le",
        "la",
        "les",
        "des",
        "du",
        "et",
        "dans",
        "pour",
        "el",
        "los",
        "las",
        "del",
        "y",
        "il",
        "lo",
        "gli",
        "della",
        "di",
        "os",
        "das",
        "dos",
        "e",
    ]
)
CODE_SHARE = 0.01  # of a document's distinct tokens that are code: then inner capitals are names
CODE_PRICE = 12.0  # log10; extra price of a lost blank before an inner capital there
SMALL_START = 0.17  # weight of that price where the run begins with a small letter
IDENTIFIER_STARTS = frozenset(
    [
        "is",
        "on",
        "to",
        "as",
        "has",
        "get",
        "set",
        "do",
        "use",
        "my",
        "no",
        "up",
        "can",
        "at",
        "be",
        "not",
        "add",
        "new",
    ]
)
PLAIN_HUMPS = 0.12  # share of inner capitals that must be plain joins; else they are names
OFTEN_HUMPS = 0.2  # share of inner capitals in words that stand three times; then they are names
NAME_PRICE = 0.5  # log10; the same in other documents
REPEATED_PRICE = 2.0  # log10; the same for a run that stands joined three times, never apart


@dataclass(slots=True)
class Edit:
    """One proposed edit before calibration.

    Attributes:
        start: Offset in the line.
        end: End, excluded.
        text: " " or "".
        rule: Stable name.
        margin: How much dearer (log10) the best reading without it is.
        kind: Kind of gap, and next letter, for the rates.
        word: The words it concerns, for counting distinct cases.

    """

    start: int
    end: int
    text: str
    rule: str
    margin: float
    kind: tuple[str, str]
    word: str


@dataclass(slots=True)
class LineView:
    """What is parsed of a line, once."""

    number: int
    text: str
    chains: list[list[Run]]
    flat: str
    spaced: set[int]
    folded: tuple[bytes, bytes] | None = None
    windows: list[list[Run]] | None = None
    signals: dict[tuple[int, int], float] = field(default_factory=dict)


@functools.lru_cache(maxsize=1)
def gap_model() -> GapModel:
    """Return the packaged gap model."""
    return GapModel(DATA / "gaps.bin")


def clip_signal(odds: float) -> float:
    """Bound what the learned signal may say."""
    return max(-GAP_LIMIT, min(GAP_LIMIT, odds))


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


class Document:
    """The lines of one document and what was learned from them."""

    def __init__(
        self,
        lines: Sequence[str],
        split: list[list[str]],
        types: Counter[str],
        voices: list[tuple[Lexicon, Scanner]],
    ) -> None:
        """Keep the text; nothing is parsed yet."""
        self.lines = lines
        self.split = split
        self.types = types
        self.voices = voices
        self.rates = Rates()
        self.points = PointRates()
        self.witness = Witness(Counter(), Counter())
        self.doubtful: set[str] = set()
        self.languages = voices[0][0].languages if voices else ("en",)
        self._camel: dict[str, float] = {}
        self.hump_price = CODE_PRICE
        self.dense: set[int] = set()
        self.is_torn = False
        self.repeated: set[str] = set()
        self._known: dict[tuple[int, bool], tuple[CostTable, GainTable]] = {}

    # -- the way through -------------------------------------------------------------------

    def propose(self) -> list[list[Edit]]:
        """Return the edits of every line, in order, not overlapping."""
        found: list[list[Edit]] = [[] for _ in self.lines]
        views = [self._view(i) for i in self._suspect_lines()]
        if not views:
            self._read_formulas(found)
            return found
        self._find_dense(views)
        self.rates.set_text(w.lstrip("([\"'“„«") for w in self.types)
        if self._collect_doubtful(views):
            self._learn_words()
        edits = {
            view.number: list(self._read(view, view.number not in self.dense)) for view in views
        }
        everything = [e for some in edits.values() for e in some]
        inserts = len(self.dense) > DENSE_SHARE * len(self.lines) or self._gate(
            everything, " ", GATE_INSERT, self._stop_evidence(views)
        )
        removes = self._gate(everything, "", GATE_REMOVE)
        if inserts or removes:
            self.rates.extra_insert = 0.0 if inserts else FORBIDDEN
            self.rates.extra_remove = 0.0 if removes else FORBIDDEN
            self.is_torn = removes
            self._judge_humps()
            for number in range(PASSES):
                self._learn_rates(everything)
                last = number == PASSES - 1
                edits = {view.number: list(self._read(view, last)) for view in views}
                everything = [e for some in edits.values() for e in some]
        else:
            edits = {n: [_withhold(e) for e in some] for n, some in edits.items()}
        points = self._read_points(views, inserts, removes)
        for view in views:
            some = edits.get(view.number, []) + points.get(view.number, [])
            found[view.number] = _without_overlap(some)
        self._read_formulas(found)
        return found

    def _find_dense(self, views: list[LineView]) -> None:
        """Note the lines without blanks; a document mostly of such lines is one throughout."""
        for view in views:
            scanner = self.voices[view.number][1]
            runs = [run for chain in view.chains for run in chain]
            letters = sum(len(run.text) for run in runs)
            falls = [
                r
                for r in runs
                if len(r.text) >= DENSE_RUN and _falls_apart(r.text, scanner.verdict(r.text))
            ]
            if falls and letters >= DENSE_LETTERS * len(self.split[view.number]):
                self.dense.add(view.number)
        dense = sum(len(self.lines[i]) for i in self.dense)
        if len(self.dense) > 1 and dense > 0.5 * sum(map(len, self.lines)):
            self.dense.update(view.number for view in views)

    def _collect_doubtful(self, views: list[LineView]) -> bool:
        """Note the runs that may be pieces of words; tell whether any window opens."""
        opened = False
        for view in views:
            view.windows = list(self._windows(view))
            for runs in view.windows:
                opened = True
                scanner = self.voices[view.number][1]
                self.doubtful.update(r.text for r in runs if scanner.verdict(r.text).is_fragment)
        return opened

    def _suspect_lines(self) -> list[int]:
        """Return the numbers of lines that hold a suspect token."""
        suspects: dict[int, set[str]] = {}
        numbers = []
        for i, (words, (_, scanner)) in enumerate(zip(self.split, self.voices, strict=True)):
            known = suspects.get(id(scanner))
            if known is None:
                known = suspects[id(scanner)] = set(filter(scanner.is_suspect, self.types))
            if not known.isdisjoint(words):
                numbers.append(i)
        return numbers

    def _view(self, number: int) -> LineView:
        text = self.lines[number]
        flat = text.replace("\t", " ").replace("\xa0", " ")
        spaced = {
            p
            for m in SPACED.finditer(flat)
            if _is_spaced(m.group())
            for p in range(m.start(), m.end())
        }
        is_odd = spaced or not self.voices[number][1].odd.isdisjoint(self.split[number])
        return LineView(number, text, split_chains(text) if is_odd else [], flat, spaced)

    def _gate(self, edits: list[Edit], text: str, least: float, extra: float = 0.0) -> bool:
        """Tell whether the plain damage of one sort suffices to go on."""
        best: dict[str, float] = {}
        for edit in edits:
            if edit.text == text and edit.margin > PLAIN and self._is_plain(edit):
                key = self._distinct(edit)
                weight = JOINER_WEIGHT if edit.kind[0] == "lU" else 1.0
                best[key] = max(best.get(key, 0.0), weight * min(GATE_CAP, edit.margin))
        return sum(best.values()) + extra >= least + GATE_PER_WORD * len(self.types)

    def _has_points(self, view: LineView) -> bool:
        """Tell whether a token of the line has points or digits that a rule may look at."""
        return not self.voices[view.number][1].points.isdisjoint(self.split[view.number])

    def _stop_evidence(self, views: list[LineView]) -> float:
        """Return what lost blanks after full stops say (log10)."""
        seen = set()
        for view in filter(self._has_points, views):
            lexicon = self.voices[view.number][0]
            for gap in find_gaps(view.text, lexicon.languages[0], lexicon.cost, ("stop",)):
                if self._signal(view, gap.at, gap.at) > 1.0:
                    seen.add(gap.word)
        return STOP_WEIGHT * min(STOPS_COUNTED, len(seen))

    def _distinct(self, edit: Edit) -> str:
        """Return what makes an edit a case of its own: `back prop`, `back propagate` are one."""
        left, _, right = edit.word.partition(" ")
        cost = self.voices[0][0].listed(left)
        return edit.word if not right or (cost is not None and cost < FUNCTION_COST) else left

    def _is_plain(self, edit: Edit) -> bool:
        """Tell whether an edit cannot be a name with a capital inside (`PhraseMatcher`)."""
        if edit.kind[0] != "lU":
            return True
        return edit.word.split(" ")[0] in JOINERS or self.languages[0] == "de"

    # -- what the document teaches -----------------------------------------------------------

    def _learn_words(self) -> None:
        """Collect the words and pairs that stand intact."""
        scanner = self.voices[0][1]
        words: Counter[str] = Counter()
        whole: Counter[str] = Counter()
        for token, count in self.types.items():
            for run in RUN.findall(token):
                verdict = scanner.verdict(run)
                if verdict is not FINE and len(run) > 3:
                    whole[run.lower()] += count
                if verdict.profit >= DECOMPOSABLE:
                    continue
                seen = self._witnessed(run, count) if verdict.is_fragment else count
                if seen:
                    words[run.lower().replace("’", "'")] += seen
        pairs: Counter[str] = Counter()
        for some in self.split:
            before = ""
            for token in some:
                word = token.lower()
                if before and word.strip(",.;:!?()") in words:
                    pairs[f"{before} {word.strip(',.;:!?()')}"] += 1
                before = word if word in words else ""
        capitals = Counter({t: n for t, n in self.types.items() if len(t) == 1 and t.isupper()})
        self.witness = Witness(words, pairs, capitals)
        self.repeated = {run for run, count in whole.items() if count > 2}
        self._known.clear()

    def _witnessed(self, run: str, count: int) -> int:
        """Return how often a rare word stands for itself; not by its own sight alone."""
        if run in self.doubtful or (len(run) <= 3 and run.islower()):
            return 0
        return count - 1

    def _learn_rates(self, edits: list[Edit]) -> None:
        """Set the prices from the plain damage, counted by distinct words."""
        plain = [e for e in edits if e.margin >= PLAIN and self._is_plain(e)]
        self.rates.set_evidence(
            [(*e.kind, e.word) for e in plain if e.text],
            [(e.kind[0], e.word) for e in plain if not e.text],
        )

    # -- reading -----------------------------------------------------------------------------

    def _tables(self, number: int) -> tuple[CostTable, GainTable]:
        """Return the tables of a line's language, with dense prices where it has no blanks."""
        lexicon = self.voices[number][0]
        key = (id(lexicon), number in self.dense)
        found = self._known.get(key)
        if found is None:
            costs = CostTable(lexicon, self.witness, is_dense=key[1])
            found = self._known[key] = costs, GainTable(lexicon, self.witness)
        return found

    def _word_cost(self, number: int, word: str) -> tuple[float, int]:
        return self._tables(number)[0][word]

    def _read(self, view: LineView, with_margins: bool = True) -> Iterator[Edit]:
        """Yield the edits of one line at the prices of now."""
        costs, gains = self._tables(view.number)
        windows, view.windows = view.windows, None
        measured = 0
        for runs in self._windows(view) if windows is None else windows:
            chain = Chain(runs)
            window = self._price(view, chain)
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
        if cut in chain.blanks:
            start = chain.offsets[cut - 1] + 1
            kind = self._kind(chain, cut, view)
            left = max((c for c in cuts if c < cut), default=0)
            right = min((c for c in cuts if c > cut), default=len(text))
            return Edit(
                start, at, "", REMOVE_RULES[kind], sure, (kind, ""), text[left:right].lower()
            )
        kind = insert_kind(text[cut - 1], text[cut])
        left = max((c for c in cuts if c < cut), default=0)
        right = min((c for c in cuts if c > cut), default=len(text))
        word = f"{text[left:cut]} {text[cut:right]}".lower()
        return Edit(at, at, " ", INSERT_RULES[kind], sure, (kind, text[cut]), word)

    def _kind(self, chain: Chain, cut: int, view: LineView) -> str:
        """Return the kind of the printed blank at a cut."""
        if chain.offsets[cut] in view.spaced:
            return "spaced"
        left = max((b for b in chain.blanks if b < cut), default=0)
        right = min((b for b in chain.blanks if b > cut), default=len(chain.text))
        return remove_kind(chain.text[left:cut], chain.text[cut:right])

    def _price(self, view: LineView, chain: Chain) -> Window:
        """Return the window of a chain with the price of every cut."""
        size = len(chain.text)
        insert, remove = [FORBIDDEN] * (size + 1), [FORBIDDEN] * (size + 1)
        scanner = self.voices[view.number][1]
        verdicts = [scanner.verdict(run.text) for run in chain.runs]
        cut = 0
        for i, run in enumerate(chain.runs):
            fragment = i and (verdicts[i - 1].is_fragment or verdicts[i].is_fragment)
            if fragment or (i and run.start in view.spaced):
                remove[cut] = self._remove_price(view, chain.runs[i - 1], run)
            if verdicts[i] is not FINE:
                for inner in range(1, len(run.text)):
                    insert[cut + inner] = self._insert_price(view, run, inner)
            cut += len(run.text)
        return Window(chain.text, frozenset(chain.blanks), insert, remove)

    def _insert_price(self, view: LineView, run: Run, inner: int) -> float:
        left, right = run.text[inner - 1], run.text[inner]
        if not (left.isalpha() and right.isalpha()):
            return FORBIDDEN
        at = run.start + inner
        if view.number in self.dense:
            odds = self._signal(view, at, at)
            return max(0.0, DENSE_PRICE - max(-DENSE_LIMIT, min(DENSE_LIMIT, odds)))
        signal = clip_signal(self._signal(view, at, at))
        price = self.rates.insert_price(left, right) - GAP_WEIGHT * signal
        price += ATTESTED_PRICES[self._word_cost(view.number, run.text)[1]]
        if "-" in view.text[max(0, run.start - 1) : run.start] + view.text[run.end : run.end + 1]:
            price += HYPHEN_PRICE
        price += self._repeated_price(run.text, inner)
        if right.isupper() and left.islower():
            price += self._hump_price(run.text)
        return max(0.0, price)

    def _repeated_price(self, run: str, inner: int) -> float:
        """Return the extra price of splitting what the document often prints so, never apart."""
        if run.lower() not in self.repeated:
            return 0.0
        pair = f"{run[:inner]} {run[inner:]}".lower()
        return 0.0 if pair in self.witness.pairs else REPEATED_PRICE

    def _hump_price(self, run: str) -> float:
        """Return the extra price of cutting before the capitals inside a run."""
        found = self._camel.get(run)
        if found is None:
            found = self._camel[run] = self._judge_hump(run)
        return found

    def _judge_hump(self, run: str) -> float:
        if self._is_plain_hump(run) and (run[0].islower() or self.hump_price < CODE_PRICE):
            return 0.0
        if run[0].islower():
            first = HUMP.split(run, maxsplit=1)[0]
            cost = self.voices[0][0].listed(first)
            common = cost is not None and cost < FUNCTION_COST
            if common and first not in IDENTIFIER_STARTS:
                return NAME_PRICE
            return self.hump_price * SMALL_START
        return self.hump_price + (REPEATED_PRICE if self._count_run(run) > 2 else 0.0)

    def _count_run(self, run: str) -> int:
        """Return how often a run stands in the document as it is."""
        return sum(self.types.get(run + end, 0) for end in ("", ".", ",", ":", ")"))

    def _is_plain_hump(self, run: str) -> bool:
        """Tell whether a run with a capital inside is plainly two words."""
        parts = HUMP.sub(" ", run).lower().split(" ")
        if parts[0] in JOINERS or self.languages[0] == "de":
            return True
        pairs = self.witness.pairs
        apart = max((pairs.get(f"{a} {b}", 0) for a, b in itertools.pairwise(parts)), default=0)
        return apart > 0 and apart >= self._count_run(run)

    def _judge_humps(self) -> None:
        """Set the price of cutting names with a capital inside, by what the document holds."""
        lexicon = self.voices[0][0]
        runs = {run for token in self.types if not token.islower() for run in RUN.findall(token)}
        humps = [r for r in runs if has_hump(r) and lexicon.listed(r.lower()) is None]
        plain = sum(map(self._is_plain_hump, humps))
        code = sum(map(looks_like_code, self.types))
        often = sum(self._count_run(run) > 2 for run in humps)
        is_code = code > 2 + CODE_SHARE * len(self.types) or (
            plain < PLAIN_HUMPS * len(humps) and often > OFTEN_HUMPS * len(humps)
        )
        self.hump_price = CODE_PRICE if is_code else NAME_PRICE
        self._camel.clear()

    def _remove_price(self, view: LineView, left: Run, right: Run) -> float:
        upper = right.text[0].isupper()
        if upper and not left.text.isupper():
            return FORBIDDEN
        if left.end in view.spaced and right.start in view.spaced:
            return SPACED_PRICE
        signal = clip_signal(self._signal(view, left.end, right.start))
        kind = remove_kind(left.text, right.text)
        price = self.rates.remove_price(kind) + GAP_WEIGHT_REMOVE * signal
        price += CASE_PRICE if upper and len(left.text) > 1 else 0.0
        if kind in ("other", "single"):
            price += self._apart_price(view, left.text, right.text)
        return max(0.0, price)

    def _apart_price(self, view: LineView, left: str, right: str) -> float:
        """Return the extra price of joining two runs that may well be words."""
        low_left, low_right = left.lower(), right.lower()
        price = 0.0
        if self.witness.pairs.get(f"{low_left} {low_right}", 0) > 1:
            price += INTACT_PRICE
        listed = self.voices[view.number][0].listed
        costs = [listed(low_left), listed(low_right)]
        if (
            costs[0] is not None
            and costs[1] is not None
            and min(costs[0], costs[1]) < FUNCTION_COST
        ):
            price += FUNCTION_PRICE
        return price

    def _signal(self, view: LineView, left: int, right: int) -> float:
        found = view.signals.get((left, right))
        if found is None:
            if view.folded is None:
                view.folded = fold(view.flat)
            found = view.signals[left, right] = gap_model().odds(*view.folded, left, right)
        return found

    # -- windows -----------------------------------------------------------------------------

    def _windows(self, view: LineView) -> Iterator[list[Run]]:
        """Yield the runs around what may be joined or torn, with a word on each side."""
        scanner = self.voices[view.number][1]
        for runs in view.chains:
            verdicts = [scanner.verdict(run.text) for run in runs]
            odd = sum(verdict is not FINE for verdict in verdicts)
            if odd > GARBAGE_RUNS and odd > GARBAGE_SHARE * len(runs) and not view.spaced:
                continue
            opened: set[int] = set()
            for i, verdict in enumerate(verdicts):
                if verdict is FINE:
                    continue
                if self._may_be_joined(view, runs[i], verdict):
                    opened.add(i)
                if verdict.is_fragment:
                    opened.update(self._may_be_torn(view, runs, verdicts, i))
            yield from _group(runs, opened)

    def _may_be_joined(self, view: LineView, run: Run, verdict: Verdict) -> bool:
        text = run.text
        if len(text) < 3 or view.number in self.dense:
            return len(text) >= 3
        price = min(map(self.rates.insert_price, text, text[1:]))
        if verdict.profit >= verdict.cuts * (price - OPEN_SLACK):
            return True
        if not verdict.is_fragment:
            return False
        own, low = self.witness.words, text.lower()
        return (
            any(
                (own.get(low[:cut], 0) > 1 and own.get(low[cut:], 0) > 0)
                or (own.get(low[cut:], 0) > 1 and own.get(low[:cut], 0) > 0)
                for cut in range(1, len(low))
            )
            and price < 3.5
            if self.witness.words
            else False
        )

    def _may_be_torn(
        self, view: LineView, runs: list[Run], verdicts: list[Verdict], i: int
    ) -> set[int]:
        """Return the runs that run `i` may be one word with."""
        if runs[i].start in view.spaced:
            return {j for j in (i - 1, i, i + 1) if 0 <= j < len(runs)}
        found: set[int] = set()
        listed = (
            self.voices[view.number][0].cost if self.is_torn else self.voices[view.number][0].listed
        )
        own = self.witness.words
        for first, last in ((i - 1, i), (i, i + 1), (i - 1, i + 1), (i - 2, i), (i, i + 2)):
            if first < 0 or last >= len(runs):
                continue
            some = runs[first : last + 1]
            whole = "".join(r.text for r in some)
            if len(whole) > 28 or any(
                r.text[0].isupper() and not whole.isupper() for r in some[1:]
            ):
                continue
            low = whole.lower()
            if listed(low) is None and low not in own and (low[:-1] not in own):
                continue
            cost, _ = self._word_cost(view.number, whole)
            apart = sum(self._word_cost(view.number, r.text)[0] for r in some)
            prices = [
                self.rates.remove_price(remove_kind(a.text, b.text))
                for a, b in itertools.pairwise(some)
            ]
            if apart - cost + MERGE_SLACK * len(prices) >= sum(prices):
                found.update(range(first, last + 1))
        if not found and all(
            0 <= j < len(runs) and verdicts[j].is_fragment for j in (i - 1, i + 1)
        ):
            found.update((i - 1, i, i + 1))
        return found

    # -- punctuation -------------------------------------------------------------------------

    def _read_points(
        self, views: list[LineView], inserts: bool, removes: bool
    ) -> dict[int, list[Edit]]:
        """Return the edits beside punctuation, per line."""
        seen: dict[int, list[tuple[PointGap, float]]] = {}
        plain: list[PointGap] = []
        units = find_units(self.lines) if inserts else frozenset[str]()
        for view in views:
            lexicon = self.voices[view.number][0]
            some = list(_spaced_points(view))
            if view.number in self.dense:
                seen[view.number] = some + list(self._dense_points(view))
                continue
            if not self._has_points(view):
                seen[view.number] = some
                continue
            gaps = find_gaps(view.text, lexicon.languages[0], lexicon.cost, units=units)
            for gap in gaps:
                if gap.kind in ONLY_DAMAGED and not inserts:
                    continue
                left = gap.at
                right = gap.at if gap.is_insert else gap.at + 1
                odds = max(-POINT_LIMIT, min(POINT_LIMIT, self._signal(view, left, right)))
                signal = odds if gap.is_insert else -odds
                some.append((gap, signal))
                if signal > 0:
                    plain.append(gap)
            seen[view.number] = some
        if not any(seen.values()):
            return {}
        self.points.count(plain, count_intact(list(self.lines)), inserts, removes)
        damaged = {True: inserts, False: removes}
        edits: dict[int, list[Edit]] = {}
        for number, some in seen.items():
            for gap, signal in some:
                edit = self._point_edit(gap, signal - self._point_price(number, gap))
                if edit.margin < 0 and not damaged[gap.is_insert]:
                    edit = _withhold(edit)
                edits.setdefault(number, []).append(edit)
        return edits

    def _read_formulas(self, found: list[list[Edit]]) -> None:
        """Add the stray blanks of formulas to the edits of each line."""
        for number, text in enumerate(self.lines):
            cost = self.voices[number][0].listed
            some = [
                Edit(at, at + 1, "", rule, FORMULA_MARGIN, (rule, ""), text[at - 1 : at + 2])
                for rule, at in find_stray_blanks(text, cost)
            ]
            if some:
                found[number] = _without_overlap(found[number] + some)

    def _dense_points(self, view: LineView) -> Iterator[tuple[PointGap, float]]:
        """Yield the gaps beside points and digits of a line without blanks, by the signal alone."""
        text = view.text
        for at in range(1, len(text)):
            left, right = text[at - 1], text[at]
            if (left.isalpha() and right.isalpha()) or left.isspace() or right.isspace():
                continue
            if (left.isdigit() and right.isdigit()) or left in "'’" or right in "'’":
                continue
            signal = self._signal(view, at, at)
            if signal > 0 and not is_protected(token_at(text, at)):
                yield PointGap("dense", at, True, text[max(0, at - 6) : at + 6]), signal

    def _point_price(self, number: int, gap: PointGap) -> float:
        price = self.points.price(gap.kind)
        return min(price, DENSE_PRICE) if number in self.dense and gap.is_insert else price

    def _point_edit(self, gap: PointGap, sure: float) -> Edit:
        end = gap.at if gap.is_insert else gap.at + 1
        return Edit(
            gap.at, end, " " if gap.is_insert else "", gap.kind, sure, (gap.kind, ""), gap.word
        )


def _withhold(edit: Edit) -> Edit:
    """Return a proposal that the document as a whole speaks against."""
    return replace(edit, margin=WITHHELD)


def _falls_apart(run: str, verdict: Verdict) -> bool:
    """Tell whether a long run is three words or more, and no name with capitals inside."""
    return verdict.cuts > 1 + len(HUMP.findall(run)) and verdict.profit > DENSE_PROFIT


def _is_spaced(stretch: str) -> bool:
    """Tell whether short pieces are the letters of words printed apart."""
    pieces = stretch.split(" ")
    single = sum(len(p) == 1 for p in pieces)
    letters = sum(p[0].isalpha() for p in pieces)
    return min(single, letters) >= SPACED_SHARE * len(pieces)


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


CLOSERS, OPENERS = ".,;:)!?'’”]", "('“["
SPACED_SIGNAL = 6.0  # log10; letters printed apart leave no doubt


def _spaced_points(view: LineView) -> Iterator[tuple[PointGap, float]]:
    """Yield the blanks beside digits and points in a stretch of letters printed apart."""
    text = view.text
    for at in sorted(view.spaced):
        if not text[at].isspace() or at + 1 not in view.spaced:
            continue
        left, right = text[at - 1], text[at + 1]
        if (left.isdigit() and right.isdigit()) or right in CLOSERS or left in OPENERS:
            yield PointGap("spaced-letters", at, False, text[at - 1 : at + 2]), SPACED_SIGNAL


def _without_overlap(edits: list[Edit]) -> list[Edit]:
    """Return edits in order; of two at one place the surer stays."""
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, e.end)):
        if kept and (edit.start, edit.end) == (kept[-1].start, kept[-1].end):
            if edit.margin > kept[-1].margin:
                kept[-1] = edit
            continue
        if kept and edit.start < kept[-1].end:
            continue
        kept.append(edit)
    return kept
