"""Markdown keeps what is harmless byte for byte; what would act is shown, and recorded."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import ingest
from ingest.stages.markup import html_changes, is_active_address

# What goes in, what has to come out, and the rules in the ledger.
ACTS = {
    "script in a line": (
        "Some <script>alert(1)</script> text.",
        "Some `<script>`alert(1)`</script>` text.",
        ["active-html", "active-html"],
    ),
    "script as a block": (
        "<script>\nalert(1)\n</script>",
        "```html\n<script>\nalert(1)\n</script>\n```",
        ["active-html"],
    ),
    "script behind a comment": (
        "<!-- a --> <script>x</script>",
        "```html\n<!-- a --> <script>x</script>\n```",
        ["active-html"],
    ),
    "script in a quotation": (
        "> <script>\n> a\n> </script>",
        "> ```html\n> <script>\n> a\n> </script>\n> ```",
        ["active-html"],
    ),
    "script in a cell": (
        "| a |\n| --- |\n| <script>x</script> |",
        "| a |\n| --- |\n| `<script>`x`</script>` |",
        ["active-html", "active-html"],
    ),
    "script over two lines": ("x <script\nsrc=x>", "x `<script src=x>`", ["active-html"] * 2),
    "frame": (
        '<iframe src="https://example.org"></iframe>',
        '```html\n<iframe src="https://example.org"></iframe>\n```',
        ["active-html"],
    ),
    "another language": (
        "<svg onload=alert(1)>",
        "```html\n<svg onload=alert(1)>\n```",
        ["active-html"],
    ),
    "tags side by side": ("a <script></script>", "a `<script></script>`", ["active-html"] * 2),
    "form": ("<form action=/x><b>a</b>", "```html\n<form action=/x><b>a</b>\n```", ["active-html"]),
    "program of a server": ("<?php x ?>", "```html\n<?php x ?>\n```", ["active-html"]),
    "a tag that browsers read": (
        "a <img/src=x/onerror=alert(1)> b",
        "a \\<img/src=x/onerror=alert(1)> b",
        [],
    ),
    "a tag that does not end": (
        '<div title="\n\nonclick">',
        '```html\n<div title="\n```\n\nonclick">',
        ["active-html"],
    ),
    "handler": (
        'A <img src=x onerror="alert(1)"> here.',
        "A <img src=x> here.",
        ["active-attribute"],
    ),
    "handler in capitals": ("<p OnClick='x()' id=a>b</p>", "<p id=a>b</p>", ["active-attribute"]),
    "handler in a list": ('- <b onclick="x">a</b>\n- b', "- <b>a</b>\n- b", ["active-attribute"]),
    "style that loads": (
        '<p style="background:url(http://x.org)">x</p>',
        "<p>x</p>",
        ["active-attribute"],
    ),
    "ping": ("a <a ping=//x.org href=#a>x</a>", "a <a href=#a>x</a>", ["active-attribute"]),
    "script in an attribute": (
        'a <a href="JaVa&#115;cript:alert(1)">x</a>',
        "a <a>x</a>",
        ["active-address"],
    ),
    "script with a tab in an attribute": (
        'a <a href=" java&Tab;script:x">x</a>',
        "a <a>x</a>",
        ["active-address"],
    ),
    "one of a set of pictures": (
        "a <img srcset='a.png 1x, data:text/html,b 2x'> b",
        "a <img> b",
        ["active-address"],
    ),
    "beacon": (
        '<img width="1" height="1" src="https://example.org/t.gif">',
        '<img width="1" height="1">',
        ["beacon"],
    ),
    "script in a link": ("Go [*on*](javascript:x) now.", "Go *on* now.", ["active-address"]),
    "data in a link": ("[a](data:text/html,x) b", "a b", ["active-address"]),
    "a program in a link": ("[a](ms-msdt:/id) b", "a b", ["active-address"]),
    "a file in a link": ("[a](file:///etc/passwd) b", "a b", ["active-address"]),
    "script by reference": ("[c][a]\n\n[a]: javascript:alert(1)", "c", ["active-address"]),
    "script in angles": ("a <javascript:x> b", "a javascript:x b", ["active-address"]),
    "data in a picture": ("a ![alt](data:text/html,x) b", "a alt b", ["active-address"]),
    "link in a link text": (
        "[![a](javascript:x)](https://x.org)",
        "[a](https://x.org)",
        ["active-address"],
    ),
    "escapes in code": ("`a\x1b[31mb\u202e`", "`a[31mb`", ["control", "control"]),
    "code of nothing but escapes": ("a `\x1b` b", "a  b", ["control"]),
    "escapes in a fence": ("```\na \u202e\x9b\n```", "```\na \n```", ["control"]),
    "escapes in front matter": ("---\nt: \x07\n---\n\nx", "---\nt: \n---\n\nx", ["control"]),
    "direction in a title": (
        '[a](https://x.org "\u202ex")',
        '[a](https://x.org "x")',
        ["control"],
    ),
    "raw HTML that comes to the head of a line": (
        "\u202e<div>'<script>",
        "`<div>`'`<script>`",
        ["active-html", "active-html"],
    ),
    "direction in raw HTML": (
        "a <b title='\u202e'> c",
        "a `<b title=''>` c",
        ["active-html", "control"],
    ),
}

LEAVE_ALONE = {
    "links": "[one](https://x.org), [two](../c.md#d), [three](mailto:a@b.org), <https://x.org/?a=1&b=2>",
    "a query that looks like a character": "[a](https://x.org/?a=1&copy=2)",
    "pictures": "![a](https://x.org/a.png) ![b](img/b.png) [![c](c.svg)](https://x.org)",
    "a picture in the text": "![a](data:image/png;base64,iVBORw0KGgo=)",
    "line ends and keys": "a<br>b<br/> <kbd>Ctrl</kbd> H<sub>2</sub>O x<sup>2</sup>",
    "details": "<details open>\n<summary>More <b>text</b></summary>\n\nText *here*.\n\n</details>",
    "head of a readme": (
        '<p align="center">\n  <a href="https://x.org"><img src="logo.svg" alt="Logo" width="100">'
        '</a>\n</p>\n\n<div align="center" class="a" id=b data-x="y: z">\n\n# Title\n\n</div>'
    ),
    "comments": "<!-- toc -->\n\n- a\n\n<!--\nscript: javascript:\n-->\n\nb <!-- c --> d",
    "generic types": "A List<T> with <name> and a < b > c.",
    "a style": '<p style="color: rgb(1, 2, 3); text-align:center">a</p>',
    "pictures of sizes": '<img src="https://x.org/a.png" width="100%" height=11>',
    "code about scripts": "`<script>` and\n\n```html\n<script>alert(1)</script>\n```",
    "a table with line ends": "| a | b |\n| --- | --- |\n| x<br>y | <b>z</b> |",
    "words with a colon": "javascript: a language. See data: and file: below.",
    "a title with a colon": '<abbr title="JavaScript: a language">JS</abbr> is here.',
}


def _convert(text):
    return ingest.convert(text.encode(), name="notes.md")


@pytest.mark.parametrize("name", ACTS)
def test_what_acts_is_shown_and_recorded(name):
    text, wanted, rules = ACTS[name]
    result = _convert(text)
    assert result.markdown == wanted + "\n"
    edits = [e for e in result.document.edits if e.stage == "disarm_markup"]
    assert [e.rule for e in edits] == rules
    assert _convert(result.markdown).markdown == result.markdown
    assert not _active(result.markdown)


@pytest.mark.parametrize("name", LEAVE_ALONE)
def test_leave_alone_what_does_not_act(name):
    result = _convert(LEAVE_ALONE[name])
    assert not [e for e in result.document.edits if e.stage == "disarm_markup"]
    assert result.markdown == LEAVE_ALONE[name] + "\n"


def test_a_paragraph_that_is_emptied_is_gone():
    assert _convert("\u202e\n\nSome text.\n\n\x1b\n").markdown == "Some text.\n"


def test_an_address_that_goes_is_in_the_ledger():
    (edit,) = _convert("[a](javascript:alert%281%29) b").document.edits
    assert (edit.rule, edit.why) == ("active-address", "a link to javascript:alert%281%29")
    assert not edit.changes_text


def test_an_address_is_not_unescaped_twice():
    for text in ("[a](&amp;#106;avascript:x)", '[a](b "&amp;lt;")', "![a](&amp;#106;avascript:x)"):
        markdown = _convert(text).markdown
        assert _rendered(markdown) == _rendered(text)
        assert not _active(markdown)


def test_a_nul_is_told():
    text = "A sentence with a NUL \0 in it, and more words.\n"
    result = _convert(text)
    assert "\0" not in result.markdown
    assert [m.text for m in result.document.messages if m.level == "warning"] == [
        "1 NUL characters became U+FFFD, as CommonMark has it"
    ]


@pytest.mark.parametrize(
    ("url", "active"),
    [
        ("https://x.org", False),
        ("HTTPS://x.org", False),
        ("a.md", False),
        ("#a", False),
        ("//x.org/a:b", False),
        ("a/b:c", False),
        ("?a:b", False),
        ("1:2", False),
        ("", False),
        ("javascript:x", True),
        ("java\nscript:x", True),
        ("\x01javascript:x", True),
        ("\u200bjavascript:x", True),
        ("vbscript:x", True),
        ("unheard-of:x", True),
        ("data:image/png;base64,x", True),
    ],
)
def test_which_address_acts(url, active):
    assert is_active_address(url) is active


def test_a_picture_may_hold_its_data_and_nothing_else():
    assert not is_active_address("data:image/png;base64,x", picture=True)
    assert is_active_address("data:image/svg+xml,<svg>", picture=True)


# ---------------------------------------------------------------- what a browser would see

RUNS = {"script", "iframe", "object", "embed", "svg", "math", "style", "form", "meta", "base"}
GOES_SOMEWHERE = ("http:", "https:", "mailto:", "tel:")


class _Browser(HTMLParser):
    """Collects what acts, by another reading of HTML than ours."""

    def __init__(self):
        super().__init__()
        self.active = []

    def handle_starttag(self, tag, attrs):
        if tag in RUNS:
            self.active.append(tag)
        for name, value in attrs:
            address = "".join(c for c in value or "" if c > " ").lower()
            scheme = address.split(":")[0] + ":" if ":" in address else ""
            leads = name in {"href", "src"} and scheme.rstrip(":").isalpha()
            data = name == "src" and address.startswith("data:image/png")
            if name.startswith("on") or (leads and not data and scheme not in GOES_SOMEWHERE):
                self.active.append(f"{tag} {name}={value}")

    handle_startendtag = handle_starttag


def _rendered(markdown):
    parser = MarkdownIt("commonmark", {"html": True}).enable("table")
    parser.validateLink = lambda url: True
    return parser.render(markdown)


def _active(markdown):
    browser = _Browser()
    browser.feed(_rendered(markdown))
    browser.close()
    return browser.active


def test_the_browser_of_these_tests_sees_what_acts():
    hostile = [text for text, _, rules in ACTS.values() if set(rules) - {"control", "beacon"}]
    assert sum(bool(_active(text)) for text in hostile) > 15


PIECES = st.sampled_from(
    [
        *("<script>", "</script>", "<b ", "<img src=x ", "<a href=", "onclick=x", "javascript:x"),
        *(
            '"',
            "'",
            ">",
            "/>",
            " ",
            "\n",
            "\n\n",
            "<",
            "<!--",
            "-->",
            "--!>",
            "`",
            "=",
            "[a](",
            ")",
        ),
        *("&#106;", "&amp;", "data:x", "text", "- ", "> ", "<svg", "</b>", "![a](", "<?", "\\"),
        *("<div>", "<!DOCTYPE x>", "<javascript:a>", "\u202e"),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join))
def test_no_markdown_stays_active(text):
    try:
        markdown = _convert(text).markdown
    except ingest.NoTextError:
        return
    assert not _active(markdown)
    assert _convert(markdown).markdown == markdown


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<a b='", "<b x ", "<!--", "<b>", "< ", "<b  \t  ", "<a b=\"<c d='", "</", "--!"],
)
def test_raw_html_is_judged_in_linear_time(piece):
    start = time.process_time()
    html_changes("<div " + piece * (400_000 // len(piece)))
    assert time.process_time() - start < 3
