"""Whatever a document does, it ends its own worker at most, and is named for it."""

import os
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from bombs import BOMBS, DAMAGED, sound
from faults import misbehave

from ingest import read
from ingest.batch import Limits, Request, Status, convert_jobs, plan, read_manifest, run_batch
from ingest.batch.outcome import convert_request
from ingest.batch.worker import preload
from ingest.pipeline import DEFAULT, Recipe, Stage

RECIPE = Recipe((*DEFAULT, Stage("misbehave", misbehave)))
LIMITS = Limits(wall=3, cpu=2, memory=300, pages=5000, output=1)
TEXT = "It affects the quality of life.These spasms are common.\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path


def _batch(folder, output="out", *, recipe=RECIPE, limits=LIMITS, workers=2, **options):
    jobs = plan([folder / "in"])
    done = list(run_batch(jobs, recipe, folder / output, limits=limits, workers=workers, **options))
    assert sorted(d.record.source for d in done) == sorted(j.name for j in jobs)
    return {d.record.source: d.record for d in done}


def _bytes(folder):
    return {p.name: p.read_bytes() for p in folder.rglob("*.md")}


ENDS = {
    "POISON": ("crash", "SIGKILL"),
    "SEGFAULT": ("crash", "SIGSEGV"),
    "LEAVE": ("crash", "exit code 0"),
    "HANG": ("limit:wall", "more than 3 seconds; .*--limit wall="),
    "SPIN": ("limit:cpu", "more than 2 seconds of CPU"),
    "EAT": ("limit:memory", "more than 300 MiB"),
    "RAISE": ("stage", "no luck"),
    "DIAL": ("stage", "a worker may not do this"),
    "START": ("stage", "a worker may not do this"),
    "WRITE": ("stage", "File too large"),
}


def test_each_fault_is_named_and_blamed_on_its_document_alone(here):
    for name in ENDS:
        (here / "in" / f"{name}.txt").write_text(f"{TEXT}{name}\n")
        (here / "in" / f"{name}-next.txt").write_text(TEXT)
    records = _batch(here)
    found = {n: (r.kind, r.reason) for n, r in records.items() if r.status is Status.FAILED}
    assert {n.removesuffix(".txt"): kind for n, (kind, _) in found.items()} == {
        name: kind for name, (kind, _) in ENDS.items()
    }
    for name, (_, pattern) in ENDS.items():
        assert re.search(pattern, found[f"{name}.txt"][1])
    assert len(_bytes(here / "out")) == len(ENDS)
    assert {r.status for n, r in records.items() if "next" in n} == {Status.CONVERTED}


def test_a_page_that_is_lost_makes_the_result_a_partial_one(here):
    (here / "in/a.txt").write_text(f"{TEXT}LOSE-PAGE\n")
    record = _batch(here)["a.txt"]
    assert (record.status, record.output) == (Status.PARTIAL, "a.md")
    assert record.lost_pages == ((2, "page 2 cannot be read (odd)"),)
    assert _batch(here)["a.txt"].status is Status.PARTIAL, "also when nothing is left to do"


def test_too_much_output_is_refused(here):
    (here / "in/a.txt").write_text(TEXT * 20_000)
    record = _batch(here, recipe=Recipe(()))["a.txt"]
    assert (record.kind, record.output) == ("limit:output", None)


def test_too_many_pages_are_refused(here):
    sample = Path(__file__).parents[1] / "samples/nested-lists.pdf"
    (here / "in/a.pdf").write_bytes(sample.read_bytes())
    (here / "in/b.txt").write_text(TEXT)
    records = _batch(here, limits=Limits(pages=1))
    assert {r.kind for r in records.values()} <= {"", "limit:pages"}
    pages = int(read(here / "in/a.pdf").meta["pages"])
    assert (records["a.pdf"].kind == "limit:pages") == (pages > 1)


def test_what_a_worker_prints_is_not_heard(here):
    (here / "in/a.txt").write_text(f"{TEXT}NOISE\n")
    (here / "in/b.txt").write_text(TEXT)
    script = (
        "from pathlib import Path; from ingest.batch import *; from faults import misbehave;"
        "from ingest.pipeline import Recipe, Stage;"
        "print([d.record.status.value for d in"
        " run_batch(plan([Path('in')]), Recipe([Stage('misbehave', misbehave)]), Path('out'))])"
    )
    done = _python(script)
    assert done.stdout == "['converted', 'converted']\n"
    assert done.stderr == ""


