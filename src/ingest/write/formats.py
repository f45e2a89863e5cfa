"""The forms in which a conversion can be written: one entry of a table each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ingest.pipeline import Conversion

MARKDOWN = "markdown"


class Made(NamedTuple):
    """What a format is made from.

    Attributes:
        conversion: The Markdown, and the document with its ledger.
        name: What the document is called in messages.
        sha256: Of the bytes of the source.
        writing: The options of `write`.
    """

    conversion: Conversion
    name: str
    sha256: str
    writing: Mapping[str, bool]


class Format(NamedTuple):
    """A form of the result.

    Attributes:
        name: What `--format` calls it.
        suffix: What the names of its files end in.
        text: Makes it, to be written as UTF-8.
    """

    name: str
    suffix: str
    text: Callable[[Made], str]


def _markdown(made: Made) -> str:
    return made.conversion.markdown


def _mdast(made: Made) -> str:
    from ingest.json_text import json_page
    from ingest.write import with_additions
    from ingest.write.mdast import to_mdast

    added = {"page_markers": False, "front_matter": False, **made.writing}
    return json_page(to_mdast(with_additions(made.conversion.document, **added)))


FORMATS = {
    form.name: form
    for form in (
        Format(MARKDOWN, ".md", _markdown),
        Format("mdast", ".mdast.json", _mdast),
    )
}


def find_format(name: str) -> Format:
    """The format of that name.

    Raises:
        ConfigError: There is none; the message names those that exist.
    """
    if name not in FORMATS:
        raise ConfigError(f"no format {name!r}; the formats are: {', '.join(FORMATS)}")
    return FORMATS[name]
