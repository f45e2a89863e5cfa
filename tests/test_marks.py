"""Marks move along with edits and become inline nodes of which every one can be read back."""

import mdtree
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest import Change, Document, Span, edit_text, write
from ingest.document import (
    InlineCode,
    Line,
    Paragraph,
    Text,
    inline_text,
    splice,
    splice_inline,
)
from ingest.inline import inline_nodes, nested
from ingest.marks import Mark, merged, move_marks
from ingest.stages import build_blocks, build_lists
from ingest.verify import check_document, check_written


def _change(start, end, text=""):
    return Change(start, end, text, "rule", 1.0)


def _mark(text, part, kind="strong", url=""):
    start = text.index(part)
    return Mark(start, start + len(part), kind, url)


def _lines(*rows):
    """Lines of (text, marks), as a text file has them."""
    source = "\n".join(text for text, _ in rows)
    children, at = [], 0
    for text, marks in rows:
        children.append(Line(text, Span(at, at + len(text)), marks=tuple(marks)))
        at += len(text) + 1
    return Document(source, tuple(children))


# ---------------------------------------------------------------- marks move along with edits


@pytest.mark.parametrize(
    ("change", "after"),
    [
        (_change(0, 0, "xx"), (5, 7)),
        (_change(0, 1), (2, 4)),
        (_change(3, 3, " "), (4, 6)),
        (_change(4, 4, " "), (3, 6)),
        (_change(5, 5, " "), (3, 5)),
        (_change(4, 5), (3, 4)),
        (_change(3, 5, "x"), (3, 4)),
        (_change(3, 5), None),
        (_change(2, 4, "xyz"), (5, 6)),
        (_change(4, 6, "xyz"), (3, 4)),
        (_change(2, 6, "xyz"), None),
        (_change(5, 6), (3, 5)),
    ],
    ids=[
        "inserted before",
        "deleted before",
        "inserted at its start",
        "inserted inside",
        "inserted at its end",
        "deleted inside",
        "replaced as a whole",
        "deleted as a whole",
        "over its start",
        "over its end",
        "over both edges",
        "deleted behind",
    ],
)
def test_a_mark_moves(change, after):
    moved = move_marks([Mark(3, 5, "strong")], [change])
    assert [(mark.start, mark.end) for mark in moved] == ([after] if after else [])


def test_edit_text_moves_the_marks_of_a_line():
    doc = _lines(("a boldword here", [Mark(2, 10, "strong")]))
    doc = edit_text(doc, "stage", lambda _: [_change(6, 6, " ")])
    (line,) = doc.children
    assert line.value == "a bold word here"
    assert line.marks == (Mark(2, 11, "strong"),)


CODE_LINE = ("call foo.bar now", [Mark(5, 12, "code")])
ADDRESS_LINE = ("see https://a.b/c now", [Mark(4, 17, "link", "https://a.b/c")])
NOTE_LINE = ("a word1 here", [Mark(6, 7, "footnote", "1")])
LINK_LINE = ("see ourpage now", [Mark(4, 11, "link", "https://a.b/c")])


@pytest.mark.parametrize(
    ("row", "change", "is_made"),
    [
        (CODE_LINE, _change(9, 9, " "), False),
        (CODE_LINE, _change(4, 6, "x"), False),
        (CODE_LINE, _change(5, 5, "x"), True),
        (CODE_LINE, _change(12, 12, "x"), True),
        (CODE_LINE, _change(0, 4, "x"), True),
        (ADDRESS_LINE, _change(10, 10, " "), False),
        (ADDRESS_LINE, _change(17, 18, ""), True),
        (NOTE_LINE, _change(6, 6, " "), False),
        (NOTE_LINE, _change(6, 7, "2"), False),
        (NOTE_LINE, _change(7, 7, ","), True),
        (NOTE_LINE, _change(4, 4, "-"), True),
        (LINK_LINE, _change(7, 7, " "), True),
    ],
)
def test_code_addresses_and_references_stay_as_they_are(row, change, is_made):
    before = _lines(row)
    after = edit_text(before, "stage", lambda _: [change])
    assert (after is not before) == is_made
    assert after.children[0].value == (splice(row[0], [change]) if is_made else row[0])


