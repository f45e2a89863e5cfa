"""The samples against what a careful editor would write, block by block."""

import re
from difflib import unified_diff
from pathlib import Path

import mdtree
import pytest
from conversions import converted

ROOT = Path(__file__).parents[1]
EXPECTED = ROOT / "samples" / "expected"
SAMPLES = sorted(path for path in (ROOT / "samples").iterdir() if path.suffix in {".txt", ".pdf"})
KNOWN_FAILURES = {
    "lost-spaces.pdf": "some words stay joined, and bullets appear that nobody can see on the page",
}
_QUOTES = str.maketrans("‘’“”„«»", '\'\'"""""')


def _blocks(markdown):
    """The blocks one a line, white space and quotes evened out."""
    return list(_lines(mdtree.parse(markdown), ""))


def _lines(blocks, indent):
    for block in blocks:
        if block[0] == "list":
            _, ordered, start, items = block
            for number, item in enumerate(items):
                yield f"{indent}{start + number if ordered else '-'}"
                yield from _lines(item, indent + "  ")
        else:
            what = f"h{block[1]}" if block[0] == "heading" else block[0]
            yield f"{indent}{what}: {_even(mdtree.text_of(block))}"


def _even(text):
    return re.sub(r"\s+", " ", text.translate(_QUOTES)).strip()


def _answers(path):
    stem = path.stem
    found = [EXPECTED / f"{stem}.md", EXPECTED / f"{stem}.expected.md"]
    found += sorted(EXPECTED.glob(f"{stem}.expected.alt*.md"))
    return [_blocks(answer.read_text(encoding="utf-8")) for answer in found if answer.is_file()]


def _differences(answer, got):
    return [d for d in unified_diff(answer, got, lineterm="", n=0) if d[:3] not in ("---", "+++")]


def _params():
    for path in SAMPLES:
        why = KNOWN_FAILURES.get(path.name)
        marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
        yield pytest.param(path, id=path.name, marks=marks)


@pytest.mark.parametrize("path", list(_params()))
def test_sample_is_what_an_editor_would_write(path):
    answers = _answers(path)
    assert answers
    got = _blocks(converted(path).markdown)
    best = min((_differences(answer, got) for answer in answers), key=len)
    assert not best, "\n".join(best)


def test_every_answer_has_its_sample():
    answers = {path.name.split(".")[0] for path in EXPECTED.glob("*.md")} - {"NOTES"}
    assert answers == {path.stem for path in SAMPLES}


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("# a b\n", "# a\u00a0 b\n", True),
        ("“a’s”\n", '"a\'s"\n', True),
        ("- a\n- b\n", "* a\n* b\n", True),
        ("# a\n", "## a\n", False),
        ("# a\n", "a\n", False),
        ("a b\n", "ab\n", False),
        ("a\n\nb\n", "a b\n", False),
        ("- a\n  - b\n", "- a\n- b\n", False),
        ("1. a\n", "2. a\n", False),
        ("1. a\n", "- a\n", False),
        ("- a\n\nb\n", "- a\n\n  b\n", False),
    ],
)
def test_the_comparison_sees_what_it_should(a, b, same):
    assert (_blocks(a) == _blocks(b)) is same
