"""Haystack: a converter component."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest.adapters._choice import Choice, Chosen, Mode, OnError
from ingest.adapters._common import Input, convert_each
from ingest.errors import missing_extra

try:
    from haystack import Document, component, default_from_dict, default_to_dict
    from haystack.components.converters.utils import normalize_metadata
    from haystack.dataclasses import ByteStream
    from haystack.utils import Secret, deserialize_secrets_inplace
except ImportError as error:
    raise missing_extra(__name__, "haystack", error) from error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@component
class IngestConverter:
    """Converts files and byte streams to documents of Markdown."""

    def __init__(
        self,
        *,
        on_error: OnError = "skip",
        mode: Mode = "document",
        skip: Sequence[str] = (),
        options: Mapping[str, Mapping[str, object]] | None = None,
        pages: str = "",
        password: Secret | None = None,
        workers: int | None = None,
        store_full_path: bool = False,
    ) -> None:
        """Convert as `Choice` says; by default a source that fails is logged and skipped.

        Args:
            on_error: `skip`, as Haystack's own converters do, or `raise`.
            mode: One document for each source (`document`), or for each of its pages (`page`).
            skip: Stages to leave out.
            options: Options of stages, by the name of the stage.
            pages: Which pages of a PDF to read, such as `1,4-6`.
            password: Opens encrypted PDFs.
            workers: How many sources to convert at once, in processes of their own; see `Choice`.
            store_full_path: Keep the whole path in `meta["file_path"]`, not the name of the file.

        Raises:
            ConfigError: Something was chosen that does not exist.
        """
        self.plain: Chosen = {
            "on_error": on_error,
            "mode": mode,
            "skip": list(skip),
            "options": dict(options or {}),
            "pages": pages,
            "workers": workers,
        }
        self.password, self.store_full_path = password, store_full_path
        Choice(**self.plain)  # complains now, not in the middle of a pipeline

    def to_dict(self) -> dict[str, Any]:
        """The component as plain values, for pipelines that are stored."""
        password = self.password.to_dict() if self.password else None
        more = {"password": password, "store_full_path": self.store_full_path}
        stored: dict[str, Any] = default_to_dict(self, **self.plain, **more)
        return stored

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> IngestConverter:
        """The component that `to_dict` has stored."""
        deserialize_secrets_inplace(data["init_parameters"], keys=["password"])
        made: IngestConverter = default_from_dict(cls, data)
        return made

    @component.output_types(documents=list[Document])
    def run(
        self,
        sources: list[str | Path | ByteStream],
        meta: dict[str, Any] | list[dict[str, Any]] | None = None,
    ) -> dict[str, list[Document]]:
        """Convert sources.

        Args:
            sources: Paths and byte streams; what such a stream has in `meta` goes into documents.
            meta: More metadata, for all sources or one mapping for each; wins over all other.

        Raises:
            ValueError: `meta` is a list that is not as long as `sources`.
            IngestError: A source cannot be converted, and `on_error` is `raise`.
        """
        metas = normalize_metadata(meta, sources_count=len(sources))
        secret = self.password.resolve_value() if self.password else None
        choice = replace(Choice(**self.plain), password=secret or "")
        documents = []
        results = convert_each(map(_source_of, sources), choice)
        for source, converted, own in zip(sources, results, metas, strict=True):
            given = source.meta if isinstance(source, ByteStream) else {}
            for piece in choice.pieces_of(converted):
                merged = {**self._file_path(piece.metadata), **given, **own}
                documents.append(Document(content=piece.text, meta=merged))
        return {"documents": documents}

    def _file_path(self, metadata: Mapping[str, Any]) -> dict[str, Any]:
        """Metadata with the path by Haystack's name for it."""
        path = metadata["source"] if self.store_full_path else Path(metadata["source"]).name
        return {"file_path": path, **{n: v for n, v in metadata.items() if n != "source"}}


def _source_of(source: str | Path | ByteStream) -> Input:
    if isinstance(source, ByteStream):
        return Input(str(source.meta.get("file_path", "<bytes>")), source.data)
    return Input(str(source))
