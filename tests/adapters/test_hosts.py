"""A host is loaded when it is asked for, and a missing one is told with the line that installs it.

Runs with and without the hosts: `.ci/extras` has them.
"""

import subprocess
import sys

import pytest
from click.testing import CliRunner

from ingest import IngestError
from ingest.cli import main
from ingest.errors import missing_extra

HOSTS = {
    "langchain": ("langchain", "langchain_core"),
    "llamaindex": ("llama-index", "llama_index"),
    "haystack": ("haystack", "haystack"),
    "markitdown": ("markitdown", "markitdown"),
    "mcp": ("mcp", "mcp"),
}


@pytest.mark.parametrize("module", HOSTS)
def test_a_missing_host_names_the_line_that_installs_it(module, monkeypatch):
    extra, package = HOSTS[module]
    monkeypatch.delitem(sys.modules, f"ingest.adapters.{module}", raising=False)
    for name in [n for n in sys.modules if n.split(".")[0] == package]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ImportError, match="needs the extra") as caught:
        __import__(f"ingest.adapters.{module}")
    assert isinstance(caught.value, IngestError)
    assert str(caught.value).endswith(f'pip install "ingest-md[{extra}]"')
    assert f"ingest.adapters.{module} " in str(caught.value)


def test_the_command_without_its_extra_is_one_line(monkeypatch, tmp_path):
    monkeypatch.delitem(sys.modules, "ingest.adapters.mcp", raising=False)
    monkeypatch.setitem(sys.modules, "mcp.server.mcpserver", None)
    result = CliRunner().invoke(main, ["mcp", "--root", str(tmp_path)])
    assert result.exit_code == 2
    assert 'pip install "ingest-md[mcp]"' in result.stderr
    assert "Traceback" not in result.stderr


def test_the_cause_is_told():
    error = missing_extra("the server", "mcp", ImportError("cannot import name 'MCPServer'"))
    assert "cannot import name 'MCPServer'" in str(error)


def test_nothing_else_loads_a_host():
    packages = {package for _, package in HOSTS.values()}
    code = (
        "import sys, ingest.cli, ingest.adapters._common\n"
        f"print(*{{n.partition('.')[0] for n in sys.modules}} & {packages})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
