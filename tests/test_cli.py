"""The command line: what it prints where, what it writes, and how it ends."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest import DEFAULT
from ingest.batch import MANIFEST
from ingest.cli import main
from ingest.cli.help import SECTIONS, Command

ROOT = Path(__file__).parents[1]
BAD = Path(__file__).parent / "data" / "bad"
NAMES = [stage.name for stage in DEFAULT]
TEXT = "It affects the quality of life.These spasms are common.\n"
CLEAN = "It affects the quality of life. These spasms are common.\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, with one text to convert."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text(TEXT)
    return tmp_path


def _ingest(*arguments, data=None):
    return CliRunner().invoke(main, [str(a) for a in arguments], input=data)


def _process(*arguments, data=b"", **variables):
    """A real process; its standard streams are pipes."""
    command = [sys.executable, "-m", "ingest", *map(str, arguments)]
    environment = {**os.environ, **variables}
    return subprocess.run(command, input=data, capture_output=True, env=environment, check=False)


def _files(folder):
    """Every file but the manifest, which has tests of its own."""
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return sorted(str(p.relative_to(folder)) for p in files)


# ---------------------------------------------------------------- one file


def test_one_file_goes_to_stdout(here):
    done = _ingest("convert", "a.txt")
    assert (done.exit_code, done.stdout, done.stderr) == (0, CLEAN, "")
    assert _files(here) == ["a.txt"]


def test_stdin_goes_to_stdout():
    done = _process("convert", "-", data=TEXT.encode())
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, CLEAN, b"")


def test_output_is_utf_8_whatever_the_locale():
    done = _process("convert", "-", data="Größe – ja.".encode("cp1252"), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout.decode()) == (0, "Größe – ja.\n")


def test_stdin_goes_to_a_folder(here):
    done = _ingest("convert", "-", "-o", "out", data=TEXT)
    assert done.exit_code == 0
    assert (here / "out" / "stdin.md").read_text() == CLEAN


def test_a_file_goes_to_a_folder(here):
    done = _ingest("convert", "a.txt", "-o", "out/deep")
    assert (done.exit_code, done.stdout) == (0, "")
    assert done.stderr == "1 converted, 0 unchanged, 0 failed\n"
    assert _files(here) == ["a.txt", "out/deep/a.md"]
    assert (here / "out/deep/a.md").read_bytes() == CLEAN.encode()


def test_a_second_time_nothing_is_written(here):
    _ingest("convert", "a.txt", "-o", "out", "--edits")
    before = {p: p.stat().st_mtime_ns for p in (here / "out").glob("a.*")}
    done = _ingest("convert", "a.txt", "-o", "out", "--edits")
    assert done.stderr == "0 converted, 1 unchanged, 0 failed\n"
    assert before == {p: p.stat().st_mtime_ns for p in (here / "out").glob("a.*")}


def test_the_ledger_is_written_beside(here):
    _ingest("convert", "a.txt", "-o", "out", "--edits")
    assert _files(here / "out") == ["a.edits.jsonl", "a.md"]
    edits = [json.loads(line) for line in (here / "out/a.edits.jsonl").read_text().splitlines()]
    assert [(e["stage"], e["rule"], e["before"], e["after"]) for e in edits] == [
        ("split_words", "stop", "", " ")
    ]


def test_files_get_the_rights_of_ordinary_files(here):
    _ingest("convert", "a.txt", "-o", "out")
    (here / "ordinary").write_text("")
    assert (here / "out/a.md").stat().st_mode == (here / "ordinary").stat().st_mode


# ---------------------------------------------------------------- exit codes

STAGES_OF_OTHERS = """
from dataclasses import replace

def boom(doc):
    raise ValueError("no luck")

def secret(doc):
    return replace(doc, children=doc.children[1:])
