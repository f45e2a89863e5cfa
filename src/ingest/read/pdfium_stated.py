"""What a PDF states about itself, by PDFium, for pages whose glyphs another source reads.

That is the links, the outline and the tags, as far as PDFium can open the file.
"""

from __future__ import annotations

from ctypes import addressof
from typing import TYPE_CHECKING

from ingest.read.frame import Frame
from ingest.read.glyphs import QUARTER_TURN, About, Note, Page
from ingest.read.pdfium_api import RECTANGLE, calls
from ingest.read.pdfium_links import read_links
from ingest.read.tag_tree import PARTS_A_PAGE, read_tags

if TYPE_CHECKING:
    from ingest.read.glyphs import GlyphSource
    from ingest.read.pdfium import PdfiumFile

# Two readers mean the same page if its sides agree so far; points.
_SAME_SIDE = 1.0


class StatedSource:
    """The glyphs of one source with what PDFium finds stated; a source of glyphs itself."""

    def __init__(self, source: GlyphSource, stated: PdfiumFile) -> None:
        """Take two open sources of one file, which count its pages alike."""
        self._source, self._stated = source, stated
        self.count = source.count

    def about(self) -> About:
        """What the file states about itself."""
        return self._source.about()._replace(outline=self._stated.about().outline)

    def page(self, number: int) -> Page:
        """Read one page, from 1."""
        page = self._source.page(number)
        return page if page.error or not page.glyphs else self._stated.state(page)

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()
        self._stated.close()


def add_stated(page: Page, document: int, loaded: int, *, is_tagged: bool) -> Page:
    """A page with its links and tags; as it is if PDFium sees another page.

    Args:
        page: As another source read it.
        document: Address of the open document.
        loaded: Address of the loaded page.
        is_tagged: The file vouches for its tags.
    """
    api, box = calls(), RECTANGLE()
    api.page_box(loaded, addressof(box))
    sides = (box[0], box[1], box[2], box[3])
    frame = Frame.of(sides, QUARTER_TURN * api.rotation(loaded))
    if page.box is None or not (
        abs(frame.width - page.box.right) < _SAME_SIDE
        and abs(frame.height - page.box.bottom) < _SAME_SIDE
    ):
        return page
    links, notes = read_links(document, loaded, frame.place_box)
    has_marks = is_tagged and any(mark is not None and mark >= 0 for mark in page.marks)
    return page._replace(
        links=tuple(links),
        notes=(*page.notes, *map(Note, notes)),
        tags=read_tags(loaded, page.number * PARTS_A_PAGE) if has_marks else None,
    )
