"""Pictures of single lines, cut out of the pages of a PDF."""

from __future__ import annotations

import base64
import io
import logging
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ingest.document import BBox

# Pixels a point: 144 dpi, at which 8 pt type is read with ease. A strip takes 4 to 9 KiB as PNG,
# which is smaller for type than JPEG or WebP.
SCALE = 2.0
# Points of the page shown around a line: not yet the next one.
MARGIN_X, MARGIN_Y = 10.0, 4.0
# A strip has so many pixels at most; a page may be made as large as a building.
MOST_PIXELS = 2_000_000
GREYS = 16  # as many as type needs

log = logging.getLogger("ingest")


def cut_lines(
    data: bytes, places: Iterable[tuple[int, BBox]], password: str = ""
) -> Iterator[tuple[tuple[int, BBox], dict[str, Any]]]:
    """A picture of each place that can be drawn.

    Args:
        data: The PDF.
        places: Page, from 1, and box in points from the top left, sorted.
        password: Opens it.

    Yields:
        The place, and `page`, `width`, `height` in pixels of the screen and `png` in base 64.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        pdf = PdfDocument(data, password=password or None)
    except PdfiumError as error:  # pdfplumber has read what PDFium does not
        log.info("no pictures of lines (%s)", error)
        return
    try:
        for number, boxes in groupby(places, key=lambda place: place[0]):
            yield from _cut_page(pdf, number, boxes)
    finally:
        pdf.close()


def _cut_page(
    pdf: Any,  # noqa: ANN401 - of pypdfium2
    number: int,
    places: Iterable[tuple[int, BBox]],
) -> Iterator[tuple[tuple[int, BBox], dict[str, Any]]]:
    try:
        page = pdf[number - 1]
        for place in places:
            if picture := _cut(page, place[1]):
                yield place, {"page": number, **picture}
        page.close()
    except (RuntimeError, ValueError, IndexError, OSError) as error:
        log.info("page %d: no picture of a line (%s)", number, error)


def _cut(page: Any, box: BBox) -> dict[str, Any] | None:  # noqa: ANN401 - of pypdfium2
    width, height = page.get_size()
    left, right = max(0.0, box.left - MARGIN_X), min(width, box.right + MARGIN_X)
    top, bottom = max(0.0, box.top - MARGIN_Y), min(height, box.bottom + MARGIN_Y)
    if right - left < 1 or bottom - top < 1:
        return None
    if (right - left) * (bottom - top) * SCALE**2 > MOST_PIXELS:
        return None
    crop = (left, height - bottom, width - right, top)
    image = page.render(scale=SCALE, crop=crop, grayscale=True).to_pil()
    file = io.BytesIO()
    image.quantize(GREYS).save(file, "PNG", optimize=True)
    return {
        "width": round(image.width / SCALE),
        "height": round(image.height / SCALE),
        "png": base64.b64encode(file.getvalue()).decode(),
    }
