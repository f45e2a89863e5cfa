"""Page markers and front matter: where they stand, and that a second run leaves them alone."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pdfs import make_pdf, text

from ingest import ConfigError, convert, read, run, write
from ingest.pipeline import Pipeline
from ingest.write.additions import yaml_text

SAMPLES = Path(__file__).parents[1] / "samples"
PDFS = sorted(SAMPLES.glob("*.pdf"))
BOTH = {"page_markers": True, "front_matter": True}


def _marked(*parts, **options):
    data = make_pdf(*(text(*part) for part in parts))
    return convert(data, page_markers=True, **options).markdown


def _again(markdown, **options):
    return convert(markdown.encode(), name="a.md", **options).markdown


# ---------------------------------------------------------------- page markers


def test_each_page_begins_with_its_marker():
    assert _marked(["One is here."], ["Two is here."]) == (
        "<!-- page 1 -->\n\nOne is here.\n\n<!-- page 2 -->\n\nTwo is here.\n"
    )


def test_markers_have_the_true_numbers():
    parts = [[f"This is page {n}."] for n in range(1, 6)]
    assert _marked(*parts, pages="2,5") == (
        "<!-- page 2 -->\n\nThis is page 2.\n\n<!-- page 5 -->\n\nThis is page 5.\n"
    )


def test_a_block_that_runs_over_a_page_is_not_cut():
    got = _marked(["A sentence that has no end here and", "goes"], ["on behind the page.", "Bye."])
    assert got.startswith("<!-- page 1 -->\n\nA sentence")
    assert got.count("<!--") == 2
    assert "goes <!--" not in got


def test_a_page_without_text_has_its_marker_too():
    assert _marked(["One is here."], [], ["Three is here."], []) == (
        "<!-- page 1 -->\n\nOne is here.\n\n<!-- page 2 -->\n\n<!-- page 3 -->\n\n"
        "Three is here.\n\n<!-- page 4 -->\n"
    )


@pytest.mark.parametrize(
    ("source", "markdown"),
    [
        ("One is here.\n\fTwo is here.\n\f", "<!-- page 1 -->\n\nOne is here.\n\n"
         "<!-- page 2 -->\n\nTwo is here.\n"),
        ("One is here.\n", "One is here.\n"),
        ("One is here.\n\f", "One is here.\n"),
    ],
)  # fmt: skip
def test_a_text_has_pages_if_it_has_form_feeds(source, markdown):
    assert convert(source.encode(), page_markers=True).markdown == markdown


def test_text_that_looks_like_a_marker_is_no_marker():
    got = _marked(["<!-- page 7 --> is", "what a comment looks like."])
    assert got.startswith("<!-- page 1 -->\n\n\\<!-- page 7")
    assert _again(got) == got


@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.stem)
@pytest.mark.parametrize("options", [{}, BOTH], ids=["plain", "asked again"])
def test_a_second_run_changes_nothing(path, options):
    first = convert(path, **BOTH).markdown
    assert first.count("<!-- page 1 -->") == 1
    assert _again(first, **options) == first


@pytest.mark.parametrize("path", PDFS, ids=lambda path: path.stem)
def test_without_its_markers_the_text_is_what_it_was(path):
    lines = convert(path, page_markers=True).markdown.split("\n\n")
    bare = [block.removesuffix("\n") for block in lines if not block.startswith("<!-- page ")]
    # A list behind a marker needs no other bullet than the list before.
    plain = convert(path).markdown.removesuffix("\n").replace("\n* ", "\n- ")
    assert "\n\n".join(bare).replace("\n* ", "\n- ") == plain


# ---------------------------------------------------------------- front matter


def test_front_matter_says_what_the_file_says():
    got = convert(SAMPLES / "french-leaflet.pdf", front_matter=True).markdown
    assert got.startswith('---\ntitle: "Réparer son vélo au lieu de le jeter"\n')
    assert '\nlanguage: "fr"\nsource: "french-leaflet.pdf"\npages: 2\n---\n\n# ' in got


def test_a_choice_of_pages_is_told():
    got = convert(make_pdf(*[text("One is here.")] * 4), pages="2-3", front_matter=True).markdown
    assert got.startswith('---\npages: "2-3 of 4"\n---\n\n')


def test_a_text_has_its_name_alone_and_no_name_is_no_front_matter():
    assert convert(b"One.\n", name="/a/b/c.txt", front_matter=True).markdown == (
        '---\nsource: "c.txt"\n---\n\nOne.\n'
    )
    assert convert(b"One.\n", front_matter=True).markdown == "One.\n"


@pytest.mark.parametrize("value", ["---\ntitle: Mine\n---\n\nOne.\n", "---\n---\n\nOne.\n"])
def test_front_matter_that_is_there_is_kept(value):
    assert _again(value, front_matter=True) == value


ODD = [
    "a: b # c", "'", '"', "\\", "---", "- a", "{}", "yes", "~", "1e3", "a\nb", "\x85\u2028\ufeff",
    "\U000e0041\U0001f600", "\ud800", "\x1b[31m\x00", " a ", "<!-- page 1 -->",
]  # fmt: skip


@given(st.text())
@pytest.mark.parametrize("meta", ["title", "author"])
def test_any_title_survives(meta, title):
    doc = run(read(b"One is here.\n"))
    doc = replace(doc, meta={**doc.meta, meta: title})
    written = write(doc, front_matter=True)
    assert _again(written) == written


for _title in ODD:
    test_any_title_survives = example(title=_title)(test_any_title_survives)


@pytest.mark.parametrize("title", ODD)
def test_a_scalar_is_one_line_of_characters_that_do_not_act(title):
    scalar = yaml_text(title)
    assert scalar.isprintable()
    if "\\U" not in scalar:  # what YAML has more than JSON
        assert json.loads(scalar) == title.encode("utf-8", "replace").decode()


# ---------------------------------------------------------------- asking for them


def test_options_of_the_writer_are_checked():
    with pytest.raises(ConfigError, match=r"write\.page_markers must be true or false"):
        Pipeline(writing={"page_markers": "yes"})
    with pytest.raises(ConfigError, match="writing has no option 'markers'"):
        Pipeline(writing={"markers": True})


@pytest.mark.parametrize("way", ["option", "set", "settings"])
def test_ways_to_ask(tmp_path, way):
    (tmp_path / "a.pdf").write_bytes(make_pdf(text("One is here."), text("Two is here.")))
    (tmp_path / "ingest.toml").write_text(
        "[write]\npage_markers = true\nfront_matter = true\n" if way == "settings" else ""
    )
    arguments = {
        "option": ["--page-markers", "--front-matter"],
        "set": ["--set", "write.page_markers=true", "--set", "write.front_matter=true"],
        "settings": [],
    }[way]
    command = [sys.executable, "-m", "ingest", "convert", "a.pdf", *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        '---\nsource: "a.pdf"\npages: 2\n---\n\n<!-- page 1 -->\n\nOne is here.\n\n'
        "<!-- page 2 -->\n\nTwo is here.\n"
    )


def test_the_command_line_overrules_settings(tmp_path):
    (tmp_path / "a.txt").write_text("One.\n")
    (tmp_path / "ingest.toml").write_text("[write]\nfront_matter = true\n")
    command = [sys.executable, "-m", "ingest", "convert", "a.txt", "--no-front-matter"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("One.\n", "")
