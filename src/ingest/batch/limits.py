"""What one document may cost, and how the operating system is told so."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING

from ingest.errors import ConfigError, LimitError

if TYPE_CHECKING:
    from collections.abc import Iterable

MIB = 1 << 20
MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits for one document; 0 is no limit.

    The longest sound document that was measured, 352 pages, takes 16 s of CPU.

    Attributes:
        wall: Seconds from start to end, without those spent waiting for a processor.
        cpu: Seconds of processor time.
        memory: MiB on top of what a worker takes that has done nothing yet.
        pages: Pages of a PDF.
        output: MB of Markdown and ledger.
        ocr: Seconds of OCR for each page that has no text, all pages together. A page of A4 takes
            2 to 4 s of CPU.
    """

    wall: int = 60
    cpu: int = 30
    memory: int = 1024
    pages: int = 5000
    output: int = 50
    ocr: int = 60

    def breach(self, limit: str, name: str) -> LimitError:
        """The error that says that the document `name` broke one of these."""
        return LimitError(
            f"{name}: stopped, it takes more than {getattr(self, limit)} {UNITS[limit]}; "
            f"check the file, or allow more with --limit {limit}=NUMBER",
            limit=limit,
        )


# A process that failed with more than this share of its memory taken ran out of it: native code
# that gets none ends the process without a word, and libraries make other errors of a MemoryError.
NEARLY_ALL = 0.5

UNITS = {
    "wall": "seconds",
    "cpu": "seconds of CPU",
    "memory": "MiB of memory",
    "pages": "pages",
    "output": "MB of output",
    "ocr": "seconds of OCR for a page",
}
NO_LIMITS = Limits(0, 0, 0, 0, 0, 0)


def parse_limits(assignments: Iterable[str]) -> Limits:
    """`wall=120` and its like, on top of the defaults.

    Raises:
        ConfigError: There is no such limit, or the value is no whole number from 0.
    """
    limits = Limits()
    names = [f.name for f in fields(Limits)]
    for assignment in assignments:
        name, _, value = assignment.partition("=")
        if name not in names or not value.isdecimal():
            raise ConfigError(
                f"--limit {assignment!r}: write NAME=NUMBER, 0 for none; the names are: "
                + ", ".join(f"{n} ({UNITS[n]})" for n in names)
            )
        limits = replace(limits, **{name: int(value)})
    return limits


# ---------------------------------------------------------------- inside a worker


def limit_process(limits: Limits) -> None:
    """Give this process no more memory, and no right to write a file or leave a core dump.

    On systems without resource limits (Windows) nothing happens; the deadline holds there too.
    """
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    base = address_space("self")
    if limits.memory and base:
        most = base + limits.memory * MIB
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def limit_document(limits: Limits) -> None:
    """Begin to count the processor time of the next document.

    The system ends a process that goes beyond it. Wall time is watched from outside; the alarm is
    for a worker whose supervisor is dead.
    """
    try:
        import resource
        from signal import alarm
    except ImportError:
        return
    if limits.cpu:
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime) + 1 + limits.cpu
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if hard == resource.RLIM_INFINITY or soft <= hard:
            resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    if limits.wall:
        alarm(limits.wall * ORPHAN_FACTOR)


# A worker without a supervisor ends by itself after so many times the limit of wall time; a waiting
# one notices at once.
ORPHAN_FACTOR = 20


def address_space(pid: int | str) -> int:
    """Bytes of address space of a process; 0 if the system does not say."""
    with AddressSpace(pid) as space:
        return space.now()


class AddressSpace:
    """Bytes of address space of a process, for who asks often; a context manager, or `close` it."""

    def __init__(self, pid: int | str) -> None:
        """Open what the system has to say; that costs ten times as much as to read it again."""
        self._handle: int | None = None
        with contextlib.suppress(OSError):
            self._handle = os.open(f"/proc/{pid}/statm", os.O_RDONLY)

    def now(self) -> int:
        """Bytes at this moment; 0 if the system does not say, or the process is dead."""
        if self._handle is None:
            return 0
        try:
            return int(os.pread(self._handle, _STATM_BYTES, 0).split()[0]) * _page_size()
        except (OSError, ValueError, IndexError):
            return 0

    def close(self) -> None:
        """Look no more."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None

    def __enter__(self) -> AddressSpace:
        """Nothing to do."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


_STATM_BYTES = 256  # seven numbers


@cache
def _page_size() -> int:
    import resource

    return resource.getpagesize()


def peak_address_space() -> int:
    """The most bytes of address space that this process has had; 0 if the system does not say."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123 - as above
            peak = next(line for line in file if line.startswith("VmPeak:"))
        return int(peak.split()[1]) * 1024
    except (OSError, ValueError, IndexError, StopIteration):
        return 0


def seconds_waited(pid: int) -> float:
    """Seconds for which a process was ready but got no processor; 0 if the system does not say."""
    try:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as file:  # noqa: PTH123 - as above
            return int(file.read().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
