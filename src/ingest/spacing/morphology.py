"""Words that no list holds but that are made of known parts: derivations and compounds."""

from __future__ import annotations

from collections.abc import Callable

from ingest.spacing.wordlists import by_language, words_of

CostOf = Callable[[str], float | None]

PREFIXES = words_of("prefix")
# Articles and prepositions of a language that are prefixes in others (`un|emission`).
NO_PREFIX = by_language("no-prefix")
SUFFIXES = words_of("suffix")
LONGEST_PREFIX = max(map(len, PREFIXES))
LONGEST_SUFFIX = max(map(len, SUFFIXES))
SHORTEST_STEM = 4  # letters; shorter stems explain almost any string
STEM_COST = 7.0  # log10; rarer stems are no evidence

# Letters that join the parts of a German compound.
LINKS = ("", "s", "n", "en", "es", "er", "e", "ens")
SHORTEST_PART = 3  # letters in a part of a compound
PART_COST = 6.7  # log10; rarer parts are no evidence
SHORT_PART = 3  # letters; a part of no more letters must be more frequent
SHORT_PART_COST = PART_COST - 1.7  # log10; the same for such a part
MOST_PARTS = 5


def is_stem(text: str, cost_of: CostOf) -> bool:
    """Tell whether `text` is a word that derivations may start from."""
    if len(text) < SHORTEST_STEM:
        return False
    cost = cost_of(text)
    return cost is not None and cost < STEM_COST


def _has_stem(stem: str, cost_of: CostOf) -> bool:
    """Tell whether `stem`, or one with its dropped or doubled last letter, is known."""
    if is_stem(stem, cost_of):
        return True
    if len(stem) < SHORTEST_STEM - 1:
        return False
    if is_stem(stem + "e", cost_of) or is_stem(stem + "y", cost_of):
        return True
    return stem[-1:] == stem[-2:-1] and is_stem(stem[:-1], cost_of)


def is_derived(word: str, cost_of: CostOf, language: str = "en") -> bool:
    """Tell whether `word` is prefix + word, word + suffix, or both.

    Args:
        word: Lower case, letters only.
        cost_of: Returns the cost (log10) of a listed word, else None.
        language: Code of the language that the word is read in.

    Returns:
        True for `hyperresponsiveness`, `nonpublic`.

    """
    barred = NO_PREFIX.get(language, ())
    for cut in range(2, min(LONGEST_PREFIX, len(word) - SHORTEST_STEM) + 1):
        if word[:cut] in PREFIXES and word[:cut] not in barred:
            rest = word[cut:]
            if is_stem(rest, cost_of) or _strip_suffix(rest, cost_of):
                return True
    return _strip_suffix(word, cost_of)


def _strip_suffix(word: str, cost_of: CostOf) -> bool:
    """Tell whether `word` is a known stem and a known ending."""
    for size in range(1, min(LONGEST_SUFFIX, len(word) - SHORTEST_STEM + 1) + 1):
        if word[-size:] in SUFFIXES and _has_stem(word[:-size], cost_of):
            return True
    return False


# Pronouns that Romance verbs carry at their end: stem endings, pronouns; own table.
ENCLITICS = {
    "es": (
        ("r", "ando", "endo", "ád", "éd"),
        ["me", "te", "se", "lo", "la", "le", "los", "las", "les", "nos", "melo", "sela", "selo"],
    ),
    "it": (
        ("r", "ando", "endo"),
        ["mi", "ti", "si", "lo", "la", "li", "le", "ci", "vi", "ne", "gli", "selo", "sela"],
    ),
    "pt": (("r", "ando", "endo"), ["me", "te", "se", "lo", "la", "los", "las", "lhe", "nos"]),
}


def has_enclitic(word: str, language: str, cost_of: CostOf) -> bool:
    """Tell whether `word` is a verb form with its pronoun (`leerla`, `farlo`)."""
    endings, pronouns = ENCLITICS.get(language, ((), ()))
    for pronoun in pronouns:
        stem = word[: -len(pronoun)]
        if word.endswith(pronoun) and stem.endswith(endings):
            plain = stem.translate(_PLAIN)
            if any(cost_of(s) is not None for s in (stem, plain, plain + "e")):
                return True
    return False


_PLAIN = str.maketrans("áéíóú", "aeiou")


def is_compound(word: str, cost_of: CostOf) -> bool:
    """Tell whether `word` is a German compound: known parts with linking letters.

    Linear in the number of cuts: a word is read once from the left, with at most
    `MOST_PARTS` parts.
    """
    reach: dict[int, int] = {0: 0}
    for start in range(len(word)):
        if start not in reach or reach[start] >= MOST_PARTS:
            continue
        for end in range(start + SHORTEST_PART, min(len(word), start + 20) + 1):
            if end in reach and reach[end] <= reach[start] + 1:
                continue
            if _is_part(word[start:end], end == len(word), cost_of):
                reach[end] = reach[start] + 1
    return len(word) in reach and reach[len(word)] > 1


NO_PART, NO_LAST_PART = words_of("no-part"), words_of("no-last-part")


def _is_part(text: str, is_last: bool, cost_of: CostOf) -> bool:
    """Tell whether `text` is a word, or (inside a compound) a word and a linking letter."""
    if text in NO_PART or (is_last and text in NO_LAST_PART):
        return False
    for link in ("",) if is_last else LINKS:
        if link and not text.endswith(link):
            continue
        stem = text[: len(text) - len(link)]
        if len(stem) < SHORTEST_PART:
            continue
        cost = cost_of(stem)
        if cost is not None and cost < (PART_COST if len(stem) > SHORT_PART else SHORT_PART_COST):
            return True
    return False
