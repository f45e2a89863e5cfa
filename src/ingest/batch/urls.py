"""Files that lie in a store which fsspec knows: `s3://bucket/exports/`, `gs://…`, `memory://…`.

The library and that of the store are loaded when the first URL is used. Credentials and addresses
come from where each store looks for them itself; none pass through here.
"""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.errors import (
    ConfigError,
    IngestError,
    SourceError,
    install_line,
    missing_extra,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+(?=://)", re.I)  # one letter would be a drive of Windows
# The extra of this package that brings the library of a store.
_EXTRAS = {"s3": "s3", "s3a": "s3"}


@dataclass(frozen=True, slots=True)
class Url:
    """The address of a file or a folder in a store."""

    text: str

    def __str__(self) -> str:
        return self.text

    @property
    def scheme(self) -> str:
        """What stands before `://`."""
        return self.text.partition("://")[0].lower()

    @property
    def suffix(self) -> str:
        """As that of a path."""
        return PurePosixPath(self.text).suffix


def place_of(text: str) -> Path | Url:
    """A path, or a URL; `file://` is a path.

    Raises:
        ConfigError: It is a path on another machine.
    """
    if not _SCHEME.match(text):
        return Path(text)
    parts = urlsplit(text)
    if parts.scheme.lower() != "file":
        return Url(text)
    if parts.netloc not in {"", "localhost"}:
        raise ConfigError(f"{text}: a file of another machine; write file:///path")
    from urllib.request import url2pathname  # takes long to load

    return Path(url2pathname(parts.path))


def open_store(url: Url) -> tuple[Any, str]:
    """The file system of fsspec that a URL is in, and the path there.

    Raises:
        ConfigError: The library of the store is not installed, or there is no such store.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise missing_extra(str(url), "stores", error) from error
    try:
        with told(url):
            # Another process may write while we work, so no listing is kept.
            return url_to_fs(url.text, use_listings_cache=False)  # type: ignore[no-any-return]
    except SourceError as error:
        raise ConfigError(str(error)) from error


@contextmanager
def told(url: object, error: type[IngestError] = SourceError) -> Iterator[None]:
    """Turn whatever a store raises into one line that says what to do."""
    try:
        yield
    except IngestError:
        raise
    except Exception as cause:
        raise error(f"{url}: {_advice(str(url), cause)}") from cause


def _advice(url: str, cause: Exception) -> str:
    """What is wrong, in the words of the store, and what to do. Each store has its own errors."""
    name, said = type(cause).__name__, " ".join(str(cause).split())
    what = f"{name}: {said}" if said else name
    scheme = url.partition("://")[0].lower()
    if isinstance(cause, ImportError):
        install = install_line(_EXTRAS[scheme]) if scheme in _EXTRAS else said
        return f"the library of {scheme}:// is not installed; {install}"
    if isinstance(cause, ValueError) and "rotocol not known" in said:
        return f"fsspec knows no store called {scheme}://; check the address"
    if isinstance(cause, FileNotFoundError):
        return f"no such file, folder or bucket ({said}); check the address"
    if isinstance(cause, PermissionError) or "Credential" in name:
        return f"no access ({what}); check credentials (such as AWS_PROFILE) and their rights"
    if isinstance(cause, (TimeoutError, ConnectionError)) or re.search("Time|Connect", name):
        return f"the store does not answer ({what}); check address and network, and run again"
    return f"the store fails ({what}); check the address, and run again"


def read_url(url: Url, most: int = 0) -> bytes | None:
    """The bytes of a file; None if they are more than `most`, where 0 is no limit.

    Raises:
        SourceError: It cannot be read.
    """
    fs, path = open_store(url)
    with told(url):
        if most and fs.size(path) > most:
            return None
        data: bytes = fs.cat_file(path)
    return data


def sha256_of_url(url: Url) -> str:
    """The hash of a file, which is read for it.

    Raises:
        SourceError: It cannot be read.
    """
    fs, path = open_store(url)
    with told(url), fs.open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def files_below(url: Url) -> list[tuple[Url, PurePosixPath]] | None:
    """The files of a folder and their paths relative to it, sorted; None if it is a file.

    Raises:
        SourceError: It cannot be listed, or there is nothing.
    """
    fs, root = open_store(url)
    with told(url):
        if not url.text.endswith("/") and fs.info(root)["type"] != "directory":
            return None
        # A key that ends with a slash stands for a folder, in stores that have none.
        paths = sorted(path for path in fs.find(root) if not path.endswith("/"))
        return [
            (Url(fs.unstrip_protocol(path)), PurePosixPath(path[len(root) :].lstrip("/")))
            for path in paths
        ]
