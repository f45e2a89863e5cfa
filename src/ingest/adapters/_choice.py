"""What the user of an adapter may choose, the same in all of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypedDict, get_args

from ingest.adapters._common import log
from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.adapters._common import Converted, Piece
    from ingest.pipeline import Pipeline

Mode = Literal["document", "page"]
OnError = Literal["raise", "skip"]


class Chosen(TypedDict, total=False):
    """The arguments of `Choice`, for the signatures of adapters."""

    on_error: OnError
    mode: Mode
    skip: Sequence[str]
    options: Mapping[str, Mapping[str, object]]
    pages: str
    password: str
    workers: int | None


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What the user of an adapter may choose; plain values, so that hosts can store them.

    Attributes:
        on_error: What to do with a document that cannot be converted: `raise` its error, or `skip`
            it and log the error.
        mode: `document` for one piece of each document, `page` for one of each page with text.
            What has no pages, such as most text files, is one piece in both.
        skip: Stages to leave out.
        options: Options of stages, of reading (`read`) and writing (`write`), by name.
        pages: Which pages of a PDF to read, such as `1,4-6`; all if empty.
        password: Opens encrypted PDFs.
        workers: How many documents to convert at once, in processes of their own, which no document
            can take the program down with or keep busy for ever. Where they cannot be forked
            (beside other threads, or not on Linux) a script has to ask below
            `if __name__ == "__main__"`. None is one process where it can be forked, else this one.
    """

    on_error: OnError = "raise"
    mode: Mode = "document"
    skip: Sequence[str] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    pages: str = ""
    password: str = field(default="", repr=False)
    workers: int | None = None

    def __post_init__(self) -> None:
        """Complain now and not with the first document."""
        _check("mode", self.mode, get_args(Mode))
        _check("on_error", self.on_error, get_args(OnError))
        _ = self.pipeline

    def pieces_of(self, converted: Converted) -> tuple[Piece, ...]:
        """The pieces; none for an error that is to be skipped, which is logged.

        Raises:
            IngestError: The error, if that was asked for.
        """
        if converted.error and self.on_error == "raise":
            raise converted.error
        if converted.error:
            log.warning("skipped: %s", converted.error)
        return converted.pieces

    @cached_property
    def pipeline(self) -> Pipeline:
        """How ingest converts then.

        Raises:
            ConfigError: A stage, an option or a value that does not exist.
        """
        from ingest.pipeline import READING, WRITING, Pipeline, select

        rooms = {name: dict(values) for name, values in self.options.items()}
        reading, writing = rooms.pop(READING, {}), rooms.pop(WRITING, {})
        own = {"pages": self.pages, "password": self.password}
        reading.update((name, value) for name, value in own.items() if value)
        return Pipeline(select(skip=self.skip, options=rooms), reading, writing)


def _check(name: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise ConfigError(f"{name}={value!r}: the choices are {', '.join(known)}")
