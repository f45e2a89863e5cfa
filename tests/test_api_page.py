"""docs/api.md is what the docstrings say, and all of it."""

import re
from pathlib import Path

import pytest

import ingest
from ingest import errors

pytest.importorskip(
    "griffe", reason="NOT TESTED: docs/api.md, since griffelib is not installed (extra dev)"
)

from docs.make_api import page

PAGE = Path(__file__).parents[1] / "docs" / "api.md"


@pytest.fixture(scope="module")
def made():
    return page()


def test_the_page_is_up_to_date(made):
    assert PAGE.read_text(encoding="utf-8") == made, "run python -m docs.make_api"


def test_every_public_name_is_there(made):
    missing = [n for n in ingest.__all__ if not re.search(rf"`ingest\.{n}\b", made)]
    assert missing == []
    assert [s.name for s in ingest.DEFAULT if f"### `{s.name}`" not in made] == []


def test_every_error_is_there_with_its_exit_code(made):
    found = [e for e in vars(errors).values() if isinstance(e, type)]
    assert len(found) > 10
    for error in found:
        row = rf"\| `ingest(\.errors)?\.{error.__name__}`[^|]* \| {error.exit_code} \|"
        assert re.search(row, made), error


def test_signatures_are_those_that_are_called(made):
    assert "### `ingest.read`\n\n```python\nread(\n    document: Source" in made
    assert "    /,\n    *,\n    name: str | None = None,\n" in made
    assert "reader(**options: object) -> Reader" in made
