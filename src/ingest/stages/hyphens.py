"""Line ends: what stands between two lines that become one, and whether a hyphen goes."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from ingest.document import runs, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.document import Document
    from ingest.spacing.lexicon import Lexicon

SOFT_HYPHEN, TYPESET_HYPHEN, EM_DASH = "\u00ad", "\u2010", "\u2014"
COMPOUNDING = frozenset({"de"})  # of the languages of the lexicon

LINE_HYPHENS = ("-", "\u2010", "\u00ad")
_LINE_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad]$")
_OPEN_RANGE = re.compile(r"\d[-\u2010\u2013]$")
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

    @classmethod
    def of(cls, doc: Document) -> Hyphens:
        """By the words of all runs of a document."""
        return cls(lambda: "\n".join(text_of(run) for run in runs(doc.children)))

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
        if self._is_word(joined) or len(head) == 1:
            return True
        return self._joins_words or not (self._is_word(head) and self._is_word(tail))

    def is_word(self, head: str, tail: str) -> bool:
        """True if both parts make a word that the document or the lexicon has."""
        joined = (head + tail).lower()
        return joined in self._words or self._lexicon.listed(joined) is not None

    @property
    def _joins_words(self) -> bool:
        """Does the language write compounds as one word, so that two words prove nothing?"""
        return self._lexicon.languages[0] in COMPOUNDING

    def _is_word(self, part: str) -> bool:
        return self._lexicon.listed(part.lower()) is not None

    @cached_property
    def _text(self) -> str:
        return self._read()

    @cached_property
    def _words(self) -> frozenset[str]:
        text = self._text.replace(TYPESET_HYPHEN, "-")
        return frozenset(map(str.lower, set(_WORD.findall(text))))

    @cached_property
    def _has_typeset_hyphens(self) -> bool:
        """Does U+2010 stand inside lines, where no line end asked for it?"""
        return re.search(rf"{TYPESET_HYPHEN}\S", self._text) is not None

    @cached_property
    def _lexicon(self) -> Lexicon:
        """The words of the languages of the document."""
        from ingest.spacing.language import count_votes, languages_of
        from ingest.spacing.lexicon import Lexicon

        words = map(str.lower, _FIRST_WORD.findall(self._text))
        return Lexicon(languages_of(count_votes(words)))


def other_hyphen(join: Join, before: str) -> Join | None:
    """The join that keeps a hyphen instead of taking it out, or the reverse; None if there is none.

    Args:
        join: How two lines would become one.
        before: The first line.
    """
    if join.rule == "soft-hyphen":
        return Join("hard-hyphen", "")
    if join.rule == "hard-hyphen" and before.endswith(LINE_HYPHENS):
        return Join("soft-hyphen", "", cut=1)
    return None


def glue(before: str, after: str, rule: str, hyphens: Hyphens) -> Join:
    """How two lines that belong together become one.

    Args:
        before: The first line.
        after: The one that continues it.
        rule: The name of the join if there is no hyphen.
        hyphens: Knows the words of the document.
    """
    if after[0].isdigit() and _OPEN_RANGE.search(before):
        return Join("hard-hyphen", "")
    # A search looks at the whole line, so the end alone is asked first.
    if not (before.endswith(LINE_HYPHENS) and _LINE_HYPHEN.search(before)):
        return Join(rule, "" if before.endswith(EM_DASH) else " ")
    head, tail = _HYPHEN_WORDS.search(before), _FIRST_WORD.match(after)
    if head is None or tail is None:
        return Join("hard-hyphen", "")
    if tail.group().lower() in _SERIES and not hyphens.is_word(head[1], tail.group()):
        return Join(rule, " ")
    if hyphens.is_soft(head[1], before[-1], tail.group()):
        return Join("soft-hyphen", "", cut=1)
    return Join("hard-hyphen", "")
