"""Parts of a line that are never touched: addresses, paths, identifiers, code, formulas."""

from __future__ import annotations

import re

from ingest.spacing.wordlists import by_language

# One blank-separated token that holds any of these is left alone as a whole.
_PROTECTED = re.compile(
    r"://|www\.|@|[_\\`$={}<>|#~^]|::|->|//|\(\)|\[\]"  # addresses, code, formulas
    r"|\*(?!(?<=[a-zäöüß]\*)in(?:nen|\b))"  # the same; but not `Mitarbeiter*innen`
    r"|^[./~-]*/\w|\w/\w+/|\d\.\d+/|&\w+;"  # paths, DOIs, entities
    r"|^--?\w"  # command-line options
    r"|\w\.[a-z]{1,4}(?:\W|$)"  # file names, domains
    r"|\w\.[a-z]\w*[.(_]"  # dotted identifiers
    r"|\w\.\w+\.\w\w|^\W*[a-z]{2,40}\.[a-z]{2,40}\W*$"  # dotted names
    r"|\w\([\"'\w]*[,)]\.\w|\[\w+,\w|[a-z][A-Z]\w*\("  # calls, indexes
    r"|[0-9a-fA-F]{12}"  # hashes
    r"|^(?:[A-Za-z]?\d+[A-Za-z]{1,2}|[A-Z][a-z]?\d+)+[\d+-]*$"  # chemistry, codes
)
_MAY_MATCH = re.compile(r"[^\w\s,;:!?'’\"”)…-]|::|\w\.\w|\d|^-|_|-[^\W\d]")


LONGEST_TOKEN = 45  # characters; a longer token is text without blanks unless it is an address
_ADDRESS = re.compile(r"://|www\.|\w@\w|\\\w+\\|\w/\w+/\w+/|\w_\w+_\w")
_WORDS = re.compile(r"[^\W\d_]{18}")


def is_protected(token: str) -> bool:
    """Tell whether a token (no blanks inside) must stay as it is."""
    if _MAY_MATCH.search(token) is None:
        return False
    if len(token) > LONGEST_TOKEN and _WORDS.search(token):
        return _ADDRESS.search(token) is not None
    return _PROTECTED.search(token) is not None


# The end of a name is looked for so far only: a long run with many humps would take the square of
# its length. Names in code are shorter than a line.
_CODE = re.compile(
    r"\w_\w|\w\(\)|`|\w\.\w+\(|[a-z][A-Z][a-z]\w{0,80}[(=]|^--\w|\w=\w|::|\\[a-zA-Z]{3}"
)


def looks_like_code(token: str) -> bool:
    """Tell whether a token is plainly a piece of code (`user_name`, `setTimeout`, `--force`)."""
    return _CODE.search(token) is not None


SHORTEST_NAME = 3  # letters of a name with a capital inside (`eBay`); two letters are a symbol
# Names with a capital inside: the first part is no word of its own.
_NAME_PREFIXES = by_language("name-prefix")["*"]


def is_inner_capital_name(run: str) -> bool:
    """Tell whether a run of letters looks like a name with an inner capital.

    `McArthur`, `iPhone`, `eBay`, `mRNA`, `qPCR`, `DNAse`; `ReducingMuscle` is none.
    """
    for prefix in _NAME_PREFIXES:
        rest = run[len(prefix) :]
        if run.startswith(prefix) and rest[:1].isupper() and rest[1:].islower():
            return True
    return (
        len(run) >= SHORTEST_NAME
        and run[0].islower()
        and run[1].isupper()
        and run[0] not in "aàyeoué"
    )
