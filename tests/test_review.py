"""The review page: what it is told of a document, and that what it shows stays text."""

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from conversions import converted

from ingest import convert, read
from ingest.cli import main
from ingest.decisions import Decisions
from ingest.review import facts as told
from ingest.review.facts import facts_of, form_of, place_edits
from ingest.review.rendered import render

pytest.importorskip("jinja2", reason="Jinja2 is not installed (extra `review`)")

from ingest.review.page import Entry, inert, review_page, visible

ROOT = Path(__file__).parents[1]
BAD = Path(__file__).parent / "data" / "bad"
JOINED = b"It affects the quality of life.These spasms are common and reduce themuscle tension.\n"
HOSTILE = """\
A title </script><script>document.title = "owned"</script> {{ 7 * 7 }} {% raw %}

It affects the quality of life.These spasms <img src="x" onerror="alert(1)"> are common.And also
the javascript:alert(1) of http://evil.example/x?y=1 and data:text/html,<b>x</b> stands here.Then

<style>body { display: none }</style> url(http://evil.example/a.png) ends.Now \u202eright to left
on.Fine "quotes' & \u2028 others \ufdd0\ufde0\ufdd1go\ufdd2 on.Yes --></title><svg/onload=alert(1)>
""".encode()


def _facts(data, name="a.txt", pictures=0):
    return facts_of(read(data, name=name), convert(data, name=name), data=data, pictures=pictures)


def _page(data, name="a.txt", pictures=0):
    entry = Entry(name, "converted", sha256="a" * 64, facts=_facts(data, name, pictures))
    return review_page([entry], Decisions())


class _Elements(HTMLParser):
    """Every element of a page with its attributes, and the text outside of scripts and styles."""

    def __init__(self, html):
        super().__init__()
        self.found, self.text = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        if self.found[-1:] and self.found[-1][0] not in {"script", "style"}:
            self.text.append(data)


# ---------------------------------------------------------------- what is told of a document


@pytest.mark.parametrize(
    ("text", "forms"),
    [
        ("In life.These are common.", {("life.These", "life. These")}),
        ("Reduce (themuscle) tension.", {("themuscle", "the muscle")}),
        # one word is no plain damage
        ("A word on ReducingMuscleTension in the body.", set()),
        ("It helps with con fi rm ation.", {("con fi rm ation", "confirmation")}),
        ("Nothing is wrong here.", set()),
    ],
)
def test_the_words_that_an_edit_concerns(text, forms):
    doc = convert(text.encode(), name="a.txt").document
    assert {form_of(p) for p in place_edits(doc) if p.edit.applied} == forms


def test_a_text_without_blanks_has_no_words_to_decide_upon():
    text = "thisisatextwithoutanyblanksinitandnobodywantsitseverywordeverywhere" * 2
    doc = convert(text.encode(), name="a.txt").document
    found = [form_of(p) for p in place_edits(doc)]
    assert found
    assert set(found) == {None}


def test_an_edit_is_told_once_though_every_pass_proposes_it():
    facts = _facts((ROOT / "samples" / "001_1452d62bafd559db.txt").read_bytes())
    keys = [(tuple(e["key"][:2]), tuple(e["key"][2:]), e["made"]) for e in facts["edits"]]
    assert len(keys) == len(set(keys))


def test_only_edits_that_stand_alone_can_be_decided_upon():
    doc = converted((ROOT / "samples" / "seed-tables.pdf").read_bytes(), name="s.pdf").document
    stages = {e.stage for e in doc.edits if told.is_decidable(e)}
    assert "build_tables" not in stages
    assert "build_blocks" in stages


def test_doubtful_edits_come_first():
    html = _page((ROOT / "samples" / "001_1452d62bafd559db.txt").read_bytes())
    shown = [a for t, a in _Elements(html).found if t == "li" and a.get("class") == "edit"]
    doubts = [abs(float(a["data-c"]) - 0.5) for a in shown if "data-open" in a]
    assert len(doubts) > 20
    assert doubts == sorted(doubts)


def test_pictures_are_of_repaired_lines_and_no_more_than_asked_for():
    data = (ROOT / "samples" / "two-columns.pdf").read_bytes()
    facts = _facts(data, "t.pdf", pictures=5)
    shown = [e for e in facts["edits"] if e["picture"] is not None]
    assert len(facts["pictures"]) == 5
    assert len(shown) >= 5
    assert all(e["decidable"] for e in shown)
    for picture in facts["pictures"]:
        assert 0 < picture["width"] <= 612
        assert 0 < picture["height"] < 80
        assert len(picture["png"]) < 30_000
    assert _facts(data, "t.pdf", pictures=0)["pictures"] == []


# ---------------------------------------------------------------- the Markdown as it will look


def test_each_edit_is_marked_in_the_markdown():
    html = _facts(JOINED)["html"]
    assert re.findall(r'href="#e(\d+)"', html) == ["0", "1"]
    assert "life.<a" in html
    assert "<ins> </ins></a>These" in html


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        (
            '[a](http://b.example/ "t")',
            '<p><span class="link" title="http://b.example/">a</span></p>',
        ),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>"),
        (
            "![a <b>](http://b.example/p.png)",
            '<p><span class="image">image: a &lt;b&gt;</span></p>',
        ),
        ("<script>x</script>", "<p>&lt;script&gt;x&lt;/script&gt;</p>"),
        ("# a", '<h3 class="depth1">a</h3>'),
        ('```x"y\n<b>\n```', '<pre><code class="language-x&quot;y">&lt;b&gt;\n</code></pre>'),
    ],
)
def test_rendered_markdown_is_inert(markdown, html):
    assert render(markdown, {}).strip() == html


