"""PDFs whose blanks are sure: which are, what still shows damage in them, and what is spared."""

import sys
from pathlib import Path

import pytest

import ingest
from ingest.document import SURE_BLANKS
from ingest.read.gaps import FEWEST_GAPS, Gaps, facts_of, gaps_of
from ingest.read.glyphs import Glyph, Style
from ingest.spacing.signs import shows_damage
from ingest.stages import split_words

SAMPLES = Path(__file__).parents[1] / "samples"
TEN = Style("Serif", 10.0)


def _glyphs(*gaps, style=TEN, second=None):
    """Letters 5 points wide, after the first each behind a gap in points."""
    found, at = [], 0.0
    for number, gap in enumerate((0.0, *gaps)):
        at += gap
        look = second if second and number else style
        found.append(Glyph("a", at, 0.0, at + 5, look.size, look))
        at += 5
    return found


@pytest.mark.parametrize(
    ("glyphs", "gaps"),
    [
        (_glyphs(0, 2.5, 0.1), Gaps(3, 0)),
        (_glyphs(0, 1.2, 1.5), Gaps(3, 2)),
        (_glyphs(0, 0.8, -0.5), Gaps(3, 0)),
        (_glyphs(0, second=TEN._replace(size=7.0)), Gaps(1, 1)),
        (_glyphs(3, second=TEN._replace(size=7.0)), Gaps(1, 0)),
        (_glyphs(0, second=TEN._replace(weight=700)), Gaps(1, 0)),
        (_glyphs(0, 2.5, style=TEN._replace(unseen="drawn without ink")), Gaps(2, 2)),
        ([], Gaps(0, 0)),
    ],
)
def test_gaps_are_tight_or_wide_or_doubtful(glyphs, gaps):
    assert gaps_of(glyphs) == gaps


@pytest.mark.parametrize(
    ("lines", "sure"),
    [
        ([Gaps(FEWEST_GAPS, 0)], True),
        ([Gaps(999, 1), Gaps(1, 1)], True),
        ([Gaps(500, 2)], False),
        ([Gaps(FEWEST_GAPS - 1, 0)], False),
        ([], False),
    ],
)
def test_few_doubts_among_many_gaps_are_sure(lines, sure):
    assert (SURE_BLANKS in facts_of(lines)) is sure


def test_a_typeset_file_is_sure_and_one_with_footnote_signs_is_not():
    assert SURE_BLANKS in ingest.read(SAMPLES / "two-columns.pdf").facts
    assert SURE_BLANKS not in ingest.read(SAMPLES / "footnotes.pdf").facts


@pytest.mark.parametrize(
    "line",
    [
        "the quality of life.These spasms are common",
        "a list ofthe muscles",
        "Die Frist derKunde setzt",
        "the pain ofmuscle groups",
        "a word , and a point",
        "T h e h e a d",
        "to con fi rm it",
        "Howorthospinologymayhelpwithpersistentpain",
    ],
)
def test_damage_shows(line):
    assert shows_damage(["They restore every muscle.", line])


@pytest.mark.parametrize(
    "line",
    [
        "Together they understand the order: some thing, and something else.",
        "See www.example.org/Some.Page or write to a.Name@example.org",
        "the GOV.UK staff, the group(s), e.g. U.S. offices",
        "iPhone, McArthur, PhDs and setTimeout",
        "Die Mitarbeiter:innen der Landesverwaltung",
        "« Pourquoi ? » Une étape : la preuve",
    ],
)
def test_sound_text_shows_none(line):
    assert not shows_damage([line])


def test_no_word_list_is_loaded_for_a_sure_file(monkeypatch):
    doc = ingest.read(SAMPLES / "two-columns.pdf")
    monkeypatch.setitem(sys.modules, "ingest.spacing.repair", None)
    assert split_words(doc) is doc


def test_a_sure_file_that_shows_damage_is_repaired():
    doc = ingest.read(SAMPLES / "lost-spaces.pdf")
    assert SURE_BLANKS in doc.facts
    assert any(edit.rule == "joined-words" and edit.applied for edit in split_words(doc).edits)
