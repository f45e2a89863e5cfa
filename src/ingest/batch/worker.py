"""What runs in a worker: take a request, convert it, send the outcome back.

A worker is an ordinary process with limits set by the operating system. It may not write a file,
open a connection or start a program; what it has to say goes through one pipe, as JSON and bytes.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import sys
from dataclasses import asdict, dataclass, replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ingest.batch.limits import (
    MIB,
    NEARLY_ALL,
    Limits,
    address_space,
    limit_document,
    limit_process,
    peak_address_space,
)
from ingest.batch.outcome import Outcome, Request, convert_request
from ingest.confidence import Confidence
from ingest.document import Message, Span
from ingest.errors import SourceError
from ingest.read.glyphs import Step

if TYPE_CHECKING:
    from collections.abc import Iterable
    from multiprocessing.connection import Connection

    from ingest.pipeline import Pipeline

PAYLOADS = ("markdown", "ledger", "text", "review")
# Events of https://docs.python.org/3/library/audit_events.html that reach outside of the process.
# Whole names: a conversion has some 5,000 events, and each is looked up here.
_FORBIDDEN = frozenset(
    (
        "socket.connect",
        "socket.bind",
        "socket.sendto",
        "socket.sendmsg",
        "socket.getaddrinfo",
        "socket.gethostbyaddr",
        "socket.gethostbyname",
        "subprocess.Popen",
        "os.system",
        "os.exec",
        "os.fork",
        "os.forkpty",
        "os.posix_spawn",
        "os.spawn",
        "os.startfile",
        "os.startfile/2",
        "pty.spawn",
    )
)


def serve(
    connection: Connection,
    pipeline: Pipeline,
    limits: Limits,
    not_mine: Iterable[Connection],
) -> None:
    """Convert what comes through the pipe until it is closed.

    Args:
        connection: Our end of the pipe.
        pipeline: How to convert.
        limits: For each document.
        not_mine: Ends of pipes that a fork has copied; open, they would hide the death of others.
    """
    for other in not_mine:
        other.close()
    _settle(limits)
    base = address_space("self")
    send_ready(connection, base)
    while True:
        try:
            request = receive_request(connection)
        except (EOFError, OSError):
            return
        limit_document(limits)
        outcome = convert_request(
            request, pipeline, limits, tell=lambda step: send_step(connection, step)
        )
        if outcome.kind == SourceError.kind and _took_nearly_all(base, limits):
            outcome = replace(
                Outcome.of_error(limits.breach("memory", request.name)),
                source_sha256=outcome.source_sha256,
                seconds=outcome.seconds,
            )
        send_outcome(connection, outcome)


def _took_nearly_all(base: int, limits: Limits) -> bool:
    """Did this process come near its limit of memory, now or with an earlier document?

    If it was an earlier one, the supervisor asks again in a fresh worker.
    """
    return 0 < limits.memory * MIB * NEARLY_ALL < peak_address_space() - base


def _settle(limits: Limits) -> None:
    """Let nothing out but through the pipe, and set the limits."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the supervisor ends us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.pop("CMAP_PATH", None)  # pdfminer.six loads pickles from there (CVE-2025-64512)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # libraries and the C runtime write there when they die
        os.dup2(nowhere, stream)
    import ingest.pipeline  # noqa: F401

    faulthandler.disable()  # a crash is for the supervisor to tell
    sys.dont_write_bytecode = True
    limit_process(limits)
    sys.addaudithook(_refuse)


def _refuse(event: str, _: object) -> None:
    if event in _FORBIDDEN:
        raise PermissionError(f"{event}: a worker may not do this")


def preload(*, pdf: bool, repairs: bool = True) -> None:
    """Load what conversions need before a process is forked, so that workers share it.

    Args:
        pdf: There are PDFs among the documents.
        repairs: Load what damaged text alone needs, too.
    """
    modules = ["ingest.pipeline"]
    if repairs:
        modules += "ftfy", "ingest.spacing.repair"
    if pdf:
        modules += "ingest.read.pdf", "ingest.read.pdfium", "pypdfium2"
    for module in modules:
        import_module(module)


# ---------------------------------------------------------------- what goes through the pipe


def send_ready(connection: Connection, base: int) -> None:
    """Say that the next request can be timed, and how much memory is taken so far."""
    connection.send_bytes(json.dumps({"ready": base}).encode())


def receive_ready(connection: Connection) -> int:
    """Bytes of address space of a worker that is ready."""
    return int(json.loads(connection.recv_bytes(_MAX_HEADER))["ready"])


def send_request(connection: Connection, request: Request) -> None:
    """Hand a document to a worker."""
    header = asdict(request)
    header["data"] = request.data is not None
    connection.send_bytes(json.dumps(header).encode())
    if request.data is not None:
        connection.send_bytes(request.data)


def receive_request(connection: Connection) -> Request:
    """The next document.

    Raises:
        EOFError: There is none, and will be none.
    """
    header = json.loads(connection.recv_bytes())
    header["data"] = connection.recv_bytes() if header["data"] else None
    header["ocr_pages"] = tuple(header["ocr_pages"])
    header["avoid"] = tuple(Step(*step) for step in header["avoid"])
    return Request(**header)


def send_step(connection: Connection, step: Step | None) -> None:
    """Say which step of reading is next; None if there is none any more."""
    connection.send_bytes(json.dumps({"step": step}).encode())


def send_outcome(connection: Connection, outcome: Outcome) -> None:
    """Send the facts as JSON, then each payload as it is."""
    facts = asdict(outcome)
    payloads = [facts.pop(name) for name in PAYLOADS]
    connection.send_bytes(json.dumps(facts).encode())
    for payload in payloads:
        connection.send_bytes(payload)


# Messages and counts of one document; a page gives a few hundred bytes at most.
_MAX_HEADER = 64 << 20


@dataclass(frozen=True, slots=True)
class Progress:
    """What a worker says while it converts: its next step of reading, or that all are made."""

    step: Step | None


def receive_report(connection: Connection, most: int) -> Progress | Outcome:
    """Progress or an outcome, checked: a hostile document may have taken the worker over.

    Args:
        connection: The supervisor's end of the pipe.
        most: Bytes that a payload may have.

    Raises:
        OSError: A message is too long, or the pipe broke.
        EOFError: The worker has died.
        ValueError: The message is neither.
    """
    facts = json.loads(connection.recv_bytes(_MAX_HEADER))
    try:
        if "step" in facts:
            step = facts["step"]
            return Progress(None if step is None else Step(int(step[0]), bool(step[1])))
        facts["lost_pages"] = tuple(tuple(page) for page in facts["lost_pages"])
        facts["textless_pages"] = tuple(map(int, facts["textless_pages"]))
        facts["messages"] = tuple(map(_message, facts["messages"]))
        facts["pages"] = tuple(
            (int(page), int(start), int(end)) for page, start, end in facts["pages"]
        )
        if facts["confidence"] is not None:
            Confidence.from_dict(facts["confidence"])  # raises if it is none
        facts.update((name, connection.recv_bytes(most)) for name in PAYLOADS)
        return Outcome(**facts)
    except (AttributeError, IndexError, TypeError, KeyError) as error:
        raise ValueError(f"neither progress nor outcome: {error}") from error


def _message(values: dict[str, Any]) -> Message:
    span = values["span"]
    return Message(**{**values, "span": Span(*span) if span is not None else None})
