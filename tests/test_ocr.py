"""`--ocr`: scans are read by OCRmyPDF, and no such program can hurt a run."""

import hashlib
import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from pdfs import make_pdf
from pdfs import text as show

from ingest import ConfigError, Document, convert, read
from ingest.batch import Limits, read_manifest
from ingest.batch.manifest import options_hash
from ingest.cli import main
from ingest.decisions import Decision, Decisions
from ingest.errors import LimitError, OcrError
from ingest.ocr import Ocr, add_text_layer, find_ocr, mark_ocr
from ingest.pipeline import Pipeline
from ingest.review.facts import place_edits
from ingest.verify import check_document

ROOT = Path(__file__).parents[1]
SCAN = ROOT / "tests/data/bad/scan.pdf"
TYPED = ROOT / "samples/one-column.pdf"

needs_ocrmypdf = pytest.mark.skipif(
    shutil.which("ocrmypdf") is None,
    reason="NOT TESTED: --ocr with OCRmyPDF, since it is not installed (apt install ocrmypdf)",
)
pytestmark = pytest.mark.skipif(os.name != "posix", reason="NOT TESTED: --ocr but on POSIX")


def scanned(path, pages, dots=150):
    """A PDF that shows pages of another as pictures, as a scanner makes it."""
    import pypdfium2

    with pypdfium2.PdfDocument(path) as pdf:
        pictures = [pdf[n].render(scale=dots / 72, grayscale=True).to_pil() for n in pages]
    out = BytesIO()
    pictures[0].save(out, "PDF", resolution=dots, save_all=True, append_images=pictures[1:])
    return out.getvalue()


def joined(*parts):
    """PDFs as one, the pages of each as they are."""
    import pypdfium2

    out = BytesIO()
    with pypdfium2.PdfDocument.new() as whole:
        for part in parts:
            with pypdfium2.PdfDocument(part) as pdf:
                whole.import_pages(pdf)
        whole.save(out)
    return out.getvalue()


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr("tempfile.tempdir", None)
    return tmp_path


@pytest.fixture
def fake(here, monkeypatch):
    """Put another `ocrmypdf` on the PATH: the body of a shell script; `$last` is its output."""

    def install(body):
        folder = here / "bin"
        folder.mkdir(exist_ok=True)
        program = folder / "ocrmypdf"
        program.write_text(
            '#!/bin/sh\nif [ "$1" = --version ]; then echo 99.1; exit; fi\n'
            f'for last; do :; done\necho "$@" > {here}/asked\n{body}\n'
        )
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return find_ocr()

    return install


def _ingest(*arguments):
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def _process(*arguments, **options):
    command = [sys.executable, "-m", "ingest", "convert", *map(str, arguments)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **options)


READ = make_pdf(show("The text that was read is here."))


@pytest.fixture
def reads(here, fake):
    """An `ocrmypdf` that finds one sentence on everything."""
    (here / "read.pdf").write_bytes(READ)
    return fake(f'cp {here}/read.pdf "$last"')


# ---------------------------------------------------------------- the real program


@needs_ocrmypdf
def test_a_scan_is_read(here):
    (here / "a scan.pdf").write_bytes(scanned(ROOT / "samples/footnotes.pdf", [0]))
    done = _ingest("a scan.pdf", "--ocr", "--front-matter", "-o", "out", "--edits")
    assert done.exit_code == 0
    assert "a scan.pdf: OCR of 1 page without text\n" in done.stderr
    assert "the text of page 1 is by OCR (ocrmypdf " in done.stderr
    markdown = (here / "out/a scan.md").read_text()
    assert "# The Mill at the Weir" in markdown
    assert '\nocr: "ocrmypdf ' in markdown
    assert "by a family of carpenters" in markdown
    first = json.loads((here / "out/a scan.edits.jsonl").read_text().splitlines()[0])
    assert (first["stage"], first["rule"], first["before"], first["after"]) == (
        *("ocr", "page"),
        *("", ""),
    )
    assert list((here / "tmp").iterdir()) == []


