"""The learned signal: how likely is a space between two characters, from the text around them.

A linear model on hashed character n-grams. It never looks at the gap itself, only at both sides
(with the blanks as they are printed there), so the same figure serves to insert and to remove.
"""

from __future__ import annotations

import functools
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

REACH = 7  # characters of context on each side
BITS = 20  # size of the weight table, 2**BITS bytes; bench/lexicon/train_gaps.py
STEP = 1 / 16  # natural-log units per quantisation step of a weight; bench/lexicon/train_gaps.py
CLIP = 7.0  # natural-log odds; beyond that the model has seen too little to be believed
LN10 = 2.302585092994046

LONGEST_SHAPE = 7  # characters of one n-gram, both sides together; as trained
# (left, right) lengths of the n-grams around a gap: all pairs of up to 7 characters that are not
# almost wholly on one side of a longer pair.
SHAPES = tuple(
    (a, b)
    for a in range(LONGEST_SHAPE)
    for b in range(LONGEST_SHAPE)
    if 1 <= a + b <= LONGEST_SHAPE and not (a + b == LONGEST_SHAPE and min(a, b) == 0)
)
CLASS_SHAPES = ((1, 1), (2, 1), (1, 2), (2, 2), (3, 3), (5, 2), (2, 5))
MASK = (1 << BITS) - 1

_LOWER, _UPPER, _DIGIT, _SPACE = ord("a"), ord("A"), ord("0"), ord(" ")


def char_class(char: str) -> str:
    """Return the class letter of one character; punctuation stands for itself."""
    if char.isalpha():
        return "A" if char.isupper() else "a"
    if char.isdigit():
        return "0"
    return char if char.isascii() else "*"


def fold(text: str) -> tuple[bytes, bytes]:
    """Return (lower-cased text, class text), one byte per character of `text`.

    Runs of blanks must already be single blanks.
    """
    lower = "".join("0" if c.isdigit() else (c.lower() if len(c.lower()) == 1 else c) for c in text)
    classes = "".join(map(char_class, text))
    return lower.encode("latin-1", "replace"), classes.encode("latin-1", "replace")


def features(lower: bytes, classes: bytes, left: int, right: int) -> list[int]:
    """Return the hashed features of the gap between `left` (end) and `right` (start).

    For a printed space right is left + 1, else both are equal.
    """
    before = lower[max(0, left - REACH) : left].rjust(REACH, b"^")
    after = lower[right : right + REACH].ljust(REACH, b"$")
    text = before + after
    shapes = classes[max(0, left - REACH) : left].rjust(REACH, b"^") + classes[
        right : right + REACH
    ].ljust(REACH, b"$")
    crc32 = zlib.crc32
    found = [crc32(text[REACH - a : REACH + b], a * 16 + b) & MASK for a, b in SHAPES]
    found += [
        crc32(shapes[REACH - a : REACH + b], 256 + a * 16 + b) & MASK for a, b in CLASS_SHAPES
    ]
    left_part = before[before.rfind(b" ") + 1 :]
    cut = after.find(b" ")
    right_part = after if cut < 0 else after[:cut]
    found.append(crc32(left_part, 900) & MASK)
    found.append(crc32(right_part, 901) & MASK)
    found.append(crc32(b"%d %d" % (len(left_part), len(right_part)), 902) & MASK)
    return found


FEATURES = len(SHAPES) + len(CLASS_SHAPES) + 3


@functools.lru_cache(maxsize=1)
def load_weights(path: Path) -> tuple[bytes, float]:
    """Read the packed weights: one signed byte per table slot, and the bias."""
    raw = zlib.decompress(path.read_bytes())
    bias = int.from_bytes(raw[:2], "big", signed=True) * STEP
    return raw[2:], bias


class GapModel:
    """Log-odds of a space, from the packaged weights."""

    def __init__(self, path: Path) -> None:
        """Read the weights, once per process."""
        raw, self._bias = load_weights(path)
        self._weights = memoryview(raw).cast("b")

    def odds(self, lower: bytes, classes: bytes, left: int, right: int) -> float:
        """Return log10 odds that a space belongs between `left` and `right`."""
        weights = self._weights
        total = sum([weights[i] for i in features(lower, classes, left, right)])
        natural = total * STEP + self._bias
        return max(-CLIP, min(CLIP, natural)) / LN10
