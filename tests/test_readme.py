"""The Python of the README runs as it stands there."""

import io
import re

import pytest
from conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
SNIPPETS = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)


def test_there_are_snippets():
    assert len(SNIPPETS) == 2
    assert "convert_many" in SNIPPETS[1]


@pytest.mark.parametrize("snippet", SNIPPETS, ids=["functions", "pipeline"])
def test_a_snippet_runs(snippet, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    data = (ROOT / "samples/lost-spaces.pdf").read_bytes()
    (tmp_path / "report.pdf").write_bytes(data)
    saved, stored = [], []
    names = {
        "__name__": "readme",
        "upload": io.BytesIO(data),
        "save": saved.append,
        "store": stored.append,
        "sources": ["report.pdf", "missing.pdf"],
    }
    exec(snippet, names)
    out = capsys.readouterr().out
    if "convert_many" in snippet:
        assert [len(text) > 1000 for text in saved] == [True]
        assert [found["source"] for found in stored] == ["report.pdf"]
        assert "missing.pdf unreadable missing.pdf: cannot be read" in out
    else:
        assert "Edit(step=1, " in out
        assert "# How Mulching" in out
