"""`Shape`: a JSON Schema, as far as results need it, in a form that is quick to check against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_ROUNDS_MAX = 20


@dataclass(frozen=True)
class Shape:
    """What a value may look like."""

    types: frozenset[str] = frozenset()
    """JSON types; none: any."""
    choices: tuple[Any, ...] = ()
    """The values allowed; none: any."""
    fields: Mapping[str, Shape] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    items: Shape | None = None
    options: tuple[Shape, ...] = ()
    """Several kinds of record, of which it must be one."""

    def fits(self, value: Any) -> bool:
        """Whether *value* has this shape; fields beyond it do no harm."""
        if self.options:
            return any(option.fits(value) for option in self.options)
        type_ = json_type(value)
        if self.types and type_ not in self.types:
            return False
        if type_ == "object":
            return all(name in value for name in self.required) and all(
                name not in value or shape.fits(value[name]) for name, shape in self.fields.items()
            )
        if type_ == "array":
            items = self.items
            return items is None or all(items.fits(item) for item in value)
        return not self.choices or value in self.choices or value is None


def shape_of(schema: Mapping[str, Any]) -> Shape:
    """The shape that *schema* describes."""
    return _shape(schema, schema.get("$defs") or {}, 0)


_known: dict[str, tuple[Mapping[str, Any], Shape]] = {}


def shape_of_tool(tool: str, schema: Mapping[str, Any]) -> Shape:
    """The shape of a tool's result *schema*, made once per process and tool."""
    known = _known.get(tool)
    if known is None or known[0] is not schema:
        known = _known[tool] = schema, shape_of(schema)
    return known[1]


def json_type(value: Any) -> str:
    """The JSON type of *value*; a whole number is an `integer`."""
    return _JSON_TYPES.get(type(value), "object")


_JSON_TYPES = {
    type(None): "null", bool: "boolean", int: "integer", float: "number", str: "string",
    list: "array",
}  # fmt: skip


def _shape(schema: Mapping[str, Any], defs: Mapping[str, Any], depth: int) -> Shape:
    if depth > _ROUNDS_MAX:  # a record that holds itself: deep enough
        return Shape()
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        return _shape(defs.get(name) or {}, defs, depth + 1)
    if "anyOf" in schema:
        return _any_of([_shape(part, defs, depth + 1) for part in schema["anyOf"]])
    choices = schema.get("enum") or ([schema["const"]] if "const" in schema else [])
    fields = schema.get("properties") or {}
    items = schema.get("items")
    return Shape(
        _types(schema.get("type")),
        tuple(choices),
        {name: _shape(part, defs, depth + 1) for name, part in fields.items()},
        tuple(schema.get("required") or ()),
        _shape(items, defs, depth + 1) if isinstance(items, Mapping) else None,
    )


def _any_of(parts: list[Shape]) -> Shape:
    """One shape for all *parts*: `string or null` is a type, two kinds of record are options."""
    if any(not part.types for part in parts):
        return Shape()
    types = frozenset().union(*(part.types for part in parts))
    structured = [part for part in parts if part.fields or part.items]
    if len(structured) > 1:
        return Shape(options=tuple(parts))
    choices = tuple(choice for part in parts for choice in part.choices)
    one = structured[0] if structured else Shape()
    return Shape(types, choices, one.fields, one.required, one.items)


def _types(given: Any) -> frozenset[str]:
    names = [given] if isinstance(given, str) else list(given or ())
    return frozenset([*names, "integer"] if "number" in names else names)