"""


@pytest.fixture
def others(tmp_path_factory):
    """The path of a distribution with a stage that fails and one that loses text."""
    folder = tmp_path_factory.mktemp("others")
    (folder / "bad_stages.py").write_text(STAGES_OF_OTHERS)
    info = folder / "bad_stages-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-stages\nVersion: 1.0\n")
    points = "[ingest.stages]\nboom = bad_stages:boom\nsecret = bad_stages:secret\n"
    (info / "entry_points.txt").write_text(points)
    return os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])


FAILURES = {
    "unknown stage": (2, ["a.txt", "--stages", "nonsense"], "no stage 'nonsense'"),
    "unknown stage to skip": (2, ["a.txt", "--skip", "nonsense"], "no stage 'nonsense'"),
    "unknown last stage": (2, ["a.txt", "--stop-after", "nonsense"], "no stage 'nonsense'"),
    "no assignment": (2, ["a.txt", "--set", "split_words"], "write stage.option=value"),
    "no such configuration": (2, ["a.txt", "--config", "no.toml"], "no.toml"),
    "missing": (3, ["gone.txt"], "gone.txt: no such file.*check the path"),
    "nothing in a folder": (3, ["empty"], "nothing to convert.*pdf.*txt"),
    "binary": (3, ["binary.txt"], "binary.txt: binary"),
    "no PDF": (3, ["text.pdf"], "text.pdf: not a PDF"),
    "encrypted": (3, [BAD / "encrypted.pdf"], "encrypted.pdf: encrypted.*password"),
    "broken": (3, [BAD / "broken.pdf"], "broken.pdf: damaged"),
    "empty": (4, ["empty.txt"], "empty.txt: the file is empty"),
    "blank": (4, ["blank.txt"], "blank.txt: "),
    "scan": (4, [BAD / "scan.pdf"], "scan.pdf: no text.*OCR"),
    "onto itself": (5, ["self.md", "-o", "."], "self.md: this is an input; choose another"),
    "folder in the way": (5, ["a.txt", "-o", "way"], "a.md: cannot be written"),
    "file in the way": (5, ["a.txt", "-o", "a.txt/out"], "a.txt/out.*: cannot be written"),
    "stage fails": (6, ["a.txt", "--stages", "boom"], "stage boom failed.*no luck.*--skip boom"),
    "text lost": (70, ["a.txt", "--stages", "secret"], "lost without an edit.*report"),
}


@pytest.fixture
def troubles(here):
    (here / "empty").mkdir()
    (here / "way" / "a.md").mkdir(parents=True)
    (here / "binary.txt").write_bytes(bytes(range(32)) * 8)
    (here / "text.pdf").write_text(TEXT)
    (here / "empty.txt").write_bytes(b"")
    (here / "blank.txt").write_bytes(b" \n\n")
    (here / "self.md").write_text(TEXT)
    return here


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_is_one_line_and_an_exit_code(troubles, others, name):
    code, arguments, message = FAILURES[name]
    before = _files(troubles)
    if "-o" not in arguments:
        arguments = [*arguments, "-o", "out"]
    done = _process("convert", *arguments, PYTHONPATH=others)
    errors = done.stderr.decode().splitlines()
    assert done.returncode == code
    assert [line for line in errors if line.startswith("error: ")] == errors
    assert len(errors) == 1
    assert re.search(message, errors[0])
    assert done.stdout == b""
    assert _files(troubles) == before


USAGE = {
    "no input": (["convert"], "Missing argument"),
    "no such command": (["convrt"], "No such command"),
    "no such option": (["convert", "a.txt", "--nonsense"], "No such option"),
    "ledger to stdout": (["convert", "a.txt", "--edits"], "--edits needs -o"),
    "two to stdout": (["convert", "a.txt", "a.txt", "b.txt"], "2 inputs need -o"),
    "a result to stdout by name": (["convert", "a.txt", "-o", "-"], "without -o a single result"),
    "a page to stdout": (["review", "a.txt", "-o", "-"], "the page is a file; name it"),
    "a folder watched to stdout": (["watch", ".", "-o", "-"], "name a folder"),
    "output is a file": (["convert", "a.txt", "-o", "a.txt"], "is a file"),
    "explain nothing": (["explain"], "Missing argument"),
}


@pytest.mark.parametrize(("arguments", "message"), list(USAGE.values()), ids=list(USAGE))
def test_wrong_usage(here, arguments, message):
    (here / "b.txt").write_text(TEXT)
    done = _ingest(*arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.parametrize("flag", ["--stages", "--skip", "--stop-after"])
def test_an_unknown_stage_names_those_that_exist(here, flag):
    done = _ingest("convert", "a.txt", flag, "split_wrods")
    assert done.exit_code == 2
    assert "did you mean split_words" in done.stderr
    assert all(name in done.stderr for name in NAMES)


def test_an_unknown_option_names_those_that_exist(here):
    done = _ingest("convert", "a.txt", "--set", "split_words.min=1")
    assert done.exit_code == 2
    assert "split_words has no option 'min'; it takes: min_confidence" in done.stderr


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_rights(here):
    (here / "out").mkdir(mode=0o500)
    done = _ingest("convert", "a.txt", "-o", "out")
    assert (done.exit_code, done.stderr.count("\n")) == (5, 1)
    assert "cannot be written" in done.stderr
    assert _files(here) == ["a.txt"]


def test_a_failed_write_leaves_the_old_file_and_no_rest(here, monkeypatch):
    (here / "out").mkdir()
    (here / "out" / "a.md").write_text("old")
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    done = _ingest("convert", "a.txt", "-o", "out")
    assert done.exit_code == 5
    assert "No space left" in done.stderr
    assert _files(here) == ["a.txt", "out/a.md"]
    assert (here / "out" / "a.md").read_text() == "old"


# ---------------------------------------------------------------- many files


@pytest.fixture
def tree(here):
    for name in ("in/one.txt", "in/deep/two.txt", "in/deep/er/three.TXT"):
        (here / name).parent.mkdir(parents=True, exist_ok=True)
        (here / name).write_text(TEXT)
    (here / "in/notes.md").write_text("not taken from a folder")
    (here / "in/picture.png").write_bytes(b"\x89PNG")
    return here


def test_a_folder_keeps_its_tree(tree):
    done = _ingest("convert", "in", "-o", "out")
    assert done.exit_code == 0
    assert done.stderr == "3 converted, 0 unchanged, 0 failed\n"
    assert _files(tree / "out") == ["deep/er/three.md", "deep/two.md", "one.md"]


def test_a_bad_file_does_not_stop_the_rest(tree):
    (tree / "in/empty.txt").write_bytes(b"")
    (tree / "in/deep/broken.pdf").write_bytes((BAD / "broken.pdf").read_bytes())
    _ingest("convert", "in/one.txt", "-o", "out")
    done = _process("convert", "in", "-o", "out")
    *errors, end = done.stderr.decode().splitlines()
    assert done.returncode == 1
    assert end == "2 converted, 1 unchanged, 2 failed"
    assert sorted(error.partition(": ")[2].partition(":")[0] for error in errors) == [
        "in/deep/broken.pdf",
        "in/empty.txt",
    ]
    assert _files(tree / "out") == ["deep/er/three.md", "deep/two.md", "one.md"]


def test_a_folder_with_one_bad_file_is_a_batch(here):
    (here / "in").mkdir()
    (here / "in/empty.txt").write_bytes(b"")
    done = _ingest("convert", "in", "-o", "out")
    assert done.exit_code == 1
    assert done.stderr.endswith("0 converted, 0 unchanged, 1 failed\n")


def test_the_same_file_twice_is_converted_once(here):
    done = _ingest("convert", "a.txt", "a.txt", "-o", "out")
    assert done.stderr == "1 converted, 0 unchanged, 0 failed\n"


def test_two_files_of_one_name_keep_their_suffixes(here):
    (here / "a.pdf").write_bytes((ROOT / "samples/nested-lists.pdf").read_bytes())
    (here / "B.txt").write_text(TEXT)
    (here / "b.text").write_text(TEXT)
    done = _ingest("convert", "a.txt", "a.pdf", "B.txt", "b.text", "-o", "out", "--edits")
    assert done.exit_code == 0
    assert _files(here / "out") == [
        "B.txt.edits.jsonl",
        "B.txt.md",
        "a.pdf.edits.jsonl",
        "a.pdf.md",
        "a.txt.edits.jsonl",
        "a.txt.md",
        "b.text.edits.jsonl",
        "b.text.md",
    ]


def test_two_files_of_one_whole_name_get_a_hash_of_their_path(tree):
    (tree / "in/a.txt").write_text(TEXT)
    assert _ingest("convert", "a.txt", "in/a.txt", "-o", "out").exit_code == 0
    one, two = _files(tree / "out")
    assert re.fullmatch(r"a\.txt~[0-9a-f]{8}\.md", one)
    assert re.fullmatch(r"a\.txt~[0-9a-f]{8}\.md", two)
    _ingest("convert", "in/a.txt", "a.txt", "-o", "other")
    assert _files(tree / "other") == [one, two], "whatever the order"


def test_an_input_is_never_overwritten(here):
    (here / "self.md").write_text(TEXT)
    done = _ingest("convert", "a.txt", "self.md", "-o", ".", "--edits")
    assert done.exit_code == 5
    assert done.stderr == "error: self.md: this is an input; choose another output folder\n"
    assert (here / "self.md").read_text() == TEXT
    assert _files(here) == ["a.txt", "self.md"], "refused before anything is converted"


def test_an_input_behind_a_link_is_never_overwritten(here):
    (here / "out").mkdir()
    (here / "b.md").write_text(TEXT)
    (here / "out" / "b.md").symlink_to(here / "b.md")
    done = _ingest("convert", "b.md", "-o", "out")
    assert done.exit_code == 5
    assert (here / "b.md").read_text() == TEXT


def test_another_input_is_never_overwritten(tree):
    other = "Another text, and an input as well.\n"
    (tree / "deep").mkdir()
    (tree / "deep/two.md").write_text(other)
    before = _files(tree)
    done = _ingest("convert", "in", tree / "deep/two.md", "-o", ".")
    assert done.exit_code == 5
    assert "deep/two.md: this is an input; choose another output folder" in done.stderr
    assert (tree / "deep/two.md").read_text() == other
    assert _files(tree) == before, "refused before anything is converted"


def test_an_input_of_the_same_name_is_never_overwritten(here):
    (here / "a.md").write_text("Another text, and an input as well.\n")
    _ingest("convert", "a.txt", here / "a.md", "-o", ".")
    assert (here / "a.md").read_text() == "Another text, and an input as well.\n"


# ---------------------------------------------------------------- choosing stages


@pytest.mark.parametrize(
    ("options", "result"),
    [
        ([], "office life. These"),
        (["--stages", "repair_encoding"], "office life.These"),
        (["--stages", "split_words"], "oﬃce life. These"),
        (["--stages", "repair_encoding,split_words"], "office life. These"),
        (["--stages", "repair_encoding", "--stages", "split_words"], "office life. These"),
        (["--skip", "split_words"], "office life.These"),
        (["--skip", "split_words,repair_encoding"], "oﬃce life.These"),
        (["--skip", "split_words", "--skip", "repair_encoding"], "oﬃce life.These"),
        (["--stop-after", "repair_encoding"], "office life.These"),
        (["--set", "split_words.min_confidence=1"], "office life.These"),
        (["--set", "repair_encoding.unescape_entities=false"], "office life. These"),
    ],
)
def test_stages_are_chosen(options, result):
    done = _ingest("convert", "-", *options, data="The oﬃce life.These are here.")
    assert (done.exit_code, done.stdout) == (0, f"The {result} are here.\n")


def test_furniture_is_kept_when_its_stage_is_skipped():
    text = "The last sentence of the article is here.\n\nLeave a Comment\n"
    assert "Leave" not in _ingest("convert", "-", data=text).stdout
    assert "Leave" in _ingest("convert", "-", "--skip", "drop_furniture", data=text).stdout


def test_furniture_is_kept_when_its_stage_is_told_so():
    text = "The last sentence of the article is here.\n\nLeave a Comment\n"
    done = _ingest("convert", "-", "--set", "drop_furniture.keep=true", data=text)
    assert "Leave a Comment" in done.stdout


# ---------------------------------------------------------------- configuration


SKIP = 'skip = ["split_words"]\n'
OPTION = "[stages.split_words]\nmin_confidence = 1.0\n"
CONFIGURATIONS = {
    "ingest.toml": SKIP,
    "pyproject.toml": f"[tool.other]\nx = 1\n[tool.ingest]\n{SKIP}",
    "../ingest.toml": SKIP,
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configuration_is_found(here, monkeypatch, name):
    (here / "below").mkdir()
    monkeypatch.chdir(here / "below")
    (here / "below" / name).write_text(CONFIGURATIONS[name])
    assert _ingest("convert", "-", data=TEXT).stdout == TEXT


def test_the_nearest_configuration_wins(here, monkeypatch):
    (here / "ingest.toml").write_text(SKIP)
    (here / "below").mkdir()
    (here / "below" / "ingest.toml").write_text("")
    monkeypatch.chdir(here / "below")
    assert _ingest("convert", "-", data=TEXT).stdout == CLEAN


def test_a_pyproject_of_others_is_passed_over(here, monkeypatch):
    (here / "ingest.toml").write_text(SKIP)
    (here / "below").mkdir()
    (here / "below" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    monkeypatch.chdir(here / "below")
    assert _ingest("convert", "-", data=TEXT).stdout == TEXT


def test_configuration_is_named(here):
    (here / "my.toml").write_text('only = ["repair_encoding"]\n')
    assert _ingest("convert", "-", "--config", "my.toml", data=TEXT).stdout == TEXT


def test_options_are_configured_and_the_command_line_wins(here):
    (here / "ingest.toml").write_text(OPTION)
    assert _ingest("convert", "-", data=TEXT).stdout == TEXT
    more = ["--set", "split_words.min_confidence=0.5"]
    assert _ingest("convert", "-", *more, data=TEXT).stdout == CLEAN


def test_stages_of_the_command_line_win(here):
    (here / "ingest.toml").write_text('only = ["repair_encoding"]\n')
    assert _ingest("convert", "-", "--stages", "split_words", data=TEXT).stdout == CLEAN


WRONG = {
    "no TOML": ("skip = [", "ingest.toml: not valid TOML"),
    "unknown key": ("skp = []", "unknown key 'skp'; the keys are: only, read, write, skip, stages"),
    "text for a list": ('skip = "split_words"', "skip must be a list of names"),
    "list of numbers": ("only = [1]", "only must be a list of names"),
    "no table": ("stages = 1", "one table a stage"),
    "unknown stage": ('skip = ["nonsense"]', "no stage 'nonsense'"),
    "unknown stage with options": ("[stages.nonsense]\nx = 1", "no stage 'nonsense'"),
}


@pytest.mark.parametrize(("text", "message"), list(WRONG.values()), ids=list(WRONG))
def test_wrong_configuration(here, text, message):
    (here / "ingest.toml").write_text(text)
    done = _ingest("convert", "a.txt")
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr


def test_wrong_option_in_configuration(here):
    (here / "ingest.toml").write_text("[stages.split_words]\nmin = 1")
    done = _ingest("convert", "a.txt")
    assert done.exit_code == 2
    assert "it takes: min_confidence" in done.stderr


# ---------------------------------------------------------------- --check, --diff, -q, -v


def test_check_compares_with_the_earlier_output(here):
    assert _ingest("convert", "a.txt", "-o", "out", "--check").exit_code == 1
    assert not (here / "out").exists()
    _ingest("convert", "a.txt", "-o", "out")
    done = _ingest("convert", "a.txt", "-o", "out", "--check")
    assert (done.exit_code, done.stderr) == (0, "0 converted, 1 unchanged, 0 failed\n")
    (here / "out/a.md").write_text("other")
    done = _ingest("convert", "a.txt", "-o", "out", "--check")
    assert (done.exit_code, done.stderr) == (1, "1 converted, 0 unchanged, 0 failed\n")
    assert (here / "out/a.md").read_text() == "other"


def test_check_without_output_compares_with_the_source(here):
    assert _ingest("convert", "a.txt", "--check").exit_code == 1
    (here / "a.txt").write_text(CLEAN)
    assert _ingest("convert", "a.txt", "--check").exit_code == 0


def test_check_still_reports_failures(here):
    (here / "empty.txt").write_bytes(b"")
    (here / "a.txt").write_text(CLEAN)
    done = _ingest("convert", "a.txt", "empty.txt", "--check")
    assert done.exit_code == 1
    assert done.stderr.endswith("0 converted, 1 unchanged, 1 failed\n")


def test_diff_shows_what_would_change(here):
    done = _ingest("convert", "a.txt", "--diff")
    assert done.exit_code == 0
    assert f"-{TEXT}" in done.stdout
    assert f"+{CLEAN}" in done.stdout
    assert done.stdout.startswith("--- a.txt\n+++ a.md\n@@ ")
    assert _files(here) == ["a.txt"]


def test_diff_of_nothing_is_nothing(here):
    (here / "a.txt").write_text(CLEAN)
    assert _ingest("convert", "a.txt", "--diff").stdout == ""


def test_diff_and_check_together(here):
    done = _ingest("convert", "a.txt", "--diff", "--check", "-o", "out")
    assert done.exit_code == 1
    assert f"+{CLEAN}" in done.stdout
    assert _files(here) == ["a.txt"]


def test_quiet_says_nothing_but_errors(here):
    assert _ingest("convert", "a.txt", "-o", "out", "-q").stderr == ""
    (here / "empty.txt").write_bytes(b"")
    done = _ingest("convert", "a.txt", "empty.txt", "-o", "out", "-q")
    assert done.exit_code == 1
    assert done.stderr.splitlines() == [
        "error: empty.txt: the file is empty (0 bytes); nothing to convert"
    ]


def test_verbose_says_what_readers_noticed(here):
    assert "read as utf-8" not in _ingest("convert", "a.txt", "-o", "out").stderr
    assert "a.txt: info: read as utf-8" in _ingest("convert", "a.txt", "-o", "new", "-v").stderr


# ---------------------------------------------------------------- colours and progress


def _on_terminal(*arguments, **variables):
    """What a process writes to its standard error, if that is a terminal."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **variables}
    command = [sys.executable, "-m", "ingest", *arguments]
    done = subprocess.run(command, stderr=theirs, stdout=theirs, env=environment, check=False)
    os.close(theirs)
    parts = []
    while True:
        try:
            part = os.read(ours, 65536)
        except OSError:
            part = b""
        if not part:
            break
        parts.append(part)
    os.close(ours)
    return done.returncode, b"".join(parts).decode()


