"""What a CommonMark parser sees in the Markdown is the tree."""

from pathlib import Path

import mdtree
import pytest
from conversions import converted
from hypothesis import example, given
from hypothesis import strategies as st
from strategies import documents, texts
from test_properties import ONCE_BROKEN, also, read_lines

from ingest import DEFAULT, Document, run, write
from ingest.document import (
    Blockquote,
    Break,
    Code,
    Emphasis,
    FootnoteDefinition,
    FootnoteReference,
    Heading,
    Image,
    InlineCode,
    Line,
    Link,
    List,
    ListItem,
    PageBreak,
    Paragraph,
    Span,
    Strong,
    Table,
    TableCell,
    TableRow,
    Text,
    ThematicBreak,
)

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.[tp][xd][tf]"))


# With it, `[^1]` in the text of other blocks would be a reference.
NOTE = FootnoteDefinition("1", (Paragraph((Text("a note"),)),))


def _check(*blocks):
    assert mdtree.parse(write(Document("", tuple(blocks)))) == mdtree.of_tree(blocks)


@pytest.mark.parametrize("path", SAMPLES, ids=[path.name for path in SAMPLES])
def test_a_sample_is_parsed_as_its_tree(path):
    result = converted(path)
    assert mdtree.parse(result.markdown) == mdtree.of_tree(result.document.children)


@also(*ONCE_BROKEN.values())
@given(text=texts)
def test_any_text_is_parsed_as_its_tree(text):
    doc = run(read_lines(text))
    assert mdtree.parse(write(doc)) == mdtree.of_tree(doc.children)


@given(documents.filter(lambda text: all(c.isprintable() or c in "\n\r\f\t " for c in text)))
def test_lines_alone_are_parsed_as_paragraphs(text):
    doc = run(read_lines(text), DEFAULT[:0])
    assert mdtree.parse(write(doc)) == mdtree.of_tree(doc.children)


# ---------------------------------------------------------------- trees that hypothesis makes

# What no run can hold: control characters are repaired, and a parser eats blanks at both ends.
_CHARACTERS = st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"])
_MARKUP = st.sampled_from(list("\\`*_{}[]<>()#+-.!|~&=:;0123456789 a"))
plain = st.text(_MARKUP | _CHARACTERS, min_size=1, max_size=30).map(str.strip).filter(bool)
starts = st.sampled_from(
    [
        "#",
        "# ",
        "+",
        "- ",
        "1.",
        "12) ",
        ">",
        "```",
        "~~~",
        "|",
        "[a]: b",
        "***",
        "___",
        "===",
        "<b>",
    ]
)
values = plain | st.tuples(starts, plain | st.just("")).map("".join).map(str.strip)
paragraphs = values.map(lambda value: Paragraph((Text(value),)))
headings = st.builds(Heading, st.integers(1, 6), values.map(lambda value: (Text(value),)))


def _lists(inner, numbers):
    items = st.tuples(paragraphs, st.lists(inner, max_size=2)).map(
        lambda p: ListItem((p[0], *p[1]))
    )
    children = st.lists(items, min_size=1, max_size=3).map(tuple)
    bullets = st.builds(List, children, spread=st.booleans())
    return bullets | st.builds(
        List, children, ordered=st.just(True), start=numbers, spread=st.booleans()
    )


NUMBERS_OF_LISTS = st.integers(0, 999_999_000) | st.just(1)
lists = st.recursive(
    _lists(paragraphs, NUMBERS_OF_LISTS),
    lambda inner: _lists(inner | paragraphs, NUMBERS_OF_LISTS),
    max_leaves=6,
)


@given(st.lists(paragraphs | headings | lists, max_size=6))
@example([Paragraph((Text("a\\"),))])
@example([Heading(1, (Text("a #"),)), Heading(2, (Text("#"),))])
@example([List((ListItem((Paragraph((Text("- 1."),)),)),))])
def test_any_tree_is_parsed_as_it_was(blocks):
    _check(*blocks)


@pytest.mark.parametrize("start", [0, 2, 7])
def test_an_inner_list_may_begin_anywhere(start):
    item = ListItem((PARAGRAPH,))
    inner = List((item, item), ordered=True, start=start)
    _check(List((ListItem((PARAGRAPH, inner)),)))


@given(values, values)
def test_a_page_break_shows_as_nothing(one, two):
    lines = [Line(one, Span(0, 0)), PageBreak(), Line(two, Span(0, 0))]
    assert mdtree.parse(write(Document("", tuple(lines)))) == mdtree.of_tree(lines)


@pytest.mark.parametrize("value", [" # x", " - x", "  1. x", " > x", " ---"])
def test_markup_behind_blanks_is_text(value):
    _check(Paragraph((Text(value),)))


# ---------------------------------------------------------------- every node type

