"""Time grows as the text does, whatever the text is."""

import contextlib
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
