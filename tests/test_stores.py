"""Inputs and results in stores: as in folders, and nothing half written."""

import importlib.util
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path, PurePosixPath

import pytest
from click.testing import CliRunner

from ingest.batch import Limits, Status, plan, run_batch
from ingest.batch.ahead import map_ahead
from ingest.batch.remote import BATCH_RECORDS, Remote, RemoteLog
from ingest.batch.stores import Local, store_at
from ingest.batch.urls import Url, place_of
from ingest.cli import main
from ingest.errors import ConfigError, OutputError, SourceError
from ingest.pipeline import Pipeline, find

TEXT = "It affects the quality of life.These spasms are common.\n"
PIPELINE = Pipeline((find("repair_encoding"), find("split_words"), find("build_blocks")))
# One worker: beside the threads that wait for a store, each is a new interpreter.
STAGES = ["--stages", "repair_encoding,split_words,build_blocks", "--jobs", "1"]


def _missing(*modules):
    return [name for name in modules if importlib.util.find_spec(name) is None]


needs_fsspec = pytest.mark.skipif(
    bool(_missing("fsspec")),
    reason="NOT TESTED: URLs, since the extra `stores` is not installed",
)


def _ingest(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "b.txt", "deep/c.txt", "deep/d.text", "e.txt", "not-this.csv"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Document {name}.\n\n{TEXT}")
    return tmp_path


@pytest.fixture
def memory(here):
    """The documents of `here` in memory, below /in."""
    fs = pytest.importorskip("fsspec").filesystem("memory")
    fs.store.clear()
    fs.pseudo_dirs[:] = [""]
    for path in (here / "in").rglob("*"):
        if path.is_file():
            fs.pipe_file(f"/{path.relative_to(here).as_posix()}", path.read_bytes())
    return fs


def _local_results(folder):
    files = (p for p in folder.rglob("*") if p.is_file() and "manifest" not in p.name)
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in files}


def _results(fs, root="/out"):
    paths = [p for p in fs.find(root) if "manifest" not in p]
    return {p[len(root) + 1 :]: fs.cat_file(p) for p in paths}


def _records(url="memory://out"):
    return RemoteLog(Remote(Url(url))).earlier


# ---------------------------------------------------------------- addresses

PLACES = {
    "a.txt": Path("a.txt"),
    "-": Path("-"),
    "C:\\a.txt": Path("C:\\a.txt"),
    "c://a.txt": Path("c://a.txt"),
    "odd:name.txt": Path("odd:name.txt"),
    "s3://bucket/a b.txt": Url("s3://bucket/a b.txt"),
    "file:///tmp/a%20b.txt": Path("/tmp/a b.txt"),
    "file://localhost/tmp/a.txt": Path("/tmp/a.txt"),
}


@pytest.mark.parametrize("text", PLACES)
def test_place(text):
    assert place_of(text) == PLACES[text]


def test_a_file_of_another_machine_is_no_path():
    with pytest.raises(ConfigError, match="write file:///path"):
        place_of("file://host/a.txt")


def test_file_urls_are_paths(here):
    url = (here / "in").as_uri()
    assert _ingest("convert", url, "-o", (here / "out").as_uri(), *STAGES).exit_code == 0
    assert _ingest("convert", "in", "-o", "other", *STAGES).exit_code == 0
    assert _local_results(here / "out") == _local_results(here / "other")


@needs_fsspec
def test_a_folder_is_walked_as_on_disk(here, memory):
    there = {(j.name, j.output) for j in plan([Url("memory://in/")])}
    assert there == {(j.name, j.output) for j in plan([here / "in"])}
    assert [str(j.source) for j in plan([Url("memory://in/a.txt")])] == ["memory://in/a.txt"]


@needs_fsspec
def test_no_key_leads_out_of_the_output(memory):
    memory.pipe_file("/odd/../../up.txt", b"x")
    memory.pipe_file("/odd//twice.txt", b"x")
    memory.pipe_file("/odd/CON.txt", b"x")
    outputs = [PurePosixPath(j.output) for j in plan([Url("memory://odd/")])]
    assert len(set(outputs)) == len(outputs) >= 2
    assert not any(o.is_absolute() or ".." in o.parts for o in outputs)


# ---------------------------------------------------------------- the same as on disk


