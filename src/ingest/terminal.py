"""Text on a terminal, where it is shown and does nothing."""

from __future__ import annotations

from unicodedata import category

import click

# Controls, what turns the direction of text or is not seen, surrogates, line and paragraph ends.
_ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def inert(text: str) -> str:
    """Text in which nothing acts on a terminal: such characters are shown as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        c.encode("unicode_escape").decode() if category(c) in _ACTIVE and c != "\t" else c
        for c in text
    )


def say_error(text: str) -> None:
    """Print one error."""
    click.echo(f"{click.style('error', fg='red')}: {inert(text)}", err=True)
