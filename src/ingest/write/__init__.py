"""Writers: a document, however far it has come, as Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.write.additions import with_additions
from ingest.write.markdown import write_markdown

if TYPE_CHECKING:
    from ingest.document import Document

__all__ = ["with_additions", "write", "write_markdown"]


def write(doc: Document, *, page_markers: bool = False, front_matter: bool = False) -> str:
    """Write a document as CommonMark with GFM tables.

    Whatever stages have run, the tree can be written: a `Line` left over is a paragraph.

    Args:
        doc: The document.
        page_markers: Put a comment such as `<!-- page 3 -->` before the first block that begins on
            each page.
        front_matter: Begin with title, author, language, source and pages, as far as they are
            known, as YAML; front matter that is there is kept.

    Returns:
        Markdown that ends with one line end; the empty string for an empty document.
    """
    return write_markdown(with_additions(doc, page_markers=page_markers, front_matter=front_matter))
