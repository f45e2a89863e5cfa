"""What is written for programs follows its schema, and the schemas refuse what does not."""

import json
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner
from conversions import converted
from hypothesis import given
from pdfs import make_pdf
from pdfs import text as show
from strategies import texts
from test_properties import read_lines
from test_roundtrip import NODES, SAMPLES

from ingest import Document, run
from ingest.batch import Record, Status
from ingest.cli import main
from ingest.document import Edit
from ingest.errors import ConfigError
from ingest.schemas import NAMES, load
from ingest.write import with_additions
from ingest.write.mdast import to_mdast

validator = pytest.importorskip(
    "jsonschema", reason="NOT TESTED: schemas, since jsonschema is not installed (extra dev)"
).Draft202012Validator

ROOT = Path(__file__).parents[1]
BAD = ROOT / "tests/data/bad"
CHECKS = {name: validator(load(name)) for name in NAMES}


def _faults(name, value):
    return [f"{error.json_path}: {error.message}" for error in CHECKS[name].iter_errors(value)]


def _lines(text):
    return [json.loads(line) for line in text.splitlines()]


# ---------------------------------------------------------------- the schemas themselves


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_one(name):
    validator.check_schema(load(name))


def test_every_file_is_listed():
    folder = ROOT / "src/ingest/schemas"
    assert {path.stem for path in folder.glob("*.json")} == set(NAMES)


def _objects(schema):
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield schema
        for value in schema.values():
            yield from _objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _objects(value)


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_closed(name):
    schema = load(name)
    shared = schema.get("$defs", {}).get("record")
    found = [part for part in _objects(schema) if part is not shared]
    assert found or shared
    for part in found:
        assert part.get("additionalProperties") is False, part


def test_fields_are_those_of_the_code():
    assert list(load("ledger")["properties"]) == list(Edit._fields)
    record = load("manifest")["$defs"]["record"]
    assert list(record["properties"]) == [f.name for f in fields(Record)]
    assert record["properties"]["status"]["enum"] == list(Status)
    assert load("log")["$defs"]["record"] == record


def test_no_such_schema():
    with pytest.raises(ConfigError, match="the schemas are: ledger, manifest"):
        load("markdown")


@pytest.mark.parametrize("name", NAMES)
def test_the_command_prints_it(name):
    done = CliRunner().invoke(main, ["schema", name])
    assert json.loads(done.stdout) == load(name)


