"""Hostile content is inert, and a conversion touches nothing but its input and its output."""

import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from markdown_it import MarkdownIt

import ingest
from ingest.cli import main
from ingest.terminal import inert

ROOT = Path(__file__).parents[1]

HOSTILE = {
    "script": "Some <script>alert(1)</script> text.",
    "script at the start of a line": "<script>alert(1)</script>",
    "event": 'A picture <img src=x onerror="alert(1)"> here.',
    "frame": "<iframe src='https://example.org/'></iframe>",
    "comment": "Some <!-- hidden --> text.",
    "beacon": "A picture ![x](https://example.org/beacon.gif) here.",
    "beacon by reference": "A ![x][b] here.\n\n[b]: https://example.org/beacon.gif",
    "script in a link": "Please [click](javascript:alert(1)) here.",
    "data in a link": "Please [click](data:text/html,<script>alert(1)</script>) here.",
    "script in angles": "Please <javascript:alert(1)> here.",
    "script by reference": "Please [click][a] here.\n\n[a]: javascript:alert(1)",
    "script as an address": "Please javascript:alert(1) here.",
    "entities": "Please &#60;script&#62;alert(1)&#60;/script&#62; here.",
    "entities in a link": "Please [click](&#106;avascript:alert(1)) here.",
    "fence": "```html\n<script>alert(1)</script>\n```",
    "table": "| a | b |\n|---|---|\n| <script> | [x](javascript:1) |",
}


def _tokens(markdown):
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown):
        yield token
        yield from token.children or ()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_text_becomes_active_markdown(name):
    markdown = ingest.convert(HOSTILE[name].encode(), name="a.txt").markdown
    for token in _tokens(markdown):
        assert token.type not in {"html_block", "html_inline", "image"}, markdown
        if token.type == "link_open":
            assert token.attrs["href"].startswith(("http://", "https://", "mailto:"))


CONTROLS = (
    "red \x1b[31mred\x1b[0m \x1b]8;;http://x\x07link\x1b]8;;\x07 nul\0 \x9b31m "
    "\u202eexe.txt\u202c \u2066x\u2069"
)


def test_no_control_reaches_the_output_or_the_ledger(tmp_path):
    text = f"These words are here, and many more of them stand beside them. {CONTROLS} end.\n"
    (tmp_path / "a.txt").write_text(text * 3)
    done = CliRunner().invoke(main, ["convert", str(tmp_path), "-o", str(tmp_path), "--edits"])
    assert done.exit_code == 0
    for path in tmp_path.glob("a.*"):
        if path.suffix != ".txt":
            assert not _active(path.read_text(encoding="utf-8")), path.name
    edits = [json.loads(line) for line in (tmp_path / "a.edits.jsonl").read_text().splitlines()]
    assert any("\u202e" in e["before"] for e in edits), "what is escaped can be read back"
    shown = CliRunner().invoke(main, ["explain", str(tmp_path / "a.txt"), "--all"]).stdout
    assert not _active(shown)


def test_no_control_of_markdown_reaches_output_ledger_or_log(tmp_path):
    data = f"# Head {CONTROLS}\n\n```\n{CONTROLS}\n```\n\n[a](https://x.org '{CONTROLS}')\n"
    data += "\n[\x1bunused\u202e]: b\n"
    (tmp_path / "a.md").write_text(data)
    command = ["convert", str(tmp_path / "a.md"), "-o", str(tmp_path / "out"), "--edits", "-v"]
    done = CliRunner().invoke(main, command)
    assert done.exit_code == 0
    written = [p.read_text(encoding="utf-8") for p in (tmp_path / "out").iterdir()]
    assert len(written) == 3
    assert "unused" in done.stderr.lower()
    for text in (*written, done.stderr, done.stdout):
        assert not _active(text)


def _active(text):
    return [c for c in text if c != "\n" and inert(c) != c]


@pytest.mark.parametrize(
    "name", ["a\x1b[31m.txt", "a\nerror: b.txt", "a\u202etxt.exe.txt", "a\x9b.txt", "a\u2028b.txt"]
)
def test_no_name_acts_on_a_terminal(tmp_path, name):
    (tmp_path / name).write_bytes(b"")
    (tmp_path / "b.txt").write_text("Some text.")
    for options in ([], ["--log-format", "json"], ["-v"]):
        done = CliRunner().invoke(main, ["convert", str(tmp_path), "--check", *options])
        assert done.exit_code == 1
        assert not _active(done.stderr)
        assert done.stderr.count("zero-bytes" if "json" in options else "error: ") >= 1


