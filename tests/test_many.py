"""Many documents from a program: a result for each, and nothing that any of them can do."""

import io
import multiprocessing
import pickle
import subprocess
import sys
import textwrap
import threading
from itertools import count, islice

import pytest
from conftest import ROOT
from faults import misbehave

import ingest
from ingest import ConfigError, Limits, Pipeline, Stage, Status, convert, convert_many, select
from ingest.pipeline import DEFAULT

SAMPLES = ROOT / "samples"
TEXT = b"It affects the quality of life.These spasms are common.\n"
MARKDOWN = "It affects the quality of life. These spasms are common.\n"
LIMITS = Limits(wall=3, cpu=2, memory=300)


def _by_index(results):
    found = {result.index: result for result in results}
    return [found[index] for index in sorted(found)]


def test_every_source_has_a_result_and_none_raises(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(TEXT)
    sources = [
        path,
        str(path),
        TEXT,
        io.BytesIO(TEXT),
        ("key", TEXT),
        ("other", path),
        tmp_path / "missing.txt",
        tmp_path,
        (ROOT / "tests/data/bad/broken.pdf"),
        (ROOT / "tests/data/bad/encrypted.pdf"),
        (ROOT / "tests/data/bad/scan.pdf"),
        b"",
        io.StringIO("text"),
        7,
    ]
    results = _by_index(convert_many(sources, workers=2))
    bare = [source[1] if isinstance(source, tuple) else source for source in sources]
    assert [result.source for result in results] == bare
    good, bad = results[:6], results[6:]
    assert [r.markdown for r in good] == [MARKDOWN] * 6
    assert {(r.status, r.kind, r.reason) for r in good} == {(Status.CONVERTED, "", "")}
    assert [r.name for r in good] == [
        str(path), str(path), "<bytes>", "<stream>", "key", "other",
    ]  # fmt: skip
    assert [r.kind for r in bad] == [
        "unreadable", "unreadable", "unreadable", "encrypted", "no-text", "zero-bytes",
        "unreadable", "unreadable",
    ]  # fmt: skip
    assert [r.status for r in bad if r.kind == "no-text"] == [Status.EMPTY]
    for result in bad:
        assert result.reason
        assert (result.markdown, result.edits, result.confidence.score) == ("", (), 0.0)
        assert [reason.name for reason in result.confidence.reasons] == ["not-converted"]


def test_a_result_says_all_that_a_conversion_does():
    path = SAMPLES / "french-leaflet.pdf"
    (result,) = convert_many([path], workers=1)
    here = convert(path)
    assert result.markdown == here.markdown
    assert result.edits == here.edits
    assert result.messages == here.messages
    assert result.metadata == here.metadata
    assert result.pages == here.pages
    assert result.confidence.as_dict() == here.confidence.as_dict()
    assert result.source_sha256 == here.document.meta["sha256"]
    again = pickle.loads(pickle.dumps(result))
    assert (again, again.edits) == (result, result.edits)


def test_options_reach_the_workers():
    path = SAMPLES / "nested-lists.pdf"
    options = {"pages": "2", "page_markers": True, "front_matter": True}
    (result,) = convert_many([path], select(skip=["mark_links"]), **options, workers=1)
    assert result.markdown == convert(path, select(skip=["mark_links"]), **options).markdown
    (without,) = convert_many([TEXT], edits=False, workers=1)
    assert (without.edits, without.edit_counts) == ((), {"split_words/stop": 1})


def test_what_no_document_can_be_converted_with_is_told_at_once():
    with pytest.raises(ConfigError, match="workers must be 1 or more, not 0"):
        convert_many([TEXT], workers=0)
    with pytest.raises(ConfigError, match="no page"):
        convert_many([TEXT], pages="x")
    with pytest.raises(ConfigError, match="needs lines"):
        convert_many([TEXT], [ingest.find("build_blocks"), ingest.find("find_headings"),
                              ingest.find("find_code")])  # fmt: skip


@pytest.mark.usefixtures("misbehaving")
def test_faults_end_their_own_document_alone():
    stages = [*DEFAULT, Stage("misbehave", misbehave)]
    sources = [TEXT, TEXT + b"POISON", TEXT, TEXT + b"HANG", TEXT + b"RAISE", TEXT]
    results = _by_index(convert_many(sources, stages, workers=2, limits=LIMITS))
    assert [r.kind for r in results] == ["", "crash", "", "limit:wall", "stage", ""]
    assert {r.markdown for r in results if not r.kind} == {MARKDOWN}


# ---------------------------------------------------------------- sources taken one by one


def _many(pulled):
    for number in count():
        pulled.append(number)
        yield f"text-{number}", TEXT


def test_sources_are_taken_when_a_worker_is_free():
    pulled = []
    results = convert_many(_many(pulled), workers=2)
    assert pulled == []
    for done, _ in enumerate(islice(results, 12), 1):
        assert len(pulled) <= done + 3, "one for each worker, and the result"
    results.close()
    assert multiprocessing.active_children() == []


def test_a_break_ends_the_workers():
    for result in convert_many(_many([]), workers=2):
        assert result.markdown == MARKDOWN
        break
    assert multiprocessing.active_children() == []


def test_bad_sources_do_not_pile_up():
    def bad(pulled):
        for number in count():
            pulled.append(number)
            yield number

    pulled = []
    results = convert_many(bad(pulled), workers=1)
    kinds = [result.kind for result in islice(results, 5)]
    results.close()
    assert kinds == ["unreadable"] * 5
    assert len(pulled) <= 8


def test_what_the_iterable_raises_ends_it_all():
    def broken():
        yield TEXT
        yield TEXT
        raise LookupError("no more")

    with pytest.raises(LookupError, match="no more"):
        list(convert_many(broken(), workers=1))
    assert multiprocessing.active_children() == []


def test_no_sources_give_no_results():
    assert list(convert_many([])) == []


# ---------------------------------------------------------------- threads and processes


def _pdfs():
    return [
        *sorted(SAMPLES.glob("*.txt")),
        *(SAMPLES / f"{name}.pdf" for name in ("two-columns", "bread-prices", "lost-spaces")),
        ROOT / "tests/data/pages/empty-page.pdf",
        ROOT / "tests/data/pages/letter-spaced.pdf",
        ROOT / "tests/data/pages/bitmap-fonts.pdf",
    ]


def test_threads_convert_at_once_what_they_convert_one_by_one():
    paths = _pdfs()
    assert len(paths) == 8
    alone = [convert(path) for path in paths]
    found = [None] * len(paths)
    start = threading.Barrier(len(paths))

    def work(at):
        start.wait()
        found[at] = [convert(path) for path in (paths[at], paths[at - 1])]

    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(paths))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[alone[at], alone[at - 1]] for at in range(len(paths))]


