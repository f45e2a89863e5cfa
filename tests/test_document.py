"""The tree and the one way to change it."""

from dataclasses import FrozenInstanceError, fields

import pytest

from ingest import Change, Document, Edit, Message, Span, edit_runs, edit_text
from ingest.document import (
    Break,
    Code,
    Heading,
    InlineCode,
    Line,
    Link,
    List,
    ListItem,
    PageBreak,
    Paragraph,
    Strong,
    Table,
    TableCell,
    TableRow,
    Text,
    inline_text,
    runs,
    splice,
    text_of,
    walk,
)


def _change(start, end, text="", confidence=1.0):
    return Change(start, end, text, "rule", confidence)


def _doc(*texts):
    """One `Line` for each text."""
    source = "\n".join(texts)
    children, at = [], 0
    for text in texts:
        children.append(Line(text, Span(at, at + len(text))))
        at += len(text) + 1
    return Document(source, tuple(children))


def _propose(*changes):
    return lambda text: changes if text else ()


# ---------------------------------------------------------------- frozen


@pytest.mark.parametrize(
    "node",
    [
        _doc("a"),
        Line("a", Span(0, 1)),
        PageBreak(),
        Paragraph(()),
        Heading(1, ()),
        List(()),
        Text("a"),
        _change(0, 0),
        Message("info", "read", "a"),
        Edit(1, "stage", "rule", Span(0, 1), 0, 0, "", "", 1.0),
    ],
    ids=lambda node: type(node).__name__,
)
def test_nothing_can_be_set(node):
    is_tuple = isinstance(node, tuple)
    names = node._fields if is_tuple else [field.name for field in fields(node)]
    for name in names or ["value"]:
        with pytest.raises((FrozenInstanceError, AttributeError, TypeError)):
            setattr(node, name, None)
    assert not hasattr(node, "__dict__")


# ---------------------------------------------------------------- splice


@pytest.mark.parametrize(
    ("text", "changes", "result"),
    [
        ("abc", [], "abc"),
        ("abc", [_change(1, 1, "-")], "a-bc"),
        ("abc", [_change(0, 3, "")], ""),
        ("abc", [_change(0, 0, "<"), _change(3, 3, ">")], "<abc>"),
        ("abc", [_change(0, 1, "x"), _change(1, 2, "y")], "xyc"),
        ("abc", [_change(1, 2, "x"), _change(2, 2, "-")], "ax-c"),
        ("abc", [_change(1, 1, "1"), _change(1, 1, "2")], "a12bc"),
        ("", [_change(0, 0, "x")], "x"),
    ],
)
def test_splice(text, changes, result):
    assert splice(text, changes) == result


@pytest.mark.parametrize(
    "changes",
    [
        [_change(0, 2), _change(1, 3)],
        [_change(2, 3), _change(0, 1)],
        [_change(0, 2), _change(1, 1, "x")],
        [_change(2, 1)],
        [_change(0, 4)],
        [_change(4, 4)],
        [_change(-1, 1)],
    ],
    ids=["overlap", "order", "inside", "backward", "too far", "behind the end", "negative"],
)
def test_splice_refuses(changes):
    with pytest.raises(ValueError, match="does not fit"):
        splice("abc", changes)


# ---------------------------------------------------------------- edit_text, edit_runs


def test_nothing_proposed_is_the_same_document():
    doc = _doc("abc")
    assert edit_text(doc, "stage", lambda _: ()) is doc


def test_a_change_is_made_and_recorded():
    doc = edit_text(_doc("abc", "d"), "stage", lambda t: [_change(1, 2, "x", 0.9)] if t[1:] else [])
    assert [text_of(run) for run in runs(doc.children)] == ["axc", "d"]
    assert doc.edits == (Edit(1, "stage", "rule", Span(0, 3), 1, 2, "b", "x", 0.9),)
    assert doc.edits[0].changes_text


def test_only_what_changed_is_new():
    before = _doc("abc", "d")
    after = edit_text(before, "stage", lambda t: [_change(0, 1, "x")] if t == "d" else [])
    assert after.children[0] is before.children[0]
    assert after.children[1] is not before.children[1]
    assert before.children[1].value == "d"


def test_a_doubtful_proposal_is_recorded_and_not_made():
    before = _doc("abc")
    after = edit_text(before, "stage", _propose(_change(1, 1, " ", 0.4)), at_least=0.8)
    assert after.children is before.children
    assert [(edit.applied, edit.changes_text) for edit in after.edits] == [(False, False)]


def test_doubtful_and_sure_proposals_in_one_run():
    changes = [_change(0, 1, "x", 0.9), _change(1, 2, "y", 0.4), _change(2, 3, "z", 0.8)]
    doc = edit_text(_doc("abc"), "stage", _propose(*changes), at_least=0.8)
    assert text_of(doc.children[0]) == "xbz"
    assert [edit.applied for edit in doc.edits] == [True, False, True]