def test_errors_are_coloured_on_a_terminal(here):
    code, said = _on_terminal("convert", "gone.txt")
    assert code == 3
    assert "\x1b[31merror" in said


@pytest.mark.parametrize(
    "arguments", [["convert", "gone.txt"], ["convert", "a.txt", "--diff"], ["stages"]]
)
def test_no_color(here, arguments):
    _, said = _on_terminal(*arguments, NO_COLOR="1")
    assert said
    assert "\x1b" not in said


def test_no_colour_in_a_pipe(here):
    assert b"\x1b" not in _process("stages").stdout
    assert b"\x1b" not in _process("convert", "gone.txt").stderr


def test_progress_is_shown_on_a_terminal_for_many_files(tree):
    code, said = _on_terminal("convert", "in", "-o", "out")
    assert code == 0
    assert "converting" in said
    assert "3/3" in said
    assert "3 converted" in said


def test_progress_is_not_shown_for_one_file_or_when_quiet(tree):
    assert "converting" not in _on_terminal("convert", "a.txt", "-o", "out")[1]
    assert _on_terminal("convert", "in", "-o", "out2", "-q")[1] == ""


# ---------------------------------------------------------------- explain, stages, help


def test_explain_tells_the_ledger(here):
    done = _ingest("explain", "a.txt")
    assert (done.exit_code, done.stderr) == (0, "")
    assert done.stdout.startswith("a.txt: 1 edits made, 0 proposals too doubtful to make\n")
    assert "split_words / stop: 1 made, 0 not made" in done.stdout
    assert "line 1 " in done.stdout
    assert "quality of life.[| ]These spasms" in done.stdout