# ---------------------------------------------------------------- what is written


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Two runs over samples, files that fail, a lost page and a link that leads out."""
    here = tmp_path_factory.mktemp("batch")
    folder = here / "in"
    folder.mkdir()
    for path in [*SAMPLES, *BAD.iterdir()]:
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "empty.txt").write_bytes(b"")
    (folder / "lost.pdf").write_bytes(_pdf_with_a_lost_page())
    (folder / "link.txt").symlink_to(Path(__file__))
    options = ["--edits", "--log-format", "json", "--jobs", "2", "--fail-on", "never"]
    # So that some proposals are too doubtful to be made.
    options += ["--set", "split_words.min_confidence=1"]
    command = [sys.executable, "-m", "ingest", "convert", "in", "-o", "out", *options]
    said = []
    for _ in range(2):
        done = subprocess.run(command, cwd=here, capture_output=True, text=True, check=True)
        said += _lines(done.stderr)
        (folder / SAMPLES[0].name).write_bytes(b"")  # its result goes stale
    return here / "out", said


def _pdf_with_a_lost_page():
    """The second of two pages is an object that is none."""
    data = make_pdf(show("The first page is here."), show("The second page is not."))
    assert b"/Kids [3 0 R 5 0 R]" in data
    return data.replace(b"/Kids [3 0 R 5 0 R]", b"/Kids [3 0 R 9 0 R]")


def test_manifest_and_log_follow_their_schemas(batch):
    folder, said = batch
    lines = _lines((folder / "ingest-manifest.jsonl").read_text())
    seen = {event["status"] for event in said if event["event"] == "document"}
    assert seen == set(Status)
    assert any(line["stale"] for line in lines)
    assert any(line["lost_pages"] for line in lines)
    assert {event["event"] for event in said} == {"document", "message", "end"}
    assert [fault for line in lines for fault in _faults("manifest", line)] == []
    assert [fault for event in said for fault in _faults("log", event)] == []


def test_ledgers_follow_their_schema(batch):
    folder, _ = batch
    edits = [line for path in folder.glob("*.edits.jsonl") for line in _lines(path.read_text())]
    assert len(edits) > 100
    assert any(not edit["applied"] for edit in edits)
    assert [fault for edit in edits for fault in _faults("ledger", edit)] == []


def test_trees_of_samples_follow_their_schema():
    for path in SAMPLES:
        doc = with_additions(converted(path).document, page_markers=True, front_matter=True)
        assert _faults("mdast", to_mdast(doc)) == []


def test_trees_of_every_node_type_follow_their_schema():
    assert _faults("mdast", to_mdast(Document("", tuple(NODES.values())))) == []


@given(text=texts)
def test_trees_of_any_text_follow_their_schema(text):
    assert _faults("mdast", to_mdast(run(read_lines(text)))) == []


# ---------------------------------------------------------------- what is refused

EDIT = Edit(1, "s", "r", (0, 3), 0, 1, "a", "b", 0.5).as_dict()
HASH = "0" * 64
LINE = {
    **json.loads(Record("a.txt", "a.md", Status.CONVERTED, options="0" * 16).as_line()),
    "source_sha256": HASH,
    "output_sha256": HASH,
}
REASON = {"name": "doubtful-edit", "count": 2, "score": 0.9}
RECORD = {
    "id": HASH,
    "text": "# A\n",
    "source": "a.pdf",
    "metadata": {"title": "A"},
    "pages": [{"page": 1, "start": 0, "end": 4}],
    "edits": {"split_words/stop": 2},
    "confidence": {
        "score": 0.9,
        "reasons": [REASON],
        "pages": [{"page": 1, "score": 0.9, "reasons": [REASON]}],
    },
}
END = {"event": "end", "seconds": 0.1, **{str(status): 0 for status in Status}, "failed_run": False}
TREE = to_mdast(Document("", tuple(NODES.values())))
LIST = {"type": "list", "ordered": False, "start": None, "spread": False, "children": []}
GOOD = {
    "ledger": [EDIT],
    "manifest": [LINE],
    "record": [RECORD, {**RECORD, "pages": [], "metadata": {}}],
    "log": [
        END,
        {"event": "document", **LINE},
        {"event": "message", "source": "a.txt", "level": "info", "text": "b"},
        {"event": "ocr", "source": "a.pdf", "pages": 2},
    ],
    "mdast": [TREE, {"type": "root", "children": []}],
}


@pytest.mark.parametrize("name", NAMES)
def test_what_is_right(name):
    assert [fault for value in GOOD[name] for fault in _faults(name, value)] == []


def _root(node):
    return {"type": "root", "children": [node]}


WRONG = {
    "ledger: a name too many": ("ledger", {**EDIT, "note": "x"}),
    "ledger: a confidence above 1": ("ledger", {**EDIT, "confidence": 1.5}),
    "ledger: a span of three": ("ledger", {**EDIT, "span": [0, 1, 2]}),
    "ledger: step 0": ("ledger", {**EDIT, "step": 0}),
    "manifest: a name too many": ("manifest", {**LINE, "note": "x"}),
    "manifest: a status that is none": ("manifest", {**LINE, "status": "done"}),
    "manifest: converted to nowhere": ("manifest", {**LINE, "output": None}),
    "manifest: converted, with a kind": ("manifest", {**LINE, "kind": "encrypted"}),
    "manifest: failed without a reason": ("manifest", {**LINE, "status": "failed", "kind": "x"}),
    "manifest: no hash": ("manifest", {**LINE, "source_sha256": "abc"}),
    "manifest: no edits": ("manifest", {**LINE, "edits": {"split_words": 1}}),
    "record: page 0": ("record", {**RECORD, "pages": [{"page": 0, "start": 0, "end": 1}]}),
    "record: metadata that is no text": ("record", {**RECORD, "metadata": {"pages": 3}}),
    "record: a reason too many": (
        "record",
        {**RECORD, "confidence": {**RECORD["confidence"], "why": "x"}},
    ),
    "log: an event that is none": ("log", {**END, "event": "begin"}),
    "log: OCR of no page": ("log", {"event": "ocr", "source": "a.pdf", "pages": 0}),
    "log: a document with a name too many": ("log", {"event": "document", **LINE, "x": 1}),
    "mdast: a node that is none": ("mdast", _root({"type": "Paragraph", "children": []})),
    "mdast: a name too many": ("mdast", _root({"type": "thematicBreak", "value": ""})),
    "mdast: text among blocks": ("mdast", _root({"type": "text", "value": "a"})),
    "mdast: a start of bullets": ("mdast", _root({**LIST, "start": 1})),
    "mdast: numbers without a start": ("mdast", _root({**LIST, "ordered": True})),
    "mdast: depth 7": ("mdast", _root({"type": "heading", "depth": 7, "children": []})),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong(case):
    name, value = WRONG[case]
    assert _faults(name, value)


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_there_may_be_missing(name):
    (value, *_) = GOOD[name]
    for key in value:
        assert _faults(name, {k: v for k, v in value.items() if k != key}), key
