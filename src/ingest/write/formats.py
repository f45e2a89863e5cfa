"""The forms in which a conversion can be written: one entry of a table each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.conversion import Conversion

MARKDOWN = "markdown"


class Format(NamedTuple):
    """A form of the result.

    Attributes:
        name: What `--format` calls it.
        suffix: What the names of its files end in.
        text: Makes it, of a conversion and what the document is called; to be written as UTF-8.
        is_line: Results are lines, which may follow each other in one stream.
    """

    name: str
    suffix: str
    text: Callable[[Conversion, str], str]
    is_line: bool = False


def _markdown(made: Conversion, _name: str) -> str:
    return made.markdown


def _mdast(made: Conversion, _name: str) -> str:
    from ingest.json_text import json_page
    from ingest.write.mdast import to_mdast

    return json_page(to_mdast(made.written))


def _record(made: Conversion, name: str) -> str:
    from ingest.json_text import json_line
    from ingest.records import record

    return json_line(record(made, source=name))


FORMATS = {
    form.name: form
    for form in (
        Format(MARKDOWN, ".md", _markdown),
        Format("mdast", ".mdast.json", _mdast),
        Format("jsonl", ".jsonl", _record, is_line=True),
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
