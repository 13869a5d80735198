"""Drift, as a model copes with it: seeing what was meant, or taking the wrong thing for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import partial
from typing import Any

from sandbox.llm.toolnames import words

_SIMILAR = 0.6
_DEPTH = 2
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_COUNTING = frozenset(
    {"amount", "cents", "count", "limit", "price", "quantity", "seconds", "total"}
)
_CENTS = 100


def likely_field(record: Mapping[str, Any], field: str) -> tuple[str, Any] | None:
    """The name and value in *record* that *field* has most likely become; None if none is near.

    Looks one record deeper too: a field may have moved into a sub-record.
    """
    best: tuple[float, str, Any] | None = None
    for name, value in _fields(record, _DEPTH):
        score = similarity(field, name.rpartition(".")[2])
        if score >= _SIMILAR and (best is None or score > best[0]):
            best = score, name, value
    return None if best is None else best[1:]


def wrong_field(record: Mapping[str, Any], field: str, chance: float) -> tuple[str, Any] | None:
    """Another field of *record* that could be taken for *field*: a number for an amount, else text.

    *chance* in [0, 1) picks among them.
    """
    wants_number = not _COUNTING.isdisjoint(words(field))
    alike = [
        (name, value)
        for name, value in _fields(record, 1)
        if isinstance(value, str if not wants_number else (int, float))
        and not isinstance(value, bool)
    ]
    return alike[int(chance * len(alike))] if alike else None


def invented(field: str, chance: float) -> Any:
    """A value made up for *field*; *chance* in [0, 1) decides its digits."""
    digits = int(chance * 90_000) + 10_000
    return digits if not _COUNTING.isdisjoint(words(field)) else f"{field}_{digits}"


def similarity(one: str, other: str) -> float:
    """How alike two names are, in [0, 1]: spelling, or the words of one being among the other's."""
    left, right = words(one), words(other)
    ratio = SequenceMatcher(None, "".join(left), "".join(right)).ratio()
    if left and right and (set(left) <= set(right) or set(right) <= set(left)):
        return 0.9 + 0.1 * ratio
    return ratio


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The one of *known* most like *name*; None if none is near."""
    best: tuple[float, str] | None = None
    for candidate in sorted(known):
        score = similarity(name, candidate)
        if score >= _SIMILAR and (best is None or score > best[0]):
            best = score, candidate
    return None if best is None else best[1]


def fit(
    args: Mapping[str, Any], schema: Mapping[str, Any], sees: Callable[[str], bool]
) -> dict[str, Any]:
    """*args* as the advertised *schema* wants them, where `sees(argument)` says that it is noticed.

    An argument the schema does not know takes the nearest free name, a value of the wrong type is
    converted, a value outside an enum becomes the nearest choice. What goes unnoticed stays.
    """
    properties: Mapping[str, Any] = schema.get("properties") or {}
    if not properties:
        return dict(args)
    out: dict[str, Any] = {}
    free = [name for name in properties if name not in args]
    for name, value in args.items():
        renamed = None
        if name not in properties and sees(name):
            renamed = nearest(name, free)
        target = name if renamed is None else renamed
        if renamed is not None:
            free.remove(renamed)
        out[target] = _fit_value(value, properties.get(target) or {}, partial(sees, name))
    return out


def _fit_value(value: Any, schema: Mapping[str, Any], sees: Callable[[], bool]) -> Any:
    choices = schema.get("enum")
    if choices and value not in choices:
        near = nearest(str(value), map(str, choices)) if sees() else None
        return value if near is None else next(c for c in choices if str(c) == near)
    types = _types(schema)
    if not types or _type_of(value) in types or value is None or not sees():
        return value
    number = _as_number(value)
    if number is not None and "number" in types:
        return number
    if number is not None and "integer" in types:
        # A fraction where whole numbers are asked for: an amount in units instead of cents.
        return int(number) if number == int(number) else round(number * _CENTS)
    if "string" in types and not isinstance(value, (dict, list)):
        return str(value)
    return value


def _fields(record: Mapping[str, Any], depth: int, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name in sorted(record, key=str):
        value = record[name]
        yield f"{prefix}{name}", value
        if depth > 1 and isinstance(value, Mapping):
            yield from _fields(value, depth - 1, f"{prefix}{name}.")


def _types(schema: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    for part in (schema, *(schema.get("anyOf") or ())):
        kind = part.get("type")
        found.update(kind if isinstance(kind, list) else [kind] if kind else [])
    if "number" in found:
        found.add("integer")
    return found


def _type_of(value: Any) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case Mapping():
            return "object"
        case _:
            return "array"


def _as_number(value: Any) -> float | None:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return float(value)
    return None
