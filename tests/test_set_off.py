"""Quotations, verse and definitions of text files keep their shape; nothing else gets one."""

import pytest

import ingest
from ingest.document import Blockquote, List, Paragraph
from ingest.stages import set_off

LEAD = (
    "It was late when the letter came, and nobody in the house had thought of lighting\n"
    "a lamp. She read it aloud by the window, slowly, as if it were a lesson of hers:\n\n"
)
TAIL = "\n\nAfter that nobody spoke for a while, and the dog was let into the garden again.\n"
SHAPES = {
    "a quotation of mail": (
        "> The second delivery has not arrived yet, and nobody could\n> tell us where it is.",
        "> The second delivery has not arrived yet, and nobody could tell us where it is.",
    ),
    "two levels, two paragraphs": (
        ">> Who brings the key?\n>\n> It is with Ruth.\n>\n> I shall ask her.",
        "> > Who brings the key?\n>\n> It is with Ruth.\n>\n> I shall ask her.",
    ),
    "short quoted lines": ("> Ruth Keller\n> Am Speicher 4", "> Ruth Keller\\\n> Am Speicher 4"),
    "an address": (
        "    Office of Small Boats\n    12 Quay Street\n    Port Ellery PE4",
        "Office of Small Boats\\\n12 Quay Street\\\nPort Ellery PE4",
    ),
    "verse": (
        "    Pull the rope and mind the stone,\n    winter takes what is not sown,\n    and so on.",
        "Pull the rope and mind the stone,\\\nwinter takes what is not sown,\\\nand so on.",
    ),
    "a quotation that is set in": (
        "        The lamp has burned for eleven nights without\n"
        "        a ship. I talk to the dog, and the dog begins\n        to look at me.",
        "> The lamp has burned for eleven nights without a ship. I talk to the dog, and the dog "
        "begins to look at me.",
    ),
    "definitions": (
        "Reach\n    The water between two locks, however long it may be and\n    wherever it is.\n"
        "\n"
        "Sill\n    The floor of a lock is called so in this book.",
        "- **Reach**\\\n  The water between two locks, however long it may be and wherever it is.\n"
        "- **Sill**\\\n  The floor of a lock is called so in this book.",
    ),
}
OTHERS = {
    "a sign in the middle": "The sum was more than\n> 30 in all the years that were\ncounted here.",
    "a session of an interpreter": "> x <- c(1, 2);\n> y <- f(x);\n> plot(x, y);",
    "one term": "Reach\n    The water between two locks, however long it may be.",
    "labels": "Title: The lamp\nLength: 94 minutes\nYear: 1931",
    "items": "- one lamp\n  that is lit\n- two lamps\n  that are not",
    "two lines that stand in": "    Ruth Keller\n    Am Speicher 4",
    "a paragraph that stands in": "  The lamp has burned for eleven nights without a ship, and I\n"
    "  talk to the dog, who has begun to look at me as if he were about to\n  answer some day.",
}


def _shapes(text):
    children = set_off(ingest.read(text.encode())).children
    return [n for n in children if isinstance(n, Blockquote | List | Paragraph)]


@pytest.mark.parametrize(("text", "markdown"), SHAPES.values(), ids=SHAPES)
def test_it_keeps_its_shape(text, markdown):
    result = ingest.convert((LEAD + text + TAIL).encode())
    assert f"\n\n{markdown}\n\n" in result.markdown
    again = ingest.convert(result.markdown.encode(), name="again.md")
    assert again.markdown == result.markdown


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_nothing_else_has_one(text):
    assert _shapes(LEAD + text + TAIL) == []


def test_a_second_run_changes_nothing():
    for text, _ in SHAPES.values():
        doc = set_off(ingest.read((LEAD + text + TAIL).encode()))
        assert set_off(doc).children is doc.children


def test_repairs_reach_into_a_quotation():
    result = ingest.convert((LEAD + "> A cafÃ© is o\ufb00ered.\n" + TAIL).encode())
    assert "> A café is offered." in result.markdown
