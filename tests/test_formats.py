"""`--format`: names of files, batches, `--check` and the manifest work with every format."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ingest import ConfigError, convert
from ingest.batch import read_manifest
from ingest.batch.manifest import options_hash
from ingest.batch.results import ledger_name
from ingest.cli import main
from ingest.pipeline import Pipeline
from ingest.write.formats import FORMATS
from ingest.write.mdast import to_mdast

SAMPLES = Path(__file__).parents[1] / "samples"
TEXT = "It affects the quality of life.These spasms are common.\n"
MDAST = ["--format", "mdast"]


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.txt", "deep/b.v1.txt"):
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Document {name}.\n\n{TEXT}")
    return tmp_path


def _ingest(*arguments):
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def _files(folder):
    return {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}


def test_one_document_goes_to_stdout(here):
    done = _ingest("in/a.txt", *MDAST)
    assert done.exit_code == 0
    wanted = to_mdast(convert(here / "in/a.txt").document)
    assert json.loads(done.stdout) == wanted
    assert done.stdout.endswith("\n}\n")


def test_page_markers_and_front_matter_are_in_the_tree():
    options = ["--front-matter", "--page-markers"]
    tree = json.loads(_ingest(SAMPLES / "footnotes.pdf", *MDAST, *options).stdout)
    front, marker = tree["children"][:2]
    assert front["type"] == "yaml"
    assert "footnotes.pdf" in front["value"]
    assert marker == {"type": "html", "value": "<!-- page 1 -->"}


def test_markdown_is_the_default(here):
    said = [_ingest("in/a.txt", *chosen).stdout for chosen in ([], ["--format", "markdown"])]
    assert said[0] == said[1] == convert(here / "in/a.txt").markdown


def test_a_batch_names_its_files_by_the_format(here):
    assert _ingest("in", "-o", "out", "--edits", *MDAST).exit_code == 0
    assert _files(here / "out") == {
        "a.mdast.json",
        "a.edits.jsonl",
        "deep/b.v1.mdast.json",
        "deep/b.v1.edits.jsonl",
        "ingest-manifest.jsonl",
    }
    assert {r.output for r in read_manifest(here / "out")} == {
        "a.mdast.json",
        "deep/b.v1.mdast.json",
    }


def test_a_second_run_of_a_format_finds_its_own_results(here):
    first = _ingest("in", "-o", "out", "--edits", *MDAST)
    assert first.stderr == "2 converted, 0 unchanged, 0 failed\n"
    assert _ingest("in", "-o", "out", "--edits", *MDAST).stderr.startswith("0 converted, 2 un")
    (here / "out/a.mdast.json").write_text("spoilt")
    assert _ingest("in", "-o", "out", "--edits", *MDAST).stderr.startswith("1 converted, 1 un")


def test_another_format_is_made_beside_the_first(here):
    _ingest("in", "-o", "out")
    assert _ingest("in", "-o", "out", *MDAST).stderr.startswith("2 converted")
    assert {"a.md", "a.mdast.json"} <= _files(here / "out")


def test_check_compares_with_the_same_format(here):
    assert _ingest("in", "-o", "out", "--check", *MDAST).exit_code == 1
    _ingest("in", "-o", "out", *MDAST)
    assert _ingest("in", "-o", "out", "--check", *MDAST).exit_code == 0
    (here / "in/a.txt").write_text(TEXT)
    done = _ingest("in", "-o", "out", "--diff", *MDAST)
    assert '-          "value": "Document a.txt."' in done.stdout


@pytest.mark.parametrize("option", ["--check", "--diff"])
def test_a_tree_cannot_be_compared_with_text(here, option):
    done = _ingest("in/a.txt", option, *MDAST)
    assert done.exit_code == 2
    assert "need -o DIR" in done.stderr


def test_an_input_that_fails_now_sets_its_result_aside(here):
    _ingest("in", "-o", "out", *MDAST)
    (here / "in/a.txt").write_bytes(b"")
    _ingest("in", "-o", "out", *MDAST)
    assert "a.mdast.json.stale" in _files(here / "out")


def test_the_options_of_a_result_include_its_format():
    hashes = {options_hash(Pipeline(format=name), edits=False) for name in FORMATS}
    assert len(hashes) == len(FORMATS)


def test_no_such_format(here):
    with pytest.raises(ConfigError, match="the formats are: markdown, mdast"):
        Pipeline(format="docx")
    assert _ingest("in/a.txt", "--format", "docx").exit_code == 2


def test_suffixes_differ():
    assert len({form.suffix for form in FORMATS.values()}) == len(FORMATS)


@pytest.mark.parametrize(
    ("name", "suffix", "wanted"),
    [
        ("a.md", ".md", "a.edits.jsonl"),
        ("a.v1.md", ".md", "a.v1.edits.jsonl"),
        ("a.mdast.json", ".mdast.json", "a.edits.jsonl"),
    ],
)
def test_where_the_ledger_lies(name, suffix, wanted):
    assert ledger_name(f"x/{name}", suffix) == f"x/{wanted}"


def test_no_character_of_the_json_acts_on_a_terminal(here):
    (here / "a.md").write_text("A `\u202e\u009b` b.\n", encoding="utf-8")
    shown = _ingest("a.md", "--skip", "disarm_markup", *MDAST).stdout
    assert "\\u202e\\u009b" in shown
    assert "\u202e" not in shown