def test_explain_shows_five_of_each_rule_or_all(here):
    who = ("Anna", "Bert", "Cora", "Dora", "Emil", "Fritz", "Gustav")
    (here / "a.txt").write_text("".join(f"{name} loves life.These are facts.\n\n" for name in who))
    done = _ingest("explain", "a.txt")
    assert done.stdout.count("life.[| ]These") == 5
    assert "and 2 more" in done.stdout
    assert _ingest("explain", "a.txt", "--all").stdout.count("life.[| ]These") == 7


def test_explain_one_rule(here):
    (here / "a.txt").write_text(f"The oﬃce is here. {TEXT}")
    assert "ligature" in _ingest("explain", "a.txt").stdout
    only = _ingest("explain", "a.txt", "--rule", "stop").stdout
    assert "split_words / stop" in only
    assert "ligature" not in only


def test_explain_shows_what_was_not_made(here):
    done = _ingest("explain", "a.txt", "--set", "split_words.min_confidence=1")
    assert "0 edits made, 1 proposals too doubtful" in done.stdout
    assert "split_words / stop: 0 made, 1 not made" in done.stdout
    assert "(not made)" in done.stdout


def test_explain_fails_like_convert(here):
    done = _ingest("explain", "gone.txt")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("error: gone.txt: ")


