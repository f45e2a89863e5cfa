"""Writers: `Document` -> text. They repair nothing."""

from ingest.write.markdown import write_markdown

__all__ = ["write_markdown"]
