"""Links, bold, italic and monospaced words, and footnotes of PDF pages."""

from pathlib import Path

import mdtree
import pytest
from conversions import converted
from pdfs import make_pdf, text

from ingest import convert, read
from ingest.document import FootnoteDefinition, Line, runs
from ingest.read.pdfium_links import safe_url

ROOT = Path(__file__).parents[1]
EXPECTED = ROOT / "samples" / "expected"
SAMPLES = ["footnotes", "links-and-emphasis"]


def _markdown(*pages, page=""):
    """What is written for pages of a filled body, so that these rows are running text."""
    return convert(make_pdf(*pages, page=page), name="test.pdf").markdown


# Rows of a paragraph: the last shows that the others are no headings.
AFTER = ["and so the text goes on over the end of a line and further on"]


def _marked(row):
    """The first line of a page: `row` is what its text object does."""
    body = text(*AFTER * 3, at=(40, 320))
    return _markdown(f"BT /F 12 Tf 40 340 Td {row} ET\n" + body).split("\n")[0]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_has_the_markup_of_its_source(name):
    expected = (EXPECTED / f"{name}.md").read_text(encoding="utf-8")
    assert mdtree.parse(converted(ROOT / "samples" / f"{name}.pdf").markdown) == mdtree.parse(
        expected
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_a_second_run_over_the_file_changes_nothing(name):
    markdown = converted(ROOT / "samples" / f"{name}.pdf").markdown
    assert convert(markdown.encode(), name="again.md").markdown == markdown


# ---------------------------------------------------------------- styles


@pytest.mark.parametrize(
    ("row", "starts"),
    [
        ("(some ) Tj /B 12 Tf (bold words) Tj /F 12 Tf ( here) Tj", "some **bold words** here"),
        ("(some ) Tj /I 12 Tf (slanted) Tj /F 12 Tf ( words) Tj", "some *slanted* words"),
        ("(call ) Tj /M 12 Tf (f\\(x\\)) Tj /F 12 Tf ( here) Tj", "call `f(x)` here"),
        ("/B 12 Tf (Term: ) Tj /F 12 Tf (its meaning here) Tj", "**Term:** its meaning here"),
        ("(let ) Tj /I 12 Tf (x) Tj /F 12 Tf ( be a number) Tj", "let x be a number"),
        ("(one ) Tj /B 12 Tf (-) Tj /F 12 Tf ( two) Tj", "one - two"),
        ("/M 12 Tf (all of this line is code) Tj", "all of this line is code"),
        ("(no style at all) Tj", "no style at all"),
    ],
)
def test_styles_inside_a_line(row, starts):
    assert _marked(row).startswith(starts)


def test_spacing_is_not_repaired_inside_code():
    row = "(Use the name ) Tj /M 12 Tf (HowMuchIsThe.This) Tj /F 12 Tf ( here.Then go) Tj"
    assert _marked(row).startswith("Use the name `HowMuchIsThe.This` here. Then go")


# ---------------------------------------------------------------- links


def _link(box, url, more=""):
    action = f"/A << /S /URI /URI ({url}) >>" if url else "/Dest [3 0 R /Fit]"
    rect = " ".join(map(str, box))
    return f"<< /Type /Annot /Subtype /Link /Rect [{rect}] {action} {more} >>"


# Where `a linked word` stands in the first line: behind `see `, at 12 points.
BOX = (63, 336, 134, 352)
LINE = "(see a linked word here) Tj"


def _linked(*links):
    body = text(*AFTER * 3, at=(40, 320))
    page = f"/Annots [{' '.join(links)}]"
    return convert(make_pdf(f"BT /F 12 Tf 40 340 Td {LINE} ET\n" + body, page=page), name="x.pdf")


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        (_link(BOX, "https://a.org/b"), "see [a linked word](https://a.org/b) here"),
        (_link(BOX, "mailto:a@b.org"), "see [a linked word](mailto:a@b.org) here"),
        (_link(BOX, "https://a.org/b c"), "see [a linked word](https://a.org/b%20c) here"),
        (_link(BOX, "javascript:alert\\(1\\)"), "see a linked word here"),
        (_link(BOX, "file:///etc/passwd"), "see a linked word here"),
        (_link(BOX, "data:text/html,x"), "see a linked word here"),
        (_link(BOX, "page.html"), "see a linked word here"),
        (_link(BOX, ""), "see a linked word here"),
        (_link((200, 100, 300, 120), "https://a.org/b"), "see a linked word here"),
        (
            _link(
                (0, 0, 400, 400),
                "https://a.org/b",
                "/QuadPoints [71 352 134 352 71 336 134 336]",
            ),
            "see a [linked word](https://a.org/b) here",
        ),
    ],
    ids="web mail blank script file data relative inside elsewhere quads".split(),
)
def test_links(link, shown):
    assert _linked(link).markdown.startswith(shown)


def test_a_link_that_is_left_out_is_told():
    result = _linked(_link(BOX, "javascript:alert\\(1\\)"))
    (message,) = result.document.messages
    assert message.level == "warning"
    assert "javascript:alert(1)" in message.text


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://a.org/b?c=d&e#f", "https://a.org/b?c=d&e#f"),
        (" https://a.org ", "https://a.org"),
        ("HTTP://a.org", "HTTP://a.org"),
        ("https://a.org/100%", "https://a.org/100%25"),
        ("https://a.org/%C3%A9", "https://a.org/%C3%A9"),
        ("https://a.org/é<x>", "https://a.org/%C3%A9%3Cx%3E"),
        ("tel:+4912", "tel:+4912"),
        ("java\nscript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        ("vbscript:x", None),
        ("https://a.org/\x00", None),
        ("//a.org/b", None),
        ("www.a.org", None),
        ("https://[a", None),
        ("", None),
    ],
)
def test_addresses(address, url):
    assert safe_url(address) == url


