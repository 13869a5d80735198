"""What a model reads in a tool's answer: JSON, or whatever a framework has made of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.llm.messages import Message


def parse(content: str) -> Any:
    """The JSON value in *content*; the text itself where it is none (cut off, or prose)."""
    try:
        return json.loads(content)
    except ValueError:
        return content


def is_error(message: Message, value: Any) -> bool:
    """Whether a tool's answer is an error, by its flag or by what it says.

    An answer with an `error` in its body counts, whatever its status: a model reads the text.
    """
    if message.error:
        return True
    if isinstance(value, Mapping):
        return bool(value.get("error"))
    return isinstance(value, str) and value.lstrip().lower().startswith("error")


@dataclass(frozen=True, slots=True)
class Found:
    """The value is there."""

    value: Any


@dataclass(frozen=True, slots=True)
class Missing:
    """A record lacks the field; `record` is what it holds, `rest` the path below the field."""

    record: Mapping[str, Any]
    field: str
    rest: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unusable:
    """There is nothing to look into: an empty list, null, or text without the field."""


def look_up(value: Any, path: Sequence[str]) -> Found | Missing | Unusable:
    """What stands at *path* in *value*, a tool's result as the model saw it.

    In a list a number is an index; a name looks into its first element, as a reader would who
    expected one record. In text that is no JSON, the field is sought as `name: value`.
    """
    for depth, part in enumerate(path):
        if isinstance(value, str):
            value = parse(value)
        if isinstance(value, list) and not part.isdigit() and value:
            value = value[0]
        match value:
            case Mapping():
                if part not in value:
                    return Missing(value, part, tuple(path[depth + 1 :]))
                value = value[part]
            case list() if part.isdigit() and int(part) < len(value):
                value = value[int(part)]
            case str():
                written = _written(part, value)
                return Found(written) if written is not None else Unusable()
            case _:
                return Unusable()
    return Found(value)


def _written(field: str, text: str) -> Any:
    pattern = rf"""(?<![A-Za-z0-9_])["']?{re.escape(field)}["']?\s*[:=]\s*["']?([\w@.+-]+)"""
    found = re.search(pattern, text)
    return None if found is None else parse(found[1])
