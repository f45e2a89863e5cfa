"""A text file that is surely Markdown is read as Markdown; what only looks a little so is text."""

import pytest

import ingest
from ingest.read.looks import is_markdown

MARKDOWN = {
    "headings of two depths": "# The mill\n\nIt stands.\n\n## The wheel\n\nIt turns.\n",
    "a fence": "# The mill\n\n```\nmake  it\n```\n\n# The wheel\n\nIt turns.\n",
    "a link": "# The mill\n\nSee [the map](https://example.org).\n\n# The wheel\n\nIt turns.\n",
    "strong words": "# The mill\n\nIt **stands**.\n\n# The wheel\n\nIt turns.\n",
    "a table": "# The mill\n\n| Year | Flour |\n| --- | --- |\n| 1901 | 12 |\n\n# Now\n\nNone.\n",
    "front matter": "---\ntitle: The mill\ntags:\n  - flour\n---\n\nIt stands.\n",
}
TEXT = {
    "one heading": "# The mill\n\nIt **stands** by the river.\n",
    "comments on settings": "# who grinds\nmiller = yes\n\n# what\nflour = rye\n",
    "numbers of places": "The mill is #1 in town.\n\n## 12 of 30 came.\nNobody stayed.\n",
    "rules around a letter": "---\nDear all, the mill is closed.\n---\n\nYours, Ruth\n",
    "stars": "It stands.\n\n* * *\n\nIt **turns** at 5 * 3 a day.\n",
    "no UTF-8": "# The m\xfchle\n\nx\n\n## It\n\ny\n".encode("latin-1"),
}


@pytest.mark.parametrize("text", MARKDOWN.values(), ids=MARKDOWN)
def test_markdown_comes_out_as_it_went_in(text):
    result = ingest.convert(text.encode(), name="mill.txt")
    assert result.markdown == text
    assert not result.document.edits


@pytest.mark.parametrize("text", TEXT.values(), ids=TEXT)
def test_other_text_is_no_markdown(text):
    assert not is_markdown(text if isinstance(text, bytes) else text.encode())
