"""Things that are done in any order, given in theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_T = TypeVar("_T")


def in_order(numbered: Iterable[tuple[int, _T]]) -> Iterator[_T]:
    """Each thing as soon as those before it have come; the numbers count from 0."""
    early: dict[int, _T] = {}
    following = 0
    for number, thing in numbered:
        early[number] = thing
        while following in early:
            yield early.pop(following)
            following += 1
