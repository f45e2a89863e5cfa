"""What the codes of fonts without names stand for, if TeX drew them.

Where TeX has a font as pictures alone, the PDF has a font without a name (Type 3) whose codes are
those of TeX's own encodings, and says nowhere what they mean. For most letters that is Latin-1;
ligatures, quotes and dashes are codes that are no characters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from string import ascii_letters, digits
from typing import TYPE_CHECKING

from ingest.data import rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# Codes read as letters are text if this share of its words, and so many at least, are words without
# which no sentence goes, such as `the`, `et`, `und`. Of the words of the dev PDFs by LaTeX 0.18 to
# 0.43 are such, page by page; with letters swapped for each other at random 0.00 to 0.12.
FUNCTION_SHARE, FUNCTION_MIN = 0.15, 5

_WORDS = re.compile(r"[^\W\d_]{2,}")
# A font of formulas has letters, but hardly so many in a row.
_TEXT = re.compile("[A-Za-z]{4}")
# Ligatures inside of a word; the other encoding has single quotes or capitals there.
_LIGATURES = {
    "OT1": re.compile("[A-Za-z][\x0b-\x0f][a-z]"),
    "T1": re.compile("[A-Za-z][\x1d-\x1f][a-z]"),
}
_FIRST_PRINTED = " "
_ITSELF = frozenset(ascii_letters + digits)


def read_tex_codes(texts: Sequence[str], *, is_tex: bool) -> Sequence[Mapping[str, str]] | None:
    """What the characters stand for that a page shows in fonts without names.

    Args:
        texts: The text of each of these fonts, its codes as characters of Latin-1, with blanks.
        is_tex: A font of the page has the name of one of TeX's.

    Returns:
        For each font, what its characters mean; the meaning of others is not known. None if nothing
        says that these are fonts of TeX.
    """
    proved = [_encoding_of(text) for text in texts]
    usual = "OT1" if "OT1" in proved and "T1" not in proved else "T1"
    meanings = [
        _meanings_of(text, encoding or usual, is_proved=bool(encoding))
        for text, encoding in zip(texts, proved, strict=True)
    ]
    if not is_tex:
        pairs = zip(texts, meanings, strict=True)
        if not _is_text(" ".join(_translate(text, means) for text, means in pairs)):
            return None
    return meanings


def count_guessed(text: str, meanings: Mapping[str, str]) -> int:
    """How many signs of a font without names are shown as they are coded, which may be wrong.

    In fonts of formulas `!` is an arrow, and capitals without small letters are sums, integrals and
    the like. Letters and digits of others stand for themselves.

    Args:
        text: The text of the font, its codes as characters of Latin-1, with blanks.
        meanings: What `read_tex_codes` has found.
    """
    if _TEXT.search(text):
        return 0
    letters = [char for char in text if char in ascii_letters]
    has_large = bool(letters) and all(map(str.isupper, letters))
    printed = (char for char in text if char > _FIRST_PRINTED and char.isprintable())
    signs = sum(char not in _ITSELF and char not in meanings for char in printed)
    return signs + len(letters) * has_large


def _encoding_of(text: str) -> str | None:
    """Which encoding the ligatures of a font prove."""
    return next((name for name, inside in _LIGATURES.items() if inside.search(text)), None)


def _meanings_of(text: str, encoding: str, *, is_proved: bool) -> dict[str, str]:
    used = set(text)
    if _TEXT.search(text):
        table = _encodings()[encoding]
        if encoding == "OT1" and not is_proved:
            # Typewriter type has no ligatures, and its braces and backslashes are such.
            table = {char: means for char, means in table.items() if char < _FIRST_PRINTED}
        return {char: table.get(char, char) for char in used if char in table or char.isprintable()}
    if used.isdisjoint(ascii_letters):
        return {char: means for char, means in _encodings()["TS1"].items() if char in used}
    return {char: char for char in used & _ITSELF}


def _translate(text: str, meanings: Mapping[str, str]) -> str:
    return "".join(meanings.get(char, char) for char in text)


def _is_text(text: str) -> bool:
    """Do enough of its words belong to those of which sentences are made?"""
    from ingest.spacing.language import VOTES

    words = _WORDS.findall(text.lower())
    known = sum(word in VOTES for word in words)
    return known >= max(FUNCTION_MIN, FUNCTION_SHARE * len(words))


@cache
def _encodings() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for encoding, code, point, *_ in rows("tex_encodings.tsv"):
        found[encoding][chr(int(code, 16))] = chr(int(point, 16))
    return found
