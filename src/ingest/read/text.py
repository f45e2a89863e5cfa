"""Text files: bytes -> text -> lines.

The encoding is found in four steps: byte order mark, pattern of NUL bytes, strict UTF-8, and last
the legacy reading that looks most like words.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import Document, Layout, Line, Message, PageBreak, Span
from ingest.errors import NoTextError, SourceError
from ingest.read.columns import unfold_columns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.document import Block

TAB_STOP = 8  # columns; what terminals and pdftotext use

# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What a binary file begins with, and what to do about it.
_MAGIC = (
    (b"PK\x03\x04", "a ZIP container (docx, xlsx, epub, ...); export it as text or PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document; export it as text or PDF"),
    (b"\x89PNG", "a PNG image; run OCR first"),
    (b"\xff\xd8\xff", "a JPEG image; run OCR first"),
    (b"GIF8", "a GIF image; run OCR first"),
    (b"II*\x00", "a TIFF image; run OCR first"),
    (b"MM\x00*", "a TIFF image; run OCR first"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"\x7fELF", "a program"),
    (b"{\\rtf", "rich text (RTF); export it as text or PDF"),
)
_SAMPLE = 1 << 16  # bytes looked at for the NUL pattern and for binary content
# In UTF-16 of Latin text every second byte is NUL; in other scripts still every blank and line end
# has one. Binary files have them on both sides.
_NUL_SHARE_ONE_SIDE = 0.10
_NUL_SHARE_OTHER_SIDE = 0.01
# C0 controls that no text has; ANSI colours (ESC) and form feeds do occur in exports.
_BINARY_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\v\f\r\x1b\x08")
# Above it a file is binary; damaged exports of the samples have below 0.001. One that is valid
# UTF-8 all the same is given the benefit of the doubt up to the share that Perl's -T allows.
_MAX_BINARY_SHARE = 0.05
_MAX_BINARY_SHARE_IN_UTF_8 = 0.30

_LINE_END = re.compile(r"\r\n|[\n\r\v\u2028\u2029]|\f")


class Decoded(NamedTuple):
    """Text, the encoding it was read with, and what there is to say about that choice."""

    text: str
    encoding: str
    note: str


def read_text(data: bytes, *, name: str = "<text>") -> Document:
    r"""Read a text file into lines.

    Line ends are `\n`, `\r\n`, `\r`, vertical tab and U+2028/U+2029; a form feed is a `PageBreak`.

    Args:
        data: The bytes of the file.
        name: For messages and `Document.path`.

    Raises:
        SourceError: The bytes are those of no text.
        NoTextError: There is nothing but blanks.
    """
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise SourceError(f"{name}: binary, not text: it is {what}")
    decoded = decode(data, name=name)
    text, folded = unfold_columns(decoded.text)
    children = tuple(split_lines(text))
    if not any(isinstance(node, Line) for node in children):
        raise NoTextError(f"{name}: nothing but blanks in {len(data)} bytes; nothing to convert")
    messages = [Message("info", "read", f"read as {decoded.encoding}: {decoded.note}")]
    if folded:
        pages = ", ".join(map(str, folded))
        messages.append(Message("info", "read", f"two columns, read one after the other: {pages}"))
    return Document(
        source=text,
        children=children,
        messages=tuple(messages),
        path=name,
        meta={"format": "text", "encoding": decoded.encoding},
    )


def split_lines(text: str) -> Iterator[Block]:
    """Cut text into `Line` and `PageBreak` nodes; blank lines become `Layout.blank_before`."""
    start = blank = 0
    number = page = 1
    for end, after, is_page_break in _line_ends(text):
        raw = text[start:end]
        value = raw.strip()
        if value:
            at = start + raw.index(value[0])
            layout = Layout(
                page=page, line=number, blank_before=blank, indent=_columns(text[start:at])
            )
            yield Line(value, Span(at, at + len(value)), layout)
            blank = 0
        elif end > start or not is_page_break:
            blank += 1
        if is_page_break:
            yield PageBreak()
            page += 1
        start = after
        number += 1


def _line_ends(text: str) -> Iterator[tuple[int, int, bool]]:
    for match in _LINE_END.finditer(text):
        yield match.start(), match.end(), match.group() == "\f"
    yield len(text), len(text), False


def _columns(blanks: str) -> int:
    return len(blanks.expandtabs(TAB_STOP))


# ---------------------------------------------------------------- encoding


def decode(data: bytes, *, name: str = "<text>") -> Decoded:
    """Bytes to text; nothing is replaced, and no byte is lost.

    Raises:
        SourceError: The bytes are those of no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return _decode_marked(data, encoding, name)
    if wide := _wide_encoding(data):
        return _decode_marked(data, wide, name)
    _refuse_binary(data, name)
    try:
        return Decoded(data.decode("utf-8"), "utf-8", "valid")
    except UnicodeDecodeError as error:
        from ingest.read.legacy import decode_legacy

        text, encoding = decode_legacy(data)
        return Decoded(
            text, encoding, f"not UTF-8 (byte {error.start}); the most plausible reading"
        )


def _decode_marked(data: bytes, encoding: str, name: str) -> Decoded:
    note = "byte order or NUL bytes"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end == len(data) and error.start > 0:  # cut inside the last character
            text = data.decode(encoding, "replace")
            note += "; the last character is cut"
            return Decoded(text.removeprefix("\ufeff"), encoding.removesuffix("-sig"), note)
        raise SourceError(
            f"{name}: begins like {encoding} but breaks at byte {error.start} ({error.reason}); "
            "the file is cut or mixed, save it again as UTF-8"
        ) from error
    return Decoded(text.removeprefix("\ufeff"), encoding.removesuffix("-sig"), note)


def _wide_encoding(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, told by which half of the bytes is NUL."""
    sample = data[: _SAMPLE - _SAMPLE % 2]
    if len(data) % 2 or b"\0" not in sample:
        return None
    half = len(sample) / 2
    even, odd = sample[::2].count(0) / half, sample[1::2].count(0) / half
    if odd > _NUL_SHARE_ONE_SIDE and even < _NUL_SHARE_OTHER_SIDE:
        return "utf-16-le"
    if even > _NUL_SHARE_ONE_SIDE and odd < _NUL_SHARE_OTHER_SIDE:
        return "utf-16-be"
    return None


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _refuse_binary(data: bytes, name: str) -> None:
    sample = data[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _BINARY_CONTROLS))
    most = _MAX_BINARY_SHARE_IN_UTF_8 if _is_utf_8(data) else _MAX_BINARY_SHARE
    if controls > most * len(sample):
        share = controls / len(sample)
        raise SourceError(
            f"{name}: binary, not text ({share:.0%} control bytes); give a PDF or a text file"
        )
