"""What the review page shows of one document, gathered where it was converted."""

from __future__ import annotations

from bisect import bisect_left
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.decisions import ACCEPTED, ALWAYS, NEVER, REJECTED, tells_of, text_hash
from ingest.document import BBox, Change, Line, Span, splice, walk
from ingest.review.rendered import rendered
from ingest.stages import blocks, headings, pages, unseen, words
from ingest.stages import encoding as characters
from ingest.trace import Trace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from ingest.conversion import Conversion
    from ingest.decisions import Decision
    from ingest.document import Document, Edit
    from ingest.trace import Traced

# Characters shown on each side of a change, and of a text that goes.
CONTEXT = 60
MOST_SHOWN = 600
# A longer word, with the blanks in it, is text without blanks; nobody wants it everywhere.
LONGEST_FORM = 60
# Stages whose every edit stands alone, so that a person may have it or not.
DECIDABLE = {
    words.STAGE: None,
    characters.STAGE: None,
    pages.STAGE: None,
    unseen.STAGE: None,
    headings.STAGE: frozenset(headings.CONFIDENCE) - {"contents-entry", "contents-leader"},
    blocks.STAGE: frozenset(blocks.LINE_END_RULES),
}


class Placed(NamedTuple):
    """An edit, the run it was made in as its stage saw it, and its neighbours there.

    Attributes:
        edit: The edit.
        run: Its run before the step.
        at: Where its text stood in the source.
        step: All edits of that run in that step, in order.
    """

    edit: Edit
    run: Traced
    at: Span
    step: Sequence[Edit]


def facts_of(
    as_read: Document, result: Conversion, *, data: bytes, pictures: int, password: str = ""
) -> dict[str, Any]:
    """What the page shows of a document, as JSON values.

    Args:
        as_read: The document before the first stage.
        result: What came of it.
        data: Its bytes.
        pictures: How many lines of its pages may be shown as pictures.
        password: Opens it, if it is encrypted.
    """
    doc = result.document
    placed = _once(place_edits(doc))
    lines = _Lines(as_read)
    decisions = doc.decided.edits if doc.decided else ()
    edits = [_edit(number, p, lines, decisions) for number, p in enumerate(placed)]
    boxes = _boxes(placed, lines, pictures) if doc.meta.get("format") == "pdf" else {}
    return {
        "format": doc.meta.get("format", ""),
        "language": _language(doc),
        "text": text_hash(doc),
        "edits": edits,
        "pictures": _pictures(data, edits, boxes, password) if boxes else [],
        "html": rendered(result, placed),
    }


def place_edits(doc: Document) -> Iterator[Placed]:
    """Every edit of a ledger with its place, in the order of the ledger."""
    trace = Trace(doc.source)
    for _, group in groupby(doc.edits, key=attrgetter("step")):
        step = list(group)
        by_span: dict[Span, list[Edit]] = {}
        for edit in step:
            by_span.setdefault(edit.span, []).append(edit)
        seen = {span: trace.run(span) for span in by_span}
        for edit in step:
            run = seen[edit.span]
            yield Placed(edit, run, run.place(edit.start, edit.end), by_span[edit.span])
        trace.make(step)


def _once(placed: Iterable[Placed]) -> list[Placed]:
    """Each edit once: a proposal that was not made is proposed again in the next pass."""
    found: dict[tuple[object, ...], Placed] = {}
    for p in placed:
        key = _key(p)
        if key not in found or not found[key].edit.applied:
            found[key] = p
    return list(found.values())


def _key(placed: Placed) -> tuple[object, ...]:
    edit = placed.edit
    return edit.stage, edit.rule, placed.at, edit.before, edit.after


def is_decidable(edit: Edit) -> bool:
    """Can a person have this edit made, or not made, without any other?"""
    rules = DECIDABLE.get(edit.stage, frozenset[str]())
    return rules is None or edit.rule in rules


def doubt(edit: Edit) -> float:
    """How near the decision was: 0 is as likely right as wrong, 0.5 is sure."""
    return abs(edit.confidence - 0.5)


# ---------------------------------------------------------------- one edit


def _edit(
    number: int, placed: Placed, lines: _Lines, decisions: Iterable[Decision]
) -> dict[str, Any]:
    edit, run, at, _ = placed
    said = said_of(edit)
    told = next((d for d in decisions if tells_of(edit, at, d)), None) if said else None
    about: Edit | Decision = told or edit
    where = lines.at(at)
    form = form_of(placed) if edit.stage == words.STAGE else None
    return {
        "n": number,
        "stage": edit.stage,
        "rule": edit.rule,
        "before": edit.before,
        "after": edit.after,
        "key": [about.stage, about.rule, *(told.at if told else at), about.before, about.after],
        "confidence": edit.confidence,
        "made": edit.applied,
        "why": edit.why,
        "left": _before(run.text[: edit.start]),
        "right": _behind(run.text[edit.end :]),
        "shown": _short(run.text) if not (edit.before or edit.after) else "",
        "page": where.layout.page if where else None,
        "line": where.layout.line if where else None,
        "decidable": is_decidable(edit),
        "doubt": round(doubt(edit), 4),
        "form": list(form) if form else None,
        "said": said,
        "picture": None,
    }


