"""Which pages are read, and passwords: what is chosen, what is refused, and what is never shown."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pdfs import make_pdf, text

from ingest import ConfigError, EncryptedError, PagesError, convert, read, reader
from ingest.batch import MANIFEST
from ingest.batch.manifest import options_hash
from ingest.choice import chosen_pages, say_pages
from ingest.document import Line
from ingest.pipeline import Pipeline

LOCKED = Path(__file__).parent / "data" / "bad" / "encrypted.pdf"
PASSWORD = "mulch"
INSIDE = "This page is only for those who know the password.\n"
SOURCES = pytest.mark.parametrize("source", ["auto", "pdfium", "pdfplumber"])


def _process(*arguments, **variables):
    command = [sys.executable, "-m", "ingest", "convert", *map(str, arguments)]
    environment = {k: v for k, v in os.environ.items() if k != "INGEST_PASSWORD"} | variables
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


def _pdf(count):
    return make_pdf(*(text(f"This is what page {n} has to say.") for n in range(1, count + 1)))


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize(
    ("pages", "numbers"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("3", [3]),
        ("2-4", [2, 3, 4]),
        ("4-", [4, 5]),
        ("1,4-5", [1, 4, 5]),
        (" 1 , 4 - 5 ", [1, 4, 5]),
        ("4-5,1", [1, 4, 5]),
        ("2-4,3-5", [2, 3, 4, 5]),
        ("4-99", [4, 5]),
        ("3–4", [3, 4]),
    ],
)
def test_a_choice_of_pages(pages, numbers):
    assert chosen_pages(pages, 5, name="a.pdf") == numbers


@pytest.mark.parametrize(
    "pages", ["0", "0-3", "-3", "5-3", "a", "1,", ",", "1-2-3", "1.5", "+1", "٣", "9" * 40, " "]
)
def test_what_is_no_choice_of_pages(pages):
    with pytest.raises(ConfigError, match=r"read\.pages .*write such as 3, 3-9"):
        read(_pdf(1), pages=pages)
    with pytest.raises(ConfigError):
        reader(pages=pages)


@pytest.mark.parametrize(("pages", "count"), [("7", 3), ("4-9", 3), ("2-", 1)])
def test_a_choice_of_no_page_is_an_error(pages, count):
    with pytest.raises(PagesError, match=f"a.pdf: has {count} page.*takes none"):
        read(_pdf(count), name="a.pdf", pages=pages)


@given(st.sets(st.integers(1, 60), min_size=1))
def test_what_is_said_of_pages_chooses_them(numbers):
    assert chosen_pages(say_pages(sorted(numbers)), 60, name="") == sorted(numbers)


@SOURCES
def test_pages_keep_their_numbers(source):
    doc = read(_pdf(6), pages="2,5-", source=source)
    found = [(n.layout.page, n.value) for n in doc.children if isinstance(n, Line)]
    assert found == [(n, f"This is what page {n} has to say.") for n in (2, 5, 6)]
    assert doc.source.count("\f") == 2
    assert (doc.meta["pages"], doc.meta["chosen_pages"]) == ("6", "2,5-6")


def test_messages_name_the_true_page():
    doc = read(make_pdf(text("One."), text("Two."), "", text("Four.")), pages="2-")
    assert [(m.page, m.text) for m in doc.messages] == [(3, "page 3 has no text layer")]


def test_page_numbers_go_though_pages_between_are_not_read():
    says = ["The hens lay.", "A gate is open.", "Rain falls.", "Nobody came."]
    data = make_pdf(*(text(s) + text(f"{n}", at=(200, 20)) for n, s in enumerate(says, 1)))
    assert convert(data, pages="2").markdown == "A gate is open.\n"
    assert convert(data, pages="1,3-4").markdown == "The hens lay.\n\nRain falls.\n\nNobody came.\n"


def test_a_limit_of_pages_holds_for_the_chosen_ones(tmp_path):
    (tmp_path / "a.pdf").write_bytes(_pdf(9))
    done = _process(tmp_path / "a.pdf", "--limit", "pages=2", "--pages", "8-9")
    assert (done.returncode, done.stderr) == (0, "")
    assert _process(tmp_path / "a.pdf", "--limit", "pages=2", "--pages", "7-9").returncode == 7


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_a_text_has_no_pages_to_choose_from(tmp_path, name):
    (tmp_path / name).write_text("One.\n\fTwo.\n")
    done = _process(tmp_path / name, "--pages", "2")
    assert (done.returncode, done.stdout) == (2, "")
    assert "text has no pages to choose from; leave out --pages" in done.stderr


def test_pages_by_settings_and_the_command_line_wins(tmp_path):
    (tmp_path / "a.pdf").write_bytes(_pdf(5))
    (tmp_path / "ingest.toml").write_text('[read]\npages = "2"\n')
    arguments = (tmp_path / "a.pdf", "--config", tmp_path / "ingest.toml")
    assert _process(*arguments).stdout == "This is what page 2 has to say.\n"
    assert _process(*arguments, "--pages", "4").stdout == "This is what page 4 has to say.\n"


def test_another_choice_of_pages_is_converted_anew(tmp_path):
    (tmp_path / "a.pdf").write_bytes(_pdf(5))
    for pages in ("2", "3"):
        _process(tmp_path / "a.pdf", "-o", tmp_path / "out", "--pages", pages)
        assert (tmp_path / "out/a.md").read_text() == f"This is what page {pages} has to say.\n"


# ---------------------------------------------------------------- passwords


@SOURCES
def test_a_password_opens(source):
    assert convert(LOCKED, reader=reader(source=source, password=PASSWORD)).markdown == INSIDE


def test_a_file_without_a_password_does_not_mind_one():
    assert convert(_pdf(1), password=PASSWORD) == convert(_pdf(1))


@SOURCES
@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", r"encrypted; give its password \(--password, read\.password\)"),
        ("no-such-herb", r"the password does not open it; check --password"),
        ("日本", r"the password does not open it; check --password"),
    ],
)
def test_a_wrong_password_is_told_with_what_to_do(source, password, message):
    with pytest.raises(EncryptedError, match=f"encrypted.pdf: .*{message}.*qpdf --decrypt") as info:
        read(LOCKED, source=source, password=password)
    assert not password or password not in str(info.value)


@pytest.mark.parametrize("password", ["\udcff", 1234])
def test_what_cannot_be_a_password_is_not_shown(password):
    with pytest.raises(ConfigError, match=r"read\.password") as info:
        reader(password=password)
    assert repr(password) not in str(info.value)
    assert info.value.__cause__ is None


def test_the_hash_of_the_options_does_not_depend_on_it():
    hashes = {
        options_hash(Pipeline(reading=reading), edits=False)
        for reading in ({}, {"password": PASSWORD}, {"pages": "2"})
    }
    assert len(hashes) == 2
    assert PASSWORD not in repr(Pipeline(reading={"password": PASSWORD}))


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (["--password", PASSWORD], {}),
        ([], {"INGEST_PASSWORD": PASSWORD}),
        (["--set", f"read.password={PASSWORD}"], {}),
    ],
)
def test_nothing_that_is_written_holds_it(tmp_path, arguments, variables):
    # Two inputs, so that guarded workers convert them.
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(LOCKED.read_bytes())
    (tmp_path / "c.txt").write_text("A text beside them.\n")
    out = tmp_path / "out"
    done = _process(
        tmp_path, "-o", out, "--edits", "-v", "--log-format", "json", *arguments, **variables
    )
    assert (done.returncode, (out / "a.md").read_text()) == (0, INSIDE)
    written = [path.read_text() for path in out.rglob("*") if path.is_file()]
    assert len(written) == 7
    assert not any(PASSWORD in text for text in (*written, done.stdout, done.stderr))


def test_a_wrong_one_fails_the_file_alone_and_the_right_one_mends_it(tmp_path):
    (tmp_path / "a.pdf").write_bytes(LOCKED.read_bytes())
    (tmp_path / "b.pdf").write_bytes(_pdf(1))
    out = tmp_path / "out"
    wrong = _process(tmp_path, "-o", out, "--password", "no-such-herb")
    lines = [json.loads(line) for line in (out / MANIFEST).read_text().splitlines()]
    assert [(r["source"], r["status"], r["kind"]) for r in lines] == [
        ("a.pdf", "failed", "encrypted"),
        ("b.pdf", "converted", ""),
    ]
    assert wrong.returncode == 1
    assert "no-such-herb" not in wrong.stderr + (out / MANIFEST).read_text()
    assert _process(tmp_path, "-o", out, "--password", PASSWORD).returncode == 0
    assert (out / "a.md").read_text() == INSIDE
