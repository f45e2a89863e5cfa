"""The public names as a typed program uses them; nothing runs this, mypy and pyright read it."""

import io
from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, assert_type

import ingest
from ingest import (
    DEFAULT,
    Change,
    Confidence,
    ConfigError,
    Conversion,
    Document,
    Edit,
    EncryptedError,
    IngestError,
    InvariantError,
    Message,
    NoTextError,
    OutputError,
    PageConfidence,
    PageSpan,
    Pipeline,
    Result,
    Source,
    SourceError,
    Span,
    Stage,
    StageError,
    Status,
)
from ingest.records import record

# ---------------------------------------------------------------- converting

result = ingest.convert(b"life.These spasms\n", name="a.txt")
assert_type(result, Conversion)
doc = result.document
assert_type(result.markdown, str)
assert_type(doc, Document)
assert_type(result.edits, tuple[Edit, ...])
assert_type(result.messages, tuple[Message, ...])
assert_type(result.metadata, dict[str, str])
assert_type(result.pages, tuple[PageSpan, ...])
assert_type(ingest.convert(Path("a.pdf")).markdown, str)
assert_type(ingest.convert("a.pdf", [*DEFAULT]).document, Document)
assert_type(ingest.read("a.pdf"), Document)
sources: list[Source] = ["a.pdf", Path("a.pdf"), b"words", io.BytesIO(), "s3://bucket/a.pdf"]
assert_type([ingest.convert(source) for source in sources], list[Conversion])
assert_type(ingest.write(doc), str)
with Path("a.pdf").open("rb") as file:
    assert_type(ingest.convert(file), Conversion)
    assert_type(ingest.read(io.BytesIO(file.read())), Document)
assert_type(ingest.__version__, str)

# ---------------------------------------------------------------- how sure a result is

assert_type(result.confidence, Confidence)
assert_type(result.confidence.score, float)
assert_type(result.confidence.pages, Mapping[int, PageConfidence])
for reason in result.confidence.reasons:
    assert_type((reason.name, reason.count, reason.score), tuple[str, int, float])
    assert_type(reason.meaning, str)

# ---------------------------------------------------------------- many documents

made = Pipeline(ingest.select(skip=["mark_links"]), reading={"pages": "1-3"})
assert_type(made.convert("a.pdf"), Conversion)
assert_type(Pipeline.from_config("clean.toml"), Pipeline)
limits = ingest.Limits(wall=120, memory=2048)
assert_type(ingest.convert_many([Path("a.pdf")]), Generator[Result, None, None])
for one in made.convert_many(["a.pdf", b"text", ("key", b"text")], workers=2, limits=limits):
    assert_type(one, Result)
    assert_type((one.index, one.name, one.kind, one.markdown), tuple[int, str, str, str])
    assert_type(one.status, Status)
    assert_type(one.edits, tuple[Edit, ...])
    assert_type(one.messages, tuple[Message, ...])
    assert_type(one.confidence, Confidence)
    assert_type(one.pages, tuple[PageSpan, ...])
    assert_type(record(one), dict[str, Any])
assert_type(record(result)["id"], Any)

# ---------------------------------------------------------------- what a document holds

assert_type(doc.source, str)
assert_type(doc.edits, tuple[Edit, ...])
assert_type(doc.messages, tuple[Message, ...])
assert_type(doc.meta, Mapping[str, str])
for edit in doc.edits:
    assert_type(edit.span, Span)
    assert_type((edit.stage, edit.rule, edit.before, edit.after), tuple[str, str, str, str])
    assert_type(edit.confidence, float)
    assert_type(edit.applied, bool)

# ---------------------------------------------------------------- stages

assert_type(DEFAULT, tuple[Stage, ...])
assert_type(ingest.find("split_words"), Stage)
assert_type(ingest.find("split_words").using(min_confidence=0.9), Stage)
chosen = ingest.select(only=["split_words"], options={"split_words": {"min_confidence": 0.9}})
assert_type(chosen, tuple[Stage, ...])


def shout(doc: Document, *, mark: str = "!") -> Document:
    """A stage of another package."""

    def propose(text: str) -> list[Change]:
        return [Change(len(text), len(text), mark, "shout", 1.0)]

    return ingest.edit_text(doc, "shout", propose, at_least=0.5)


def whisper(doc: Document) -> Document:
    """A stage that looks at all lines at once."""

    def propose(lines: Sequence[str]) -> Iterator[list[Change]]:
        for line in lines:
            yield [Change(0, 0, "(", "whisper", 1.0)] if line else []

    return ingest.edit_runs(doc, "whisper", propose)


assert_type(ingest.run(doc, [*DEFAULT, Stage("shout", shout, needs="any")]), Document)
# `run` says that a bare function will do; its type does not say so yet.
assert_type(ingest.run(doc, [whisper]), Document)

# ---------------------------------------------------------------- errors

ERRORS: list[type[IngestError]] = [
    ConfigError,
    EncryptedError,
    InvariantError,
    NoTextError,
    OutputError,
    SourceError,
    StageError,
]
codes: list[int] = [error.exit_code for error in ERRORS]
