"""What people decided is done, recorded, proved, and stays done."""

import hashlib
import json
import pickle
from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner
from conversions import converted

from ingest import convert, find
from ingest.batch.manifest import options_hash
from ingest.cli import main
from ingest.decisions import (
    ACCEPTED,
    RULE,
    Decided,
    Decision,
    Decisions,
    parse_decisions,
    read_decisions,
    respacing,
    text_hash,
)
from ingest.document import Span
from ingest.errors import ConfigError
from ingest.pipeline import DEFAULT, Pipeline, run_until_stable
from ingest.review.facts import is_decidable, place_edits
from ingest.trace import Trace
from ingest.verify import replay

SAMPLES = Path(__file__).parents[1] / "samples"
JOINED = b"It affects the quality of life.These spasms are common and reduce themuscle tension.\n"


def _sha(data):
    return hashlib.sha256(data).hexdigest()


def _decided(data, *decisions, always=None, never=(), stages=None, name="a.txt"):
    """The conversion of a document with these decisions; the ledger is proved on the way."""
    pipeline = Pipeline(decisions=Decisions({_sha(data): decisions}, always or {}, never))
    return convert(data, stages, name=name, reader=pipeline.reader)


def _decision(placed, *, accepted):
    e = placed.edit
    return Decision(e.stage, e.rule, placed.at, e.before, e.after, accepted)


def _complaints(result):
    return [m.text for m in result.document.messages if m.stage == "decisions"]


def _first_of_each_rule(doc):
    found = {}
    for placed in place_edits(doc):
        if is_decidable(placed.edit) and placed.edit.applied:
            found.setdefault((placed.edit.stage, placed.edit.rule), placed)
    return list(found.values())


# ---------------------------------------------------------------- single edits


CASES = [
    "001_1452d62bafd559db.txt",
    "two-columns.pdf",
    "french-leaflet.pdf",
    "lost-spaces.pdf",
    "stated-outline.pdf",
]


@pytest.mark.parametrize("name", CASES)
def test_a_rejected_edit_is_not_made(name):
    data = (SAMPLES / name).read_bytes()
    plain = converted(data, name=name)
    rules = _first_of_each_rule(plain.document)
    assert rules
    for placed in rules:
        result = _decided(data, _decision(placed, accepted=False), name=name)
        assert not _complaints(result), placed.edit
        assert result.markdown != plain.markdown, placed.edit
        again = run_until_stable(result.document)
        assert again.children is result.document.children, placed.edit


@pytest.mark.parametrize("name", CASES)
def test_an_edit_that_is_confirmed_stays_and_is_sure(name):
    data = (SAMPLES / name).read_bytes()
    plain = converted(data, name=name)
    rules = _first_of_each_rule(plain.document)
    result = _decided(data, *(_decision(p, accepted=True) for p in rules), name=name)
    assert result.markdown == plain.markdown
    assert not _complaints(result)
    sure = [e for e in result.document.edits if e.why.startswith(ACCEPTED)]
    assert {(e.stage, e.rule) for e in sure} == {(p.edit.stage, p.edit.rule) for p in rules}
    assert all(e.confidence == 1.0 and e.applied for e in sure)


def test_every_edit_of_a_document_can_be_rejected_at_once():
    plain = convert(JOINED, name="a.txt")
    splits = [p for p in place_edits(plain.document) if p.edit.stage == "split_words"]
    assert len(splits) == 2
    result = _decided(JOINED, *(_decision(p, accepted=False) for p in splits))
    assert result.markdown.encode() == JOINED
    left = [e for e in result.document.edits if e.stage == "split_words"]
    assert [(e.applied, e.confidence) for e in left] == [(False, 1.0)] * 2


CAUTIOUS = tuple(s.using(min_confidence=1.0) if s.name == "split_words" else s for s in DEFAULT)


def test_a_proposal_that_was_not_made_is_made_when_accepted():
    plain = convert(JOINED, CAUTIOUS, name="a.txt")
    assert "life.These" in plain.markdown
    (stop,) = [p for p in place_edits(plain.document) if p.edit.rule == "stop"]
    result = _decided(JOINED, _decision(stop, accepted=True), stages=CAUTIOUS)
    assert "life. These" in result.markdown
    assert "themuscle" in result.markdown
    assert run_until_stable(result.document, CAUTIOUS).children is result.document.children


def test_what_was_accepted_is_made_though_no_rule_proposes_it_any_more():
    data = b"The old windmill stands still.\n"
    at = data.index(b"mill")
    wanted = Decision("split_words", "joined-words", Span(at, at), "", " ", accepted=True)
    result = _decided(data, wanted)
    assert "wind mill" in result.markdown
    (edit,) = [e for e in result.document.edits if e.stage == "split_words"]
    assert (edit.rule, edit.confidence, edit.why) == (RULE, 1.0, ACCEPTED)


