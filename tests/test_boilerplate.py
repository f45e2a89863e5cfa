"""The table of boilerplate lines: its column of first characters says what its patterns match."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.data import rows

PATTERNS = [(first, pattern) for _, _, first, pattern in rows("boilerplate.tsv")]


def _begins(text):
    return "0" if text[0].isdecimal() else text[0].casefold()


@pytest.mark.parametrize(("first", "pattern"), PATTERNS)
def test_every_match_begins_as_the_table_says(first, pattern):
    seen = set()

    @given(st.from_regex(pattern, fullmatch=True))
    def check(text):
        seen.add(_begins(text))
        assert _begins(text) in first

    check()
    assert seen
