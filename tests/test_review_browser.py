"""The review page in a real browser: it works from a file, asks nobody, and lets nothing act."""

import json
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_review import HOSTILE, JOINED

from ingest.cli import main
from ingest.decisions import Decisions
from ingest.review.page import Entry, review_page

pytestmark = pytest.mark.browser

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed (extra `browser`)"
)

ROOT = Path(__file__).parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser():
    path = os.environ.get("INGEST_BROWSER") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)}, and INGEST_BROWSER is not set")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def opened(browser):
    """Opens a page; at the end it has asked for nothing but itself, and there was no error."""
    asked, errors, contexts = [], [], []

    def open_page(path, **options):
        context = browser.new_context(viewport={"width": 1400, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: asked.append(r.url))
        page.on("console", lambda m: errors.append(m.text))
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("dialog", lambda d: errors.append(f"dialog: {d.message}"))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors
    outside = [url for url in asked if not url.startswith(("file:", "data:image/png", "blob:"))]
    assert not outside


def _review(folder, *inputs, decisions=None):
    page = folder / "review.html"
    options = ("--decisions", decisions) if decisions else ()
    done = CliRunner().invoke(main, ["review", *map(str, (*inputs, "-o", page, *options))])
    assert done.exit_code == 0, done.output
    return page


def _shown(page):
    return page.locator("#edits > .edit:visible").count()


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    folder = tmp_path_factory.mktemp("samples")
    names = ("001_1452d62bafd559db.txt", "lost-spaces.pdf", "french-leaflet.pdf")
    return _review(folder, *(ROOT / "samples" / name for name in names))


# ---------------------------------------------------------------- filters and keys


def test_filters_show_what_they_say(opened, samples):
    page = opened(samples)
    everything = _shown(page)
    assert everything > 100
    page.select_option("#by-rule", "split_words/stop")
    rules = page.locator("#edits > .edit:visible .rule").all_text_contents()
    assert rules
    assert set(rules) == {"stop"}
    page.select_option("#by-rule", "")
    page.select_option("#by-document", label="french-leaflet.pdf")
    assert 0 < _shown(page) < everything
    page.select_option("#by-document", "")
    page.select_option("#by-confidence", "0.5,0.8")
    sure = page.locator("#edits > .edit:visible .conf").all_text_contents()
    assert sure
    assert all(0.5 <= float(text) < 0.8 for text in sure)
    page.select_option("#by-confidence", "0,1")
    page.fill("#by-text", "no such text anywhere")
    assert _shown(page) == 0
    assert page.locator("#nothing").is_visible()
    page.fill("#by-text", "")
    page.select_option("#by-state", "told")
    assert page.locator("#edits > .edit:visible .acts button").count() == 0
    assert _shown(page) > 0


def test_keys_go_through_the_edits(opened, samples):
    page = opened(samples)
    ids = [item.get_attribute("id") for item in page.locator("#edits > .edit:visible").all()[:4]]

    def now():
        return page.locator(".edit.now").get_attribute("id")

    assert now() == ids[0]
    page.keyboard.press("j")
    assert now() == ids[1]
    assert page.evaluate("document.activeElement.id") == ids[1]
    page.keyboard.press("k")
    assert now() == ids[0]
    page.keyboard.press("a")
    assert now() == ids[1]
    page.keyboard.press("r")
    assert now() == ids[2]
    assert page.locator("#done").inner_text() == "2"
    assert page.locator(f"#{ids[0]} .state").inner_text() == "accepted"
    assert page.locator(f"#{ids[1]} .state").inner_text() == "rejected"
    page.keyboard.press("u")
    assert page.locator("#done").inner_text() == "1"
    page.keyboard.press("?")
    assert page.locator("#help").is_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.keyboard.type("jar")  # letters, not commands
    assert page.locator("#by-text").input_value() == "jar"
    assert page.locator("#done").inner_text() == "1"


def test_focus_can_be_seen(opened, samples):
    page = opened(samples)
    page.keyboard.press("Tab")
    page.keyboard.press("j")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_never_decides_every_edit_of_that_word(opened, tmp_path):
    source = tmp_path / "a.txt"
    source.write_bytes(JOINED + b"\n" + JOINED.replace(b"common", b"harmless"))
    page = opened(_review(tmp_path, source))
    edits = page.locator("[data-rule='split_words/joined-words']")
    assert edits.count() == 2
    edits.first.locator("[data-do=never]").click()
    assert page.locator("#done").inner_text() == "2"
    assert edits.nth(1).locator(".state").text_content() == "never"
    assert "themuscle stays" in page.locator("#words").inner_text()
    page.locator("#words button").click()
    assert page.locator("#done").inner_text() == "0"


def test_a_mark_in_the_text_leads_to_its_edit(opened, samples):
    page = opened(samples)
    mark = page.locator(".paper.now .mark.made").nth(3)
    number = mark.get_attribute("data-e")
    mark.click()
    assert page.locator(".edit.now").get_attribute("data-e") == number


# ---------------------------------------------------------------- there and back


def test_what_is_decided_in_the_page_is_what_convert_does(opened, tmp_path):
    source, out, file = tmp_path / "a.txt", tmp_path / "out", tmp_path / "decisions.json"
    source.write_bytes(JOINED)
    page = opened(_review(tmp_path, source), accept_downloads=True)
    page.select_option("#by-rule", "split_words/stop")
    page.keyboard.press("Escape")
    page.locator(".edit:visible [data-do=reject]").click()
    page.select_option("#by-rule", "split_words/joined-words")
    page.locator(".edit:visible [data-do=always]").click()
    with page.expect_download() as saved:
        page.click("#save")
    assert saved.value.suggested_filename == "decisions.json"
    saved.value.save_as(file)
    value = json.loads(file.read_text())
    assert value["always"] == [{"before": "themuscle", "after": "the muscle"}]
    done = CliRunner().invoke(
        main, ["convert", str(source), "-o", str(out), "--edits", "--decisions", str(file)]
    )
    assert done.exit_code == 0, done.output
    assert (out / "a.md").read_text().strip() == (
        "It affects the quality of life.These spasms are common and reduce the muscle tension."
    )
    edits = [json.loads(line) for line in (out / "a.edits.jsonl").read_text().splitlines()]
    rejected = next(e for e in edits if e["rule"] == "stop")
    assert (rejected["applied"], rejected["confidence"]) == (False, 1.0)
    assert "person" in rejected["why"]
    # The next review shows what was decided, and saves the same.
    page = opened(_review(tmp_path, source, decisions=file), accept_downloads=True)
    page.select_option("#by-state", "reject")
    assert page.locator(".edit:visible .rule").all_inner_texts() == ["stop"]
    assert "themuscle" in page.locator("#words").inner_text()
    with page.expect_download() as saved:
        page.keyboard.press("s")
    assert json.loads(Path(saved.value.path()).read_text()) == value


def test_decisions_outlive_a_reload(opened, samples):
    page = opened(samples)
    page.keyboard.press("a")
    page.reload()
    assert page.locator("#done").inner_text() == "1"


# ---------------------------------------------------------------- hostile text


def test_hostile_text_stays_text(opened, tmp_path):
    source = tmp_path / "</script><img src=x onerror=alert(1)>.txt".replace("/", "\u2215")
    source.write_bytes(HOSTILE)
    page = opened(_review(tmp_path, source))
    assert page.title() == "Review of 1 document"
    assert page.locator("h1").is_visible()
    assert page.locator("script").count() == 2
    assert page.locator("style").count() == 1
    assert page.locator("img:not([src^='data:image/png'])").count() == 0
    assert page.locator("a[href]:not([href^='#'])").count() == 0
    assert "</script>" in page.locator(".papers").inner_text()
    page.keyboard.press("j")
    page.keyboard.press("a")
    assert page.locator("#done").inner_text() == "1"


def test_the_policy_refuses_what_got_in_anyway(browser, tmp_path):
    path = tmp_path / "r.html"
    html = review_page([Entry("a.txt", "failed", "a reason")], Decisions())
    path.write_text(html.replace("</main>", "<script>document.title = 'owned'</script></main>"))
    page = browser.new_page()
    refused = []
    page.on("console", lambda m: refused.append(m.text))
    page.goto(path.as_uri())
    assert page.title() == "Review of 1 document"
    assert any("Content Security Policy" in text for text in refused)
    page.close()


# ---------------------------------------------------------------- for everybody


def _axe():
    """The text of axe-core: of `INGEST_AXE`, or of the Python package that brings it along."""
    if path := os.environ.get("INGEST_AXE"):
        return Path(path).read_text(encoding="utf-8")
    package = pytest.importorskip(
        "axe_playwright_python", reason="no axe-core: INGEST_AXE is not set (extra `browser`)"
    )
    (path,) = Path(package.__file__).parent.rglob("axe.min.js")
    return path.read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
def test_axe_finds_no_serious_fault(browser, tmp_path, scheme, width):
    axe = _axe()
    source = tmp_path / "a.txt"
    source.write_bytes(JOINED)
    path = _review(tmp_path, source, ROOT / "samples" / "stated-outline.pdf")
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True
    )
    page = context.new_page()
    page.goto(path.as_uri())
    if page.locator("#filters").is_visible():
        page.click("#filters")
    page.select_option("#by-state", "all")
    page.locator("h1").click()
    for key in "arj":
        page.keyboard.press(key)
    page.evaluate(axe)
    found = page.evaluate("async () => (await axe.run()).violations")
    context.close()
    faults = [(f["id"], f["nodes"][0]["html"][:200]) for f in found if f["impact"] in SERIOUS]
    assert not faults