def _python(script, **options):
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    environment = {**os.environ, "PYTHONPATH": path}
    command = [sys.executable, "-c", script]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, check=False, **options
    )


def test_bombs_cost_themselves_alone(here):
    """What each becomes depends on the reader; that it is named, and its limit held, does not."""
    for make in (*BOMBS, *DAMAGED):
        (here / "in" / f"{make.__name__}.pdf").write_bytes(make())
        (here / "in" / f"{make.__name__}-next.pdf").write_bytes(sound())
    records = _batch(here, recipe=Recipe(), limits=Limits(cpu=1, memory=200))
    ends = {make.__name__: records[f"{make.__name__}.pdf"] for make in BOMBS}
    limited = {name for name, record in ends.items() if record.kind.startswith("limit:")}
    assert limited >= {"flate", "laughs"}
    assert all(r.status is Status.CONVERTED for n, r in ends.items() if n not in limited)
    assert {r.status for n, r in records.items() if "next" in n} == {Status.CONVERTED}
    assert not [r for r in records.values() if r.kind.startswith(("bug", "crash", "invariant"))]


@pytest.mark.slow
def test_isolation_costs_little(here):
    """The bar is 5 % over 100 PDFs (bench/reliability.py); here are few, and a busy machine."""
    for number in range(12):
        for name in ("nested-lists.pdf", "two-columns.pdf"):
            data = (Path(__file__).parents[1] / "samples" / name).read_bytes()
            (here / "in" / f"{number}-{name}").write_bytes(data)
    jobs = plan([here / "in"])
    preload(pdf=True)
    start = _cpu()
    for job in jobs:
        convert_request(Request(str(job.source)), Recipe())
    alone = _cpu() - start
    start = _cpu()
    assert all(not outcome.kind for _, outcome in convert_jobs(jobs, Recipe(), Limits()))
    assert _cpu() - start < 1.25 * alone + 2.0, "2 s are for the imports of a spawned worker"


def _cpu():
    usage = [resource.getrusage(w) for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in usage)


def _two_hundred(folder):
    """Sound documents, and four that are not."""
    for number in range(200):
        (folder / "in" / f"{number:03}.txt").write_text(f"Document {number}.\n\n{TEXT}")
    _add(folder, "050", f"CRASH-ONCE{folder / 'marker'} ")
    for name, fault in (("100", "POISON"), ("120", "HANG"), ("140", "EAT")):
        _add(folder, name, fault)


def _add(folder, name, text):
    with (folder / "in" / f"{name}.txt").open("a") as file:
        file.write(f"\n{text}\n")


def _check_two_hundred(folder, workers):
    _two_hundred(folder)
    undisturbed = _batch(folder, "clean", recipe=Recipe(), limits=Limits())
    records = _batch(folder, workers=workers)
    failed = {name: r.kind for name, r in records.items() if r.status is Status.FAILED}
    assert failed == {
        "100.txt": "crash",
        "120.txt": "limit:wall",
        "140.txt": "limit:memory",
    }
    assert len(undisturbed) == 200
    clean = _bytes(folder / "clean")
    for name in failed:
        del clean[name.replace(".txt", ".md")]
    assert _bytes(folder / "out") == clean
    assert len(clean) == 197
    assert (folder / "marker").is_dir(), "it did crash once"
    assert len(read_manifest(folder / "out")) == 200


def test_four_faults_among_two_hundred(here):
    _check_two_hundred(here, workers=2)


@pytest.mark.slow
def test_four_faults_among_two_hundred_at_high_load(here):
    burner = [sys.executable, "-c", "while True: pass"]
    burners = [subprocess.Popen(burner) for _ in range(8 * (os.cpu_count() or 1))]
    try:
        _check_two_hundred(here, workers=4)
    finally:
        for process in burners:
            process.kill()
            process.wait()


def test_workers_end_with_the_batch(here):
    for name in "abc":
        (here / "in" / f"{name}.txt").write_text(TEXT + ("HANG" if name == "b" else ""))
    batch = run_batch(plan([here / "in"]), RECIPE, here / "out", limits=Limits(), workers=3)
    next(batch)
    assert _children()
    batch.close()
    assert not _children()


def _children():
    """Processes that were started by this one and are no resource trackers."""
    import multiprocessing

    return multiprocessing.active_children()
