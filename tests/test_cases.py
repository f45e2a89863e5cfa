"""The tables of before and after in `cases/`, and the strictness of their reader."""

from pathlib import Path

import pytest
from casefile import CaseError, parse_cases, read_cases

import ingest

FOLDER = Path(__file__).parent / "cases"
STAGES = (
    "underlines",
    "encoding",
    "pages",
    "code",
    "words",
    "blocks",
    "headings",
    "lists",
    "links",
    "markdown",
)
CASES = {path.stem: read_cases(path) for path in sorted(FOLDER.glob("*.md"))}


def _params():
    for stem, cases in CASES.items():
        for case in cases:
            why = case.known_failure
            marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
            yield pytest.param(case, id=f"{stem}:{case.line} {case.title}", marks=marks)


@pytest.mark.parametrize("case", list(_params()))
def test_case(case):
    assert ingest.convert(case.text.encode(), name="case.txt").markdown == case.markdown


def test_every_stage_has_a_file():
    assert sorted(CASES) == sorted(STAGES)


@pytest.mark.parametrize("stem", STAGES)
def test_about_a_third_of_the_cases_are_negative(stem):
    cases = CASES[stem]
    negative = sum(case.title.startswith("leave alone") or case.is_negative for case in cases)
    assert negative / len(cases) >= 0.25


# ---------------------------------------------------------------- the reader itself

GOOD = """\
# Title

## first
~~~text
a\\u000cb \\_ \\u00
~~~

~~~markdown
c\\u00a0
~~~

## second
~~~text
left alone
~~~

known failure: not yet
"""


def test_reader_reads():
    first, second = parse_cases(GOOD, "good.md")
    assert (first.title, first.line) == ("first", 3)
    assert (first.text, first.markdown) == ("a\fb \\_ \\u00\n", "c\u00a0\n")
    assert not first.is_negative
    assert first.known_failure is None
    assert (second.text, second.markdown) == ("left alone\n", "left alone\n")
    assert second.is_negative
    assert second.known_failure == "not yet"


CASE = "## one\n~~~text\na\n~~~\n"
BAD = {
    "empty file": ("", "no case"),
    "blank file": ("\n \n", "no case"),
    "title of the file alone": ("# Title\n", "no case"),
    "no text block": ("## one\n\n## two\n~~~text\na\n~~~\n", "no text block"),
    "no text block at the end": (CASE + "## two\n", "no text block"),
    "empty title": ("##  \n~~~text\na\n~~~\n", "title of its own"),
    "same title twice": (CASE + CASE, "title of its own"),
    "backticks": ("## one\n```text\na\n```\n", "text outside"),
    "longer fence": ("## one\n~~~~text\na\n~~~~\n", "odd fence"),
    "unknown kind": ("## one\n~~~html\na\n~~~\n", "odd fence"),
    "no kind": ("## one\n~~~\na\n~~~\n", "odd fence"),
    "blank after the kind": ("## one\n~~~text \na\n~~~\n", "odd fence"),
    "blank after the closing fence": ("## one\n~~~text\na\n~~~ \n", "not closed"),
    "never closed": ("## one\n~~~text\na\n", "never closed"),
    "swallows the next case": ("## one\n~~~text\na\n" + CASE.replace("one", "two"), "not closed"),
    "swallows the markdown": ("## one\n~~~text\na\n~~~markdown\nb\n~~~\n", "not closed"),
    "empty text": ("## one\n~~~text\n\n~~~\n", "empty block"),
    "empty markdown": (CASE + "~~~markdown\n~~~\n", "empty block"),
    "two texts": (CASE + "~~~text\nb\n~~~\n", "one text block"),
    "two markdowns": (CASE + "~~~markdown\nb\n~~~\n" * 2, "one text block"),
    "markdown first": ("## one\n~~~markdown\nb\n~~~\n~~~text\na\n~~~\n", "before the text block"),
    "block before a title": ("~~~text\na\n~~~\n" + CASE, "before the first title"),
    "text before a title": ("hello\n" + CASE, "text outside"),
    "text in a case": (CASE + "hello\n", "text outside"),
    "title of the file in the middle": (CASE + "# Title\n", "text outside"),
    "reason without words": (CASE + "known failure:\n", "text outside"),
    "two reasons": (CASE + "known failure: a\n\nknown failure: b\n", "second known failure"),
}


@pytest.mark.parametrize(("text", "what"), list(BAD.values()), ids=list(BAD))
def test_reader_refuses(text, what):
    with pytest.raises(CaseError, match=rf"^bad\.md.*{what}"):
        parse_cases(text, "bad.md")
