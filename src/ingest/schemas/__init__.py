"""JSON Schemas (draft 2020-12) of everything that ingest writes for programs.

They are closed: what they do not name is not written. `load("manifest")` in Python, and
`ingest schema manifest` on the command line, give the same.
"""

from __future__ import annotations

import json
from typing import Any

from ingest.errors import ConfigError

# By name: what each is about, for people.
NAMES = {
    "ledger": "a line of NAME.edits.jsonl",
    "manifest": "a line of ingest-manifest.jsonl",
    "record": "a line of JSONL, one for each document",
    "mdast": "NAME.mdast.json, of --format mdast",
    "log": "a line of --log-format json",
}


def load(name: str) -> dict[str, Any]:
    """A schema as plain JSON values.

    Args:
        name: One of `NAMES`.

    Raises:
        ConfigError: There is no such schema.
    """
    schema: dict[str, Any] = json.loads(text_of(name))
    return schema


def text_of(name: str) -> str:
    """A schema as it is in the package; see `load`."""
    from importlib.resources import files

    if name not in NAMES:
        raise ConfigError(f"no schema {name!r}; the schemas are: {', '.join(NAMES)}")
    return files(__name__).joinpath(f"{name}.json").read_text(encoding="utf-8")
