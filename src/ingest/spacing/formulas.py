"""Blanks that an extraction put inside formulas: `F (x, y)`, `R 2`, `N Σ`.

Nothing else in formulas is touched, and only lines that plainly hold mathematics are read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.spacing.lexicon import ListedCost


GREEK = "Α-Ωα-ωϕϑϵ"
# What makes a line mathematics: relations, operators, Greek letters, a blank before a bracket.
_MATHS = re.compile(rf"[{GREEK}=≤≥∈⊂→∞±×∑∫√∂⟨∇†‖]| \)")
_START = r"(?<![^\W\d_'’.-])(?<!\d )"
_ARGUMENT = r"(?:[^()\s]{1,4}[ ,|]{0,2}){1,4}\)"
CALL = re.compile(rf"{_START}([A-Za-z{GREEK}][0-9{GREEK}a-z]{{0,2}}) (?=\({_ARGUMENT})")
INDEX = re.compile(rf"{_START}([A-Z{GREEK}]) (?=[0-9b-z{GREEK}](?![\w.'’]))")
HYPHEN = re.compile(rf"(?<![^\W_])([0-9{GREEK}]|[A-Z][a-z]?) (?=-[a-z]{{3}})")
RULES = (("formula-call", CALL), ("formula-index", INDEX), ("formula-hyphen", HYPHEN))
NO_SYMBOLS = frozenset("aAI")
WORD_COST = 6.2  # log10; a cheaper word before a bracket is a word, no symbol; dev arxiv-pdftotext
PAIR_COST = 4.3  # log10; the same for two letters: lists hold most pairs of letters
PAIR_LETTERS = 2  # letters of such a pair


def find_stray_blanks(line: str, cost: ListedCost) -> Iterator[tuple[str, int]]:
    """Yield (rule, offset of the blank) for stray blanks in the formulas of a line."""
    patterns = RULES if _MATHS.search(line) else RULES[-1:]
    for rule, pattern in patterns:
        for found in pattern.finditer(line):
            if _is_symbol(found.group(1), cost):
                yield rule, found.end(1)


def _is_symbol(text: str, cost: ListedCost) -> bool:
    """Tell whether the text is a mathematical symbol rather than a word."""
    if text in NO_SYMBOLS:
        return False
    if len(text) == 1 or not (text.isascii() and text.isalpha()):
        return True
    listed = cost(text.lower())
    return listed is None or listed >= (PAIR_COST if len(text) == PAIR_LETTERS else WORD_COST)
