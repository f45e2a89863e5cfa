"""Which language a line is in, by its function words."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# Own lists: frequent words of one language that are no frequent word of the other five.
FUNCTION_WORDS = {
    "en": (
        "the of and to that is was for with as on be this by are from have it which or an you not "
        "were their they been has its will would there can all one what when if who these your "
        "how we than into some could them other then only about our more such may should"
    ),
    "de": (
        "der die und das den dem des ist im nicht mit sich auf für von zu ein eine einer einem "
        "einen wird werden sind auch als wenn oder bei nach durch kann dass zur zum hat wie nur "
        "noch über vor aus sie ich wir ihr kein keine sein seine diese dieser haben einer eines"
    ),
    "fr": (
        "le les des et est une pour dans qui que du au aux par pas sur avec ce cette ces vous nous "
        "sont être ou mais il elle plus votre vos leur leurs ont peut fait comme même aussi"
    ),
    "es": (
        "el los las y una que del para con por es se su sus como más pero este esta estos puede "
        "cuando también sobre entre son muy sin hay ser tu si al lo"
    ),
    "it": (
        "il di che gli della dei delle nel nella per è con una sono alla più come anche questo "
        "questa non si dal dalla ha essere tra quando degli sul sulla lo"
    ),
    "pt": (
        "os da dos das em um uma para com não por mais ao aos pela pelo é como seu sua são ser "
        "quando também foi nos nas isso este está você ou mas"
    ),
}
# Those of them that also begin or end compounds, prefixed words and identifiers; own list.
PARTICLES = frozenset(
    (
        "to is as on be have it an not has can all one if into other then only about more such "
        "auf aus bei durch ein mit nach vor zu über nicht wie nur noch im als oder hat kein sein "
        "que au par pas sur plus fait même comme ou nous son est ce une "
        "para con por se sobre entre sin son al ser si tu es su más "
        "per non tra sul com mais ao em da um mas nos nas"
    ).split()
)
# Function words that do not begin identifiers as `is`, `on`, `to`, `get` do; own list.
JOINERS = frozenset(
    [
        "the",
        "a",
        "and",
        "of",
        "in",
        "with",
        "for",
        "by",
        "from",
        "that",
        "this",
        "or",
        "than",
        "our",
        "your",
        "their",
        "le",
        "la",
        "les",
        "des",
        "du",
        "et",
        "dans",
        "pour",
        "el",
        "los",
        "las",
        "del",
        "y",
        "il",
        "lo",
        "gli",
        "della",
        "di",
        "os",
        "das",
        "dos",
        "e",
    ]
)
# Words of one letter; own table.
SINGLES = {
    "en": "aiAI",
    "de": "",
    "fr": "aàyÀAYô",
    "es": "aeoyuAEOYU",
    "it": "aeioèEAIOÈ",
    "pt": "aeoàéAEOÀÉ",
}
DEFAULT_LANGUAGE = "en"
ENOUGH_VOTES = 2  # function words a line needs before it may leave its document's language
ENOUGH_SHARE = 0.12  # share of a document's votes that makes a language one of the document's


def _invert() -> dict[str, tuple[str, ...]]:
    votes: dict[str, tuple[str, ...]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in dict.fromkeys(words.split()):
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
