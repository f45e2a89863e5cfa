"""What is to be converted, and what each result is called."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from ingest.batch.names import Place, output_names, shard_of, unique_sources
from ingest.batch.outcome import STDIN
from ingest.batch.urls import Url, files_below, place_of
from ingest.errors import ConfigError, OutputError, SourceError
from ingest.read import PDF_SUFFIX, TEXT_SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# What is taken from a folder. Markdown lies beside exports as their description or as earlier
# output, so it is taken only when named.
FOLDER_SUFFIXES = (PDF_SUFFIX, *TEXT_SUFFIXES)


@dataclass(frozen=True, slots=True)
class Job:
    """One input.

    Attributes:
        source: Its path or URL.
        output: Relative to the output folder; ends in the suffix of the format.
        name: What the manifest calls it: the path relative to the folder that was given.
        skip: Why it is not even opened: `symlink`, `special`, `folder`; empty otherwise.
    """

    source: Path | Url
    output: Path
    name: str = ""
    skip: str = ""


# Why an input is skipped, for people.
SKIPPED = {
    "symlink": "a link that leads out of its folder; name its target to convert it",
    "special": "not an ordinary file",
    "folder": "this folder cannot be read; check its rights",
}


def plan(inputs: Sequence[Path | Url], suffix: str = ".md") -> list[Job]:
    """One job for each input file; folders are walked, and their tree is kept.

    Args:
        inputs: Files, folders and `-`.
        suffix: What the names of the outputs end in.

    Raises:
        SourceError: An input does not exist, or a folder holds nothing to convert.
    """
    found = dict(pair for path in inputs for pair in _inputs(path))
    places = list(found)
    return [
        Job(place_of(place.source), Path(output), name, found[place])
        for place, output, name in zip(
            places, output_names(places, suffix), unique_sources(places), strict=True
        )
    ]


def _inputs(path: Path | Url) -> Iterator[tuple[Place, str]]:
    """Each file under `path`, and why it is skipped."""
    if isinstance(path, Url):
        yield from ((place, "") for place in _far(path))
    elif str(path) == STDIN:
        yield Place(STDIN, PurePosixPath("stdin")), ""
    elif path.is_dir():
        files = list(_walk(path))
        if not files:
            raise _nothing_in(path)
        for file, skip in files:
            yield Place(str(file), PurePosixPath(file.relative_to(path).as_posix())), skip
    elif path.exists():
        yield Place(str(path), PurePosixPath(path.name)), ""
    else:
        raise SourceError(f"{path}: no such file or folder; check the path")


def _nothing_in(folder: Path | Url) -> SourceError:
    kinds = ", ".join(FOLDER_SUFFIXES)
    return SourceError(f"{folder}: nothing to convert in this folder (looked for {kinds})")


def _far(url: Url) -> list[Place]:
    """A file in a store, or those to convert below a folder."""
    files = files_below(url)
    if files is None:
        return [Place(str(url), PurePosixPath(PurePosixPath(url.text).name))]
    places = [Place(str(file), path) for file, path in files if _is_wanted(path)]
    if not places:
        raise _nothing_in(url)
    return places


def _is_wanted(path: PurePath) -> bool:
    return path.suffix.lower() in FOLDER_SUFFIXES


def _walk(root: Path) -> Iterator[tuple[Path, str]]:
    """The files to convert under a folder, sorted, without following links to folders."""
    unreadable: list[Path] = []
    inside = root.resolve()

    def note(error: OSError) -> None:
        unreadable.append(Path(os.fsdecode(error.filename)))

    files: list[tuple[Path, str]] = []
    for folder, _, names in os.walk(root, onerror=note):
        paths = (Path(folder, name) for name in names)
        files += [(p, _why_not(p, inside)) for p in paths if _is_wanted(p)]
    yield from sorted([*files, *((path, "folder") for path in unreadable)])


def _why_not(path: Path, root: Path) -> str:
    try:
        if path.is_symlink() and not path.resolve().is_relative_to(root):
            return "symlink"
        return "" if path.is_file() or path.is_symlink() else "special"
    except OSError:
        return ""  # opening it will say what is wrong


def parse_shard(text: str) -> tuple[int, int]:
    """`2/8` is the second of eight shards.

    Raises:
        ConfigError: It is not two whole numbers with 1 <= K <= N.
    """
    k, slash, n = text.partition("/")
    if not (slash and k.isdecimal() and n.isdecimal() and 1 <= int(k) <= int(n)):
        raise ConfigError(f"--shard {text!r}: write K/N with K from 1 to N, such as 2/8")
    return int(k), int(n)


def in_shard(jobs: Sequence[Job], shard: tuple[int, int]) -> list[Job]:
    """The jobs of one shard: a stable share of them, whatever machine asks."""
    k, n = shard
    return [job for job in jobs if shard_of(job.name, n) == k]


def refuse_overwriting(jobs: Sequence[Job], folder: Path | Url) -> None:
    """Make sure that no output takes the place of an input.

    Raises:
        OutputError: One would.
    """
    sources = {_resolved(job.source) for job in jobs if str(job.source) != STDIN}
    for job in jobs:
        target = _below(folder, job.output)
        if _resolved(target) in sources:
            raise OutputError(f"{target}: this is an input; choose another output folder")


def _below(folder: Path | Url, output: Path) -> Path | Url:
    if isinstance(folder, Url):
        return Url(f"{folder.text.rstrip('/')}/{output.as_posix()}")
    return folder / output


def _resolved(place: Path | Url) -> Path | Url:
    return place if isinstance(place, Url) else place.resolve()