def test_a_name_that_is_no_utf_8_is_converted(tmp_path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.txt")).write_text("Some text.\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    done = CliRunner().invoke(main, ["convert", str(tmp_path), "-o", str(tmp_path / "out")])
    assert done.exit_code == 0
    assert (tmp_path / "out/a_.md").read_text() == "Some text.\n"


@pytest.mark.parametrize(
    "text", ["plain", "naïve Größe", "日本語", "a\tb", "emoji 👩", "„Zitat“ – ja"]
)
def test_leave_alone_what_does_not_act(text):
    assert inert(text) == text


# ---------------------------------------------------------------- what a conversion touches

WATCHED = """
import json, os, sys
from ingest.cli import main
ours, theirs = os.pipe()
os.set_blocking(ours, False)

def watch(event, arguments):
    if event == "open" or event.startswith(("socket.", "subprocess.", "os.exec", "os.system",
            "os.posix_spawn", "os.fork", "os.rename", "os.remove", "os.mkdir", "os.symlink")):
        line = json.dumps([event, os.getpid(), *(str(a) for a in arguments)]) + "\\n"
        os.write(theirs, line.encode())

import ingest.batch.worker as w, pdfplumber, pypdfium2, ftfy, ingest.batch.guard
import ingest.report, multiprocessing.popen_fork, ingest.config
sys.addaudithook(watch)
try:
    main(["convert", "in", "-o", "out", "--edits", "--jobs", "2", *sys.argv[1:]],
         standalone_mode=False)
finally:
    events = os.read(ours, 1 << 20).decode()
    print(os.getpid(), events, sep="\\n")
"""
PACKAGE = [Path(ingest.__file__).parent, Path("/proc/self"), Path(os.devnull)]
PACKAGE += [Path(p) for p in {*sysconfig.get_paths().values(), sys.base_prefix, sys.prefix}]
PACKAGE += [Path(sys.pycache_prefix)] if sys.pycache_prefix else []


def _watched(folder, *options):
    """The events of a conversion of `in`: those of the supervisor, and those of its workers."""
    command = [sys.executable, "-c", WATCHED, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    parent, *lines = [line for line in done.stdout.splitlines() if line]
    events = [json.loads(line) for line in lines]
    supervisor = [e for e in events if e[1] == int(parent)]
    return supervisor, [e for e in events if e not in supervisor]


def _opened(events, folder):
    return [folder / e[2] for e in events if e[0] == "open" and not e[2].isdecimal()]  # pipes are


def _trespasses(supervisor, workers, folder):
    """What was started, called or opened that a conversion has no business with."""
    starts = ("subprocess", "os.exec", "os.system", "os.posix_spawn")
    for event, *_ in supervisor + workers:
        # The pipe to a worker is a pair of sockets that leads nowhere else.
        if event.startswith(starts) or (event.startswith("socket.") and event != "socket.__new__"):
            yield event
    for event, *_ in workers:
        if event == "os.fork":
            yield event
    for events, places in (
        (workers, [folder / "in", *PACKAGE]),
        (supervisor, [folder, *PACKAGE, Path("/proc"), Path("/sys/devices")]),
    ):
        for path in _opened(events, folder):
            if not any(path.is_relative_to(place) for place in places):
                yield str(path)


linux = pytest.mark.skipif(sys.platform != "linux", reason="the events of forked workers are seen")


@linux
def test_a_conversion_opens_its_input_its_output_and_the_package_alone(tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("nested-lists.pdf", "000_f154ea2c28ce861a.txt"):
        (tmp_path / "in" / name).write_bytes((ROOT / "samples" / name).read_bytes())
    supervisor, workers = _watched(tmp_path)
    assert not list(_trespasses(supervisor, workers, tmp_path))
    assert any(path.suffix == ".pdf" for path in _opened(workers, tmp_path))
    assert len({e[1] for e in workers}) == 2
    assert sum(e[0] == "os.fork" for e in supervisor) == 2, "the workers, and no other process"


@linux
@pytest.mark.parametrize(
    ("word", "found"),
    [("DIAL", "socket.getaddrinfo"), ("START", "subprocess.Popen"), ("PEEK", "/etc/hostname")],
)
def test_a_trespass_is_seen(tmp_path, word, found, misbehaving):
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.txt").write_text(word)
    options = ["--stages", "misbehave", "--fail-on", "never"]
    trespasses = list(_trespasses(*_watched(tmp_path, *options), tmp_path))
    assert any(t.startswith(found) for t in trespasses), trespasses


def test_a_worker_leaves_nothing_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "tmp").mkdir()
    (tmp_path / "a.pdf").write_bytes((ROOT / "samples/nested-lists.pdf").read_bytes())
    command = [sys.executable, "-m", "ingest", "convert", "a.pdf", "-o", "out"]
    environment = {**os.environ, "TMPDIR": str(tmp_path / "tmp")}
    subprocess.run(command, cwd=tmp_path, env=environment, check=True, capture_output=True)
    assert not list((tmp_path / "tmp").iterdir())