@pytest.mark.parametrize("url", ["https://a.org/b", "https://a.org/b/"])
def test_an_address_that_is_linked_to_itself_stays_bare(url):
    line = "(see https://a.org/b here) Tj"
    body = text(*AFTER * 3, at=(40, 320))
    link = _link((63, 336, 139, 352), url)
    page = f"BT /F 12 Tf 40 340 Td {line} ET\n" + body
    markdown = _markdown(page, page=f"/Annots [{link}]")
    assert markdown.startswith("see https://a.org/b here")


# ---------------------------------------------------------------- footnotes

BODY = ["The first line of the text is here and it goes on", "to the second line of the text."]


def _raised(sign, before="word", after=" and more of the text", size=7, rise=4):
    """A row with a raised sign behind a word; show it with `text`."""
    return f"({before}) Tj /F {size} Tf {rise} Ts ({sign}) Tj /F 12 Tf 0 Ts ({after}) Tj"


def _page(reference, *notes, size=9, above="", below=""):
    rows = text(*BODY, reference, *BODY, *BODY)
    foot = text(*notes, size=size, at=(40, 100), leading=12)
    return rows + foot + above + below


NOTE = "1 This is what the note says."
FULL = "1 This is what the note says, and it says so much that it goes on over a line"
NUMBERED = "(1) Tj 0 Ts ( Its text.) Tj"


@pytest.mark.parametrize(
    ("page", "notes"),
    [
        (_page(_raised(1), NOTE), ["This is what the note says."]),
        (_page(_raised(1), "1. What it says."), ["What it says."]),
        (_page(_raised("*"), "* What it says."), ["What it says."]),
        (_page(_raised(1), FULL, "end, so it has two."), [FULL[2:] + " end, so it has two."]),
        (
            _page(_raised(1) + " " + _raised(2, " a word"), NOTE, "2 The second one."),
            ["This is what the note says.", "The second one."],
        ),
        (
            _page(_raised(1), NOTE, size=12, above="40 116 m 120 116 l S\n"),
            ["This is what the note says."],
        ),
        (_page(_raised(1), NOTE, below=text("17", at=(200, 40))), [NOTE[2:]]),
        (_page(_raised(1, before="in 2010"), NOTE), [NOTE[2:]]),
        (_page(_raised(1, before="a stop."), NOTE), [NOTE[2:]]),
        (_page(_raised(1), FULL, "0 is less."), [FULL[2:] + " 0 is less."]),
        # Leave these alone.
        (_page(_raised(1), "2 This is what the note says."), []),
        (_page(_raised(1), NOTE, size=12), []),
        (_page(_raised(1, rise=0), NOTE), []),
        (_page(_raised(1, size=12), NOTE), []),
        (_page(_raised(2, before="5 km"), "2 This is what the note says."), []),
        (_page(_raised(2, before="10"), "2 This is what the note says."), []),
        (_page(_raised(2, before="let x"), "2 This is what the note says."), []),
        (_page(_raised(2, before=" "), "2 This is what the note says."), []),
        (_page(_raised("st", before="the 1"), NOTE), []),
        (_page(_raised(1), NOTE, below=text(*BODY, *BODY[:1], at=(40, 70), leading=14)), []),
        (_page("(no sign at all) Tj", NOTE), []),
    ],
    ids=[
        "a number",
        "a number with a stop",
        "a star",
        "two lines",
        "two notes",
        "same size below a rule",
        "a page number below",
        "behind a year",
        "behind a stop",
        "a line that begins with a number",
        "another number",
        "same size without a rule",
        "not raised",
        "not small",
        "a unit",
        "a power of a number",
        "a power of a variable",
        "behind a blank",
        "letters",
        "text below",
        "no reference",
    ],
)
def test_footnotes(page, notes):
    doc = read(make_pdf(page), name="test.pdf")
    found = [node for node in doc.children if isinstance(node, FootnoteDefinition)]
    result = convert(make_pdf(page), name="test.pdf")
    assert len(found) == len(notes)
    for number, note in enumerate(notes, 1):
        assert f"[^{number}]: {note}" in result.markdown
        assert result.markdown.count(f"[^{number}]") == 2
    assert ("[^" in result.markdown) == bool(notes)
    marks = [m for run in runs(doc.children) if isinstance(run, Line) for m in run.marks]
    assert any(mark.kind == "footnote" for mark in marks) == bool(notes)


def test_numbers_that_begin_anew_on_each_page_go_on():
    markdown = _markdown(_page(_raised(1), "1 One."), _page(_raised(1), "1 Two."))
    assert "word[^1] and" in markdown
    assert "word[^2] and" in markdown
    assert markdown.endswith("[^1]: One.\n\n[^2]: Two.\n")


def test_numbers_that_are_all_different_stay():
    markdown = _markdown(_page(_raised(4), "4 Four."), _page(_raised(5), "5 Five."))
    assert markdown.endswith("[^4]: Four.\n\n[^5]: Five.\n")


def test_a_paragraph_goes_on_over_the_notes():
    one = text(*BODY, _raised(1), "which ends in the middle of a sentence that does", leading=30)
    one += text(NOTE, size=9, at=(40, 100))
    two = text("not end before the other page has begun. And here", "the text ends.", at=(40, 360))
    assert "sentence that does not end before" in _markdown(one, two)


def test_a_reference_stays_with_its_word():
    page = _page(_raised(1, before="ofthemuscle", after="andthe next"), NOTE)
    assert "muscle[^1]" in _markdown(page)