@st.composite
def _edited(draw):
    """A text, marks on it, and changes that are ordered and do not overlap."""
    text = draw(st.text("ab *", min_size=1, max_size=20))
    places = st.integers(0, len(text))
    pairs = st.lists(st.tuples(places, places).map(sorted), max_size=4)
    marks = [Mark(a, b, "strong", str(n)) for n, (a, b) in enumerate(draw(pairs)) if a < b]
    cuts = draw(st.lists(places, max_size=8).map(sorted))
    new = st.text("xy", max_size=3)
    changes = [_change(a, b, draw(new)) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    return text, marks, changes


def _moved_by_hand(text, marks, changes):
    """For each mark the places of the new text that it covers, character by character."""
    out = {mark.url: [] for mark in marks}
    at = 0
    queue = [*changes, None]
    place = 0
    while queue:
        change = queue.pop(0)
        for old in range(at, change.start if change else len(text)):
            for mark in marks:
                if mark.start <= old < mark.end:
                    out[mark.url].append(place)
            place += 1
        if change:
            is_insertion = change.start == change.end
            for mark in marks:
                holds = mark.start <= change.start and change.end <= mark.end
                strictly = mark.start < change.start < mark.end
                if strictly and holds if is_insertion else holds:
                    out[mark.url] += range(place, place + len(change.text))
            at = change.end
            place += len(change.text)
    return out


@given(_edited())
def test_marks_move_as_their_characters_do(edited):
    text, marks, changes = edited
    expected = {url: at for url, at in _moved_by_hand(text, marks, changes).items() if at}
    moved = {mark.url: list(range(mark.start, mark.end)) for mark in move_marks(marks, changes)}
    assert moved == expected


@given(_edited(), st.sampled_from(["strong", "emphasis", "link"]))
def test_nodes_move_as_marks_do(edited, kind):
    text, marks, changes = edited
    nodes = inline_nodes(text, nested(text, [m._replace(kind=kind) for m in marks]))
    after = splice_inline(nodes, changes)
    assert inline_text(after) == splice(text, changes)
    if not changes:
        assert after == nodes


# ---------------------------------------------------------------- marks become nodes


@pytest.mark.parametrize(
    ("text", "marks", "markdown"),
    [
        ("a bold word", [("bold", "strong")], "a **bold** word"),
        ("a bold word", [("bold ", "strong")], "a **bold** word"),
        ("bold, then more", [("bold,", "strong")], "**bold,** then more"),
        ("half bold", [("alf", "emphasis")], "h*alf* bold"),
        (
            "see this page now",
            [("this page", "link:https://a.b/")],
            "see [this page](https://a.b/) now",
        ),
        ("call f(x) now", [("f(x)", "code")], "call `f(x)` now"),
        (
            "all of it is bold and part of it both",
            [("bold and part of it", "strong"), ("part", "emphasis")],
            "all of it is **bold and *part* of it** both",
        ),
        (
            "one word is both here",
            [("word", "strong"), ("word", "emphasis")],
            "one _**word**_ is both here",
        ),
        (
            "a bold link here",
            [("bold link", "strong"), ("bold link", "link:https://a.b/")],
            "a [**bold link**](https://a.b/) here",
        ),
        (
            "bold with a link inside here",
            [("bold with a link inside", "strong"), ("link", "link:https://a.b/")],
            "**bold with a [link](https://a.b/) inside** here",
        ),
        (
            "two strong words touch",
            [("strong", "strong"), (" words", "strong")],
            "two **strong words** touch",
        ),
        ("in https://a.b/ c", [("https://a.b/", "link:https://a.b/")], "in https://a.b/ c"),
    ],
)
def test_marks_are_shown(text, marks, markdown):
    assert _written(text, marks) == markdown


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("all of it", [("all of it", "strong")]),
        ("5 all of it is bold", [("all of it is bold", "strong")]),
        ("one two three", [("one", "strong"), ("three", "strong"), ("two", "strong")]),
        ("let x be", [("x", "emphasis")]),
        ("a - b", [("-", "strong")]),
        ("word(s) end", [("(s)", "emphasis")]),
        ("the €5x or", [("€5", "strong")]),
        ("blank   here", [("   ", "strong")]),
        ("nothing at all", []),
    ],
    ids=[
        "a whole paragraph",
        "all but its number",
        "word by word",
        "one letter",
        "a sign",
        "not flanking inside",
        "not flanking before 0.31",
        "blanks",
        "no marks",
    ],
)
def test_marks_that_say_nothing_are_left_out(text, marks):
    assert _written(text, marks) == text


def test_bold_around_code_may_be_the_style_of_a_heading():
    marks = [("2.1 The", "strong"), ("name", "code"), ("option", "strong")]
    assert _written("2.1 The name option", marks) == "2.1 The `name` option"


def test_of_two_that_touch_one_is_left_out():
    text = "see Theorem1 below"
    marks = [Mark(4, 11, "strong"), Mark(11, 12, "emphasis")]
    assert _show(text, marks) == "see **Theorem**1 below"


def test_of_two_that_cross_the_link_stays():
    text = "some bold and linked words"
    marks = [_mark(text, "bold and", "strong"), _mark(text, "and linked", "link", "https://a.b/")]
    assert _show(text, marks) == "some bold [and linked](https://a.b/) words"


def _written(text, marks):
    made = []
    for part, kind in marks:
        kind, _, url = kind.partition(":")
        made.append(_mark(text, part, kind, url))
    return _show(text, made)


def _show(text, marks):
    nodes = inline_nodes(text, nested(text, marks))
    assert inline_text(nodes) == text
    return write(Document(text, (Paragraph(nodes),))).removesuffix("\n")


_PIECES = ["word", "a", "€", "*", "_", "`", "(", ")", ".", "[x]", "!", "é", "语言", "-", "5", "<b>"]
_KINDS = st.sampled_from(["strong", "emphasis", "code", "link"])


