"""Text for scans: OCRmyPDF writes what it reads below the pictures of pages; ingest goes on there.

It is a program of its own, not a library: it runs beside the guarded workers, under limits of its
own, in a folder of its own that is gone afterwards. What it gives is as little trusted as any file.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.choice import say_pages
from ingest.document import Edit, Line, Message, Span, Table, walk
from ingest.errors import ConfigError, LimitError, OcrError
from ingest.page_spans import page_starts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from ingest.document import Document

COMMAND = "ocrmypdf"
STAGE, RULE = "ocr", "page"
# Seconds that the program may take to start and to say its version: 1 on a quiet machine, and the
# imports of a worker, which take as long, were seen to take 40 under load.
START_SECONDS = 60
# MiB of address space of a process of the program, for each job: one took 453 with two jobs for
# pages of A4 at 150 dots an inch, and threads of other versions share what processes have alone.
MIB_FOR_JOB = 512
# Bytes of a file of the program: it takes pictures of 250 megapixels of 3 bytes.
FILE_BYTES_MAX = 1 << 30
_DAY = 24 * 60 * 60  # seconds
# Pages go side by side, and a page in one thread: on a busy machine the threads of Tesseract wait
# for each other at full speed, and a page took 17 to 30 s of CPU where it needs 2.4.
_ENVIRONMENT = {"OMP_THREAD_LIMIT": "1"}
_SAID_BYTES = 4096  # of what the program said last, for the error
# Names as Tesseract has them: `eng`, `deu+frk`, `chi_sim`, `script/Latin`.
_LANGUAGE = re.compile(r"[A-Za-z][\w/]*(\+[A-Za-z][\w/]*)*", re.ASCII)
_VERSION = re.compile(r"\d+[.\d]*")


@dataclass(frozen=True, slots=True)
class Ocr:
    """How scans are read.

    Attributes:
        language: Of the text, as Tesseract names it (`deu`, `eng+fra`); English if empty.
        version: Of OCRmyPDF.
        command: Its path.
    """

    language: str = ""
    version: str = ""
    command: str = field(default=COMMAND, repr=False, compare=False)

    @property
    def tool(self) -> str:
        """The program with its version."""
        return f"{COMMAND} {self.version}".strip()


def find_ocr(language: str = "") -> Ocr:
    """OCRmyPDF as it is installed here.

    Raises:
        ConfigError: It is not, or this is no language.
    """
    if language and not _LANGUAGE.fullmatch(language):
        raise ConfigError(
            f"--ocr-language {language!r}: write the names of Tesseract, such as deu or eng+fra; "
            "`tesseract --list-langs` lists those that are installed"
        )
    command = shutil.which(COMMAND)
    if command is None:
        raise ConfigError(
            f"--ocr needs OCRmyPDF, and there is no command {COMMAND}; install it (Debian, Ubuntu: "
            f"apt install {COMMAND}; macOS: brew install {COMMAND}; others: "
            "https://ocrmypdf.readthedocs.io), or leave out --ocr"
        )
    return Ocr(language, _version(command), command)


def _version(command: str) -> str:
    try:
        done = subprocess.run(
            [command, "--version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=START_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ConfigError(
            f"--ocr: {command} does not work ({error}); mend it, or leave out --ocr"
        ) from error
    found = _VERSION.search(done.stdout.decode(errors="replace"))
    return found[0] if found else ""


# ---------------------------------------------------------------- running the program


def add_text_layer(
    data: bytes,
    ocr: Ocr,
    pages: Sequence[int],
    *,
    name: str,
    seconds: int = 0,
    memory: int = 0,
    jobs: int = 1,
) -> bytes:
    """Have OCRmyPDF put a layer of text below the pictures of pages.

    Args:
        data: The bytes of a PDF.
        ocr: How.
        pages: Numbers of the pages that have no text, from 1, rising; the others stay as they are.
        name: Of the document, for messages.
        seconds: Of wall time for each page, all together; 0 is no limit.
        memory: MiB of each process of the program, above `MIB_FOR_JOB`; 0 is no limit.
        jobs: How many pages at once.

    Returns:
        The bytes of a PDF.

    Raises:
        OcrError: The program failed.
        LimitError: It took too long, and was ended with all that it had started.
    """
    most = START_SECONDS + seconds * len(pages) if seconds else None
    space = (memory + MIB_FOR_JOB * jobs) << 20 if memory else None
    try:
        with tempfile.TemporaryDirectory(prefix="ingest-ocr-", ignore_cleanup_errors=True) as own:
            # Names are ours, so that nothing in a name can act.
            before, after = Path(own, "in.pdf"), Path(own, "out.pdf")
            before.write_bytes(data)
            options = [*_options(ocr, pages, jobs), "--", str(before), str(after)]
            end, said = _run([ocr.command, *options], Path(own), most, space)
            if end or not after.is_file():
                why = f"{_end(end)}: {said or 'it said nothing'}"
                raise OcrError(
                    f"{name}: {ocr.tool} failed ({why}); try it by hand, or leave out --ocr"
                )
            return after.read_bytes()
    except subprocess.TimeoutExpired as error:
        raise LimitError(
            f"{name}: OCR stopped, it takes more than {seconds} seconds for each of "
            f"{len(pages)} pages; check the file, or allow more with --limit ocr=NUMBER",
            limit="ocr",
        ) from error
    except OSError as error:
        raise OcrError(
            f"{name}: {ocr.tool} cannot be run ({error.strerror}); check it and the space for "
            "temporary files, or leave out --ocr"
        ) from error


def _options(ocr: Ocr, pages: Sequence[int], jobs: int) -> Iterator[str]:
    yield "--skip-text"  # what was typed stays as it was typed
    yield f"--pages={say_pages(pages)}"
    yield from ("--output-type=pdf", "--optimize=0")  # the pages stay as they are
    yield from ("--quiet", f"--jobs={jobs}")
    # A page that takes long would be left without text, and nobody told: our own limit is loud.
    yield f"--tesseract-timeout={_DAY}"
    if ocr.language:
        yield f"--language={ocr.language}"


def _run(
    command: Sequence[str], folder: Path, seconds: float | None, space: int | None
) -> tuple[int, str]:
    """Run a program in a session of its own; its exit code and what it said last.

    Raises:
        subprocess.TimeoutExpired: It took too long; nothing of it runs any more.
        OSError: It cannot be started.
    """
    heard = folder / "said.txt"
    with heard.open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env={**os.environ, **_ENVIRONMENT, "TMPDIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            start_new_session=True,
            preexec_fn=_limits(space),
        )
    try:
        code = process.wait(seconds)
    finally:  # also after an end of its own: it may have left others behind
        _kill(process)
    return code, _last_words(heard)


def _limits(space: int | None) -> Callable[[], None] | None:
    """What sets the limits of a program before it begins; None where the system has no limits.

    It runs between fork and exec, so all it needs is loaded here.
    """
    try:
        from resource import RLIM_INFINITY, RLIMIT_AS, RLIMIT_FSIZE, getrlimit, setrlimit
    except ImportError:
        return None
    limits = []
    for name, most in ((RLIMIT_FSIZE, FILE_BYTES_MAX), (RLIMIT_AS, space)):
        _, hard = getrlimit(name)
        if most and (hard == RLIM_INFINITY or most < hard):  # no limit can be raised
            limits.append((name, (most, most)))

    def limit() -> None:
        for name, most in limits:
            setrlimit(name, most)

    return limit


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program and all that it has started in its session."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except AttributeError:  # Windows
        process.kill()
    except ProcessLookupError:
        pass
    process.wait()


def _last_words(path: Path) -> str:
    """The last line of what a program said, without what acts on a terminal."""
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _SAID_BYTES))
        lines = file.read().decode(errors="replace").split("\n")
    said = [line.strip() for line in lines if line.strip()]
    return "".join(c for c in said[-1] if c.isprintable()) if said else ""


def _end(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"


# ---------------------------------------------------------------- what came of it


def mark_ocr(doc: Document, pages: Collection[int], ocr: Ocr) -> Document:
    """Say in ledger, messages and `meta` which pages have their text from an OCR.

    Args:
        doc: A document of which an OCR has read `pages`; those on which it found nothing are left
            out.
        pages: Their numbers.
        ocr: What has read them.

    Returns:
        The document with `meta["ocr"]` and an edit for each page, which changes nothing; the same
        one if no text is by the OCR.
    """
    starts = [*page_starts(doc), (0, len(doc.source))]
    lines = (node for node in walk(doc.children) if isinstance(node, Line | Table))
    with_text = {line.layout.page for line in lines if line.layout} & set(pages)
    places = {
        number: Span(start, end)
        for (number, start), (_, end) in pairwise(starts)
        if number in with_text
    }
    if not places:
        return doc
    read, count = say_pages(sorted(places)), len(places)
    edits = tuple(
        Edit(doc.next_step, STAGE, RULE, span, 0, 0, "", "", 1.0, why=f"page {n} by {ocr.tool}")
        for n, span in places.items()
    )
    noun = "page" if count == 1 else "pages"
    note = f"the text of {noun} {read} is by OCR ({ocr.tool}); compare it with the {noun}"
    return replace(
        doc,
        edits=(*doc.edits, *edits),
        messages=(*doc.messages, Message("warning", STAGE, note, code="text-by-ocr")),
        meta={**doc.meta, "ocr": f"{ocr.tool}, {noun} {read}"},
    )
