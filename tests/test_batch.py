"""The batch: names, the manifest, what a second run does, and what a kill or a full disk leaves."""

import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from ingest.batch import (
    MANIFEST,
    Limits,
    Record,
    Status,
    in_shard,
    parse_limits,
    parse_shard,
    plan,
    read_manifest,
    run_batch,
)
from ingest.batch.manifest import Manifest
from ingest.batch.names import Place, output_names, same_name, shard_of
from ingest.batch.outputs import remove_leftovers
from ingest.cli import main
from ingest.errors import ConfigError, OutputError
from ingest.pipeline import Pipeline

ROOT = Path(__file__).parents[1]
BAD = Path(__file__).parent / "data" / "bad"
TEXT = "It affects the quality of life.These spasms are common.\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in, with five documents below `in`."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt", "deep/c.txt", "deep/d.text", "e.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Document {name}.\n\n{TEXT}")
    return tmp_path


def _ingest(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def _run(*arguments):
    """As `_ingest`, in a process of its own."""
    return subprocess.run(_command(*arguments), capture_output=True, text=True, check=False)


def _command(*arguments):
    return [sys.executable, "-m", "ingest", "convert", *map(str, arguments)]


def _results(folder):
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def _lines(folder):
    return [json.loads(line) for line in (folder / MANIFEST).read_text().splitlines()]


# ---------------------------------------------------------------- names

NAMES = {
    "plain": (["a.txt"], ["a.md"]),
    "two suffixes": (["a.pdf", "a.txt"], ["a.pdf.md", "a.txt.md"]),
    "another folder": (["x/a.txt", "y/a.txt"], ["x/a.md", "y/a.md"]),
    "dots inside": (["v1.2.txt"], ["v1.2.md"]),
    "hidden": ([".hidden.txt"], [".hidden.md"]),
    "device": (["CON.txt", "con", "aux.x.txt"], ["_CON.txt.md", "_con.md", "_aux.x.md"]),
    "no device": (["console.txt", "com.txt"], ["console.md", "com.md"]),
    "line end": (["x\ny.txt"], ["x_y.md"]),
    "direction": (["\u202etxt.exe.txt"], ["_txt.exe.md"]),
    "wildcards": (['a*?"<>|:.txt'], ["a_______.md"]),
    "backslash": (["..\\up.txt"], [".._up.md"]),
    "blank at the end": (["a .txt"], ["a_.md"]),
    "umlauts": (["naïve Größe.txt"], ["naïve Größe.md"]),
    "other scripts": (["日本語.txt"], ["日本語.md"]),
    "not UTF-8": (["a\udcff.txt"], ["a_.md"]),
}


@pytest.mark.parametrize("name", NAMES)
def test_output_name(name):
    given_names, wanted = NAMES[name]
    places = [Place(n, PurePosixPath(n)) for n in given_names]
    assert [str(n) for n in output_names(places)] == wanted


TWINS = {
    "case": ["Report.txt", "report.TXT"],
    "Unicode form": ["naïve.txt", unicodedata.normalize("NFD", "naïve.txt")],
    "sharp s": ["Straße.txt", "STRASSE.txt"],
    "made alike": ["a?.txt", "a*.txt"],
    "name of another's output": ["a.pdf", "a.txt", "a.pdf.txt"],
    "folders": ["X/a.txt", "x/a.txt"],
    "a folder in the way": ["x.txt", "x.md/y.txt"],
    "long": ["n" * 250 + "1.txt", "n" * 250 + "2.txt"],
}


@pytest.mark.parametrize("name", TWINS)
def test_twins_get_two_names_whatever_the_order(name):
    places = [Place(n, PurePosixPath(n)) for n in TWINS[name]]
    names = dict(zip(places, output_names(places), strict=True))
    assert len({same_name(n) for n in names.values()}) == len(places)
    assert dict(zip(places[::-1], output_names(places[::-1]), strict=True)) == names


_component = st.text(
    alphabet=st.characters(exclude_characters="/\0") | st.sampled_from(". ~aA\u0308\u202e\\:*"),
    min_size=1,
    max_size=255,
).filter(lambda c: c not in {".", ".."})
_paths = st.lists(_component, min_size=1, max_size=3).map(lambda parts: PurePosixPath(*parts))


@given(st.lists(_paths, unique=True, max_size=8))
def test_no_name_is_given_twice_or_leaves_the_folder(paths):
    names = output_names([Place(str(p), p) for p in paths])
    assert len({same_name(n) for n in names}) == len(paths)
    folders = {same_name(parent) for n in names for parent in n.parents}
    assert folders.isdisjoint(same_name(n) for n in names)
    for name in names:
        assert not name.is_absolute()
        assert ".." not in name.parts
        assert all(len(part.encode()) < 200 for part in name.parts), "and it can be encoded"
        assert name.suffix == ".md"


def test_a_link_out_of_the_folder_is_skipped(here):
    (here / "secret.txt").write_text("not for you")
    (here / "in/link.txt").symlink_to(here / "secret.txt")
    (here / "in/inner.txt").symlink_to(here / "in/a.txt")
    (here / "in/up").symlink_to(here)
    assert _ingest("convert", "in", "-o", "out").exit_code == 0
    records = {r.source: r for r in read_manifest(here / "out")}
    assert (records["link.txt"].status, records["link.txt"].kind) == (Status.SKIPPED, "symlink")
    assert "inner.md" in _results(here / "out")
    assert not any("secret" in name or "link" in name for name in _results(here / "out"))


def test_a_pipe_is_skipped_and_never_opened(here):
    os.mkfifo(here / "in/pipe.txt")
    done = _ingest("convert", "in", "-o", "out", "--fail-on", "skipped")
    assert done.exit_code == 1
    assert "skipped: in/pipe.txt: not an ordinary file" in done.stderr
    assert _ingest("convert", "in/pipe.txt", "-o", "out").exit_code == 3


def test_no_output_goes_through_a_link_out_of_the_folder(here):
    (here / "elsewhere").mkdir()
    (here / "out").mkdir()
    (here / "out/deep").symlink_to(here / "elsewhere")
    done = _ingest("convert", "in", "-o", "out")
    assert done.exit_code == 1
    assert "a link leads out of the output folder" in done.stderr
    assert not list((here / "elsewhere").iterdir())
    assert Counter(r.kind for r in read_manifest(here / "out")) == {"": 3, "output": 2}


# ---------------------------------------------------------------- the manifest


def test_every_input_has_one_line(here):
    (here / "in/empty.txt").write_bytes(b"")
    for name in ("broken.pdf", "encrypted.pdf", "scan.pdf"):
        (here / "in" / name).write_bytes((BAD / name).read_bytes())
    (here / "in/gone.txt").symlink_to("nowhere")
    assert _ingest("convert", "in", "-o", "out", "--edits").exit_code == 1
    ends = {line["source"]: (line["status"], line["kind"]) for line in _lines(here / "out")}
    assert len(ends) == len(_lines(here / "out")) == 10
    assert {name: end for name, end in ends.items() if end[0] != "converted"} == {
        "broken.pdf": ("failed", "unreadable"),
        "empty.txt": ("failed", "zero-bytes"),
        "encrypted.pdf": ("failed", "encrypted"),
        "gone.txt": ("failed", "unreadable"),
        "scan.pdf": ("empty", "no-text"),
    }


def test_a_line_says_what_was_done(here):
    import hashlib

    _ingest("convert", "in", "-o", "out", "--edits")
    line = next(line for line in _lines(here / "out") if line["source"] == "deep/c.txt")
    assert line["output"] == "deep/c.md"
    for key, path in (
        ("source_sha256", "in/deep/c.txt"),
        ("output_sha256", "out/deep/c.md"),
        ("ledger_sha256", "out/deep/c.edits.jsonl"),
    ):
        assert line[key] == hashlib.sha256((here / path).read_bytes()).hexdigest()
    assert line["edits"] == {"split_words/stop": 1}
    assert 0 < line["lowest_confidence"] <= 1
    assert line["seconds"] > 0
    assert line["version"]
    assert line["options"]


def test_a_record_reads_as_it_was_written():
    record = Record("a\u202e\n.txt", None, Status.FAILED, "crash", "why\x1b", ((2, "odd"),))
    line = record.as_line()
    assert line.count("\n") == 1
    assert line.isascii()
    assert Record.from_line(line).as_line() == line


@pytest.mark.parametrize("line", ["", "{", "[]", "1", '{"source": "a"}', "\0", '"x"'])
def test_a_damaged_line_is_no_record(line):
    assert Record.from_line(line) is None


def test_a_line_that_a_kill_cut_off_hurts_no_other(here):
    manifest = Manifest(here)
    manifest.add(Record("a", None, Status.FAILED))
    with manifest.path.open("a") as file:
        file.write('{"source": "b", "out')
    again = Manifest(here)
    again.add(Record("c", None, Status.FAILED))
    assert [r.source for r in read_manifest(here)] == ["a", "c"]
    again.compact()
    assert [line["source"] for line in _lines(here)] == ["a", "c"]


# ---------------------------------------------------------------- a second run


def _statuses(folder):
    return {r.source: str(r.status) for r in read_manifest(folder)}


def test_a_second_run_does_what_is_missing_or_changed(here):
    _ingest("convert", "in", "-o", "out", "--edits")
    clean = _results(here / "out")
    (here / "in/a.txt").write_text("Something else stands here.\n")
    (here / "out/b.md").write_text("spoilt")
    (here / "out/deep/c.md").unlink()
    (here / "out/deep/d.edits.jsonl").unlink()
    done = _ingest("convert", "in", "-o", "out", "--edits")
    assert done.stderr == "4 converted, 1 unchanged, 0 failed\n"
    assert _results(here / "out").keys() == clean.keys()
    changed = {n for n, data in _results(here / "out").items() if data != clean[n]}
    assert changed == {"a.md", "a.edits.jsonl"}


def test_an_unchanged_input_is_not_even_read_into_a_worker(here, monkeypatch):
    _ingest("convert", "in", "-o", "out")
    monkeypatch.setattr("ingest.batch.engines.local.convert_jobs", lambda *_, **__: 1 / 0)
    done = _ingest("convert", "in", "-o", "out")
    assert (done.exit_code, done.stderr) == (0, "0 converted, 5 unchanged, 0 failed\n")


@pytest.mark.parametrize(
    "option",
    [
        ["--skip", "split_words"],
        ["--set", "split_words.min_confidence=1"],
        ["--set", "read.source=pdfplumber"],
        ["--words", "words.txt"],
        ["--edits"],
    ],
)
def test_other_options_are_a_reason_to_convert_again(here, option, monkeypatch):
    (here / "words.txt").write_text("lifelong\n")
    _ingest("convert", "in", "-o", "out")
    asked = []
    monkeypatch.setattr(
        "ingest.batch.engines.local.convert_jobs",
        lambda jobs, *_, **__: asked.extend(jobs) or iter(()),
    )
    _ingest("convert", "in", "-o", "out", *option)
    assert len(asked) == 5


def test_a_failure_is_tried_again(here):
    (here / "in/a.txt").write_bytes(b"")
    assert _ingest("convert", "in", "-o", "out").exit_code == 1
    (here / "in/a.txt").write_text(TEXT)
    done = _ingest("convert", "in", "-o", "out")
    assert (done.exit_code, done.stderr) == (0, "1 converted, 4 unchanged, 0 failed\n")


def test_an_input_that_fails_now_leaves_nothing_that_looks_fresh(here):
    _ingest("convert", "in", "-o", "out", "--edits")
    clean = _results(here / "out")
    text = (here / "in/deep/c.txt").read_text()
    (here / "in/deep/c.txt").write_bytes(b"")
    for _ in range(2):  # the second run finds it set aside already
        done = _ingest("convert", "in", "-o", "out", "--edits")
        assert done.exit_code == 1
        assert "the result of an earlier run is now out/deep/c.md.stale" in done.stderr
        aside = {f"{n}.stale" if n.startswith("deep/c.") else n: d for n, d in clean.items()}
        assert _results(here / "out") == aside
        record = next(r for r in read_manifest(here / "out") if r.source == "deep/c.txt")
        assert (record.status, record.output) == (Status.FAILED, None)
        assert record.stale == "deep/c.md.stale"
    (here / "in/deep/c.txt").write_text(text)
    assert _ingest("convert", "in", "-o", "out", "--edits").exit_code == 0
    assert _results(here / "out") == clean
    assert {r.stale for r in read_manifest(here / "out")} == {None}


@pytest.mark.parametrize("known", [True, False], ids=["changed since", "of another origin"])
def test_leave_alone_what_is_not_ours(here, known):
    if known:
        _ingest("convert", "in", "-o", "out")
    (here / "out").mkdir(exist_ok=True)
    (here / "out/a.md").write_text("written by somebody")
    (here / "in/a.txt").write_bytes(b"")
    _ingest("convert", "in", "-o", "out")
    assert (here / "out/a.md").read_text() == "written by somebody"
    assert not list((here / "out").glob("*.stale"))


def test_inputs_of_other_runs_keep_their_lines(here):
    _ingest("convert", "in/a.txt", "-o", "out")
    _ingest("convert", "in/b.txt", "-o", "out")
    assert _statuses(here / "out") == {"a.txt": "converted", "b.txt": "converted"}


# ---------------------------------------------------------------- the same bytes every time


MACHINES = {
    "one job": ["1", "0", "C", "UTC"],
    "three jobs": ["3", "1", "C.UTF-8", "Asia/Tokyo"],
    "in another order": ["2", "random", "tr_TR.UTF-8", "America/St_Johns"],
}


def test_output_does_not_depend_on_the_machine(here):
    for name in ("nested-lists.pdf", "000_f154ea2c28ce861a.txt"):
        (here / "in" / name).write_bytes((ROOT / "samples" / name).read_bytes())
    files = sorted(p for p in (here / "in").rglob("*") if p.is_file())
    found = {}
    for name, (jobs, seed, locale, zone) in MACHINES.items():
        environment = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
        inputs = files[::-1] if name == "in another order" else ["in"]
        command = _command(*inputs, "-o", name, "--edits", "--jobs", jobs)
        subprocess.run(command, env=environment, check=True, capture_output=True)
        found[name] = {Path(n).name: data for n, data in _results(here / name).items()}
    assert len(found["one job"]) == 14
    assert found["one job"] == found["three jobs"] == found["in another order"]


def test_shards_share_a_folder_and_nothing_else(here):
    for number in range(20):
        (here / f"in/n{number}.txt").write_text(TEXT)
    _ingest("convert", "in", "-o", "whole")
    for k in (1, 2, 3):
        assert _run("in", "-o", "out", "--shard", f"{k}/3").returncode == 0
    manifests = sorted((here / "out").glob("*.jsonl"))
    assert [p.name for p in manifests] == [f"ingest-manifest.{k}-of-3.jsonl" for k in (1, 2, 3)]
    sizes = [len(p.read_text().splitlines()) for p in manifests]
    assert sum(sizes) == 25
    assert all(sizes)
    for manifest in manifests:
        manifest.unlink()
    assert _results(here / "out") == _results(here / "whole")


def test_a_shard_is_the_same_on_every_machine():
    assert [shard_of(name, 7) for name in ("a.txt", "deep/b.pdf", "naïve.txt")] == SHARDS
    assert shard_of(unicodedata.normalize("NFD", "naïve.txt"), 7) == SHARDS[2]


SHARDS = [3, 5, 4]


@pytest.mark.parametrize("text", ["", "1", "0/2", "3/2", "a/b", "1/0", "-1/2", "1/2/3", "²/3"])
def test_wrong_shard(text):
    with pytest.raises(ConfigError, match="write K/N"):
        parse_shard(text)


def test_in_shard_parts_the_jobs(here):
    jobs = plan([here / "in"])
    parts = [in_shard(jobs, (k, 4)) for k in range(1, 5)]
    assert sorted(j.name for part in parts for j in part) == sorted(j.name for j in jobs)


def test_limits_are_options():
    assert parse_limits([]) == Limits(60, 30, 1024, 5000, 50)
    assert parse_limits(["wall=5", "memory=0"]) == Limits(5, 30, 0, 5000, 50)


@pytest.mark.parametrize("text", ["", "wall", "wall=", "wall=-1", "wall=x", "time=3", "wall=1.5"])
def test_wrong_limit(text):
    with pytest.raises(ConfigError, match=r"wall \(seconds\), cpu .* memory"):
        parse_limits([text])


# ---------------------------------------------------------------- disturbances


def test_a_kill_at_any_moment_leaves_nothing_cut(here):
    clean, torn = here / "clean", here / "torn"
    subprocess.run(_command("in", "-o", clean, "--edits", "-q"), check=True)
    whole = _results(clean)
    for number in range(8):
        process = subprocess.Popen(_command("in", "-o", torn, "--edits", "-q"))
        time.sleep(0.1 + 0.06 * number)
        process.kill()
        process.wait()
        left = {n: data for n, data in _results(torn).items() if not n.endswith(".tmp")}
        assert left.items() <= whole.items()
    subprocess.run(_command("in", "-o", torn, "--edits", "-q"), check=True)
    assert _results(torn) == whole
    assert len(_lines(torn)) == 5


@pytest.mark.slow
def test_fifty_kills(here):
    command = [sys.executable, "-m", "bench.reliability", "kills", str(here / "in")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_leftovers_of_the_dead_are_removed_and_no_others(here):
    host = re.sub(r"\W", "", platform.node())[:40] or "host"
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    names = {
        f".a.md.{host}-{dead.pid}.abc.tmp": False,
        f".a.md.{host}-{os.getpid()}.abc.tmp": True,
        f".a.md.another{host}-{dead.pid}.abc.tmp": True,
        "mine.tmp": True,
    }
    for name in names:
        (here / name).write_text("")
    remove_leftovers([here, here / "not there"])
    assert {name: (here / name).exists() for name in names} == names


@pytest.mark.parametrize("call", range(1, 8))
@pytest.mark.parametrize("function", ["fsync", "replace", "write"])
def test_a_disk_that_is_full_at_the_nth_call(here, monkeypatch, function, call):
    """As in SQLite's tests: let each step fail once, and see what is left."""
    _batch(here, "clean")
    clean = _results(here / "clean")
    count = 0
    owner, name = (Path, "replace") if function == "replace" else (os, function)
    real = getattr(owner, name)

    def fails(*arguments):
        nonlocal count
        count += 1
        if count == call:
            raise OSError(28, "No space left on device")
        return real(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fails)
        try:
            _batch(here, "out")
        except OutputError as error:
            assert "No space left on device" in str(error)
    left = _results(here / "out")
    assert left.items() <= clean.items(), "nothing cut, nothing left over"
    _batch(here, "out")
    assert _results(here / "out") == clean
    assert len(_lines(here / "out")) == 1


def _batch(folder, output):
    list(run_batch(plan([folder / "in/a.txt"]), Pipeline(), folder / output, edits=True))


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("NOT TESTED: a full disk of 1 MiB, since mounting one needs root")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_ends_with_an_error_and_nothing_cut(here, small_disk):
    for number in range(40):
        (here / f"in/long{number}.txt").write_text(f"Document {number}.\n\n" + TEXT * 1000)
    stages = ["--stages", "repair_encoding", "--jobs", 2]
    subprocess.run(_command("in", "-o", "clean", "-q", *stages), check=True)
    done = subprocess.run(
        _command("in", "-o", small_disk, *stages), capture_output=True, text=True, check=False
    )
    assert done.returncode in {1, 5}
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr
    left = _results(small_disk)
    assert 0 < len(left) < 45
    assert left.items() <= _results(here / "clean").items()


def test_two_runs_at_once_do_no_harm(here):
    for number in range(15):
        (here / f"in/n{number}.txt").write_text(TEXT)
    runs = [subprocess.Popen(_command("in", "-o", "out", "-q", "--edits")) for _ in range(3)]
    assert [run.wait() for run in runs] == [0, 0, 0]
    subprocess.run(_command("in", "-o", "clean", "-q", "--edits"), check=True)
    assert _results(here / "out") == _results(here / "clean")
    assert len(_lines(here / "out")) == 20


def test_an_interrupted_run_says_so_and_goes_on(here, misbehaving):
    (here / "in/hang.txt").write_text("HANG")
    command = _command("in", "-o", "out", "--stages", "misbehave", "--jobs", 2)
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: len(_results(here / "out")) == 5)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=20)
    assert run.returncode == 130
    interrupted = re.fullmatch(
        "error: interrupted after ([45]) of 6; the same command goes on from there\n", said
    )
    assert interrupted
    recorded = int(interrupted[1])
    (here / "in/hang.txt").write_text("no more")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    # One may have been written, and not yet been recorded.
    assert done.stderr in {
        f"{6 - n} converted, {n} unchanged, 0 failed\n" for n in (recorded, recorded + 1)
    }