@st.composite
def _marked(draw):
    pieces = st.sampled_from([*_PIECES, " ", " ", " "])
    text = "".join(draw(st.lists(pieces, min_size=1, max_size=14))).strip() or "a"
    text = " ".join(text.split())
    places = st.integers(0, len(text))
    made = draw(st.lists(st.tuples(places, places, _KINDS, st.sampled_from("ab")), max_size=5))
    marks = []
    for one, two, kind, url in made:
        start, end = sorted((one, two))
        if start < end:
            marks.append(Mark(start, end, kind, f"https://{url}.org/" if kind == "link" else ""))
    return text, marks


@given(_marked())
@example(("word *", [Mark(0, 6, "strong"), Mark(0, 4, "link", "https://a.org/")]))
def test_any_marks_keep_the_text_and_are_read_back(marked):
    text, marks = marked
    nodes = inline_nodes(text, nested(text, marks))
    assert inline_text(nodes) == text
    blocks = [Paragraph((Text("x "), *nodes, Text(" x")))]
    assert mdtree.parse(write(Document(text, tuple(blocks)))) == mdtree.of_tree(blocks)
    blocks = [Paragraph(nodes)]
    assert mdtree.parse(write(Document(text, tuple(blocks)))) == mdtree.of_tree(blocks)


# ---------------------------------------------------------------- lines that are joined


def test_marks_go_on_over_a_line_end():
    doc = _lines(
        ("This is a text file in which a link goes on over the", [Mark(48, 52, "strong")]),
        ("end of a line and some more words follow on it, and", [Mark(0, 13, "strong")]),
        ("that is that.", []),
    )
    doc = build_blocks(doc)
    assert write(doc) == (
        "This is a text file in which a link goes on over **the end of a line** and some more "
        "words follow on it, and that is that.\n"
    )
    assert [e.why for e in doc.edits if e.rule == "marks"] == ["strong the end of a line"]
    check_document(doc)
    check_written(doc, write(doc))


def test_marks_go_on_over_a_hyphen_that_goes():
    link = "https://a.b/"
    doc = _lines(
        ("This is a text file in which a link goes on over a line-", [Mark(49, 56, "link", link)]),
        ("break and some more words follow on this line, and", [Mark(0, 5, "link", link)]),
        ("that linebreak is that.", []),
    )
    doc = build_blocks(doc)
    assert "goes on over [a linebreak](https://a.b/) and some" in write(doc)
    check_document(doc)


ADDRESS = "https://a.org/one-long/address"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (ADDRESS, f"over {ADDRESS} and so"),
        ("https://b.org/", "over [https://a.org/one-long/address]("),
    ],
    ids=["itself", "another"],
)
def test_a_linked_address_goes_on_over_a_line_end(url, shown):
    doc = _lines(
        (
            "This is a text file in which one goes over https://a.org/one-",
            [Mark(43, 61, "link", url)],
        ),
        (
            "long/address and so there are more words behind it here, and",
            [Mark(0, 12, "link", url)],
        ),
        ("that is that.", []),
    )
    doc = build_blocks(doc)
    assert shown in write(doc)
    assert any(edit.rule == "unwrap-address" for edit in doc.edits) == (url == ADDRESS)
    check_document(doc)


def test_neighbouring_links_of_two_addresses_stay_two():
    marks = [Mark(0, 3, "link", "https://a.b/"), Mark(4, 7, "link", "https://c.d/")]
    assert merged(marks, "one two") == tuple(marks)


def test_references_are_never_one():
    marks = (Mark(1, 2, "footnote"), Mark(2, 3, "footnote"))
    assert merged(marks, "a12") == marks


def test_the_marker_of_an_item_goes_from_its_bold_text():
    doc = _lines(
        ("- first item with more", [Mark(0, 12, "strong")]),
        ("- second item", []),
    )
    doc = build_lists(build_blocks(doc))
    assert write(doc) == "- **first item** with more\n- second item\n"
    check_document(doc)


@given(_marked(), _marked())
def test_the_ledger_replays_with_marks(one, two):
    doc = build_lists(build_blocks(_lines(one, two)))
    check_document(doc)
    check_written(doc, write(doc))


@given(_marked())
def test_marks_alone_change_no_text(marked):
    text, marks = marked
    with_marks, without = (build_blocks(_lines((text, m))) for m in (marks, []))
    (one,), (two,) = with_marks.children, without.children
    assert inline_text(one.children) == inline_text(two.children)
    changed = [edit for edit in with_marks.edits if edit.rule != "marks"]
    assert tuple(changed) == without.edits


def test_a_sign_inside_code_is_no_bullet():
    source = "+ a one\n+ b two\n"
    children = tuple(
        Paragraph(
            (InlineCode(source[at : at + 3]), Text(source[at + 3 : at + 7])), Span(at, at + 7)
        )
        for at in (0, 8)
    )
    doc = Document(source, children)
    assert build_lists(doc).children is doc.children


def test_blanks_behind_the_label_of_a_note_go_with_it():
    doc = _lines(("7  The miller kept it.", [Mark(0, 3, "footnote", "7")]))
    done = build_blocks(doc)
    check_document(done)
    assert inline_text(done.children[0].children) == "The miller kept it."
