"""Make the damaged sets from the texts: `python -m bench.sets.damage [--out DIR]`.

`text/KIND.txt` holds documents: a line `# name`, then one paragraph per line. Each document is
wrapped, then damaged in several ways; every set is a folder with `correct.txt`, `corrupt.txt` and
`docs.txt`, line by line the same place. Only blanks differ between the first two. The same texts
give the same bytes: each document has a random generator of its own, seeded by its name.
"""

from __future__ import annotations

import argparse
import re
import textwrap
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import NamedTuple

HERE = Path(__file__).parent
TEXT = HERE / "text"
PROSE = ("en", "tech", "de", "fr", "es", "it", "pt")
NARROWEST, WIDEST = 60, 96  # characters of a wrapped line

# Letters before which exports lose blanks, the commonest named more than once.
LOST_BEFORE = "mmmMMMNNNHHHOOTPSCW"
SHORT = range(2, 5)  # letters of the words after which blanks get lost
TITLE_WORDS = 8  # a shorter line without a full stop at its end reads like a title
LIGATURE = re.compile(r"(?<=[^\W\d_])(ffi|ffl|ff|fi|fl|ft)(?=[^\W\d_])")
INITIAL = re.compile(r"\b([A-Z])(?=[a-z]{2})")
INSIDE = re.compile(r"(?<=[^\W\d_])(?=[^\W\d_])")
BEFORE_SIGN = re.compile(r"(?<=\w)(?=[,.;:!?](?: |$))")

Damage = Callable[[list[str], Random], list[str]]


class Page(NamedTuple):
    """A document: its name and its lines as they should be."""

    name: str
    lines: list[str]


def read_pages(path: Path) -> list[Page]:
    """Read the documents of a text; their paragraphs are not wrapped yet."""
    pages: list[Page] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# "):
            pages.append(Page(line[2:], []))
        else:
            pages[-1].lines.append(line)
    return pages


def wrap(page: Page) -> Page:
    """Break the paragraphs of a document into lines of a width of its own."""
    width = Random(f"width of {page.name}").randint(NARROWEST, WIDEST)
    fill = textwrap.TextWrapper(width, break_long_words=False, break_on_hyphens=False)
    return Page(page.name, [s for p in page.lines for s in fill.wrap(p)])


def keep(lines: list[str], _rng: Random) -> list[str]:
    """Do no damage."""
    return list(lines)


def drop(share: float) -> Damage:
    """Return the damage that loses this share of all blanks inside lines."""

    def damage(lines: list[str], rng: Random) -> list[str]:
        return [_sub(r" ", "", line, rng, share) for line in lines]

    return damage


def lose_pairs(lines: list[str], rng: Random) -> list[str]:
    """Lose blanks before a few letters, after full stops, after a word or two, and in titles."""
    odds = {rng.choice(LOST_BEFORE): rng.uniform(0.5, 0.95) for _ in range(rng.randint(2, 5))}
    after_stop = rng.uniform(0.4, 0.95) if _happens(rng, 0.7) else 0.0
    in_titles = rng.uniform(0.2, 0.6)
    after_words = _frequent_words(lines, rng, rng.randint(0, 2))

    def lose(line: str, at: int) -> bool:
        left, right = line[:at], line[at + 1 :]
        odd = odds.get(right[:1], 0.0)
        if right[:1].isupper() and left.endswith("."):
            odd = max(odd, after_stop)
        if right[:1].isupper() and left.rpartition(" ")[2] in after_words:
            odd = max(odd, 0.9)
        if _is_title(line):
            odd = max(odd, in_titles)
        return rng.random() < odd

    return ["".join(c for i, c in enumerate(s) if c != " " or not lose(s, i)) for s in lines]


def tear(strength: float = 1.0) -> Damage:
    """Return the damage that puts blanks into words: ligatures, first letters, signs, titles."""

    def damage(lines: list[str], rng: Random) -> list[str]:
        odds = _odds_of_tearing(rng, strength)
        return [_tear_line(line, rng, odds) for line in lines]

    return damage


def mix(lines: list[str], rng: Random) -> list[str]:
    """Tear a little, then lose blanks before letters or, in some documents, anywhere."""
    torn = tear(0.5)(lines, rng)
    return lose_pairs(torn, rng) if _happens(rng, 0.6) else drop(0.04)(torn, rng)


