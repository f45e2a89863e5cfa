"""Blanks lost after, or printed before, punctuation and digits."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.spacing.language import VOTES
from ingest.spacing.protect import is_protected
from ingest.spacing.wordlists import by_language, words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from ingest.spacing.lexicon import ListedCost

KNOWN_COST = 6.5  # log10; rarer words do not vouch for a sentence end
LONG_WORD = 5  # letters; a word this long vouches for a gap unlisted
SHORTEST_SENTENCE_START = 3  # letters; shorter capitals after a point are initials
SHORTEST_BEFORE_COMMA = 3  # letters; before a number or an initial
SHORTEST_BRACKET = 5  # characters from the opening bracket to the closing one
EVIDENCE_WEIGHT = 10.0  # gaps of belief in a kind's base rate
# Points without a blank that a sound text may hold, of names and lists (`net.Socket`, `a,b`).
SLIPS = 2
STRAY_SLIPS = 2  # different blanks behind hyphens, from which on they are no slips (`pre- set`)
NEVER = 1_000_000
LIST_WORDS = 2  # words with commas and no blanks between them; more are an author's list
CODE_LETTERS = 2  # letters of the names of languages and countries (`en,fr,es,zh`)
# Kinds that are looked at only where letters lost their blanks too.
ONLY_DAMAGED = frozenset(("close", "open", "digit-letter", "letter-digit", "dash"))
MANY_INTACT = 25  # undamaged gaps of a kind, from which on single cases are an author's slips
FREE_SHARE = 0.04  # of the points with a blank before them that are no damage there
FREE_CASES = 2  # slips that do not count as damage in such a document

# kind: share of gaps of this kind that lose (or gain) a blank in a document that shows none
BASE_RATES = {
    "stop": 0.01,
    "comma": 0.01,
    "abbreviation": 0.01,
    "close": 0.002,
    "open": 0.0005,
    "digit-letter": 0.0005,
    "letter-digit": 0.0005,
    "dash": 0.002,
    "before-point": 0.01,
    "after-open": 0.01,
    "hyphen": 0.003,
    "hyphen-before": 0.002,
    "spaced-letters": 0.01,
    "dense": 0.1,
}
ABBREVIATED = "|".join(rf"(?<=\b{name}\.)" for name in by_language("numbered")["*"])
ABBREVIATED = rf"(?:{ABBREVIATED})(?=\d)"
INSERTS = (
    ("stop", re.compile(r"(?<=[^\W_][.!?…])(?=[^\W\d_a-zß-öø-ÿ])")),
    ("stop", re.compile(r"(?<=\S[)\]”\"][.!?…])(?=[^\W\d_a-zß-öø-ÿ])")),
    ("comma", re.compile(r"(?<=[^\W_][,;:])(?=[^\W\d_])")),
    ("comma", re.compile(r"(?<=\S[)\]”\"’][,;:])(?=[^\W\d_])")),
    ("comma", re.compile(r"(?<=[^\W\d_],)(?=(?:1[89]|20)\d\d(?!\d))")),
    ("comma", re.compile(r"(?<=[^\W\d_][?!],)(?=[^\W\d_])")),
    ("abbreviation", re.compile(ABBREVIATED)),
    ("close", re.compile(r"(?<=[^\W_]\))(?=[^\W\d_]{2})")),
    ("open", re.compile(r"(?<=[^\W\d_]{3})(?=\()")),
    ("digit-letter", re.compile(r"(?<=\d)(?<![^\W\d_]\d)(?=[^\W\d_]{2})")),
    ("letter-digit", re.compile(r"(?<=[^\W\d_]{3})(?=\d)")),
    ("dash", re.compile(r"(?<= [-–—])(?=[^\W\d_])")),
)
REMOVES = (
    (
        "before-point",  # not before the dots that lead from a title to its page
        re.compile(r"(?<=[^\W_]) (?=(?!\. ?\.)[,;:.!?](?:\s|$))|(?<=[^\W_]) (?=\))"),
    ),
    (
        "before-point",
        re.compile(r"(?<=[)\]}†‡′″±]) (?=[,;.](?:$|\s(?! ?\.)))|(?<=[)}]) (?=\)(?:[,.;]|$))"),
    ),
    ("after-open", re.compile(r"(?<=[\s(]\() (?=\w)|(?<=^\() (?=\w)")),
    ("hyphen-before", re.compile(r"(?<=[^\W\d_]{3}) (?=-[a-zß-öø-ÿ]{3})")),
    ("hyphen", re.compile(r"(?<=[^\W\d_]{2}-) (?=[a-zß-öø-ÿ]{3})")),
)
REMOVE_KINDS = frozenset(kind for kind, _ in REMOVES)
SPACED_POINTS = ";:!?"  # printed with a blank before them in French
COORDINATORS = words_of("coordinator")


@dataclass(slots=True)
class PointGap:
    """One gap beside punctuation.

    Attributes:
        kind: A key of `BASE_RATES`.
        at: Offset in the line.
        is_insert: Insert a blank at `at`, or remove the blank that stands there.
        word: What makes it distinct when damage is counted.
        doubt: How often such a gap must be seen, in different words, before it counts as damage
            where no letters lost their blanks; 0 if it can hardly be anything else.

    """

    kind: str
    at: int
    is_insert: bool
    word: str
    doubt: int = 0


COUNTED = words_of("counted")  # others are part of a name with a number (`python3`)


def plain_gaps(gaps: Iterable[PointGap]) -> list[PointGap]:
    """Return the gaps that count as damage even in a document that shows no other."""
    some = list(gaps)
    seen = len({gap.word for gap in some if gap.doubt < NEVER})
    return [gap for gap in some if gap.doubt <= seen]


WORD_BEFORE = re.compile(r"([^\W\d_]+)[^\w\s]*$")
WORD_AFTER = re.compile(r"[^\w\s]*([^\W\d_]+)")


def find_gaps(
    line: str,
    language: str,
    cost: ListedCost,
    kinds: Collection[str] = BASE_RATES,
    units: Collection[str] = (),
    *,
    is_code: bool = False,
) -> Iterator[PointGap]:
    """Yield the gaps of a line that may have lost or gained a blank.

    Args:
        line: The line.
        language: Its language; French keeps the blank before high points.
        cost: Cost of a listed word.
        kinds: Kinds to look for.
        units: Words the document prints after a number and a blank (`680 nm`).
        is_code: The document holds code; then a point may join the parts of a name (`net.Socket`).

    """
    for kind, pattern in INSERTS:
        if kind not in kinds:
            continue
        for found in pattern.finditer(line):
            at = found.start()
            if (kind == "digit-letter" and _neighbours(line, at)[1] in units) or (
                not is_protected(token_at(line, at)) and _may_insert(kind, line, at, cost)
            ):
                word = line[max(0, at - 6) : at + 6]
                yield PointGap(kind, at, True, word, _doubt(kind, line, at, is_code))
    for kind, pattern in REMOVES:
        if kind not in kinds:
            continue
        for found in pattern.finditer(line):
            at = found.start()
            if _may_remove(kind, line, at, language):
                word = line[max(0, at - 6) : at + 6]
                yield PointGap(kind, at, False, word, _doubt_stray(kind, line[at + 1]))


UNIT = re.compile(r"(?<![^\W\d_])\d+ ([^\W\d_]{2,12})(?![\w.])")
ENOUGH_UNITS = 2  # times a word must follow a number and a blank


def find_units(lines: Iterable[str]) -> frozenset[str]:
    """Return the words that follow numbers, with a blank between, more than once."""
    counts = Counter(unit for line in lines for unit in UNIT.findall(line))
    return frozenset(unit for unit, count in counts.items() if count >= ENOUGH_UNITS)


# German forms for all genders (`Mitarbeiter:innen`, `Kolleg:in`).
GENDER_ENDING = re.compile(r"in(?:nen)?(?![a-zäöü])|innen", re.IGNORECASE)
LONGEST_TOKEN = 80  # characters around a gap that are looked at


def token_at(line: str, at: int) -> str:
    """Return the blank-separated token around an offset (its nearest characters)."""
    before = line[max(0, at - LONGEST_TOKEN) : at].split(" ")[-1]
    after = line[at : at + LONGEST_TOKEN].split(" ")[0]
    return before + after


def _neighbours(line: str, at: int) -> tuple[str, str]:
    before = WORD_BEFORE.search(line[max(0, at - 40) : at])
    after = WORD_AFTER.match(line[at : at + 40])
    return (before.group(1) if before else "", after.group(1) if after else "")


def is_word(word: str, cost: ListedCost, least: int = 2) -> bool:
    """Tell whether a word is common enough to vouch for a gap."""
    if len(word) < least:
        return False
    found = cost(word.lower())
    return found is not None and found < KNOWN_COST


def _may_insert(kind: str, line: str, at: int, cost: ListedCost) -> bool:
    """Tell whether the words on both sides vouch for a lost blank."""
    left, right = _neighbours(line, at)
    before = line[at - 2 : at - 1]
    if kind == "stop":
        vouched = not before.isalpha() or is_word(left, cost, 2) or len(left) >= LONG_WORD
        return vouched and (
            right in ("A", "I")
            or (len(right) > 1 and not right.isupper())
            or len(right) >= SHORTEST_SENTENCE_START
        )
    if kind == "abbreviation":
        return True
    if line[at - 1] == ":" and GENDER_ENDING.match(line, at):
        return False
    if kind == "comma" and line[at].isdigit():
        return len(left) >= SHORTEST_BEFORE_COMMA
    if kind == "comma" and len(right) == 1 and line[at + 1 : at + 2] == ".":
        return right.isupper() and len(left) >= SHORTEST_BEFORE_COMMA
    if kind == "comma" and _joins_names(line, at, left, right):
        return False
    if kind in ("comma", "close"):
        vouched = (
            not before.isalpha()
            or is_word(left, cost)
            or (len(left) >= LONG_WORD and left.isalpha())
        )
        known = right in ("a", "I", "A") or is_word(right, cost) or len(right) >= LONG_WORD
        return vouched and known
    if kind == "open":
        is_long = line.find(")", at) - at >= SHORTEST_BRACKET
        return is_word(left, cost, 3) and is_word(right, cost) and is_long
    if kind == "letter-digit":
        return left.lower() in VOTES or left.lower() in COUNTED
    return is_word(right, cost, 3) and not right.isupper()


def _joins_names(line: str, at: int, left: str, right: str) -> bool:
    """Is it a point of a list or name that has no blanks: `flake8,pylint,clippy`, `node:test`?"""
    if line[at - 1] == ":":
        return len(left) < LONG_WORD and right.islower() and right not in VOTES
    token = token_at(line, at)
    words = token.lower().rstrip(",;.:").split(",")
    if len(words) <= LIST_WORDS:
        return False
    return VOTES.keys().isdisjoint(words) or all(len(word) <= CODE_LETTERS for word in words)


def _doubt(kind: str, line: str, at: int, is_code: bool) -> int:
    """Is it a point between clauses? That of a name (`Daemon.MimeTypes`, `node:test`) is not."""
    if kind not in ("stop", "comma"):
        return 0
    left, right = _neighbours(line, at)
    if line[at - 1] == ":" or right[1:] != right[1:].lower():
        return NEVER
    if right.lower() in VOTES:
        return 0
    if is_code or left[:1].isupper():
        return NEVER
    return SLIPS


def _doubt_stray(kind: str, after: str) -> int:
    """Is the blank one that nobody types? Before `;` in a condition or `-inf` it is meant."""
    if kind == "hyphen-before" or after in SPACED_POINTS:
        return NEVER
    return STRAY_SLIPS if kind == "hyphen" else 0


def _is_french_printing(line: str) -> bool:
    """Tell whether a line prints a blank before each of its high points, twice at least."""
    spaced = sum(line.count(f" {point}") for point in SPACED_POINTS)
    return spaced > 1 and spaced == sum(map(line.count, SPACED_POINTS))


def _may_remove(kind: str, line: str, at: int, language: str) -> bool:
    after = line[at + 1 : at + 2]
    if kind == "before-point":
        if after in SPACED_POINTS and (language == "fr" or _is_french_printing(line)):
            return False
        return not (after == "." and line[at + 2 : at + 3] == ".")
    if kind == "hyphen":
        _, right = _neighbours(line, at + 1)
        return right not in COORDINATORS
    return True


class PointRates:
    """Prices of the kinds of gaps beside punctuation, from the document's counts."""

    def __init__(self) -> None:
        """Start without evidence."""
        self._seen: dict[str, set[str]] = {}
        self._intact: dict[str, int] = {}
        self._inserts = self._removes = False

    def count(
        self, gaps: list[PointGap], intact: dict[str, int], inserts: bool, removes: bool
    ) -> None:
        """Take the plain cases, distinct, and the undamaged gaps of each kind.

        In a long document that shows no other damage the first cases do not count.
        """
        self._inserts, self._removes = inserts, removes
        for gap in gaps:
            self._seen.setdefault(gap.kind, set()).add(gap.word)
        self._intact = intact

    def _free(self, kind: str, intact: int) -> int:
        """Return how many cases are no damage, in a long document that shows no other."""
        if intact < MANY_INTACT:
            return 0
        if kind in REMOVE_KINDS:
            return 0 if self._removes else max(FREE_CASES, round(FREE_SHARE * intact))
        return 0 if self._inserts else FREE_CASES

    def price(self, kind: str) -> float:
        """Return the price (log10) of one more case of this kind."""
        intact = self._intact.get(kind, 0)
        lost = max(0, len(self._seen.get(kind, ())) - self._free(kind, intact))
        every = lost + intact + EVIDENCE_WEIGHT
        return -math.log10((lost + BASE_RATES[kind] * EVIDENCE_WEIGHT) / every)


INTACT = {
    "stop": re.compile(r"[^\W\d_][.!?] [^\W\d_]"),
    "comma": re.compile(r"\w[,;:] [^\W\d_]"),
    "abbreviation": re.compile(r"[^\W\d_]\. \d"),
    "close": re.compile(r"\w\) [^\W\d_]"),
    "open": re.compile(r"[^\W\d_] \("),
    "digit-letter": re.compile(r"\d [^\W\d_]{3}"),
    "letter-digit": re.compile(r"[^\W\d_]{3} \d"),
    "dash": re.compile(r" [-–—] [^\W\d_]"),
    "before-point": re.compile(r"\w[,;:.!?)](?: |$)"),
    "after-open": re.compile(r"\(\w"),
    "hyphen": re.compile(r"[^\W\d_]-[^\W\d_]"),
    "hyphen-before": re.compile(r"[^\W\d_]-[^\W\d_]"),
}


def count_intact(lines: list[str]) -> dict[str, int]:
    """Count the undamaged gaps of each kind."""
    return {
        kind: sum(len(pattern.findall(line)) for line in lines) for kind, pattern in INTACT.items()
    }
