"""The lists of words that rules look at; they stand in `data/words.tsv`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ingest.data import rows

if TYPE_CHECKING:
    from collections.abc import Mapping


@cache
def by_language(name: str) -> Mapping[str, tuple[str, ...]]:
    """The words of a list, by language; `*` stands for all."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, language, words in rows("words.tsv", package="ingest.spacing.data"):
        if kind == name:
            found[language] = (*found.get(language, ()), *words.split())
    return found


def words_of(name: str) -> frozenset[str]:
    """The words of a list in all languages."""
    return frozenset(word for words in by_language(name).values() for word in words)
