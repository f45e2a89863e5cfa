"""What people decided about edits: which are made, which are not, and which words stay or change.

A decision names an edit by the hash of its document, the stage, the place in the source and the
text before and after; not by its number, so it holds when other edits come and go. Decisions
travel with the `Document`; `edit_runs` and the stages that drop or join lines ask them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from ingest.document import Change, Edit, Message, Span
from ingest.errors import ConfigError
from ingest.hashes import sha256_of_text
from ingest.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ingest.document import Document

FORMAT, VERSION = "ingest-decisions", 1
STAGE = "decisions"  # who speaks in messages
ACCEPTED, REJECTED = "accepted by a person", "rejected by a person"
ALWAYS, NEVER = "always, by a person", "never, by a person"
RULE = "decided"  # of a change that no rule proposes any more
SURE = 1.0  # a person has looked at it
# The file is hand-made by a page; more than this is no file of decisions.
MAX_BYTES = 64 << 20
SHOWN = 3  # decisions that a message names


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on one edit of one document.

    Attributes:
        stage: Who made or proposed the edit.
        rule: By which rule; it counts only where `before` and `after` are empty.
        at: Where `before` stood in the source; an insertion is a point.
        before: The text that stood there when the stage saw it.
        after: What the stage put there.
        accepted: The edit is to be made; else it is not to be made.
    """

    stage: str
    rule: str
    at: Span
    before: str
    after: str
    accepted: bool

    def is_about(self, stage: str, rule: str, at: Span, before: str, after: str) -> bool:
        """Is that the edit which was decided upon?"""
        same = (self.stage, self.at, self.before, self.after) == (stage, at, before, after)
        return same and (bool(before or after) or self.rule == rule)

    @property
    def why(self) -> str:
        """What the ledger says of it."""
        return ACCEPTED if self.accepted else REJECTED

    def __str__(self) -> str:
        """The decision as a message shows it."""
        word = "accept" if self.accepted else "reject"
        return f"{word} {self.stage}/{self.rule} at {self.at.start} {self.before!r}"


