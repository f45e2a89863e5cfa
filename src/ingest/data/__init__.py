"""Tables that stages read: data, not code. Lines that begin with `#` are comments."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def rows(name: str, package: str = __name__) -> tuple[tuple[str, ...], ...]:
    """The rows of a tab-separated table of a package, comments and blank lines left out."""
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return tuple(tuple(cell.strip() for cell in line.split("\t")) for line in lines)
