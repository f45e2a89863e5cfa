"""What a line of text looks like: markers of list items and sections, ends of sentences.

These are questions about one string; what the answers mean, the stages decide.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.data import rows

if TYPE_CHECKING:
    from collections.abc import Iterable


class Marker(NamedTuple):
    """What opens a list item or a section.

    Attributes:
        kind: `bullet`, `number`, `letter`, `roman` or `section` (1.2, or a number without a dot).
        text: The marker with the blanks after it.
        numbers: The number, or the numbers of a section; empty for a bullet.
        glyph: The bullet, or the punctuation around the number (`.`, `)`, `()`, ` `).
    """

    kind: str
    text: str
    numbers: tuple[int, ...]
    glyph: str

    @property
    def depth(self) -> int:
        """How deep a section is by its numbers: 1.2 is 2."""
        return max(1, len(self.numbers))


LONGEST_LONE = 5  # characters of a marker alone, as in `(100)`

_BLANK = r"[ \t\u00a0\u2002-\u200a\u202f\u3000]"
_NUMBER = re.compile(rf"(?P<open>\(?)(?P<n>\d{{1,3}})(?P<close>[.)]){_BLANK}+(?=\S)")
_SECTION = re.compile(rf"(?P<n>\d{{1,2}}(?:\.\d{{1,3}})+)\.?{_BLANK}+(?=\S)")
_LONE_NUMBER = re.compile(r"(?P<open>\(?)(?P<n>\d{1,3})(?P<close>[.)])")
_BARE_NUMBER = re.compile(rf"(?P<n>\d{{1,2}}){_BLANK}+(?=[^\W\d_a-zß-öø-ÿ]|[\"'“„«¿¡(])")
_LETTER = re.compile(rf"(?P<open>\(?)(?P<n>[A-Za-z])(?P<close>[.)]){_BLANK}+(?=\S)")
_ROMAN = re.compile(rf"(?P<open>\(?)(?P<n>[ivx]{{1,5}}|[IVX]{{1,5}})(?P<close>[.)]){_BLANK}+(?=\S)")
# How all of these begin, and few other lines do.
_NUMBERED = re.compile(r"\(?+(?:\d|[A-Za-z]{1,5}+[.)])")
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")
_CLOSERS = "\"'”’»)]"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>\x00-\x1f]*")
_OPEN_ENDS = (",", ";", "(", "–", "—", "-")
_LOWER = re.compile(r"[\"'“‘„«(\[]*[a-zà-öø-ÿœßāăąćčďđēęěğīłńňőřśşšţťūůűźżžα-ωа-я]")


@cache
def _bullet_pattern() -> re.Pattern[str]:
    table = [(row[0], len(row) > 1) for row in rows("bullets.tsv")]
    glyphs = re.escape("".join(g for g, blank in table if not blank))
    dashes = re.escape("".join(g for g, blank in table if blank))
    # Letters may follow a true bullet at once (`●text`); a dash is a bullet only before a blank.
    return re.compile(
        rf"(?P<glyph>[{glyphs}])(?:{_BLANK}+|$|(?=\w|[{glyphs}]))|(?P<dash>[{dashes}]){_BLANK}+(?=\S)"
    )


def bullet(text: str) -> Marker | None:
    """The bullet at the head of a line."""
    if text[:1] not in _glyphs():  # as nearly always
        return None
    match = _bullet_pattern().match(text)
    if match is None:
        return None
    glyph = match["glyph"] or match["dash"]
    if glyph in _glyphs("no-number") and text[match.end() : match.end() + 1].isdigit():
        return None
    return Marker("bullet", match.group(), (), glyph)


def is_sign(glyph: str) -> bool:
    """True for a bullet that is also an ordinary sign, such as a dash, a plus or an `o`."""
    return glyph in _glyphs("blank")


@cache
def _glyphs(kind: str = "") -> frozenset[str]:
    """The glyphs that may open an item; with a kind, those of it."""
    return frozenset(row[0] for row in rows("bullets.tsv") if not kind or kind in row)


def numbering(text: str) -> Marker | None:
    """The number or letter at the head of a line: `1.`, `1)`, `(a)`, `iv.`, `1.2`, `3 Title`."""
    if not _NUMBERED.match(text):
        return None
    if match := _SECTION.match(text):
        numbers = tuple(int(n) for n in match["n"].split("."))
        return Marker("section", match.group(), numbers, ".")
    if match := _NUMBER.match(text):
        return Marker("number", match.group(), (int(match["n"]),), match["open"] + match["close"])
    if match := _BARE_NUMBER.match(text):
        return Marker("section", match.group(), (int(match["n"]),), " ")
    if match := _ROMAN.match(text):
        glyph = match["open"] + match["close"]
        return Marker("roman", match.group(), (roman(match["n"]),), glyph)
    if match := _LETTER.match(text):
        number = ord(match["n"].lower()) - ord("a") + 1
        return Marker("letter", match.group(), (number,), match["open"] + match["close"])
    return None


def lone_signs(texts: Iterable[str]) -> frozenset[str]:
    """The signs, such as a dash, that stand alone on one line only; that is no list."""
    signs = _glyphs("lone")
    count = Counter(text for text in texts if text in signs)
    return frozenset(sign for sign, times in count.items() if times == 1)


def lone_marker(text: str) -> Marker | None:
    """The marker of an item whose text stands elsewhere: the line is a bullet or a number alone."""
    if len(text) > LONGEST_LONE:
        return None
    if (found := bullet(text)) and found.text == text:
        return found
    if text in _glyphs("lone"):
        return Marker("bullet", text, (), text)
    if match := _LONE_NUMBER.fullmatch(text):
        return Marker("number", text, (int(match["n"]),), match["open"] + match["close"])
    return None


def marker(text: str) -> Marker | None:
    """The bullet, number or letter at the head of a line."""
    return bullet(text) or numbering(text)


_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def roman(text: str) -> int:
    """The value of a Roman numeral, read as it stands: `iv` is 4."""
    values = [_ROMAN_VALUES[c] for c in text.lower()]
    followed = zip(values, [*values[1:], 0], strict=True)
    return sum(-a if a < b else a for a, b in followed)


def is_address(text: str) -> bool:
    """True if the text can stand between angle brackets as an autolink of CommonMark."""
    return _ADDRESS.fullmatch(text) is not None


def ends_sentence(text: str) -> bool:
    """True if the text ends with a full stop or its like, quotes and brackets aside."""
    return text.rstrip(_CLOSERS).endswith(_SENTENCE_ENDS)


def ends_open(text: str) -> bool:
    """True if the text ends in a way that asks for more: a comma, a dash, an open bracket."""
    return text.endswith(_OPEN_ENDS)


def starts_lower(text: str) -> bool:
    """True if the first letter is a small one, quotes and brackets aside."""
    return _LOWER.match(text) is not None
