"""Blanks that an extraction put inside formulas: `F (x, y)`, `R 2`, `N Σ`, `26 Al`, `S eff`.

Nothing else in formulas is touched. Most rules read only lines that plainly hold mathematics.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ingest.data import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.spacing.lexicon import ListedCost

TABLE = "formulas.tsv"
GREEK = "Α-Ωα-ωϕϑϵ"
MARKS = "\u0300-\u036f"  # accents that follow their letter
# What makes a line mathematics: relations, operators, Greek letters, a blank before a bracket.
_MATHS = re.compile(rf"[{GREEK}=≤≥∈⊂→∞±×∑∫√∂⟨∇†‖]| \)")
# What makes it something else: markup, programs, and prose in Greek.
_NO_MATHS = re.compile(
    rf"[`$\\@#]|==|!=|:=|&&|\|\||->|=>|</|<!|=[\"']|\(\"|--\w|\w_\w|;$|^\s*[=:%/<]\w|[Ά-ώ]{{4}}"
)
LONGEST_SYMBOL = 6  # characters of a variable with its indices
LONGEST_WORDLIKE = 4  # letters of a variable without digits and Greek letters
LONGEST_ARGUMENT = 40  # characters between the brackets of a call
MOST_ARGUMENTS = 8  # numbers and symbols in them
_BLANK = re.compile(r"(?<=\S) (?=[^\W_]|[(/-])")
# A symbol at the end of a text; not the second part of a word or a decimal, nor part of code.
_LEFT = re.compile(
    rf"(?:^|[^\w'’.{MARKS}<>=:\"#&%-])([A-Za-z0-9{GREEK}{MARKS}]{{1,{LONGEST_SYMBOL}}})$"
)
_RIGHT = re.compile(
    rf"([A-Za-z0-9{GREEK}][A-Za-z0-9{GREEK}{MARKS}]{{0,{LONGEST_SYMBOL - 1}}})"
    rf"(?![\w{MARKS}'’<>=:\"]|\.\S)"
)
_SLASHED = re.compile(r"/[\w(]")
_HYPHENED = re.compile(r"-[a-z]{3}")
_HYPHENABLE = re.compile(rf"[0-9{GREEK}]|[A-Z][a-z]?")
_AFTER_NUMBER = re.compile(r"\d $")
_NUMBER = re.compile(r"(?:^|[^\w.,'’-])(\d{1,3})$")
_RELATION = re.compile(r"[=<>≤≥]")
_INNER = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_INDEX = re.compile(r"\d|0\d")
NO_SYMBOLS = frozenset("aAI")
WORD_COST = 6.2  # log10; a cheaper word before a bracket is a word, no symbol; dev arxiv-pdftotext
PAIR_COST = 4.3  # log10; the same for two letters: lists hold most pairs of letters
PAIR_LETTERS = 2  # letters of such a pair
REACH = LONGEST_SYMBOL + 2  # characters before a blank that are looked at


def find_stray_blanks(line: str, cost: ListedCost) -> Iterator[tuple[str, int]]:
    """Yield (rule, offset of the blank) for stray blanks in the formulas of a line.

    A blank is judged with those to its left already gone, so that `S 2 (x)` becomes `S2(x)` at
    once.
    """
    is_code = bool(_NO_MATHS.search(line))
    is_maths = not is_code and bool(_MATHS.search(line))
    before, done = "", 0
    for found in _BLANK.finditer(line):
        at = found.start()
        before = (before + line[done:at])[-REACH:]
        done = at
        rule = _judge(before, line, at + 1, cost, is_maths)
        if rule:
            yield rule, at
            done = at + 1


def _judge(before: str, line: str, at: int, cost: ListedCost, is_maths: bool) -> str | None:
    """Return the rule by which the blank between a text and the offset is stray, if any."""
    right = _RIGHT.match(line, at)
    if right and _is_isotope(before, right[1]):
        return "formula-isotope"
    left = _LEFT.search(before)
    if left is None:
        return None
    name = left[1]
    if _HYPHENED.match(line, at):
        return "formula-hyphen" if _HYPHENABLE.fullmatch(name) and name not in NO_SYMBOLS else None
    if not is_maths or not _is_symbol(name, cost) or _AFTER_NUMBER.search(before[: left.start(1)]):
        return None
    if line[at] == "(":
        return "formula-call" if _is_call(name, line, at, cost) else None
    if line[at] == "/":
        return "formula-slash" if _SLASHED.match(line, at) else None
    return _adjacent(name, right[1], cost) if right else None


def _is_isotope(before: str, element: str) -> bool:
    number = _NUMBER.search(before)
    low, high = _elements().get(element, (1, 0))
    return number is not None and low <= int(number[1]) <= high


def _is_call(name: str, line: str, at: int, cost: ListedCost) -> bool:
    """Tell whether what stands in brackets is the argument of a symbol."""
    inner = _argument(line, at)
    if inner is None or _RELATION.search(inner):
        return False
    atoms = _INNER.findall(inner)
    if not 0 < len(atoms) <= MOST_ARGUMENTS or any(map(_YEAR.fullmatch, atoms)):
        return False
    return all(a in NO_SYMBOLS or a.isdigit() or _is_symbol(a, cost) for a in atoms)


def _argument(line: str, at: int) -> str | None:
    """Return what stands between the bracket that opens at an offset and its partner."""
    depth = 0
    for end in range(at, min(len(line), at + LONGEST_ARGUMENT)):
        depth += (line[end] == "(") - (line[end] == ")")
        if depth == 0:
            return line[at + 1 : end]
    return None


def _adjacent(left: str, right: str, cost: ListedCost) -> str | None:
    """Return the rule by which two neighbours are one symbol, or a product, if they are."""
    if len(left) == 1 and left.isupper() and right in _names("subscript"):
        return "formula-subscript"
    if right.isdigit():
        return "formula-index" if len(left) == 1 and _INDEX.fullmatch(right) else None
    return "formula-product" if _is_symbol(right, cost) else None


def _is_symbol(text: str, cost: ListedCost) -> bool:
    """Tell whether the text is a mathematical symbol rather than a word, a number or a unit."""
    if text in NO_SYMBOLS or text.isdigit() or text in _names("unit"):
        return False
    if len(text) == 1 or not (text.isascii() and text.isalpha()):
        return True
    low = text.lower()
    if len(text) > LONGEST_WORDLIKE or low in _names("word"):
        return False
    listed = cost(low)
    return listed is None or listed >= (PAIR_COST if len(text) == PAIR_LETTERS else WORD_COST)


@cache
def _names(kind: str) -> frozenset[str]:
    """Return the names of one kind in the table."""
    return frozenset(row[1] for row in rows(TABLE) if row[0] == kind)


@cache
def _elements() -> dict[str, tuple[int, int]]:
    """Return the least and the greatest mass number, by symbol of the element."""
    return {row[1]: (int(row[2]), int(row[3])) for row in rows(TABLE) if row[0] == "element"}
