"""Tables that stages read: data, not code. Lines that begin with `#` are comments."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# An escaped character or a class of characters, or the bracket that opens a capturing group.
_OPENING = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\((?!\?)")


@cache
def rows(name: str, package: str = __name__) -> tuple[tuple[str, ...], ...]:
    """The rows of a tab-separated table of a package, comments and blank lines left out."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(tuple(cell.strip() for cell in line.split("\t")) for line in lines)


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """One pattern for many: what any of them matches.

    Its groups capture nothing, and each alternative stands for itself: so the one that a text may
    begin by is found by its first character, which tables of fifty patterns match much sooner.
    """
    flat = "|".join(patterns)
    return re.compile(_OPENING.sub(lambda found: found[1] or "(?:", flat))
