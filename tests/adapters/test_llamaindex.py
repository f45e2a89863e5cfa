"""LlamaIndex, the real package."""

import asyncio
import io
import json

import pytest
from mixed import BROKEN, FIXED, PDFS, TEXTS
from snippets import run_snippets

pytest.importorskip("llama_index.core", reason='needs pip install "ingest-md[llama-index]"')

from llama_index.core import SimpleDirectoryReader
from llama_index.core.node_parser import MarkdownNodeParser
from llama_index.core.schema import Document

from ingest import SourceError
from ingest.adapters.llamaindex import IngestReader

SUFFIXES = (".pdf", ".txt")


def _directory(folder, reader, **options):
    return SimpleDirectoryReader(
        str(folder), file_extractor=dict.fromkeys(SUFFIXES, reader), **options
    )


def test_one_file(mixed):
    (document,) = IngestReader().load_data(mixed["note-00.txt"])
    assert type(document) is Document
    assert FIXED in document.text
    assert document.metadata["source"] == str(mixed["note-00.txt"])
    json.dumps(document.metadata)


def test_a_document_for_each_page_as_they_are_asked_for(mixed):
    pages = IngestReader(mode="page").lazy_load_data(mixed["sheet-04.pdf"])
    assert next(iter(pages)).metadata["page"] == 1


def test_extra_info_wins(mixed):
    extra = {"source": "elsewhere", "tenant": 7}
    (document,) = IngestReader().load_data(mixed["note-00.txt"], extra_info=extra)
    assert (document.metadata["source"], document.metadata["tenant"]) == ("elsewhere", 7)
    assert extra == {"source": "elsewhere", "tenant": 7}


class _Store:
    """As much of a file system of fsspec as a reader needs."""

    def __init__(self, files):
        self.files = files

    def open(self, name, _):
        if name not in self.files:
            raise FileNotFoundError(name)
        return io.BytesIO(self.files[name])


def test_a_file_of_another_file_system():
    store = _Store({"bucket/a.txt": b"quality of life.These spasms were seen.\n"})
    (document,) = IngestReader().load_data("bucket/a.txt", fs=store)
    assert document.text == "quality of life. These spasms were seen.\n"
    with pytest.raises(SourceError, match=r"bucket/b\.txt: cannot be read"):
        IngestReader().load_data("bucket/b.txt", fs=store)


def test_a_file_that_fails(mixed, caplog):
    with pytest.raises(SourceError, match="damaged PDF"):
        IngestReader().load_data(mixed["broken.pdf"])
    assert IngestReader(on_error="skip").load_data(mixed["broken.pdf"]) == []
    assert "damaged PDF" in caplog.text


def test_a_directory_of_fifty_files(mixed, capsys):
    documents = _directory(mixed["empty.txt"].parent, IngestReader()).load_data()
    assert len(documents) == len(mixed) - len(BROKEN)
    assert sum(FIXED in d.text for d in documents) == TEXTS
    assert {d.metadata["file_name"] for d in documents} == set(mixed) - set(BROKEN)
    out = capsys.readouterr().out
    assert all(f"{name} with error" in out for name in BROKEN)


def test_a_directory_that_must_be_complete(mixed):
    folder = mixed["empty.txt"].parent
    with pytest.raises(Exception, match="Error loading file") as caught:
        _directory(folder, IngestReader(), raise_on_error=True).load_data()
    assert isinstance(caught.value.__cause__, SourceError)


def test_a_directory_in_several_processes(mixed):
    files = [str(path) for name, path in mixed.items() if name.startswith("sheet-")]
    reader = SimpleDirectoryReader(
        input_files=files, file_extractor={".pdf": IngestReader(mode="page")}
    )
    documents = reader.load_data(num_workers=2)
    assert sorted(d.metadata["page"] for d in documents) == [1] * PDFS + [2] * PDFS


def test_without_blocking(mixed):
    documents = asyncio.run(IngestReader().aload_data(mixed["note-00.txt"]))
    assert FIXED in documents[0].text


def test_headings_become_nodes(mixed):
    documents = IngestReader().load_data(mixed["one-column.pdf"])
    nodes = MarkdownNodeParser().get_nodes_from_documents(documents)
    assert len(nodes) > 3
    assert all(node.metadata["source"] for node in nodes)


@pytest.mark.usefixtures("reports")
def test_the_page_of_the_documentation():
    names = run_snippets("llamaindex.md")
    assert len(names["documents"]) == 48
    assert [d.metadata["page"] for d in names["pages"]] == [1, 2, 3]
