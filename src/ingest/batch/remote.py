"""A store behind a URL: objects that are put whole, and a manifest of many objects.

Nothing can be appended to an object. So records are put in batches, each an object of its own, and
the end of a run puts one with all of them. Each run has its own names: runs at once lose nothing.
"""

from __future__ import annotations

import re
import secrets
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest.batch.ahead import map_ahead
from ingest.batch.manifest import Record, last_of_each, records_in
from ingest.batch.stores import stale_name
from ingest.batch.urls import Url, open_store, told
from ingest.errors import ConfigError, OutputError
from ingest.hashes import sha256_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.batch.stores import Shard

# Stores in which an object is seen when all of it is there. In the others (sftp, smb, ftp) a file
# that is being written can be seen, and a kill leaves a part of it.
WHOLE_PUTS = frozenset({"s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "oss", "memory"})


@dataclass(frozen=True, slots=True)
class Remote:
    """The objects below a URL."""

    url: Url

    def __post_init__(self) -> None:
        """Refuse stores that cannot do what is promised.

        Raises:
            ConfigError: A file there may be seen half written.
        """
        if self.url.scheme not in WHOLE_PUTS:
            raise ConfigError(
                f"{self.url}: results may be seen half written there; use one of "
                f"{', '.join(sorted(WHOLE_PUTS))}, or mount it as a folder"
            )

    @property
    def is_far(self) -> bool:
        """There is a network to wait for."""
        return True

    def place(self, name: str) -> str:
        """The URL."""
        return f"{self.url.text.rstrip('/')}/{name}"

    def at(self, name: str) -> tuple[Any, str]:
        """The file system, and the path of an object in it."""
        fs, root = open_store(self.url)
        return fs, f"{root.rstrip('/')}/{name}"

    def read(self, name: str) -> bytes | None:
        """An object; None if there is none.

        Raises:
            SourceError: The store does not say.
        """
        fs, path = self.at(name)
        with told(self.place(name)):
            try:
                data: bytes = fs.cat_file(path)
            except FileNotFoundError:
                return None
        return data

    def sha256(self, name: str) -> str | None:
        """The hash of an object; None if there is none.

        It is read for that. An ETag says nothing certain: where it is an MD5, two contents can be
        made that share it.
        """
        data = self.read(name)
        return None if data is None else sha256_of(data)

    def holds(self, name: str) -> bool:
        """Is there such an object?"""
        fs, path = self.at(name)
        with told(self.place(name), OutputError):
            return bool(fs.exists(path))

    def write(self, name: str, data: bytes) -> bool:
        """Put an object whole; see `Store.write`."""
        fs, path = self.at(name)
        with told(self.place(name), OutputError):
            with suppress(FileNotFoundError):
                if fs.cat_file(path) == data:
                    return False
            fs.pipe_file(path, data)
        return True

    def set_aside(self, name: str) -> None:
        """Copy an object that is no longer true, and remove it; see `Store.set_aside`."""
        fs, path = self.at(name)
        with told(self.place(name), OutputError), suppress(FileNotFoundError):
            fs.cp_file(path, stale_name(path))
            fs.rm_file(path)

    def remove(self, name: str) -> None:
        """Remove an object, if it is there.

        Raises:
            OutputError: The store refuses.
        """
        fs, path = self.at(name)
        with told(self.place(name), OutputError), suppress(FileNotFoundError, KeyError):
            fs.rm_file(path)

    def remove_set_aside(self, name: str) -> None:
        """Remove what was set aside of an object that is true again."""
        with suppress(OutputError):
            self.remove(stale_name(name))

    def remove_leftovers(self, names: Iterable[str]) -> None:
        """Nothing to do: a put that was killed leaves nothing to see."""

    def open_log(self, shard: Shard | None) -> RemoteLog:
        """The manifest among the objects."""
        return RemoteLog(self, shard)

    def elsewhere(self) -> Remote:
        """The same: a URL means the same everywhere."""
        return self


# ---------------------------------------------------------------- the manifest

# A killed run loses no more records than this, or those of so many seconds; the documents are
# converted again, and found unchanged. A put takes 50 to 100 ms.
BATCH_RECORDS = 64
BATCH_SECONDS = 10.0

_PREFIX = "ingest-manifest"
_NAME = re.compile(
    rf"{_PREFIX}(\.(?P<shard>\d+-of-\d+))?(\.(?P<run>\d{{8}}T\d{{12}}Z-\w+))?(\.(?P<batch>\d+))?\.jsonl"
)
_TRIES = 3  # to read the manifest while other runs put one object in place of many


class _Part(NamedTuple):
    """One object of a manifest; they sort by time."""

    run: str
    batch: float
    name: str
    shard: str


class RemoteLog:
    """The manifest of a store, and what this run adds to it."""

    def __init__(self, store: Remote, shard: Shard | None = None) -> None:
        """Make sure that records can be put, and read those of earlier runs.

        Raises:
            OutputError: They cannot.
        """
        self._store = store
        self._shard = f"{shard[0]}-of-{shard[1]}" if shard else ""
        now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        run = f"{now}Z-{secrets.token_hex(4)}"
        self._name = ".".join(filter(None, (_PREFIX, self._shard, run)))
        self._own: dict[str, Record] = {}
        self._waiting: list[Record] = []
        self._batches: list[str] = []
        by_part = self._read_parts()
        self._merged = {
            part: records for part, records in by_part.items() if part.run and self._is_ours(part)
        }
        self.earlier = last_of_each(r for part in sorted(by_part) for r in by_part[part])
        self._put_batch()  # empty: it shows that records can be put

    def _is_ours(self, part: _Part) -> bool:
        return part.shard == self._shard

    def _read_parts(self) -> dict[_Part, list[Record]]:
        """The records of each object."""
        found: dict[_Part, bytes | None] = {}
        for _ in range(_TRIES):
            parts = self._parts()
            read = map_ahead(lambda part: self._store.read(part.name), parts)
            found = dict(zip(parts, read, strict=True))
            if None not in found.values():
                break
        return {part: records_in(data.decode()) for part, data in found.items() if data is not None}

    def _parts(self) -> list[_Part]:
        fs, path = self._store.at(_PREFIX)
        folder = path.rpartition("/")[0]
        with told(self._store.url, OutputError):
            try:
                paths = fs.find(folder, maxdepth=1, prefix=_PREFIX)
            except FileNotFoundError:  # nothing there yet; or no bucket, which a put will tell
                return []
        names = (path.rpartition("/")[2] for path in paths)
        return [_part(match) for name in names if (match := _NAME.fullmatch(name))]

    def add(self, record: Record) -> None:
        """Keep one record; it is put with others.

        Raises:
            OutputError: They cannot be put.
        """
        if not self._waiting:
            self._since = time.monotonic()
        self._waiting.append(record)
        self._own[record.source] = record
        late = time.monotonic() - self._since > BATCH_SECONDS
        if late or len(self._waiting) >= BATCH_RECORDS:
            self._put_batch()

    def _put_batch(self) -> None:
        name = f"{self._name}.{len(self._batches):06}.jsonl"
        self._store.write(name, _lines(self._waiting))
        self._batches.append(name)
        self._waiting = []

    def compact(self) -> None:
        """Put one object in place of all that this run has read or put.

        Raises:
            OutputError: The store refuses; the many objects say the same.
        """
        before = (r for part in sorted(self._merged) for r in self._merged[part])
        records = {**last_of_each(before), **self._own}
        if records:
            self._store.write(
                f"{self._name}.jsonl", _lines(records[source] for source in sorted(records))
            )
        for name in (*self._batches, *(part.name for part in self._merged)):
            self._store.remove(name)


def _part(match: re.Match[str]) -> _Part:
    batch = float(match["batch"] or "inf")
    return _Part(match["run"] or "", batch, match.group(), match["shard"] or "")


def _lines(records: Iterable[Record]) -> bytes:
    return "".join(record.as_line() for record in records).encode()
