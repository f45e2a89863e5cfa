"""Terms of a page with definitions that stand in below them are a list; headings are none.

What formatters make of them is in `data/pages/definitions.pdf` and `definitions-groff.pdf`.
"""

import pytest
from pdfs import make_pdf, text

import ingest
from ingest.stages.page_definitions import page_definitions

ABOVE = ("The press in the cellar has parts with names that", "nobody outside the trade knows.")
PLATEN = ("Platen", "The flat plate that presses the paper onto", "the type, and must be level.")
TYMPAN = ("Tympan", "A frame to which the sheet of paper is pinned", "before the bar is pulled.")
EDGE, IN = 40, 62
# The bold lines and the lines below them, where these begin, and what stands above.
OTHERS = {
    "one term alone": ([PLATEN], IN, ABOVE),
    "headings of text at the edge": ([PLATEN, TYMPAN], EDGE, ABOVE),
    "headings below a title, as in manual pages": ([PLATEN, TYMPAN], IN, ("press(1)",)),
    "terms that end like sentences": (
        [("Look out.", *PLATEN[1:]), ("Stand back.", *TYMPAN[1:])],
        IN,
        ABOVE,
    ),
    "text that ends in the middle": ([PLATEN[:2], TYMPAN[:2]], IN, ABOVE),
}


def _page(entries, left, above=ABOVE):
    parts, y = [text(*above, at=(EDGE, 360), leading=14)], 320
    for term, *lines in entries:
        parts.append(text(term, font="B", at=(EDGE, y)))
        parts.append(text(*lines, at=(left, y - 14), leading=14))
        y -= 20 + 14 * len(lines)
    parts.append(text("Everything else can be learnt by doing it wrong.", at=(EDGE, y)))
    return make_pdf("\n".join(parts))


def test_terms_and_what_stands_in_below_them_are_a_list():
    result = ingest.convert(_page([PLATEN, TYMPAN], IN))
    for term, *lines in (PLATEN, TYMPAN):
        assert f"- **{term}**\\\n  {' '.join(lines)}\n" in result.markdown
    whys = [e.why for e in result.document.edits if e.rule == "definition"]
    assert whys == ["a term and its definition"] * 2


@pytest.mark.parametrize("name", OTHERS)
def test_other_bold_lines_are_no_terms(name):
    doc = ingest.read(_page(*OTHERS[name]))
    assert list(page_definitions(doc.children)) == []
    assert "- **" not in ingest.convert(_page(*OTHERS[name])).markdown
