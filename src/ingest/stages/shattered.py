"""Printed lines that an export broke at their wide blanks: each word stands on a line of its own.

Justified type in narrow columns has blanks so wide that `pdftotext` takes them for gutters. What
gives such a line away is an article or a preposition that stands alone.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.shapes import ends_sentence, starts_lower

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.stages.places import Place

# So many rows of words, with an article or the like among them, show that lines were broken. The
# dev texts that are not justified have none at all.
ROWS_MIN = 3
# A line may be longer than the wrap width by this share: that is the width of nine lines in ten.
LONGER = 0.05


def mark_pieces(chunks: Sequence[Sequence[Place]], wrap: float) -> None:
    """Note which lines are pieces of the printed line that begins above, and how far it goes.

    Args:
        chunks: Lines of a text without blank lines between them.
        wrap: Where its lines end, in columns.
    """
    rows = [row for chunk in chunks for row in _rows_of_words(chunk)]
    if len(rows) < ROWS_MIN:  # as nearly always
        return
    telling = [_has_function_word(row) for row, _ in rows]
    if sum(telling) < ROWS_MIN:
        return
    for (row, below), is_sure in zip(rows, telling, strict=True):
        if is_sure or _goes_on(row, below):
            _fill(row, wrap)


def _rows_of_words(chunk: Sequence[Place]) -> Iterator[tuple[list[Place], Place | None]]:
    """Neighbouring lines of one word each, two at least, and the line below them.

    Words that stand apart from all longer lines are a list.
    """
    row: list[Place] = []
    for place in (*chunk, None):
        if place and " " not in place.text and place.text[-1:] != ":" and _has_letter(place.text):
            row.append(place)
            continue
        if 1 < len(row) < len(chunk):
            yield row, place
        row = []


def _has_letter(text: str) -> bool:
    return any(c.isalpha() for c in text)


def _has_function_word(row: Sequence[Place]) -> bool:
    """Does an article or the like stand among other words? A list of such words is a list."""
    from ingest.spacing.language import VOTES

    found = sum(place.text in VOTES for place in row)
    return 0 < found < len(row)


def _goes_on(row: Sequence[Place], below: Place | None) -> bool:
    """Does a sentence visibly run through the words and into the line below?"""
    lines = [*row, *([below] if below else [])]
    return below is not None and any(
        starts_lower(b.text) and not ends_sentence(a.text) for a, b in pairwise(lines)
    )


def _fill(row: Sequence[Place], wrap: float) -> None:
    """Put the words on lines of their former width.

    Only full lines are justified, so a line that ends in the middle of a sentence was one.
    """
    for before, place in pairwise(row):
        reached = before.right + place.first_word
        if reached <= (1 + LONGER) * wrap:
            place.is_piece = True
            place.right = reached
        else:
            before.right = max(before.right, wrap)
    if not ends_sentence(row[-1].text):
        row[-1].right = max(row[-1].right, wrap)
