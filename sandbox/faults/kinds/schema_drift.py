"""Schema drift: a field is not any more what it was."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from sandbox.content.model import ContentModel
from sandbox.faults.fault import Fault, Surroundings
from sandbox.sim.points import Call, Forward


class Renamed(ContentModel):
    """The field has another name."""

    change: Literal["renamed"]
    field: str
    to: str

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """*record* with the new name in the old place."""
        return {(self.to if k == self.field else k): v for k, v in record.items()}


class Retyped(ContentModel):
    """The field has another type: numbers become texts, texts numbers where they can."""

    change: Literal["retyped"]
    field: str
    to: Literal["string", "number", "list", "object"]

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """*record* with the field's value in its new type."""
        return {**record, self.field: self._convert(record[self.field])}

    def _convert(self, value: Any) -> Any:
        match self.to:
            case "string":
                return str(value)
            case "number":
                digits = "".join(c for c in str(value) if c in "0123456789.")
                return float(digits) if digits.strip(".") else 0
            case "list":
                return [value]
            case "object":
                return {"value": value}


class Removed(ContentModel):
    """The field is gone."""

    change: Literal["removed"]
    field: str

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """*record* without the field."""
        return {k: v for k, v in record.items() if k != self.field}


class EnumChanged(ContentModel):
    """The field's values have other names."""

    change: Literal["enum_changed"]
    field: str
    values: dict[str, str]
    """Old value -> new value."""

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """*record* with the field's value under its new name."""
        value = record[self.field]
        return {**record, self.field: self.values.get(str(value), value)}


class UnitChanged(ContentModel):
    """The field counts in another unit: cents become dollars, days become hours."""

    change: Literal["unit_changed"]
    field: str
    factor: Annotated[float, Field(gt=0)]
    """New number = old number x factor."""

    def apply(self, record: dict[str, Any]) -> dict[str, Any]:
        """*record* with the field's number in its new unit."""
        value = record[self.field]
        if isinstance(value, bool) or not isinstance(value, int | float):
            return record
        new = value * self.factor
        return {**record, self.field: int(new) if new == int(new) else round(new, 6)}


Change = Annotated[
    Renamed | Retyped | Removed | EnumChanged | UnitChanged, Field(discriminator="change")
]


class SchemaDrift(Fault):
    """Fields of the answer change; the tables do not: drift lives in what the caller sees.

    *advertised* drift is in the tool's result schema too, so that a careful client can notice;
    otherwise only the payload changes, as when a vendor deploys before its documentation.
    """

    kind: Literal["schema_drift"] = "schema_drift"
    changes: Annotated[list[Change], Field(min_length=1)]
    advertised: bool = False
    depth_max: Annotated[int, Field(ge=1)] = 4
    """How deep inside the answer fields are looked for."""

    @model_validator(mode="after")
    def _fields_differ(self) -> SchemaDrift:
        for change in self.changes:
            if isinstance(change, Renamed) and change.field == change.to:
                raise ValueError(f"renamed to itself: {change.field!r}")
        return self

    def fires(self, call: Call, answered: bool) -> bool:
        """Only where a field was there to change."""
        del answered
        return bool(call.options.pop(f"drift/{self.name}", False))

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Forward, and show the answer in its new form."""
        del at
        result = await forward(call)
        drifted = self.drift(result)
        call.options[f"drift/{self.name}"] = drifted != result
        return drifted

    def drift(self, value: Any, depth: int = 0) -> Any:
        """*value* in its new form, wherever the fields stand in it."""
        if depth > self.depth_max:
            return value
        if isinstance(value, list):
            return [self.drift(v, depth) for v in value]
        if not isinstance(value, dict):
            return value
        record = {k: self.drift(v, depth + 1) for k, v in value.items()}
        for change in self.changes:
            if change.field in record:
                record = change.apply(record)
        return record

    def drift_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The tool's result schema as it is advertised: new names, types and values."""
        return _schema(schema, self.changes) if self.advertised else schema


_TYPES = {"string": "string", "number": "number", "list": "array", "object": "object"}


def _schema(node: Any, changes: list[Any]) -> Any:
    if isinstance(node, list):
        return [_schema(item, changes) for item in node]
    if not isinstance(node, dict):
        return node
    out = {key: _schema(value, changes) for key, value in node.items()}
    properties = out.get("properties")
    if isinstance(properties, dict):
        for change in changes:
            if change.field in properties:
                _advertise(out, properties, change)
                properties = out["properties"]
    return out


def _advertise(node: dict[str, Any], properties: dict[str, Any], change: Any) -> None:
    """Write one change into the object schema *node*."""
    field = change.field
    match change:
        case Renamed():
            node["properties"] = {
                (change.to if k == field else k): v for k, v in properties.items()
            }
            _require(node, field, change.to)
        case Removed():
            node["properties"] = {k: v for k, v in properties.items() if k != field}
            _require(node, field, None)
        case Retyped():
            properties[field] = {"type": _TYPES[change.to]}
        case EnumChanged():
            names = properties[field].get("enum", list(change.values))
            properties[field] = {"type": "string", "enum": [change.values.get(n, n) for n in names]}
        case UnitChanged():
            note = f"Unit changed: multiplied by {change.factor:g}."
            text = properties[field].get("description", "")
            properties[field] = {**properties[field], "description": f"{text} {note}".strip()}


def _require(node: dict[str, Any], old: str, new: str | None) -> None:
    if old in node.get("required", []):
        names = [new if n == old else n for n in node["required"]]
        node["required"] = [n for n in names if n is not None]
