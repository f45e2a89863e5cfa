"""Cases of the set, and how the blocks of two Markdown texts are compared."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).parent
HALVES = {"tuning": HERE / "tuning.md", "held out": HERE / "held_out.md"}
KINDS = ("code", "table", "quotation", "verse", "definition")

_CASE = re.compile(
    r"^## (?P<kind>\w+): (?P<title>[^\n]+)\n~~~text\n(?P<text>.*?)^~~~\n\n"
    r"~~~markdown\n(?P<markdown>.*?)^~~~\n",
    re.MULTILINE | re.DOTALL,
)
_PARSER = MarkdownIt("commonmark").enable("table")

# Kind and content; a code block is compared with its blanks, all else without needless ones.
Found = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A text export, and the Markdown that a careful editor would have typed."""

    kind: str
    title: str
    text: str
    markdown: str


def read_cases(path: Path) -> list[Case]:
    """The cases of one half, in order.

    Raises:
        ValueError: A title without its two blocks: a lost case looks like one that passes.
    """
    content = path.read_text(encoding="utf-8")
    cases = [
        Case(m["kind"], m["title"], m["text"].replace("\\u000c", "\f"), m["markdown"])
        for m in _CASE.finditer(content)
    ]
    titles = len(re.findall(r"^## ", content, re.MULTILINE))
    if len(cases) != titles:
        raise ValueError(f"{path}: {titles} titles, but {len(cases)} whole cases")
    return cases


@dataclass
class Tally:
    """How many blocks of a kind were wanted, found, and both."""

    wanted: int = 0
    found: int = 0
    right: int = 0

    def add(self, wanted: Counter[str], found: Counter[str]) -> None:
        """Count the blocks of one case."""
        self.wanted += wanted.total()
        self.found += found.total()
        self.right += (wanted & found).total()

    @property
    def precision(self) -> float:
        """Share of those found that were wanted; 1 if none was found."""
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        """Share of those wanted that were found; 1 if none was wanted."""
        return self.right / self.wanted if self.wanted else 1.0


def blocks_of(markdown: str) -> dict[str, Counter[str]]:
    """The blocks of each kind that a Markdown text has."""
    out: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    for kind, content in _blocks(SyntaxTreeNode(_PARSER.parse(markdown))):
        out[kind][content] += 1
    return out


def _blocks(node: SyntaxTreeNode) -> Iterator[Found]:
    for child in node.children:
        match child.type:
            case "fence" | "code_block":
                yield "code", "\n".join(line.rstrip() for line in child.content.splitlines())
            case "table":
                rows = [row for part in child.children for row in part.children]
                yield (
                    "table",
                    "\n".join(
                        " | ".join(_text(cell).strip() for cell in row.children) for row in rows
                    ),
                )
            case "blockquote":
                yield "quotation", _quoted(child)
            case "list_item" if _is_definition(child):
                yield "definition", "\n".join(_lines(child.children[0]))
                continue
            case "paragraph" if len(lines := _lines(child)) > 1:
                yield "verse", "\n".join(lines)
        if child.type != "blockquote":
            yield from _blocks(child)


def _quoted(node: SyntaxTreeNode) -> str:
    return "\n".join(
        f"> {_quoted(child)}" if child.type == "blockquote" else _text(child)
        for child in node.children
    )


def _is_definition(item: SyntaxTreeNode) -> bool:
    """Does the item begin with a strong term on a line of its own?"""
    if not item.children or item.children[0].type != "paragraph":
        return False
    leaves = item.children[0].children[0].children
    kinds = [leaf.type for leaf in leaves if leaf.type != "text" or leaf.content]
    return kinds[:2] == ["strong", "hardbreak"]


def _lines(paragraph: SyntaxTreeNode) -> list[str]:
    """The lines that hard breaks make of a paragraph."""
    return [" ".join(line.split()) for line in _text(paragraph).split("\n")]


def _text(node: SyntaxTreeNode) -> str:
    if node.type == "hardbreak":
        return "\n"
    if node.type == "softbreak":
        return " "
    if not node.children:
        return node.content
    return "".join(_text(child) for child in node.children)
