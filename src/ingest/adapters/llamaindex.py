"""LlamaIndex: a reader, by itself or as a `file_extractor` of `SimpleDirectoryReader`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from ingest.adapters._choice import Choice, Chosen
from ingest.adapters._common import Input, convert_one
from ingest.errors import SourceError, missing_extra

try:
    from llama_index.core.readers.base import BaseReader
    from llama_index.core.schema import Document
except ImportError as error:
    raise missing_extra(__name__, "llama-index", error) from error

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Unpack


class IngestReader(BaseReader):
    """Reads one file after the other."""

    def __init__(self, **choice: Unpack[Chosen]) -> None:
        """Take what `Choice` takes: on_error, mode, skip, options, pages, password, workers.

        Raises:
            ConfigError: Something was chosen that does not exist.
        """
        self.choice = Choice(**choice)

    def lazy_load_data(
        self,
        file: str | os.PathLike[str],
        extra_info: dict[str, Any] | None = None,
        fs: Any = None,  # noqa: ANN401 - an fsspec file system
    ) -> Iterator[Document]:
        """One document for the file, or for each of its pages.

        Args:
            file: Its path.
            extra_info: More metadata; wins over ours.
            fs: The file system that has it, if not the local one.

        Raises:
            IngestError: It cannot be converted, and `on_error` is `raise`.
        """
        name = os.fspath(file)
        data = None if fs is None else _read(fs, name)
        for piece in self.choice.pieces_of(convert_one(Input(name, data), self.choice)):
            yield Document(text=piece.text, metadata={**piece.metadata, **(extra_info or {})})


def _read(fs: Any, name: str) -> bytes:  # noqa: ANN401
    try:
        with fs.open(name, "rb") as file:
            return bytes(file.read())
    except OSError as error:
        raise SourceError(f"{name}: cannot be read ({error}); check the path") from error
