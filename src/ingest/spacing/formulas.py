"""Blanks that an extraction put inside formulas: `F (x, y)`, `R 2`, `N Σ`, `26 Al`, `S eff`.

Nothing else in formulas is touched, and only lines that plainly hold mathematics are read.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ingest.data import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.spacing.lexicon import ListedCost


GREEK = "Α-Ωα-ωϕϑϵ"
MARKS = "\u0300-\u036f"  # accents that follow their letter
# What makes a line mathematics: relations, operators, Greek letters, a blank before a bracket.
_MATHS = re.compile(rf"[{GREEK}=≤≥∈⊂→∞±×∑∫√∂⟨∇†‖]| \)")
LONGEST_SYMBOL = 6  # characters of a variable with its indices
LONGEST_ARGUMENT = 40  # characters between the brackets of a call
_ATOM = rf"[^\W_](?:[^\W_]|[{MARKS}]){{0,{LONGEST_SYMBOL - 1}}}"
# A symbol before a blank; not the second part of a word or a decimal, nor what follows a number.
_LEFT = rf"(?<![\w'’.{MARKS}-])(?<!\d )({_ATOM}) "
ADJACENT = re.compile(rf"{_LEFT}(?=({_ATOM})(?![\w.'’{MARKS}]))")
CALL = re.compile(rf"{_LEFT}(?=\()")
SLASH = re.compile(rf"{_LEFT}(?=/[\w(])")
HYPHEN = re.compile(rf"(?<![^\W_])([0-9{GREEK}]|[A-Z][a-z]?) (?=-[a-z]{{3}})")
ISOTOPE = re.compile(r"(?<![\w.,'’-])(\d{1,3}) (?=([A-Z][a-z])(?![\w.'’]))")
_INNER = re.compile(rf"[^\W_](?:[^\W_]|[{MARKS}])*")
NO_SYMBOLS = frozenset("aAI")
WORD_COST = 6.2  # log10; a cheaper word before a bracket is a word, no symbol; dev arxiv-pdftotext
PAIR_COST = 4.3  # log10; the same for two letters: lists hold most pairs of letters
PAIR_LETTERS = 2  # letters of such a pair


def find_stray_blanks(line: str, cost: ListedCost) -> Iterator[tuple[str, int]]:
    """Yield (rule, offset of the blank) for stray blanks in the formulas of a line."""
    for found in HYPHEN.finditer(line):
        if _is_symbol(found[1], cost):
            yield "formula-hyphen", found.end(1)
    yield from _isotopes(line)
    if not _MATHS.search(line):
        return
    for found in CALL.finditer(line):
        if _is_call(found[1], line, found.end(), cost):
            yield "formula-call", found.end(1)
    for found in SLASH.finditer(line):
        if _is_symbol(found[1], cost):
            yield "formula-slash", found.end(1)
    for found in ADJACENT.finditer(line):
        rule = _adjacent(found[1], found[2], cost)
        if rule:
            yield rule, found.end(1)


def _isotopes(line):
    for found in ISOTOPE.finditer(line):
        low, high = _elements().get(found[2], (1, 0))
        if low <= int(found[1]) <= high:
            yield "formula-isotope", found.end(1)


@cache
def _elements() -> dict[str, tuple[int, int]]:
    return {row[1]: (int(row[2]), int(row[3])) for row in rows("formulas.tsv") if row[0] == "element"}


@cache
def _names(kind: str) -> frozenset[str]:
    return frozenset(row[1] for row in rows("formulas.tsv") if row[0] == kind)


YEAR = re.compile(r"(?:1[89]|20)\d\d")


def _is_call(name, line, at, cost):
    if not _is_symbol(name, cost):
        return False
    inner = _argument(line, at)
    if inner is None:
        return False
    atoms = _INNER.findall(inner)
    if not atoms or len(atoms) > 8:
        return False
    if any(YEAR.fullmatch(a) for a in atoms):
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


def _adjacent(left, right, cost):
    if not _is_symbol(left, cost) or left in _names("unit"):
        return None
    if len(left) == 1 and left.isupper() and right in _names("subscript"):
        return "formula-subscript"
    if right.isdigit():
        return "formula-index" if len(left) == 1 and len(right) < 2 else None
    if not _is_symbol(right, cost) or right in _names("unit"):
        return None
    return "formula-product"


def _is_symbol(text: str, cost: ListedCost) -> bool:
    """Tell whether the text is a mathematical symbol rather than a word."""
    if text in NO_SYMBOLS or text.isdigit():
        return False
    if len(text) == 1 or not (text.isascii() and text.isalpha()):
        return True
    if len(text) > 4: return False
    listed = cost(text.lower())
    return listed is None or listed >= (PAIR_COST if len(text) == PAIR_LETTERS else WORD_COST)
