"""The fonts of a PDF by PDFium: their styles, how wide their characters are, what they mean."""

from __future__ import annotations

from ctypes import addressof, c_char, c_float
from dataclasses import dataclass, field

from ingest.read.glyphs import BOLD, REGULAR, UNKNOWN, Style, picture, read_font_name
from ingest.read.pdfium_api import calls

# PDFium marks a hyphen at the end of a line so, as a single character. What such a hyphen means is
# for others to judge.
LINE_END_HYPHEN = "\x02"
# What PDFium gives where the file maps a glyph to no character, or to a code that is none.
NO_CHARACTERS = frozenset(
    {*map(chr, range(0x20)), "\ufffe", "\uffff", UNKNOWN} - {*"\t\n\r", LINE_END_HYPHEN}
)
# Stands for the second code of a character that has two, and for what is left out. It is a blank to
# Python, so that looking for it costs nothing, and no character of a file, since it is two.
NOTHING = "\x1f\x1f"
_FIXED_PITCH, _ITALIC = 1, 64  # flags of a font descriptor (ISO 32000-1, table 123)
_NAME_MAX = 256  # bytes of the name of a font; what is longer is cut
_WIDTH_AT = 1000.0  # points; the size at which widths of glyphs are asked for


@dataclass(slots=True)
class Font:
    """A font of the file; what is known of its characters is filled in as they come."""

    handle: int | None
    name: str
    weight: int
    italic: bool
    monospace: bool
    pictures: bool
    is_embedded: bool
    is_tex: bool  # its name is that of a font of TeX
    is_odd: bool  # some of its characters are not what they are meant to be
    styles: dict[tuple[float, int, bool, bool], Style] = field(default_factory=dict)
    widths: dict[str, float | None] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    unmapped: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, handle: int | None) -> Font:
        """The font at this address."""
        api = calls()
        buffer = (c_char * _NAME_MAX)()
        api.font_name(handle, addressof(buffer), _NAME_MAX)
        says = read_font_name(buffer.value.decode("utf-8", "replace"))
        flags = max(0, api.font_flags(handle))
        return cls(
            handle,
            says.name,
            BOLD if says.bold else REGULAR,
            says.italic or bool(flags & _ITALIC),
            says.monospace or bool(flags & _FIXED_PITCH),
            says.pictures,
            bool(api.is_embedded(handle)),
            says.tex,
            says.pictures,
        )

    def style(self, size: float, turned: int, *, is_bold: bool, is_pale: bool) -> Style:
        """The style of its text so drawn; equal ones are the same object."""
        key = size, turned, is_bold, is_pale
        found = self.styles.get(key)
        if found is None:
            weight = BOLD if is_bold else self.weight
            flags = self.italic, self.monospace
            found = Style(self.name, size, weight, *flags, turned, pale=is_pale)
            self.styles[key] = found
        return found

    def advance(self, char: str) -> float | None:
        """The width of a character in em; None if the font does not tell."""
        if char not in self.widths:
            width = c_float()
            if char != NOTHING:
                calls().width(self.handle, ord(char), _WIDTH_AT, addressof(width))
            self.widths[char] = width.value / _WIDTH_AT if width.value > 0 else None
        return self.widths[char]


def meaning_of(char: str, font: Font) -> str:
    """A character as it is meant, by a font that names its characters."""
    if char == LINE_END_HYPHEN:
        return "-"
    if char in NO_CHARACTERS:
        return UNKNOWN
    return picture(char) if font.pictures else char
