"""Words of one's own, why a word was split, and lines that are no prose."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

from ingest.cli import main
from ingest.document import text_of
from ingest.errors import ConfigError
from ingest.pipeline import convert
from ingest.read import read
from ingest.stages import split_words
from ingest.stages.words import read_words

# Blanks are lost before `the` and `is`, and the product names look as if they were, too.
DAMAGED = (
    "Thisis a test ofthe ScreenTips andthe DataGrip inour house ofthe world.\n"
    "We havebeen there forthe ScreenTips, andthe weather wasfine inthe evening.\n"
)
REPAIRED = "This is a test of the ScreenTips and the DataGrip in our house of the world."


@pytest.fixture
def damaged(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(DAMAGED, encoding="utf-8")
    return path


@pytest.fixture
def own_words(tmp_path):
    path = tmp_path / "words.txt"
    path.write_text("# products\nScreenTips\nDataGrip  # of another maker\n\n", encoding="utf-8")
    return path


def ingest(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_names_are_at_risk_without_words_of_ones_own(damaged):
    """Else the tests below could not fail."""
    assert REPAIRED not in ingest("convert", damaged).stdout


def test_own_words_are_never_split(damaged, own_words):
    assert REPAIRED in ingest("convert", "--words", own_words, damaged).stdout


def test_own_words_by_option(damaged):
    words = 'split_words.words=["ScreenTips", "DataGrip"]'
    assert REPAIRED in ingest("convert", "--set", words, damaged).stdout


def test_own_words_of_a_project(damaged, own_words, tmp_path):
    (tmp_path / "ingest.toml").write_text(f'words = ["{own_words.name}"]\n', encoding="utf-8")
    done = subprocess.run(  # in the folder of the project
        [sys.executable, "-m", "ingest", "convert", damaged.name],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert REPAIRED in done.stdout


def test_own_words_in_python(damaged):
    doc = split_words(read(damaged), words=["ScreenTips", "DataGrip"])
    assert text_of(doc.children[0]) == REPAIRED


def test_own_words_work_in_lower_case_too(tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(DAMAGED.replace("ScreenTips", "screentips"), encoding="utf-8")
    words = 'split_words.words=["ScreenTips", "DataGrip"]'
    assert "the screentips and" in ingest("convert", "--set", words, path).stdout


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"two words\n", "line 1: 'two words'"),
        (b"fine\n\xff\xfe\n", "not UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_bad_files_of_words_are_named(tmp_path, content, problem):
    path = tmp_path / "words.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=problem) as raised:
        read_words(path)
    assert str(path) in str(raised.value)


def test_a_single_text_is_no_list_of_words(damaged):
    result = ingest("convert", "--set", 'split_words.words="ScreenTips"', damaged)
    assert result.exit_code == ConfigError.exit_code
    assert "must be a list" in result.stderr


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("ofthe", ["part 'of': listed", "part 'the': listed", "plainly has lost blanks", ", made"]),
        ("house", ["'house' is listed", "common enough", "nothing was proposed"]),
        ("nowhere", ["does not stand in the text"]),
    ],
)
def test_explain_a_word(damaged, word, told):
    shown = ingest("explain", damaged, "--word", word).stdout
    for part in told:
        assert part in shown


def test_explain_tells_of_own_words(damaged, own_words):
    shown = ingest("explain", damaged, "--words", own_words, "--word", "ScreenTips").stdout
    assert "one of your own words" in shown


def test_explain_tells_that_a_sound_document_is_left_alone(tmp_path):
    path = tmp_path / "sound.txt"
    path.write_text("The wordpiece is a part of a word, as the reader knows.\n", encoding="utf-8")
    shown = ingest("explain", path, "--word", "wordpiece").stdout
    assert "does not plainly have lost blanks" in shown
    assert ", made" not in shown


def test_explain_tells_of_protection(tmp_path):
    path = tmp_path / "sound.txt"
    path.write_text("See https://example.org/ofthe/page for it.\n", encoding="utf-8")
    assert "left alone" in ingest("explain", path, "--word", "ofthe").stdout


NOISE = "xq zrt bnv klp wqx trz vbn plk qwx zrt nbv lkp qxw tzr vnb"


def test_noise_is_left_alone_and_named():
    result = convert(f"The reader knows this.\n\n{NOISE}\n".encode(), name="scan.txt")
    assert NOISE in result.markdown
    (message,) = [m for m in result.document.messages if m.stage == "split_words"]
    assert "1 line looks like formulas or noise" in message.text
    assert NOISE[:20] in message.text


def test_prose_is_no_noise():
    result = convert(DAMAGED.encode(), name="note.txt")
    assert not [m for m in result.document.messages if m.stage == "split_words"]
