"""Bytes that are no Unicode: the reading that looks most like words.

Windows-1252 is by far the most common and is taken when it looks right. Otherwise Mac Roman and
what charset-normalizer (installed with pdfminer.six) thinks of are scored beside it. In a trial on
four languages Windows-1252 alone read everything but Mac Roman. Where so many bytes are odd that no
Latin script is left, charset-normalizer decides: Cyrillic, Japanese, Chinese.
"""

from __future__ import annotations

import re

_SAMPLE = 1 << 16  # bytes that are scored
_GOOD_ENOUGH = 0.95  # share of plausible odd characters at which no other reading is tried
# Letters that are rare in western languages, or stand among the other case, count for so much.
OTHER_LETTER = 0.3
# Share of odd bytes above which text is not in Latin letters: in French 5 % are, in Cyrillic 75 %.
FOREIGN_SHARE = 0.2
_PREFERRED = ("cp1252", "mac_roman")

_ODD = re.compile(r"[^\x00-\x7f]")
# An odd character is plausible as a western letter beside letters of its own case, ...
_LETTER = re.compile(
    r"(?<![A-Z])[ßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿœ](?![A-ZÀ-ÖØ-Þ])|(?<![a-zà-öø-ÿ])[ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÕÖØÙÚÛÜŒ]"
)
# ... as an apostrophe or a dash, or as another sign that does not stand inside a word.
_MARK = re.compile(
    r"(?<=[^\W\d])’(?=[^\W\d])|[–—]|[«»“”„‘’‚…·•°§©®™€£¥½¼¾²³ºª¿¡\xa0](?![^\W\d])"
    r"|(?<![^\W\d])[«»“”„‘’‚…·•°§©®™€£¥½¼¾²³ºª¿¡\xa0]"
)
_OTHER_LETTER = re.compile(r"[^\W\d_\x00-\x7f]")


def decode_legacy(data: bytes) -> tuple[str, str]:
    """The most plausible reading of bytes that are not UTF-8, and its name."""
    if foreign := _foreign(data[:_SAMPLE]):
        return _decode(data, foreign), foreign
    best = "cp1252"
    if _plausibility(_decode(data[:_SAMPLE], best)) < _GOOD_ENOUGH:
        best = max(_candidates(data), key=lambda e: _plausibility(_decode(data[:_SAMPLE], e)))
    return _decode(data, best), best


def _foreign(sample: bytes) -> str | None:
    """The encoding of another script, if charset-normalizer recognises a language in it."""
    if sum(byte >= 0x80 for byte in sample) <= FOREIGN_SHARE * len(sample):  # noqa: PLR2004 - ASCII
        return None
    from charset_normalizer import from_bytes

    guess = from_bytes(sample).best()
    return guess.encoding if guess is not None and guess.coherence else None


def _decode(data: bytes, encoding: str) -> str:
    """Every byte becomes a character; one that the encoding leaves open is read as Latin-1."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return data.decode(encoding, errors="surrogateescape").translate(_ESCAPED_BYTE)


_ESCAPED_BYTE = {0xDC00 + byte: chr(byte) for byte in range(0x80, 0x100)}


def _candidates(data: bytes) -> list[str]:
    """Encodings worth a look, the likelier first, since `max` keeps the first of equals."""
    from charset_normalizer import from_bytes

    guesses = [match.encoding for match in from_bytes(data[:_SAMPLE])]
    return [*_PREFERRED, *(g for g in guesses if g not in _PREFERRED)]


def _plausibility(text: str) -> float:
    """Share of the non-ASCII characters that stand where such a character would; 0 to 1."""
    odd = len(_ODD.findall(text))
    if not odd:
        return 1.0
    letters = len(_LETTER.findall(text))
    others = len(_OTHER_LETTER.findall(text)) - letters
    return (letters + len(_MARK.findall(text)) + OTHER_LETTER * max(0, others)) / odd
