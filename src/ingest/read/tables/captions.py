"""Captions of tables, by the word and number that they begin with."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ingest.data import rows

if TYPE_CHECKING:
    from ingest.read.tables.model import TextLine


def is_caption(line: TextLine) -> bool:
    """Does a line begin like the caption of a table (`Table 3`, `Tab. IV`)?"""
    return _pattern().match(" ".join(w.text for w in line.words)) is not None


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for (word, *_) in rows("table_captions.tsv"))
    return re.compile(rf"(?:{words})\.?\s*(?:\d|[IVX]+\b|[A-Z][.:\d])", re.IGNORECASE)
