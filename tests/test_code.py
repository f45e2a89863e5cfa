"""Code is set apart with every blank; prose, poems and lists are not code."""

import subprocess
import sys

import pytest
from pdfs import make_pdf, text

import ingest
from ingest.document import Code
from ingest.stages import find_code
from ingest.stages.code_lines import look_at

LEAD = "The tool reads one file at a time and tells what it has found in it:\n\n"
TAIL = "\n\nWhatever it cannot read is left alone and named in the last line.\n"
CODE = {
    "a function": "def add(a, b):\n    # the sum\n    return a + b",
    "blank lines": "while (n > 0) {\n    n--;\n\n    step();\n}",
    "a session": "$ tool --check notes.txt\n12 lines, 3 marked\n$ tool --fix notes.txt",
    "settings": "[server]\nport = 8080\n\n[log]\nlevel = info",
    "tags": '<card lang="it">\n  <title>Il porto</title>\n</card>',
    "a drawing": "+------+     +------+\n|  in  | --> | out  |\n+------+     +------+",
    "a table inside": "sql> SELECT id, name\n     FROM users;\n id | name\n----+------\n  1 | Ruth",
    "one command": "$ make install",
}
OTHERS = {
    "a paragraph that stands in": "    It was late. Nobody had thought\n    of it. They went on.",
    "a poem": "    Pull the rope and mind the stone,\n    winter takes what is not sown",
    "an address": "    Office of Small Boats\n    12 Quay Street\n    Port Ellery",
    "a list": "- the windows are closed;\n- the key is here (as ever);\n- the stove is cold.",
    "an item that goes on": "- two rakes, one of them with a handle (the long one does not\n"
    "  fit);\n- a barrow;",
    "a formula in a sentence": "If a = b and b = c, then a = c; nobody doubts that it is so.",
    "tags in a sentence": "He typed <b>bold</b> and <!-- hid --> where nobody looked.",
    "questions and answers": "Name: Ruth Keller\nTown: Lindenau\nSince: March",
    "dashes": "-\n-\n-",
}


def _code(data):
    doc = find_code(ingest.read(data))
    return [node.value for node in doc.children if isinstance(node, Code)]


@pytest.mark.parametrize("code", CODE.values(), ids=CODE)
@pytest.mark.parametrize("margin", ["    ", "  ", "\t"], ids=["four", "two", "tab"])
def test_code_that_stands_in_is_found(code, margin):
    inside = "\n".join(f"{margin}{line}" if line else "" for line in code.split("\n"))
    assert _code((LEAD + inside + TAIL).encode()) == [code]
    assert f"```\n{code}\n```" in ingest.convert((LEAD + inside + TAIL).encode()).markdown


@pytest.mark.parametrize("name", ["a function", "blank lines", "a session", "tags", "one command"])
def test_code_at_the_margin_is_found(name):
    assert _code((LEAD + CODE[name] + TAIL).encode()) == [CODE[name]]


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_nothing_else_is_code(other):
    for around in (other + "\n", LEAD + other + TAIL):
        assert _code(around.encode()) == []


def test_spacing_is_not_repaired_in_code():
    joined = "The cause of themuscle was not found.Nobody hadlooked for it.\n" * 4
    text = joined + '\n    print("found.Nobody", hadlooked)\n\n' + joined
    assert 'print("found.Nobody", hadlooked)' in ingest.convert(text.encode()).markdown


def test_a_page_break_does_not_cut_code():
    made = LEAD + "    for a in b:\n        use(a)\n\f        drop(a)\n    done()\n" + TAIL
    assert _code(made.encode()) == ["for a in b:\n    use(a)\n    drop(a)\ndone()"]


def test_tabs_behind_the_margin_stay():
    made = LEAD + "    all: one.o\n    \tcc -o all one.o\n" + TAIL
    assert _code(made.encode()) == ["all: one.o\n\tcc -o all one.o"]


def test_a_second_run_finds_no_more():
    doc = find_code(ingest.read((LEAD + "    a = f(b)\n    c = g(a)\n" + TAIL).encode()))
    assert find_code(doc).children is doc.children


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("return x;", True),
        ("}", True),
        ("git clone https://example.org/a.git", True),
        ("make sure that the lid is closed before you start", False),
        ("import duties rose by a third in that year", False),
        ("for the following reasons:", False),
        ("See section 4.2; the proof there is short.", False),
    ],
)
def test_what_a_line_looks_like(line, code):
    look = look_at(line)
    assert bool(look.code and not look.is_prose) is code


# ---------------------------------------------------------------- pages

PROSE = ("The tool reads one file at a time and", "tells what it has found in the file.")


def _page(*code, size=10, **kwargs):
    above = text(*PROSE)
    below = text(*PROSE, at=(40, 120))
    return above + text(*code, font="M", size=size, at=(60, 290), leading=12, **kwargs) + below


def test_type_of_one_width_is_code_on_pages():
    shown = _page("def add\\(a, b\\):", "    total = a   + b", "", "    return total")
    assert _code(make_pdf(shown)) == ["def add(a, b):\n    total = a   + b\n\n    return total"]


def test_blanks_that_are_gaps_are_counted():
    rows = ("[(a) -1800 (b)] TJ", "[(long) -600 (c)] TJ")
    assert _code(make_pdf(_page(*rows))) == ["a   b\nlong c"]


def test_code_goes_on_over_a_page_break():
    first = text(*PROSE) + text(
        "if x:", "    one\\(\\)", font="M", size=10, at=(60, 60), leading=12
    )
    second = text("    two\\(\\)", "done\\(\\)", font="M", size=10, at=(60, 360), leading=12)
    both = make_pdf(first, second + text(*PROSE, at=(40, 120)))
    assert _code(both) == ["if x:\n    one()\n    two()\ndone()"]


def test_numbers_of_lines_go_into_the_ledger():
    numbers = text("8", "9", "10", size=6, at=(48, 290), leading=12)
    data = make_pdf(_page("def f\\(x\\):", "    y = x", "    return y") + numbers)
    assert _code(data) == ["def f(x):\n    y = x\n    return y"]
    edits = ingest.convert(data).document.edits
    assert [e.before.strip() for e in edits if e.rule == "line-number"] == ["8", "9", "10"]


def test_a_word_in_type_of_one_width_is_no_block():
    shown = text("The value of", "x_size", "is read first.") + text(*PROSE, at=(40, 200))
    mixed = shown.replace("(x_size) Tj", "/M 12 Tf (x_size) Tj /F 12 Tf")
    assert _code(make_pdf(mixed)) == []


def test_words_of_one_width_that_go_on_below_are_no_block():
    above = text("The value is named", at=(60, 320)) + text("x_size_of", font="M", at=(200, 320))
    below = text("_a_box", font="M", at=(76, 306)) + text("and is read first.", at=(60, 292))
    assert _code(make_pdf(text(*PROSE) + above + below)) == []


def test_a_document_typed_throughout_is_judged_by_its_shape():
    prose = text(*PROSE * 3, font="M", size=10)
    code = text("x = f\\(y\\);", "z = g\\(x\\);", font="M", size=10, at=(64, 180), leading=12)
    assert _code(make_pdf(prose + code)) == ["x = f(y);\nz = g(x);"]


def test_the_command_keeps_code():
    command = [sys.executable, "-m", "ingest", "convert", "-"]
    made = (LEAD + "    if (a  <  b) {\n        swap(a, b);\n    }\n" + TAIL).encode()
    done = subprocess.run(command, input=made, capture_output=True, check=True)
    assert b"```\nif (a  <  b) {\n    swap(a, b);\n}\n```\n" in done.stdout
