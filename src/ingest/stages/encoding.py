"""Repair encoding: mojibake, entities, ligatures, odd blanks, characters that nobody sees."""

from __future__ import annotations

import re
from functools import cache, partial
from typing import TYPE_CHECKING
from unicodedata import combining, is_normalized

from ingest.data import rows
from ingest.document import Change, edit_text, splice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ftfy import TextFixerConfig

    from ingest.document import Document

STAGE = "repair_encoding"

# What ftfy repairs besides mojibake: entities, terminal escapes, C1 controls, lone surrogates.
_WORTH_A_LOOK = re.compile(r"&#?\w|[\x1b\x80-\x9f\ud800-\udfff]")
# ftfy is quadratic on some text and not idempotent; so it gets short pieces, again and again until
# nothing changes, and a piece that does not come to rest is left as it was.
_PIECE = re.compile(r".{1,2000}(?:\s|$)|.{1,2000}", re.DOTALL)
_MAX_ROUNDS = 4
# Normalising a row of combining marks takes time quadratic in its length (in CPython, and so ftfy).
# A longer row than this is no text: the stream-safe format of UAX 15 has 30 at most.
MAX_MARKS = 30
_LINE_ENDS = re.compile(r"[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
# Share of right edits on the dev documents (bench/rules.py). A character of the table has one
# meaning.
MOJIBAKE_CONFIDENCE = 0.99
CHARACTER_CONFIDENCE = 1.0

# Blanks that typography wants: French before `; : ! ? » %`, after `«`, in numbers, before units.
_NO_BREAK = r"\u00a0\u202f"
_STRAY_NO_BREAK = re.compile(
    rf"(?<!«)(?<!\d)[{_NO_BREAK}](?![;:!?»%€])|(?<=\d)[{_NO_BREAK}](?![\d%€;:!?»])"
)
_SPECIAL_BLANK = re.compile(rf"[{_NO_BREAK}\u200c\u200d]")
_BLANK_BESIDE = re.compile(rf"[ {_NO_BREAK}\u2000-\u200a\u3000]")
# Characters of a flag (England's is a black flag and tags) are seen; other tags are not.
_TAGS = re.compile(r"(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0001\U000e0020-\U000e007f]+")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LATIN_JOINER = re.compile(r"(?<=[A-Za-zÀ-ɏ])[\u200c\u200d](?=[A-Za-zÀ-ɏ])")


def repair_encoding(doc: Document, *, unescape_entities: bool = True) -> Document:
    """Make every character the one that was meant.

    Args:
        doc: Lines or blocks.
        unescape_entities: Read `&amp;` and its like as the characters they stand for, in runs
            without a `<`.

    Returns:
        A document with the same `children` object if nothing was changed.

    Rules:
        mojibake: UTF-8 that was read as something else; `why` is the explanation of ftfy.
        entity: An HTML entity.
        unicode: A composed form (NFC), a lone surrogate, a terminal escape.
        ligature, zero-width, soft-hyphen, control, odd-blank, private-use-glyph,
        object-placeholder, direction: the table `data/characters.tsv`.
        tag: Characters that nobody sees, outside of a flag.
        no-break: A no-break blank where typography asks for none, and nobody wrote Markdown.

    Source: ftfy for the first three; confidence measured by bench/rules.py.
    """

    def mojibake(text: str) -> Iterable[Change]:
        return _ftfy_changes(text, unescape_entities=unescape_entities)

    # Who writes Markdown by hand means a no-break blank.
    characters = partial(_characters, keep_no_break=doc.meta.get("format") == "markdown")
    for _ in range(_MAX_ROUNDS):
        before = doc.children
        doc = edit_text(edit_text(doc, STAGE, mojibake), STAGE, characters)
        if doc.children is before:
            break
    return doc


# ---------------------------------------------------------------- ftfy


def _ftfy_changes(text: str, *, unescape_entities: bool) -> Iterator[Change]:
    if text.isascii() and not _WORTH_A_LOOK.search(text):
        return
    for piece in _PIECE.finditer(text):
        body = piece.group().strip()
        if not _may_be_wrong(body):
            continue
        at = piece.start() + piece.group().index(body)
        fixed, steps = _fix(body, unescape_entities=unescape_entities)
        if fixed != body:
            rule, why = _rule_of(steps), ", ".join(steps)
            for start, end, after in _differences(body, fixed):
                yield Change(at + start, at + end, after, rule, MOJIBAKE_CONFIDENCE, why)


def _may_be_wrong(piece: str) -> bool:
    """Would ftfy find something, and may it look?"""
    if piece.isascii():
        return bool(_WORTH_A_LOOK.search(piece))
    if _is_heaped(piece):
        return False
    from ftfy.badness import is_bad

    return bool(_WORTH_A_LOOK.search(piece)) or not is_normalized("NFC", piece) or is_bad(piece)


def _is_heaped(piece: str) -> bool:
    """Does a row of combining marks stand in it that no letter bears?"""
    if not any(map(combining, piece)):
        return False
    row = 0
    for character in piece:
        row = row + 1 if combining(character) else 0
        if row > MAX_MARKS:
            return True
    return False


@cache
def _config(*, unescape_entities: bool) -> TextFixerConfig:
    """All that repairs characters; nothing that changes taste (quotes) or layout (line ends)."""
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html="auto" if unescape_entities else False,
        uncurl_quotes=False,
        fix_latin_ligatures=False,  # done by the table, one entry each
        fix_character_width=False,
        fix_line_breaks=False,
        remove_control_chars=False,  # done by the table
        max_decode_length=10_000_000,
    )


