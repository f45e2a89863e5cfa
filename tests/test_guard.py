"""Whatever a document does, it ends its own worker at most, and is named for it."""

import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from bombs import BOMBS, DAMAGED, itself, sound
from faults import misbehave, spin
from pdfs import make_pdf, text

from ingest import convert, read
from ingest.batch import Limits, Request, Status, convert_jobs, plan, read_manifest, run_batch
from ingest.batch.outcome import convert_request
from ingest.batch.worker import preload
from ingest.pipeline import DEFAULT, Pipeline, Stage
from ingest.read.pdfium import PdfiumFile
from ingest.read.plumber import PlumberFile

PIPELINE = Pipeline((*DEFAULT, Stage("misbehave", misbehave)))
LIMITS = Limits(wall=3, cpu=2, memory=300, pages=5000, output=1)
TEXT = "It affects the quality of life.These spasms are common.\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    return tmp_path


def _batch(folder, output="out", *, pipeline=PIPELINE, limits=LIMITS, workers=2, **options):
    jobs = plan([folder / "in"])
    done = list(
        run_batch(jobs, pipeline, folder / output, limits=limits, workers=workers, **options)
    )
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


def _two_pages(*contents):
    return make_pdf(*contents, text("The second page is sound, and it has these words."))


def test_a_broken_page_of_a_pdf_makes_the_result_a_partial_one(here):
    data = _two_pages(text("The first page has these words, and they are lost."))
    broken = data.replace(b"/Kids [3 0 R", b"/Kids [1 0 R", 1)  # the catalogue is no page
    assert broken != data
    (here / "in/a.pdf").write_bytes(broken)
    record = _batch(here)["a.pdf"]
    assert (record.status, record.output) == (Status.PARTIAL, "a.md")
    ((page, reason),) = record.lost_pages
    assert page == 1
    assert "page 1 cannot be read" in reason
    assert b"second page is sound" in _bytes(here / "out")["a.md"]


@pytest.mark.parametrize("source", ["pdfium", "pdfplumber"])
def test_workers_read_as_they_are_told(here, source):
    for name in ("a", "b"):
        (here / "in" / f"{name}.pdf").write_bytes(make_pdf(text("office", font="L")))
    pipeline = Pipeline((), {"source": source})
    found = [o.markdown.decode() for _, o in convert_jobs(plan([here / "in"]), pipeline, Limits())]
    alone = convert(here / "in/a.pdf", (), reader=pipeline.reader).markdown
    assert found == [alone, alone]


def test_the_limit_of_pages_holds_before_they_are_read(monkeypatch):
    read_so_far = []
    monkeypatch.setattr(PdfiumFile, "page", lambda _, number: read_so_far.append(number))
    request = Request("a.pdf", make_pdf(text("one"), text("two")))
    outcome = convert_request(request, Pipeline(), Limits(pages=1))
    assert (outcome.kind, read_so_far) == ("limit:pages", [])


def _fails_on(monkeypatch, source, number, act):
    """Let a source do something on one page; forked workers inherit that."""
    honest = source.page

    def page(self, wanted):
        if wanted == number:
            act()
        return honest(self, wanted)

    monkeypatch.setattr(source, "page", page)


STOPS = {
    "crash": lambda: os.kill(os.getpid(), signal.SIGSEGV),
    "hang": lambda: time.sleep(3600),
    "spin": lambda: spin(None),
}


@pytest.mark.slow
@pytest.mark.parametrize("how", STOPS)
def test_a_page_that_ends_its_worker_is_read_by_the_other_source(here, monkeypatch, how):
    _fails_on(monkeypatch, PdfiumFile, 1, STOPS[how])
    (here / "in/a.pdf").write_bytes(_two_pages(text("The first page is odd.")))
    record = _batch(here)["a.pdf"]
    assert record.status is Status.CONVERTED
    assert b"first page is odd" in _bytes(here / "out")["a.md"]


@pytest.mark.slow
@pytest.mark.parametrize("how", STOPS)
def test_a_page_that_ends_its_worker_whoever_reads_it_is_left_out(here, monkeypatch, how):
    for source in (PdfiumFile, PlumberFile):
        _fails_on(monkeypatch, source, 1, STOPS[how])
    (here / "in/a.pdf").write_bytes(_two_pages(text("The first page is odd.")))
    record = _batch(here)["a.pdf"]
    assert record.status is Status.PARTIAL
    assert [page for page, _ in record.lost_pages] == [1]
    assert b"second page is sound" in _bytes(here / "out")["a.md"]


def test_where_nothing_can_be_saved_the_first_cause_is_told(here, monkeypatch):
    for source in (PdfiumFile, PlumberFile):
        _fails_on(monkeypatch, source, 1, STOPS["crash"])
    (here / "in/a.pdf").write_bytes(make_pdf(text("The only page.")))
    record = _batch(here)["a.pdf"]
    assert (record.status, record.kind) == (Status.FAILED, "crash")


def test_a_stage_that_ends_its_worker_is_blamed_on_no_page(here):
    (here / "in/a.pdf").write_bytes(_two_pages(text("This page says POISON and more words.")))
    record = _batch(here)["a.pdf"]
    assert (record.status, record.kind) == (Status.FAILED, "crash")


def test_a_second_opinion_without_end_costs_itself_alone(here, monkeypatch):
    monkeypatch.setattr("ingest.batch.guard.SECOND_SECONDS", 1)
    (here / "in/a.pdf").write_bytes(itself())
    record = _batch(here, limits=Limits())["a.pdf"]
    assert (record.status, record.kind) == (Status.EMPTY, "no-text")


def test_too_much_output_is_refused(here):
    (here / "in/a.txt").write_text(TEXT * 20_000)
    record = _batch(here, pipeline=Pipeline(()))["a.txt"]
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
        "from ingest.pipeline import Pipeline, Stage;"
        "print([d.record.status.value for d in"
        " run_batch(plan([Path('in')]), Pipeline([Stage('misbehave', misbehave)]), Path('out'))])"
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


@pytest.mark.slow
def test_bombs_cost_themselves_alone(here):
    """What each becomes depends on the reader; that it is named, and its limit held, does not."""
    for make in (*BOMBS, *DAMAGED):
        (here / "in" / f"{make.__name__}.pdf").write_bytes(make())
        (here / "in" / f"{make.__name__}-next.pdf").write_bytes(sound())
    records = _batch(here, pipeline=Pipeline(), limits=Limits(cpu=1, memory=200))
    ends = {make.__name__: records[f"{make.__name__}.pdf"] for make in BOMBS}
    limited = {name for name, record in ends.items() if record.kind.startswith("limit:")}
    assert limited >= {"flate", "laughs"}
    others = {record.status for name, record in ends.items() if name not in limited}
    assert others <= {Status.CONVERTED, Status.EMPTY}
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
        convert_request(Request(str(job.source)), Pipeline())
    alone = _cpu() - start
    start = _cpu()
    assert all(not outcome.kind for _, outcome in convert_jobs(jobs, Pipeline(), Limits()))
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
    undisturbed = _batch(folder, "clean", pipeline=Pipeline(), limits=Limits())
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
    batch = run_batch(plan([here / "in"]), PIPELINE, here / "out", limits=Limits(), workers=3)
    next(batch)
    assert _children()
    batch.close()
    assert not _children()


def _children():
    """Processes that were started by this one and are no resource trackers."""
    import multiprocessing

    return multiprocessing.active_children()