DAMAGES: dict[str, Damage] = {
    "clean": keep,
    "pairs": lose_pairs,
    "drop05": drop(0.05),
    "drop15": drop(0.15),
    "drop100": drop(1.0),
    "spurious": tear(),
    "mixed": mix,
}
# Reading text without any blank takes long, so that set holds only the first documents of a kind.
MOST_DOCUMENTS = {"drop100": 2}


def _happens(rng: Random, share: float) -> bool:
    return rng.random() < share


def _sub(pattern: str | re.Pattern[str], new: str, line: str, rng: Random, share: float) -> str:
    return re.sub(pattern, lambda m: m.expand(new) if rng.random() < share else m[0], line)


def _frequent_words(lines: list[str], rng: Random, count: int) -> list[str]:
    words = {word for line in lines for word in line.split()}
    short = sorted(w for w in words if w.islower() and len(w) in SHORT)
    return rng.sample(short, min(count, len(short)))


def _is_title(line: str) -> bool:
    return len(line.split()) <= TITLE_WORDS and line[-1:].isalpha() and line[:1].isupper()


class _Odds(NamedTuple):
    """The share of places of each kind that get a blank."""

    ligature: float
    initial: float
    inside: float
    sign: float
    title: float


def _odds_of_tearing(rng: Random, strength: float) -> _Odds:
    return _Odds(
        ligature=strength * rng.uniform(0.2, 0.9) * _happens(rng, 0.6),
        initial=strength * rng.uniform(0.1, 0.5) * _happens(rng, 0.4),
        inside=strength * rng.uniform(0.002, 0.02),
        sign=strength * rng.uniform(0.02, 0.3) * _happens(rng, 0.3),
        title=strength * 0.35,
    )


def _tear_line(line: str, rng: Random, odds: _Odds) -> str:
    if _is_title(line) and line.isascii() and rng.random() < odds.title:
        return " ".join(line.replace(" ", "  "))  # as a title set wide comes out of a page
    for pattern, new, share in (
        (LIGATURE, r" \1 ", odds.ligature),
        (INITIAL, r"\1 ", odds.initial),
        (INSIDE, " ", odds.inside),
        (BEFORE_SIGN, " ", odds.sign),
    ):
        line = _sub(pattern, new, line, rng, share)
    return line


def stress_pages(damage: Damage, clean: Page, lines: list[str]) -> tuple[Page, Page]:
    """Return a document, right and damaged, that ends with sound lines out of `lines`."""
    rng = Random(f"amid {clean.name}")
    damaged = damage(clean.lines, rng)
    return Page(clean.name, clean.lines + lines), Page(clean.name, damaged + lines)


def write_set(folder: Path, pairs: list[tuple[Page, Page]]) -> None:
    """Write one set; `pairs` are documents as they should be, and damaged."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = {
        "correct": [line for good, _ in pairs for line in good.lines],
        "corrupt": [line for _, bad in pairs for line in bad.lines],
        "docs": [good.name for good, _ in pairs for _ in good.lines],
    }
    for name, lines in rows.items():
        (folder / f"{name}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def _damaged(kind: str, name: str, page: Page) -> Page:
    rng = Random(f"{kind}-{name} of {page.name}")
    return Page(page.name, DAMAGES[name](page.lines, rng))


def make_sets(out: Path) -> None:
    """Write all sets: each kind of prose with each damage, and the lines to be left alone."""
    pages = {kind: [wrap(p) for p in read_pages(TEXT / f"{kind}.txt")] for kind in PROSE}
    for kind in PROSE:
        for name in DAMAGES:
            some = pages[kind][: MOST_DOCUMENTS.get(name)]
            write_set(out / f"{kind}-{name}", [(p, _damaged(kind, name, p)) for p in some])
    stress = {page.name: page.lines for page in read_pages(TEXT / "nosplit.txt")}
    single = [Page(f"{k} {n}", [s]) for k, rows in stress.items() for n, s in enumerate(rows, 1)]
    write_set(out / "nosplit", [(page, page) for page in single])
    amid = [stress_pages(drop(0.15), pages[kind][0], rows) for kind, rows in stress.items()]
    write_set(out / "nosplit-amid", amid)


def main() -> None:
    """Make the sets beside this file, or elsewhere."""
    parser = argparse.ArgumentParser(description=make_sets.__doc__)
    parser.add_argument("--out", type=Path, default=HERE, help="folder of the sets")
    make_sets(parser.parse_args().out)


if __name__ == "__main__":
    main()