@dataclass(frozen=True)
class Decided:
    """What was decided that concerns one document.

    Attributes:
        edits: Of this document alone.
        always: Words, or words in a row, and what they become wherever they stand.
        never: Those that stay as they are.
    """

    edits: tuple[Decision, ...] = ()
    always: Mapping[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """What is never split, blank or not, as `split_words` takes it."""
        return tuple(form for form in self.never if form.isalpha())

    def of(self, stage: str) -> list[Decision]:
        """The decisions on edits of one stage."""
        return [d for d in self.edits if d.stage == stage]

    # ------------------------------------------------------------ changes of text

    def settler(self, doc: Document, stage: str) -> Settler | None:
        """What settles the changes that a stage proposes; None if nothing was decided on it."""
        mine = self.of(stage)
        return Settler(doc, stage, mine) if mine else None

    # ------------------------------------------------------------ words

    def settle_words(self, line: str, changes: Iterable[Change]) -> list[Change]:
        """The changes of a line with what is always or never to be done."""
        found = list(changes)
        if self._never_forms is not None:
            kept = [m.span() for m in self._never_forms.finditer(line)]
            found = [_withheld(c, NEVER) if _in_any(c, kept) else c for c in found]
        if self._always_forms is not None:
            for match in self._always_forms.finditer(line):
                rules = {(c.start, c.end): c.rule for c in found}
                found = [c for c in found if not _overlaps(c, match.start(), match.end())]
                found += (
                    c._replace(rule=rules.get((c.start, c.end), RULE))
                    for c in respacing(match.group(), self.always[match.group()], match.start())
                )
        return sorted(found, key=lambda c: (c.start, c.end))

    @cached_property
    def _never_forms(self) -> re.Pattern[str] | None:
        return _any_of(self.never)

    @cached_property
    def _always_forms(self) -> re.Pattern[str] | None:
        return _any_of(self.always)

    # ------------------------------------------------------------ lines that are dropped or joined

    def settle_drop(self, edit: Edit) -> Edit:
        """The record of a line that goes, or of a heading; `applied` says if it is to be done."""
        for d in self.of(edit.stage):
            inside = edit.span.start <= d.at.start and d.at.end <= edit.span.end
            same = (d.before, d.after) == (edit.before, edit.after)
            if inside and same and (edit.before or d.rule == edit.rule):
                why = f"{d.why}; {edit.why}" if edit.why else d.why
                return edit._replace(confidence=SURE, applied=d.accepted, why=why)
        return edit

    def on_line_end(self, stage: str, rules: Iterable[str], gap: Span) -> Decision | None:
        """What was decided of a line end, which stands in the source at `gap`."""
        for d in self.of(stage):
            if d.rule in rules and gap.start < d.at.end <= gap.end:
                return d
        return None


NOTHING = Decided()


class Settler:
    """Puts what was decided into the changes that a stage proposes for runs of text."""

    def __init__(self, doc: Document, stage: str, mine: Sequence[Decision]) -> None:
        """Hold what was decided on edits of this stage."""
        self._doc, self._stage, self._mine = doc, stage, mine

    def settle(self, span: Span, text: str, changes: Iterable[Change]) -> list[Change]:
        """The changes of one run: accepted ones are made, rejected ones are not."""
        mine = [d for d in self._mine if span.start <= d.at.start and d.at.end <= span.end]
        found = list(changes)
        if not mine:
            return found
        run = self._trace.run(span)
        out: list[Change] = []
        met: set[Decision] = set()
        for change in found:
            before, at = text[change.start : change.end], run.place(change.start, change.end)
            about = (self._stage, change.rule, at, before, change.text)
            decision = next((d for d in mine if d.is_about(*about)), None)
            if decision is None:
                out.append(change)
            elif decision not in met | self._told:
                met.add(decision)
                out.append(_settled(change, decision))
            # else: it was told before, in an earlier pass, and need not be told again
        for decision in mine:
            if decision.accepted and decision not in met | self._told:
                out = _with(out, text, run.find(decision.at), decision)
        return out

    @cached_property
    def _trace(self) -> Trace:
        return Trace.of(self._doc.source, self._doc.edits)

    @cached_property
    def _told(self) -> frozenset[Decision]:
        """The decisions that are in the ledger already."""
        return frozenset(met_decisions(self._doc))


def _settled(change: Change, decision: Decision) -> Change:
    why = f"{decision.why}; {change.why}" if change.why else decision.why
    return change._replace(confidence=SURE, made=decision.accepted, why=why)


def _withheld(change: Change, why: str) -> Change:
    return change._replace(confidence=SURE, made=False, why=why)


def _with(
    changes: list[Change], text: str, place: tuple[int, int], decision: Decision
) -> list[Change]:
    """The changes with one that no rule proposes any more, if its text still stands there."""
    start, end = place
    if text[start:end] != decision.before:
        return changes
    made = Change(start, end, decision.after, RULE, SURE, decision.why, made=True)
    kept = [c for c in changes if not _overlaps(c, start, end)]
    return sorted([*kept, made], key=lambda c: (c.start, c.end))


def _overlaps(change: Change, start: int, end: int) -> bool:
    """Do a change and a range share a character, or is one a point that the other holds?"""
    if change.start == change.end or start == end:
        return start <= change.start <= end and change.end <= end
    return change.start < end and start < change.end


def _in_any(change: Change, ranges: Iterable[tuple[int, int]]) -> bool:
    """Does a change alter the inside of one of these ranges?"""
    return any(
        start < change.start < end or (change.start < change.end and start <= change.start < end)
        for start, end in ranges
    )


def _any_of(forms: Iterable[str]) -> re.Pattern[str] | None:
    """Any of these words, standing alone; the longest first."""
    alternatives = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)") if alternatives else None


def respacing(before: str, after: str, at: int = 0) -> list[Change]:
    """The changes of blanks that make one text of another.

    Raises:
        ValueError: They differ in more than blanks.
    """
    if before.replace(" ", "") != after.replace(" ", ""):
        raise ValueError(f"{before!r} and {after!r} differ in more than blanks")
    changes: list[Change] = []
    i = j = 0
    while i < len(before) or j < len(after):
        if before[i : i + 1] == after[j : j + 1]:
            i, j = i + 1, j + 1
        elif after[j : j + 1] == " ":
            changes.append(Change(at + i, at + i, " ", RULE, SURE, ALWAYS, made=True))
            j += 1
        else:
            changes.append(Change(at + i, at + i + 1, "", RULE, SURE, ALWAYS, made=True))
            i += 1
    return changes


