"""MCP: a real client talks to the real server over stdin and stdout."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from mixed import FIXED
from snippets import blocks

pytest.importorskip("mcp.server.mcpserver", reason='needs pip install "ingest-md[mcp]"')

from mcp import Client, StdioServerParameters, stdio_client

from ingest import ConfigError, SourceError, convert
from ingest.adapters.mcp import find_file, make_server


def _ask(root, *calls):
    """Results of calls of the tool, one after the other, over one connection."""
    server = StdioServerParameters(
        command=sys.executable,
        args=["-m", "ingest", "mcp", "--root", str(root)],
        env={"PYTHONPATH": os.environ.get("PYTHONPATH", "")},
    )

    async def ask():
        async with Client(stdio_client(server)) as client:
            return [await client.call_tool("convert_document", call) for call in calls]

    return asyncio.run(asyncio.wait_for(ask(), 240))


def _texts(result):
    return [block.text for block in result.content]


# ---------------------------------------------------------------- over stdin and stdout


def test_a_client_converts_what_is_below_the_root(mixed):
    folder = mixed["note-00.txt"].parent
    path, uri, relative, page, broken, outside, remote = _ask(
        folder,
        {"uri": str(mixed["note-00.txt"])},
        {"uri": mixed["two-columns.pdf"].as_uri()},
        {"uri": "note-01.txt"},
        {"uri": "sheet-00.pdf", "pages": "2"},
        {"uri": "broken.pdf"},
        {"uri": "/etc/hostname"},
        {"uri": "https://example.org/a.pdf"},
    )
    markdown, summary = _texts(path)
    assert FIXED in markdown
    assert summary.startswith("ingest made ")
    assert "split_words/" in summary
    assert _texts(uri)[0] == convert(mixed["two-columns.pdf"]).markdown
    assert FIXED in _texts(relative)[0]
    assert _texts(page)[0] == "And sheet 0 ends here, on the second.\n"
    assert not any(result.is_error for result in (path, uri, relative, page))
    for result, why in ((broken, "damaged PDF"), (outside, "outside of"), (remote, "not a file")):
        assert result.is_error
        assert why in _texts(result)[0]


def test_the_tool_is_described():
    (tool,) = asyncio.run(make_server([Path()]).list_tools())
    assert tool.name == "convert_document"
    assert set(tool.input_schema["properties"]) == {"uri", "pages"}
    assert tool.input_schema["required"] == ["uri"]


# ---------------------------------------------------------------- what may be read


@pytest.fixture
def tree(tmp_path):
    """A root with links, and a secret beside it."""
    (tmp_path / "root" / "inner").mkdir(parents=True)
    (tmp_path / "root-too").mkdir()
    for name in ("secret.txt", "root/a.txt", "root/a b.txt", "root/inner/b.txt", "root-too/c.txt"):
        (tmp_path / name).write_text("Words.\n")
    (tmp_path / "root" / "out.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "root" / "up").symlink_to(tmp_path)
    (tmp_path / "root" / "in.txt").symlink_to("inner/b.txt")
    (tmp_path / "root" / "loop").symlink_to("loop")
    return tmp_path.resolve()


@pytest.mark.parametrize(
    ("uri", "found"),
    [
        ("a.txt", "root/a.txt"),
        ("inner/../a.txt", "root/a.txt"),
        ("in.txt", "root/inner/b.txt"),
        ("{tree}/root/inner/b.txt", "root/inner/b.txt"),
        ("file://{tree}/root/a%20b.txt", "root/a b.txt"),
        ("FILE://localhost{tree}/root/a.txt", "root/a.txt"),
        ("not-there.txt", "root/not-there.txt"),
    ],
)
def test_what_is_below_the_root_is_found(tree, uri, found):
    assert find_file(uri.format(tree=tree), [tree / "root"]) == tree / found


@pytest.mark.parametrize(
    "uri",
    [
        "../secret.txt",
        "inner/../../secret.txt",
        "out.txt",
        "up/secret.txt",
        "{tree}/secret.txt",
        "{tree}/root-too/c.txt",
        "{tree}/not-there.txt",
        "file://{tree}/root/../secret.txt",
        "file://{tree}/root/%2e%2e/secret.txt",
        "file://elsewhere{tree}/root/a.txt",
        "https://example.org/a.txt",
        "data:text/plain,words",
        "~/a.txt/../../../secret.txt",
        "a\0.txt",
        "/proc/self/environ",
    ],
)
def test_what_is_outside_is_refused(tree, uri):
    with pytest.raises(SourceError):
        path = find_file(uri.format(tree=tree), [tree / "root"])
        pytest.fail(f"{path} would be read") if path.exists() else convert(path)


def test_a_loop_of_links_is_an_error_and_not_the_end(tree):
    with pytest.raises(SourceError):
        convert(find_file("loop", [tree / "root"]))


def test_whether_a_file_outside_exists_is_not_told(tree):
    said = set()
    for name in ("secret.txt", "not-there.txt"):
        with pytest.raises(SourceError) as caught:
            find_file(f"{tree}/{name}", [tree / "root"])
        said.add(str(caught.value).replace(name, "NAME"))
    assert len(said) == 1


def test_several_roots(tree):
    roots = [tree / "root", tree / "root-too"]
    assert find_file(f"{tree}/root-too/c.txt", roots) == tree / "root-too" / "c.txt"


def test_a_root_that_is_a_link_is_what_it_leads_to(tree):
    (tree / "alias").symlink_to(tree / "root")
    make_server([tree / "alias"])
    (result,) = _ask(tree / "alias", {"uri": f"{tree}/root/a.txt"})
    assert not result.is_error


@pytest.mark.parametrize("roots", [[], ["nowhere"], ["root/a.txt"]], ids=str)
def test_a_server_without_a_folder_does_not_start(tree, roots):
    with pytest.raises(ConfigError, match="--root"):
        make_server([tree / root for root in roots])


def test_the_command_asks_for_a_root():
    done = subprocess.run(
        [sys.executable, "-m", "ingest", "mcp"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "--root" in done.stderr


# ---------------------------------------------------------------- documentation


def test_the_page_of_the_documentation():
    (settings,) = blocks("mcp.md", "json")
    server = json.loads(settings)["mcpServers"]["ingest"]
    assert server["command"] == "ingest"
    done = subprocess.run(
        [sys.executable, "-m", *("ingest", *server["args"][:1]), "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert all(a in done.stdout for a in server["args"] if a.startswith("--"))
