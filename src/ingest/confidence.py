"""How sure a result is, and why no surer: worked out from what is known, when it is asked for.

The **score** is an estimate of the share of the words that came out right: their letters, and what
stands before each, be it a blank, a line end or the beginning of a block of the right kind. It is 1
less the words that are expected to be wrong, as a share of all:

*   of an edit with confidence `c`, `1 - c` of the words that it touches, and at least of one; of a
    proposal that was not made, `c` of them;
*   each word with a character that nobody knows;
*   in a text file, a word for each paragraph that begins with a small letter, and for each that
    ends as no sentence does;
*   all words of a page that cannot be read, as many as a page has on average; half of that for a
    page without text, which is as likely empty as a picture, and of one whose text is not to be
    believed; `READERS_DIFFER` of one that was read by the other reader for that;
*   a word for each other warning.

A document that lacks a page has half of that at most: what stood there is not known.

What nobody has noticed costs nothing. So a score tells documents apart, it is no promise, and one
that was damaged before its text was ever extracted (by an OCR, say) can have 1.0. How far it goes
with real errors is measured by `bench/confidence.py`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from math import fsum
from typing import TYPE_CHECKING, Any

from ingest.data import rows
from ingest.document import (
    NO_SECOND_OPINION,
    PAGE_WITHOUT_TEXT,
    SECOND_OPINION,
    UNKNOWN_CHARACTERS,
    UNREADABLE_PAGE,
    Break,
    FootnoteReference,
    Paragraph,
    Verbatim,
    inline_text,
    runs,
    text_of,
    walk,
)
from ingest.page_spans import page_starts
from ingest.shapes import ends_sentence, starts_lower

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ingest.document import Document, Edit, Message

# Share of words on which two readers of one page differ: 0.0075 on sound PDFs of the dev set
# (bench/confidence.py --readers), rounded up, since pages that get a second reader are not sound.
READERS_DIFFER = 0.01
# Nothing is known that tells whether the words are there or right: even odds.
EVEN = 0.5
# The most that a document which lacks a page can have; no complete one of the dev set has less.
PARTIAL_MOST = 0.5
# Words from which on a paragraph should end as a sentence does; shorter ones may be labels. In the
# true Markdown of the dev set nine paragraphs of that length do not.
SENTENCE_WORDS = 8
DIGITS = 4  # of scores in JSON

# Characters that stand for one that is not known, and those that have a meaning by agreement alone.
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff]")
_UNKNOWN_WORD = re.compile(rf"(?<!\S)\S*?{_UNKNOWN.pattern}\S*")
_OTHER_STAGE, _PROPOSAL = "doubtful-edit", "proposal-not-made"
_TORN, _WARNING, _NOTHING = "torn-sentence", "warning", "not-converted"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a score is below 1.

    Attributes:
        name: One of `reasons()`.
        count: How many edits, words, pages or messages it is about.
        score: What the score would be if this were the only reason.
    """

    name: str
    count: int
    score: float

    @property
    def meaning(self) -> str:
        """The reason in words."""
        return reasons()[self.name]


