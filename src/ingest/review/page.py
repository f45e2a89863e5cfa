"""The review page: one HTML file that needs nothing else and lets nothing in.

What comes from documents is text in a template that escapes; a policy in the page allows its own
style and script, by their hashes, and pictures that stand in the page itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ingest.errors import missing_extra
from ingest.hashes import sha256_of_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from jinja2 import Environment

    from ingest.decisions import Decisions

BINS = 10  # of the chart of confidence
# Blanks as the page shows them, and characters that act instead of standing there.
_SHOWN = {ord(" "): "␣", ord("\n"): "⏎", ord("\r"): "␍", ord("\t"): "⇥", ord("\f"): "␌"}
_ACTIVE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff"
    r"\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One input of the report.

    Attributes:
        name: What it is called.
        status: How its conversion ended.
        reason: Why there is no Markdown; empty if there is.
        sha256: Of its bytes; None if they could not be read.
        messages: Level and text of what readers and stages said.
        facts: What `facts_of` found; None without Markdown.
    """

    name: str
    status: str
    reason: str = ""
    sha256: str | None = None
    messages: Sequence[tuple[str, str]] = ()
    facts: Mapping[str, Any] | None = field(default=None, repr=False)


def check_installed() -> None:
    """Make sure that the page can be made, before anything is converted.

    Raises:
        ExtraError: Jinja2 is missing; the message says how to install it.
    """
    try:
        import jinja2  # noqa: F401
    except ImportError as error:
        raise missing_extra("the review page", "review", error) from error


def review_page(entries: Sequence[Entry], decisions: Decisions) -> str:
    """The page as HTML.

    Args:
        entries: The inputs, in the order in which they are listed.
        decisions: What was decided before; what concerns other documents is kept.

    Raises:
        ExtraError: Jinja2 is missing.
    """
    check_installed()
    style, script = _part("page.css"), _part("page.js")
    documents = [_document(number, entry) for number, entry in enumerate(entries)]
    edits = [edit for document in documents for edit in document["edits"]]
    edits.sort(key=lambda e: (not e["decidable"], e["doubt"], e["d"], e["n"]))
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            policy=_policy(style, script),
            style=style,
            script=script,
            documents=documents,
            rows=sorted(documents, key=lambda d: not d["reason"]),
            edits=edits,
            decidable=sum(e["decidable"] for e in edits),
            rules=_by_rule(edits),
            bins=_by_confidence(edits),
            data=_data(documents, edits, decisions),
        )
    )


# ---------------------------------------------------------------- parts


def _part(name: str) -> str:
    return (files("ingest.review") / name).read_text(encoding="utf-8")


def _environment() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        loader=FunctionLoader(_part),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(visible=visible, inert=inert)
    return environment


def _policy(style: str, script: str) -> str:
    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return (
        f"default-src 'none'; style-src 'sha256-{hashed(style)}'; "
        f"script-src 'sha256-{hashed(script)}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


def inert(text: str) -> str:
    """Text in which no character acts: those that would are shown by their number."""
    return _ACTIVE.sub(lambda m: f"⟨U+{ord(m.group()):04X}⟩", text)


def visible(text: str) -> str:
    """Text that is put in or taken out; its blanks can be seen."""
    return inert(text.translate(_SHOWN))


# ---------------------------------------------------------------- data


def _document(number: int, entry: Entry) -> dict[str, Any]:
    facts: Mapping[str, Any] = entry.facts or {}
    language = str(facts.get("language", ""))
    pictures = facts.get("pictures", [])
    edits = [
        {**edit, "d": number, "picture": _picture(pictures, edit)}
        for edit in facts.get("edits", [])
    ]
    return {
        "d": number,
        "name": entry.name,
        "sha256": entry.sha256,
        "status": entry.status,
        "reason": entry.reason,
        "messages": entry.messages,
        "language": language if _LANGUAGE_TAG.fullmatch(language) else "",
        "format": facts.get("format", ""),
        "text": facts.get("text", ""),
        "made": sum(e["made"] for e in edits),
        "left": sum(not e["made"] for e in edits),
        "edits": edits,
        "html": _with_own_targets(str(facts.get("html", "")), number),
    }


def _picture(pictures: Sequence[Any], edit: Mapping[str, Any]) -> Any:  # noqa: ANN401 - JSON
    return None if edit["picture"] is None else pictures[edit["picture"]]


def _with_own_targets(html: str, number: int) -> str:
    """Marks that lead to the edits of this document; quotes in text are escaped, so are none."""
    from markupsafe import Markup

    targets = re.sub(r'href="#e(\d+)" data-e', rf'href="#d{number}e\1" data-e', html)
    return Markup(targets)  # `rendered` has escaped it


def _by_rule(edits: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    made: Counter[tuple[str, str]] = Counter()
    left: Counter[tuple[str, str]] = Counter()
    for edit in edits:
        (made if edit["made"] else left)[edit["stage"], edit["rule"]] += 1
    keys = sorted(made.keys() | left.keys(), key=lambda k: (-made[k] - left[k], k))
    most = max((made[k] + left[k] for k in keys), default=1)
    return [
        {"stage": k[0], "rule": k[1], "made": made[k], "left": left[k], "most": most} for k in keys
    ]


def _by_confidence(edits: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    made: Counter[int] = Counter()
    left: Counter[int] = Counter()
    for edit in edits:
        number = min(BINS - 1, int(edit["confidence"] * BINS))
        (made if edit["made"] else left)[number] += 1
    most = max((made[n] + left[n] for n in range(BINS)), default=1) or 1
    return [
        {
            "from": n / BINS,
            "to": (n + 1) / BINS,
            "made": made[n],
            "left": left[n],
            "most": most,
        }
        for n in range(BINS)
    ]


def _data(
    documents: Sequence[Mapping[str, Any]],
    edits: Iterable[Mapping[str, Any]],
    decisions: Decisions,
) -> str:
    """What the script of the page needs, as JSON that cannot end its element."""
    from markupsafe import Markup

    here = {d["sha256"] for d in documents}
    before: Any = decisions.as_dict()
    data = {
        "documents": [{k: d[k] for k in ("sha256", "name", "text")} for d in documents],
        "edits": {
            f"d{e['d']}e{e['n']}": {"d": e["d"], "key": e["key"], "form": e["form"]}
            for e in edits
            if e["decidable"]
        },
        "said": {f"d{e['d']}e{e['n']}": e["said"] for e in edits if e["said"] in _PLACED},
        "always": decisions.always,
        "never": list(decisions.never),
        "kept": {sha: d for sha, d in before["documents"].items() if sha not in here},
    }
    text = json.dumps(data, sort_keys=True)
    data["id"] = sha256_of_text(text)[:_ID_DIGITS]
    text = json.dumps(data, sort_keys=True)
    return Markup(text.replace("<", "\\u003c"))  # nothing can end the element


_PLACED = ("accept", "reject")
_ID_DIGITS = 16
