"""Why a word of a document was, or was not, split or joined: what each signal says of it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from ingest.spacing.confidence import DEFAULT_THRESHOLD, confidence
from ingest.spacing.edits import WITHHELD
from ingest.spacing.lattice import FORBIDDEN, LISTED, MADE
from ingest.spacing.prices import price_window
from ingest.spacing.protect import is_protected
from ingest.spacing.repair import read_document
from ingest.spacing.scan import FINE
from ingest.spacing.textline import RUN, Chain, split_chains
from ingest.spacing.views import view_line

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from ingest.spacing.edits import Edit
    from ingest.spacing.evidence import Evidence
    from ingest.spacing.gates import Case
    from ingest.spacing.textline import Run

LEVELS = {LISTED: "listed", MADE: "rare, or made of known parts"}
LANGUAGES = {
    "en": "English",
    "de": "German",
    "fr": "French",
    "es": "Spanish",
    "it": "Italian",
    "pt": "Portuguese",
}


def explain_word(
    lines: Sequence[str], word: str, *, extra_words: Collection[str] = ()
) -> Iterator[str]:
    """Tell what speaks for and against a blank in a word.

    Args:
        lines: The lines of the document.
        word: As it is printed there, without blanks.
        extra_words: Words that are never split.

    Yields:
        Lines of text: what the word costs as a whole and in parts (log10; 6 is one in a million),
        what each blank costs, what the document shows, what came of it.

    """
    place = next(((n, line.find(word)) for n, line in enumerate(lines) if word in line), None)
    if place is None:
        yield f"{word!r} does not stand in the text"
        return
    number, at = place
    reading = read_document(lines, extra_words=extra_words)
    edits = reading.propose()[number]
    evidence = reading.evidence
    yield f"{word!r}, line {number + 1}, read as {_languages(evidence, number)}"
    token = next((t for t in lines[number].split() if word in t), word)
    if is_protected(token):
        yield f"  left alone: {token!r} looks like an address, a path, a formula or code"
        return
    yield from _runs(evidence, number, range(at, at + len(word)))
    yield from _damage("lost", evidence.lost)
    yield from _damage("stray", evidence.stray)
    yield from _outcome([e for e in edits if at <= e.start <= at + len(word)], lines[number])


def _languages(evidence: Evidence, number: int) -> str:
    return ", ".join(LANGUAGES[name] for name in evidence.voices[number][0].languages)


def _runs(evidence: Evidence, number: int, place: range) -> Iterator[str]:
    lexicon, scanner = evidence.voices[number]
    for chain in split_chains(evidence.lines[number]):
        for run in chain:
            if run.start in place or place.start in range(run.start, run.end):
                if run.text.lower() in lexicon.extra:
                    yield f"  {run.text!r} is one of your own words"
                yield f"  {run.text!r} is {_cost(evidence, number, run.text)}"
                if scanner.verdict(run.text) is FINE:
                    yield "    common enough not to be looked at"
                else:
                    yield from _parts(evidence, number, run)


def _cost(evidence: Evidence, number: int, word: str) -> str:
    cost, known = evidence.word_cost(number, word)
    count = evidence.witness.words.get(word.lower(), 0)
    seen = f", {count} times in this document" if count else ""
    return f"{LEVELS.get(known, 'unknown')} (cost {cost:.1f}{seen})"


def _parts(evidence: Evidence, number: int, run: Run) -> Iterator[str]:
    parts = evidence.voices[number][1].verdict(run.text).parts
    if not parts[1:]:
        yield "    it falls into no known parts"
        return
    starts = list(itertools.accumulate(map(len, parts), initial=0))
    words = [run.text[a:b] for a, b in itertools.pairwise(starts)]
    for word in words:
        yield f"    part {word!r}: {_cost(evidence, number, word)}"
    view = view_line(evidence, number)
    window = price_window(evidence, view, Chain([run]))
    for cut in starts[1:-1]:
        price = window.insert[cut]
        signal = evidence.signal(view, run.start + cut, run.start + cut)
        shown = "never" if price >= FORBIDDEN else f"{price:.1f}"
        odds = f"letters around it say {signal:+.1f}"
        yield f"    a blank before {run.text[cut:]!r} costs {shown} ({odds})"


def _damage(what: str, case: Case | None) -> Iterator[str]:
    if case is not None:
        verdict = "plainly has" if case.is_plain else "does not plainly have"
        yield (
            f"  the document {verdict} {what} blanks"
            f" (evidence {case.said:.1f}, asked {case.asked:.1f})"
        )


def _outcome(edits: Sequence[Edit], line: str) -> Iterator[str]:
    if not edits:
        yield "  nothing was proposed"
    for edit in edits:
        sure = confidence(edit.rule, edit.margin)
        made = "made" if sure >= DEFAULT_THRESHOLD else "not made"
        what = "insert a blank" if edit.text else "take out the blank"
        if edit.margin <= WITHHELD:
            made = "not made, for lack of plain damage in the document"
        before = RUN.findall(line[: edit.start])[-1:]
        yield f"  {edit.rule}: {what} after {''.join(before)!r}, confidence {sure:.2f}, {made}"
