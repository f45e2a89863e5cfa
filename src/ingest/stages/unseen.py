"""Drop the text of a page that nobody sees on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.document import Edit, Line

if TYPE_CHECKING:
    from ingest.document import Document

STAGE = "drop_unseen"
RULE = "unseen"

# The reader marks a line only if the file leaves no doubt; no line of the dev documents is marked.
CONFIDENCE = 1.0


def drop_unseen(doc: Document, *, keep: bool = False) -> Document:
    """Drop text that nobody sees on the page, such as white text on white paper.

    The text that a scanner put under the picture of a page is no such text: it is read.

    Args:
        doc: Lines; blocks are left alone.
        keep: Drop nothing.

    Returns:
        A document with the same `children` object if nothing was dropped.

    Rules:
        unseen: A line without ink, white on white, too small, clipped away or beside the page, as
            `why` says.
    """
    unseen = [n for n in doc.children if isinstance(n, Line) and n.layout.unseen]
    if keep or not unseen:
        return doc
    step = doc.next_step
    edits = [_edit(line, step) for line in unseen]
    if doc.decided:
        edits = [doc.decided.settle_drop(edit) for edit in edits]
    gone = {id(line) for line, edit in zip(unseen, edits, strict=True) if edit.applied}
    if not gone:
        return replace(doc, edits=(*doc.edits, *edits))
    children = tuple(node for node in doc.children if id(node) not in gone)
    return replace(doc, children=children, edits=(*doc.edits, *edits))


def _edit(line: Line, step: int) -> Edit:
    why = line.layout.unseen
    end = len(line.value)
    return Edit(step, STAGE, RULE, line.span, 0, end, line.value, "", CONFIDENCE, why=why)
