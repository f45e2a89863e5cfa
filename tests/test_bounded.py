"""What pdfplumber reads in this process is bounded, by steps: the same on every machine."""

import subprocess
import sys
from pathlib import Path

import pytest
from bombs import itself, laughs, sound
from pdfs import make_pdf, text

from ingest.read.bounded import GLYPH_STEPS, STEPS_MAX, BoundedPdf, TooManyStepsError
from ingest.read.plumber import PlumberFile

SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*.pdf"))
FEW = 20_000  # steps
SHARE = 8  # a sample takes no more than one part in so many of what is allowed


def _catalogue_itself():
    return itself().replace(
        b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>", b"1 0 obj\n1 0 R" + b" " * 24
    )


def _information_itself():
    return sound().replace(b"/Root 1 0 R", b"/Root 1 0 R/Info<</Title 9 0 R>>")


def _read(data, steps=FEW):
    pdf = BoundedPdf(data, steps=steps)
    for page in pdf.pages:
        pdf.lay_out(page)
    return pdf


@pytest.mark.parametrize(
    "make", [itself, laughs, _catalogue_itself], ids=lambda make: make.__name__
)
def test_what_never_ends_is_refused(make):
    with pytest.raises(Exception, match="steps to read") as caught:
        _read(make())
    assert "steps" in str(caught.value)


def test_glyphs_count_as_more_than_operands():
    page = make_pdf(text("m" * 1000))
    _read(page)
    with pytest.raises(TooManyStepsError):
        _read(page, 1000 * GLYPH_STEPS - 1)


def test_each_page_has_its_own_steps():
    page = text("m" * 1000)
    pdf = _read(make_pdf(*[page] * 3))
    assert [len(page.chars) for page in pdf.pages] == [1000] * 3


def test_metadata_is_not_even_looked_at():
    assert len(_read(_information_itself()).pages) == 1


def test_a_page_of_too_many_steps_is_told_and_the_next_is_read():
    file = PlumberFile(make_pdf(text("m" * 200_000), text("a word")), name="x")
    first, second = file.page(1), file.page(2)
    assert "steps" in first.error
    assert "".join(glyph.text for glyph in second.glyphs) == "aword"


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_sound_files_take_few_steps(path):
    _read(path.read_bytes(), STEPS_MAX // SHARE)


def test_a_conversion_without_a_worker_ends(tmp_path):
    path = tmp_path / "itself.pdf"
    path.write_bytes(itself())
    code = f"import ingest; ingest.convert({str(path)!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert "NoTextError" in done.stderr
