"""Footnotes of pages: which lines at the foot are notes, and which signs refer to them.

A note and its reference have to speak for each other: a raised number or sign behind a word, and
lines at the foot of its page that begin with the same one, in smaller type or below a rule. Where
that is not so, the text stays as it is.

Notes are read after the text of all pages. So a sentence that goes on over the foot of a page is
whole, and Markdown has the notes at the end of the document, where pandoc puts them too.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.marks import FOOTNOTE, Mark
from ingest.shapes import ends_sentence, starts_lower

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from ingest.read.pdf import Row
    from ingest.read.tables import Ruling

# Notes are set in at most this share of the size of the text, unless a rule stands above them.
# LaTeX sets 8 on 10, Word 10 on 11 and 12 points, groff 8 on 10.
NOTE_SIZE = 0.95
# Lines whose sizes differ by less than this share are of one size.
SAME_SIZE = 0.06
# Two lines of notes stand no further apart than this, in em; what does is the foot of the page.
NOTE_GAP = 2.2
# So many lines may follow the notes of a page: its number, and a line above or below that.
FOOT_LINES = 2
# A rule above notes is at least this long, in em, and no longer than this share of the column.
RULE_EM, RULE_SHARE = 3.0, 0.7

_LABEL = re.compile(r"(\d{1,3}|[*†‡§¶‖]{1,3})[.)]?(?=\s*\S)")
# What a note stands behind: a word, a stop or bracket behind one, or a year.
_NOTED = re.compile(r"(?:[^\W\d_]{2}|[^\W\d_][^\w\s]+|(?<!\d)\d{4}[^\w\s]*)$")
# What a power stands behind: `5 km`, `a = cm`.
_UNIT = re.compile(r"[\d=/·×]\s*[^\W\d_]{1,3}$")


class NotedPage(NamedTuple):
    """The rows of a page in reading order, and the lines drawn on it if it may have notes."""

    number: int
    rows: list[Row]
    rulings: Sequence[Ruling]

    @classmethod
    def of(cls, number: int, rows: list[Row], rulings: Sequence[Ruling]) -> NotedPage:
        """A page; what is drawn on it is forgotten if no sign is raised."""
        may_have = any(mark.kind == FOOTNOTE for row in rows for mark in row.marks)
        return cls(number, rows, rulings if may_have else ())


class Footnote(NamedTuple):
    """A note: its label in the document, number of its page, and rows.

    The first row begins with a mark over the label that it has on the page. `over` are the rows of
    the next page, if it goes on there.
    """

    label: str
    page: int
    rows: list[Row]
    over: tuple[Row, ...] = ()


def take_notes(pages: Sequence[NotedPage]) -> tuple[list[list[Row]], list[Footnote]]:
    """Take the footnotes out of the pages.

    Args:
        pages: All pages of a document.

    Returns:
        The rows that are left of each page, in which references to notes are marked and no other
        raised signs, and the notes in order.
    """
    sizes: Counter[float] = Counter()
    for page in pages:
        for row in page.rows:
            sizes[row.style.size] += len(row.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    found = [_notes_of(page, body) for page in pages]
    for (page, mine), (after, theirs) in pairwise(zip(pages, found, strict=True)):
        if mine and after.number == page.number + 1:
            mine[-1] = mine[-1]._replace(over=tuple(_rows_over(mine[-1], after, theirs, body)))
    names = _labels([note for notes in found for note in notes])
    out: list[list[Row]] = []
    notes: list[Footnote] = []
    over: tuple[Row, ...] = ()  # of the last note of the page before
    for page, mine in zip(pages, found, strict=True):
        taken = {id(row) for note in mine for row in note.rows} | set(map(id, over))
        over = mine[-1].over if mine else ()
        known = {note.label: next(names) for note in mine}
        out.append([_with_references(row, known) for row in page.rows if id(row) not in taken])
        for note in mine:
            first, *rest = (_with_references(row, {}) for row in note.rows)
            label = Mark(0, _label_end(first.text), FOOTNOTE, known[note.label])
            first = first._replace(marks=(label, *first.marks))
            goes_on = tuple(_with_references(row, {}) for row in note.over)
            notes.append(Footnote(known[note.label], note.page, [first, *rest], goes_on))
    return out, notes


def _labels(notes: Sequence[Footnote]) -> Iterator[str]:
    """The labels that notes have, or numbers in order where pages begin anew or have signs."""
    labels = [note.label for note in notes]
    if len(set(labels)) == len(labels) and all(label.isdecimal() for label in labels):
        return iter(labels)
    return (str(number) for number in range(1, len(labels) + 1))


def _with_references(row: Row, known: dict[str, str]) -> Row:
    """The row with marks for these references, by the labels of the document, and no others."""
    if all(mark.kind != FOOTNOTE for mark in row.marks):
        return row
    marks = (
        mark._replace(url=known[mark.url])
        for mark in row.marks
        if mark.url in known and _refers(mark, row.text)
    )
    others = (mark for mark in row.marks if mark.kind != FOOTNOTE)
    return row._replace(marks=(*others, *marks))


# ---------------------------------------------------------------- the notes of one page


def _notes_of(page: NotedPage, body: float) -> list[Footnote]:
    references = {mark.url for row in page.rows for mark in row.marks if _refers(mark, row.text)}
    notes: list[Footnote] = []
    if not references:
        return notes
    for slot in dict.fromkeys(row.slot for row in page.rows):
        rows = sorted((row for row in page.rows if row.slot == slot), key=lambda row: row.box.top)
        for note in _notes_at_foot(rows, page.rulings, references, body):
            references.discard(note[0])
            notes.append(Footnote(note[0], page.number, note[1]))
    return notes


def _refers(mark: Mark, text: str) -> bool:
    """Does a raised sign stand behind a word, and not as a power behind a letter or a unit?"""
    before = text[: mark.start]
    return (
        mark.kind == FOOTNOTE and _NOTED.search(before) is not None and _UNIT.search(before) is None
    )


def _rows_over(
    note: Footnote, after: NotedPage, theirs: Sequence[Footnote], body: float
) -> list[Row]:
    """The rows at the foot of the next page with which the last note of a page goes on.

    They stand above the notes of that page, in the size of the note, which does not end with a
    stop, and begin with a small letter.
    """
    last = note.rows[-1]
    size = last.style.size
    if ends_sentence(last.text) or size > NOTE_SIZE * body:
        return []
    heads = {id(other.rows[0]) for other in theirs}
    for slot in dict.fromkeys(row.slot for row in after.rows):
        rows = sorted((row for row in after.rows if row.slot == slot), key=lambda row: row.box.top)
        end = next((at for at, row in enumerate(rows) if id(row) in heads), None)
        ends = [end] if end is not None else range(len(rows), len(rows) - FOOT_LINES - 1, -1)
        found = next(filter(None, (_foot(rows[: max(0, at)], size) for at in ends)), [])
        if found and len(found) < len(rows) and starts_lower(found[0].text):
            return found
    return []


def _foot(rows: Sequence[Row], size: float) -> list[Row]:
    """The last rows, as far up as they are of one size and stand below each other without a gap."""
    start = len(rows)
    while start:
        row = rows[start - 1]
        is_near = start == len(rows) or rows[start].box.top - row.box.top <= NOTE_GAP * size
        if row.table or not is_near or abs(row.style.size - size) > SAME_SIZE * size:
            break
        start -= 1
    return list(rows[start:])


_Labelled = tuple[str, list["Row"]]


def _notes_at_foot(
    rows: Sequence[Row], rulings: Sequence[Ruling], references: Collection[str], body: float
) -> list[_Labelled]:
    """The notes that end a column, if it ends with notes."""
    for at, row in enumerate(rows[1:], 1):
        if _label_of(row) not in references or row.table:
            continue
        if row.style.size > NOTE_SIZE * body and not _has_rule_above(row, rows[at - 1], rulings):
            continue
        tail = _tail(rows[at:])
        if len(rows) - at - len(tail) <= FOOT_LINES:
            return _split(tail, references)
    return []


def _tail(rows: Sequence[Row]) -> list[Row]:
    """The first row, and those below that go on in its size without a gap."""
    out = [rows[0]]
    size = rows[0].style.size
    for row in rows[1:]:
        near = row.box.top - out[-1].box.top <= NOTE_GAP * size
        if row.table or not near or abs(row.style.size - size) > SAME_SIZE * size:
            break
        out.append(row)
    return out


def _split(tail: Iterable[Row], references: Collection[str]) -> list[_Labelled]:
    """The rows by note; none if one begins with a raised sign that nothing refers to."""
    notes: list[_Labelled] = []
    for row in tail:
        label = _label_of(row)
        if label in references and _follows(label, [known for known, _ in notes]):
            notes.append((label, [row]))
        elif any(mark.kind == FOOTNOTE and mark.start == 0 for mark in row.marks):
            return []
        else:
            notes[-1][1].append(row)
    return notes


def _follows(label: str, labels: Sequence[str]) -> bool:
    """Numbers rise; a line of a note that begins with an earlier one begins no note."""
    if not labels or not (label.isdecimal() and labels[-1].isdecimal()):
        return label not in labels
    return int(label) > int(labels[-1])


def _label_of(row: Row) -> str:
    """What a row begins with: a number or sign that is raised or stands by itself; or nothing."""
    match = _LABEL.match(row.text)
    if match is None:
        return ""
    raised = any(m.kind == FOOTNOTE and m.start == 0 and m.url == match[1] for m in row.marks)
    return match[1] if raised or row.text[match.end() :][:1].isspace() else ""


def _label_end(text: str) -> int:
    match = _LABEL.match(text)
    assert match is not None
    return match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip())


def _has_rule_above(row: Row, above: Row, rulings: Iterable[Ruling]) -> bool:
    """Does a short rule stand between two lines?"""
    em, width = row.style.size, row.box.right - row.box.left
    longest = max(RULE_SHARE * max(width, above.box.right - above.box.left), RULE_EM * em)
    return any(
        line.is_horizontal
        and above.box.bottom - em <= line.top <= row.box.top + em / 2
        and RULE_EM * em <= line.right - line.left <= longest
        for line in rulings
    )
