"""The public names as a typed program uses them; nothing runs this, mypy and pyright read it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import assert_type

import ingest
from ingest import (
    DEFAULT,
    Change,
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
    SourceError,
    Span,
    Stage,
    StageError,
)

# ---------------------------------------------------------------- converting

result = ingest.convert(b"life.These spasms\n", name="a.txt")
assert_type(result, Conversion)
markdown, doc = result
assert_type(markdown, str)
assert_type(doc, Document)
assert_type(ingest.convert(Path("a.pdf")).markdown, str)
assert_type(ingest.convert("a.pdf", [*DEFAULT]).document, Document)
assert_type(ingest.read("a.pdf"), Document)
assert_type(ingest.write(doc), str)
assert_type(ingest.__version__, str)

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