def test_each_application_is_a_step_of_its_own():
    doc = edit_text(_doc("abc"), "one", _propose(_change(0, 1, "x")))
    doc = edit_text(doc, "two", _propose(_change(0, 1, "y")))
    assert [(edit.step, edit.stage, edit.before) for edit in doc.edits] == [
        (1, "one", "a"),
        (2, "two", "x"),
    ]
    assert doc.next_step == 3


def test_overlapping_changes_raise():
    with pytest.raises(ValueError, match="does not fit"):
        edit_text(_doc("abc"), "stage", _propose(_change(0, 2), _change(1, 3)))


def test_edit_runs_sees_all_texts_at_once():
    seen = []

    def propose(texts):
        seen.append(list(texts))
        return [[_change(0, 0, str(n))] for n, _ in enumerate(texts)]

    doc = edit_runs(_doc("a", "b"), "stage", propose)
    assert seen == [["a", "b"]]
    assert [text_of(run) for run in runs(doc.children)] == ["0a", "1b"]


@pytest.mark.parametrize("answers", [[], [[]], [[], [], []]])
def test_edit_runs_wants_an_answer_for_each_run(answers):
    with pytest.raises(ValueError, match="zip"):
        edit_runs(_doc("a", "b"), "stage", lambda _: answers)


# ---------------------------------------------------------------- inline nodes

INLINE = Paragraph((Text("ab"), InlineCode("cd"), Text("ef")), Span(0, 6))


@pytest.mark.parametrize(
    ("change", "result"),
    [
        (_change(0, 1, "x"), "xbcdef"),
        (_change(1, 2, "x"), "axcdef"),
        (_change(2, 3, "x"), None),
        (_change(1, 3, "x"), None),
        (_change(3, 3, "x"), None),
        (_change(0, 6, "x"), None),
        (_change(3, 5, "x"), None),
        (_change(4, 5, "x"), "abcdxf"),
        (_change(6, 6, "x"), "abcdefx"),
        (_change(0, 0, "x"), "xabcdef"),
        (_change(2, 2, "x"), "abxcdef"),
    ],
)
def test_inline_code_is_never_touched(change, result):
    before = Document("abcdef", (INLINE,))
    after = edit_text(before, "stage", _propose(change))
    if result is None:
        assert after is before
        return
    (node,) = after.children
    assert text_of(node) == result
    assert node.children[1] is INLINE.children[1]
    assert len(after.edits) == 1


def test_other_changes_in_a_run_with_code_are_made():
    changes = [_change(0, 1, "x"), _change(2, 4, "y"), _change(5, 6, "z")]
    doc = edit_text(Document("abcdef", (INLINE,)), "stage", _propose(*changes))
    assert text_of(doc.children[0]) == "xbcdez"
    assert [edit.after for edit in doc.edits] == ["x", "z"]


def test_a_link_is_never_touched():
    link = Link("https://a.b", (Text("https://a.b"),))
    before = Document("see https://a.b", (Paragraph((Text("see "), link), Span(0, 15)),))
    assert edit_text(before, "stage", _propose(_change(6, 7, ""))) is before


def test_every_run_of_every_block_is_reached():
    def paragraph(at):
        return Paragraph((Text("a"),), Span(at, at + 1))

    table = Table((TableRow((TableCell((Text("a"),), Span(3, 4)),)),))
    blocks = (
        paragraph(0),
        List((ListItem((paragraph(1), List((ListItem((paragraph(2),)),)))),)),
        table,
        Heading(1, (Text("a"),), Span(4, 5)),
        Code("a", span=Span(5, 6)),
    )
    doc = edit_text(Document("aaaaaa", blocks), "stage", _propose(_change(0, 1, "b")))
    assert [text_of(run) for run in runs(doc.children)] == ["b"] * 5
    assert doc.children[4] is blocks[4]
    assert [edit.span.start for edit in doc.edits] == [0, 1, 2, 3, 4]


def test_a_run_without_a_source_is_left_alone():
    before = Document("", (Paragraph((Text("made"),)),))
    assert edit_text(before, "stage", _propose(_change(0, 1, "x"))) is before


def test_inline_text_is_what_a_reader_sees():
    nodes = (Text("a"), Break(), Strong((Text("b"), InlineCode("c"))), Link("u", (Text("d"),)))
    assert inline_text(nodes) == "a\nbcd"


def test_walk_gives_each_block_before_its_children():
    item = ListItem((Paragraph(()),))
    inner = List((item,))
    outer = List((ListItem((inner,)),))
    assert list(walk((outer,))) == [outer, outer.children[0], inner, item, item.children[0]]


def test_an_edit_as_plain_values():
    edit = Edit(2, "stage", "rule", Span(1, 4), 0, 1, "a", "b", 0.5, why="so")
    assert edit.as_dict() == {
        "step": 2,
        "stage": "stage",
        "rule": "rule",
        "span": [1, 4],
        "start": 0,
        "end": 1,
        "before": "a",
        "after": "b",
        "confidence": 0.5,
        "applied": True,
        "why": "so",
    }
