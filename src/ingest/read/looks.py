"""Is a text file really Markdown? Only if signs that are independent of each other say so."""

from __future__ import annotations

import re

from ingest.read.markdown import FRONT_MATTER

# A heading stands alone; comments of code and settings stand on what they are about.
_HEADING = re.compile(r"(?:\A|(?<=\n\n))(#{1,6}) [^\s#].*(?=\n\n|\n?\Z)")
_OTHER_SIGNS = (
    re.compile(r"^(?P<fence>```|~~~)[\w+-]*$.*?^(?P=fence)$", re.MULTILINE | re.DOTALL),
    re.compile(r"\[[^\]\n]+\]\((?:https?://|mailto:|[#./])[^)\s]+\)"),
    re.compile(r"(?<![*\w])\*\*[^\s*](?:[^*\n]*[^\s*])?\*\*(?![*\w])"),
    re.compile(r"^\|?(?:[ ]?:?-{3,}:?[ ]?\|)+(?:[ ]?:?-{3,}:?[ ]?)?$", re.MULTILINE),
)
# One heading may be a line of something else.
HEADINGS_MIN = 2
_ENTRY = re.compile(r"[\w-]+:(?:[ \t].*)?$|[ \t]+\S.*$|- .*$|\s*$|#.*$")


def is_markdown(data: bytes) -> bool:
    """Does a text begin with front matter, or have headings of two depths, or other markup too?

    Args:
        data: The bytes of a file; what is no UTF-8 is no Markdown.

    Source: none of the 570 text exports of the dev set is taken for Markdown, and all of its 76
    documents in Markdown are.
    """
    if b"#" not in data and not data.startswith(b"---"):
        return False
    try:
        text = data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        return False
    front = FRONT_MATTER.match(text)
    if front and front[1] and all(map(_ENTRY.match, front[1].split("\n"))):
        return True
    headings = _HEADING.findall(text)
    if len(headings) < HEADINGS_MIN:
        return False
    return len(set(headings)) > 1 or any(sign.search(text) for sign in _OTHER_SIGNS)
