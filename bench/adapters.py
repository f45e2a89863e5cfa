"""What scorers call: the product with its default settings."""

from __future__ import annotations

import ingest
from ingest.document import splice
from ingest.stages.words import MIN_CONFIDENCE, repair_spacing


def to_markdown(path: str) -> str:
    """Convert one file."""
    return ingest.convert(path).markdown


def repair_lines(lines: list[str]) -> list[str]:
    """Repair the spacing in the lines of one document."""
    return [
        splice(line, [c for c in changes if c.confidence >= MIN_CONFIDENCE])
        for line, changes in zip(lines, repair_spacing(lines), strict=True)
    ]
