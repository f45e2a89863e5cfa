"""Documents as JSON lines, and that others can load them."""

import hashlib
import json

import pytest
from click.testing import CliRunner
from conftest import ROOT

from ingest import Pipeline, SourceError, convert, convert_many
from ingest.cli import main
from ingest.pipeline import DEFAULT
from ingest.records import record

SAMPLES = ROOT / "samples"
TEXT = b"It affects the quality of life.These spasms are common.\n"
FIELDS = ["id", "text", "source", "metadata", "status", "pages", "edits", "confidence"]


def _ingest(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in/deep").mkdir(parents=True)
    (tmp_path / "in/b.txt").write_bytes(TEXT)
    (tmp_path / "in/deep/a.txt").write_bytes(TEXT + b"\nAnd another line.\n")
    return tmp_path


def test_a_record():
    found = record(convert(TEXT, name="a.txt"))
    assert list(found) == FIELDS
    assert found["id"] == hashlib.sha256(TEXT).hexdigest()
    assert found["text"] == "It affects the quality of life. These spasms are common.\n"
    assert (found["source"], found["status"]) == ("a.txt", "converted")
    assert found["edits"] == {"split_words/stop": 1}
    assert found["pages"] == []
    assert found["confidence"]["reasons"][0]["name"] == "doubtful-split"
    assert json.loads(json.dumps(found)) == found, "plain JSON values"


@pytest.mark.parametrize("name", ["french-leaflet.pdf", "lost-spaces.pdf"])
def test_a_result_and_a_conversion_have_one_record(name):
    path = SAMPLES / name
    (result,) = convert_many([path], workers=1)
    assert record(result) == record(convert(path))
    found = record(result)
    for page in found["pages"]:
        assert found["text"][page["start"] : page["end"]].strip()
    assert [page["page"] for page in found["pages"]] == [1, 2]


def test_what_has_no_markdown_has_no_record():
    (result,) = convert_many([b""], workers=1)
    with pytest.raises(SourceError, match=r"no record: .*the file is empty"):
        record(result)


def test_front_matter_that_is_there_stays_in_the_text():
    text = "---\ntitle: Mine\n---\n\nSome text.\n"
    assert record(convert(text.encode(), name="a.md"))["text"] == text


def test_a_reader_of_somebody_else_has_an_id_too():
    def reader(data, *, name):
        doc = Pipeline(DEFAULT).reader(TEXT, name=name)
        return type(doc)(doc.source, doc.children, path=name)

    assert record(convert(b"x", reader=reader))["id"] == hashlib.sha256(TEXT).hexdigest()


# ---------------------------------------------------------------- on the command line


def test_many_inputs_go_to_stdout_in_their_order(here):
    (here / "in/c.pdf").write_bytes((SAMPLES / "two-columns.pdf").read_bytes())
    (here / "in/bad.pdf").write_bytes(b"%PDF-1.4 nothing")
    done = _ingest("convert", "in", "--format", "jsonl", "-j", 3)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["source"] for r in found] == ["b.txt", "c.pdf", "deep/a.txt"]
    assert [list(r) for r in found] == [FIELDS] * 3
    assert done.exit_code == 1
    assert "bad.pdf: damaged PDF" in done.stderr
    assert done.stderr.endswith("3 converted, 0 unchanged, 1 failed\n")
    assert _ingest("convert", "in", "--format", "jsonl", "-j", 1).stdout == done.stdout


def test_a_single_failing_input_has_its_own_exit_code(here):
    (here / "empty.txt").write_bytes(b"")
    done = _ingest("convert", "empty.txt", "--format", "jsonl")
    assert (done.exit_code, done.stdout) == (4, "")


def test_records_in_a_folder_are_made_once(here):
    arguments = ("convert", "in", "-o", "out", "--format", "jsonl")
    assert _ingest(*arguments).stderr == "2 converted, 0 unchanged, 0 failed\n"
    path = here / "out/deep/a.jsonl"
    (line,) = path.read_text().splitlines()
    assert json.loads(line)["source"] == "deep/a.txt"
    assert _ingest(*arguments).stderr == "0 converted, 2 unchanged, 0 failed\n"
    assert _ingest(*arguments, "--check").exit_code == 0
    path.write_text("changed\n")
    assert _ingest(*arguments, "--check").exit_code == 1
    assert _ingest(*arguments).stderr == "1 converted, 1 unchanged, 0 failed\n"
    assert path.read_text() == line + "\n"
    assert not list(here.rglob("*.md"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--edits",), "--edits needs -o DIR"),
        (("--check",), "--check and --diff of jsonl need -o DIR"),
        (("--diff",), "--check and --diff of jsonl need -o DIR"),
        (("--format", "xml"), "'xml' is not one of"),
    ],
)
def test_wrong_usage(here, arguments, message):
    done = _ingest("convert", "in", "--format", "jsonl", *arguments)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert not (here / "out").exists()


def test_a_ledger_can_lie_beside_a_record(here):
    assert _ingest("convert", "in", "--format", "jsonl", "--edits", "-o", "out").exit_code == 0
    names = {path.name for path in (here / "out").rglob("*") if path.is_file()}
    records = {name.removesuffix(".jsonl") for name in names if not name.endswith(".edits.jsonl")}
    ledgers = {name.removesuffix(".edits.jsonl") for name in names if name.endswith(".edits.jsonl")}
    assert ledgers == records - {"ingest-manifest"} != set()


# ---------------------------------------------------------------- in other pipelines


def test_datatrove_loads_records_as_they_are(here):
    readers = pytest.importorskip(
        "datatrove.pipeline.readers", reason="needs pip install datatrove orjson"
    )
    (here / "in/c.pdf").write_bytes((SAMPLES / "french-leaflet.pdf").read_bytes())
    _ingest("convert", "in", "-o", "out", "--format", "jsonl")
    loaded = {
        doc.metadata["source"]: doc
        for doc in readers.JsonlReader(str(here / "out"), glob_pattern="**/[!i]*.jsonl")()
    }
    for path in here.glob("out/**/[!i]*.jsonl"):
        (own,) = map(json.loads, path.read_text().splitlines())
        doc = loaded[own["source"]]
        assert (doc.id, doc.text) == (own["id"], own["text"])
        assert doc.metadata["confidence"] == own["confidence"]
        assert doc.metadata["pages"] == own["pages"]
    assert loaded["c.pdf"].metadata["title"] == "Réparer son vélo au lieu de le jeter"
