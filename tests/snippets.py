"""Runs the Python of a page of documentation, as a reader would paste it."""

import re
from pathlib import Path

PAGES = Path(__file__).parents[1] / "docs" / "use-in"
_BLOCK = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def blocks(page, language):
    """The blocks of one language, in order; there is at least one."""
    text = (PAGES / page).read_text(encoding="utf-8")
    found = [code for name, code in _BLOCK.findall(text) if name == language]
    assert found, f"{page} has no {language}"
    return found


def run_snippets(page):
    """Run all Python of a page in one module; what it has defined."""
    names = {"__name__": "snippet"}
    for number, code in enumerate(blocks(page, "python"), 1):
        exec(compile(code, f"{page}, block {number}", "exec"), names)
    return names