def _wait_for(condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [("SPIN", 7, "more than 1 seconds of CPU"), ("POISON", 8, "died .signal SIGKILL")],
)
def test_a_single_file_is_guarded_too(here, misbehaving, text, code, message):
    (here / "one.txt").write_text(text)
    command = _command("one.txt", "--stages", "misbehave", "--limit", "cpu=1")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (code, "", 1)
    assert re.search(message, done.stderr)


# ---------------------------------------------------------------- what a run says


def test_json_lines_for_programs(here):
    (here / "in/b.txt").write_bytes(b"")
    done = _run("in", "-o", "out", "--log-format", "json", "--jobs", 2)
    events = [json.loads(line) for line in done.stderr.splitlines()]
    documents = [e for e in events if e["event"] == "document"]
    assert {e["source"]: e["status"] for e in documents} == _statuses(here / "out")
    assert events[-1]["event"] == "end"
    assert (events[-1]["converted"], events[-1]["failed"]) == (4, 1)
    assert any(e["event"] == "message" and e["source"] == "a.txt" for e in events)


@pytest.mark.parametrize(
    ("chosen", "code"),
    [
        ([], 1),
        (["--fail-on", "never"], 0),
        (["--fail-on", "empty"], 0),
        (["--fail-on", "partial,failed"], 1),
        (["--fail-on", "partial", "--fail-on", "skipped"], 0),
    ],
)
def test_fail_on(here, chosen, code):
    (here / "in/b.txt").write_bytes(b"")
    assert _run("in", "-o", "out", *chosen).returncode == code


@pytest.mark.parametrize("chosen", ["sometimes", "never,failed"])
def test_wrong_fail_on(here, chosen):
    done = _ingest("convert", "in", "-o", "out", "--fail-on", chosen)
    assert done.exit_code == 2
    assert "failed, empty, partial, skipped, or never" in done.stderr


def test_progress_on_a_terminal_alone(here):
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    subprocess.run(_command("in", "-o", "out"), stderr=theirs, check=True)
    os.close(theirs)
    said = os.read(ours, 65536).decode()
    os.close(ours)
    assert re.search(r"5/5", said)
    assert re.search(r"\d/s, 0 failed", said)
    done = subprocess.run(_command("in", "-o", "new"), capture_output=True, text=True, check=True)
    assert done.stderr == "5 converted, 0 unchanged, 0 failed\n"
