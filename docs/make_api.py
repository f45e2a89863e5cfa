"""Write docs/api.md from the docstrings of the public names: `python -m docs.make_api`."""

from __future__ import annotations

import inspect
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ingest
from ingest import errors
from ingest.schemas import load
from ingest.write.mdast import to_mdast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import griffe

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "api.md"
WIDTH = 96  # of a signature in one line
# What signatures call by a name of its own.
TYPES = ("read.Source", "many.Named", "pipeline.AnyStage", "pipeline.Reader")
# Public functions that `import ingest` does not load.
FURTHER = (to_mdast, load)

INTRO = """\
# Python API

Made from the docstrings by `python -m docs.make_api`; do not edit. Offsets are code points from 0,
ends excluded; pages and lines count from 1. All data is frozen: functions return new values.
"""
STAGES_INTRO = """\
In `ingest.stages`, in the order of `ingest.DEFAULT`. Each is a function `Document -> Document`; its
keyword-only arguments are the options that settings and `--set` know.
"""
ERRORS_INTRO = """\
All are `ingest.IngestError`, and say what is wrong, where, and what to do next. `exit_code` is that
of the command line, `kind` the stable name in manifest and log.
"""


def page() -> str:
    """The page as Markdown."""
    package = _load()
    public = [n for n in ingest.__all__ if not _is_error(getattr(ingest, n))]
    functions = [n for n in public if inspect.isroutine(getattr(ingest, n))]
    classes = [n for n in public if inspect.isclass(getattr(ingest, n))]
    types = [name.rpartition(".")[2] for name in TYPES]
    values = [n for n in public if n not in {*functions, *classes, *types}]
    parts = [
        INTRO,
        "## Functions\n",
        *(
            _function(f"ingest.{name}", _found(package, getattr(ingest, name)))
            for name in functions
        ),
        *(_function(f"{f.__module__}.{f.__name__}", _found(package, f)) for f in FURTHER),
        "## Classes\n",
        *(_class(f"ingest.{name}", _found(package, getattr(ingest, name))) for name in classes),
        "## Types\n",
        *(_type(name, package) for name in TYPES),
        *(_values(values, package) if values else ()),
        "## Stages\n",
        STAGES_INTRO,
        *(_function(stage.name, _found(package, stage.run)) for stage in ingest.DEFAULT),
        "## Errors\n",
        ERRORS_INTRO,
        "\n".join(_error_rows()) + "\n",
    ]
    return "\n".join(parts)


def _load() -> griffe.Object:
    import griffe

    loaded = griffe.load(
        "ingest",
        search_paths=[ROOT / "src"],
        docstring_parser="google",
        docstring_options={"returns_multiple_items": False, "returns_named_value": False},
        resolve_aliases=True,
    )
    if not isinstance(loaded, griffe.Object):
        raise TypeError("ingest is no package")
    return loaded


def _found(package: griffe.Object, value: Any) -> Any:  # noqa: ANN401 - griffe gives many kinds
    """What griffe knows of a function or class, by the place where it was made."""
    return package[f"{value.__module__}.{value.__qualname__}".removeprefix("ingest.")]


# ---------------------------------------------------------------- functions and classes


def _function(title: str, found: Any) -> str:  # noqa: ANN401
    signature = "\n".join(_signature(found))
    return f"### `{title}`\n\n```python\n{signature}\n```\n\n{_doc(found)}"


def _signature(found: Any) -> Iterator[str]:  # noqa: ANN401
    parameters = list(_parameters(found))
    end = f") -> {found.returns}" if found.returns else ")"
    one = f"{found.name}({', '.join(parameters)}{end}"
    if len(one) <= WIDTH:
        yield one
        return
    yield f"{found.name}("
    yield from (f"    {parameter}," for parameter in parameters)
    yield end