@dataclass(frozen=True, slots=True)
class PageConfidence:
    """How sure one page is.

    Attributes:
        score: The share of its words that is expected to be right, 0 to 1.
        reasons: Why it is not 1, the most costly first.
    """

    score: float = 1.0
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Confidence:
    """How sure a document is; see this module for what the score is.

    Attributes:
        score: The share of its words that is expected to be right, 0 to 1.
        reasons: Why it is not 1, the most costly first; empty if it is.
        pages: The same for each page, by its number; empty for what has no pages.
    """

    score: float = 1.0
    reasons: tuple[Reason, ...] = ()
    pages: Mapping[int, PageConfidence] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values: lists of objects with the same keys, scores to four digits."""
        pages = ({"page": n, **_as_dict(page)} for n, page in self.pages.items())
        return {**_as_dict(self), "pages": list(pages)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Confidence:
        """What `as_dict` gave.

        Raises:
            KeyError, TypeError: It is something else.
        """
        pages = {int(p["page"]): PageConfidence(*_score_of(p)) for p in values["pages"]}
        return cls(*_score_of(values), pages)


def _as_dict(of: Confidence | PageConfidence) -> dict[str, Any]:
    found = (
        {"name": r.name, "count": r.count, "score": round(r.score, DIGITS)} for r in of.reasons
    )
    return {"score": round(of.score, DIGITS), "reasons": list(found)}


def _score_of(values: Mapping[str, Any]) -> tuple[float, tuple[Reason, ...]]:
    found = (Reason(str(r["name"]), int(r["count"]), float(r["score"])) for r in values["reasons"])
    return float(values["score"]), tuple(found)


NO_CONFIDENCE = Confidence(0.0, (Reason(_NOTHING, 1, 0.0),))


@cache
def reasons() -> dict[str, str]:
    """Every reason there is, with its meaning."""
    return {name: meaning for name, meaning, *_ in rows("confidence.tsv")}


@cache
def _by_stage() -> dict[str, str]:
    return {
        s: name for name, _, *stages in rows("confidence.tsv") for s in " ".join(stages).split()
    }


def confidence_of(doc: Document) -> Confidence:
    """How sure a document is; takes time linear in its text and its ledger."""
    pages = _Pages(doc)
    whole: _Tally = defaultdict(list)
    by_page: dict[int, _Tally] = {number: defaultdict(list) for number in pages.words}
    for name, page, words in chain(
        _edit_costs(doc, pages),
        _message_costs(doc, pages),
        _unknown_costs(doc, pages),
        _torn_costs(doc, pages),
    ):
        whole[name].append(words)
        if page is not None:
            by_page.setdefault(page, defaultdict(list))[name].append(words)
    score, found = _judged(whole, pages.every, PARTIAL_MOST if UNREADABLE_PAGE in whole else 1.0)
    judged = {n: PageConfidence(*_judged(by_page[n], pages.words_of(n))) for n in sorted(by_page)}
    return Confidence(score, found, judged)


# What is expected to be wrong: the name of the reason, the page if it is known, and words; and the
# words of each reason.
_Cost = tuple[str, int | None, float]
_Tally = dict[str, list[float]]


def _judged(tally: _Tally, words: float, most: float = 1.0) -> tuple[float, tuple[Reason, ...]]:
    """Score and reasons of so many words."""
    sums = {name: fsum(wrong) for name, wrong in tally.items()}

    def score(wrong: float, top: float) -> float:
        return top * max(0.0, 1.0 - wrong / max(words, 1.0))

    found = [
        Reason(name, len(tally[name]), score(wrong, most if name == UNREADABLE_PAGE else 1.0))
        for name, wrong in sums.items()
    ]
    found.sort(key=lambda reason: (reason.score, reason.name))
    return score(fsum(sums.values()), most), tuple(found)


class _Pages:
    """How many words there are, and on which page.

    Attributes:
        total: Words of the result.
        every: Those, and as many as are to be expected on pages that are missing.
        words: Words by page; empty for what has no pages.
        mean: Words of a page, on average; all of them if there are no pages.
    """

    def __init__(self, doc: Document) -> None:
        self.total = float(max(1, sum(len(text.split()) for _, text in _texts(doc))))
        starts = [*page_starts(doc)]
        self._numbers = [number for number, _ in starts]
        self._starts = [start for _, start in starts]
        self.words = self._shares(doc.source)
        read = [count for count in self.words.values() if count]
        self.mean = fsum(read) / len(read) if read else self.total
        self.every = self.total
        self._uncounted: set[int] = set()
        for message in doc.messages:
            if message.page is not None and message.code in _EXPECTED:
                self._expect(message.page, _EXPECTED[message.code] * self.mean)

    def _expect(self, page: int, words: float) -> None:
        """Count a page of which words are missing, nobody knows how many."""
        self._uncounted.add(page)
        counted = self.words.get(page, 0.0)
        self.words[page] = max(words, counted)
        self.every += self.words[page] - counted

    def _shares(self, source: str) -> dict[int, float]:
        """The words of each page: its share of the characters."""
        ends = [*self._starts[1:], len(source)]
        sizes = [
            len("".join(source[a:b].split())) for a, b in zip(self._starts, ends, strict=False)
        ]
        every = max(1, sum(sizes))
        return {n: self.total * size / every for n, size in zip(self._numbers, sizes, strict=True)}

    def at(self, offset: int) -> int | None:
        """The page of an offset in the source."""
        at = bisect_right(self._starts, offset)
        return self._numbers[at - 1] if at else None

    def words_of(self, page: int) -> float:
        """The words of a page; of one that nobody can count, as many as there are on average."""
        return self.mean if page in self._uncounted else self.words.get(page, self.mean)


# How many words are to be expected on pages of which none was read, as a share of those of others.
_EXPECTED = {UNREADABLE_PAGE: 1.0, PAGE_WITHOUT_TEXT: EVEN}


def _texts(doc: Document) -> Iterator[tuple[int, str]]:
    """Offset in the source and text of all that stands in the tree."""
    for run in runs(doc.children):
        yield run.span.start if run.span else 0, text_of(run)
    for block in walk(doc.children):
        if isinstance(block, Verbatim):
            yield block.span.start if block.span else 0, block.value


def _edit_costs(doc: Document, pages: _Pages) -> Iterator[_Cost]:
    seen: set[tuple[object, ...]] = set()
    for edit in doc.edits:
        doubt = 1.0 - edit.confidence if edit.applied else edit.confidence
        if doubt <= 0:
            continue
        if not edit.applied:
            # Stages run until nothing changes, and each time they propose the same again.
            key = (edit.rule, edit.span, edit.start, edit.before, edit.after)
            if key in seen:
                continue
            seen.add(key)
        name = _by_stage().get(edit.stage, _OTHER_STAGE) if edit.applied else _PROPOSAL
        page = pages.at(_offset(edit)) if pages.words else None
        yield name, page, doubt * _words_touched(edit)


def _offset(edit: Edit) -> int:
    """About where an edit was made: edits before it may have moved it inside its run."""
    return min(edit.span.start + edit.start, max(edit.span.start, edit.span.end - 1))


def _words_touched(edit: Edit) -> int:
    """Words that a wrong edit makes wrong: those that it takes away, or the one at its place."""
    if len(edit.before) <= len(edit.after):
        return 1
    return max(1, len(edit.before.split()) - len(edit.after.split()))


def _message_costs(doc: Document, pages: _Pages) -> Iterator[_Cost]:
    for message in doc.messages:
        name, words = _cost_of(message, pages)
        if name:
            yield name, message.page, words


def _cost_of(message: Message, pages: _Pages) -> tuple[str, float]:
    """Under which name a message counts, and for how many words; no name if it costs nothing."""
    on_page = pages.mean if message.page is None else pages.words_of(message.page)
    shares = {
        UNREADABLE_PAGE: 1.0,
        PAGE_WITHOUT_TEXT: EVEN,
        SECOND_OPINION: READERS_DIFFER,
        NO_SECOND_OPINION: EVEN,
    }
    if message.code == UNKNOWN_CHARACTERS:
        return "", 0.0  # the words in the text are counted
    if message.code in shares:
        return message.code, shares[message.code] * on_page
    if message.code in reasons():
        return message.code, 1.0
    return (_WARNING, 1.0) if message.level == "warning" else ("", 0.0)


def _unknown_costs(doc: Document, pages: _Pages) -> Iterator[_Cost]:
    if not _UNKNOWN.search(doc.source):
        return
    for start, text in _texts(doc):
        for word in _UNKNOWN_WORD.finditer(text):
            yield UNKNOWN_CHARACTERS, pages.at(start + word.start()), 1.0


def _torn_costs(doc: Document, pages: _Pages) -> Iterator[_Cost]:
    # The blocks of Markdown are its author's. The layout of a PDF shows paragraphs; there this told
    # nothing (bench/confidence.py: rank correlation 0.20 with it, 0.54 without).
    if doc.meta.get("format") != "text":
        return
    for block in doc.children:
        if isinstance(block, Paragraph) and block.span and not _is_set_by_lines(block):
            torn = starts_lower(text_of(block)), _is_cut(block)
            for offset, is_torn in zip((block.span.start, block.span.end - 1), torn, strict=True):
                if is_torn:
                    yield _TORN, pages.at(offset), 1.0


def _is_set_by_lines(paragraph: Paragraph) -> bool:
    """Has it lines that are meant, as in verse and addresses?"""
    return any(isinstance(node, Break) for node in paragraph.children)


def _is_cut(paragraph: Paragraph) -> bool:
    """Does it end in the middle of a sentence?"""
    nodes = paragraph.children
    if isinstance(nodes[-1], FootnoteReference):
        nodes = nodes[:-1]
    text = inline_text(nodes).rstrip()
    return (
        len(text.split()) >= SENTENCE_WORDS
        and not ends_sentence(text)
        and not text.endswith((":", ";"))
    )
