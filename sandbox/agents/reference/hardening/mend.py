"""Mending what drifted: a record is put back into the shape that its schema promises.

Only where there is one way to read it: the one missing field is the one unknown field, the text
"4999" is the number 4999, `DELIVERED` is `delivered`. What is doubtful stays as it is, and is told.
"""

from __future__ import annotations

import re
from typing import Any

from sandbox.agents.reference.hardening.shapes import Shape, json_type

_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")


class Mending:
    """One result on its way back into shape."""

    def __init__(self) -> None:
        self.mended: list[str] = []
        """What was put right, by field."""
        self.broken: list[str] = []
        """What does not fit and was left alone."""

    def mend(self, value: Any, shape: Shape, path: str = "") -> Any:
        """*value* in *shape*, as far as that is certain."""
        if shape.fits(value):
            return value
        if shape.options:
            shape = max(shape.options, key=lambda option: _common(option, value))
        value = self._unwrapped(value, shape, path)
        if isinstance(value, dict) and "object" in shape.types:
            return self._record(value, shape, path)
        if isinstance(value, list) and shape.items is not None:
            items = shape.items
            return [self.mend(item, items, f"{path}[{n}]") for n, item in enumerate(value)]
        return value if shape.fits(value) else self._scalar(value, shape, path)

    def _unwrapped(self, value: Any, shape: Shape, path: str) -> Any:
        """What stands alone in a list or a record where the schema has neither."""
        inner = value
        if isinstance(value, list) and len(value) == 1 and "array" not in shape.types:
            inner = value[0]
        elif isinstance(value, dict) and len(value) == 1 and "object" not in shape.types:
            inner = next(iter(value.values()))
        if inner is not value:
            self.mended.append(f"{path} was wrapped")
        return inner

    def _record(self, value: dict[str, Any], shape: Shape, path: str) -> dict[str, Any]:
        names = self._names(value, shape)
        out = {}
        for name, item in value.items():
            known = names.get(name, name)
            where = f"{path}.{known}".lstrip(".")
            if known != name:
                self.mended.append(f"{where} was called {name}")
            field = shape.fields.get(known)
            out[known] = item if field is None else self.mend(item, field, where)
        for name in shape.required:
            if name not in out:
                self.broken.append(f"{path}.{name} is missing".lstrip("."))
        return out

    def _names(self, value: dict[str, Any], shape: Shape) -> dict[str, str]:
        """New name -> old name, for fields that were renamed."""
        missing = [name for name in shape.required if name not in value]
        unknown = [name for name in value if name not in shape.fields]
        names: dict[str, str] = {}
        for old in missing:
            near = [
                new
                for new in unknown
                if new not in names and shape.fields[old].fits(value[new]) and _alike(old, new)
            ]
            if not near and len(missing) == len(unknown) == 1:
                near = [new for new in unknown if shape.fields[old].fits(value[new])]
            if len(near) == 1:
                names[near[0]] = old
        return names

    def _scalar(self, value: Any, shape: Shape, path: str) -> Any:
        for candidate in _readings(value, shape):
            if shape.fits(candidate):
                self.mended.append(f"{path} was {value!r}")
                return candidate
        self.broken.append(f"{path} is {value!r}")
        return value


def _readings(value: Any, shape: Shape) -> list[Any]:
    """What *value* may have been before it changed its type or spelling."""
    if shape.choices:
        return [choice for choice in shape.choices if _words(choice) == _words(value)]
    match value:
        case str() if re.fullmatch(r"-?\d+", value):
            return [int(value)]
        case str() if re.fullmatch(r"-?\d+\.\d+", value):
            return [float(value)]
        case float():  # a decimal text has two places
            return [f"{value:.2f}", *([int(value)] if value.is_integer() else [])]
        case int():
            return [str(value)]
        case _:
            return []


def _alike(one: str, other: str) -> bool:
    """Whether one name's words are among the other's: `amount`, `amount_captured_total`."""
    left, right = set(_words(one)), set(_words(other))
    return left <= right or right <= left


def _words(value: Any) -> list[str]:
    return [word.lower() for word in _WORD.findall(str(value))]


def _common(shape: Shape, value: Any) -> int:
    """How many of the fields of *value* are known to *shape*."""
    if json_type(value) != "object":
        return 0
    return sum(name in shape.fields for name in value)