@needs_fsspec
@pytest.mark.parametrize(
    ("source", "target"),
    [("in", "memory://out"), ("memory://in", "out"), ("memory://in/", "memory://out/")],
)
def test_results_are_those_of_folders(here, memory, source, target):
    (here / "in/empty.txt").write_bytes(b"")
    memory.pipe_file("/in/empty.txt", b"")
    _ingest("convert", "in", "-o", "clean", "--edits", *STAGES)
    done = _ingest("convert", source, "-o", target, "--edits", *STAGES, "--jobs", 2)
    assert done.exit_code == 1
    assert done.stderr.endswith("5 converted, 0 unchanged, 1 failed\n")
    found = _results(memory) if "memory" in target else _local_results(here / "out")
    assert found == _local_results(here / "clean")
    again = _ingest("convert", source, "-o", target, "--edits", *STAGES)
    assert again.stderr.endswith("0 converted, 5 unchanged, 1 failed\n")


@needs_fsspec
def test_a_second_run_does_what_is_missing_or_changed(memory, monkeypatch):
    command = ["convert", "memory://in", "-o", "memory://out", "--edits", *STAGES]
    _ingest(*command)
    clean = _results(memory)
    memory.pipe_file("/in/a.txt", b"Something else stands here.\n")
    memory.pipe_file("/out/b.md", b"spoilt")
    memory.rm_file("/out/deep/c.md")
    memory.rm_file("/out/deep/d.edits.jsonl")
    done = _ingest(*command)
    assert done.stderr == "4 converted, 1 unchanged, 0 failed\n"
    changed = {n for n, data in _results(memory).items() if data != clean[n]}
    assert changed == {"a.md", "a.edits.jsonl"}
    monkeypatch.setattr("ingest.batch.engines.local.convert_jobs", lambda *_, **__: 1 / 0)
    assert _ingest(*command).stderr == "0 converted, 5 unchanged, 0 failed\n"


@needs_fsspec
def test_the_same_length_and_time_hide_no_change(memory):
    """What a store says of an object is not believed; its bytes are."""
    command = ["convert", "memory://in", "-o", "memory://out", *STAGES]
    _ingest(*command)
    before = memory.store["/in/a.txt"]
    data = before.getvalue().replace(b"spasms", b"SPASMS")
    memory.pipe_file("/in/a.txt", data)
    memory.store["/in/a.txt"].modified = before.modified
    assert _ingest(*command).stderr == "1 converted, 4 unchanged, 0 failed\n"
    assert b"SPASMS" in _results(memory)["a.md"]


@needs_fsspec
def test_an_input_that_fails_now_leaves_nothing_that_looks_fresh(memory):
    command = ["convert", "memory://in", "-o", "memory://out", "--edits", *STAGES]
    _ingest(*command)
    clean = _results(memory)
    good = memory.cat_file("/in/deep/c.txt")
    memory.pipe_file("/in/deep/c.txt", b"")
    done = _ingest(*command)
    assert "the result of an earlier run is now memory://out/deep/c.md.stale" in done.stderr
    assert _results(memory) == {
        f"{n}.stale" if n.startswith("deep/c.") else n: data for n, data in clean.items()
    }
    memory.pipe_file("/in/deep/c.txt", good)
    assert _ingest(*command).exit_code == 0
    assert _results(memory) == clean


@needs_fsspec
def test_check_reads_the_store(memory):
    _ingest("convert", "memory://in", "-o", "memory://out", *STAGES)
    assert (
        _ingest("convert", "memory://in", "-o", "memory://out", *STAGES, "--check").exit_code == 0
    )
    memory.pipe_file("/out/a.md", b"spoilt")
    assert (
        _ingest("convert", "memory://in", "-o", "memory://out", *STAGES, "--check").exit_code == 1
    )


@needs_fsspec
def test_a_single_url_goes_to_stdout_with_its_own_exit_code(memory):
    done = _ingest("convert", "memory://in/a.txt", *STAGES)
    assert (done.exit_code, done.stdout) == (
        0,
        "Document a.txt.\n\nIt affects the quality of life. These spasms are common.\n",
    )
    assert _ingest("convert", "memory://in/none.txt").exit_code == 3


