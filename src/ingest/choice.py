"""Which pages of a PDF are read: `3`, `3-9`, `1,4-6`, `10-`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.errors import ConfigError, PagesError

if TYPE_CHECKING:
    from collections.abc import Iterable

_RANGE = re.compile(r"(?P<first>[0-9]+)(?:\s*(?P<dash>[-–])\s*(?P<last>[0-9]+)?)?")
# More digits than any count of pages has; a longer number is a slip, and slow to read.
_DIGITS_MAX = 9

# First and last page, from 1; None is the last page of the file.
_Range = tuple[int, int | None]


def check_pages(pages: str) -> None:
    """Make sure that this is a choice of pages; the empty string chooses all.

    Raises:
        ConfigError: It is none.
    """
    _ranges(pages)


def chosen_pages(pages: str, count: int, *, name: str) -> list[int]:
    """The chosen pages of a file, rising, each once, whatever the order they are asked for in.

    Args:
        pages: The choice; the empty string chooses all.
        count: How many pages the file has. What the choice has beyond is left out.
        name: Of the file, for messages.

    Raises:
        ConfigError: This is no choice of pages.
        PagesError: The file has none of the chosen pages.
    """
    if not pages:
        return list(range(1, count + 1))
    chosen: set[int] = set()
    for first, last in _ranges(pages):
        chosen.update(range(first, min(count, count if last is None else last) + 1))
    if not chosen:
        have = "1 page" if count == 1 else f"{count} pages"
        raise PagesError(f"{name}: has {have}, and the choice {pages!r} takes none of them")
    return sorted(chosen)


def say_pages(numbers: Iterable[int]) -> str:
    """Rising page numbers as a choice that takes them: `1,4-6`."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and spans[-1][1] == number - 1:
            spans[-1][1] = number
        else:
            spans.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in spans)


def _ranges(pages: str) -> list[_Range]:
    return [_range(part.strip(), pages) for part in pages.split(",")] if pages else []


def _range(part: str, pages: str) -> _Range:
    match = _RANGE.fullmatch(part)
    if match is None or any(len(n) > _DIGITS_MAX for n in match.group("first", "last") if n):
        raise _wrong(pages, f"{part!r} is no page")
    first = int(match["first"])
    last = int(match["last"]) if match["last"] else None if match["dash"] else first
    if first == 0:
        raise _wrong(pages, "pages count from 1")
    if last is not None and last < first:
        raise _wrong(pages, f"{part!r} runs backwards")
    return first, last


def _wrong(pages: str, why: str) -> ConfigError:
    return ConfigError(f"read.pages {pages!r}: {why}; write such as 3, 3-9, 1,4-6 or 10-")