def test_tables_keep_their_sides_without_style():
    html = render("| a | b |\n| :- | -: |\n| c | d |\n", {})
    assert "style" not in html
    assert '<td class="right">d</td>' in html


# ---------------------------------------------------------------- the page


def test_text_of_a_document_stays_text():
    page = _page(HOSTILE, name='a</title><script>alert("name")</script>.txt')
    elements = _Elements(page)
    scripts = [a for t, a in elements.found if t == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}, {}]
    assert [t for t, _ in elements.found if t in {"iframe", "link", "object", "form"}] == ["form"]
    assert not [a for _, a in elements.found if any(n.startswith("on") for n in a)]
    assert not [a for t, a in elements.found if t == "a" and not a["href"].startswith("#")]
    assert all(a["src"].startswith("data:image/png;") for t, a in elements.found if t == "img")
    text = "".join(elements.text)
    assert "{{ 7 * 7 }} {% raw %}" in text
    assert "\u202e" not in text
    assert "\u2028" not in text


def test_the_policy_allows_this_style_and_script_alone():
    page = _page(JOINED)
    (policy,) = [
        a["content"]
        for t, a in _Elements(page).found
        if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert "default-src 'none'" in policy
    assert policy.count("'sha256-") == 2
    assert "unsafe" not in policy
    assert not re.search(r"https?://", page.replace("http://www.w3.org", ""))


def test_the_data_of_the_page_cannot_end_its_element():
    data = re.search(r'id="data">(.*?)</script>', _page(HOSTILE), re.DOTALL)[1]
    assert "<" not in data
    (document,) = json.loads(data)["documents"]
    assert (document["name"], document["sha256"]) == ("a.txt", "a" * 64)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "a␣b"),
        ("-\n", "-⏎"),
        ("\u202ex\u200b", "⟨U+202E⟩x⟨U+200B⟩"),
        ("café שלום 漢字 🏴", "café␣שלום␣漢字␣🏴"),
    ],
)
def test_what_comes_and_goes_can_be_seen(text, shown):
    assert visible(text) == shown


def test_plain_text_is_shown_as_it_is():
    assert inert("A plain café, and no more.\n") == "A plain café, and no more.\n"


# ---------------------------------------------------------------- the command


def _ingest(*arguments):
    return CliRunner().invoke(main, [str(a) for a in arguments])


def test_a_bad_file_is_a_row_of_the_page(tmp_path):
    good, bad, page = tmp_path / "good.txt", tmp_path / "bad.pdf", tmp_path / "r.html"
    good.write_bytes(JOINED)
    bad.write_bytes(b"%PDF-1.4 nothing")
    done = _ingest("review", good, bad, "-o", page)
    assert done.exit_code == 1
    assert "bad.pdf" in done.stderr
    html = page.read_text()
    assert 'class="failed"' in html
    assert "damaged PDF" in html
    papers = html.split('class="papers"')[1].split("</section>")[0]
    assert "themuscle" not in papers  # the good one is there, repaired
    assert "muscle tension" in papers


def test_the_same_inputs_give_the_same_page(tmp_path):
    source, one, two = tmp_path / "a.txt", tmp_path / "1.html", tmp_path / "2.html"
    source.write_bytes(JOINED)
    for page in (one, two):
        assert _ingest("review", source, "-o", page).exit_code == 0
    assert one.read_bytes() == two.read_bytes()


def test_a_document_whose_pages_cannot_be_drawn_is_shown_without_pictures(tmp_path, monkeypatch):
    from ingest.batch import Limits, Outcome, plan
    from ingest.pipeline import Pipeline
    from ingest.review import report

    asked = []

    def convert_jobs(jobs, pipeline, limits, *, workers, review):
        asked.append(([job.name for job in jobs], review > 0))
        for job in jobs:
            fails = review and job.name == "b.pdf"
            yield job, Outcome(kind="crash" if fails else "", reason="died" if fails else "")

    monkeypatch.setattr(report, "convert_jobs", convert_jobs)
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"")
    jobs = plan([tmp_path / "a.pdf", tmp_path / "b.pdf"])
    entries = report.make_report(jobs, Pipeline(), tmp_path / "r.html", limits=Limits())
    assert asked == [(["a.pdf", "b.pdf"], True), (["b.pdf"], False)]
    assert [entry.reason for entry in entries] == ["", ""]


def test_a_file_that_pdfium_does_not_open_has_no_pictures():
    from ingest.document import BBox
    from ingest.review.pictures import cut_lines

    box = (1, BBox(10, 10, 100, 20))
    assert list(cut_lines(b"%PDF-1.4 nothing", [box])) == []
    data = (ROOT / "samples" / "lost-spaces.pdf").read_bytes()
    assert list(cut_lines(data, [(99, box[1])])) == []
    assert list(cut_lines(data, [(1, BBox(9000, 10, 9100, 20))])) == []
    assert len(list(cut_lines(data, [box]))) == 1


def test_images_can_be_left_out(tmp_path):
    page = tmp_path / "r.html"
    pdf = ROOT / "samples" / "lost-spaces.pdf"
    assert _ingest("review", pdf, "-o", page).exit_code == 0
    assert "<img" in page.read_text()
    assert _ingest("review", pdf, "-o", page, "--images", "none").exit_code == 0
    assert "<img" not in page.read_text()


def test_a_missing_extra_prints_how_to_install_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    source = tmp_path / "a.txt"
    source.write_bytes(JOINED)
    done = _ingest("review", source, "-o", tmp_path / "r.html")
    assert done.exit_code == 2
    assert 'pip install "ingest-md[review]"' in done.stderr
