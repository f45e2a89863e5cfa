"""The packed table of words: it knows what a dict would know, in a sixth of the memory."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.spacing.lexicon import DATA, MOST_WORDS, Lexicon, load_table
from ingest.spacing.packed import BLOCK, PackedTable

WORDS = st.text(st.characters(min_codepoint=ord("'"), max_codepoint=0x17F), min_size=1, max_size=28)
MOST_MB = 20.0  # of the tables of four languages


def _packed(costs: dict[str, int]) -> PackedTable:
    words = sorted(costs)
    return PackedTable("\n".join(words).encode(), bytes(costs[word] for word in words))


@given(st.dictionaries(WORDS, st.integers(0, 255), min_size=1, max_size=120), st.lists(WORDS))
def test_a_packed_table_answers_as_a_dict(costs: dict[str, int], others: list[str]) -> None:
    table = _packed(costs)
    for word in (*costs, *others, *(word[:-1] for word in costs), *(word + "a" for word in costs)):
        assert table.level(word) == costs.get(word)


def test_words_are_found_in_every_block() -> None:
    costs = {f"word{number:05}": number % 256 for number in range(BLOCK)}
    table = _packed(costs)
    assert [table.level(word) for word in costs] == list(costs.values())


@pytest.mark.parametrize("word", ["", "a", "zz", "mm", "m", "\ud800"])
def test_words_that_are_not_there(word: str) -> None:
    assert _packed({"b": 1, "mmm": 2, "z": 3}).level(word) is None


def test_a_lexicon_forgets_words_beyond_its_bound_and_answers_the_same() -> None:
    lexicon = Lexicon(("en",))
    before = lexicon.listed("water")
    for number in range(MOST_WORDS + 1):
        lexicon.listed(f"w{number}")
    assert len(lexicon.words) <= MOST_WORDS
    assert lexicon.listed("water") == before is not None


def test_four_languages_fit_in_little_memory() -> None:
    tracemalloc.start(1)
    tables = [load_table.__wrapped__(DATA / f"{name}.lex") for name in ("en", "de", "fr", "es")]
    used = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert len(tables) == len(("en", "de", "fr", "es"))
    assert used / 1e6 < MOST_MB
