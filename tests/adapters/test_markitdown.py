"""markitdown, the real package, with the plug-in found by its entry point."""

import io
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
from mixed import BROKEN, FIXED, TEXTS
from snippets import blocks, run_snippets

pytest.importorskip("markitdown", reason='needs pip install "ingest-md[markitdown]"')

from markitdown import MarkItDown, StreamInfo

import ingest
from ingest.adapters import markitdown as plugin

COMMAND = Path(sys.executable).with_name("markitdown")


@pytest.fixture(scope="module")
def with_plugin():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of magika and its runtime
        return MarkItDown(enable_plugins=True)


def _cli(*arguments, data=None):
    return subprocess.run([COMMAND, *arguments], input=data, capture_output=True, check=True)


def _is_ours(markdown, path):
    """Did ingest make this? markitdown takes blanks off the ends of lines afterwards."""
    lines = ingest.convert(path).markdown.split("\n")
    return markdown.split("\n") == [line.rstrip() for line in lines]


def test_fifty_mixed_files(with_plugin, mixed, caplog):
    results = {name: with_plugin.convert(path) for name, path in mixed.items()}
    good = {name: r for name, r in results.items() if name not in BROKEN}
    assert all(_is_ours(r.markdown, mixed[name]) for name, r in good.items())
    assert sum(FIXED in r.markdown for r in good.values()) == TEXTS
    assert results["stated-outline.pdf"].title == "Keeping a small library"
    assert results["note-00.txt"].title is None
    assert all(name in caplog.text for name in BROKEN)


def test_without_plug_ins_nothing_changes(mixed):
    plain = MarkItDown().convert(mixed["note-00.txt"]).markdown
    assert "life.These" in plain


@pytest.mark.parametrize(
    ("name", "info"),
    [
        ("sheet-00.pdf", StreamInfo()),
        ("sheet-00.pdf", StreamInfo(mimetype="application/pdf")),
        ("note-00.txt", StreamInfo(extension=".TXT")),
        ("note-00.txt", StreamInfo(mimetype="text/plain", charset="utf-8")),
    ],
    ids=str,
)
def test_streams(with_plugin, mixed, name, info):
    stream = io.BytesIO(mixed[name].read_bytes())
    assert _is_ours(with_plugin.convert_stream(stream, stream_info=info).markdown, mixed[name])


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("t.csv", b"a,b\nlife.These,2\n", "| a | b |\n| --- | --- |\n| life.These | 2 |"),
        ("t.html", b"<p>life.These</p>", "life.These"),
        ("t.json", b'{"life.These": 1}', '{"life.These": 1}'),
    ],
)
def test_other_formats_are_left_alone(with_plugin, tmp_path, name, data, expected):
    (tmp_path / name).write_bytes(data)
    assert with_plugin.convert(tmp_path / name).markdown.strip() == expected


def test_a_refused_document_goes_to_the_next_converter(with_plugin, tmp_path, caplog):
    """Markitdown offers no way to stop it, and another plug-in may know OCR."""
    from pdfs import make_pdf

    (tmp_path / "scan.pdf").write_bytes(make_pdf("0 0 400 400 re f"))
    assert with_plugin.convert(tmp_path / "scan.pdf").markdown.strip() == ""
    assert "scan.pdf: no text" in caplog.text
    assert "left to the next converter of markitdown" in caplog.text


def test_options_of_the_plug_in(mixed):
    own = MarkItDown(enable_plugins=True, ingest={"skip": ["split_words"]})
    assert "life.These" in own.convert(mixed["note-00.txt"]).markdown


def test_a_wrong_option_is_told():
    with pytest.warns(UserWarning, match="no_such_stage"):
        MarkItDown(enable_plugins=True, ingest={"skip": ["no_such_stage"]})


def test_a_zip_of_documents(with_plugin, mixed, tmp_path):
    import zipfile

    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.write(mixed["note-00.txt"], "note-00.txt")
        archive.write(mixed["sheet-00.pdf"], "sheet-00.pdf")
    markdown = with_plugin.convert(tmp_path / "all.zip").markdown
    assert FIXED in markdown
    assert "And sheet 0 ends here" in markdown


def test_the_interface_version_is_there():
    assert plugin.__plugin_interface_version__ == 1


def test_the_command(mixed):
    done = _cli("--use-plugins", mixed["note-00.txt"])
    assert FIXED in done.stdout.decode()
    assert "life.These" in _cli(mixed["note-00.txt"]).stdout.decode()
    assert b"ingest" in _cli("--list-plugins").stdout


def test_the_command_as_a_pipe(mixed):
    done = _cli("--use-plugins", data=mixed["sheet-00.pdf"].read_bytes())
    assert done.stdout.decode().startswith("Sheet 0 begins here")


def test_the_command_tells_what_is_refused(mixed):
    done = _cli("--use-plugins", mixed["broken.pdf"])
    assert "damaged PDF" in done.stderr.decode()


@pytest.mark.usefixtures("reports")
def test_the_page_of_the_documentation():
    assert run_snippets("markitdown.md")["result"].title == "Keeping a small library"
    (command,) = [b for b in blocks("markitdown.md", "console") if b.startswith("markitdown")]
    done = subprocess.run(
        f'PATH="{COMMAND.parent}:$PATH"; {command}', shell=True, capture_output=True, check=True
    )
    assert done.stdout.startswith(b"# Looking After Hand-Held Garden Tools")