# ---------------------------------------------------------------- what came of them


def met_decisions(doc: Document) -> list[Decision]:
    """The decisions that the ledger of a document holds an edit of."""
    if doc.decided is None:
        return []
    trace = Trace(doc.source)
    met: list[Decision] = []
    for _, group in groupby(doc.edits, key=attrgetter("step")):
        step = list(group)
        for edit in step:
            if edit.why.startswith((ACCEPTED, REJECTED)):
                at = trace.run(edit.span).place(edit.start, edit.end)
                met += (d for d in doc.decided.edits if tells_of(edit, at, d))
        trace.make(step)
    return met


def tells_of(edit: Edit, at: Span, d: Decision) -> bool:
    """Is this the edit that a decision led to? `at` is where its text stood in the source."""
    if d.stage != edit.stage or not edit.why.startswith(d.why):
        return False
    if d.at == at:
        return True
    # A hyphen that was to go and stays has another place; so has a line end that stays.
    return d.at.start <= at.end and at.start <= d.at.end and d.before != edit.before


def tell_unmet(doc: Document) -> Document:
    """The document with a warning about decisions that no edit of it answers to."""
    if doc.decided is None or not doc.decided.edits:
        return doc
    met = set(met_decisions(doc))
    unmet = [d for d in doc.decided.edits if d not in met]
    if not unmet:
        return doc
    named = "; ".join(map(str, unmet[:SHOWN])) + ("; …" if len(unmet) > SHOWN else "")
    what = "decision matches" if len(unmet) == 1 else "decisions match"
    text = f"{len(unmet)} {what} no edit any more: {named}; review the document again"
    return replace(doc, messages=(*doc.messages, Message("warning", STAGE, text)))


# ---------------------------------------------------------------- the file


_OTHER_TEXT = (
    "they were made on another text of this file (other pages, reader, options or version); "
    "review the document again"
)


def text_hash(doc: Document) -> str:
    """A hash of the text of a document as it was read."""
    return sha256_of_text(doc.source)


@dataclass(frozen=True)
class Decisions:
    """A file of decisions: those on documents, by the SHA-256 of their bytes, and on words.

    Attributes:
        documents: The decisions on edits of each document.
        always: Words and what they become, in every document.
        never: Words that stay as they are, in every document.
        names: What each document was called, for messages.
        texts: `text_hash` of each as it was read for the review; places hold in this text alone.
    """

    documents: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict)
    always: Mapping[str, str] = field(default_factory=dict)
    never: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """True if anything was decided."""
        return bool(self.documents or self.always or self.never)

    def apply(self, doc: Document, sha256: str) -> Document:
        """The document, as read from bytes of this hash, with what was decided about it."""
        edits = self.documents.get(sha256, ())
        text = self.texts.get(sha256)
        if edits and text and text != text_hash(doc):
            note = Message("warning", STAGE, f"{len(edits)} decisions are left out: {_OTHER_TEXT}")
            doc, edits = replace(doc, messages=(*doc.messages, note)), ()
        return replace(doc, decided=Decided(edits, self.always, self.never))

    def tell_missing(self, hashes: Iterable[str | None]) -> str:
        """Which documents were decided upon and are not among these; empty if there is none."""
        there = set(hashes)
        names = [self.names.get(sha) or sha for sha in self.documents if sha not in there]
        if not names:
            return ""
        named = ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
        what = "1 document" if len(names) == 1 else f"{len(names)} documents"
        return f"decisions on {what} apply to no input, or it has changed since: {named}"

    def as_dict(self) -> dict[str, object]:
        """The decisions as the values of the JSON file, in a stable order."""
        documents = {
            sha: {
                "name": self.names.get(sha, ""),
                "text": self.texts.get(sha, ""),
                "edits": [_as_dict(d) for d in decisions],
            }
            for sha, decisions in sorted(self.documents.items())
        }
        always = [{"before": b, "after": a} for b, a in sorted(self.always.items())]
        return {
            "format": FORMAT,
            "version": VERSION,
            "documents": documents,
            "always": always,
            "never": sorted(self.never),
        }


