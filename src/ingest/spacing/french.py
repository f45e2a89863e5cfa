"""The blank before high points, which French prints and an export loses like any other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.spacing.edits import Edit
from ingest.spacing.protect import is_protected
from ingest.spacing.punctuation import SPACED_POINTS, token_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.spacing.evidence import Evidence

RULE = "high-point"
LANGUAGE = "fr"
# A document prints the blank if it has so many, and as many as it lacks. Those of the dev exports
# that have lost blanks keep half of them at least; authors who print none have none.
FEWEST_SPACED = 2
MARGIN = 2.0  # log10; the rule weighs nothing, its share of right ones is measured
_POINT = rf"[{SPACED_POINTS}](?:\s|$)"
_LOST = re.compile(rf"(?<=[^\W\d_]{{2}})(?={_POINT})|(?<=[^\W\d_]\))(?={_POINT})")
_KEPT = re.compile(rf"(?<=[\w)»])\s{_POINT}")


def find_high_points(evidence: Evidence) -> Iterator[tuple[int, Edit]]:
    """Yield the number of a line and the blank that one of its high points lost.

    Nothing where the document does not print such blanks itself.
    """
    lines = [
        (number, text)
        for number, text in enumerate(evidence.lines)
        if evidence.voices[number][0].languages[0] == LANGUAGE
    ]
    lost = [
        (number, text, found.start()) for number, text in lines for found in _LOST.finditer(text)
    ]
    kept = sum(len(_KEPT.findall(text)) for _, text in lines)
    if kept < max(FEWEST_SPACED, len(lost)):
        return
    for number, text, at in lost:
        if not is_protected(token_at(text, at)):
            word = text[max(0, at - 6) : at + 1]
            yield number, Edit(at, at, " ", RULE, MARGIN, (RULE, ""), word)
