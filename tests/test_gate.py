"""The gate of `bench`: its floors hold, and it notices when they do not."""

import json

import pytest
from click.testing import CliRunner

import ingest
from bench import gate
from bench.blocks.score import HALVES, KINDS, blocks_of
from bench.blocks.score import read_cases as read_block_cases
from bench.gate import Floor, compare, raise_floors
from bench.scoring import Score, read_set, sets_in
from bench.sets import damage

GOOD = Score(right=90, false_splits=2, missed=10, words=1000, lines=100)
WORSE = Score(right=80, false_splits=3, false_joins=1, missed=20, words=1000, lines=100)


def _gate(*arguments):
    return CliRunner().invoke(gate.main, arguments)


def test_a_score_stands_on_its_own_floor():
    assert compare({"s": GOOD}, {"s": Floor.under(GOOD)}) == []


def test_each_fall_is_told():
    falls = compare({"s": WORSE}, {"s": Floor.under(GOOD)})
    assert [fall.partition(",")[0] for fall in falls] == [
        "s: F1 0.8696",
        "s: 3 false splits",
        "s: 1 false joins",
    ]
    assert "1 too many" in falls[1]


def test_one_false_split_in_clean_text_is_a_fall():
    assert compare({"s": Score(false_splits=1)}, {"s": Floor.under(Score())})


def test_a_set_without_a_floor_is_told():
    assert compare({"s": GOOD}, {}) == ["s: no floor yet; run with --raise"]


def test_floors_rise():
    assert raise_floors({"s": GOOD}, {"s": Floor.under(WORSE)}) == {"s": Floor.under(GOOD)}


def test_floors_never_fall():
    floors = {"s": Floor.under(GOOD), "another": Floor.under(GOOD)}
    assert raise_floors({"s": WORSE}, floors) == {k: floors[k] for k in sorted(floors)}


def test_each_respect_rises_by_itself():
    safer = Score(right=10, missed=90, words=1000, lines=100)
    raised = raise_floors({"s": safer}, {"s": Floor.under(GOOD)})["s"]
    assert raised == Floor(Floor.under(GOOD).f1, false_splits=0, false_joins=0)


def test_floors_are_written_as_they_are_read(tmp_path):
    floors = {"a": Floor(0.5, 1, 2), "b": Floor(0.0, 0, 0)}
    gate.write_floors(tmp_path / "floors.json", floors)
    assert gate.read_floors(tmp_path / "floors.json") == floors


def test_every_set_has_a_floor_and_every_floor_a_set():
    assert sorted(gate.read_floors(gate.FLOORS)) == sets_in(gate.SETS)


def test_clean_text_has_no_leave_for_a_false_edit():
    floors = gate.read_floors(gate.FLOORS)
    clean = {name: floor for name, floor in floors.items() if name.endswith("-clean")}
    assert len(clean) == len(damage.PROSE)
    assert set(clean.values()) == {Floor(0.0, 0, 0)}


def test_the_sets_are_what_their_texts_make(tmp_path):
    damage.make_sets(tmp_path)
    for name in sets_in(tmp_path):
        made = {p.name: p.read_bytes() for p in (tmp_path / name).iterdir()}
        assert made == {p.name: p.read_bytes() for p in (gate.SETS / name).iterdir()}, name
    assert sets_in(tmp_path) == sets_in(gate.SETS)


def test_damage_does_what_its_name_says():
    documents = {name: list(read_set(gate.SETS / name)) for name in sets_in(gate.SETS)}
    assert all(d.correct == d.corrupt for d in documents["en-clean"] + documents["nosplit"])
    assert not any(" " in line for d in documents["en-drop100"] for line in d.corrupt)
    spurious = [
        (g, b) for d in documents["en-spurious"] for g, b in zip(d.correct, d.corrupt, strict=True)
    ]
    assert all(len(bad) >= len(good) for good, bad in spurious)
    assert sum(len(d.correct) for d in documents["nosplit"]) >= 80


@pytest.mark.slow
def test_no_floor_has_fallen():
    done = _gate()
    assert done.exit_code == 0, done.output
    assert "nosplit" in done.output


def test_a_fallen_floor_fails(tmp_path, monkeypatch):
    strict = {"it-clean": Floor(0.9, 0, 0)}
    gate.write_floors(tmp_path / "floors.json", strict)
    monkeypatch.setattr(gate, "FLOORS", tmp_path / "floors.json")
    done = _gate("--sets", "it-clean")
    assert done.exit_code == 1
    assert "it-clean: F1 0.0000, floor 0.900, short by 0.9000" in done.output
    assert _gate("--sets", "it-clean", "--raise").exit_code == 0
    assert gate.read_floors(tmp_path / "floors.json") == strict


def test_other_sets_are_only_shown(tmp_path):
    damage.write_set(
        tmp_path / "own", [(damage.Page("x", ["a line"]), damage.Page("x", ["aline"]))]
    )
    done = _gate("--data", str(tmp_path))
    assert done.exit_code == 0
    assert done.output.splitlines()[1].startswith("own ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--sets", "none-such"), "no set matches"),
        (("--raise", "--every", "2"), "floors stand under the whole sets"),
        (("--data", "none-such"), "does not exist"),
    ],
)
def test_wrong_usage(arguments, words):
    done = _gate(*arguments)
    assert done.exit_code == 2
    assert words in done.output


def test_floors_are_plain_json():
    rows = json.loads(gate.FLOORS.read_text("utf-8"))
    assert all(set(row) == {"f1", "false_splits", "false_joins"} for row in rows.values())


# Blocks of each half that come out right at least, and those at most that are found and wrong.
BLOCK_FLOORS = {"tuning": (30, 0), "held out": (26, 1)}


def test_every_half_of_the_blocks_has_a_floor():
    assert BLOCK_FLOORS.keys() == HALVES.keys()


@pytest.mark.parametrize("half", BLOCK_FLOORS)
def test_no_fewer_blocks_come_out_right(half):
    right = wrong = 0
    for case in read_block_cases(HALVES[half]):
        found = blocks_of(ingest.convert(case.text.encode(), name="case.txt").markdown)
        wanted = blocks_of(case.markdown)
        for kind in KINDS:
            right += (wanted[kind] & found[kind]).total()
            wrong += (found[kind] - wanted[kind]).total()
    least, most = BLOCK_FLOORS[half]
    assert right >= least
    assert wrong <= most
