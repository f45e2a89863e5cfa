"""Turn the HTML of the Debian Handbook into plain paragraphs, one per line.

The book (GPL-2+ or CC BY-SA 3.0, package `debian-handbook`) exists in all six languages of the
lexicon, which makes it a freely licensed source of word pairs and of text to damage.

    extract_handbook.py HTML_DIR OUT_DIR     # HTML_DIR holds de-DE, en-US, ...
"""

from __future__ import annotations

import argparse
import re
from html.parser import HTMLParser
from pathlib import Path

BOOKS = {"en": "en-US", "de": "de-DE", "fr": "fr-FR", "es": "es-ES", "it": "it-IT", "pt": "pt-BR"}
KEEP = {"p", "h2", "h3", "h4", "li", "dt", "dd"}
SKIP = {"pre", "script", "style", "head"}
ENGLISH = frozenset(("the", "of", "and", "to", "is", "that", "for", "with", "are"))
MOST_ENGLISH = 0.08  # share of the words above; more is a paragraph nobody translated
SHORTEST_PARAGRAPH = 25  # characters; shorter ones are labels and navigation


class _Paragraphs(HTMLParser):
    """Collect the text of block elements, without program listings."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._skipping = 0
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in SKIP:
            self._skipping += 1
        if tag in KEEP:
            self._flush()

    def handle_endtag(self, tag: str) -> None:
        if tag in SKIP:
            self._skipping -= 1
        if tag in KEEP:
            self._flush()

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._text.append(data)

    def _flush(self) -> None:
        text = re.sub(r"\s+", " ", "".join(self._text).replace("\u200b", "")).strip()
        self._text.clear()
        if len(text) >= SHORTEST_PARAGRAPH:
            self.found.append(text)


def paragraphs(folder: Path) -> list[str]:
    """Return the distinct paragraphs of one translation, in order of the files' names."""
    seen: dict[str, None] = {}
    for page in sorted(folder.glob("*.html")):
        parser = _Paragraphs()
        parser.feed(page.read_text(encoding="utf-8"))
        seen.update(dict.fromkeys(parser.found))
    return list(seen)


def is_english(text: str) -> bool:
    """Tell whether a paragraph was left in English."""
    words = text.lower().split()
    return sum(w in ENGLISH for w in words) > MOST_ENGLISH * len(words)


def main() -> None:
    """Write one file per language."""
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("html_dir", type=Path)
    ap.add_argument("out_dir", type=Path)
    args = ap.parse_args()
    args.out_dir.mkdir(parents=True, exist_ok=True)
    for language, name in BOOKS.items():
        lines = paragraphs(args.html_dir / name)
        if language != "en":
            lines = [line for line in lines if not is_english(line)]
        (args.out_dir / f"handbook-{language}.txt").write_text(
            "\n".join(lines) + "\n", encoding="utf-8"
        )
        print(language, len(lines), sum(map(len, lines)))


if __name__ == "__main__":
    main()
