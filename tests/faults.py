"""A stage that does what a text tells it to: the faults that a batch must survive."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

from ingest.document import UNREADABLE_PAGE, Message


def _crash_once(doc):
    """Die at the first try; the folder that the text names remembers it."""
    marker = Path(doc.source.split("CRASH-ONCE", 1)[1].split()[0])
    try:
        marker.mkdir()
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _kill_host(_):
    """Kill the process that guards this one."""
    os.kill(os.getppid(), signal.SIGKILL)
    os._exit(0)


def _kill_host_once(doc):
    """The same at the first try; the folder that the text names remembers it."""
    try:
        Path(doc.source.split("HOST-ONCE", 1)[1].split()[0]).mkdir()
    except FileExistsError:
        return
    _kill_host(doc)


def _eat(_):
    chunks = []
    while True:
        chunks.append(bytes(16 << 20))


def spin(_):
    """Take processor time for ever."""
    while True:
        pass


def _raise(_):
    raise ValueError("no luck \x1b[31m")


def _make_noise(_):
    print("noise on stdout", flush=True)
    print("noise on stderr", file=sys.stderr, flush=True)
    os.write(2, b"noise below Python\n")


FAULTS = {
    "CRASH-ONCE": _crash_once,
    "HOST-ONCE": _kill_host_once,
    "HOST-ALWAYS": _kill_host,
    "POISON": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "SEGFAULT": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "LEAVE": lambda _: os._exit(0),
    "HANG": lambda _: time.sleep(3600),
    "SPIN": spin,
    "EAT": _eat,
    "RAISE": _raise,
    "NOISE": _make_noise,
    "DIAL": lambda _: socket.create_connection(("127.0.0.1", 9)),
    "START": lambda _: subprocess.run(["true"], check=True),
    "PEEK": lambda _: Path("/etc/hostname").read_bytes(),
    "WRITE": lambda _: Path("written-by-a-worker").write_text("x" * 9999),
}


def misbehave(doc):
    """Do what the text says."""
    for word, act in FAULTS.items():
        if word in doc.source:
            act(doc)
    if "LOSE-PAGE" in doc.source:
        lost = Message(
            "warning", "read", "page 2 cannot be read (odd)", code=UNREADABLE_PAGE, page=2
        )
        if lost not in doc.messages:
            doc = replace(doc, messages=(*doc.messages, lost))
    return doc
