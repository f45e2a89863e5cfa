"""Haystack, the real package."""

import json

import pytest
from mixed import BROKEN, FIXED, PDFS, TEXTS
from snippets import run_snippets

pytest.importorskip("haystack", reason='needs pip install "ingest-md[haystack]"')

from haystack import Document, Pipeline
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.writers import DocumentWriter
from haystack.dataclasses import ByteStream
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.utils import Secret

from ingest import ConfigError, SourceError
from ingest.adapters.haystack import IngestConverter

NOTE = b"quality of life.These spasms were seen.\n"


def _run(sources, meta=None, **choice):
    return IngestConverter(**choice).run(sources, meta)["documents"]


def test_fifty_mixed_sources(mixed, caplog):
    documents = _run([str(path) for path in mixed.values()])
    assert all(type(d) is Document and d.content.strip() for d in documents)
    assert {d.meta["file_path"] for d in documents} == set(mixed) - set(BROKEN)
    assert sum(FIXED in d.content for d in documents) == TEXTS
    assert all(name in caplog.text for name in BROKEN)
    json.dumps([d.meta for d in documents])


def test_paths_and_byte_streams_together(mixed):
    stream = ByteStream(NOTE, meta={"file_path": "bucket/a.txt"})
    sources = [mixed["note-00.txt"], str(mixed["sheet-00.pdf"]), stream, ByteStream(NOTE)]
    documents = _run(sources)
    assert [d.meta["file_path"] for d in documents] == [
        "note-00.txt",
        "sheet-00.pdf",
        "bucket/a.txt",
        "<bytes>",
    ]
    assert documents[2].content == documents[3].content == NOTE.decode().replace(".T", ". T")


def test_one_meta_for_all(mixed):
    documents = _run([mixed["note-00.txt"], mixed["note-01.txt"]], {"shelf": 3})
    assert [d.meta["shelf"] for d in documents] == [3, 3]


def test_a_meta_for_each_stays_with_its_source_when_one_fails(mixed):
    names = ("note-00.txt", "broken.pdf", "sheet-00.pdf")
    documents = _run([mixed[n] for n in names], [{"n": n} for n in names], mode="page")
    assert [(d.meta["n"], d.meta.get("page")) for d in documents] == [
        ("note-00.txt", None),
        ("sheet-00.pdf", 1),
        ("sheet-00.pdf", 2),
    ]


def test_a_list_of_meta_of_another_length(mixed):
    with pytest.raises(ValueError, match="length of the metadata list"):
        _run([mixed["note-00.txt"]], [{}, {}])


def test_meta_of_the_run_wins_over_that_of_the_stream():
    stream = ByteStream(NOTE, meta={"language": "en", "shelf": 1})
    (document,) = _run([stream], {"shelf": 2})
    assert (document.meta["language"], document.meta["shelf"]) == ("en", 2)
    assert stream.meta == {"language": "en", "shelf": 1}


def test_the_whole_path_when_asked_for(mixed):
    (document,) = _run([mixed["note-00.txt"]], store_full_path=True)
    assert document.meta["file_path"] == str(mixed["note-00.txt"])


def test_a_source_that_must_not_fail(mixed):
    with pytest.raises(SourceError, match="damaged PDF"):
        _run([mixed["broken.pdf"]], on_error="raise")


def test_a_wrong_choice_is_told_at_once():
    with pytest.raises(ConfigError):
        IngestConverter(skip=["no_such_stage"])


def test_what_is_stored_comes_back():
    converter = IngestConverter(
        on_error="raise",
        mode="page",
        skip=("mark_links",),
        options={"split_words": {"min_confidence": 0.95}},
        pages="1-2",
        password=Secret.from_env_var("PDF_PASSWORD", strict=False),
        store_full_path=True,
    )
    stored = json.loads(json.dumps(converter.to_dict()))
    again = IngestConverter.from_dict(stored)
    assert again.to_dict() == converter.to_dict()
    assert again.password == converter.password
    assert "ingest.adapters.haystack.IngestConverter" in stored["type"]


def test_a_password_is_never_stored():
    with pytest.raises(ValueError, match="serialize"):
        IngestConverter(password=Secret.from_token("hush")).to_dict()


def _pipeline(store):
    pipeline = Pipeline()
    pipeline.add_component("convert", IngestConverter(mode="page"))
    pipeline.add_component("split", DocumentSplitter(split_by="word", split_length=50))
    pipeline.add_component("write", DocumentWriter(store))
    pipeline.connect("convert.documents", "split.documents")
    pipeline.connect("split.documents", "write.documents")
    return pipeline


def test_in_a_pipeline(mixed):
    store = InMemoryDocumentStore()
    sheets = [path for name, path in mixed.items() if name.startswith("sheet-")]
    _pipeline(store).run({"convert": {"sources": sheets, "meta": {"shelf": 3}}})
    found = store.filter_documents({"field": "meta.page", "operator": "==", "value": 2})
    assert len(found) == PDFS
    assert all(d.meta["shelf"] == 3 and "ends here" in d.content for d in found)


def test_a_pipeline_that_was_stored(mixed):
    text = _pipeline(InMemoryDocumentStore()).dumps()
    again = Pipeline.loads(text, allowed_modules=["ingest.adapters.haystack"])
    result = again.run({"convert": {"sources": [mixed["sheet-00.pdf"]]}})
    assert result["write"]["documents_written"] == 2


@pytest.mark.usefixtures("reports")
def test_the_page_of_the_documentation():
    names = run_snippets("haystack.md")
    assert names["store"].count_documents() >= 48
