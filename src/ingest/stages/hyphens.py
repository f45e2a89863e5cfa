"""Line ends: what stands between two lines that become one, and whether a hyphen goes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

SOFT_HYPHEN, TYPESET_HYPHEN, EM_DASH = "\u00ad", "\u2010", "\u2014"
# The word list counts if it knows this share of the document's words of at least so many letters.
MIN_KNOWN = 0.6
MIN_WORD = 4

_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_HYPHEN_WORDS = re.compile(r"([^\W\d_]+)[-\u2010\u00ad]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
# After a hyphen these words go on with a series (`Vor- und Nachteile`), they do not end a word.
_SERIES = frozenset("and or nor to und oder bis bzw sowie et ou y o e ed".split())


class Join(NamedTuple):
    """How two neighbouring lines become one: by which rule, and what stands between them."""

    rule: str
    between: str
    cut: int = 0  # characters taken off the end of the first line


class Hyphens:
    """Tells if a hyphen at a line end belongs to the word, by the document's own words first."""

    def __init__(self, read: Callable[[], str]) -> None:
        """`read` gives the text of the document, which is asked for when it is needed."""
        self._read = read

    def is_soft(self, head: str, hyphen: str, tail: str) -> bool:
        """True if `head` and `tail` are parts of one word that a line end cut."""
        if hyphen == SOFT_HYPHEN:
            return True
        joined, kept = (head + tail).lower(), f"{head}-{tail}".lower()
        if joined in self._words or kept in self._words:
            return joined in self._words
        if not tail[0].islower() or (head.isupper() and len(head) > 1):
            return False
        if hyphen == TYPESET_HYPHEN and not self._has_typeset_hyphens:
            return True
        known = self._known
        if joined in known:
            return True
        return not (head.lower() in known and tail.lower() in known and len(head) > 1)

    @cached_property
    def _text(self) -> str:
        return self._read()

    @cached_property
    def _words(self) -> frozenset[str]:
        text = self._text.replace(TYPESET_HYPHEN, "-")
        return frozenset(m.group().lower() for m in _WORD.finditer(text))

    @cached_property
    def _has_typeset_hyphens(self) -> bool:
        """Does U+2010 stand inside lines, where no line end asked for it?"""
        return re.search(rf"{TYPESET_HYPHEN}\S", self._text) is not None

    @cached_property
    def _known(self) -> frozenset[str]:
        """The word list, if it knows the language of the document."""
        from ingest.stages.words import known_words

        known = known_words()
        words = [w for w in self._words if len(w) >= MIN_WORD]
        share = sum(w in known for w in words) / max(1, len(words))
        return known if share >= MIN_KNOWN else frozenset()


def glue(before: str, after: str, rule: str, hyphens: Hyphens) -> Join:
    """How two lines that belong together become one.

    Args:
        before: The first line.
        after: The one that continues it.
        rule: The name of the join if there is no hyphen.
        hyphens: Knows the words of the document.
    """
    if not _LINE_HYPHEN.search(before):
        return Join(rule, "" if before.endswith(EM_DASH) else " ")
    head, tail = _HYPHEN_WORDS.search(before), _FIRST_WORD.match(after)
    if head is None or tail is None:
        return Join("hard-hyphen", "")
    if tail.group().lower() in _SERIES:
        return Join(rule, " ")
    if hyphens.is_soft(head[1], before[-1], tail.group()):
        return Join("soft-hyphen", "", cut=1)
    return Join("hard-hyphen", "")
