"""How sure a result is: what a score promises, and the names of its reasons."""

import json
from dataclasses import replace

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st
from pdfs import make_pdf, text

from bench.confidence import rank_correlation, share_right
from ingest import Confidence, Edit, Message, Span, convert, read, run
from ingest.confidence import PARTIAL_MOST, confidence_of, reasons
from ingest.document import (
    NO_SECOND_OPINION,
    PAGE_WITHOUT_TEXT,
    SECOND_OPINION,
    SPACING_LEFT_ALONE,
    UNKNOWN_CHARACTERS,
    UNREADABLE_PAGE,
)
from ingest.pipeline import DEFAULT

WORDS = " ".join(["Word"] * 20)
PAGES = run(read(f"{WORDS}.\n\n\f{WORDS}.\n\n\f{WORDS}.\n\n\f{WORDS}.\n".encode()))
CLEAN = replace(PAGES, edits=(), messages=())


def _edit(confidence, *, start=0, stage="split_words", applied=True, before="", after=" "):
    span = Span(start, start + 10)
    return Edit(1, stage, "rule", span, 0, len(before), before, after, confidence, applied)


def _message(code, page=None, level="warning"):
    return Message(level, "read", "text", code=code, page=page)


# ---------------------------------------------------------------- a score


@pytest.mark.parametrize("data", [b"# Title\n\nSome text.\n", b"One plain line of text.\n"])
def test_a_clean_document_has_one(data):
    assert convert(data).confidence == Confidence(1.0, (), {})


def test_a_clean_page_has_one():
    found = confidence_of(CLEAN)
    assert (found.score, found.reasons) == (1.0, ())
    assert [page.score for page in found.pages.values()] == [1.0] * 4


def test_the_score_is_the_share_of_words_expected_to_be_right():
    doc = replace(CLEAN, edits=(_edit(0.6), _edit(0.3, applied=False)))
    found = confidence_of(doc)
    assert found.score == pytest.approx(1 - (0.4 + 0.3) / 80)
    assert found.pages[1].score == pytest.approx(1 - (0.4 + 0.3) / 20)
    assert found.pages[2].score == 1.0
    assert [reason.name for reason in found.reasons] == ["doubtful-split", "proposal-not-made"]


def test_a_sure_edit_costs_nothing():
    assert confidence_of(replace(CLEAN, edits=(_edit(1.0),))) == confidence_of(CLEAN)


def test_text_that_was_left_out_counts_by_its_words():
    edit = _edit(0.5, stage="drop_furniture", before="four words go away", after="")
    (reason,) = confidence_of(replace(CLEAN, edits=(edit,))).reasons
    assert (reason.name, reason.count) == ("doubtful-removal", 1)
    assert reason.score == pytest.approx(1 - 4 * 0.5 / 80)


def test_a_proposal_that_comes_again_counts_once():
    again = _edit(0.4, applied=False)._replace(step=7)
    doc = replace(CLEAN, edits=(_edit(0.4, applied=False), again))
    assert confidence_of(doc).reasons[0].count == 1


_edits = st.builds(
    _edit,
    st.floats(0, 1),
    start=st.integers(0, len(CLEAN.source) - 10),
    stage=st.sampled_from([*(stage.name for stage in DEFAULT), "of_others"]),
    applied=st.booleans(),
    before=st.sampled_from(["", "a", "some words here"]),
)
_messages = st.builds(
    _message,
    st.sampled_from(["", "odd", *reasons()]),
    st.none() | st.integers(1, 6),
    st.sampled_from(["info", "warning"]),
)


@given(st.lists(_edits), st.lists(_messages), _edits | _messages)
def test_scores_stay_between_none_and_one_and_never_rise_with_a_further_doubt(
    edits, messages, more
):
    doc = replace(CLEAN, edits=tuple(edits), messages=tuple(messages))
    if isinstance(more, Edit):
        worse = replace(doc, edits=(*edits, more))
    else:
        worse = replace(doc, messages=(*messages, more))
    before, after = confidence_of(doc), confidence_of(worse)
    for found in (before, after, *after.pages.values()):
        assert 0 <= found.score <= 1
        assert all(found.score <= reason.score <= 1 for reason in found.reasons)
        assert {reason.name for reason in found.reasons} <= set(reasons())
        scores = [reason.score for reason in found.reasons]
        assert scores == sorted(scores), "the most costly first"
        assert (found.score == 1) == (not [s for s in scores if s < 1])
    assert after.score <= before.score + 1e-12


@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_document_that_lacks_pages_scores_low_and_lower_the_more(lost):
    messages = tuple(_message(UNREADABLE_PAGE, page) for page in range(1, lost + 1))
    found = confidence_of(replace(CLEAN, messages=messages))
    assert found.score == pytest.approx(PARTIAL_MOST * (1 - lost / 4))
    assert [found.pages[page].score for page in range(1, 5)] == [0.0] * lost + [1.0] * (4 - lost)


def test_a_lost_page_of_a_text_without_pages_counts_as_much_as_the_rest():
    doc = replace(run(read(f"{WORDS}.\n".encode())), messages=(_message(UNREADABLE_PAGE, 2),))
    found = confidence_of(replace(doc, edits=()))
    assert found.score == pytest.approx(PARTIAL_MOST / 2)
    assert {page: judged.score for page, judged in found.pages.items()} == {2: 0.0}


