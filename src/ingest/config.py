"""Settings from TOML: `ingest.toml`, or the table `[tool.ingest]` of `pyproject.toml`.

The signatures of `read` and of the stages are the only list of options; what is read here is
checked against them when the stages are selected.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from ingest.pipeline import Pipeline

ROOMS = ("read", "write")  # tables of options beside those of stages
KEYS = ("only", *ROOMS, "skip", "stages", "words")


@dataclass(frozen=True, slots=True)
class Settings:
    """Which stages run, and with which options they and the reader do.

    Attributes:
        only: Names of the stages to run, in order; all if empty.
        skip: Names of those to leave out.
        options: Options by stage and name; those of reader and writer stand under `read`, `write`.
        words: Files of words that are never split.
    """

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    options: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    words: tuple[Path, ...] = ()


def find_config(folder: Path) -> Path | None:
    """The nearest configuration file in a folder or one above it."""
    for place in (folder, *folder.parents):
        own = place / "ingest.toml"
        if own.is_file():
            return own
        project = place / "pyproject.toml"
        if project.is_file() and "ingest" in _load(project).get("tool", {}):
            return project
    return None


def read_config(path: Path) -> Settings:
    """The settings of one file.

    Raises:
        ConfigError: The file is not readable, no TOML, or holds a key that does not exist.
    """
    table = _load(path)
    if path.name == "pyproject.toml":
        table = table.get("tool", {}).get("ingest", {})
    for key in table:
        if key not in KEYS:
            raise ConfigError(f"{path}: unknown key {key!r}; the keys are: {', '.join(KEYS)}")
    stages = table.get("stages", {})
    if not isinstance(stages, dict) or not all(isinstance(v, dict) for v in stages.values()):
        raise ConfigError(f"{path}: write options as [stages.NAME], one table a stage")
    rooms = {room: table[room] for room in ROOMS if room in table}
    for room, values in rooms.items():
        if not isinstance(values, dict):
            raise ConfigError(f"{path}: write the options of {room} as one table, [{room}]")
    options = {**stages, **rooms}
    words = tuple(path.parent / name for name in _names(path, table, "words"))
    return Settings(_names(path, table, "only"), _names(path, table, "skip"), options, words)


def _names(path: Path, table: dict[str, Any], key: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise ConfigError(f'{path}: {key} must be a list of names, such as ["split_words"]')
    return tuple(value)


def _load(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def parse_assignments(assignments: Iterable[str]) -> dict[str, dict[str, object]]:
    """Options written as `stage.option=value`; a value is TOML, or else plain text.

    Raises:
        ConfigError: An assignment of another form.
    """
    out: dict[str, dict[str, object]] = {}
    for assignment in assignments:
        name, equals, value = assignment.partition("=")
        stage, dot, option = name.strip().partition(".")
        if not (equals and dot and stage and option):
            raise ConfigError(f"--set {assignment!r}: write stage.option=value")
        out.setdefault(stage, {})[option] = _value(value.strip())
    return out


def _value(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def merge(settings: Settings, options: Mapping[str, Mapping[str, object]]) -> Settings:
    """Settings with some options replaced."""
    merged = {name: dict(values) for name, values in settings.options.items()}
    for name, values in options.items():
        merged[name] = {**merged.get(name, {}), **values}
    return Settings(settings.only, settings.skip, merged, settings.words)


def add_words(settings: Settings, files: Iterable[Path] = ()) -> Settings:
    """Settings in which the words of some files, and of those it names, are never split.

    Raises:
        ConfigError: A file of words cannot be read.
    """
    from ingest.stages.words import STAGE, read_words

    read = [word for file in (*settings.words, *files) for word in read_words(file)]
    if not read:
        return settings
    own = settings.options.get(STAGE, {}).get("words", ())
    if not isinstance(own, (list, tuple)):
        raise ConfigError(f'{STAGE}.words must be a list such as ["one", "two"], not {own!r}')
    return merge(settings, {STAGE: {"words": (*own, *read)}})


def pipeline_of(
    settings: Settings,
    *,
    skip: Sequence[str] = (),
    stop_after: str | None = None,
    reading: Mapping[str, object] | None = None,
    writing: Mapping[str, object] | None = None,
) -> Pipeline:
    """The pipeline that settings describe.

    Args:
        settings: What is set, with files of words that are read here.
        skip: Further stages to leave out.
        stop_after: Name of the last one to run.
        reading: Options of the reader that win over those of the settings.
        writing: Likewise, of the writer.

    Raises:
        ConfigError: A stage, an option or a value that does not exist, or no such file of words.
    """
    from ingest.pipeline import READING, WRITING, Pipeline, select

    options = dict(add_words(settings).options)
    read, write = ({**options.pop(room, {})} for room in (READING, WRITING))
    stages = select(
        only=settings.only,
        skip=(*settings.skip, *skip),
        stop_after=stop_after,
        options=options,
    )
    return Pipeline(stages, {**read, **(reading or {})}, {**write, **(writing or {})})
