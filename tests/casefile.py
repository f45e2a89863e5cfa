r"""Reads `cases/*.md`, strictly: a case that is lost looks like one that passes.

A case is a title, what goes in, and what has to come out:

    ## two words, the second capitalised
    ~~~text
    ReducingMuscle Tension
    ~~~

    ~~~markdown
    Reducing Muscle Tension
    ~~~

*   Without a `markdown` block the case says "leave this alone": the text itself has to come out.
*   A paragraph `known failure: why` makes the case a strict xfail.
*   `\u000c` stands for that character (here a form feed), in both blocks, so that odd characters
    can be seen; so does `\U0001f3f4`. A backslash that nothing of the kind follows is a backslash.
*   A file may open with one `# title`. Anything else outside a case is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

FENCE = "~~~"
KINDS = ("text", "markdown")
KNOWN_FAILURE = "known failure:"
_VISIBLE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))")


class CaseError(ValueError):
    """A case file that is not in the format above."""


@dataclass
class Case:
    """One case; `known_failure` says why it fails, if it does."""

    title: str
    line: int
    blocks: dict[str, str] = field(default_factory=dict)
    known_failure: str | None = None

    @property
    def text(self):
        return self.blocks["text"]

    @property
    def markdown(self):
        return self.blocks.get("markdown", self.text)

    @property
    def is_negative(self):
        return self.markdown == self.text


def read_cases(path: Path):
    return parse_cases(path.read_text(encoding="utf-8"), path.name)


def parse_cases(text, name):
    """The cases of one file, in order.

    Raises:
        CaseError: With the name of the file and the number of the line.
    """
    cases: list[Case] = []
    lines = enumerate(text.split("\n"), 1)
    for number, line in lines:
        where = f"{name}:{number}"
        if line.startswith("## "):
            cases.append(_open_case(line, number, cases, where))
        elif number == 1 and line.startswith("# "):
            continue
        elif line.startswith(FENCE):
            _add_block(cases, line, lines, where)
        elif line.strip():
            _add_known_failure(cases, line, where)
    if not cases:
        raise CaseError(f"{name}: no case in this file")
    _check_last(cases, name)
    return cases


def _open_case(line, number, cases, where):
    _check_last(cases, where)
    title = line.removeprefix("## ").strip()
    if not title or title in {case.title for case in cases}:
        raise CaseError(f"{where}: a case needs a title of its own, not {title!r}")
    return Case(title, number)


def _check_last(cases, where):
    if cases and "text" not in cases[-1].blocks:
        raise CaseError(f"{where}: case {cases[-1].title!r} has no text block")


def _add_block(cases, line, lines, where):
    kind = line.removeprefix(FENCE)
    if not cases:
        raise CaseError(f"{where}: a block before the first title")
    if kind not in KINDS:
        raise CaseError(f"{where}: odd fence {line!r}; only ~~~text and ~~~markdown open a block")
    blocks = cases[-1].blocks
    if kind in blocks or (kind == "text" and blocks):
        raise CaseError(f"{where}: one text block, then at most one markdown block")
    if kind == "markdown" and "text" not in blocks:
        raise CaseError(f"{where}: a markdown block before the text block")
    blocks[kind] = _body(lines, where)


def _body(lines, where):
    body: list[str] = []
    for _, line in lines:
        if line == FENCE:
            break
        if line.startswith(FENCE):
            raise CaseError(f"{where}: block is not closed before {line!r}")
        body.append(line)
    else:
        raise CaseError(f"{where}: block is never closed")
    if not "".join(body).strip():
        raise CaseError(f"{where}: empty block")
    return _VISIBLE.sub(lambda m: chr(int(m[1] or m[2], 16)), "\n".join(body) + "\n")


def _add_known_failure(cases, line, where):
    why = line.removeprefix(KNOWN_FAILURE).strip()
    if not cases or not line.startswith(KNOWN_FAILURE) or not why:
        raise CaseError(f"{where}: text outside a block: {line!r}")
    if cases[-1].known_failure:
        raise CaseError(f"{where}: a second known failure in one case")
    cases[-1].known_failure = why
