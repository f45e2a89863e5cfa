"""Markdown files are read as the tree that they state, and written as the same tree again."""

import mdtree
import pytest
from hypothesis import assume, example, given
from strategies import documents, texts

from ingest import InvariantError, NoTextError, SourceError, convert, read
from ingest.document import Heading, Paragraph, Text, Yaml

CASES = {
    "headings": "# One\n\n## Two *em*\n\nThree\n=====\n\nFour\n----\n\n###### Six ##\n",
    "heading of two lines": "One\ntwo\n===\n",
    "bullets": "- a\n- b\n  - c\n    - d\n- e\n",
    "bullets of other kinds": "+ a\n+ b\n\n* c\n",
    "numbers": "3. a\n4. b\n\n   more\n",
    "number zero": "0. a\n1. b\n",
    "largest number": "999999999. a\n",
    "numbers in bullets": "- a\n  1. b\n  2. c\n- d\n",
    "numbers from seven in bullets": "- a\n\n  7. b\n  8. c\n",
    "lists side by side": "- a\n\n* b\n\n1. c\n\n1) d\n",
    "loose list": "- a\n\n- b\n\n- c\n",
    "item of two paragraphs": "- a\n\n  b\n- c\n",
    "paragraph below an inner list": "- a\n  - b\n\n  c\n",
    "empty items": "- \n- a\n-\n",
    "heading in an item": "- # a\n- b\n",
    "quotation in an item": "- > a\n- b\n",
    "rule in an item": "- a\n\n  ***\n",
    "html in an item": "- <div>\n  a\n  </div>\n",
    "tasks": "- [x] a\n- [ ] b\n",
    "list below a paragraph": "a\n- b\n",
    "code": "```\na = 1\n\n  b\n\n```\n",
    "code of a language": "```python\na = 1\n```\n",
    "code with fences": "~~~~\n```\n~~~~\n",
    "code by its indent": "a\n\n    indented\n\n      more\n",
    "code in an item": "- a\n\n      code\n- b\n",
    "code at the head of an item": "- ```\n  x\n  ```\n",
    "code twice in an item": "- a\n  ```\n  x\n  ```\n  ```\n  y\n  ```\n",
    "code in a quotation": "> ```\n> a\n> b\n> ```\n",
    "code with an empty line in a quotation": "> ```\n> a\n>\n> b\n> ```\n",
    "code spans": "`` a`b `` and ` ` and ` d ` and `` ` ``\n",
    "code span with blanks": "`  c  `\n",
    "table": "| a | b \\| c |\n|:--|--:|\n| `x` | *y* |\n| z |\n",
    "table with a pipe in code": "| a |\n|---|\n| `x\\|y` |\n",
    "table with a pipe in a link": "| a |\n|---|\n| [x\\|y](u) |\n",
    "table with a pipe in an image": "| a |\n|---|\n| ![x\\|y](u) |\n",
    "table with html": "| a |\n|---|\n| x<br>y |\n",
    "quotation": "> a\n> b\n>\n> - c\n> > d\n",
    "links": "[a *b*](https://x.org/a_(b)) <https://y.org> [e]() [s](<a b>)\n",
    "link with a title": '[a](https://x.org "two words")\n',
    "link with quotes in its title": "[a](https://x.org 'say \"x\"')\n",
    "link with a title of two lines": '[a](https://x.org "two\nwords")\n',
    "link by reference": "[r][ref] and [ref]\n\n[ref]: https://z.org 'title'\n",
    "link with percent signs": "[a](b%20c%5B)\n",
    "link with a backslash": "[a](b\\)c) and [x](<a\\>b>)\n",
    "link to a mailbox": "<a@b.org>\n",
    "bare addresses": "see https://x.org/a_b_c and www.x.org now\n",
    "note": "a[^1] and b[^long note]\n\n[^1]: One *note*.\n",
    "note of two paragraphs": "a[^x]\n\n[^x]: One.\n\n    Two.\n",
    "note that nothing refers to": "a\n\n[^1]: One.\n\nb\n",
    "note above its reference": "[^1]: One.\n\na[^1] and again[^1]\n",
    "reference without a note": "a[^1] and b\n",
    "note inside a note": "a[^1]\n\n[^1]: One[^2].\n\n[^2]: Two.\n",
    "no inline note": "a^[b] and c\n",
    "images": "![alt *em*](a.png) and ![](b.png)\n",
    "image with a title": '![alt](a.png "title")\n',
    "linked image": "[![alt](a.png)](https://x.org)\n",
    "html": "<div>\n*a*\n</div>\n\na <b>b</b> <!-- c --> d<br/>e\n",
    "html over two lines of a quotation": "> a <b\n> title='x'>y</b>\n",
    "comment": "<!--\na\n\nb\n-->\n\nc\n",
    "hard breaks": "a  \nb\\\nc\n",
    "hard break in an item": "- a  \n  b\n",
    "hard break before what is no heading": "a\\\n\\# b\n",
    "hard break in a heading": "d  \ne\n===\n",
    "hard break in a heading below a paragraph": "c\n\n*d*\\\n\\# e\n---\n\nf\n",
    "hard break in a heading in an item": "- c\n\n  d\\\n  e\n  ---\n- f\n",
    "emphasis": "*one*s **two**th _three_ ***four*** *five **six** seven* **one*two*three**\n",
    "emphasis in emphasis": "_one*two*_ and ***one** two*\n",
    "references to characters": "&copy; &amp;copy; &lt; a \\* b\n",
    "rules": "a\n\n***\n\n---\n\nb\n",
    "what is no rule": "a\n\\===\n",
    "Windows line ends": "# One\r\n\r\ntwo\r\nthree\r\n",
    "definition that no link uses": "[a]: b\n\ntext\n",
}


