"""Time grows as the text does, whatever the text is."""

import contextlib
import sys
import time

import pytest

import ingest
from bench.hostile import GENERATORS

SMALL, LARGE = 15_000, 60_000  # characters
MOST = 8.0  # times the CPU for four times the text; what is quadratic takes 16
FLOOR = 0.05  # seconds of CPU below which the clock is measured


def _seconds(text):
    start = time.process_time()
    with contextlib.suppress(ingest.NoTextError):
        ingest.convert(text.encode("utf-8", "surrogatepass"))
    return time.process_time() - start


def _growth(make):
    small, large = (min(_seconds(make(size)) for _ in range(2)) for size in (SMALL, LARGE))
    return large / max(small, FLOOR)


@pytest.mark.slow
@pytest.mark.parametrize("name", GENERATORS)
def test_four_times_the_text_costs_no_more_than_eight_times_the_time(name):
    make = GENERATORS[name]
    growth = _growth(make)
    if growth > MOST:  # the code, or the machine?
        growth = min(growth, _growth(make))
    assert growth <= MOST


def _calls(text):
    """Calls and returns of functions in a conversion: the same on every machine."""
    calls = 0

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        ingest.convert(text.encode())
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize(
    "name",
    [
        "numbered headings",
        "bullets",
        pytest.param("numbers", marks=pytest.mark.slow),
        pytest.param("letters as numbers", marks=pytest.mark.slow),
        pytest.param("running heads", marks=pytest.mark.slow),
    ],
)
def test_eight_times_the_text_makes_no_more_than_nine_times_the_calls(name):
    make = GENERATORS[name]
    ingest.convert(make(1_000).encode())  # word lists, and what else comes with a first use
    assert _calls(make(24_000)) < 9 * _calls(make(3_000))