@pytest.mark.parametrize(
    "stale",
    [
        Decision("split_words", "stop", Span(3, 3), "", " ", accepted=False),
        Decision("drop_furniture", "page-number", Span(0, 2), "12", "", accepted=False),
        Decision("split_words", "word-split", Span(2, 3), "x", "", accepted=True),
    ],
    ids=str,
)
def test_a_decision_that_matches_nothing_is_told_and_changes_nothing(stale):
    result = _decided(JOINED, stale)
    assert result.markdown == convert(JOINED, name="a.txt").markdown
    (text,) = _complaints(result)
    assert str(stale) in text


def test_a_decision_on_another_document_changes_nothing():
    plain = convert(JOINED, name="a.txt")
    (stop,) = [p for p in place_edits(plain.document) if p.edit.rule == "stop"]
    other = Decisions({_sha(b"other"): (_decision(stop, accepted=False),)})
    result = convert(JOINED, name="a.txt", reader=Pipeline(decisions=other).reader)
    assert result.markdown == plain.markdown
    assert not _complaints(result)


def test_decisions_on_another_text_of_the_same_file_are_left_out():
    data = (SAMPLES / "two-columns.pdf").read_bytes()
    plain = converted(data, name="t.pdf")
    wanted = Decision("split_words", "stop", Span(101, 101), "", " ", accepted=True)
    decisions = Decisions({_sha(data): (wanted,)}, texts={_sha(data): text_hash(plain.document)})
    whole, part = (Pipeline(decisions=decisions, reading=r) for r in ({}, {"pages": "2"}))
    assert convert(data, name="t.pdf", reader=whole.reader).markdown != plain.markdown
    result = convert(data, name="t.pdf", reader=part.reader)
    assert result.markdown == convert(data, name="t.pdf", pages="2").markdown
    (text,) = _complaints(result)
    assert "another text" in text


# ---------------------------------------------------------------- words everywhere


@pytest.mark.parametrize(
    ("text", "always", "never", "expected"),
    [
        ("Reduce themuscle tension now.", {}, ["themuscle"], "Reduce themuscle tension now."),
        ("In life.These are common.", {}, ["life.These"], "In life.These are common."),
        ("The old windmill stands.", {"windmill": "wind mill"}, [], "The old wind mill stands."),
        ("The old wind mill stands.", {"wind mill": "windmill"}, [], "The old windmill stands."),
        # leave these alone: another word, a part of a word, another case
        ("The old windmills stand.", {"windmill": "wind mill"}, [], "The old windmills stand."),
        ("The old Windmill stands.", {"windmill": "wind mill"}, [], "The old Windmill stands."),
        ("The old mill stands.", {"windmill": "wind mill"}, ["themuscle"], "The old mill stands."),
    ],
)
def test_always_and_never(text, always, never, expected):
    result = _decided(text.encode(), always=always, never=tuple(never))
    assert result.markdown.strip() == expected
    assert run_until_stable(result.document).children is result.document.children


def test_a_decision_on_one_edit_comes_before_always():
    data = b"A windmill stands by a windmill there.\n"
    at = data.index(b"mill")
    keep = Decision("split_words", RULE, Span(at, at), "", " ", accepted=False)
    result = _decided(data, keep, always={"windmill": "wind mill"})
    assert result.markdown == "A windmill stands by a wind mill there.\n"


def test_respacing_says_which_blanks_come_and_go():
    assert [(c.start, c.end, c.text) for c in respacing("con fi rm it", "confirm  it")] == [
        (3, 4, ""),
        (6, 7, ""),
        (10, 10, " "),
    ]
    with pytest.raises(ValueError, match="more than blanks"):
        respacing("colour", "color")


# ---------------------------------------------------------------- places


@pytest.mark.parametrize("name", CASES)
def test_a_trace_is_a_replay_that_knows_where_each_character_came_from(name):
    data = (SAMPLES / name).read_bytes()
    doc = converted(data, name=name).document
    whole = Span(0, len(doc.source))
    traced = Trace.of(doc.source, doc.edits).run(whole)
    (text,) = replay(doc.source, doc.edits).pieces([whole])
    assert traced.text == text
    assert len(traced.origins) == len(text)
    assert list(traced.origins) == sorted(traced.origins)
    for at in range(0, len(text), 7):
        place = traced.place(at, at + 1)
        start, end = traced.find(place)
        assert start <= at < end


