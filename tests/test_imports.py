"""What is costly to load is loaded when it is needed."""

import subprocess
import sys

import pytest

PDF = ("pdfplumber", "pdfminer", "pypdfium2", "PIL")
# What the extras bring; not there but where `.ci/extras all` installs them.
HOSTS = ("langchain_core", "llama_index", "haystack", "markitdown", "mcp")
EXTRAS = ("jinja2", "fsspec", "s3fs", "dask", "distributed", *HOSTS)
COSTLY = (*PDF, *EXTRAS, "wordninja", "ftfy", "charset_normalizer")


def _loaded(*arguments, data=None):
    """Names of all modules that one run of Python loads."""
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    rows = [row.rpartition(b"|")[2] for row in done.stderr.splitlines() if b"import time:" in row]
    return {row.strip().decode().partition(".")[0] for row in rows}


@pytest.mark.parametrize(
    "arguments",
    [
        ("-c", "import ingest"),
        ("-c", "import ingest.cli"),
        ("-m", "ingest", "--help"),
        ("-m", "ingest", "--version"),
        ("-m", "ingest", "convert", "--help"),
        ("-m", "ingest", "stages"),
    ],
    ids=" ".join,
)
def test_nothing_costly_is_loaded(arguments):
    loaded = _loaded(*arguments)
    assert "ingest" in loaded
    assert loaded.isdisjoint(COSTLY)


def test_import_needs_no_click():
    assert "click" not in _loaded("-c", "import ingest")


def test_a_text_needs_no_pdf_library():
    loaded = _loaded("-m", "ingest", "convert", "-", data="A plain café.\n".encode())
    assert loaded.isdisjoint((*PDF, *EXTRAS))


def test_what_all_extras_share_needs_none():
    shared = "ingest.adapters._common, ingest.batch.urls, ingest.batch.engines, ingest.review.facts"
    assert _loaded("-c", f"import {shared}").isdisjoint(EXTRAS)


def test_the_check_can_fail():
    assert "wordninja" in _loaded("-c", "import wordninja")
