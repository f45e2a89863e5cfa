"""The Dask engine: the same results as on one machine, whoever dies."""

import importlib.util
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

from ingest.batch import MANIFEST, Status, read_manifest

TEXT = "It affects the quality of life.These spasms are common.\n"
STAGES = ["--stages", "repair_encoding,split_words,build_blocks,misbehave"]
LIMITS = ["--limit", "wall=3", "--limit", "memory=300"]

needs_dask = pytest.mark.skipif(
    importlib.util.find_spec("distributed") is None,
    reason="NOT TESTED: the Dask engine, since the extra `dask` is not installed",
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in/deep").mkdir(parents=True)
    return tmp_path


def _fill(folder, count):
    for number in range(count):
        name = f"deep/{number:03}.txt" if number % 2 else f"{number:03}.txt"
        (folder / "in" / name).write_text(f"Document {number}.\n\n{TEXT}")


def _command(*arguments):
    return [sys.executable, "-m", "ingest", "convert", *map(str, arguments)]


def _run(*arguments):
    return subprocess.run(_command(*arguments), capture_output=True, text=True, check=False)


def _results(folder):
    files = (p for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    return {str(p.relative_to(folder)): p.read_bytes() for p in files}


def _records(folder):
    """What the manifest says, but for the time that a conversion took."""
    return {r.source: {**_fields(r), "seconds": 0} for r in read_manifest(folder)}


def _fields(record):
    return {name: getattr(record, name) for name in record.__dataclass_fields__}


def _wait_for(condition, seconds=180):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


class _Cluster:
    """A scheduler and workers, each a process of its own."""

    def __init__(self, folder, workers=2):
        self._file = folder / "scheduler.json"
        self._start("dask_scheduler", "--port", "0", "--no-dashboard")
        _wait_for(self._file.exists)
        self.address = _address(self._file)
        self.workers = []
        for _ in range(workers):
            self.add_worker("--no-nanny")
        _wait_for(lambda: _count_workers(self) == workers)

    def add_worker(self, *options):
        worker = self._start("dask_worker", "--nthreads", "1", "--no-dashboard", *options)
        self.workers.append(worker)

    def _start(self, module, *options):
        command = [sys.executable, "-m", f"distributed.cli.{module}"]
        command += ["--scheduler-file", str(self._file), *options]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, cwd=self._file.parent)
        self.processes = [*getattr(self, "processes", []), process]
        return process

    def end(self):
        for process in self.processes[::-1]:
            process.kill()
            process.wait()


def _address(file):
    import json

    while True:
        try:
            return json.loads(file.read_text())["address"]
        except ValueError:  # it is being written
            time.sleep(0.02)


@pytest.fixture
def cluster(tmp_path_factory, misbehaving):
    """A cluster of two workers."""
    cluster = _Cluster(tmp_path_factory.mktemp("cluster"))
    yield cluster
    cluster.end()


@pytest.fixture
def strict_cluster(tmp_path_factory, misbehaving, monkeypatch):
    """A cluster of six workers, which gives up a task with the first of them that dies of it."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES", "0")
    cluster = _Cluster(tmp_path_factory.mktemp("cluster"), workers=6)
    yield cluster
    cluster.end()


def _on(cluster):
    return ["--engine", "dask", "--scheduler", cluster.address]


# ---------------------------------------------------------------- the same as on one machine


@needs_dask
def test_results_and_records_are_those_of_one_machine(here):
    _fill(here, 6)
    (here / "in/empty.txt").write_bytes(b"")
    (here / "in/gone.txt").symlink_to("nowhere")
    one = _run("in", "-o", "one", "--edits")
    dask = _run("in", "-o", "dask", "--edits", "--engine", "dask", "--jobs", 2)
    assert (dask.returncode, dask.stderr.splitlines()[-1]) == (1, one.stderr.splitlines()[-1])
    assert sorted(dask.stderr.splitlines()) == sorted(one.stderr.splitlines())
    assert _results(here / "dask") == _results(here / "one")
    assert _records(here / "dask") == _records(here / "one")


@needs_dask
def test_a_second_run_does_what_has_changed_by_any_engine(here):
    _fill(here, 4)
    assert _run("in", "-o", "out").returncode == 0
    (here / "in/000.txt").write_text("Something else stands here.\n")
    (here / "in/002.txt").write_bytes(b"")
    done = _run("in", "-o", "out", "--engine", "dask")
    assert done.returncode == 1
    assert done.stderr.endswith("1 converted, 2 unchanged, 1 failed\n")
    assert (here / "out/002.md.stale").is_file()


@needs_dask
@pytest.mark.slow
def test_four_faults_among_two_hundred(here, cluster):
    _fill(here, 200)
    assert _run("in", "-o", "clean", *STAGES).returncode == 0
    marker = here / "marker"
    for number, fault in ((50, f"CRASH-ONCE{marker} "), (100, "POISON"), (120, "HANG")):
        (here / f"in/{number:03}.txt").write_text(f"Document {number}.\n\n{TEXT}\n{fault}\n")
    (here / "in/140.txt").write_text(f"Document 140.\n\n{TEXT}\nEAT\n")
    _run("in", "-o", "one", *STAGES, *LIMITS, "--jobs", 2)
    marker.rmdir()
    done = _run("in", "-o", "out", *STAGES, *LIMITS, *_on(cluster))
    assert done.stderr.endswith("197 converted, 0 unchanged, 3 failed\n")
    failed = {r.source: r.kind for r in read_manifest(here / "out") if r.status is Status.FAILED}
    assert failed == {"100.txt": "crash", "120.txt": "limit:wall", "140.txt": "limit:memory"}
    assert marker.is_dir(), "it did crash once"
    assert _results(here / "out") == _results(here / "one")
    clean = _results(here / "clean")
    assert _results(here / "out").items() <= {**clean, **_results(here / "one")}.items()
    assert _records(here / "out") == _records(here / "one")


@needs_dask
def test_results_may_go_to_a_store(here):
    if importlib.util.find_spec("fsspec") is None:
        pytest.skip("NOT TESTED: a store behind Dask, since the extra `stores` is not installed")
    _fill(here, 3)
    script = (
        "import fsspec; from ingest.batch import run_batch, plan;"
        "from ingest.pipeline import Pipeline;"
        "from ingest.batch.engines import find_engine; from ingest.batch.urls import Url;"
        "fs = fsspec.filesystem('memory'); fs.put('in', '/in', recursive=True);"
        "engine = find_engine('dask', workers=2);"
        "jobs = plan([Url('memory://in')]);"
        "print([sorted(d.record.status.value for d in"
        " run_batch(jobs, Pipeline(), Url('memory://out'), engine=engine)) for _ in range(2)]);"
        "fs.get('/out', 'got', recursive=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{[['converted'] * 3, ['unchanged'] * 3]}\n"
    assert _run("in", "-o", "one").returncode == 0
    got = {n: d for n, d in _results(here / "got").items() if "manifest" not in n}
    assert got == _results(here / "one")


# ---------------------------------------------------------------- deaths


def _slow_documents(folder, count):
    """Documents that take a moment, so that there is time to kill something."""
    _fill(folder, count)
    for path in (folder / "in").rglob("*.txt"):
        path.write_text(path.read_text() + TEXT * 40)


@needs_dask
@pytest.mark.slow
def test_the_documents_of_a_dead_worker_are_done_by_others(here, cluster):
    _slow_documents(here, 60)
    assert _run("in", "-o", "one", "--edits").returncode == 0
    command = _command("in", "-o", "out", "--edits", *_on(cluster))
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: len(list((here / "out").rglob("*.md"))) >= 10)
    cluster.workers[0].kill()
    _, said = run.communicate(timeout=300)
    assert (run.returncode, said) == (0, said)
    assert said.endswith("60 converted, 0 unchanged, 0 failed\n") or Counter(
        str(r.status) for r in read_manifest(here / "out")
    ) == {"converted": 59, "unchanged": 1}, "one may have been written when its worker died"
    left = {n: d for n, d in _results(here / "out").items() if not n.endswith(".tmp")}
    assert left == _results(here / "one")


@needs_dask
@pytest.mark.slow
def test_documents_that_dask_gives_up_are_handed_out_again(here, strict_cluster):
    from ingest.batch.engines.dask import MAX_LOST

    _fill(here, 8)
    (here / "in/once.txt").write_text(f"HOST-ONCE{here / 'marker'} ")
    (here / "in/always.txt").write_text("HOST-ALWAYS")
    done = _run("in", "-o", "out", *STAGES, *_on(strict_cluster))
    assert done.returncode == 1, done.stderr
    assert "always.txt: every Dask worker that had it died; see their logs" in done.stderr
    records = {r.source: r for r in read_manifest(here / "out")}
    assert {name for name, r in records.items() if r.status is Status.FAILED} == {"always.txt"}
    assert (records["always.txt"].kind, len(records)) == ("crash", 10)
    assert len(_results(here / "out")) == 9
    assert (here / "marker").is_dir()
    assert sum(worker.poll() is not None for worker in strict_cluster.workers) >= MAX_LOST + 1


@needs_dask
@pytest.mark.slow
def test_a_driver_that_is_killed_goes_on_where_it_was(here, cluster):
    _slow_documents(here, 60)
    assert _run("in", "-o", "one", "--edits").returncode == 0
    command = _command("in", "-o", "out", "--edits", *_on(cluster))
    run = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    _wait_for(lambda: len(list((here / "out").rglob("*.md"))) >= 20)
    run.kill()
    run.communicate()
    recorded = len(read_manifest(here / "out"))
    assert 0 < recorded < 60
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    statuses = Counter(str(r.status) for r in read_manifest(here / "out"))
    assert statuses.total() == 60
    assert statuses["unchanged"] >= recorded
    assert _results(here / "out") == _results(here / "one")


@needs_dask
@pytest.mark.slow
@pytest.mark.parametrize("own", [True, False], ids=["own cluster", "another's cluster"])
def test_an_interrupted_run_says_so_and_ends(here, cluster, own):
    _fill(here, 3)
    (here / "in/hang.txt").write_text("HANG")
    where = ["--engine", "dask", "--jobs", 2] if own else _on(cluster)
    run = subprocess.Popen(
        _command("in", "-o", "out", "--stages", "misbehave", *where),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _wait_for(lambda: len(read_manifest(here / "out")) == 3)
    os.killpg(run.pid, signal.SIGINT)
    _, said = run.communicate(timeout=30)
    # The third was recorded, and perhaps not yet told.
    assert run.returncode == 130
    assert re.fullmatch(
        "error: interrupted after [23] of 4; the same command goes on from there\n", said
    )
    (here / "in/hang.txt").write_text("no more")
    done = _run("in", "-o", "out", "--stages", "misbehave", *where)
    assert done.stderr == "1 converted, 3 unchanged, 0 failed\n"


# ---------------------------------------------------------------- what is told


@needs_dask
@pytest.mark.slow
def test_a_worker_that_may_have_no_children_is_told_how(here, cluster):
    _fill(here, 2)
    cluster.add_worker("--nanny")
    _wait_for(lambda: _count_workers(cluster) == 3)
    done = _run("in", "-o", "out", *_on(cluster))
    assert done.returncode == 1
    assert "may not have children; start it with --no-nanny" in done.stderr
    assert "Traceback" not in done.stderr


@needs_dask
@pytest.mark.slow
def test_a_worker_of_another_version_that_joins_converts_nothing(here, cluster):
    """Its results would be recorded as those of this version."""
    _slow_documents(here, 200)
    run = subprocess.Popen(
        _command("in", "-o", "out", *_on(cluster)), stderr=subprocess.PIPE, text=True
    )
    _wait_for(lambda: len(list((here / "out").rglob("*.md"))) >= 2)
    other = "import ingest.batch.manifest as m; m._LIBRARIES = ('pytest',)"
    cluster.add_worker("--no-nanny", "--preload", other)
    _, said = run.communicate(timeout=300)
    assert run.returncode == 1, said
    assert re.fullmatch(
        r"error: the Dask worker tcp://\S+ has another version of ingest or of its libraries; "
        "install the same there, so that all results are alike\n",
        said,
    )


def _count_workers(cluster):
    script = f"from distributed import Client; print(len(Client({cluster.address!r}).nthreads()))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)
    return int(done.stdout)


@needs_dask
@pytest.mark.slow
def test_no_scheduler(here):
    _fill(here, 1)
    done = _run("in", "-o", "out", "--engine", "dask", "--scheduler", "tcp://127.0.0.1:9")
    assert done.returncode == 2
    assert "no Dask scheduler answers" in done.stderr
    assert "Traceback" not in done.stderr


@needs_dask
def test_stdin_cannot_be_sent(here):
    done = _run("-", "-o", "out", "--engine", "dask")
    assert (done.returncode, done.stderr) == (
        2,
        "error: stdin cannot be sent to a cluster; leave out --engine dask\n",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scheduler", "tcp://x:1", "-o", "out"], "--scheduler needs --engine dask"),
        (["--engine", "dask"], "--engine dask needs -o DIR"),
        (["--engine", "dask", "-o", "out", "--check"], "and no --check"),
    ],
)
def test_wrong_use(here, arguments, message):
    _fill(here, 1)
    done = _run("in/000.txt", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_a_missing_extra_is_told_with_the_line_that_installs_it(here):
    _fill(here, 1)
    script = (
        "import sys; sys.modules['distributed'] = None; from ingest.cli import main;"
        "main(['convert', 'in', '-o', 'out', '--engine', 'dask'])"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: the engine dask needs the extra dask (")
    assert done.stderr.endswith('; install it: pip install "ingest-md[dask]"\n')