def _parameters(found: Any) -> Iterator[str]:  # noqa: ANN401
    """The parameters as they are typed, with the marks of those that have no name or need one."""
    from griffe import ParameterKind

    only_by_name = False
    previous = None
    for parameter in found.parameters:
        if parameter.name in {"self", "cls"}:
            continue
        if previous is ParameterKind.positional_only and parameter.kind is not previous:
            yield "/"
        previous = parameter.kind
        if parameter.kind is ParameterKind.keyword_only and not only_by_name:
            only_by_name = True
            yield "*"
        stars = {ParameterKind.var_positional: "*", ParameterKind.var_keyword: "**"}
        only_by_name |= parameter.kind is ParameterKind.var_positional
        text = stars.get(parameter.kind, "") + parameter.name
        text += f": {parameter.annotation}" if parameter.annotation else ""
        shown = parameter.default is not None and not stars.get(parameter.kind)
        yield text + (f" = {parameter.default}" if shown else "")


def _class(title: str, found: Any) -> str:  # noqa: ANN401
    methods = [m for name, m in found.members.items() if _is_shown(name, m)]
    body = f"### `{title}`\n\n{_doc(found)}"
    for method in methods:
        head = method.name if method.is_attribute else "\n".join(_signature(method))
        body += f"\n`{' '.join(head.split())}`\n\n{textwrap.indent(_doc(method), '> ')}"
    return body


def _is_shown(name: str, member: Any) -> bool:  # noqa: ANN401
    """A public method or property with a docstring; plain attributes are told by their class."""
    if name.startswith("_") or member.docstring is None:
        return False
    return bool(member.is_function or "property" in member.labels or "cached" in member.labels)


def _type(name: str, package: griffe.Object) -> str:
    found = package[name]
    short = name.rpartition(".")[2]
    where = f"ingest.{short if short in ingest.__all__ else name}"
    return f"### `{where}`\n\n```python\n{short} = {found.value}\n```\n\n{_doc(found)}"


def _values(names: Iterable[str], package: griffe.Object) -> Iterator[str]:
    yield "## Values\n"
    for name in names:
        yield f"- `ingest.{name}: {package[name].annotation}`"
    yield ""


# ---------------------------------------------------------------- docstrings


def _doc(found: Any) -> str:  # noqa: ANN401
    if found.docstring is None:
        raise ValueError(f"{found.path} has no docstring")
    return "\n".join(_section(section) for section in found.docstring.parsed)


def _section(section: Any) -> str:  # noqa: ANN401
    make = _SECTIONS.get(section.kind.value)
    if make is None:
        raise ValueError(f"a section of kind {section.kind.value} cannot be shown")
    return make(section.value).rstrip() + "\n"


def _items(title: str, pairs: Iterable[tuple[str, str]]) -> str:
    rows = (f"- `{name}`: {textwrap.indent(text, '  ').lstrip()}" for name, text in pairs)
    return f"**{title}**\n\n" + "\n".join(rows)


_SECTIONS: dict[str, Callable[[Any], str]] = {
    "text": str,
    "parameters": lambda v: _items("Arguments", ((p.name, p.description) for p in v)),
    "attributes": lambda v: _items("Attributes", ((a.name, a.description) for a in v)),
    "raises": lambda v: _items("Raises", ((str(r.annotation), r.description) for r in v)),
    "returns": lambda v: f"**Returns** {v[0].description}",
    "yields": lambda v: f"**Yields** {v[0].description}",
    # A title that griffe does not know, such as `Rules`.
    "admonition": lambda v: f"**{v.kind.capitalize()}**\n\n```text\n{v.contents}\n```",
    "examples": lambda v: "```python\n" + "\n".join(text for _, text in v) + "\n```",
}


# ---------------------------------------------------------------- errors


def _is_error(value: object) -> bool:
    return inspect.isclass(value) and issubclass(value, errors.IngestError)


def _error_rows() -> Iterator[str]:
    yield "| Error | `exit_code` | `kind` | When |"
    yield "| --- | --- | --- | --- |"
    for name, error in vars(errors).items():
        if not _is_error(error):
            continue
        where = "ingest" if name in ingest.__all__ else "ingest.errors"
        parent = error.__base__.__name__
        of = "" if parent in {"IngestError", "Exception"} else f", a `{parent}`"
        kind = f"`{error.kind}`" if isinstance(error.kind, str) else inspect.getdoc(error.kind)
        when = (inspect.getdoc(error) or "").partition("\n")[0]
        yield f"| `{where}.{name}`{of} | {error.exit_code} | {kind} | {when} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"{PAGE} written", file=sys.stderr)