@needs_ocrmypdf
def test_typed_pages_stay_as_they_are(here):
    with_typed = joined(TYPED.read_bytes(), SCAN.read_bytes())
    (here / "in").mkdir()
    (here / "in/mixed.pdf").write_bytes(with_typed)
    (here / "in/typed.pdf").write_bytes(TYPED.read_bytes())
    assert _ingest("in", "-o", "out", "--ocr", "--edits").exit_code == 0
    typed = (here / "out/typed.md").read_text()
    assert (here / "out/mixed.md").read_text().startswith(typed.strip())
    assert len((here / "out/mixed.md").read_text()) > len(typed) + 10
    edits = map(json.loads, (here / "out/mixed.edits.jsonl").read_text().splitlines())
    count = len(read(TYPED).source.split("\f"))
    assert [e["why"].split()[1] for e in edits if e["stage"] == "ocr"] == [str(count + 1)]


@needs_ocrmypdf
def test_a_language_that_is_not_installed_is_told(here):
    done = _ingest(SCAN, "--ocr", "--ocr-language", "xyz")
    assert done.exit_code == OcrError.exit_code
    assert "failed (exit code" in done.stderr


# ---------------------------------------------------------------- programs that do harm


def test_what_the_program_is_asked(here, reads):
    (here / "-o x;$(touch y).pdf").write_bytes(joined(READ, make_pdf(""), make_pdf(""), READ))
    done = _ingest("./-o x;$(touch y).pdf", "--ocr", "--ocr-language", "deu+eng", "--jobs", 3)
    assert done.exit_code == 0
    *options, end, before, after = (here / "asked").read_text().split()
    assert end == "--"
    assert before.endswith("/in.pdf")
    assert after.endswith("/out.pdf")
    assert {"--skip-text", "--pages=2-3", "--language=deu+eng", "--jobs=3"} <= set(options)
    assert not (here / "y").exists()


def test_a_file_with_text_is_not_given_to_it(here, reads):
    assert _ingest(TYPED, "--ocr").exit_code == 0
    assert _ingest(ROOT / "tests/data/bad/broken.pdf", "--ocr").exit_code == 3
    (here / "empty.txt").write_bytes(b"")
    assert _ingest("empty.txt", "--ocr").exit_code == 4
    assert not (here / "asked").exists()


def test_chosen_pages_alone_are_read(here, reads):
    (here / "a.pdf").write_bytes(joined(*[make_pdf("")] * 5))
    _ingest("a.pdf", "--ocr", "--pages", "2,4-")
    assert "--pages=2,4-5 " in (here / "asked").read_text()


def test_stdin_is_read_too(here, reads):
    done = CliRunner().invoke(main, ["convert", "-", "--ocr"], input=SCAN.read_bytes())
    assert done.stdout == "The text that was read is here.\n"


HARM = {
    "fails": ("echo one >&2; echo 'two \033[31m' >&2; exit 6", 4, "exit code 6: two [31m)"),
    "says nothing": ("exit 1", 4, "it said nothing"),
    "writes nothing": ("exit 0", 4, "exit code 0"),
    "is killed": ("kill -9 $$", 4, "signal SIGKILL"),
    "writes rubbish": ('head -c 5000 /dev/zero > "$last"', 3, "not a PDF"),
    "writes a broken PDF": ('echo %PDF-1.7 > "$last"', 3, "damaged"),
    "finds nothing": (
        f'cp "{SCAN}" "$last"',
        4,
        "no text on its pages, and ocrmypdf 99.1 found none",
    ),
    "writes without end": ('cat /dev/zero > "$last"', 4, "failed"),
}