def _as_dict(d: Decision) -> dict[str, object]:
    return {
        "stage": d.stage,
        "rule": d.rule,
        "at": list(d.at),
        "before": d.before,
        "after": d.after,
        "decision": "accept" if d.accepted else "reject",
    }


def read_decisions(path: Path) -> Decisions:
    """The decisions of a file, as the review page saves them.

    Raises:
        ConfigError: The file is not readable, no JSON, or not of this form; the message says where.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise ConfigError(f"{path}: more than {MAX_BYTES >> 20} MiB; no file of decisions")
        value = json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigError(f"{path}: decisions cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise ConfigError(
            f"{path}: no JSON ({error}); save it again from the review page"
        ) from error
    try:
        return parse_decisions(value)
    except ConfigError as error:
        raise ConfigError(f"{path}: {error}") from error


def parse_decisions(value: object) -> Decisions:
    """The decisions in the values of a JSON file.

    Raises:
        ConfigError: They are not of the form that `review/decisions.schema.json` describes.
    """
    top = _fits(value, dict, "the file")
    if top.get("format") != FORMAT or top.get("version") != VERSION:
        raise ConfigError(f'no "format": "{FORMAT}" with "version": {VERSION}')
    documents: dict[str, tuple[Decision, ...]] = {}
    names: dict[str, str] = {}
    read: dict[str, str] = {}
    for sha, entry in _fits(top.get("documents", {}), dict, "documents").items():
        where = f"documents.{sha}"
        entry = _fits(entry, dict, where)
        names[sha] = _fits(entry.get("name", ""), str, f"{where}.name")
        read[sha] = _fits(entry.get("text", ""), str, f"{where}.text")
        edits = _fits(entry.get("edits", []), list, f"{where}.edits")
        documents[sha] = tuple(_decision(e, f"{where}.edits[{n}]") for n, e in enumerate(edits))
    always: dict[str, str] = {}
    for n, item in enumerate(_fits(top.get("always", []), list, "always")):
        entry = _fits(item, dict, f"always[{n}]")
        before, after = (_text(entry, key, f"always[{n}]") for key in ("before", "after"))
        if not before.strip() or before.replace(" ", "") != after.replace(" ", ""):
            raise ConfigError(f"always[{n}]: before and after must differ in blanks alone")
        always[before] = after
    words = _fits(top.get("never", []), list, "never")
    never = tuple(_fits(word, str, f"never[{n}]") for n, word in enumerate(words))
    if not all(word.strip() for word in never):
        raise ConfigError("never: an empty word")
    _check_peace(always, never)
    return Decisions(documents, always, never, names, read)


def _check_peace(always: Mapping[str, str], never: tuple[str, ...]) -> None:
    """Raise a `ConfigError` if one word undoes what another does: that would have no end."""
    decided = Decided((), always, never)
    for before, after in always.items():
        if decided.settle_words(after, ()) or before in never:
            raise ConfigError(
                f"always {before!r}: another entry of always or never says the opposite; "
                "take one of them out"
            )


T = TypeVar("T", dict, list, str, int)  # type: ignore[type-arg]


def _fits(value: object, kind: type[T], where: str) -> T:
    if type(value) is not kind:
        names = {dict: "an object", list: "a list", str: "text", int: "a whole number"}
        raise ConfigError(f"{where} must be {names[kind]}")
    return value


def _text(entry: Mapping[str, Any], key: str, where: str) -> str:
    return _fits(entry.get(key), str, f"{where}.{key}")


def _decision(value: object, where: str) -> Decision:
    entry = _fits(value, dict, where)
    texts = {k: _text(entry, k, where) for k in ("stage", "rule", "before", "after")}
    at = _fits(entry.get("at"), list, f"{where}.at")
    start, end = (at[0], at[1]) if len(at) == 2 else (0, -1)  # noqa: PLR2004 - start and end
    if type(start) is not int or type(end) is not int or not 0 <= start <= end:
        raise ConfigError(f"{where}.at must be two offsets, such as [3, 4]")
    word = _text(entry, "decision", where)
    if word not in {"accept", "reject"}:
        raise ConfigError(f"{where}.decision must be accept or reject")
    return Decision(**texts, at=Span(start, end), accepted=word == "accept")
