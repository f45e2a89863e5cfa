"""The Markdown as it will look, as inert HTML in which every edit is marked.

Marks are put into the text as characters that no text holds, written as Markdown with it, and made
elements when the text is rendered. Where that would change the Markdown there are fewer marks.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ingest.document import Change, edit_runs, runs
from ingest.trace import Trace
from ingest.write import write_markdown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from markdown_it import MarkdownIt
    from markdown_it.token import Token

    from ingest.conversion import Conversion
    from ingest.document import Document, Span
    from ingest.review.facts import Placed

# Noncharacters: Unicode keeps them for the inside of programs.
OPEN, OPENED, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_ZERO = 0xFDE0  # and the fifteen behind it are the digits of a number
_MARK = re.compile(f"{OPEN}([\ufde0-\ufdef]+){OPENED}([^{OPEN}{CLOSE}]*){CLOSE}")
_ANY = re.compile("[\ufdd0-\ufdef]+")
_BASE = 16
# Headings of the document stand below those of the page.
HEADINGS_BELOW = 2
LOWEST_HEADING = 6

# Where a mark stands in the final text of a run: start, end and number of the edit.
Mark = tuple[int, int, int]


def rendered(result: Conversion, placed: Sequence[Placed]) -> str:
    """The Markdown of a conversion as HTML; marks are `<a class="mark" href="#eN">`, N from 0."""
    doc = replace(result.document, decided=None)
    plain = write_markdown(doc)
    if _ANY.search(plain):
        return render(_ANY.sub("", plain), {})
    classes = {n: _class_of(p) for n, p in enumerate(placed)}
    marks = _marks(doc, placed)
    for keep in (_keep_all, _keep_between_words):
        marked = write_markdown(_with_marks(doc, marks, keep))
        if _ANY.sub("", marked) == plain:
            return render(marked, classes)
    return render(plain, {})


def _class_of(placed: Placed) -> str:
    edit = placed.edit
    if not edit.applied:
        return "left"
    if edit.rule.startswith("unwrap"):
        return "wrap"
    if not edit.before and not edit.after:
        return "point"
    return "made" if edit.after else "gone"


# ---------------------------------------------------------------- marks in the text


def _marks(doc: Document, placed: Sequence[Placed]) -> dict[Span, list[Mark]]:
    """The marks of each run, in order and not overlapping."""
    spans = [run.span for run in runs(doc.children) if run.span is not None]
    homes = _homes(spans, placed)
    trace = Trace.of(doc.source, doc.edits)
    out: dict[Span, list[Mark]] = {}
    for span, numbers in homes.items():
        run = trace.run(span)
        found: list[Mark] = []
        for number in numbers:
            edit, at = placed[number].edit, placed[number].at
            start = min(run.find(at)[0], len(run.text))
            is_there = edit.applied and run.text.startswith(edit.after, start)
            found.append((start, start + len(edit.after) if is_there else start, number))
        out[span] = _apart(sorted(found))
    return out


def _homes(spans: Sequence[Span], placed: Sequence[Placed]) -> dict[Span, list[int]]:
    """The numbers of the edits that each of these runs, sorted, holds."""
    from bisect import bisect_right

    order = sorted(spans)
    starts = [span.start for span in order]
    homes: dict[Span, list[int]] = {}
    for number, (_, _, at, _) in enumerate(placed):
        home = bisect_right(starts, at.start) - 1
        if home >= 0 and at.end <= order[home].end:
            homes.setdefault(order[home], []).append(number)
    return homes


def _apart(marks: Iterable[Mark]) -> list[Mark]:
    out: list[Mark] = []
    for start, end, number in marks:
        if not out or start >= out[-1][1]:
            out.append((start, end, number))
    return out


def _keep_all(text: str, mark: Mark) -> bool:
    return True


def _keep_between_words(text: str, mark: Mark) -> bool:
    """Where no character beside the mark can be markup."""
    start, end, _ = mark
    around = text[max(0, start - 1) : end + 1]
    return start > 0 and end < len(text) and all(c.isalnum() or c == " " for c in around)


def _with_marks(
    doc: Document, marks: dict[Span, list[Mark]], keep: Callable[[str, Mark], bool]
) -> Document:
    spans = [run.span for run in runs(doc.children)]

    def propose(texts: Sequence[str]) -> Iterable[list[Change]]:
        for span, text in zip(spans, texts, strict=True):
            here = marks.get(span, []) if span else []
            yield [c for mark in here if keep(text, mark) for c in _signs(mark)]

    return edit_runs(doc, "review", propose)


def _signs(mark: Mark) -> list[Change]:
    start, end, number = mark
    head = OPEN + _digits(number) + OPENED
    if start == end:
        return [Change(start, start, head + CLOSE, "mark", 1.0)]
    return [Change(start, start, head, "mark", 1.0), Change(end, end, CLOSE, "mark", 1.0)]


def _digits(number: int) -> str:
    return "".join(chr(_ZERO + int(digit, _BASE)) for digit in f"{number:x}")


def _number(digits: str) -> int:
    return int("".join(f"{ord(c) - _ZERO:x}" for c in digits), _BASE)


# ---------------------------------------------------------------- HTML


def render(markdown: str, classes: dict[int, str]) -> str:
    """Markdown as HTML in which nothing acts: no raw HTML, no address that can be followed.

    Args:
        markdown: The text, perhaps with the signs of marks.
        classes: What kind each mark is, by the number of its edit.
    """
    from markdown_it.common.utils import escapeHtml

    def text(tokens: Sequence[Token], at: int, *_: Any) -> str:  # noqa: ANN401 - of markdown-it
        return _MARK.sub(mark, escapeHtml(tokens[at].content))

    def mark(match: re.Match[str]) -> str:
        number = _number(match[1])
        kind = classes.get(number)
        if kind is None:
            return match[2]
        inside = f"<ins>{match[2]}</ins>" if match[2] else ""
        return (
            f'<a class="mark {kind}" href="#e{number}" data-e="{number}" '
            f'aria-label="edit {number + 1}">{inside}</a>'
        )

    parser = _parser()
    parser.renderer.rules["text"] = text  # type: ignore[attr-defined]
    tokens = parser.parse(markdown)
    _tame(tokens)
    return _ANY.sub("", parser.renderer.render(tokens, parser.options, {}))


def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml
    from mdit_py_plugins.footnote import footnote_plugin

    def image(tokens: Sequence[Token], at: int, *_: Any) -> str:  # noqa: ANN401
        return f'<span class="image">image: {escapeHtml(tokens[at].content)}</span>'

    def note(tokens: Sequence[Token], at: int, *_: Any) -> str:  # noqa: ANN401
        return f"<sup>{int(tokens[at].meta['id']) + 1}</sup>"

    def nothing(*_: Any) -> str:  # noqa: ANN401
        return ""

    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser = parser.use(footnote_plugin)
    rules: dict[str, Any] = parser.renderer.rules  # type: ignore[attr-defined]
    rules.update(image=image, footnote_ref=note, footnote_anchor=nothing)
    rules.update(footnote_open=lambda *_: "<li>", footnote_close=lambda *_: "</li>")
    return parser


def _tame(tokens: Iterable[Token]) -> None:
    """Let links be words with a title, and attributes be those that the page knows."""
    for token in tokens:
        _tame(token.children or ())
        if token.type == "link_open":
            title = str(token.attrGet("href") or "")
            token.attrs = {"class": "link", "title": _ANY.sub("", title)}
        if token.type in {"link_open", "link_close"}:
            token.tag = "span"
        if token.type in {"heading_open", "heading_close"}:
            depth = int(token.tag[1:])
            token.attrs = {"class": f"depth{depth}"} if token.nesting == 1 else {}
            token.tag = f"h{min(depth + HEADINGS_BELOW, LOWEST_HEADING)}"
        style = str(token.attrs.pop("style", ""))
        if style:
            token.attrs["class"] = style.rpartition(":")[2]
