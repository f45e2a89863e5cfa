"""Finding, choosing, configuring and running stages."""

import inspect
from dataclasses import replace

import pytest

import ingest
from ingest import (
    DEFAULT,
    ConfigError,
    Document,
    InvariantError,
    Stage,
    StageError,
    convert,
    find,
    read,
    run,
    select,
)
from ingest.document import Line, Paragraph, edit_text
from ingest.pipeline import run_until_stable
from ingest.stages import build_blocks, find_headings, split_words

NAMES = [stage.name for stage in DEFAULT]
TEXT = b"It affects the quality of life.These spasms are common.\n"


# ---------------------------------------------------------------- the stages themselves


@pytest.mark.parametrize("stage", DEFAULT, ids=NAMES)
def test_a_stage_is_a_plain_documented_function(stage):
    assert stage.run.__name__ == stage.name
    assert getattr(ingest.stages, stage.name) is stage.run
    assert stage.summary.endswith(".")
    assert not stage.options
    first, *options = inspect.signature(stage.run).parameters.values()
    assert first.name == "doc"
    for option in options:
        assert option.kind is option.KEYWORD_ONLY
        assert option.default is not option.empty
        assert f"{option.name}:" in stage.run.__doc__
    assert [option.name for option in options] == list(stage.parameters)


def test_names_are_unique_and_in_the_order_of_the_data():
    assert len(set(NAMES)) == len(NAMES)
    assert NAMES.index("find_tables") == 0, "its columns are those of the source"
    assert NAMES.index("find_code") < NAMES.index("split_words")
    assert NAMES.index("build_blocks") < NAMES.index("find_headings")


def test_public_names_exist():
    assert all(hasattr(ingest, name) for name in ingest.__all__)
    assert len(set(ingest.__all__)) == len(ingest.__all__)
    assert ingest.__version__[0].isdigit()


# ---------------------------------------------------------------- find, using


@pytest.mark.parametrize("name", NAMES)
def test_find(name):
    assert find(name).name == name


@pytest.mark.parametrize("name", ["no_such_stage", "", "Split_Words"])
def test_find_names_those_that_exist(name):
    with pytest.raises(ConfigError, match="no stage") as caught:
        find(name)
    assert repr(name) in str(caught.value)
    assert all(known in str(caught.value) for known in NAMES)


def test_find_says_what_was_perhaps_meant():
    with pytest.raises(ConfigError, match="did you mean split_words"):
        find("split_word")


def test_using_leaves_the_stage_as_it_was():
    stage = find("split_words")
    strict = stage.using(min_confidence=0.99)
    assert (dict(stage.options), dict(strict.options)) == ({}, {"min_confidence": 0.99})
    assert strict.using(min_confidence=1).options == {"min_confidence": 1}


@pytest.mark.parametrize(
    ("stage", "options", "message"),
    [
        ("split_words", {"min": 1.0}, "split_words has no option 'min'; it takes: min_confidence"),
        ("build_blocks", {"x": 1}, "build_blocks has no option 'x'; it takes: "),
        ("split_words", {"min_confidence": "high"}, "min_confidence must be a number, not 'high'"),
        ("split_words", {"min_confidence": True}, "min_confidence must be a number, not True"),
        ("drop_furniture", {"keep": 1}, "drop_furniture.keep must be true or false, not 1"),
        (
            "drop_furniture",
            {"keep": "true"},
            "drop_furniture.keep must be true or false, not 'true'",
        ),
    ],
)
def test_using_refuses(stage, options, message):
    with pytest.raises(ConfigError) as caught:
        find(stage).using(**options)
    assert message in str(caught.value)


# ---------------------------------------------------------------- select


def _names(**choice):
    return [stage.name for stage in select(**choice)]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ({}, NAMES),
        ({"only": ["split_words"]}, ["split_words"]),
        ({"only": ["split_words", "repair_encoding"]}, ["split_words", "repair_encoding"]),
        ({"skip": NAMES[1:]}, NAMES[:1]),
        ({"stop_after": "split_words"}, NAMES[: NAMES.index("split_words") + 1]),
        (
            {"stop_after": "split_words", "skip": ["split_words"]},
            NAMES[: NAMES.index("split_words")],
        ),
        ({"only": NAMES[:3], "stop_after": NAMES[1], "skip": NAMES[:1]}, NAMES[1:2]),
    ],
)
def test_select(choice, names):
    assert _names(**choice) == names


def test_select_sets_options():
    chosen = select(options={"drop_furniture": {"keep": True}})
    assert [dict(stage.options) for stage in chosen if stage.options] == [{"keep": True}]


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ({"only": ["nonsense"]}, "no stage 'nonsense'"),
        ({"skip": ["nonsense"]}, "no stage 'nonsense'"),
        ({"stop_after": "nonsense"}, "no stage 'nonsense'"),
        ({"options": {"nonsense": {}}}, "no stage 'nonsense'"),
        ({"options": {"split_words": {"x": 1}}}, "split_words has no option 'x'"),
        ({"only": ["split_words"], "stop_after": "mark_links"}, "cannot stop after mark_links"),
    ],
)
def test_select_refuses(choice, message):
    with pytest.raises(ConfigError) as caught:
        select(**choice)
    assert message in str(caught.value)


# ---------------------------------------------------------------- run


def test_run_is_the_stages_one_after_the_other():
    doc = read(TEXT)
    by_hand = doc
    for stage in DEFAULT:
        by_hand = stage.run(by_hand)
    assert run(doc) == by_hand
    assert run(doc, [split_words]) == split_words(doc)
    assert run(doc, []) is doc