TEXT = (Text("a*b"),)
PARAGRAPH = Paragraph(TEXT)
NODES = {
    "emphasis": Paragraph((Text("a "), Emphasis((Text("b_c"),)), Text(" d"))),
    "strong": Paragraph((Text("a "), Strong((Text("b"), Emphasis((Text("c"),)))), Text(" d"))),
    "code span": Paragraph((InlineCode("a`b``c"), Text(" d "), InlineCode("`"))),
    "break": Paragraph((Text("a"), Break(), Text("# b"))),
    "bare address": Paragraph((Text("see "), Link("https://a.b/c_d", (Text("https://a.b/c_d"),)))),
    "link": Paragraph((Link("https://a.b/(c)", (Text("a [b]"),), 'say "x"'), Text("!"))),
    "link with blanks": Paragraph((Link("a b<c>", TEXT),)),
    "image": Paragraph((Image("a.png", "what is *there*"), Text(" and so on"))),
    "exclamation mark before a link": Paragraph((Text("no!"), Link("x", (Text("y"),)))),
    "code": Code("a ```` b\n  # c\n", "python"),
    "code without language": Code("x"),
    "rule": ThematicBreak(),
    "quotation": Blockquote((PARAGRAPH, Heading(2, TEXT), List((ListItem((PARAGRAPH,)),)))),
    "quotation of two paragraphs": Blockquote((PARAGRAPH, PARAGRAPH)),
    "table": Table(
        (
            TableRow((TableCell((Text("a|b"),)), TableCell((Text("c"),)))),
            TableRow((TableCell((Text("\\"),)), TableCell((InlineCode("d"),)))),
        ),
        ("left", "center"),
    ),
    "code in an item": List((ListItem((PARAGRAPH, Code("a\n\nb"))),)),
    "quotation in an item": List((ListItem((PARAGRAPH, Blockquote((PARAGRAPH,)))),), spread=True),
    "two paragraphs in an item": List((ListItem((PARAGRAPH, PARAGRAPH)), ListItem((PARAGRAPH,)))),
    "loose list": List((ListItem((PARAGRAPH,)),) * 2, spread=True),
    "list that begins at zero": List((ListItem((PARAGRAPH,)),), ordered=True, start=0),
    "list without a first number": List((ListItem((PARAGRAPH,)),) * 11, ordered=True),
    "heading of two lines": Heading(1, (Text("a\nb"),)),
    "mailbox": Paragraph((Link("mailto:a@b.org", (Text("a@b.org"),), bare=True), Text(" c"))),
    "brackets in a link": Paragraph((Link("x", (Text("a [b "), Strong((Text("c]]"),)))),)),
    "brackets in an image": Paragraph((Image("a.png", "a ] b"),)),
    "note": FootnoteDefinition("1", (PARAGRAPH, Code("a\n\nb"), PARAGRAPH)),
    "note that begins with a list": FootnoteDefinition("a", (List((ListItem((PARAGRAPH,)),)),)),
    "text that looks like a note": Paragraph((Text("[^1]: a and [^1] here"),)),
}


@pytest.mark.parametrize("node", list(NODES.values()), ids=list(NODES))
def test_every_node_type(node):
    _check(node)
    _check(PARAGRAPH, node, PARAGRAPH)
    _check(node, NOTE)


@pytest.mark.parametrize("text", ["a", "a!", "a.", "b ", "*"])
def test_a_reference_to_a_note(text):
    reference = FootnoteReference("1")
    _check(Paragraph((Text(text), reference, Text(text), Strong((Text("a"), reference)))), NOTE)


BULLETS, NUMBERS = List((ListItem((PARAGRAPH,)),)), List((ListItem((PARAGRAPH,)),), ordered=True)


@pytest.mark.parametrize(
    "blocks",
    [(BULLETS, BULLETS), (NUMBERS, NUMBERS), (BULLETS, NUMBERS, BULLETS), (BULLETS,) * 3],
    ids=["bullets", "numbers", "both", "three"],
)
def test_neighbouring_lists_stay_apart(blocks):
    _check(*blocks)


def test_a_tight_list_has_no_blank_lines_and_a_loose_one_has():
    item = ListItem((Paragraph((Text("a"),)),))
    assert write(Document("", (List((item, item)),))) == "- a\n- a\n"
    assert write(Document("", (List((item, item), spread=True),))) == "- a\n\n- a\n"


def test_tasks_show_their_box():
    items = tuple(ListItem((Paragraph((Text("a"),)),), checked) for checked in (True, False, None))
    assert write(Document("", (List(items),))) == "- [x] a\n- [ ] a\n- a\n"


def test_an_empty_document_is_an_empty_text():
    assert write(Document("", ())) == ""
    assert write(Document("", (PageBreak(),))) == ""