def _convert(text, stages=None):
    return convert(text.encode(), stages, name="notes.md")


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_markdown_is_read_as_the_tree_that_it_is(text):
    result = _convert(text, [])
    assert mdtree.parse(result.markdown) == mdtree.parse(text)
    assert _convert(result.markdown, []).markdown == result.markdown
    once = _convert(text).markdown
    assert _convert(once).markdown == once


def test_the_source_holds_the_runs():
    doc = read(b"# One *two*\n\nthree\nfour\n", name="notes.md")
    heading, paragraph = doc.children
    assert isinstance(heading, Heading)
    assert isinstance(paragraph, Paragraph)
    assert [doc.source[n.span.start : n.span.end] for n in doc.children] == [
        "One two",
        "three four",
    ]
    assert (doc.meta["format"], doc.meta["encoding"]) == ("markdown", "utf-8")
    assert [m.text for m in doc.messages] == ["read as utf-8 Markdown"]


@pytest.mark.parametrize("name", ["a.md", "A.MD", "a.markdown"])
def test_markdown_is_known_by_its_name(name):
    assert read(b"# One\n", name=name).children == (Heading(1, (Text("One"),), (0, 3)),)
    assert convert(b"# One\n", name="a.txt").markdown != "# One\n"


@pytest.mark.parametrize(
    "front",
    [
        "---\n---\n",
        "---\ntitle: A *b*\nlist: [1, 2]\n---\n",
    ],
    ids=["empty", "full"],
)
def test_front_matter_is_kept_as_it_is(front):
    result = _convert(f"{front}\n# One\n")
    assert isinstance(result.document.children[0], Yaml)
    assert result.markdown == f"{front}\n# One\n"


def test_a_rule_at_the_head_is_no_front_matter():
    assert _convert("---\n\nThe text has a rule above it.\n").markdown == (
        "***\n\nThe text has a rule above it.\n"
    )


@pytest.mark.parametrize("data", [b"\n \n", b"\xef\xbb\xbf\n", b"[a]: b\n", b""])
def test_markdown_without_text(data):
    with pytest.raises(NoTextError, match=r"notes\.md: "):
        convert(data, name="notes.md")


def test_what_is_no_text_is_refused():
    with pytest.raises(SourceError, match=r"^notes\.md: binary"):
        read(bytes(range(32)) * 8, name="notes.md")


def test_a_form_feed_in_code_stays():
    text = "- a\n\n  ```\n  x\fy\n  \f\n  ```\n\nb\n"
    result = _convert(text)
    assert "x\fy\n  \f\n" in result.markdown
    assert not result.document.edits
    assert _convert(result.markdown).markdown == result.markdown


def test_damage_in_markdown_is_repaired():
    text = (
        "# ReducingMuscle Tension\n\n"
        "- It affects the quality of *life*.These spasms donâ€™t\n  go away.They stay.\n"
    )
    assert _convert(text).markdown == (
        "# Reducing Muscle Tension\n\n"
        "- It affects the quality of *life*. These spasms don’t go away. They stay.\n"
    )


@example(text=CASES["code of a language"])
@example(text="~~~ a`b\ncode\n~~~\n")
@example(text="~~~\x0c`\n")
@given(text=documents | texts)
def test_any_markdown_is_converted_or_a_named_error(text):
    try:
        once = _convert(text).markdown
    except InvariantError:
        raise
    except (NoTextError, SourceError):
        assume(False)
    assert _convert(once).markdown == once