@needs_fsspec
def test_a_file_that_is_too_large_is_not_fetched(memory, monkeypatch):
    memory.pipe_file("/in/big.txt", bytes(2 << 20))
    memory.pipe_file("/in/empty.txt", b"")
    read = []
    real = type(memory).cat_file
    monkeypatch.setattr(
        type(memory),
        "cat_file",
        lambda self, path, **kw: read.append(path) or real(self, path, **kw),
    )
    jobs = plan([Url("memory://in/big.txt"), Url("memory://in/empty.txt")])
    batch = run_batch(jobs, PIPELINE, Url("memory://out"), limits=Limits(memory=1))
    done = {d.record.source: d.record for d in batch}
    assert done["big.txt"].kind == "limit:memory"
    assert "/in/big.txt" not in read
    assert "/in/empty.txt" in read


@needs_fsspec
def test_a_file_that_goes_before_it_is_read_is_one_failure(memory):
    jobs = plan([Url("memory://in")])
    memory.rm_file("/in/b.txt")
    done = {d.record.source: d.record for d in run_batch(jobs, PIPELINE, Url("memory://out"))}
    assert len(done) == 5
    assert (done["b.txt"].status, done["b.txt"].kind) == (Status.FAILED, "unreadable")
    assert [n for n, r in done.items() if r.status is not Status.CONVERTED] == ["b.txt"]


@needs_fsspec
def test_no_output_takes_the_place_of_an_input(memory):
    memory.pipe_file("/in/a.md", b"# Title\n")
    done = _ingest("convert", "memory://in/a.md", "-o", "memory://in")
    assert done.exit_code == 5
    assert "this is an input" in done.stderr


# ---------------------------------------------------------------- the manifest


@needs_fsspec
def test_a_run_ends_with_one_object_of_records(memory):
    for _ in range(2):
        _ingest("convert", "memory://in", "-o", "memory://out", *STAGES)
        names = [p for p in memory.find("/out") if "manifest" in p]
        assert len(names) == 1
        lines = [json.loads(line) for line in memory.cat_file(names[0]).splitlines()]
        assert [line["source"] for line in lines] == sorted(
            ["a.txt", "b.txt", "deep/c.txt", "deep/d.text", "e.txt"]
        )


@needs_fsspec
def test_a_killed_run_loses_a_bounded_number_of_records(memory):
    store = Remote(Url("memory://out"))
    log = RemoteLog(store)
    record = next(run_batch(plan([Url("memory://in/a.txt")]), PIPELINE, Url("memory://x"))).record
    from dataclasses import replace

    for number in range(3 * BATCH_RECORDS - 1):
        log.add(replace(record, source=f"{number:04}"))
    assert len(RemoteLog(store).earlier) == 2 * BATCH_RECORDS


@needs_fsspec
def test_runs_at_once_lose_no_record_of_each_other(memory):
    store = Remote(Url("memory://out"))
    record = next(run_batch(plan([Url("memory://in/a.txt")]), PIPELINE, Url("memory://x"))).record
    from dataclasses import replace

    before = RemoteLog(store)
    before.add(replace(record, source="before"))
    before.compact()
    one, two, shard = RemoteLog(store), RemoteLog(store), RemoteLog(store, (1, 2))
    for name, log in (("one", one), ("two", two), ("shard", shard)):
        log.add(replace(record, source=name))
    for log in (two, shard, one):
        log.compact()
    assert RemoteLog(store).earlier.keys() == {"before", "one", "two", "shard"}


@needs_fsspec
def test_the_manifest_of_a_folder_that_was_copied_counts(here, memory):
    _ingest("convert", "in", "-o", "out", *STAGES)
    for path in (here / "out").rglob("*"):
        if path.is_file():
            memory.pipe_file(f"/{path.relative_to(here).as_posix()}", path.read_bytes())
    done = _ingest("convert", "memory://in", "-o", "memory://out", *STAGES)
    assert done.stderr == "0 converted, 5 unchanged, 0 failed\n"


@needs_fsspec
def test_a_put_that_fails_leaves_the_earlier_result(memory, monkeypatch):
    command = ["convert", "memory://in", "-o", "memory://out", *STAGES]
    _ingest(*command)
    clean = _results(memory)
    memory.pipe_file("/in/a.txt", b"Something else stands here.\n")
    real = type(memory).pipe_file

    def refuse(self, path, *rest, **options):
        if path.endswith("a.md"):
            raise PermissionError("AccessDenied")
        return real(self, path, *rest, **options)

    monkeypatch.setattr(type(memory), "pipe_file", refuse)
    done = _ingest(*command)
    assert done.exit_code == 1
    assert "memory://out/a.md: no access (PermissionError: AccessDenied); check cred" in done.stderr
    assert _results(memory) == clean
    assert _records()["a.txt"].kind == "output"