def said_of(edit: Edit) -> str:
    """What a person has said of this edit: `accept`, `reject`, `always`, `never` or nothing."""
    said = {ACCEPTED: "accept", REJECTED: "reject", ALWAYS: "always", NEVER: "never"}
    return next((word for note, word in said.items() if edit.why.startswith(note)), "")


def _before(text: str) -> str:
    """The end of a text, from a word on if there is a blank."""
    if len(text) <= CONTEXT:
        return text
    cut = text[-CONTEXT:]
    return "… " + cut[cut.find(" ") + 1 :]


def _behind(text: str) -> str:
    """The head of a text, to the end of a word if there is a blank."""
    if len(text) <= CONTEXT:
        return text
    cut = text[:CONTEXT]
    return cut[: cut.rfind(" ") if " " in cut.strip() else CONTEXT] + " …"


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[: MOST_SHOWN - 1] + "…"


def form_of(placed: Placed) -> tuple[str, str] | None:
    """The words that an edit of blanks concerns, as they stood and as they are now.

    Blanks that an edit takes out stand inside of the form: `con fi rm` is one.
    """
    edit, run, _, step = placed
    made = [e for e in step if e is edit or (e.applied and e.changes_text)]
    if any((e.before + e.after).strip(" ") for e in made):
        return None
    gone = {i for e in made for i in range(e.start, e.end)}
    start, end = edit.start, edit.end
    while start and (not run.text[start - 1].isspace() or start - 1 in gone):
        start -= 1
    while end < len(run.text) and (not run.text[end].isspace() or end in gone):
        end += 1
    inside = sorted((e for e in made if start <= e.start <= e.end <= end), key=lambda e: e.start)
    while start < inside[0].start and not run.text[start].isalnum():
        start += 1
    while end > inside[-1].end and not run.text[end - 1].isalnum():
        end -= 1
    if end - start > LONGEST_FORM:
        return None
    before = run.text[start:end]
    moved = [Change(e.start - start, e.end - start, e.after, e.rule, 1.0) for e in inside]
    return before, splice(before, moved)


# ---------------------------------------------------------------- where it stood


class _Lines:
    """The lines as they were read, by their place in the source."""

    def __init__(self, doc: Document) -> None:
        found = [node for node in walk(doc.children) if isinstance(node, Line)]
        self._lines = sorted(found, key=lambda line: line.span)
        self._ends = [line.span.end for line in self._lines]

    def at(self, place: Span) -> Line | None:
        """The line that a place begins in; for a line end, the one before."""
        number = bisect_left(self._ends, place.start)
        if number < len(self._lines) and self._lines[number].span.start <= place.end:
            return self._lines[number]
        return None

    def box(self, place: Span) -> tuple[int, BBox] | None:
        """Page and box of the lines that a place touches: one, or the two beside a line end."""
        first, last = self.at(place), self.at(Span(place.end, place.end))
        if first is None or last is None:
            return None
        (page, one), (_, two) = (
            (x.layout.page, None if x.layout.turned else x.layout.bbox) for x in (first, last)
        )
        if page is None or one is None:
            return None
        if two is None or last.layout.page != page or two.top < one.top:
            return page, one  # it goes on in another column, or on another page
        both = zip(one[:2], two[:2], strict=True), zip(one[2:], two[2:], strict=True)
        return page, BBox(*(min(pair) for pair in both[0]), *(max(pair) for pair in both[1]))


def _boxes(placed: Sequence[Placed], lines: _Lines, most: int) -> dict[tuple[int, BBox], list[int]]:
    """Where the most doubtful edits stand on their pages, and their numbers."""
    boxes: dict[tuple[int, BBox], list[int]] = {}
    for number in sorted(range(len(placed)), key=lambda n: _worth(placed[n].edit, n)):
        place = lines.box(placed[number].at) if is_decidable(placed[number].edit) else None
        if place and (place in boxes or len(boxes) < most):
            boxes.setdefault(place, []).append(number)
    return boxes


def _worth(edit: Edit, number: int) -> tuple[bool, float, int]:
    """Sorts edits by how much a picture helps: line ends last, doubtful ones first."""
    return edit.rule.startswith("unwrap"), doubt(edit), number


def _pictures(
    data: bytes,
    edits: list[dict[str, Any]],
    boxes: dict[tuple[int, BBox], list[int]],
    password: str,
) -> list[dict[str, Any]]:
    from ingest.review.pictures import cut_lines

    found: list[dict[str, Any]] = []
    for place, picture in cut_lines(data, sorted(boxes), password):
        for number in boxes[place]:
            edits[number]["picture"] = len(found)
        found.append(picture)
    return found


def _language(doc: Document) -> str:
    """The language as the file states it, or as its words tell; empty if neither does."""
    from ingest.spacing.language import count_votes, languages_of

    if stated := doc.meta.get("language"):
        return stated
    votes = count_votes(set(doc.source.lower().split()))
    return languages_of(votes)[0] if votes else ""
