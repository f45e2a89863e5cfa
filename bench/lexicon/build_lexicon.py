"""Build the packaged lexicon: words with quantised costs, and useful word pairs.

    build_lexicon.py --scowl DICT_FILE --scowl-rare DICT_FILE --text DIR --out DIR

Sources: wordfreq 3.1.1 (words, CC BY-SA 4.0), SCOWL lists (English words that wordfreq lacks), and
plain text files `*-LANG.txt` in DIR (pairs). The output holds no time stamp and no path, so that
the same input gives the same bytes. To the rare words of a language belong the words of the other
five that it would read as several of its own (`Be|stand|teil`): titles and names stand anywhere.

One file per language: a line "N_WORDS N_BYTES N_SHORT", then N_BYTES of zlib data (the sorted words
and the sorted pairs, joined by newlines, NUL, one level byte each), then the bits of the sieve:
N_SHORT bytes for short words, the rest for long ones.
"""

from __future__ import annotations

import argparse
import itertools
import math
import re
import zlib
from collections import Counter
from pathlib import Path

import wordfreq

from ingest.spacing.lexicon import unknown_cost
from ingest.spacing.morphology import is_derived
from ingest.spacing.sieve import build

LANGUAGES = ("en", "de", "fr", "es", "it", "pt")
COST_STEP = 0.05  # log10 units in one quantisation step; 8.5 / 0.05 = 170 levels fit one byte
WORDS_KEPT = {
    "en": 140_000,
    "de": 150_000,
    "fr": 110_000,
    "es": 110_000,
    "it": 110_000,
    "pt": 110_000,
}
RARE_KEPT = {
    "en": 170_000,
    "de": 300_000,
    "fr": 150_000,
    "es": 150_000,
    "it": 150_000,
    "pt": 130_000,
}
SHORTEST_RARE = 4  # letters
PAIRS_KEPT = {"en": 50_000}
OTHER_PAIRS_KEPT = 20_000
LONGEST_WORD = 28  # letters; longer ones are rare and are recognised by their parts
SHORTEST_SCOWL = 4  # letters; shorter entries of SCOWL are left out
SHORTEST_JOINED = 5  # letters of a listed word that may be two printed together
COMMON_SHARE = 1e-5  # of all words; more frequent words are never dropped as two together
JOINED_MARGIN = 0.5  # log10; a joined pair must be this much likelier than the listed word
FUNCTION_WORDS = 150  # the most frequent words count as function words
RAREST_PAIR = 2  # times a pair must stand in the texts
SHORTEST_PAIR = 3  # letters of both words together
LEAST_GAIN = 0.3  # log10; pairs that help less are not worth their bytes
SHORTEST_FOREIGN = 6  # letters; shorter words of another language are not kept from being split
LOST_BLANK = 1.0  # log10; price of a blank between parts, as in a badly damaged text
SHORTEST_PART = 2  # letters; lists hold every single letter
TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
LATIN = re.compile(r"[a-zß-öø-ÿœıłńśźżćčšžřěůğşőű]+(?:'[a-zß-öø-ÿœ]+)*")


def read_scowl(path: Path) -> set[str]:
    """Return the words of a SCOWL list in lower case, without possessives."""
    text = path.read_text(encoding="utf-8").lower()
    return {w for w in text.split("\n") if w.isalpha() and SHORTEST_SCOWL <= len(w) <= LONGEST_WORD}


def usable_words(language: str) -> dict[str, float]:
    """Return wordfreq's Latin-letter words with their share of all words."""
    table = wordfreq.get_frequency_dict(language, "large")
    words = {w.replace("’", "'"): p for w, p in table.items()}
    return {w: p for w, p in words.items() if len(w) <= LONGEST_WORD and LATIN.fullmatch(w)}


def joined_pairs(words: dict[str, float], attested: set[str], functions: set[str]) -> set[str]:
    """Return listed "words" that are two frequent words printed without their space."""
    found = set()
    for word, share in words.items():
        if len(word) < SHORTEST_JOINED or word in attested or share > COMMON_SHARE:
            continue
        for cut in range(2, len(word) - 1):
            left, right = word[:cut], word[cut:]
            product = words.get(left, 0.0) * words.get(right, 0.0)
            near = left in functions and right in functions
            mixed = bool(attested) and (left in functions or right in functions)
            if (near or mixed) and product > share * 10**JOINED_MARGIN:
                found.add(word)
                break
    return found


def is_at_risk(word: str, words: dict[str, float]) -> bool:
    """Tell whether a rare word falls into two common ones (`afterbirth`)."""
    common = 10**-5.6
    return any(
        words.get(word[:cut], 0.0) > common and words.get(word[cut:], 0.0) > common
        for cut in range(2, len(word) - 1)
    )


def word_costs(language: str, scowl: set[str], rare: set[str]) -> tuple[dict[str, float], set[str]]:
    """Return cost = -log10(share) of the frequent words, and the rare words."""
    words = usable_words(language)
    attested = scowl | rare if language == "en" else set()
    functions = set(sorted(words, key=lambda w: (-words[w], w))[:FUNCTION_WORDS])
    dropped = joined_pairs(words, attested, functions)
    kept = {w: p for w, p in words.items() if w not in dropped}
    order = sorted(kept, key=lambda w: (-kept[w], w))
    most = WORDS_KEPT[language]
    costs = {w: -math.log10(kept[w]) for w in order[:most]}
    others = {w for w in order[most : most + RARE_KEPT[language]] if len(w) >= SHORTEST_RARE}
    if language == "en":
        listed = costs.copy().get
        extra = {w for w in rare if is_at_risk(w, words)}
        others |= {w for w in scowl if not is_derived(w, listed)} | extra
        others -= costs.keys()
    print(
        language, len(costs), "words;", len(others), "rare;", len(dropped), "joined pairs dropped"
    )
    return costs, others


