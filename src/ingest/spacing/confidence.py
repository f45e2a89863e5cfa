"""How sure an edit is: the share of edits with such a margin that were right on the dev sets."""

from __future__ import annotations

import math

DEFAULT_THRESHOLD = 0.5  # an edit below this is recorded, not made

# rule: (slope, offset) of a logistic curve over the margin; bench/calibrate.py.
# Those of formulas are rare; every document of the sets counts for them, not every fourth.
CURVES: dict[str, tuple[float, float]] = {
    "abbreviation": (1.04, -0.18),  # 1 proposals
    "after-open": (0.84, -2.09),  # 8 proposals
    "before-point": (2.65, -0.02),  # 392 proposals
    "capital-split": (1.66, 1.16),  # 456 proposals
    "close": (1.24, 4.22),  # 73 proposals
    "comma": (0.86, 4.52),  # 446 proposals
    "dense": (1.15, 1.54),  # 5 proposals
    "digit-letter": (1.01, 3.3),  # 52 proposals
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
    "high-point": (0.95, 0.0),  # 15 proposals
    "hyphen": (0.98, 0.18),  # 18 proposals
    "joined-capital": (0.4, 1.61),  # 959 proposals
    "joined-words": (1.06, 0.15),  # 5001 proposals
    "letter-digit": (0.62, 2.81),  # 65 proposals
    "letter-split": (0.61, -0.14),  # 206 proposals
    "ligature-split": (1.3, 1.83),  # 366 proposals
    "open": (0.91, 2.37),  # 29 proposals
    "spaced-letters": (1.02, 0.73),  # 2717 proposals
    "stop": (1.02, 4.28),  # 423 proposals
    "word-split": (1.53, -3.34),  # 274 proposals
}
DEFAULT_CURVE = (1.5, 0.0)
SUREST = 0.995


def confidence(rule: str, margin: float) -> float:
    """Return the calibrated confidence of an edit with this margin (log10)."""
    slope, offset = CURVES.get(rule, DEFAULT_CURVE)
    z = max(-30.0, min(30.0, slope * margin + offset))
    return round(min(SUREST, 1 / (1 + math.exp(-z))), 3)
