"""What a conversion gives: the Markdown, and all that is known of how it came about."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.confidence import Confidence
    from ingest.document import Document, Edit, Message
    from ingest.page_spans import PageSpan


@dataclass(frozen=True)
class Conversion:
    """The Markdown of a document, and the document with its ledger and messages.

    What is no attribute is worked out when it is asked for the first time.

    Attributes:
        markdown: The result, with page markers and front matter if they were asked for.
        document: The tree as the stages left it, with source, ledger and messages.
        written: The tree as it was written: with page markers and front matter, if asked for.
    """

    markdown: str
    document: Document
    written: Document

    @property
    def edits(self) -> tuple[Edit, ...]:
        """The ledger: edits that were made, and proposals that were not."""
        return self.document.edits

    @cached_property
    def edit_counts(self) -> dict[str, int]:
        """How many edits were made, by `stage/rule`."""
        return count_edits(self.edits)

    @property
    def messages(self) -> tuple[Message, ...]:
        """What readers and stages have to say."""
        return self.document.messages

    @cached_property
    def metadata(self) -> dict[str, str]:
        """Title, author, language, source and pages, as far as known, as in front matter."""
        from ingest.write.additions import metadata_of

        return metadata_of(self.document)

    @cached_property
    def confidence(self) -> Confidence:
        """How sure the result is, as a whole and page by page, and why no surer."""
        from ingest.confidence import confidence_of

        return confidence_of(self.document)

    @cached_property
    def pages(self) -> tuple[PageSpan, ...]:
        """Where in `markdown` each page begins and ends; empty for what has no pages."""
        from ingest.page_spans import page_spans

        return page_spans(self.written)


def count_edits(edits: Iterable[Edit]) -> dict[str, int]:
    """How many of these edits were made, by `stage/rule`, sorted."""
    counts = Counter(f"{edit.stage}/{edit.rule}" for edit in edits if edit.applied)
    return dict(sorted(counts.items()))
