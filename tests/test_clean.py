"""Clean in, clean out: good Markdown keeps its tree, and the ledger stays empty."""

from importlib.metadata import distribution
from pathlib import Path

import pytest

from bench.clean import differences

ROOT = Path(__file__).parents[1]
OWN = sorted((*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("output/*.md")))
# Dependencies whose description is Markdown; whatever version is installed.
PACKAGES = ("ftfy", "click", "markdown-it-py")


@pytest.mark.parametrize("path", OWN, ids=lambda p: p.name)
def test_own_documents_come_out_as_they_went_in(path):
    assert list(differences(path.read_bytes(), path.name)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_a_description_of_a_package_comes_out_as_it_went_in(package):
    description = distribution(package).metadata.get_payload()
    assert len(description) > 1000
    assert list(differences(description.encode(), package)) == []


@pytest.mark.parametrize(
    "markdown",
    [
        "[README.ijg](README.ijg) applies, and so does this.\n",
        "[a](a)b\n",
        "<https://example.org/a_b_> and https://example.org/a_b_ alike\n",
        "at 16\u00a0h and 17\u00a0h, a\u00a0word\n",
        "1. one\n1. two\n1. three\n",
        "a | b\n--|--\n`a|b` | \u00a0\n",
        "> ```c\n> int a;\n>\n>   return;\n> ```\n",
        "- a\n\n      code\n",
    ],
)
def test_markdown_keeps_its_tree(markdown):
    assert list(differences(markdown.encode(), "case")) == []


def test_a_difference_is_seen():
    damaged = "A caf\u00c3\u00a9 and\u200b a \ufb01nd.\n"
    assert list(differences(damaged.encode(), "damaged"))