@pytest.mark.parametrize("name", HARM)
def test_a_program_that(here, fake, monkeypatch, name):
    body, code, said = HARM[name]
    monkeypatch.setattr("ingest.ocr.FILE_BYTES_MAX", 1 << 20)
    fake(body)
    done = _ingest(SCAN, "--ocr")
    assert (done.exit_code, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert list((here / "tmp").iterdir()) == []


@pytest.mark.parametrize("name", HARM)
def test_what_stands_on_other_pages_is_not_lost_to_a_program_that(here, fake, monkeypatch, name):
    monkeypatch.setattr("ingest.ocr.FILE_BYTES_MAX", 1 << 20)
    fake(HARM[name][0])
    (here / "a.pdf").write_bytes(joined(READ, make_pdf("")))
    done = _ingest("a.pdf", "--ocr")
    assert done.exit_code == 0
    assert "The text that was read is here." in done.stdout
    assert "a.pdf: warning: " in done.stderr


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")  # the dead stay there until somebody asks for them
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def _gone(path, seconds=20):
    """Wait until the processes that a file names are dead."""
    pids = [int(line) for line in path.read_text().split()]
    assert pids
    end = time.monotonic() + seconds
    while any(map(_alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    return not any(map(_alive, pids))


HANG = "sleep 300 & echo $! >> {0}/pids; echo $$ >> {0}/pids; wait"


def test_a_program_that_hangs_is_ended_with_all_it_started(here, fake, monkeypatch):
    monkeypatch.setattr("ingest.ocr.START_SECONDS", 5)
    fake(HANG.format(here))
    done = _ingest(SCAN, "--ocr", "--limit", "ocr=1", "--log-format", "text")
    assert done.exit_code == LimitError.exit_code
    assert "OCR stopped" in done.stderr
    assert "--limit ocr=" in done.stderr
    assert _gone(here / "pids")
    assert list((here / "tmp").iterdir()) == []


def test_an_interrupted_run_ends_the_program(here, fake):
    fake(HANG.format(here))
    run = _process(SCAN, "--ocr", "-o", "out")
    end = time.monotonic() + 60
    while not (here / "pids").exists() or len((here / "pids").read_text().split()) < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, "interrupted" in said) == (130, True)
    assert _gone(here / "pids")
    assert list((here / "tmp").iterdir()) == []


def test_limits_of_workers_do_not_hold_for_the_program(here, reads, fake):
    fake(f'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; sleep 2; cp {here}/read.pdf "$last"')
    done = _ingest(SCAN, "--ocr", "--limit", "wall=2", "--limit", "cpu=2")
    assert (done.exit_code, done.stdout) == (0, "The text that was read is here.\n")


def test_what_it_gives_is_converted_under_guard(here, fake):
    """The result of the program is as little trusted as any file."""
    (here / "many.pdf").write_bytes(joined(*[READ] * 5))
    fake(f'cp {here}/many.pdf "$last"')
    done = _ingest(SCAN, "--ocr", "--limit", "pages=4")
    assert done.exit_code == LimitError.exit_code


def test_memory_of_the_program_is_limited(here, fake, monkeypatch):
    monkeypatch.setattr("ingest.ocr.MIB_FOR_JOB", 100)
    ocr = fake(f'ulimit -v > {here}/space; cp "{SCAN}" "$last"')
    add_text_layer(SCAN.read_bytes(), ocr, [1], name="a", memory=300, jobs=2)
    assert int((here / "space").read_text()) == 500 * 1024


# ---------------------------------------------------------------- batches


def test_a_batch_with_scans(here, reads):
    (here / "in").mkdir()
    (here / "in/scan.pdf").write_bytes(SCAN.read_bytes())
    (here / "in/typed.pdf").write_bytes(READ)
    done = _ingest("in", "-o", "out", "--ocr", "--log-format", "json")
    events = [json.loads(line) for line in done.stderr.splitlines()]
    assert {"event": "ocr", "source": "in/scan.pdf", "pages": 1} in events
    records = {r.source: r for r in read_manifest(here / "out")}
    assert records["scan.pdf"].edits["ocr/page"] == 1
    assert "ocr/page" not in records["typed.pdf"].edits
    sums = {r.source_sha256 for r in records.values()}
    assert len(sums) == 2
    (here / "asked").unlink()
    assert _ingest("in", "-o", "out", "--ocr").stderr.startswith("0 converted, 2 unchanged")
    assert not (here / "asked").exists()


def test_a_scan_is_known_by_the_file_that_was_given(here, fake):
    joined_words = make_pdf(show("These are words of life.These are others."))
    (here / "joined.pdf").write_bytes(joined_words)
    fake(f'cp {here}/joined.pdf "$last"')
    (here / "scan.pdf").write_bytes(SCAN.read_bytes())
    sha256 = hashlib.sha256(SCAN.read_bytes()).hexdigest()
    record = json.loads(_ingest("scan.pdf", "--ocr", "--format", "jsonl").stdout)
    assert record["id"] == sha256
    assert "life. These" in record["text"]
    (stop,) = (p for p in place_edits(convert(joined_words).document) if p.edit.rule == "stop")
    before, after = stop.edit.before, stop.edit.after
    rejected = Decision("split_words", "stop", stop.at, before, after, accepted=False)
    decided = Decisions({sha256: (rejected,)})
    (here / "decisions.json").write_text(json.dumps(decided.as_dict()))
    done = _ingest("scan.pdf", "--ocr", "--decisions", "decisions.json")
    assert "life.These" in done.stdout
    assert "decisions" not in done.stderr


def test_a_file_that_vanishes_costs_itself_alone(here, reads, monkeypatch):
    (here / "in").mkdir()
    (here / "in/a.pdf").write_bytes(SCAN.read_bytes())
    (here / "in/b.pdf").write_bytes(SCAN.read_bytes())
    monkeypatch.setattr(
        "ingest.report.Report.begin_ocr", lambda *_: (here / "in/a.pdf").unlink(missing_ok=True)
    )
    done = _ingest("in", "-o", "out", "--ocr")
    assert "in/a.pdf: cannot be read" in done.stderr
    assert (here / "out/b.md").exists()


def test_the_options_of_a_result_include_the_program():
    chosen = [None, Ocr("", "1"), Ocr("", "2"), Ocr("deu", "1")]
    assert len({options_hash(Pipeline(ocr=ocr), edits=False) for ocr in chosen}) == len(chosen)


def test_without_the_option_the_error_names_it(here):
    done = _ingest(SCAN)
    assert done.exit_code == 4
    assert "run OCR first: --ocr has OCRmyPDF do it" in done.stderr


# ---------------------------------------------------------------- finding it


def test_it_is_not_installed(here, monkeypatch):
    monkeypatch.setenv("PATH", str(here))
    done = _ingest(SCAN, "--ocr")
    assert done.exit_code == 2
    assert "apt install ocrmypdf" in done.stderr


def test_it_does_not_start(here, fake):
    fake("")
    (here / "bin/ocrmypdf").write_text("#!/bin/sh\nexit 1\n")
    with pytest.raises(ConfigError, match="does not work"):
        find_ocr()


@pytest.mark.parametrize("name", ["deu", "eng+fra", "chi_sim", "script/Latin", ""])
def test_language(reads, name):
    assert find_ocr(name).language == name


@pytest.mark.parametrize("name", ["-l", "eng +", "eng;rm", "--version", "+eng", "é"])
def test_no_language(reads, name):
    with pytest.raises(ConfigError, match="names of Tesseract"):
        find_ocr(name)


def test_a_language_needs_the_option(here):
    assert _ingest(SCAN, "--ocr-language", "deu").exit_code == 2


# ---------------------------------------------------------------- what is said of it


def _marked(data, pages):
    return mark_ocr(read(data), pages, Ocr(version="1.0"))


def test_pages_are_told_that_were_read():
    doc = _marked(joined(READ, READ, make_pdf(""), READ), {1, 3, 4})
    assert doc.meta["ocr"] == "ocrmypdf 1.0, pages 1,4"
    texts = {doc.source[slice(*edit.span)].strip() for edit in doc.edits}
    assert texts == {"The text that was read is here."}
    assert [e.why for e in doc.edits] == ["page 1 by ocrmypdf 1.0", "page 4 by ocrmypdf 1.0"]
    check_document(doc)


@pytest.mark.parametrize("pages", [set(), {3}, {9}])
def test_nothing_is_told_of_other_pages(pages):
    before = read(joined(READ, READ, make_pdf("")))
    assert mark_ocr(before, pages, Ocr()) is before


def test_a_document_without_pages_is_left_alone():
    doc = Document("a", ())
    assert mark_ocr(doc, {1}, Ocr()) is doc


def test_the_limit_is_an_option():
    assert Limits().ocr == 60
