"""The recipes of docs/scale.md do what they say, as far as that can be tried without a cluster."""

import re
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest
from click.testing import CliRunner

from ingest.batch import Status, read_manifest
from ingest.cli import main

PAGE = (Path(__file__).parents[1] / "docs" / "scale.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"```python\n(.*?)```", PAGE, re.S)
TEXT = "It affects the quality of life.These spasms are common.\n"
REPAIRED = "It affects the quality of life. These spasms are common.\n"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name in "abc":
        (tmp_path / "in" / f"{name}.txt").write_text(TEXT)
    (tmp_path / "in/empty.txt").write_bytes(b"")
    return tmp_path


def _functions(word, monkeypatch, **modules):
    """What the snippet with a word defines, run beside modules that stand for others."""
    for name, content in modules.items():
        module = ModuleType(name)
        vars(module).update(content)
        monkeypatch.setitem(sys.modules, name.replace("_", "."), module)
    (snippet,) = (s for s in SNIPPETS if word in s)
    names = {}
    exec(compile(snippet, "docs/scale.md", "exec"), names)
    return names


def _remote(**_):
    """As `ray.remote`: tasks that run when they are asked for."""
    return lambda function: SimpleNamespace(remote=lambda *given: lambda: function(*given))


def test_the_recipe_for_ray(here, monkeypatch):
    ray = {"remote": _remote, "get": lambda calls: [call() for call in calls]}
    convert_all = _functions("import ray", monkeypatch, ray=ray)["convert_all"]
    assert convert_all("in", "out", 2) == {"converted": 3, "failed": 1}
    assert {r.source for r in read_manifest(here / "out")} == {
        "a.txt",
        "b.txt",
        "c.txt",
        "empty.txt",
    }
    assert (here / "out/a.md").read_text() == REPAIRED
    assert convert_all("in", "out", 2) == {"unchanged": 3, "failed": 1}


def test_the_recipe_for_spark(here, monkeypatch):
    modules = {
        "pandas": {
            "DataFrame": lambda rows, columns: [dict(zip(columns, r, strict=True)) for r in rows]
        },
        "pyspark": {},
        "pyspark_sql": {"SparkSession": None},
    }
    convert_rows = _functions("import pandas", monkeypatch, **modules)["convert_rows"]
    frames = [{"path": ["in/a.txt", "in/empty.txt"]}, {"path": ["in/b.txt"]}]
    rows = {row["path"]: row for frame in convert_rows(iter(frames)) for row in frame}
    assert {path: row["kind"] for path, row in rows.items()} == {
        "in/a.txt": "",
        "in/b.txt": "",
        "in/empty.txt": "zero-bytes",
    }
    assert rows["in/a.txt"]["markdown"] == REPAIRED


def test_every_option_of_the_page_is_one():
    known = CliRunner().invoke(main, ["convert", "--help"]).output
    blocks = re.findall(r"```(?:console|bash|yaml)\n(.*?)```", PAGE, re.S)
    commands = [
        m for b in blocks for m in re.findall(r"ingest convert (?:.|\\\n)*?(?:\n\n|$)", b + "\n\n")
    ]
    options = {o for command in commands for o in re.findall(r"(?<= )--[a-z-]+", command)}
    assert {"--shard", "--engine", "--edits"} <= options
    assert [o for o in sorted(options) if o not in known] == []


def test_the_shards_of_a_job_that_counts_from_0_are_all_of_them(here):
    for index in range(3):
        shard = f"{index + 1}/3"
        done = CliRunner().invoke(main, ["convert", "in", "-o", "out", "--shard", shard])
        assert done.exit_code in {0, 1}
    records = read_manifest(here / "out")
    assert sorted(r.source for r in records if r.status is Status.CONVERTED) == [
        "a.txt",
        "b.txt",
        "c.txt",
    ]