def test_stages_are_listed_in_order_with_their_options():
    done = _ingest("stages")
    assert done.exit_code == 0
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines if line[:1].strip()] == ["read", *NAMES, "write"]
    assert "    --set split_words.min_confidence=0.5" in lines
    assert "    --set drop_furniture.keep=false" in lines
    for stage in DEFAULT:
        assert f"    {stage.summary}" in lines


def test_every_option_that_stages_lists_can_be_given(here):
    lines = _ingest("stages").stdout.splitlines()
    given = [word for line in lines if line.startswith("    --set ") for word in line.split()]
    assert given
    assert _ingest("convert", "a.txt", *given).stdout == CLEAN


@pytest.mark.parametrize("command", sorted(main.commands))
def test_help(command):
    done = _ingest(command, "--help")
    assert done.exit_code == 0
    assert f"Usage: main {command}" in done.stdout


def test_help_has_every_command_once_with_what_it_does():
    shown = _ingest("--help").stdout
    for name, command in main.commands.items():
        (line,) = re.findall(rf"^  {name} +(.*)", shown, re.M)
        assert command.help.startswith(line)


def test_help_has_every_option_in_a_section():
    named = [name for names in SECTIONS.values() for name in names]
    assert len(named) == len(set(named))
    commands = [c for c in main.commands.values() if isinstance(c, Command)]
    taken = {p.name for c in commands for p in c.params}
    assert taken - set(named) == {"inputs", "folder", "file"}
    assert set(named) <= taken


def test_help_lists_the_exit_codes():
    shown = _process("--help").stdout.decode()
    assert shown.startswith("Usage: ingest ")
    for code in (
        "0 done",
        "2 wrong usage",
        "3 unreadable",
        "4 no text",
        "5 output",
        "6 a stage",
        "70",
    ):
        assert code in " ".join(shown.split())


def test_version():
    assert _process("--version").stdout.decode().startswith("ingest")
