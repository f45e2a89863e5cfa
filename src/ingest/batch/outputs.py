"""Files that are written whole or not at all, inside one folder."""

from __future__ import annotations

import contextlib
import os
import platform
import re
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.errors import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEPT = 40  # characters of the name that a temporary name keeps


@cache
def _host() -> str:
    return re.sub(r"\W", "", platform.node())[:_KEPT] or "host"


def write_atomically(path: Path, data: bytes) -> bool:
    """Write a file whole or not at all; False if it was there already, with the same bytes.

    Raises:
        OutputError: The file cannot be written.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
    except OSError as error:
        raise cannot_write(path, error) from error
    return True


def cannot_write(path: Path, error: OSError) -> OutputError:
    """The error for a file that cannot be written."""
    return OutputError(f"{path}: cannot be written ({error.strerror}); check folder and space")


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(
        dir=path.parent, prefix=f".{path.name[:_KEPT]}.{_host()}-{os.getpid()}.", suffix=".tmp"
    )
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(_rights())  # mkstemp makes files private
        temporary.replace(path)
        sync_folder(path.parent)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


_one_at_a_time = threading.Lock()


@cache
def _rights() -> int:
    """The rights that an ordinary new file gets.

    There is no way to ask but to set the mask, and that is one for all threads: asked by two at
    once, it would be lost. So it is asked once.
    """
    with _one_at_a_time:
        umask = os.umask(0)
        os.umask(umask)
    return 0o666 & ~umask


def set_aside_path(path: Path) -> Path:
    """What a file is called that is no longer true; no pattern such as `*.md` finds it."""
    return path.with_name(path.name + ".stale")


def set_aside(path: Path) -> None:
    """Rename a file that is no longer true; nothing happens if it is not there.

    Raises:
        OutputError: It cannot be renamed.
    """
    try:
        path.replace(set_aside_path(path))
        sync_folder(path.parent)
    except FileNotFoundError:
        return
    except OSError as error:
        raise cannot_write(path, error) from error


def remove_set_aside(path: Path) -> None:
    """Remove what was set aside of a file that is true again."""
    with contextlib.suppress(OSError):
        set_aside_path(path).unlink()


def sync_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems refuse
        pass
    finally:
        os.close(handle)


def refuse_leaving(folder: Path, target: Path) -> None:
    """Make sure that a target lies in the folder, whatever links there are below it.

    Raises:
        OutputError: A folder on the way is a link that leads out.
    """
    if not target.parent.resolve().is_relative_to(folder.resolve()):
        raise OutputError(
            f"{target}: a link leads out of the output folder; remove it or choose another folder"
        )


_TEMPORARY = re.compile(r"\..*\.(?P<host>\w+)-(?P<pid>\d+)\.\w+\.tmp")


def remove_leftovers(folders: Iterable[Path]) -> None:
    """Remove what killed runs of this machine were writing into these folders."""
    for folder in folders:
        try:
            names = [entry.name for entry in os.scandir(folder) if entry.name.endswith(".tmp")]
        except OSError:
            continue  # not there yet
        for name in names:
            match = _TEMPORARY.fullmatch(name)
            if match and match["host"] == _host() and not _is_alive(int(match["pid"])):
                (folder / name).unlink(missing_ok=True)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
