"""Words that no list holds but that are made of known parts: derivations and compounds."""

from __future__ import annotations

from collections.abc import Callable

CostOf = Callable[[str], float | None]

# Productive in English and mostly in the Romance languages too; own list.
PREFIXES = [
    "aero",
    "after",
    "agro",
    "andro",
    "angio",
    "ante",
    "anthropo",
    "anti",
    "arterio",
    "arthro",
    "astro",
    "audio",
    "auto",
    "back",
    "bio",
    "brachio",
    "broncho",
    "carbo",
    "cardio",
    "cerebro",
    "chemo",
    "chloro",
    "chondro",
    "chrono",
    "circum",
    "cis",
    "co",
    "contra",
    "counter",
    "cranio",
    "cryo",
    "cyber",
    "cyto",
    "de",
    "dermato",
    "des",
    "di",
    "dis",
    "down",
    "dys",
    "eco",
    "ecto",
    "electro",
    "en",
    "endo",
    "entero",
    "epi",
    "equi",
    "ethno",
    "euro",
    "extra",
    "ferro",
    "fibro",
    "fore",
    "gastro",
    "geo",
    "glyco",
    "gyro",
    "haemo",
    "hemi",
    "hemo",
    "hepato",
    "hetero",
    "histo",
    "homo",
    "hydro",
    "hyper",
    "hypo",
    "immuno",
    "in",
    "infra",
    "inter",
    "intra",
    "iso",
    "kilo",
    "lipo",
    "litho",
    "macro",
    "magneto",
    "mal",
    "medio",
    "mega",
    "meso",
    "meta",
    "micro",
    "mid",
    "milli",
    "mini",
    "mis",
    "mono",
    "morpho",
    "multi",
    "musculo",
    "myo",
    "nano",
    "necro",
    "neo",
    "nephro",
    "neuro",
    "neutro",
    "nitro",
    "non",
    "octo",
    "oligo",
    "omni",
    "ortho",
    "osteo",
    "out",
    "over",
    "pan",
    "para",
    "patho",
    "penta",
    "peri",
    "petro",
    "phono",
    "photo",
    "phyto",
    "physio",
    "pneumo",
    "poly",
    "post",
    "pre",
    "pro",
    "proto",
    "pseudo",
    "psycho",
    "quadri",
    "quasi",
    "radio",
    "re",
    "retro",
    "sacro",
    "self",
    "semi",
    "socio",
    "spectro",
    "spino",
    "steno",
    "sub",
    "super",
    "supra",
    "sur",
    "techno",
    "tele",
    "tetra",
    "thermo",
    "thoraco",
    "thrombo",
    "toxo",
    "trans",
    "tri",
    "turbo",
    "ultra",
    "un",
    "under",
    "uni",
    "up",
    "vaso",
    "vice",
]

