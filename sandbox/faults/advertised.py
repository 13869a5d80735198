"""A tool's result schema: what fields it has, and how it is advertised once they have changed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.faults.changes import Change, Removed, Renamed, Schema


def announced(schema: Schema, changes: Sequence[Change]) -> Schema:
    """*schema* with *changes* written into every object that has such a field, `$defs` included."""
    defs = schema.get("$defs", {})
    told: Schema = _walk(schema, changes, defs)
    return schema if json.dumps(told) == json.dumps(schema) else told


def _walk(node: Any, changes: Sequence[Change], defs: Schema) -> Any:
    if isinstance(node, list):
        return [_walk(item, changes, defs) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _walk(value, changes, defs) for key, value in node.items()}
    if isinstance(out.get("properties"), dict):
        for change in changes:
            if change.field in out["properties"]:
                out |= _rewritten(out, change, defs)
    return out


def _rewritten(node: Schema, change: Change, defs: Schema) -> Schema:
    """The keys of the object schema *node* that *change* touches."""
    field = node["properties"][change.field]
    if not isinstance(change, Renamed | Removed):
        field = _written_out(field, defs)
    new = change.advertise(field)
    name = change.to if isinstance(change, Renamed) else change.field
    properties, required = {}, []
    for key, value in node["properties"].items():
        if key != change.field:
            properties[key] = value
        elif new is not None:
            properties[name] = new
    for key in node.get("required", []):
        if key != change.field:
            required.append(key)
        elif new is not None:
            required.append(name)
    out: Schema = {"properties": properties}
    if "required" in node:
        out["required"] = required
    return out


def _written_out(field: Schema, defs: Schema) -> Schema:
    """*field* with what it refers to in its place: other fields of that type keep theirs."""
    if "anyOf" in field:
        return {**field, "anyOf": [_written_out(member, defs) for member in field["anyOf"]]}
    reference = field.get("$ref")
    if reference is None:
        return field
    rest = {k: v for k, v in field.items() if k != "$ref"}
    return {**defs.get(reference.rpartition("/")[2], {}), **rest}


@dataclass(frozen=True)
class Fields:
    """What the results of a tool can hold."""

    values: Mapping[str, frozenset[str]]
    """Every field, at any depth, with the values that its enums list."""
    closed: bool
    """False: some object in it is a map, and may have any field."""


def fields_of(schema: Schema) -> Fields:
    """The fields of a result of *schema*."""
    values: dict[str, frozenset[str]] = {}
    closed = True
    for node in _objects(schema):
        properties = node.get("properties")
        closed &= properties is not None
        for name, field in (properties or {}).items():
            listed = _values(_written_out(field, schema.get("$defs", {})))
            values[name] = values.get(name, frozenset()) | listed
    return Fields(values, closed)


def _objects(node: Any) -> Iterator[Schema]:
    """Every schema of an object in *node*."""
    if isinstance(node, list):
        for item in node:
            yield from _objects(item)
    elif isinstance(node, dict):
        if node.get("type") == "object" or "properties" in node:
            yield node
        for value in node.values():
            yield from _objects(value)


def _values(node: Any) -> frozenset[str]:
    if isinstance(node, list):
        return frozenset(value for item in node for value in _values(item))
    if not isinstance(node, dict):
        return frozenset()
    listed = [v for v in (*node.get("enum", ()), node.get("const")) if isinstance(v, str)]
    return frozenset(listed) | _values([node.get(key) for key in ("anyOf", "items")])
