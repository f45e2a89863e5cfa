"""Blanks that an extraction put into formulas, or lost there.

`F (x, y)`, `R 2`, `N Σ`, `26 Al`, `S eff`. What is a symbol is told by its letters and by the words
of the language; what is a formula, by the signs on the line. Programs, markup and prose in Greek
are left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.data import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.spacing.lexicon import ListedCost

TABLE = "formulas.tsv"
GREEK = "Α-Ωα-ωϕϑϵ"
MARKS = "\u0300-\u036f"  # accents that follow their letter
LONGEST_SYMBOL = 6  # characters of a variable with its indices
LONGEST_WORDLIKE = 4  # letters of a variable without digits and Greek letters
LONGEST_ARGUMENT = 40  # characters between the brackets of a call
MOST_ARGUMENTS = 8  # numbers and symbols in them
REACH = 20  # characters before a blank that are looked at: a symbol and the word before it
NO_SYMBOLS = frozenset("aAI")
WORD_COST = 6.2  # log10; a cheaper word before a bracket is a word, no symbol; dev arxiv-pdftotext
PAIR_COST = 4.3  # log10; the same for two letters: lists hold most pairs of letters
PAIR_LETTERS = 2  # letters of such a pair

# What makes a line mathematics: relations, operators, Greek letters, a blank before a bracket.
_SURE_MATHS = re.compile(rf"[{GREEK}=≤≥∈⊂→∞±×∑∫√∂⟨∇†‖]")
_MATHS = re.compile(rf"{_SURE_MATHS.pattern}| \)")
# Without any of this there is none: signs, digits, a short name before a bracket, slash or hyphen.
_MAY_HOLD = re.compile(rf"[^\w\s.,;:'’!?\"“”()-]|\d|[{GREEK}]|(?<!\w)\w{{1,4}} [(/-]| [),]")
# What makes it something else: markup, programs, prose in Greek.
_NO_MATHS = re.compile(
    r"[`$\\@#\x08]|==|!=|:=|&&|\|\||->|=>|</|<!|=[\"']|\(\"|--\w|\w_\w|\) ?\{|^\s*[=:%/<]\w"
    rf"|[Ά-ώ]{{4}}|^[^{GREEK}≤≥∈→∞±×∑∫√∂]*;$"
)
# Blanks that nobody types: before a closing bracket, a comma, the stop of a sentence.
_TORN = re.compile(rf"[\w{MARKS}] [),;]|[\w{MARKS}] \.(?:\s|$)")

_BLANK = re.compile(r"(?<=\S) (?=[^\W_]|[(/∂-])")
# A symbol at the end of a text; not the second part of a word or a decimal, nor part of code.
_LEFT = re.compile(
    rf"(?:^|[^\w'’.{MARKS}<>=:\"#&%-])([A-Za-z0-9{GREEK}{MARKS}]{{1,{LONGEST_SYMBOL}}})$"
)
_RIGHT = re.compile(
    rf"([A-Za-z0-9{GREEK}∂][A-Za-z0-9{GREEK}{MARKS}]{{0,{LONGEST_SYMBOL - 1}}})"
    rf"(?![\w{MARKS}'’<>=:\"]|\.\S)"
)
_SLASHED = re.compile(r"/[\w(]")
_HYPHENED = re.compile(r"-[a-z]{3}")
_HYPHENABLE = re.compile(rf"[0-9{GREEK}]|[A-Z][a-z]?")
_TITLED = re.compile(r"[A-Z]\w+ [A-Z]$")  # a name that the letter belongs to (`OS X`)
_NUMBER = re.compile(r"(?:^|[^\w.,'’-])(\d{1,3})$")
# Parts of a compound: an element with its number, then oxygen or an oxide.
_COMPOUND = re.compile(r"(?:^|[^a-z.,'’-])(H|[A-Z][a-z])\d(?:\.\d)?$")
_COMPOUNDED = re.compile(r"(?:[A-Z][a-z])?O\d?H?(?![\w.'’]\w|[^\W_])")
_WORD = re.compile(r"(?:He|Be|Am|Po) ")  # also words that a sentence opens with
_RELATION = re.compile(r"[=<>≤≥]")
_ATOM = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
# Acronyms in a row, `A x B`, words of code, names of stars.
_NO_PRODUCT = re.compile(
    r"^[A-Z]{2,} [A-Z]{2}|^x [A-Z]|^[A-Z]\w* x$|[A-Za-z]{4}|^[α-ω] [A-Z][A-Za-z]{2}$"
)
_CAPITALS = re.compile(r"[A-Z]{2,} [A-Z]")
# Letters printed apart, and lists of names.
_SPELLED = re.compile(r"(?<![^\W_])(?:(?:[a-z] ){3}|(?:[^\W\d_] ){4})")
_YEAR = re.compile(r"\b(?:1[89]|20)\d\d[a-z]?\b")
_NUMBERS = re.compile(r"[\d\W]+")  # `F (2, 48) = 3.1`
_CLOSED = re.compile(r" [),]")
_INDEX = re.compile(r"\d|0\d")
_NAME = re.compile(r"[A-Za-z]*[a-z]{3}\d+[a-z]?")  # `log10`, `atan2`
# Functions of single letters are mathematics by themselves (`f (x, y)`, `U2 (k)`).
_VARIABLE = rf"[A-Za-z{GREEK}·][{MARKS}]?"
_VARIABLES = re.compile(rf"{_VARIABLE}(?: ?[,;|] ?{_VARIABLE}){{0,3}} ?")
_LABEL = re.compile(r"[A-Ha-h]")  # names a part of a figure as often as a variable
_PHRASE = re.compile(r"\w \w")  # `WT (B6 F1)`: names in a row
_BIG_LABEL = re.compile(r"[A-H]")
_TORN_CALL = re.compile(rf"[A-Z]{{2,3}} \([A-Za-z{GREEK}]\w? \)")  # `EDC (V )`
_GLOSSED = re.compile(r"(?i:pi|mu|nu|xi|phi|psi|chi|eta|rho|tau) \([Α-Ωα-ω]\)")  # `pi (π)`
_GROUP = re.compile(r"P?[SG][LUO]|Sp|U")  # `SU (2)`
_NOTES = frozenset("siv")  # plurals and items of lists (`CPU (s)`, `(i)`)

_OPERAND = rf"[0-9]{{0,3}}[A-Za-z{GREEK}][0-9A-Za-z{GREEK}{MARKS}]{{0,{LONGEST_SYMBOL - 1}}}"
# A relation with a blank on one side only.
_RELATED = re.compile(rf"(?<![\w{MARKS}.,'’=-])({_OPERAND}) [=≤≥≈≃](?=[0-9]{{1,4}}(?![\w%]))")
_CASE_PAIR = re.compile(r"[a-z][A-Z]")  # `dE`: no word of two letters is printed so
_TERM = rf"(?:[A-Za-z0-9{GREEK}]{{1,3}})(?![\w.'’])"
_COMMA = re.compile(rf"(?<![\w{MARKS}.,'’-])({_OPERAND}),(?=({_TERM}))")
_OPERATOR = re.compile(rf"(?<![\w{MARKS}.,'’-])({_OPERAND})([+×→])({_TERM})")


@dataclass(frozen=True, slots=True)
class FormulaGap:
    """A blank to take out of a formula, or to put into it, at an offset of the line."""

    rule: str
    at: int
    is_insert: bool = False


def find_formula_gaps(line: str, cost: ListedCost) -> list[FormulaGap]:
    """Return the stray and the lost blanks in the formulas of a line, in order."""
    if _MAY_HOLD.search(line) is None:
        return []
    formula = _Formula.read(line, cost)
    stray = list(formula.stray())
    if stray and formula.is_maths and not formula.is_torn:
        formula = replace(formula, is_torn=True)
        stray = list(formula.stray())
    return sorted([*stray, *formula.lost()], key=lambda gap: gap.at)


@dataclass(frozen=True, slots=True)
class _Formula:
    """A line, and what its signs say of it."""

    line: str
    cost: ListedCost
    is_code: bool
    is_sure: bool
    is_maths: bool
    is_spelled: bool
    is_torn: bool

    @classmethod
    def read(cls, line: str, cost: ListedCost) -> _Formula:
        is_code = _NO_MATHS.search(line) is not None
        return cls(
            line,
            cost,
            is_code=is_code,
            is_sure=_SURE_MATHS.search(line) is not None,
            is_maths=not is_code and _MATHS.search(line) is not None,
            is_spelled=_SPELLED.search(line) is not None,
            is_torn=_TORN.search(line) is not None,
        )

    def stray(self) -> Iterator[FormulaGap]:
        """Yield the stray blanks.

        Each is judged with those to its left already gone, so that `S 2 (x)` becomes `S2(x)` at
        once.
        """
        before, done = "", 0
        for found in _BLANK.finditer(self.line):
            at = found.start()
            before = (before + self.line[done:at])[-REACH:]
            done = at
            rule = self._judge(before, at + 1)
            if rule:
                yield FormulaGap(rule, at)
                done = at + 1

    def lost(self) -> Iterator[FormulaGap]:
        """Yield the lost blanks: beside commas and operators, where others went astray."""
        if not self.is_maths:
            return
        for found in _RELATED.finditer(self.line):
            if self._is_symbol(found[1]):
                yield FormulaGap("formula-operator", found.end(), is_insert=True)
        for found in _COMMA.finditer(self.line):
            if not (self.is_torn or (self.is_sure and self._stands_alone(found))):
                continue
            if self._is_symbol(found[1]) and self._is_operand(found[2]):
                yield FormulaGap("formula-comma", found.end(), is_insert=True)
        if not self.is_torn:
            return
        for found in _OPERATOR.finditer(self.line):
            if self._is_symbol(found[1]) and self._is_operand(found[3]):
                yield FormulaGap("formula-operator", found.end(1), is_insert=True)
                yield FormulaGap("formula-operator", found.end(2), is_insert=True)

    def _stands_alone(self, found: re.Match[str]) -> bool:
        """Tell whether it is a symbol with two indices (`U0,n`), and nothing else to the blanks."""
        after = self.line[found.end(2) : found.end(2) + 1]
        before = self.line[max(0, found.start() - 1) : found.start()]
        return len(found[1]) > 1 and not before.strip() and (not after or after in " ).;:")

    def _is_operand(self, text: str) -> bool:
        return text.isdigit() or self._is_symbol(text)

    def _judge(self, before: str, at: int) -> str | None:
        """Return the rule by which the blank between a text and the offset is stray, if any."""
        right = _RIGHT.match(self.line, at)
        if right and _is_isotope(before, right[1]) and not _WORD.match(self.line, at):
            return "formula-isotope"
        if _is_compound(before, self.line, at):
            return "formula-compound"
        left = _LEFT.search(before)
        if left is None:
            return None
        name = left[1]
        if _HYPHENED.match(self.line, at):
            may = _HYPHENABLE.fullmatch(name) and name not in NO_SYMBOLS
            return "formula-hyphen" if may else None
        if _is_numbered(before[: left.start(1)]):
            return None
        if not self.is_torn and _TITLED.search(f"{before[: left.start(1)]}{name}"):
            return None
        if self.line[at] == "(":
            return "formula-call" if self._is_call(name, at) else None
        if not self.is_maths or not self._is_symbol(name):
            return None
        if self.line[at] == "/":
            return "formula-slash" if _SLASHED.match(self.line, at) else None
        return self._judge_neighbours(name, right) if right else None

    def _is_call(self, name: str, at: int) -> bool:
        """Tell whether what stands in brackets is the argument of a symbol."""
        inner = self._argument(at)
        if inner is None or self.is_code or self._is_remark(name, inner):
            return False
        atoms = _ATOM.findall(inner)
        if not 0 < len(atoms) <= MOST_ARGUMENTS:
            return False
        if not (self._is_symbol(name) or _TORN_CALL.fullmatch(f"{name} ({inner})")):
            return False
        return all(self._is_argument(atom, is_torn=inner[-1] == " ") for atom in atoms)

    def _is_remark(self, name: str, inner: str) -> bool:
        """Tell whether brackets hold what prose puts there: a label, a year, a value, a gloss."""
        if (
            _RELATION.search(inner)
            or _YEAR.search(inner)
            or _GLOSSED.fullmatch(f"{name} ({inner})")
        ):
            return True
        if not self.is_maths and (inner in _NOTES or not _VARIABLES.fullmatch(inner)):
            return True
        if self.is_torn:
            return False
        if _PHRASE.search(inner):
            return True
        if _LABEL.fullmatch(inner):
            return len(name) > 1 or _BIG_LABEL.fullmatch(name) is not None
        return _NUMBERS.fullmatch(inner) is not None and not _GROUP.fullmatch(name)

    def _is_argument(self, atom: str, *, is_torn: bool) -> bool:
        """Tell whether a function may stand before it; two letters do for one in torn brackets."""
        is_pair = is_torn and len(atom) <= PAIR_LETTERS and not atom.islower()
        return is_pair or atom in NO_SYMBOLS or self._is_operand(atom)

    def _argument(self, at: int) -> str | None:
        """Return what stands between the bracket that opens at an offset and its partner."""
        depth = 0
        for end in range(at, min(len(self.line), at + LONGEST_ARGUMENT)):
            depth += (self.line[end] == "(") - (self.line[end] == ")")
            if depth == 0:
                return self.line[at + 1 : end]
        return None

    def _judge_neighbours(self, left: str, found: re.Match[str]) -> str | None:
        """Return the rule by which two neighbours are one symbol, or a product, if they are."""
        right = found[1]
        if len(left) == 1 and left.isupper() and right in _names("subscript"):
            return "formula-subscript"
        if right.isdigit():
            return "formula-index" if len(left) == 1 and _INDEX.fullmatch(right) else None
        pair = f"{left} {right}"
        if self.is_spelled or _NO_PRODUCT.search(pair):
            return None
        if _CAPITALS.fullmatch(pair) and not self.is_torn:
            return None  # `OS X`
        if len(left) == 1 == len(right) and (left + right).isascii():
            is_torn = self.is_torn and self.is_sure
            if not is_torn and not _CLOSED.match(self.line, found.end()):
                return None
        return "formula-product" if self._is_symbol(right.lstrip("∂")) else None

    def _is_symbol(self, text: str) -> bool:
        """Tell whether the text is a symbol rather than a word, a number or a unit."""
        if (
            not 0 < len(text) <= LONGEST_SYMBOL
            or text in NO_SYMBOLS
            or text.isdigit()
            or text in _names("unit")
        ):
            return False
        if len(text) == 1 or not (text.isascii() and text.isalpha()):
            return _NAME.fullmatch(text) is None
        if _CASE_PAIR.fullmatch(text):
            return True
        low = text.lower()
        if len(text) > LONGEST_WORDLIKE or low in _names("word"):
            return False
        listed = self.cost(low)
        return listed is None or listed >= (PAIR_COST if len(text) == PAIR_LETTERS else WORD_COST)


def _is_numbered(before: str) -> bool:
    """Tell whether a text ends in what a letter after it belongs to (`5 K`, `table B`)."""
    words = before.split()
    if not words or not before[-1].isspace():
        return False
    last = words[-1].rstrip(".").lower()
    return words[-1][-1].isdigit() or last in _names("labelled")


def _is_isotope(before: str, element: str) -> bool:
    """Tell whether a text ends in a mass number of the element."""
    number = _NUMBER.search(before)
    low, high = _elements().get(element, (1, 0))
    return number is not None and low <= int(number[1]) <= high


def _is_compound(before: str, line: str, at: int) -> bool:
    """Tell whether the blank stands in the formula of a compound (`H2 O`, `Al2 O3`)."""
    left = _COMPOUND.search(before)
    if left is None or not _COMPOUNDED.match(line, at):
        return False
    return left[1] == "H" or left[1] in _elements()


@cache
def _names(kind: str) -> frozenset[str]:
    """Return the names of one kind in the table."""
    return frozenset(row[1] for row in rows(TABLE) if row[0] == kind)


@cache
def _elements() -> dict[str, tuple[int, int]]:
    """Return the least and the greatest mass number, by symbol of the element."""
    return {row[1]: (int(row[2]), int(row[3])) for row in rows(TABLE) if row[0] == "element"}
