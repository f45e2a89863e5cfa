"""The head of a single page goes by its place in the margin; other first lines stay."""

import pytest
from pdfs import make_pdf, text

from ingest import convert

BODY = text(*(f"This is line {n} of a text about pears" for n in range(9)), at=(40, 250))
TITLE = text("What a Pear Tree Needs", size=20, at=(40, 310))
HEAD = text("Information sheet", size=8, at=(40, 380))


def _has_head(*parts, head="Information sheet"):
    return head in convert(make_pdf("".join(parts))).markdown


def test_the_head_of_a_single_page_goes_and_the_ledger_says_so():
    result = convert(make_pdf(HEAD + TITLE + BODY))
    assert "Information sheet" not in result.markdown
    (edit,) = [edit for edit in result.document.edits if edit.rule == "running-head"]
    assert (edit.before, edit.after) == ("Information sheet", "")


STAYS = {
    "below the margin": text("Information sheet", size=8, at=(40, 350)) + TITLE + BODY,
    "directly above the title": (
        text("Information sheet", size=8, at=(40, 380))
        + text("What a Pear Tree Needs", size=20, at=(40, 352))
        + BODY
    ),
    "as large as the title": text("Information sheet", size=20, at=(40, 375)) + TITLE + BODY,
    "above text that is no larger": HEAD + text("A text begins", size=8, at=(40, 310)) + BODY,
    "on a page of a few lines": HEAD + TITLE,
}


@pytest.mark.parametrize("case", STAYS)
def test_a_first_line_that_may_be_text_stays(case):
    assert _has_head(STAYS[case])
