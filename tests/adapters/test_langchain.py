"""LangChain, the real package."""

import asyncio
import json

import pytest
from mixed import BROKEN, FIXED, PDFS, TEXTS, letters
from snippets import run_snippets

pytest.importorskip("langchain_core", reason='needs pip install "ingest-md[langchain]"')

from langchain_core.documents import Document
from langchain_core.documents.base import Blob

from ingest import ConfigError, SourceError
from ingest.adapters.langchain import IngestLoader, IngestParser


def test_fifty_mixed_files(mixed, caplog):
    folder = mixed["empty.txt"].parent
    documents = IngestLoader(folder, on_error="skip").load()
    assert len(documents) == len(mixed) - len(BROKEN)
    assert all(type(d) is Document and d.page_content.strip() for d in documents)
    assert sum(FIXED in d.page_content for d in documents) == TEXTS
    assert {d.metadata["source"] for d in documents} == {
        str(path) for name, path in mixed.items() if name not in BROKEN
    }
    assert all(name in caplog.text for name in BROKEN)
    json.dumps([d.metadata for d in documents])


def test_a_document_for_each_page(mixed):
    sheets = [path for name, path in mixed.items() if name.startswith("sheet-")]
    documents = IngestLoader(sheets, mode="page").load()
    assert [d.metadata["page"] for d in documents] == [1, 2] * PDFS
    assert documents[1].page_content == "And sheet 0 ends here, on the second.\n"


def test_files_are_converted_as_they_are_asked_for(mixed):
    documents = IngestLoader([mixed["note-00.txt"], mixed["broken.pdf"]]).lazy_load()
    assert FIXED in next(documents).page_content
    with pytest.raises(SourceError, match=r"broken\.pdf"):
        next(documents)


def test_loading_without_blocking(mixed):
    paths = [mixed["note-00.txt"], mixed["sheet-00.pdf"]]
    documents = asyncio.run(IngestLoader(paths).aload())
    assert documents == IngestLoader(paths).load()


@pytest.mark.parametrize(
    "blob",
    [
        Blob.from_data(b"quality of life.These spasms were seen.\n", path="note.txt"),
        Blob.from_data("quality of life.These spasms were seen.\n"),
        Blob.from_data("quality of life.These spasms were seen.\n", encoding="utf-16"),
    ],
    ids=["bytes", "text", "text of another encoding"],
)
def test_blobs_of_data(blob):
    (document,) = IngestParser().parse(blob)
    assert document.page_content == "quality of life. These spasms were seen.\n"


def test_a_blob_of_a_path(mixed):
    path = mixed["sheet-03.pdf"]
    assert IngestParser().parse(Blob.from_path(path)) == IngestLoader(path).load()


def test_metadata_of_the_blob_wins():
    blob = Blob.from_data("Words.\n", metadata={"source": "https://example.org/a", "tenant": 7})
    (document,) = IngestParser().parse(blob)
    assert document.metadata["source"] == "https://example.org/a"
    assert (document.metadata["tenant"], document.metadata["edits"]) == (7, 0)


def test_pages_of_a_blob_hold_the_whole(mixed):
    blob = Blob.from_path(mixed["two-columns.pdf"])
    (whole,) = IngestParser().parse(blob)
    pages = IngestParser(mode="page").parse(blob)
    assert letters("".join(d.page_content for d in pages)) == letters(whole.page_content)


def test_a_blob_that_fails(mixed, caplog):
    blob = Blob.from_path(mixed["broken.pdf"])
    with pytest.raises(SourceError, match="damaged PDF"):
        IngestParser().parse(blob)
    assert IngestParser(on_error="skip").parse(blob) == []
    assert "skipped: " in caplog.text


def test_a_wrong_choice_is_told_before_loading():
    with pytest.raises(ConfigError, match="document, page"):
        IngestLoader("anywhere", mode="chunks")


@pytest.mark.usefixtures("reports")
def test_the_page_of_the_documentation():
    names = run_snippets("langchain.md")
    assert len(names["documents"]) == 48
    assert [d.metadata.get("page") for d in names["pages"]] == [1, 2, 3, None]
