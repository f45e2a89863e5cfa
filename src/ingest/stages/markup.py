"""What raw HTML and addresses of a Markdown source would do to who looks at them.

The grammar of tags is stricter than any browser's: markup that does not fit it is not kept.
"""

from __future__ import annotations

import re
from functools import cache
from html import unescape
from typing import TYPE_CHECKING

from ingest.data import rows
from ingest.document import Change

if TYPE_CHECKING:
    from collections.abc import Iterator

CONFIDENCE = 1.0  # a decision, no guess: what the tables name goes

# Controls but tab, line end and form feed, and what turns the direction of text.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0d-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")

# Possessive, so that every character is looked at once.
_ATTRIBUTE = (
    r"""\s++(?P<name>[^\s"'<>/=]++)(?:\s*+=\s*+(?P<value>"[^"]*+"|'[^']*+'|[^\s"'=<>`]++))?+"""
)
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _ATTRIBUTE)
_TAG = re.compile(rf"<(?P<tag>[A-Za-z][\w.:-]*+)(?P<attributes>(?:{_UNNAMED})*+)\s*+/?+>")
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_INERT = re.compile(
    r"[^<]++"
    r"|<(?![A-Za-z/!?])"
    r"|</(?P<closes>[A-Za-z][\w.:-]*+)\s*+>"
    r"|<!--(?!-?>)(?:(?!--!?>).)*+-->",
    re.DOTALL,
)

_LINE_HEAD = re.compile(
    r"<(?:(?P<other>!--|\?|![A-Za-z\[])|/?(?P<name>[A-Za-z][A-Za-z0-9]*+)(?:\s|/?>|$))"
)

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
# Browsers do not see these in a scheme.
_UNSEEN = re.compile(r"[\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")
_PICTURE_DATA = re.compile(r"data:image/(?:png|gif|jpeg|webp|bmp|avif)[;,]", re.IGNORECASE)
_REMOTE = re.compile(r"https?:|[/\\]{2}", re.IGNORECASE)
# A picture of one pixel is there to be asked for, not to be seen.
_ONE_PIXEL = re.compile(r"[01](?:\.\d*)?(?:px|%)?")
# Declarations of a style, without functions that load or compute.
_PLAIN_STYLE = re.compile(r"(?:[^()\\@<]|(?<=rgb)\([^()]*\)|(?<=rgba)\([^()]*\))*+", re.IGNORECASE)


def control_changes(text: str) -> Iterator[Change]:
    """Take out the characters that act on a terminal or turn the direction of text."""
    for match in _CONTROLS.finditer(text):
        yield Change(match.start(), match.end(), "", "control", CONFIDENCE)


def without_controls(text: str) -> str:
    """The text without those characters."""
    return _CONTROLS.sub("", text)


def is_active_address(url: str, *, picture: bool = False) -> bool:
    """Would following it, or loading it as a picture, do more than go to a place?

    Args:
        url: As the parser gives it, without escapes.
        picture: It is that of a picture, so its data may stand in it.
    """
    plain = _UNSEEN.sub("", url)
    if picture and _PICTURE_DATA.match(plain):
        return False
    scheme = _SCHEME.match(plain)
    return scheme is not None and scheme[1].lower() not in _schemes()


def opens_block(value: str) -> bool:
    """Would this tag begin a block of HTML if a line began with it, whatever follows?"""
    head = _LINE_HEAD.match(value)
    return head is not None and bool(head["other"] or _acts("block", head["name"]))


def html_changes(value: str) -> list[Change] | None:
    """The attributes to take out of raw HTML so that it is inert; None if it cannot be.

    Args:
        value: A tag, or a block of HTML: tags, comments and text. They need not be balanced.
    """
    changes: list[Change] = []
    if _CONTROLS.search(value):
        return None
    at = 0
    while at < len(value):
        if tag := _TAG.match(value, at):
            if _acts("element", tag["tag"]):
                return None
            changes += _attribute_changes(tag)
            at = tag.end()
        elif (other := _INERT.match(value, at)) and not _acts("element", other["closes"] or ""):
            at = other.end()
        else:
            return None
    return changes


def _attribute_changes(tag: re.Match[str]) -> Iterator[Change]:
    found = list(_ATTRIBUTES.finditer(tag.string, *tag.span("attributes")))
    values = {m["name"].lower(): unescape((m["value"] or "").strip("\"'")) for m in found}
    beacon = _is_beacon(tag["tag"].lower(), values)
    for match in found:
        name = match["name"].lower()
        rule = "beacon" if beacon and name in {"src", "srcset"} else _rule(name, values[name])
        if rule:
            why = f"{name} of {tag['tag']}"
            yield Change(match.start(), match.end(), "", rule, CONFIDENCE, why)


def _rule(name: str, value: str) -> str:
    """The rule by which an attribute goes; empty if it stays."""
    if name.startswith("on") or _acts("attribute", name):
        return "active-attribute"
    if name == "style" and not _PLAIN_STYLE.fullmatch(value):
        return "active-attribute"
    if not _acts("address", name):
        return ""
    picture = name in {"src", "srcset"}
    addresses = value.split() if name == "srcset" else [value]
    active = any(is_active_address(url, picture=picture) for url in addresses)
    return "active-address" if active else ""


def _is_beacon(tag: str, values: dict[str, str]) -> bool:
    sizes = [values[side].strip() for side in ("width", "height") if side in values]
    is_remote = bool(_REMOTE.match(values.get("src", "").strip()))
    return tag == "img" and is_remote and any(_ONE_PIXEL.fullmatch(size) for size in sizes)


def _acts(kind: str, name: str) -> bool:
    """Is it in the table?"""
    return name.lower() in _table()[kind]


@cache
def _table() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for kind, name, _ in rows("html.tsv"):
        found.setdefault(kind, set()).add(name)
    return {kind: frozenset(names) for kind, names in found.items()}


@cache
def _schemes() -> frozenset[str]:
    return frozenset(scheme for scheme, _ in rows("schemes.tsv"))
