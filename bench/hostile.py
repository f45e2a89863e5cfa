"""Text made to take long: each generator gives about so many characters, the same every time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SENTENCE = "The upper cervical spine can lead to changes that nobody expects. "
LEAD = "ReducingMuscle tension is the aim of life.These words come first.\n"


def _repeat(text: str) -> Callable[[int], str]:
    return lambda size: LEAD + (text * (size // len(text) + 1))[:size] + "\n"


def _lines(*lines: str) -> Callable[[int], str]:
    return _repeat("".join(line + "\n" for line in lines))


GENERATORS: dict[str, Callable[[int], str]] = {
    "prose": _repeat(SENTENCE),
    "prose in lines": _lines(*SENTENCE.split(" c")),
    "one long token": _repeat("upperspinecanleadtochangesthatnobodyexpects"),
    "one letter": _repeat("x"),
    "humps": _repeat("ReducingMuscleTension"),
    "combining, alternating": _repeat("\u0301\u0323"),
    "combining, same": _repeat("\u0301"),
    "letters with marks": _repeat("e\u0301\u0323"),
    "mojibake": _repeat("donâ€™t Ã¼ber dÃ©jÃ "),
    "mojibake, one token": _repeat("Ã©"),
    "entities": _repeat("&amp; &lt;b&gt; & "),
    "entities, nested": _repeat("&amp;amp;"),
    "controls": _repeat("some text with\x01 \x1b[31mred\x1b[0m words "),
    "zero width": _repeat("a\u200b"),
    "soft hyphens": _repeat("hy\u00adphen\u00ad\n"),
    "bidi": _repeat("\u202eabc\u202c \u2066x\u2069 "),
    "tags": _repeat("\U000e0041"),
    "no-break blanks": _repeat("\u00a0"),
    "blanks": _repeat(" "),
    "blank lines": _repeat("\n"),
    "short lines": _lines("x"),
    "hyphens": _repeat("-"),
    "hyphenated lines": _lines("a compre-", "hensive exam-", "ination"),
    "dots": _repeat("1."),
    "dot leaders": _lines("Contents ........................................ 12"),
    "numbers": _lines(*(f"{n}. item" for n in range(1, 500))),
    "bullets": _lines("● item", "  ○ item", "    ▪ item"),
    "letters as numbers": _lines("a) one", "b) two", "iv. four"),
    "numbered headings": _lines("1.1 Title", "1.1.1 Title", "Some text stands here."),
    "capitals": _lines("A HEADING IN CAPITALS"),
    "running heads": _lines("Running Head", "Some text stands here.", "Page 7", "\f"),
    "page numbers": lambda size: LEAD + "".join(f"{n}\n\n" for n in range(size // 6)),
    "page breaks": _repeat("\f"),
    "quotes": _repeat(">"),
    "emphasis": _repeat("*a_"),
    "brackets": _repeat("[]("),
    "backticks": _repeat("`"),
    "backslashes": _repeat("\\"),
    "pipes": _lines("| a | b |", "|---|---|"),
    "angles": _repeat("<a "),
    "addresses": _repeat("https://example.org/a_b?c=(d)"),
    "dots in one address": _repeat("www.a."),
    "columns": _lines("left side of it          right side of it"),
    "surrogates": _repeat("\ud800x"),
    "capitals and stops": _repeat("A.B."),
    "digits": _repeat("1234567890,"),
    "CJK": _repeat("语言"),
    "joined by commas": _repeat("word,word"),
}
