"""Markdown as a parser sees it and the tree of a document, both in one plain form to compare.

    ("heading", depth, inline), ("paragraph", inline), ("list", ordered, start, items),
    ("quote", blocks), ("code", lang, text), ("rule",), ("table", rows), ("html_block", text),
    ("note", label, blocks)

A tuple is a node; a list holds blocks, or inline content: texts (neighbours joined) and nodes such
as ("em", inline).
"""

from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode
from mdit_py_plugins.footnote import footnote_plugin

from ingest import document as d

PARSER = MarkdownIt("commonmark").enable("table")
PARSER.use(footnote_plugin, inline=False, move_to_end=False)


def parse(markdown):
    """The blocks that CommonMark (with GFM tables and footnotes) sees."""
    return _blocks(SyntaxTreeNode(PARSER.parse(markdown)))


# What of a node is no text: its name and its attributes come first.
_ATTRIBUTES = {"heading": 2, "list": 3, "code": 2, "link": 3, "image": 3, "note": 2}


def text_of(node):
    """All text, without markup."""
    if isinstance(node, str):
        return node
    inside = node[_ATTRIBUTES.get(node[0], 1) :] if isinstance(node, tuple) else node
    return "".join(text_of(part) for part in inside)


# ---------------------------------------------------------------- of Markdown


def _blocks(node):
    return [_block(child) for child in node.children]


def _block(node):
    match node.type:
        case "heading":
            return ("heading", int(node.tag[1]), _inline(node.children[0].children))
        case "paragraph":
            return ("paragraph", _inline(node.children[0].children))
        case "bullet_list":
            return ("list", False, None, [_blocks(item) for item in node.children])
        case "ordered_list":
            items = [_blocks(item) for item in node.children]
            return ("list", True, int(node.attrs.get("start", 1)), items)
        case "blockquote":
            return ("quote", _blocks(node))
        case "fence" | "code_block":
            return ("code", node.info.strip(), node.content.removesuffix("\n"))
        case "hr":
            return ("rule",)
        case "table":
            rows = [row for part in node.children for row in part.children]
            cells = [[_inline(cell.children[0].children) for cell in row.children] for row in rows]
            return ("table", cells)
        case "footnote_reference":
            return ("note", node.meta["label"], _blocks(node))
    return (node.type, node.content.rstrip("\n"))


def _inline(nodes):
    return joined(_inline_node(node) for node in nodes)


def _inline_node(node):
    match node.type:
        case "text" | "text_special":
            return node.content
        case "softbreak":
            return " "
        case "hardbreak":
            return ("break",)
        case "em" | "strong":
            return (node.type, _inline(node.children))
        case "link" if node.markup == "autolink" and not _is_mailbox(node):
            return node.children[0].content
        case "link":
            return ("link", unquote(node.attrs["href"]), _title(node), _inline(node.children))
        case "image":
            return ("image", node.attrs["src"], _title(node), text_of(_inline(node.children)))
        case "code_inline":
            return ("codespan", node.content)
        case "footnote_ref":
            return ("reference", node.meta["label"])
    return ("html", node.content)


def _is_mailbox(node):
    """`<a@b.org>`, whose address begins with `mailto:` and its text does not."""
    return node.attrs["href"] == f"mailto:{node.children[0].content}"


def _title(node):
    return node.attrs.get("title") or None


def joined(parts):
    """Neighbouring texts become one, blanks at both ends go: no parser keeps them."""
    out = []
    for part in parts:
        if isinstance(part, str) and out and isinstance(out[-1], str):
            out[-1] += part
        else:
            out.append(part)
    if out and isinstance(out[0], str):
        out[0] = out[0].lstrip()
    if out and isinstance(out[-1], str):
        out[-1] = out[-1].rstrip()
    return [part for part in out if part]


# ---------------------------------------------------------------- of a document


def of_tree(blocks):
    """The blocks of a document; neighbouring lists stay two, page breaks and empty runs go."""
    made = (_of_block(block) for block in blocks if not isinstance(block, d.PageBreak))
    return [block for block in made if block != ("paragraph", [])]


def _of_block(block):
    match block:
        case d.Line(value):
            return ("paragraph", joined([" ".join(value.splitlines())]))
        case d.Paragraph(children):
            return ("paragraph", _of_inline(children))
        case d.Heading(depth, children):
            return ("heading", depth, _of_inline(children))
        case d.List(children, ordered, start):
            number = (1 if start is None else start) if ordered else None
            return ("list", ordered, number, [of_tree(item.children) for item in children])
        case d.Blockquote(children):
            return ("quote", of_tree(children))
        case d.Code(value, lang):
            return ("code", lang or "", value)
        case d.ThematicBreak():
            return ("rule",)
        case d.Html(value):
            return ("html_block", value)
        case d.FootnoteDefinition(label, children):
            return ("note", label, of_tree(children))
        case d.Table(children):
            rows = [[_of_inline(cell.children) for cell in row.children] for row in children]
            return ("table", rows)
    raise TypeError(block)


def _of_inline(nodes):
    return joined(_of_inline_node(node) for node in nodes)


def _of_inline_node(node):
    match node:
        case d.Text(value):
            return " ".join(value.splitlines())
        case d.InlineCode(value):
            return ("codespan", value)
        case d.Break():
            return ("break",)
        case d.Emphasis(children):
            return ("em", _of_inline(children))
        case d.Strong(children):
            return ("strong", _of_inline(children))
        case d.Link(url, children, title):
            text = d.inline_text(children)
            bare = (text == url and title is None) or url == f"mailto:{text}"
            return text if bare else ("link", url, title, _of_inline(children))
        case d.Image(url, alt, title):
            return ("image", url, title, alt)
        case d.Html(value):
            return ("html", value)
        case d.FootnoteReference(label):
            return ("reference", label)
    raise TypeError(node)