def count_pairs(paths: list[Path], costs: dict[str, float]) -> tuple[Counter[str], Counter[str]]:
    """Count single words and adjacent words (nothing but a blank between) in plain text."""
    single: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    for path in paths:
        for line in path.read_text(encoding="utf-8").lower().replace("’", "'").split("\n"):
            end, before = -2, ""
            for m in TOKEN.finditer(line):
                word = m.group()
                single[word] += 1
                if m.start() == end + 1 and line[end] == " " and before in costs and word in costs:
                    pairs[f"{before} {word}"] += 1
                end, before = m.end(), word
    return single, pairs


def pair_gains(
    single: Counter[str], pairs: Counter[str], costs: dict[str, float], keep: int
) -> dict[str, float]:
    """Return log10 of P(b | a) / P(b) for the pairs that help most, discounted for small counts."""
    gains = {}
    for pair, count in pairs.items():
        a, b = pair.split(" ")
        if count < RAREST_PAIR or len(a) + len(b) < SHORTEST_PAIR:
            continue
        given = (count - 0.7) / (single[a] + 5)
        gain = math.log10(given) + costs[b]
        if gain > LEAST_GAIN:
            gains[pair] = min(gain, 4.0)
    order = sorted(gains, key=lambda p: (-gains[p] * (pairs[p] - 0.7), p))[:keep]
    return {p: gains[p] for p in order}


def read_as_parts(word: str, costs: dict[str, float]) -> list[str]:
    """Return the cheapest listed parts of a word; none if it cannot be read so."""
    best: list[tuple[float, int] | None] = [(0.0, 0)] + [None] * len(word)
    for end in range(SHORTEST_PART, len(word) + 1):
        for start in range(end - SHORTEST_PART + 1):
            before, part = best[start], costs.get(word[start:end])
            if before is None or part is None:
                continue
            total = before[0] + part + LOST_BLANK
            if (known := best[end]) is None or total < known[0]:
                best[end] = total, start
    parts: list[str] = []
    end = len(word)
    while end and (step := best[end]):
        parts.insert(0, word[step[1] : end])
        end = step[1]
    return parts


def misread_words(language: str, costs: dict[str, dict[str, float]]) -> set[str]:
    """Return words of the other languages that this one would read as several of its own.

    Two function words in a row stay out: lists of other languages hold English `ofthe` too.
    """
    own = costs[language]
    functions = set(sorted(own, key=lambda w: (own[w], w))[:FUNCTION_WORDS])
    foreign = {word for name in costs if name != language for word in costs[name]} - own.keys()
    found = set()
    for word in foreign:
        if len(word) < SHORTEST_FOREIGN or "'" in word:
            continue
        parts = read_as_parts(word, own)
        alone = unknown_cost(len(word))
        if not parts or sum(own[p] + LOST_BLANK for p in parts) > alone + LOST_BLANK:
            continue
        if not any(a in functions and b in functions for a, b in itertools.pairwise(parts)):
            found.add(word)
    return found


def quantise(value: float) -> int:
    """Return the byte that stands for a cost."""
    return max(1, min(255, round(value / COST_STEP)))


def pack(costs: dict[str, float], gains: dict[str, float], rare: set[str]) -> bytes:
    """Lay out one language: counts, compressed words with levels, sieve of rare words."""
    words, pairs = sorted(costs), sorted(gains)
    levels = bytes(quantise(costs[w]) for w in words) + bytes(quantise(gains[p]) for p in pairs)
    packed = zlib.compress("\n".join(words + pairs).encode() + b"\0" + levels, 9)
    short, long = build(sorted(rare))
    return b"%d %d %d\n" % (len(words), len(packed), len(short)) + packed + short + long


def main() -> None:
    """Write one `LANG.lex` per language."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--scowl", type=Path, required=True)
    ap.add_argument("--scowl-rare", type=Path, required=True)
    ap.add_argument("--text", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    args = ap.parse_args()
    scowl, rare = read_scowl(args.scowl), read_scowl(args.scowl_rare)
    args.out.mkdir(parents=True, exist_ok=True)
    tables = {language: word_costs(language, scowl, rare) for language in LANGUAGES}
    every = {language: costs for language, (costs, _) in tables.items()}
    for language, (costs, others) in tables.items():
        misread = misread_words(language, every)
        others |= misread
        single, pairs = count_pairs(sorted(args.text.glob(f"*-{language}.txt")), costs)
        gains = pair_gains(single, pairs, costs, PAIRS_KEPT.get(language, OTHER_PAIRS_KEPT))
        data = pack(costs, gains, others)
        (args.out / f"{language}.lex").write_bytes(data)
        print(language, len(misread), "misread;", len(gains), "pairs;", len(data), "bytes")


if __name__ == "__main__":
    main()
