"""What the README and the pages behind it show is what happens."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

import ingest

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
# The samples that pages speak of, and a text; all of them would take half a minute.
SAMPLES = ("footnotes.pdf", "lost-spaces.pdf", "000_f154ea2c28ce861a.txt")
# docs/scale.md needs clusters (see tests/test_recipes.py), docs/review.md a browser.
RUN = ("README.md", "command-line.md", "confidence.md", "library.md", "records.md")


def _blocks(page, language):
    text = page.read_text(encoding="utf-8").split("## Quick start")  # .ci/run runs that
    text = text[0] + (text[1].partition("\n## ")[2] if len(text) > 1 else "")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.M | re.S)


def _all(language):
    return [
        pytest.param(block, id=f"{page.name}-{number}")
        for page in PAGES
        if page.name in RUN
        for number, block in enumerate(_blocks(page, language), 1)
    ]


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a few samples, and with `ingest` on the PATH."""
    (tmp_path / "samples").mkdir()
    for name in SAMPLES:
        shutil.copy(ROOT / "samples" / name, tmp_path / "samples")
    program = tmp_path / "bin/ingest"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m ingest "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_page_has_what_is_run():
    assert {p.name for p in PAGES} >= set(RUN)
    assert [len(_all(language)) for language in ("python", "console")] == [6, 2]


@pytest.mark.parametrize("snippet", _all("python"))
def test_python_runs(snippet, here, capsys):
    exec(snippet, {"__name__": "page"})
    out = capsys.readouterr().out
    if "convert_many" in snippet:
        assert "missing.pdf: cannot be read" in out
    if "split_words(" in snippet:
        assert "Edit(step=1, " in out
        assert "# How Mulching" in out


@pytest.mark.skipif(os.name != "posix", reason="NOT TESTED: console lines, but on POSIX")
@pytest.mark.parametrize("lines", _all("console"))
def test_console_lines_run(lines, here):
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", lines], cwd=here, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr
    for name in re.findall(r"> (\S+)", lines):
        assert (here / name).stat().st_size > 100, name


def test_the_example_is_from_a_sample_and_what_comes_of_it():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    sample = re.search(r"`(samples/\S+)`", readme)[1]
    result = (ROOT / "output" / Path(sample).stem).with_suffix(".md")  # tests/test_golden.py
    for language, file in (("text", ROOT / sample), ("markdown", result)):
        (block,) = _blocks(ROOT / "README.md", language)
        there = file.read_text(encoding="utf-8").splitlines()
        assert set(block.splitlines()) <= set(there), language


def test_every_stage_is_told_in_order():
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/stages.md").read_text("utf-8"), re.M)
    assert rows == [stage.name for stage in ingest.DEFAULT]


def test_every_exit_code_is_told():
    rows = re.findall(r"^\| (\d+) \|", (ROOT / "docs/command-line.md").read_text("utf-8"), re.M)
    errors = (e for e in vars(ingest.errors).values() if isinstance(e, type))
    assert {e.exit_code for e in errors if issubclass(e, ingest.IngestError)} <= set(map(int, rows))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8"))
    for path, anchor in links:
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        if anchor:
            heads = re.findall(r"^#+ (.*)", target.read_text(encoding="utf-8"), re.M)
            assert anchor in {h.lower().replace(" ", "-").replace("`", "") for h in heads}, anchor
