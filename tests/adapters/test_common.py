"""What all adapters share; needs no host."""

import json
import os
import signal

import pytest
from mixed import BROKEN, FIXED, SAMPLES, letters
from pdfs import make_pdf, text

from ingest import ConfigError, EncryptedError, IngestError, NoTextError, SourceError, convert
from ingest.adapters._choice import Choice
from ingest.adapters._common import (
    Input,
    convert_each,
    convert_one,
    files_under,
)
from ingest.batch.guard import may_fork
from ingest.errors import CrashError, LimitError, error_of

PDFS = sorted(SAMPLES.glob("*.pdf"))


def _one(data, name="x.pdf", **choice):
    return convert_one(Input(name, data), Choice(**choice))


# ---------------------------------------------------------------- metadata


@pytest.mark.parametrize("mode", ["document", "page"])
@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.name)
def test_metadata_is_flat_and_json(path, mode):
    for piece in _one(None, str(path), mode=mode).pieces:
        assert all(type(value) in (str, int, float, bool) for value in piece.metadata.values())
        assert json.loads(json.dumps(piece.metadata)) == piece.metadata


def test_what_a_file_states_is_in_the_metadata():
    (piece,) = _one(None, str(SAMPLES / "stated-outline.pdf")).pieces
    facts = piece.metadata
    assert facts["title"] == "Keeping a small library"
    assert facts["author"] == "The reading room"
    assert (facts["language"], facts["pages"]) == ("en", 1)
    assert facts["source"] == str(SAMPLES / "stated-outline.pdf")
    assert facts["edits"] > 0
    assert 0 < facts["confidence"] < 1
    assert "doubtful-structure" in facts["confidence_reasons"]


def test_what_is_not_known_is_left_out():
    (piece,) = _one(b"A plain line of text.\n", "plain.txt").pieces
    assert piece.metadata == {
        "source": "plain.txt",
        "edits": 0,
        "confidence": 1.0,
        "confidence_reasons": "",
    }


# ---------------------------------------------------------------- pages


@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.name)
def test_pages_hold_all_that_the_whole_holds(path):
    whole = _one(None, str(path))
    pages = _one(None, str(path), mode="page")
    assert letters("".join(p.text for p in pages.pieces)) == letters(whole.pieces[0].text)
    numbers = [piece.metadata["page"] for piece in pages.pieces]
    assert numbers == sorted(set(numbers))
    assert all(piece.text.strip() for piece in pages.pieces)
    assert pages.repairs == whole.repairs


def test_a_page_without_text_is_no_piece():
    data = make_pdf(text("The first page."), "", text("The third page."))
    pieces = _one(data, mode="page").pieces
    assert [(p.metadata["page"], p.text) for p in pieces] == [
        (1, "The first page.\n"),
        (3, "The third page.\n"),
    ]


def test_a_comment_in_a_listing_is_no_page():
    rows = ("x = 1", "<!-- page 7 -->", "y = 2", "if x:", "    return y")
    data = make_pdf(text("Some words.") + text(*rows, font="M", at=(40, 280)), text("More words."))
    assert [p.metadata["page"] for p in _one(data, mode="page").pieces] == [1, 2]


def test_text_has_pages_where_it_has_form_feeds():
    data = b"The first page.\n\fThe second page.\n\f"
    assert [p.metadata["page"] for p in _one(data, "x.txt", mode="page").pieces] == [1, 2]


def test_text_without_pages_is_one_piece():
    (piece,) = _one(b"A plain line of text.\n", "x.txt", mode="page").pieces
    assert "page" not in piece.metadata


# ---------------------------------------------------------------- choices


def test_stages_can_be_skipped_and_options_set():
    data = b"It affects the quality of life.These spasms\nwere seen.\n"
    assert FIXED in _one(data, "x.txt").pieces[0].text
    assert "life.These" in _one(data, "x.txt", skip=["split_words"]).pieces[0].text
    title = (
        _one(None, str(SAMPLES / "stated-tags.pdf"), options={"write": {"front_matter": True}})
        .pieces[0]
        .text
    )
    assert title.startswith("---\ntitle:")


def test_pages_are_chosen():
    data = make_pdf(*(text(f"This is page {n}.") for n in (1, 2, 3)))
    pieces = _one(data, mode="page", pages="2-").pieces
    assert [p.metadata["page"] for p in pieces] == [2, 3]
    assert (pieces[0].metadata["pages"], pieces[0].metadata["chosen_pages"]) == (3, "2-3")


@pytest.mark.parametrize(
    "choice",
    [
        {"mode": "pages"},
        {"on_error": "ignore"},
        {"skip": ["no_such_stage"]},
        {"options": {"split_words": {"no_such_option": 1}}},
        {"options": {"read": {"source": "nobody"}}},
        {"pages": "three"},
    ],
    ids=str,
)
def test_a_wrong_choice_is_told_at_once(choice):
    with pytest.raises(ConfigError):
        Choice(**choice)


def test_a_password_is_not_shown():
    assert "hush" not in repr(Choice(password="hush"))