def _fix(text: str, *, unescape_entities: bool) -> tuple[str, list[str]]:
    from ftfy import fix_and_explain

    fixed, steps = text, []
    for _ in range(_MAX_ROUNDS):
        result = fix_and_explain(fixed, _config(unescape_entities=unescape_entities))
        if result.text == fixed:
            break
        steps += [f"{step.action} {step.parameter}" for step in result.explanation or ()]
        fixed = result.text
    else:
        return text, []
    # A repair may not cut a line in two, nor leave blanks at its edge.
    return _LINE_ENDS.sub(" ", fixed).strip() or text, steps


def _rule_of(steps: list[str]) -> str:
    if any(step.startswith(("encode", "decode", "transcode")) for step in steps):
        return "mojibake"
    return "entity" if any("unescape" in step for step in steps) else "unicode"


def _differences(before: str, after: str) -> Iterator[tuple[int, int, str]]:
    """Start and end in `before`, and what stands there in `after`: word by word if words agree."""
    old, new = re.split("( )", before), re.split("( )", after)
    if len(old) != len(new):
        old, new = [before], [after]
    offset = 0
    for was, now in zip(old, new, strict=True):
        if was != now:
            head, tail = _common(was, now)
            yield offset + head, offset + len(was) - tail, now[head : len(now) - tail]
        offset += len(was)


def _common(a: str, b: str) -> tuple[int, int]:
    """How many characters two strings share at the head, and then at the tail."""
    shorter = min(len(a), len(b))
    head = next((i for i in range(shorter) if a[i] != b[i]), shorter)
    rest = shorter - head
    tail = next((i for i in range(rest) if a[-1 - i] != b[-1 - i]), rest)
    return head, tail


# ---------------------------------------------------------------- single characters


@cache
def _table() -> tuple[re.Pattern[str], dict[str, tuple[str, str]]]:
    table: dict[str, tuple[str, str]] = {}
    for point, becomes, rule, *_ in rows("characters.tsv"):
        after = "" if becomes == "-" else "".join(chr(int(p, 16)) for p in becomes.split())
        table[chr(int(point, 16))] = after, rule
    return re.compile(f"[{re.escape(''.join(table))}]"), table


def _characters(text: str, *, keep_no_break: bool = False) -> Iterator[Change]:
    if text.isascii() and text.isprintable():
        return
    pattern, table = _table()
    if not any(p.search(text) for p in (pattern, _SPECIAL_BLANK, _TAGS, _LONE_SURROGATE)):
        return
    found: list[Change] = []
    for match in pattern.finditer(text):
        after, rule = table[match.group()]
        if rule == "soft-hyphen" and match.end() == len(text) and text[:-1][-1:].isalpha():
            continue
        found.append(Change(match.start(), match.end(), after, rule, CHARACTER_CONFIDENCE))
    for stray, after, rule in (
        (_LATIN_JOINER, "", "zero-width"),
        *(() if keep_no_break else ((_STRAY_NO_BREAK, " ", "no-break"),)),
        (_TAGS, "", "tag"),
        (_LONE_SURROGATE, "\ufffd", "unicode"),
    ):
        found += (
            Change(m.start(), m.end(), after, rule, CHARACTER_CONFIDENCE)
            for m in stray.finditer(text)
        )
    yield from _without_double_blanks(text, sorted(found, key=lambda c: c.start))


def _without_double_blanks(text: str, found: list[Change]) -> list[Change]:
    """Take along the blanks that would come to stand beside another, or at an edge of the run."""
    out: list[Change] = []
    done = 0
    ends_blank = True  # the head of the run counts as a blank
    for change in found:
        if change.start < done:
            continue
        if change.start > done:
            ends_blank = text[change.start - 1].isspace()
        after = "" if ends_blank and change.text.isspace() else change.text
        ends_blank = after.isspace() if after else ends_blank
        done = change.end
        while ends_blank and done < len(text) and text[done].isspace():
            done += 1
        out.append(change._replace(end=done, text=after))
    while out and not text[out[-1].end :].strip() and splice(text, out)[-1:].isspace():
        _take_blank_before(text, out)
    return out


def _take_blank_before(text: str, changes: list[Change]) -> None:
    """Let the last change, which reaches the end of the run, take what is blank before it."""
    last = changes.pop()
    start = len(text[: last.start].rstrip())
    if changes and changes[-1].end >= start:
        start = changes.pop().start
    changes.append(last._replace(start=start, end=len(text), text=""))
