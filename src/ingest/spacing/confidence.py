"""How sure an edit is: the share of edits with such a margin that were right on the dev sets."""

from __future__ import annotations

import math

DEFAULT_THRESHOLD = 0.5  # an edit below this is recorded, not made

# rule: (slope, offset) of a logistic curve over the margin; bench/calibrate.py.
# Those of formulas are rare; every document of the sets counts for them, not every fourth.
CURVES: dict[str, tuple[float, float]] = {
    "abbreviation": (1.04, -0.18),  # 1 proposals
    "before-point": (2.86, 0.15),  # 231 proposals
    "capital-split": (1.5, 1.08),  # 192 proposals
    "close": (1.19, 3.9),  # 36 proposals
    "comma": (2.25, 2.81),  # 251 proposals
    "dense": (1.08, 0.54),  # 1 proposals
    "digit-letter": (1.15, 4.1),  # 36 proposals
    "formula-call": (1.46, 1.96),  # 145 proposals
    "formula-comma": (1.24, 3.04),  # 22 proposals
    "formula-compound": (1.16, 2.1),  # 5 proposals
    "formula-hyphen": (1.19, 2.55),  # 10 proposals
    "formula-index": (1.15, 1.84),  # 40 proposals
    "formula-isotope": (1.19, 2.55),  # 10 proposals
    "formula-operator": (1.23, 2.96),  # 19 proposals
    "formula-product": (1.11, 0.63),  # 109 proposals
    "formula-slash": (1.16, 2.1),  # 5 proposals
    "formula-subscript": (1.17, 2.32),  # 7 proposals
    "hyphen": (1.26, -0.63),  # 10 proposals
    "joined-capital": (0.66, 1.99),  # 508 proposals
    "joined-words": (0.97, 0.99),  # 2938 proposals
    "letter-digit": (0.71, 4.8),  # 27 proposals
    "letter-split": (0.67, -0.13),  # 84 proposals
    "ligature-split": (1.21, 2.25),  # 223 proposals
    "open": (1.14, 3.59),  # 19 proposals
    "spaced-letters": (0.92, 0.8),  # 1417 proposals
    "stop": (1.55, 2.65),  # 209 proposals
    "word-split": (1.4, -2.65),  # 145 proposals
}
DEFAULT_CURVE = (1.5, 0.0)
SUREST = 0.995


def confidence(rule: str, margin: float) -> float:
    """Return the calibrated confidence of an edit with this margin (log10)."""
    slope, offset = CURVES.get(rule, DEFAULT_CURVE)
    z = max(-30.0, min(30.0, slope * margin + offset))
    return round(min(SUREST, 1 / (1 + math.exp(-z))), 3)
