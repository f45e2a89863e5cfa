"""A folder that is watched: what comes is converted once, and never half."""

import signal
import subprocess
import sys
import time

import pytest

from ingest.batch import read_manifest

TEXT = "It affects the quality of life.These spasms are common.\n"
# Writers rest for less than this between two writes, on a machine that is busy as well.
EVERY = 1.0


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path


def _start():
    command = [sys.executable, "-m", "ingest", "watch", "in", "-o", "out", "--every", str(EVERY)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


def _stop(run):
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 0
    return said.splitlines()


def _wait_for(condition, seconds=90):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


@pytest.mark.slow
def test_what_comes_is_converted_once_and_never_half(here):
    run = _start()
    with (here / "in/slow.txt").open("w") as file:
        for number in range(30):
            file.write(f"Paragraph {number}. {TEXT}\n")
            file.flush()
            time.sleep(EVERY / 10)
    _wait_for((here / "out/slow.md").is_file)
    (here / "in/empty.txt").write_bytes(b"")
    _wait_for(lambda: len(read_manifest(here / "out")) == 2)
    time.sleep(2 * EVERY)  # looks that find nothing new
    said = _stop(run)
    assert said[0] == "converted: slow.txt"
    assert said[1].startswith("failed: empty.txt (")
    assert len(said) == 2
    assert "Paragraph 29." in (here / "out/slow.md").read_text()


@pytest.mark.slow
def test_a_start_after_a_stop_catches_up(here):
    (here / "in/a.txt").write_text(TEXT)
    (here / "in/b.txt").write_text(TEXT)
    run = _start()
    _wait_for(lambda: len(read_manifest(here / "out")) == 2)
    run.kill()
    run.communicate()
    (here / "in/a.txt").write_text("Something else stands here.\n")
    (here / "in/c.txt").write_text(TEXT)
    run = _start()
    _wait_for(lambda: len(read_manifest(here / "out")) == 3)
    said = _stop(run)
    assert sorted(said) == ["converted: a.txt", "converted: c.txt", "unchanged: b.txt"]
    assert (here / "out/a.md").read_text() == "Something else stands here.\n"


def test_no_folder(here):
    command = [sys.executable, "-m", "ingest", "watch", "nowhere", "-o", "out"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        3,
        "error: nowhere: no such folder; check the path\n",
    )
