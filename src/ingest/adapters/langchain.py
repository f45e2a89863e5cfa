"""LangChain: a blob parser and a document loader."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ingest.adapters._choice import Choice, Chosen
from ingest.adapters._common import Input, convert_each, convert_one, files_under
from ingest.errors import missing_extra

try:
    from langchain_core.document_loaders import BaseBlobParser, BaseLoader
    from langchain_core.documents import Document
except ImportError as error:
    raise missing_extra(__name__, "langchain", error) from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Unpack

    from langchain_core.documents.base import Blob

    from ingest.adapters._common import Converted

    AnyPath = str | os.PathLike[str]


class IngestParser(BaseBlobParser):
    """Makes documents of blobs, wherever they come from."""

    def __init__(self, **choice: Unpack[Chosen]) -> None:
        """Take what `Choice` takes: on_error, mode, skip, options, pages, password, workers.

        Raises:
            ConfigError: Something was chosen that does not exist.
        """
        self.choice = Choice(**choice)

    def lazy_parse(self, blob: Blob) -> Iterator[Document]:
        """One document for the blob, or for each of its pages; metadata of the blob wins.

        Raises:
            IngestError: It cannot be converted, and `on_error` is `raise`.
        """
        name = str(blob.path or blob.source or "<blob>")
        data = blob.data.encode("utf-8") if isinstance(blob.data, str) else blob.data
        converted = convert_one(Input(name, data), self.choice)
        yield from _documents(converted, self.choice, blob.metadata)


class IngestLoader(BaseLoader):
    """Loads files, and folders with all that is below them."""

    def __init__(self, paths: AnyPath | Iterable[AnyPath], **choice: Unpack[Chosen]) -> None:
        """Take files and folders, and what `Choice` takes.

        Raises:
            ConfigError: Something was chosen that does not exist.
        """
        self.paths = [paths] if isinstance(paths, str | os.PathLike) else list(paths)
        self.choice = Choice(**choice)

    def lazy_load(self) -> Iterator[Document]:
        """One document for each file, or for each page; files are converted as they are asked for.

        Raises:
            SourceError: A path does not exist, or there is nothing to convert in a folder.
            IngestError: A file cannot be converted, and `on_error` is `raise`.
        """
        for converted in convert_each(files_under(self.paths), self.choice):
            yield from _documents(converted, self.choice)


def _documents(
    converted: Converted, choice: Choice, more: dict[str, Any] | None = None
) -> Iterator[Document]:
    for piece in choice.pieces_of(converted):
        yield Document(page_content=piece.text, metadata={**piece.metadata, **(more or {})})
