"""The scorer of `bench`, against cases counted by hand."""

import pytest

from bench.scoring import Score, gaps_of, read_set, score_line, score_set


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("", set()),
        ("word", set()),
        ("  two  words ", {3}),
        ("a\u00a0b c", {1, 2}),  # any blank is one
        ("life. These", {5}),
    ],
)
def test_gaps(text, gaps):
    assert gaps_of(text) == gaps


@pytest.mark.parametrize(
    ("correct", "corrupt", "repaired", "expected"),
    [
        # right, false splits, false joins, missed, exact
        ("of muscle", "ofmuscle", "of muscle", (1, 0, 0, 0, 1)),
        ("of muscle", "ofmuscle", "ofmuscle", (0, 0, 0, 1, 0)),
        ("of muscle", "ofmuscle", "of mus cle", (1, 1, 0, 0, 0)),
        ("of muscle", "ofmuscle", "o fmuscle", (0, 1, 0, 1, 0)),
        ("confirm it", "con fi rm it", "confirm it", (2, 0, 0, 0, 1)),
        ("confirm it", "con fi rm it", "confi rm it", (1, 0, 0, 1, 0)),
        ("confirm it", "con fi rm it", "confirmit", (2, 0, 1, 0, 0)),
        ("a sound line", "a sound line", "a sound line", (0, 0, 0, 0, 1)),
        ("a sound line", "a sound line", "asound line", (0, 0, 1, 0, 0)),
        ("a sound line", "a sound line", "a sound li ne", (0, 1, 0, 0, 0)),
        ("two  blanks", "two blanks", "two   blanks", (0, 0, 0, 0, 1)),
    ],
)
def test_one_line(correct, corrupt, repaired, expected):
    score = score_line(correct, corrupt, repaired)
    counts = (score.right, score.false_splits, score.false_joins, score.missed, score.exact)
    assert counts == expected
    assert (score.changed, score.lines, score.words) == (0, 1, len(correct.split()))


def test_a_lost_character_undoes_the_line():
    score = score_line("of muscle", "ofmuscle", "of muscl")
    assert (score.changed, score.right, score.missed, score.exact) == (1, 0, 1, 0)


def test_a_sound_line_that_lost_a_character_is_not_exact():
    assert score_line("muscle", "muscle", "muscl").exact == 0


def test_a_truth_with_other_characters_is_an_error():
    with pytest.raises(ValueError, match="other characters"):
        score_line("muscle", "muscles", "muscles")


def test_shares():
    score = Score(right=6, false_splits=1, false_joins=1, missed=4, exact=3, lines=4, words=5000)
    assert score.precision == 6 / 8
    assert score.recall == 6 / 10
    assert score.f1 == pytest.approx(2 * 0.75 * 0.6 / (0.75 + 0.6))
    assert score.exact_share == 0.75
    assert score.per_10k(score.false_splits) == 2


def test_nothing_done_where_nothing_was_needed_has_no_shares():
    assert (Score().precision, Score().recall, Score().f1, Score().exact_share) == (0, 0, 0, 0)


def _write(folder, **files):
    for name, text in files.items():
        (folder / f"{name}.txt").write_bytes(text.encode())


def test_documents_are_repaired_one_by_one(tmp_path):
    _write(tmp_path, correct="a b\nc d\ne f\n", corrupt="ab\ncd\nef\n", docs="x\nx\ny\n")
    seen = []
    score, _ = score_set(read_set(tmp_path), lambda lines: seen.append(lines) or lines)
    assert seen == [["ab", "cd"], ["ef"]]
    assert (score.missed, score.lines, score.words) == (3, 3, 6)


def test_without_names_each_line_is_a_document(tmp_path):
    _write(tmp_path, correct="a\u2028b\n\nc\n", corrupt="a\u2028b\n\nc\n")
    assert [d.corrupt for d in read_set(tmp_path)] == [["a\u2028b"], [""], ["c"]]


def test_a_repair_that_loses_a_line_is_an_error(tmp_path):
    _write(tmp_path, correct="a\nb\n", corrupt="a\nb\n", docs="x\nx\n")
    with pytest.raises(ValueError, match="shorter"):
        score_set(read_set(tmp_path), lambda lines: lines[:1])