# Endings that change a word's form or class; own list.
SUFFIXES = [
    "s",
    "es",
    "ed",
    "d",
    "er",
    "ers",
    "ing",
    "ings",
    "ly",
    "ally",
    "ness",
    "nesses",
    "less",
    "ful",
    "fully",
    "able",
    "ably",
    "ability",
    "ible",
    "ibly",
    "ibility",
    "al",
    "ally",
    "ial",
    "ian",
    "ians",
    "ic",
    "ical",
    "ically",
    "ics",
    "ism",
    "isms",
    "ist",
    "ists",
    "istic",
    "ite",
    "ites",
    "ity",
    "ities",
    "ive",
    "ively",
    "iveness",
    "ise",
    "ised",
    "ises",
    "ising",
    "isation",
    "ize",
    "ized",
    "izes",
    "izing",
    "ization",
    "ation",
    "ations",
    "ator",
    "ators",
    "ment",
    "ments",
    "ous",
    "ously",
    "ship",
    "ships",
    "ward",
    "wards",
    "wise",
    "y",
    "ies",
    "ier",
    "iest",
    "ish",
    "like",
    "th",
    "ism",
    "proof",
    "fold",
    "hood",
    "hoods",
    "dom",
    "tion",
    "tions",
    "sion",
    "ance",
    "ances",
    "ancy",
    "ant",
    "ants",
    "ence",
    "ences",
    "ency",
    "ent",
    "ents",
    "ate",
    "ates",
    "ated",
    "ating",
    "ary",
    "ory",
    "oid",
    "oids",
    "ose",
    "ase",
    "ases",
    "ine",
    "ines",
    "itis",
    "osis",
    "oses",
    "otic",
    "emia",
    "aemia",
    "uria",
    "pathy",
    "pathies",
    "logy",
    "logies",
    "logical",
    "logically",
    "logist",
    "logists",
    "graphy",
    "graphic",
    "grapher",
    "meter",
    "meters",
    "metry",
    "scopy",
    "scopic",
    "ectomy",
    "otomy",
    "ostomy",
    "plasty",
    "gram",
    "grams",
    "phyte",
    "cyte",
    "cytes",
    "blast",
    "genic",
    "genesis",
    "lysis",
    "lytic",
    "phobia",
    "phobic",
    "philia",
    "phile",
    "trophic",
    "tropic",
    "cidal",
    "cide",
    "cides",
    "mente",
    "idad",
    "ción",
    "ciones",
    "mento",
    "amento",
    "amente",
    "zione",
    "zioni",
    "ção",
    "ções",
    "dade",
    "ungen",
    "ung",
    "heit",
    "keit",
    "lich",
    "liche",
    "lichen",
    "licher",
    "liches",
    "isch",
    "ische",
    "ischen",
    "ischer",
    "isches",
    "ern",
    "erin",
    "erinnen",
]
_PREFIXES = frozenset(PREFIXES)
_SUFFIXES = frozenset(SUFFIXES)
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


def is_derived(word: str, cost_of: CostOf) -> bool:
    """Tell whether `word` is prefix + word, word + suffix, or both.

    Args:
        word: Lower case, letters only.
        cost_of: Returns the cost (log10) of a listed word, else None.

    Returns:
        True for `hyperresponsiveness`, `nonpublic`.

    """
    for cut in range(2, min(LONGEST_PREFIX, len(word) - SHORTEST_STEM) + 1):
        if word[:cut] in _PREFIXES:
            rest = word[cut:]
            if is_stem(rest, cost_of) or _strip_suffix(rest, cost_of):
                return True
    return _strip_suffix(word, cost_of)


def _strip_suffix(word: str, cost_of: CostOf) -> bool:
    """Tell whether `word` is a known stem and a known ending."""
    for size in range(1, min(LONGEST_SUFFIX, len(word) - SHORTEST_STEM + 1) + 1):
        if word[-size:] in _SUFFIXES and _has_stem(word[:-size], cost_of):
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


# German words that never end a compound; own list.
NO_LAST_PART = frozenset(
    [
        "nicht",
        "nur",
        "und",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "auch",
        "als",
        "dass",
        "noch",
        "sich",
        "ist",
        "war",
        "wie",
        "wenn",
        "oder",
        "mit",
        "von",
        "vom",
        "zum",
        "zur",
        "für",
        "durch",
        "nach",
        "bei",
        "sein",
        "seine",
        "seiner",
        "seinen",
        "ihr",
        "ihre",
        "ihrer",
        "ein",
        "eine",
        "einer",
        "eines",
        "einem",
        "einen",
        "kein",
        "keine",
        "dieser",
        "diese",
        "dieses",
        "hat",
        "wird",
        "kann",
        "muss",
        "soll",
        "darf",
        "sind",
        "wer",
        "wen",
        "wem",
        "will",
        "man",
        "wir",
        "sie",
        "ich",
        "hier",
        "dort",
        "dann",
        "aber",
        "denn",
    ]
)


def _is_part(text: str, is_last: bool, cost_of: CostOf) -> bool:
    """Tell whether `text` is a word, or (inside a compound) a word and a linking letter."""
    if is_last and text in NO_LAST_PART:
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