SERIOUS = ("serious", "critical")


def test_nothing_is_wider_than_a_narrow_window(opened, samples):
    page = opened(samples)
    page.set_viewport_size({"width": 400, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


# ---------------------------------------------------------------- size

EDITS = 1000
SECONDS = 2.0


def _many(count):
    edit = {
        "stage": "split_words",
        "rule": "joined-words",
        "before": "",
        "after": " ",
        "made": True,
        "why": "",
        "left": "Some words stand before the place that was repaired, ",
        "right": "and others stand behind it and go on for a while.",
        "shown": "",
        "page": 1,
        "line": 3,
        "decidable": True,
        "doubt": 0.4,
        "form": ["themuscle", "the muscle"],
        "said": "",
        "picture": None,
    }
    edits = [
        {
            **edit,
            "n": n,
            "confidence": round(0.5 + 0.5 * n / count, 3),
            "key": ["split_words", "joined-words", n, n, "", " "],
        }
        for n in range(count)
    ]
    return {"format": "text", "language": "en", "edits": edits, "pictures": [], "html": "<p>a</p>"}


def test_a_thousand_edits_open_at_once(browser, tmp_path):
    path = tmp_path / "r.html"
    entry = Entry("a.txt", "converted", sha256="a" * 64, facts=_many(EDITS))
    path.write_text(review_page([entry], Decisions()), encoding="utf-8")
    page = browser.new_page()
    session = page.context.new_cdp_session(page)
    # Time on the processor: a test may share it with others, a reader does not.
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(path.as_uri())
    assert page.locator("#shown").inner_text() == f"{EDITS} shown"
    metrics = session.send("Performance.getMetrics")["metrics"]
    page.close()
    seconds = next(m["value"] for m in metrics if m["name"] == "TaskDuration")
    assert 0 < seconds < SECONDS