# ---------------------------------------------------------------- what is told


@needs_fsspec
@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["memory://nothing/", "-o", "out"], 3, "nothing to convert in this folder"),
        (["memory://none.txt"], 3, "no such file, folder or bucket"),
        (["odd://a/b", "-o", "out"], 2, "fsspec knows no store called odd://"),
        (["memory://in", "-o", "sftp://host/out"], 2, "results may be seen half written there"),
    ],
)
def test_what_is_wrong_is_one_line(memory, arguments, code, message):
    done = _ingest("convert", *arguments)
    assert done.exit_code == code
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("module", "url", "line"),
    [
        ("fsspec", "memory://in", 'pip install "ingest-md[stores]"'),
        ("s3fs", "s3://bucket/in", 'pip install "ingest-md[s3]"'),
    ],
)
def test_a_missing_extra_is_told_with_the_line_that_installs_it(module, url, line):
    if module == "s3fs" and _missing("fsspec"):
        pytest.skip("NOT TESTED: a store without its library, since `stores` is not installed")
    script = (
        f"import sys; sys.modules[{module!r}] = None; from ingest.cli import main;"
        f"main(['convert', {url!r}, '-o', 'out'])"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert line in done.stderr


# ---------------------------------------------------------------- a little ahead


def test_map_ahead_keeps_the_order_and_takes_few():
    taken = []

    def items():
        for number in range(100):
            taken.append(number)
            yield number

    found = map_ahead(lambda n: n * n, items(), ahead=4)
    assert next(found) == 0
    assert len(taken) <= 5
    assert list(found) == [n * n for n in range(1, 100)]


def test_map_ahead_begins_nothing_more_when_it_is_left():
    begun = []
    gate = threading.Event()

    def work(number):
        begun.append(number)
        gate.wait(0.01)

    found = map_ahead(work, range(1000), ahead=2)
    next(found)
    found.close()
    assert len(begun) < 10


def test_an_error_comes_where_its_result_would():
    found = map_ahead(lambda n: 1 // n, [1, 0, 1], ahead=3)
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)


def test_a_folder_is_a_store(tmp_path):
    store = store_at(tmp_path)
    assert store == Local(tmp_path)
    assert store.write("deep/a.md", b"x") is True
    assert store.write("deep/a.md", b"x") is False
    store.set_aside("deep/a.md")
    assert (store.read("deep/a.md"), store.read("deep/a.md.stale")) == (None, b"x")
    (tmp_path / "out").symlink_to("/")
    with pytest.raises(OutputError, match="a link leads out"):
        store.write("out/a.md", b"x")


# ---------------------------------------------------------------- a server that speaks S3


@pytest.fixture(scope="module")
def server():
    """The address of an S3 server on the loopback."""
    if missing := _missing("moto.server", "s3fs") if not _missing("moto") else ["moto"]:
        pytest.skip(f"NOT TESTED: S3, since {', '.join(missing)} is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.monotonic() + 120
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                break
        assert process.poll() is None
        time.sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    process.kill()
    process.wait()


@pytest.fixture
def bucket(here, server):
    """The documents of `here` in a bucket of their own, and an environment that reaches it."""
    environment = {
        **os.environ,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": server,
    }
    bucket = _Bucket(environment, f"b{time.time_ns()}")
    bucket.do("s.mkdir(B); s.put('in', B + '/in', recursive=True)")
    return bucket


class _Bucket:
    """A bucket; every look at it is a process, since the library keeps threads."""

    def __init__(self, environment, name):
        self.environment, self.name = environment, name

    def do(self, statement):
        script = (
            f"import json, s3fs; s = s3fs.S3FileSystem(use_listings_cache=False); B = {self.name!r}"
        )
        command = [sys.executable, "-c", f"{script}\n{statement}"]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def results(self):
        said = self.do(
            "found = {p[len(B) + 5:]: s.cat_file(p).decode() for p in s.find(B + '/out')}\n"
            "print(json.dumps(found))"
        )
        found = json.loads(said)
        return {n: t.encode() for n, t in found.items() if "manifest" not in n}

    def count_markdown(self):
        """How many there are, asked without the library: that takes milliseconds."""
        address = f"{self.environment['AWS_ENDPOINT_URL']}/{self.name}?list-type=2&prefix=out/"
        with urllib.request.urlopen(address) as answer:
            return answer.read().count(b".md</Key>")

    def command(self, *arguments):
        start = [sys.executable, "-m", "ingest", "convert", f"s3://{self.name}/in/"]
        return [*start, "-o", f"s3://{self.name}/out/", "--edits", *STAGES, *arguments]

    def run(self, *arguments, **environment):
        return subprocess.run(
            self.command(*arguments),
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            check=False,
        )


@pytest.mark.slow
def test_from_bucket_to_bucket(here, bucket):
    bucket.do("s.pipe_file(B + '/in/empty.txt', b'')")
    (here / "in/empty.txt").write_bytes(b"")
    _ingest("convert", "in", "-o", "clean", "--edits", *STAGES)
    done = bucket.run("--jobs", "2")
    assert done.returncode == 1
    assert done.stderr.endswith("5 converted, 0 unchanged, 1 failed\n")
    assert bucket.results() == _local_results(here / "clean")
    again = bucket.run()
    assert again.stderr.endswith("0 converted, 5 unchanged, 1 failed\n")


@pytest.mark.slow
def test_a_run_that_is_killed_leaves_nothing_cut_and_goes_on(here, bucket):
    for number in range(60):
        (here / f"in/n{number:02}.txt").write_text(f"Document {number}.\n\n{TEXT * 20}")
    bucket.do("s.put('in/', B + '/in/', recursive=True)")
    _ingest("convert", "in", "-o", "clean", "--edits", *STAGES)
    clean = _local_results(here / "clean")
    run = subprocess.Popen(bucket.command("-q"), env=bucket.environment)
    while bucket.count_markdown() < 5:
        assert run.poll() is None
    run.send_signal(signal.SIGKILL)
    run.wait()
    left = bucket.results()
    assert left.items() <= clean.items()
    assert {n.replace(".md", ".edits.jsonl") for n in left if n.endswith(".md")} <= left.keys()
    done = bucket.run()
    assert done.returncode == 0
    assert re.search(r"(\d+) converted, (\d+) unchanged, 0 failed", done.stderr)
    assert bucket.results() == clean


@pytest.mark.slow
@pytest.mark.parametrize(
    ("environment", "code", "message"),
    [
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}, 3, "the store does not answer"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, 3, "check credentials"),
    ],
)
def test_a_store_that_refuses_is_one_line(here, bucket, environment, code, message):
    environment = {**environment, "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"}
    done = bucket.run(**environment)
    assert (done.returncode, done.stderr.count("\n")) == (code, 1), done.stderr
    assert message in done.stderr


