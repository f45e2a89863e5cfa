"""Every sample gives exactly what is committed in `output/`; `pytest --accept` writes it anew."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import convert
from ingest.batch import MANIFEST

ROOT = Path(__file__).parents[1]
SAMPLES, OUTPUT = ROOT / "samples", ROOT / "output"
NAMES = sorted(
    name
    for path in SAMPLES.iterdir()
    if path.suffix in {".txt", ".pdf"}
    for name in (path.stem + ".md", path.stem + ".edits.jsonl")
)


@pytest.fixture(scope="module")
def made(tmp_path_factory, pytestconfig):
    """What the command of the README writes."""
    folder = tmp_path_factory.mktemp("made")
    command = [sys.executable, "-m", "ingest", "convert", SAMPLES, "--edits", "-q", "-o", folder]
    subprocess.run(command, check=True, cwd=folder)
    (folder / MANIFEST).unlink()
    if pytestconfig.getoption("accept"):
        for old in (*OUTPUT.glob("*.md"), *OUTPUT.glob("*.edits.jsonl")):
            old.unlink()
        shutil.copytree(folder, OUTPUT, dirs_exist_ok=True)
    return folder


def test_there_is_a_golden_file_for_each_result_and_no_other(made):
    assert sorted(path.name for path in made.iterdir()) == NAMES
    committed = sorted(path.name for path in OUTPUT.iterdir() if path.name != MANIFEST)
    assert committed == NAMES, "run pytest --accept"


@pytest.mark.parametrize("name", NAMES)
def test_result_is_golden(made, name):
    golden = OUTPUT / name
    assert golden.is_file(), f"{golden} is missing; run pytest --accept and read the difference"
    assert (made / name).read_bytes() == golden.read_bytes()


# By the names of the samples, so that a missing output fails and does not pass in silence.
@pytest.mark.parametrize("name", [name for name in NAMES if name.endswith(".md")])
def test_a_golden_file_converted_again_is_the_same(name):
    golden = OUTPUT / name
    assert convert(golden).markdown.encode() == golden.read_bytes()
