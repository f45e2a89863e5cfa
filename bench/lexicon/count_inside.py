"""Count how often function words stand inside text without blanks, in each language.

    count_inside.py --text DIR --out FILE

DIR holds plain text files `*-LANG.txt`. The table tells the language of a text that lost all its
blanks: one row a word, with log10 of its occurrences per letter in each language.
"""

from __future__ import annotations

import argparse
import math
import re
from pathlib import Path

from ingest.spacing.language import FUNCTION_WORDS, SHORTEST_INSIDE

LETTERS = 300_000  # of each language; more change no figure
UNSEEN = 0.5  # occurrences of a word that does not occur
NO_LETTER = re.compile(r"[\W\d_]")


def count(text: str, words: list[str]) -> list[float]:
    """Return log10 of the occurrences of each word per letter."""
    return [math.log10((text.count(word) + UNSEEN) / len(text)) for word in words]


def main() -> None:
    """Write the table."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--text", type=Path, required=True)
    ap.add_argument("--out", type=Path, required=True)
    args = ap.parse_args()
    words = sorted({w for own in FUNCTION_WORDS.values() for w in own if len(w) >= SHORTEST_INSIDE})
    columns = []
    for language in FUNCTION_WORDS:
        (path,) = args.text.glob(f"handbook-{language}.txt")
        text = NO_LETTER.sub("", path.read_text(encoding="utf-8").lower())[:LETTERS]
        columns.append(count(text, words))
    rows = [
        "# Function words inside text without blanks: log10 of occurrences per letter. See NOTICE.",
        "\t".join(("word", *FUNCTION_WORDS)),
        *("\t".join((w, *(f"{c[i]:.2f}" for c in columns))) for i, w in enumerate(words)),
    ]
    args.out.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