# ---------------------------------------------------------------- documents that fail


def test_no_document_hurts_the_rest(mixed):
    folder = next(iter(mixed.values())).parent
    results = list(convert_each(files_under([folder]), Choice()))
    assert len(results) == len(mixed)
    failed = {r.source.rpartition("/")[2] for r in results if r.error}
    assert failed == set(BROKEN)
    assert all(bool(r.pieces) != bool(r.error) for r in results)


def test_the_error_says_what_kind_it_is(mixed):
    broken, empty = (convert_one(Input(str(mixed[name])), Choice()).error for name in BROKEN)
    assert isinstance(broken, SourceError)
    assert isinstance(empty, NoTextError)


def test_skipped_errors_are_logged(mixed, caplog):
    choice = Choice(on_error="skip")
    converted = convert_one(Input(str(mixed["broken.pdf"])), choice)
    assert choice.pieces_of(converted) == ()
    assert "broken.pdf: damaged PDF" in caplog.text


def test_errors_are_raised_when_asked_for(mixed, caplog):
    choice = Choice(on_error="raise")
    with pytest.raises(SourceError, match=r"broken\.pdf: damaged"):
        choice.pieces_of(convert_one(Input(str(mixed["broken.pdf"])), choice))
    assert not caplog.text


def test_a_path_that_does_not_exist_is_no_empty_result(tmp_path):
    with pytest.raises(SourceError, match="no such file"):
        list(files_under([tmp_path / "nowhere"]))


# ---------------------------------------------------------------- in processes of their own


def _facts(converted):
    return converted.source, converted.pieces, converted.repairs, str(converted.error)


def test_workers_give_what_this_process_gives_in_the_same_order(mixed, monkeypatch):
    sources = list(files_under(mixed.values()))[::3]
    guarded = list(convert_each(sources, Choice(mode="page", workers=2)))
    monkeypatch.setattr("ingest.adapters._common._may_fork", lambda: False)
    here = list(convert_each(sources, Choice(mode="page")))
    assert [_facts(c) for c in guarded] == [_facts(c) for c in here]
    assert [type(c.error) for c in guarded] == [type(c.error) for c in here]


@pytest.mark.skipif(not may_fork(), reason="workers have to be forked to be harmed by a test")
@pytest.mark.parametrize("workers", [None, 2])
def test_a_document_that_ends_its_process_is_an_error_like_any_other(workers, monkeypatch):
    def deadly(_, *__, name, **more):
        if name == "deadly.txt":
            os.kill(os.getpid(), signal.SIGKILL)
        return convert(_, *__, name=name, **more)

    monkeypatch.setattr("ingest.pipeline.convert", deadly)
    names = ("one.txt", "deadly.txt", "two.txt")
    sources = [Input(name, b"A plain line of text.\n") for name in names]
    one, dead, two = convert_each(sources, Choice(workers=workers))
    assert isinstance(dead.error, CrashError)
    assert "SIGKILL" in str(dead.error)
    assert [c.pieces[0].text for c in (one, two)] == ["A plain line of text.\n"] * 2


def test_a_fault_of_ours_costs_one_document(monkeypatch):
    def faulty(*_, **__):
        raise KeyError("glyph")

    monkeypatch.setattr("ingest.adapters._common._may_fork", lambda: False)
    monkeypatch.setattr("ingest.pipeline.convert", faulty)
    error = convert_one(Input("a.txt", b"Words.\n"), Choice()).error
    assert str(error) == "a.txt: KeyError: 'glyph'; please report it with the file"


@pytest.mark.parametrize(
    ("kind", "cls"),
    [
        ("encrypted", EncryptedError),
        ("no-text", NoTextError),
        ("limit:cpu", LimitError),
        ("crash", CrashError),
        ("bug:KeyError", IngestError),
    ],
)
def test_the_error_of_a_worker_is_the_one_it_was(kind, cls):
    error = error_of(kind, "why")
    assert (type(error), str(error)) == (cls, "why")
    assert kind.startswith("bug:") or error.kind == kind


def test_files_that_are_not_opened_are_told(tmp_path, caplog):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.txt").write_text("Words.\n")
    (tmp_path / "secret.txt").write_text("Words.\n")
    (tmp_path / "in" / "link.txt").symlink_to(tmp_path / "secret.txt")
    assert [s.name for s in files_under([tmp_path / "in"])] == [str(tmp_path / "in" / "a.txt")]
    assert "link.txt: a link that leads out" in caplog.text


def test_a_folder_in_a_store_is_converted():
    fsspec = pytest.importorskip("fsspec", reason="NOT TESTED: URLs, since fsspec is not installed")
    fsspec.filesystem("memory").pipe_file("/adapters/a.txt", b"A plain line of text.\n")
    for workers in (None, 1):
        done = list(convert_each(files_under(["memory://adapters"]), Choice(workers=workers)))
        assert [piece.text for piece in done[0].pieces] == ["A plain line of text.\n"]
        assert done[0].source == "memory:///adapters/a.txt"