POOL = """
    import multiprocessing, sys
    from concurrent.futures import ProcessPoolExecutor
    from ingest import convert

    if __name__ == "__main__":
        method, *paths = sys.argv[1:]
        here = [convert(path) for path in paths]
        context = multiprocessing.get_context(method)
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            assert list(pool.map(convert, paths)) == here
        print("equal")
"""


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_convert_what_this_one_does(tmp_path, method):
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this system has no {method}")
    done = _run(tmp_path, POOL, method, *map(str, _pdfs()[1:4]))
    assert (done.stdout, done.stderr) == ("equal\n", "")


THREAD = """
    import threading
    from ingest import convert_many

    def work(number):
        texts = [f"Number {number}.These are {n} words.\\n".encode() for n in range(3)]
        found[number] = sorted(r.markdown for r in convert_many(texts, workers=2))

    if __name__ == "__main__":
        found = {}
        threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        for number in range(3):
            assert found[number] == [
                f"Number {number}. These are {n} words.\\n" for n in range(3)
            ], found
        print("equal")
"""


@pytest.mark.slow
def test_threads_may_have_workers_each(tmp_path):
    done = _run(tmp_path, THREAD)
    assert (done.stdout, done.stderr) == ("equal\n", "")


UNGUARDED = """
    import threading
    from ingest import convert_many

    threading.Thread(target=threading.Event().wait, daemon=True).start()
    print([r.status for r in convert_many([b"One.", b"Two."], workers=1)])
"""


@pytest.mark.slow
def test_a_script_that_would_start_itself_again_is_told_so(tmp_path):
    done = _run(tmp_path, UNGUARDED)
    assert done.returncode == 1
    assert 'must call this below if __name__ == "__main__"' in done.stderr


def test_a_stage_that_cannot_be_sent_is_told():
    script = """
        import threading
        from ingest import convert_many, ConfigError

        if __name__ == "__main__":
            threading.Thread(target=threading.Event().wait, daemon=True).start()
            try:
                list(convert_many([b"One.", b"Two."], [lambda doc: doc], workers=1))
            except ConfigError as error:
                print(error)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=False
    )
    assert "a stage cannot be sent to a worker process" in done.stdout, done.stderr


def _run(folder, script, *arguments):
    path = folder / "script.py"
    path.write_text(textwrap.dedent(script))
    return subprocess.run(
        [sys.executable, str(path), *arguments], capture_output=True, text=True, check=False
    )


# ---------------------------------------------------------------- pipelines with a name


def test_a_pipeline_is_used_again():
    plain = Pipeline(select(skip=["split_words"]), writing={"front_matter": True})
    assert plain.convert(TEXT, name="a.txt").markdown == (
        '---\nsource: "a.txt"\n---\n\n' + TEXT.decode()
    )
    (result,) = plain.convert_many([("a.txt", TEXT)], workers=1)
    assert result.markdown == plain.convert(TEXT, name="a.txt").markdown
    assert pickle.loads(pickle.dumps(plain)) == plain


def test_a_pipeline_from_a_file_is_that_of_the_command_line(tmp_path):
    (tmp_path / "names.txt").write_text("OrthoCare\n")
    file = tmp_path / "clean.toml"
    file.write_text('skip = ["mark_links"]\nwords = ["names.txt"]\n[write]\nfront_matter = true\n')
    pipeline = Pipeline.from_config(file)
    names = [stage.name for stage in pipeline.stages]
    assert "mark_links" not in names
    assert pipeline.writing == {"front_matter": True}
    (words,) = (s.options["words"] for s in pipeline.stages if s.name == "split_words")
    assert words == ("OrthoCare",)
    assert pipeline.convert(TEXT, name="a.txt").markdown.startswith("---\n")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"reading": {"pages": "x"}}, "no page"),
        ({"reading": {"speed": 1}}, "reading has no option 'speed'"),
        ({"writing": {"front_matter": 1}}, "must be true or false"),
        ({"stages": select(only=["build_lists", "find_code"])}, "needs lines"),
    ],
)
def test_a_pipeline_that_cannot_work_is_not_built(options, message):
    with pytest.raises(ConfigError, match=message):
        Pipeline(**options)