# ---------------------------------------------------------------- the file


GOOD = {
    "format": "ingest-decisions",
    "version": 1,
    "documents": {
        "a" * 64: {
            "name": "a.txt",
            "text": "c" * 64,
            "edits": [
                {
                    "stage": "split_words",
                    "rule": "stop",
                    "at": [31, 31],
                    "before": "",
                    "after": " ",
                    "decision": "reject",
                }
            ],
        }
    },
    "always": [{"before": "windmill", "after": "wind mill"}],
    "never": ["themuscle"],
}


def _without(*path, value=None):
    """The good file with one thing wrong."""
    copy = json.loads(json.dumps(GOOD))
    inner = copy
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return copy


BAD = [
    [],
    {},
    _without("version", value=2),
    _without("documents", value=[]),
    _without("documents", "a" * 64, value=3),
    _without("documents", "a" * 64, "edits", value={}),
    _without("documents", "a" * 64, "text", value=5),
    _without("documents", "a" * 64, "edits", 0, "at", value=[3]),
    _without("documents", "a" * 64, "edits", 0, "at", value=["3", "4"]),
    _without("documents", "a" * 64, "edits", 0, "decision", value="maybe"),
    _without("documents", "a" * 64, "edits", 0, "after", value=None),
    _without("always", 0, "after", value=7),
    _without("never", value=[""]),
    _without("never", value="themuscle"),
]
# What a schema cannot say.
CONTRADICTIONS = [
    _without("documents", "a" * 64, "edits", 0, "at", value=[4, 3]),
    _without("always", 0, "after", value="mill"),
    _without("never", value=["windmill"]),
    _without("always", value=[{"before": "a b", "after": "ab"}, {"before": "ab", "after": "a b"}]),
]


def test_a_file_is_read_and_written_as_it_was():
    assert parse_decisions(GOOD).as_dict() == GOOD


@pytest.mark.parametrize("value", [*BAD, *CONTRADICTIONS])
def test_a_file_of_another_form_is_refused(value, tmp_path):
    path = tmp_path / "decisions.json"
    path.write_text(json.dumps(value))
    with pytest.raises(ConfigError, match=r"decisions\.json"):
        read_decisions(path)


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_json_is_refused(content, tmp_path):
    path = tmp_path / "decisions.json"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match="no JSON"):
        read_decisions(path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        read_decisions(tmp_path / "none.json")


def test_the_schema_takes_what_the_parser_takes():
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    text = (files("ingest.review") / "decisions.schema.json").read_text(encoding="utf-8")
    validator = jsonschema.Draft202012Validator(json.loads(text))
    validator.check_schema(validator.schema)
    validator.validate(GOOD)
    for value in BAD:
        assert not validator.is_valid(value), value


# ---------------------------------------------------------------- pipeline, batch, command line


def test_decisions_are_part_of_what_a_result_depends_on():
    plain, decided = Pipeline(), Pipeline(decisions=parse_decisions(GOOD))
    assert options_hash(plain, edits=False) != options_hash(decided, edits=False)
    copy = pickle.loads(pickle.dumps(decided))
    assert options_hash(copy, edits=False) == options_hash(decided, edits=False)


def _ingest(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_a_batch_is_done_again_when_something_else_was_decided(tmp_path):
    source, out, file = tmp_path / "a.txt", tmp_path / "out", tmp_path / "decisions.json"
    source.write_bytes(JOINED)
    (stop,) = [
        p for p in place_edits(convert(JOINED, name="a.txt").document) if p.edit.rule == "stop"
    ]
    decisions = Decisions(
        {_sha(JOINED): (_decision(stop, accepted=False),), "b" * 64: ()}, names={"b" * 64: "b.txt"}
    )
    file.write_text(json.dumps(decisions.as_dict()))
    _ingest("convert", source, "-o", out)
    assert "life. These" in (out / "a.md").read_text()
    done = _ingest("convert", source, "-o", out, "--decisions", file)
    assert "1 converted" in done.stderr
    assert "b.txt" in done.stderr  # decided upon, and not among the inputs
    assert "life.These" in (out / "a.md").read_text()
    assert "1 unchanged" in _ingest("convert", source, "-o", out, "--decisions", file).stderr


def test_words_and_decisions_go_together():
    own = tuple(
        find("split_words").using(words=["themuscle"]) if s.name == "split_words" else s
        for s in DEFAULT
    )
    result = _decided(JOINED, never=("life.These",), stages=own)
    assert result.markdown.encode() == JOINED


def test_nothing_decided_says_nothing():
    assert Decided().settler(convert(JOINED, name="a.txt").document, "split_words") is None
