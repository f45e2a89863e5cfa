"""JSON in which no character acts: not on a terminal, not on an editor."""

from __future__ import annotations

import json
import re

# Characters that act on a terminal or an editor instead of standing there: DEL and C1 controls,
# joiners and directions, line separators, tags, lone surrogates. JSON itself escapes the rest.
_ACTIVE = re.compile(
    r"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\U000e0000-\U000e007f]"
)


def json_line(value: object) -> str:
    """A value as one line of JSON."""
    return _escape(json.dumps(value, ensure_ascii=False)) + "\n"


def json_page(value: object) -> str:
    """A value as JSON for people: indented, so that differences show line by line."""
    return _escape(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"


def _escape(text: str) -> str:
    return _ACTIVE.sub(lambda match: json.dumps(match.group())[1:-1], text)
