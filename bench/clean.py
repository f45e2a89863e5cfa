"""Clean in, clean out: Markdown that is converted comes out with the same tree and no edit.

    python -m bench.clean PATH...

PATH is a Markdown file, a METADATA file of an installed package whose description is Markdown, or a
folder of both. For each file that does not come out as it went in: the edits, or where the trees
differ. Exit code 1 if there is one.
"""

from __future__ import annotations

import argparse
import sys
from email import message_from_bytes
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

import ingest
from ingest.errors import IngestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MARKDOWN = "text/markdown"
SHOWN = 100  # characters of an edit or of a node that are shown

_PARSER = MarkdownIt("commonmark").enable("table")


class Difference(NamedTuple):
    """What is not as it was."""

    what: str
    before: str
    after: str


def main() -> None:
    """Convert the files, and print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("paths", nargs="+", type=Path)
    count = bad = 0
    for name, data in _texts(parser.parse_args().paths):
        count += 1
        found = list(differences(data, name))
        bad += bool(found)
        for what, before, after in found[:5]:
            print(f"{name}: {what}\n  - {before[:SHOWN]!r}\n  + {after[:SHOWN]!r}")
    print(f"{count - bad} of {count} files come out as they went in")
    sys.exit(bad > 0)


def _texts(paths: Iterable[Path]) -> Iterator[tuple[str, bytes]]:
    """Name and bytes of each Markdown text."""
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.suffix == ".md" or p.name == "METADATA")
            yield from _texts(inside)
        elif path.name == "METADATA":
            message = message_from_bytes(path.read_bytes())
            if message.get("Description-Content-Type", "").startswith(MARKDOWN):
                body = message.get_payload(decode=True)
                assert isinstance(body, bytes)
                yield f"{path.parent.name}/METADATA", body
        else:
            yield str(path), path.read_bytes()


def differences(data: bytes, name: str) -> Iterator[Difference]:
    """What a conversion of Markdown changes: its edits, and the first node that is another one."""
    try:
        result = ingest.convert(data, name=f"{name}.md")
    except IngestError as error:
        yield Difference("is not converted", "", str(error))
        return
    for edit in result.document.edits:
        yield Difference(f"{edit.stage}/{edit.rule}", edit.before or edit.why, edit.after)
    before, after = list(_nodes(data.decode("utf-8-sig"))), list(_nodes(result.markdown))
    for one, two in zip(before, after, strict=False):
        if one != two:
            yield Difference("another tree", one, two)
            return
    if len(before) != len(after):
        yield Difference("another tree", f"{len(before)} nodes", f"{len(after)} nodes")


def _nodes(markdown: str) -> Iterator[str]:
    """Each node of the CommonMark tree, with its depth, in order; a soft line end is a blank.

    Front matter is none of CommonMark, so it is left out of both sides.
    """
    from ingest.read.markdown import FRONT_MATTER

    text = markdown.replace("\r\n", "\n")
    front = FRONT_MATTER.match(text)
    root = SyntaxTreeNode(_PARSER.parse(text[front.end() :] if front else text))
    yield from _walk(root, 0)


def _walk(node: SyntaxTreeNode, depth: int) -> Iterator[str]:
    text = ""
    for child in node.children:
        if child.type in {"text", "softbreak", "text_special"}:
            text += " " if child.type == "softbreak" else child.content
            continue
        if text:
            yield f"{depth} text {text}"
            text = ""
        kind = "fence" if child.type == "code_block" else child.type
        attributes = {k: v for k, v in child.attrs.items() if v is not None}
        own = child.content if not child.children else ""
        # The number of an item is its list's start and its place.
        language = child.info.strip() if kind == "fence" else ""
        yield f"{depth} {kind} {child.tag} {language} {attributes} {own.rstrip()}"
        yield from _walk(child, depth + 1)
    if text:
        yield f"{depth} text {text}"


if __name__ == "__main__":
    main()
