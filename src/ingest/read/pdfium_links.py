"""The links of a page by PDFium: where they lie on the page, and where they lead."""

from __future__ import annotations

import re
from ctypes import byref, c_int, c_void_p, cast, create_string_buffer
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ingest.read.glyphs import LinkArea

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from ingest.document import BBox

# What a link in a document may lead to; scripts, local files and data are not written.
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "ftp", "tel"})
# What stands for itself in an address (RFC 3986), the sign of a quoted character included.
_KEPT = ";/?:@&=+$,-_.!~*'()#%"
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_BUFFER = 4096  # bytes of an address; the longest that browsers agree on is half of that
# A page with more links is none that people read.
_LINKS_MAX = 5000
_QUOTED = 40  # characters of an address that a note shows


def read_links(
    document: int, page: int, place: Callable[[float, float, float, float], BBox]
) -> tuple[list[LinkArea], tuple[str, ...]]:
    """The links of a page to addresses outside the document, and what to note about others.

    Args:
        document: Address of the open document.
        page: Address of the loaded page.
        place: Turns left, bottom, right and top of the stored page, in points, into a box of the
            page as it is shown.
    """
    import pypdfium2.raw as raw

    areas: list[LinkArea] = []
    unsafe: list[str] = []
    handle, at = raw.FPDF_LINK(), c_int()
    loaded = cast(c_void_p(page), raw.FPDF_PAGE)
    for _ in range(_LINKS_MAX):
        if not raw.FPDFLink_Enumerate(loaded, byref(at), byref(handle)):
            break
        address = _address_of(raw, cast(c_void_p(document), raw.FPDF_DOCUMENT), handle)
        if address is None:
            continue
        if url := safe_url(address):
            areas += (LinkArea(place(*box), url) for box in _boxes(raw, handle))
        else:
            unsafe.append(address)
    return areas, _notes(unsafe)


def _address_of(raw: Any, document: Any, link: Any) -> str | None:  # noqa: ANN401 - ctypes
    """Where a link leads outside the document; None for one inside it."""
    action = raw.FPDFLink_GetAction(link)
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return None
    buffer = create_string_buffer(_BUFFER)
    length = raw.FPDFAction_GetURIPath(document, action, buffer, _BUFFER)
    return buffer.value.decode("utf-8", "replace") if 1 < length <= _BUFFER else None


def _boxes(raw: Any, link: Any) -> Iterator[tuple[float, float, float, float]]:  # noqa: ANN401
    """Left, bottom, right and top of each part of a link, on the stored page."""
    quads = raw.FPDFLink_CountQuadPoints(link)
    quad = raw.FS_QUADPOINTSF()
    for index in range(min(quads, _LINKS_MAX)):
        if raw.FPDFLink_GetQuadPoints(link, index, byref(quad)):
            xs, ys = (quad.x1, quad.x2, quad.x3, quad.x4), (quad.y1, quad.y2, quad.y3, quad.y4)
            yield min(xs), min(ys), max(xs), max(ys)
    rectangle = raw.FS_RECTF()
    if quads <= 0 and raw.FPDFLink_GetAnnotRect(link, byref(rectangle)):
        yield rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def safe_url(address: str) -> str | None:
    """The address as it can be written; None if it leads to nothing that a link should."""
    address = address.strip()
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return None
    if scheme not in SAFE_SCHEMES or any(not c.isprintable() for c in address):
        return None
    return quote(_BARE_PERCENT.sub("%25", address), safe=_KEPT)


def _notes(unsafe: list[str]) -> tuple[str, ...]:
    if not unsafe:
        return ()
    what = "1 link is" if len(unsafe) == 1 else f"{len(unsafe)} links are"
    schemes = ", ".join(sorted(SAFE_SCHEMES))
    return (
        f"{what} not written, since the address is none of {schemes}: {unsafe[0][:_QUOTED]!r}; "
        "the text stays",
    )
