"""Time grows with the length of the input and no faster, whatever the input."""

import gc
import random
import string
import time

import pytest

import ingest
from ingest.spacing.repair import repair_spacing
from ingest.stages import (
    build_blocks,
    build_lists,
    find_code,
    find_tables,
    find_underlines,
    set_off,
)

SMALL = 1_000  # characters; from here the text grows until reading it takes time to speak of
TIMES = 4  # the larger input is so many times the smaller
MOST_GROWTH = 8.0  # of the CPU time; twice what is linear, half of what is quadratic
LEAST_SECONDS = 0.05  # shorter times are noise
ENOUGH_SECONDS = 1.0  # longer ones are not measured again
BIG = 1_000_000  # characters
# CPU seconds for a big input: a few times what the slowest takes; quadratic time would be days.
MOST_SECONDS = 60


def _repeated(piece):
    return lambda size: [(piece * (size // len(piece) + 1))[:size]]


def _words(to_the_line):
    """Words that nobody knows."""

    def make(size):
        rng = random.Random(1)
        words = ["".join(rng.choices(string.ascii_lowercase, k=9)) for _ in range(size // 10)]
        return [" ".join(words[at : at + to_the_line]) for at in range(0, len(words), to_the_line)]

    return make


def _without_blanks(letters):
    """Lines of so many letters each, of words in ever new order."""

    def make(size):
        rng = random.Random(2)
        words = (SENTENCES + "muscle spine research patient window river morning").lower().split()
        text = "".join(w for w in rng.choices(words, k=size) if w.isalpha())[:size]
        return [text[at : at + letters] for at in range(0, size, letters)]

    return make


PROSE = "thecauseofthepaininthemusclewasnotfoundbyanyofthedoctorswhohadlookedforit"
SENTENCES = (
    "The cause of the pain in themuscle was not found.Nobody hadlooked for it, not even he. "
)
SHAPES = {
    "one letter": _repeated("a"),
    "a word over and over": _repeated("muscle"),
    "no blanks": _repeated(PROSE),
    "lines without blanks": _without_blanks(80),
    "paragraphs without blanks": _without_blanks(1_500),
    "German without blanks": _repeated("dieursachederschmerzenwurdeindenmuskelnnichtgefunden"),
    "capitals and small letters": _repeated("OfTheMuscle"),
    "letters with blanks": _repeated("a "),
    "torn words": _repeated("con fi rm the m uscle "),
    "stops": _repeated("A.b,"),
    "digits and letters": _repeated("4a"),
    "units": _repeated("24mg and 3muscles or"),
    "open": _repeated("("),
    "close": _repeated(")"),
    "open and close": _repeated("(a)b"),
    "quotes": _repeated("'a’"),
    "hyphens": _repeated("in-"),
    "slashes": _repeated("a/b."),
    "dots": _repeated("."),
    "addresses": _repeated("http://a.b/c@d.e,"),
    "underscores": _repeated("a_b"),
    "combining marks": _repeated("e\u0301"),
    "accents": _repeated("éàü"),
    "another script": _repeated("语言"),
    "prose in one line": _repeated(SENTENCES),
    "prose in lines": lambda size: [SENTENCES] * (size // len(SENTENCES)),
    "one letter to the line": lambda size: ["a"] * size,
    "unknown words": _words(12),
}
BIG_SHAPES = {
    **{s: SHAPES[s] for s in ("one letter", "letters with blanks", "stops", "open")},
    "digits and letters": SHAPES["digits and letters"],
    # 100,000 of them, in lines that are long enough to be told from prose at once.
    "unknown words in long lines": _words(20),
}


# Stages that look at the lines of text around a line.
STAGES = {
    "find_tables": (find_tables,),
    "find_underlines": (find_underlines,),
    "find_code": (find_code,),
    "set_off": (set_off,),
    "build_lists": (find_code, build_blocks, build_lists),
}
LINES = {
    "titles": "A title\n=======\n\n",
    "rows of signs": "===\n",
    "code in items": "- a\n\n      $ ls\n\n",
    "items in items, and what follows": "- a\n  - b\n    - c\n\n  d\n\n",
    "code and prose": "x = f(y);\nand so it went on for as long as they lived there\n",
    "two colons": "So::\n\n    ls -l\n\n",
    "columns": "a    1    b\n",
    "quotations": "> a\n>> b\n",
}
MOST_LINES = 40_000


def _seconds(lines):
    start = time.process_time()
    repair_spacing(lines)
    return time.process_time() - start


def _best(make, size, rounds=3):
    best = _seconds(make(size))
    for _ in range(rounds - 1):
        if best < ENOUGH_SECONDS:
            best = min(best, _seconds(make(size)))
    return best


def _smallest(make):
    """The least size, out of a few, whose reading takes long enough, and the seconds it takes."""
    size, seconds = SMALL, _best(make, SMALL)
    while seconds < LEAST_SECONDS and TIMES * TIMES * size < BIG:
        size *= TIMES
        seconds = _best(make, size)
    return size, max(LEAST_SECONDS, seconds)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_four_times_the_text_takes_less_than_eight_times_as_long(shape):
    make = SHAPES[shape]
    _seconds(make(SMALL // 10))  # dictionaries and what else comes with a first use
    size, small = _smallest(make)
    large = _best(make, TIMES * size)
    assert large < MOST_GROWTH * small, f"{small:.3f} s for {size} characters, then {large:.3f} s"


def _seconds_of(stages, text):
    doc = ingest.read(text.encode())
    gc.collect()
    gc.disable()  # it looks through what all other tests have left
    try:
        start = time.process_time()
        for stage in stages:
            doc = stage(doc)
        return time.process_time() - start
    finally:
        gc.enable()


@pytest.mark.slow
@pytest.mark.parametrize("shape", LINES)
@pytest.mark.parametrize("stage", STAGES)
def test_four_times_the_lines_take_less_than_eight_times_as_long(stage, shape):
    lines = SMALL
    small = _seconds_of(STAGES[stage], LINES[shape] * lines)
    while small < LEAST_SECONDS and TIMES * TIMES * lines < MOST_LINES:
        lines *= TIMES
        small = _seconds_of(STAGES[stage], LINES[shape] * lines)
    small = min(small, _seconds_of(STAGES[stage], LINES[shape] * lines))
    large = min(_seconds_of(STAGES[stage], LINES[shape] * TIMES * lines) for _ in range(3))
    assert large < MOST_GROWTH * max(LEAST_SECONDS, small), f"{small:.3f} s, then {large:.3f} s"


@pytest.mark.slow
@pytest.mark.parametrize("shape", BIG_SHAPES)
def test_a_megabyte_is_read_in_bounded_time(shape):
    assert _seconds(BIG_SHAPES[shape](BIG)) < MOST_SECONDS


def test_the_measure_sees_what_is_not_linear():
    def quadratic(size):
        start = time.process_time()
        sum(1 for a in range(size) for _ in range(a))
        return time.process_time() - start

    small = min(quadratic(SMALL) for _ in range(3))
    large = min(quadratic(TIMES * SMALL) for _ in range(3))
    assert large > MOST_GROWTH * small
