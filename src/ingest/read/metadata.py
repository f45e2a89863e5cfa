"""What a PDF says about itself: title, author, language."""

from __future__ import annotations

import re
from ctypes import addressof, c_char, c_ushort, sizeof
from typing import TYPE_CHECKING, Any

from ingest.data import rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# By the name in the file.
_NAMES = {"Title": "title", "Author": "author", "Lang": "language"}
# A language tag (BCP 47): `en`, `pt-BR`, `zh-Hant-TW`.
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_BYTES_MAX = 1 << 16  # of a text; what is longer is none of these
_ENCODING = "utf-16-le"  # of what PDFium gives


def read_metadata(document: Any) -> dict[str, str]:  # noqa: ANN401 - a pointer of ctypes
    """Title, author and language of a document of PDFium, as far as it states them."""
    import pypdfium2.raw as raw

    def meta(name: str) -> str:
        key = name.encode()
        return string_of(lambda at, size: raw.FPDF_GetMetaText(document, key, at, size))

    buffer = (c_ushort * (_BYTES_MAX // sizeof(c_ushort)))()
    size = raw.FPDFCatalog_GetLanguage(document, buffer, sizeof(buffer))
    language = bytes(buffer)[:size].decode(_ENCODING, "replace") if size <= sizeof(buffer) else ""
    return tidy_metadata({"Title": meta("Title"), "Author": meta("Author"), "Lang": language})


def string_of(ask: Callable[[int | None, int], int]) -> str:
    """A text of PDFium, which is asked for its size first, and then to fill a buffer.

    Args:
        ask: Takes an address and the bytes there are; gives the bytes that the text takes.
    """
    size = ask(None, 0)
    if not 0 < size <= _BYTES_MAX:
        return ""
    buffer = (c_char * size)()
    ask(addressof(buffer), size)
    return buffer.raw.decode(_ENCODING, "replace").removesuffix("\0")


def tidy_metadata(found: Mapping[str, object]) -> dict[str, str]:
    """What a file states, by our names, on one line each; what is left open is left out."""
    out = {}
    for name, ours in _NAMES.items():
        value = found.get(name)
        text = _one_line(value) if isinstance(value, str) else ""
        if ours == "language":
            text = text.replace("_", "-") if _LANGUAGE.fullmatch(text) else ""
        if text and text.casefold() not in _placeholders():
            out[ours] = text
    return out


def _one_line(text: str) -> str:
    """Text without characters that nobody sees, its blanks evened out."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _placeholders() -> frozenset[str]:
    """What programs write where they know nothing."""
    return frozenset(word for (word,) in rows("no_metadata.tsv"))
