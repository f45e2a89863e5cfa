"""Where results lie: one small interface to a folder, so that it may be somewhere else.

A name is relative to the store, with slashes. Whatever stands behind it, an object is there whole
or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from ingest.batch.manifest import Manifest
from ingest.batch.outputs import (
    refuse_leaving,
    remove_leftovers,
    remove_set_aside,
    set_aside,
    write_atomically,
)
from ingest.batch.urls import Url
from ingest.hashes import sha256_of_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ingest.batch.manifest import Record

Shard = tuple[int, int]


class Log(Protocol):
    """The record of a batch; `Manifest` is that of a folder."""

    earlier: dict[str, Record]

    def add(self, record: Record) -> None:
        """Keep one record."""

    def compact(self) -> None:
        """Keep each source once; the run is over."""


class Store(Protocol):
    """A tree of results. It can be sent to another process, or machine."""

    @property
    def is_far(self) -> bool:
        """Is there a network to wait for?"""

    def place(self, name: str) -> str:
        """Where an object lies, for people."""

    def read(self, name: str) -> bytes | None:
        """An object; None if it cannot be read."""

    def sha256(self, name: str) -> str | None:
        """The hash of an object; None if it cannot be read."""

    def holds(self, name: str) -> bool:
        """Is there such an object?"""

    def write(self, name: str, data: bytes) -> bool:
        """Put an object whole or not at all; False if it was there already, with the same bytes.

        Raises:
            OutputError: It cannot be written, or would lie outside of the store.
        """

    def set_aside(self, name: str) -> None:
        """Rename an object that is no longer true to `NAME.stale`, if it is there.

        Raises:
            OutputError: It cannot be renamed.
        """

    def remove_set_aside(self, name: str) -> None:
        """Remove what was set aside of an object that is true again."""

    def remove_leftovers(self, names: Iterable[str]) -> None:
        """Remove what killed runs left where these objects will lie."""

    def open_log(self, shard: Shard | None) -> Log:
        """The record of the batch, with those of earlier runs.

        Raises:
            OutputError: Records cannot be written.
        """

    def elsewhere(self) -> Store:
        """The same store for a process that works in another folder."""


def stale_name(name: str) -> str:
    """What an object is called that is no longer true."""
    return name + ".stale"


def store_at(place: Path | Url) -> Store:
    """The store that a path or a URL names.

    Raises:
        ConfigError: Its library is not installed, or it has no puts of whole objects.
    """
    if isinstance(place, Url):
        from ingest.batch.remote import Remote

        return Remote(place)
    return Local(place)


@dataclass(frozen=True, slots=True)
class Local:
    """A folder of this machine, or one that it mounts."""

    folder: Path

    @property
    def is_far(self) -> bool:
        """A folder is near."""
        return False

    def place(self, name: str) -> str:
        """The path."""
        return str(self.folder / name)

    def read(self, name: str) -> bytes | None:
        """A file; None if it cannot be read."""
        try:
            return (self.folder / name).read_bytes()
        except OSError:
            return None

    def sha256(self, name: str) -> str | None:
        """The hash of a file; None if it cannot be read."""
        return sha256_of_file(self.folder / name)

    def holds(self, name: str) -> bool:
        """Is there such a file?"""
        return (self.folder / name).is_file()

    def write(self, name: str, data: bytes) -> bool:
        """Write a file whole or not at all; see `Store.write`."""
        target = self.folder / name
        refuse_leaving(self.folder, target)
        return write_atomically(target, data)

    def set_aside(self, name: str) -> None:
        """Rename a file that is no longer true; see `Store.set_aside`."""
        target = self.folder / name
        refuse_leaving(self.folder, target)
        set_aside(target)

    def remove_set_aside(self, name: str) -> None:
        """Remove what was set aside of a file that is true again."""
        remove_set_aside(self.folder / name)

    def remove_leftovers(self, names: Iterable[str]) -> None:
        """Remove temporary files of runs of this machine that were killed."""
        remove_leftovers({self.folder, *((self.folder / name).parent for name in names)})

    def open_log(self, shard: Shard | None) -> Manifest:
        """The manifest in the folder; it is made if need be."""
        return Manifest(self.folder, shard)

    def elsewhere(self) -> Local:
        """The same folder by its absolute path."""
        return Local(self.folder.absolute())
