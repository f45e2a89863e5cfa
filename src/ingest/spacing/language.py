"""Which language a line is in, by its function words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.data import rows
from ingest.spacing.gapmodel import LN10
from ingest.spacing.wordlists import by_language, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FUNCTION_WORDS = by_language("function")
PARTICLES = words_of("particle")
JOINERS = words_of("joiner")
JOINERS_OF = by_language("joiner")
FLUENT = words_of("fluent")
SINGLES = {
    language: "".join(by_language("single").get(language, ())) for language in FUNCTION_WORDS
}
DEFAULT_LANGUAGE = "en"
ENOUGH_VOTES = 2  # function words a line needs before it may leave its document's language
ENOUGH_SHARE = 0.12  # share of a document's votes that makes a language one of the document's


def _invert() -> dict[str, tuple[str, ...]]:
    votes: dict[str, tuple[str, ...]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in words:
            votes[word] = (*votes.get(word, ()), language)
    return votes


VOTES = _invert()
# Words that stand beside another without a blank only where one was lost.
TELLING = frozenset(VOTES) - PARTICLES


def count_votes(words: Iterable[str]) -> dict[str, float]:
    """Return each language's votes; a word shared by n languages gives each 1/n."""
    total: dict[str, float] = {}
    for word in words:
        for language in VOTES.get(word, ()):
            total[language] = total.get(language, 0.0) + 1 / len(VOTES[word])
    return total


def languages_of(votes: dict[str, float]) -> tuple[str, ...]:
    """Return a document's languages, the strongest first; English when nothing votes."""
    everything = sum(votes.values())
    order = sorted(votes, key=lambda name: (-votes[name], name))
    kept = tuple(
        n for n in order if votes[n] >= ENOUGH_SHARE * everything and votes[n] >= ENOUGH_VOTES
    )
    return kept or tuple(order[:1]) or (DEFAULT_LANGUAGE,)


def language_of_line(words: Iterable[str], languages: tuple[str, ...]) -> str:
    """Return the language of one line out of its document's languages."""
    if len(languages) == 1:
        return languages[0]
    votes = count_votes(words)
    best = max(languages, key=lambda name: votes.get(name, 0.0))
    return best if votes.get(best, 0.0) >= ENOUGH_VOTES else languages[0]


SHORTEST_INSIDE = 2  # letters of a function word that is sought inside text without blanks
LONGEST_LOOK = 20_000  # letters of such a text that are looked at
PLAIN_ODDS = 2.0  # log10; by how much another language must be likelier than the default one
LETTERS_PER_TOKEN = 15  # from here on a text has lost its blanks
NO_LETTER = re.compile(r"[\W\d_]")


def has_no_blanks(types: Mapping[str, int]) -> bool:
    """Has a text, given as its tokens and their counts, lost its blanks?"""
    least = LETTERS_PER_TOKEN * sum(types.values())
    if sum(len(token) * count for token, count in types.items()) < least:
        return False  # as nearly always: no letter needs to be told from other characters
    letters = sum(len(NO_LETTER.sub("", token)) * count for token, count in types.items())
    return letters >= least


def language_inside(text: str) -> str:
    """Return the likeliest language of a text without blanks, by the function words inside it."""
    head, *table = rows("inside.tsv", package="ingest.spacing.data")
    letters = NO_LETTER.sub("", text[: 2 * LONGEST_LOOK].lower())[:LONGEST_LOOK]
    total = dict.fromkeys(head[1:], 0.0)
    for word, *rates in table:
        seen = letters.count(word)
        for language, rate in zip(total, map(float, rates), strict=True):
            # log-likelihood of so many sights of a word (Poisson), without what is the same for all
            total[language] += seen * rate * LN10 - len(letters) * 10**rate
    best = max(total, key=lambda name: total[name])
    return best if total[best] - total[DEFAULT_LANGUAGE] > PLAIN_ODDS * LN10 else DEFAULT_LANGUAGE