@pytest.mark.slow
def test_no_bucket(here, bucket):
    command = bucket.command()
    command[command.index("-o") + 1] = "s3://no-such-bucket/out"
    done = subprocess.run(
        command, env=bucket.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 5
    assert "no such file, folder or bucket" in done.stderr
    assert done.stderr.count("\n") == 1


def test_an_unreadable_store_is_a_source_error():
    if _missing("fsspec"):
        pytest.skip("NOT TESTED: URLs, since the extra `stores` is not installed")
    with pytest.raises(SourceError, match="no such file"):
        plan([Url("memory://not/there.txt")])


def test_threads_that_write_at_once_keep_the_rights_of_new_files(tmp_path):
    (tmp_path / "ordinary").write_bytes(b"")
    script = (
        "import sys; from pathlib import Path; from ingest.batch.ahead import map_ahead;"
        "from ingest.batch.stores import Local; store = Local(Path('out'));"
        "list(map_ahead(lambda n: store.write(f'{n % 9}/{n}.md', b'x'), range(99)));"
        "Path('later').write_bytes(b'')"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True)
    written = [p for p in tmp_path.rglob("*") if p.is_file()]
    assert len(written) == 101
    assert {p.stat().st_mode for p in written} == {(tmp_path / "ordinary").stat().st_mode}
