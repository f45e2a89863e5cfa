"""Names of outputs: portable, inside the output folder, and each given once.

Two names are the same if any common file system takes them for the same: the comparison is made
after NFC and case folding.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from ingest.hashes import sha256_of_text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# What some file system or shell of today cannot carry: controls, separators, wildcards, characters
# that turn the direction of text or are not seen, halves of surrogate pairs.
_UNSAFE = re.compile(
    r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
# Device names of Windows; with any suffix they are devices still.
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(\.|$)", re.I)
# Bytes of a component: file systems allow 255; `.edits.jsonl`, a hash, and the temporary name of a
# file that is being written need room too.
MAX_BYTES = 180
_HASH_DIGITS = 8


class Place(NamedTuple):
    """Where an input was found: its path, and that path relative to the folder it was found in."""

    source: str
    relative: PurePosixPath


def safe_component(name: str) -> str:
    """One component of a path, made portable."""
    name = _UNSAFE.sub("_", name)
    if _RESERVED.match(name) or set(name) <= {"."}:
        name = "_" + name
    # Windows drops dots and blanks at the end.
    return re.sub(r"[. ]+$", "_", name)


def _shorten(name: str, room: int, key: str) -> str:
    """A name that fits; what is cut off is replaced by a hash of `key`."""
    if len(name.encode()) <= room:
        return name
    mark = "~" + short_hash(key)
    return name.encode()[: room - len(mark)].decode(errors="ignore") + mark


def short_hash(text: str) -> str:
    """A few digits that stand for a text; the same on every machine."""
    return sha256_of_text(text)[:_HASH_DIGITS]


def _named(place: Place, stem: str, suffix: str) -> PurePosixPath:
    *folders, _ = place.relative.parts
    key = str(place.relative)
    parts = [_shorten(safe_component(p), MAX_BYTES, key) for p in folders]
    return PurePosixPath(*parts, _shorten(safe_component(stem), MAX_BYTES, key) + suffix)


# From the plainest name to one that nobody else can have: `a.md`, `a.pdf.md`, and the latter with a
# hash of the relative path, or of the whole.
_STEMS: tuple[Callable[[Place], str], ...] = (
    lambda p: p.relative.stem,
    lambda p: p.relative.name,
    lambda p: f"{p.relative.name}~{short_hash(str(p.relative))}",
    lambda p: f"{p.relative.name}~{short_hash(p.source)}",
)


def output_names(places: Sequence[Place], suffix: str = ".md") -> list[PurePosixPath]:
    """A name for the output of each input, relative to the output folder.

    Those that would get the same name, or stand in the way of another's folder, all get a longer
    one; so the names do not depend on the order.

    Args:
        places: Every source once.
        suffix: What each name ends in.
    """
    forms = [0] * len(places)
    names = [_named(place, _STEMS[0](place), suffix) for place in places]
    while crowded := [i for i in _crowded(names) if forms[i] + 1 < len(_STEMS)]:
        for i in crowded:
            forms[i] += 1
            names[i] = _named(places[i], _STEMS[forms[i]](places[i]), suffix)
    return names


def same_name(path: PurePosixPath) -> str:
    """What two paths have in common that some file system takes for one."""
    return normalize("NFC", normalize("NFC", str(path)).casefold())


def _crowded(names: Sequence[PurePosixPath]) -> list[int]:
    keys = [same_name(name) for name in names]
    count = Counter(keys)
    folders = {same_name(parent) for name in names for parent in name.parents}
    return [i for i, key in enumerate(keys) if count[key] > 1 or key in folders]


def unique_sources(places: Sequence[Place]) -> list[str]:
    """What each input is called in the manifest: its relative path, or all of it if that is shared.

    Args:
        places: Every source once.
    """
    count = Counter(str(place.relative) for place in places)
    return [
        str(place.relative) if count[str(place.relative)] == 1 else place.source for place in places
    ]


def shard_of(name: str, count: int) -> int:
    """Which of `count` shards a source belongs to, from 1; the same on every machine."""
    digest = bytes.fromhex(sha256_of_text(normalize("NFC", name)))
    return int.from_bytes(digest[:8]) % count + 1