def test_options_reach_the_stage():
    doc = read(TEXT)
    assert run(doc, [find("split_words")]).children != doc.children
    assert run(doc, [find("split_words").using(min_confidence=1.0)]).children is doc.children


@pytest.mark.parametrize(
    "stages",
    [
        [build_blocks, find("find_headings"), find("drop_furniture")],
        [find("mark_links"), find("build_blocks")],
    ],
)
def test_stages_in_the_wrong_order_are_refused_before_they_start(stages):
    seen = []
    spy = Stage("spy", lambda doc: seen.append(doc) or doc)
    with pytest.raises(ConfigError, match=r"needs lines: run it before"):
        run(read(TEXT), [spy, *stages])
    assert not seen


def test_a_bare_function_may_stand_anywhere():
    def shout(doc: Document) -> Document:
        """Make it loud."""
        return doc

    assert run(read(TEXT), [shout, build_blocks, shout, find_headings, shout]).children


class _BoomError(Exception):
    pass


def _boom(doc):
    raise _BoomError("no luck")


def test_what_a_stage_raises_is_carried_along():
    with pytest.raises(StageError, match=r"stage _boom failed \(_BoomError: no luck\)") as caught:
        convert(TEXT, [_boom], name="a.txt")
    assert caught.value.stage == "_boom"
    assert isinstance(caught.value.__cause__, _BoomError)
    assert str(caught.value).startswith("a.txt: ")
    assert "--skip _boom" in str(caught.value)


def test_our_own_errors_pass_through():
    def refuse(doc):
        raise ConfigError("as it is")

    with pytest.raises(ConfigError, match=r"^as it is$"):
        run(read(TEXT), [refuse])


@pytest.mark.parametrize("result", [None, "text", ()])
def test_a_stage_that_gives_no_document_is_named(result):
    with pytest.raises(StageError, match=f"odd returned {type(result).__name__}") as caught:
        run(read(TEXT), [Stage("odd", lambda doc: result)])
    assert caught.value.stage == "odd"


# ---------------------------------------------------------------- what a bad stage cannot do


def _forget(doc):
    return replace(doc, children=())


def _alter(doc):
    return replace(doc, children=tuple(replace(n, value=n.value + "!") for n in doc.children))


@pytest.mark.parametrize("stage", [_forget, _alter])
def test_a_stage_that_changes_text_in_secret_is_found(stage):
    stages = [
        Stage("secret", lambda doc: stage(doc) if doc.children == read(TEXT).children else doc)
    ]
    with pytest.raises(InvariantError, match="report"):
        convert(TEXT, stages)


def test_a_stage_that_never_rests_is_found():
    def grow(doc):
        return edit_text(doc, "grow", lambda _: [ingest.Change(0, 0, "a", "grow", 1.0)])

    with pytest.raises(InvariantError, match=r"still changing after"):
        run_until_stable(read(TEXT), [grow])


def test_lines_that_are_left_over_are_a_message():
    result = convert(TEXT, [split_words])
    assert [m.text for m in result.document.messages if m.stage == "write"] == [
        "1 lines were written as paragraphs: no blocks were built"
    ]
    assert not [m for m in convert(TEXT).document.messages if m.stage == "write"]


# ---------------------------------------------------------------- stages of other packages

STAGE_OF_OTHERS = '''
from ingest import Change, Stage, edit_text

def shout(doc, *, mark: str = "!"):
    """Make every line loud."""
    def propose(text):
        return [] if text.endswith(mark) else [Change(len(text), len(text), mark, "shout", 1.0)]
    return edit_text(doc, "shout", propose)

late = Stage("late", shout, needs="blocks")
'''


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A distribution that offers two stages and one that cannot be loaded."""
    (tmp_path / "loud_stages.py").write_text(STAGE_OF_OTHERS)
    info = tmp_path / "loud_stages-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: loud-stages\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[ingest.stages]\nshout = loud_stages:shout\nlate = loud_stages:late\n"
        "gone = loud_stages:gone\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("installed")
def test_a_stage_of_another_package_runs_when_it_is_named():
    assert "!" not in convert(TEXT).markdown
    stage = find("shout")
    assert (stage.needs, list(stage.parameters)) == ("any", ["mark"])
    assert convert(TEXT, [*DEFAULT, stage]).markdown.endswith("common.!\n")
    assert (
        convert(TEXT, select(only=["shout"], options={"shout": {"mark": "?"}})).markdown[-2] == "?"
    )


@pytest.mark.usefixtures("installed")
def test_a_stage_of_another_package_may_say_what_it_needs():
    assert find("late").needs == "blocks"
    with pytest.raises(ConfigError, match="needs lines"):
        run(read(TEXT), [find("late"), *DEFAULT])


@pytest.mark.usefixtures("installed")
def test_stages_of_other_packages_are_named_among_those_that_exist():
    with pytest.raises(ConfigError, match=r"mark_links, .*shout"):
        find("whisper")


@pytest.mark.usefixtures("installed")
def test_a_stage_that_cannot_be_loaded_is_a_config_error():
    with pytest.raises(ConfigError, match="gone"):
        find("gone")


def test_documents_are_told_apart_by_what_they_hold():
    lines, blocks = read(TEXT), build_blocks(read(TEXT))
    assert isinstance(lines.children[0], Line)
    assert isinstance(blocks.children[0], Paragraph)
    assert build_blocks(blocks) is blocks
