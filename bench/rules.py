"""For each rule, the share of its edits that were right: the source of the confidences.

    python -m bench.rules ../shared/bench/structure/dev [PATTERN]

The folder holds one folder per document, with `truth.md` beside the damaged files. An edit of text
is right if the text around it reads in the truth as it does after the edit; a drop, if the truth
has the line no more often than the output; a heading or list item, if the truth has it as one.
Where the truth cannot tell, the edit is not counted.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt

import ingest
from ingest.batch import FOLDER_SUFFIXES
from ingest.explain import Story, stories

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTEXT = 8  # characters on each side that have to agree
ITEM = 30  # characters by which a list item is told
_DROPS = {"page-number", "running-head", "print-edge", "boilerplate", "detached-bullet"}
_MARKERS = {"bullet", "number", "letter", "empty-bullet", "lost-bullet"}
_HEADINGS = {"outline", "tags", "style", "numbered", "title", "short-line"}


class Truth(NamedTuple):
    """What a document should be: its blocks as (kind, text), its text, and that without blanks."""

    blocks: tuple[tuple[str, str], ...]
    text: str
    tight: str


def _norm(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text.replace("\u2010", "-")))


def _tight(text: str) -> str:
    return re.sub(r"\s+", "", _norm(text))


@cache
def read_truth(path: Path) -> Truth:
    """Parse `truth.md`."""
    blocks: list[tuple[str, str]] = []
    depth, kind = 0, "paragraph"
    for token in MarkdownIt("commonmark").parse(path.read_text(encoding="utf-8")):
        depth += (token.type == "list_item_open") - (token.type == "list_item_close")
        if token.type == "heading_open":
            kind = "heading"
        elif token.type == "inline":
            text = "".join(c.content or " " for c in token.children or ())
            blocks.append(("item" if depth and kind != "heading" else kind, _norm(text)))
            kind = "paragraph"
    text = "\n".join(t for _, t in blocks)
    return Truth(tuple(blocks), text, _tight(text))


def judge(story: Story, truth: Truth, output: str) -> bool | None:
    """Was the edit right? None if the truth cannot tell. `output` has no blanks."""
    edit = story.edit
    if edit.rule in _DROPS:
        dropped = _tight(edit.before)
        return truth.tight.count(dropped) <= output.count(dropped)
    if edit.rule in _HEADINGS:
        return _has(truth, "heading", _tight(story.text))
    if edit.rule in _MARKERS:
        return _has(truth, "item", _tight(story.text[edit.end :])[:ITEM])
    if not edit.changes_text:
        return None
    left, right = story.text[max(0, edit.start - CONTEXT) : edit.start], story.text[edit.end :]
    after = _norm(left + edit.after + right[:CONTEXT]).strip()
    before = _norm(left + edit.before + right[:CONTEXT]).strip()
    if after in truth.text:
        return True
    return False if _tight(after) in truth.tight or _tight(before) in truth.tight else None


def _has(truth: Truth, kind: str, text: str) -> bool | None:
    kinds = {k for k, t in truth.blocks if text and _tight(t).startswith(text)}
    return kind in kinds if kinds else None


def _cases(folder: Path, pattern: str) -> Iterator[tuple[Path, Truth]]:
    for path in sorted(folder.rglob("*")):
        truth = path.parent / "truth.md"
        if path.suffix in FOLDER_SUFFIXES and truth.is_file() and re.search(pattern, str(path)):
            yield path, read_truth(truth)


def main() -> None:
    """Judge every edit and print a table."""
    pattern = sys.argv[2] if len(sys.argv) > 2 else "."  # noqa: PLR2004 - the second argument
    made, right, wrong = Counter[str](), Counter[str](), Counter[str]()
    for path, truth in _cases(Path(sys.argv[1]), pattern):
        result = ingest.convert(path)
        output = _tight(result.markdown)
        for story in stories(result.document):
            if not story.edit.applied:
                continue
            name = f"{story.edit.stage} / {story.edit.rule}"
            made[name] += 1
            verdict = judge(story, truth, output)
            right[name] += verdict is True
            wrong[name] += verdict is False
    print(f"{'rule':40}{'edits':>8}{'judged':>8}{'right':>8}")
    for name in sorted(made):
        judged = right[name] + wrong[name]
        share = f"{right[name] / judged:.3f}" if judged else "-"
        print(f"{name:40}{made[name]:8}{judged:8}{share:>8}")


if __name__ == "__main__":
    main()
