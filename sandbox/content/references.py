"""The one reference syntax of content files: `$name.field.0.sub`.

A string that is exactly one reference stands for the value itself; inside a longer text it is
written out. `${name.field}` serves directly before letters, `$$` is a dollar sign, and a dollar
before anything but a letter, an underscore or a brace (`$49.99`) is just a dollar.
"""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.content.suggest import did_you_mean
from sandbox.errors import UsageError

_PATH = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*"
_TOKEN = re.compile(
    rf"\$(?:(?P<dollar>\$)|(?P<plain>{_PATH})|\{{(?P<braced>{_PATH})\}}|(?P<bad>\{{))"
)


class ReferenceProblem(UsageError):  # noqa: N818 - a `Problem` like those of a file
    """A reference that leads nowhere; the text names it and the nearest known name."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One `$name.path` as written in *text*."""

    text: str
    name: str
    path: tuple[str, ...] = ()


def references(value: Any) -> list[Reference]:
    """Every reference in *value*, a string or nested lists and dicts of them, in reading order."""
    return [ref for text in _strings(value) for ref in _in_text(text)]


def resolve(value: Any, scope: Mapping[str, Any]) -> Any:
    """*value* with every reference replaced from *scope*; raises `ReferenceProblem`.

    A lone reference gives the very object in *scope*, not a copy. Keys of dicts are left alone.
    """
    if isinstance(value, str):
        return _resolve_text(value, scope)
    if isinstance(value, dict):
        return {key: resolve(item, scope) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)([resolve(item, scope) for item in value])
    return value


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from _strings(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings(item)


def _in_text(text: str) -> Iterator[Reference]:
    for match in _TOKEN.finditer(text):
        reference = _reference(match)
        if reference is not None:
            yield reference


def _reference(match: re.Match[str]) -> Reference | None:
    if match["bad"]:
        raise ReferenceProblem(
            f"'${{' without a name and '}}' in {match.string!r}: write ${{name.field}},"
            " or $$ for a dollar sign"
        )
    path = match["plain"] or match["braced"]
    if path is None:
        return None
    name, *rest = path.split(".")
    return Reference(match[0], name, tuple(rest))


def _resolve_text(text: str, scope: Mapping[str, Any]) -> Any:
    whole = _TOKEN.fullmatch(text)
    if whole is not None and (reference := _reference(whole)) is not None:
        return _look_up(reference, scope)

    def written_out(match: re.Match[str]) -> str:
        reference = _reference(match)
        return "$" if reference is None else _as_text(_look_up(reference, scope))

    return _TOKEN.sub(written_out, text)


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _look_up(reference: Reference, scope: Mapping[str, Any]) -> Any:
    value: Any = scope
    seen = "$"
    for part in (reference.name, *reference.path):
        known, get = _fields(value)
        key = next((name for name in known if str(name) == part), None)
        if key is None:
            raise _unknown(reference, seen, part, [str(name) for name in known])
        value = get(key)
        seen = f"${part}" if seen == "$" else f"{seen}.{part}"
    return value


def _fields(value: Any) -> tuple[list[Any], Callable[[Any], Any]]:
    if isinstance(value, Mapping):
        return list(value), value.__getitem__
    if isinstance(value, (list, tuple)):
        return list(range(len(value))), value.__getitem__
    # A pydantic model, recognised without importing pydantic.
    names = getattr(type(value), "model_fields", None)
    if names is None and dataclasses.is_dataclass(value):
        names = [field.name for field in dataclasses.fields(value)]
    return list(names or ()), lambda name: getattr(value, name)


def _unknown(reference: Reference, seen: str, part: str, known: list[str]) -> ReferenceProblem:
    where = "nothing is called" if seen == "$" else f"{seen} has no"
    if not known:
        what = "no names are known here" if seen == "$" else f"{seen} has no fields"
        return ReferenceProblem(f"unknown reference {reference.text}: {what}")
    choices = did_you_mean(part, known) or f"; known: {', '.join(sorted(known)[:20])}"
    return ReferenceProblem(f"unknown reference {reference.text}: {where} {part!r}{choices}")