@pytest.mark.parametrize(
    ("message", "name", "wrong"),
    [
        (_message(PAGE_WITHOUT_TEXT, 2), PAGE_WITHOUT_TEXT, 10),
        (_message(NO_SECOND_OPINION, 2), NO_SECOND_OPINION, 10),
        (_message(SECOND_OPINION, 2), SECOND_OPINION, 0.2),
        (_message(SPACING_LEFT_ALONE, level="info"), SPACING_LEFT_ALONE, 1),
        (_message(""), "warning", 1),
        (_message("", level="info"), None, 0),
        (_message(UNKNOWN_CHARACTERS, 2), None, 0),
    ],
)
def test_what_a_message_costs(message, name, wrong):
    found = confidence_of(replace(CLEAN, messages=(message,)))
    assert [reason.name for reason in found.reasons] == ([name] if name else [])
    assert found.score == pytest.approx(1 - wrong / 80, abs=0.001)


# ---------------------------------------------------------------- of real documents


def test_characters_that_nobody_knows_cost_their_words():
    data = make_pdf(text("All words are known here."), text("These are.") + text(""))
    assert convert(data).confidence.score > 0.95
    found = convert("Some te\ufffdt is \ue123 lost here for good.\n".encode()).confidence
    assert [(r.name, r.count) for r in found.reasons if r.count == 2] == [(UNKNOWN_CHARACTERS, 2)]
    assert found.score < 0.8


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A whole one.\n\nThis one ends in the middle of a much longer\n", 1),
        ("A first.\n\nin the middle it begins, and goes on to its end.\n", 1),
        ("A whole one.\n\nAnother one, which has a quotation: “It is well.”\n", 0),
        ("A label\n\nWhat follows is a list of more than eight words:\n\n- one\n- two\n", 0),
        ("Dear Ann,\n12 Mill Lane\nOxford\n", 0),
    ],
)
def test_sentences_that_are_torn_are_doubts(text, count):
    found = {r.name: r.count for r in convert(text.encode()).confidence.reasons}
    assert found.get("torn-sentence", 0) == count


def test_paragraphs_that_somebody_typed_as_such_are_none():
    found = convert(b"# Title\n\nand so on in eight or more words of text\n", name="a.md")
    assert found.confidence.score == 1.0


def test_a_page_without_text_is_told():
    found = convert(ROOT / "tests/data/pages/empty-page.pdf").confidence
    empty = [page for page, judged in found.pages.items() if judged.score == 0.5]
    assert empty
    assert found.pages[empty[0]].reasons[0].name == PAGE_WITHOUT_TEXT
    assert found.reasons[0].name == PAGE_WITHOUT_TEXT


def test_a_joined_text_is_less_sure_than_a_sound_one():
    joined = convert(ROOT / "samples/lost-spaces.pdf").confidence
    sound = convert(ROOT / "samples/nested-lists.pdf").confidence
    assert joined.score < sound.score < 1
    assert joined.reasons[0].name == "doubtful-split"


def test_in_json_and_back():
    found = convert(ROOT / "samples/lost-spaces.pdf").confidence
    values = json.loads(json.dumps(found.as_dict()))
    again = Confidence.from_dict(values)
    assert again.as_dict() == found.as_dict()
    assert [page["page"] for page in values["pages"]] == [1, 2]
    for wrong in ({}, {"score": 1, "reasons": [{}], "pages": []}, {"score": 1, "reasons": []}):
        with pytest.raises(KeyError):
            Confidence.from_dict(wrong)


# ---------------------------------------------------------------- names


def test_every_stage_has_a_reason_and_every_reason_a_sentence():
    for stage in DEFAULT:
        edit = _edit(0.5, stage=stage.name)
        (reason,) = confidence_of(replace(CLEAN, edits=(edit,))).reasons
        assert reason.name.startswith("doubtful-")
        assert reason.name != "doubtful-edit", f"{stage.name} is in no row of confidence.tsv"
    assert all(len(meaning.split()) > 3 for meaning in reasons().values())


def test_edits_of_other_packages_have_one_too():
    (reason,) = confidence_of(replace(CLEAN, edits=(_edit(0.5, stage="shout"),))).reasons
    assert (reason.name, reason.count) == ("doubtful-edit", 1)
    assert reason.meaning == reasons()["doubtful-edit"]


# ---------------------------------------------------------------- the measure of it


def test_rank_correlation():
    assert rank_correlation([1, 2, 3], [10, 20, 30]) == pytest.approx(1)
    assert rank_correlation([1, 2, 3], [3, 2, 1]) == pytest.approx(-1)
    assert rank_correlation([1, 1, 2, 2], [1, 2, 1, 2]) == pytest.approx(0)
    assert rank_correlation([1, 1], [1, 2]) == 0.0


def test_share_of_words_that_are_right():
    truth = "# One two\n\nthree four\n"
    assert share_right(truth, truth) == 1.0
    assert share_right("# One two\n\nthreefour\n", truth) == pytest.approx(4 / 7)
    assert share_right("One two\n\nthree four\n", truth) == pytest.approx(6 / 8)
