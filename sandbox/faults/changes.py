"""What may happen to a field of an answer: renamed, retyped, removed, other values, another unit.

Each change knows both sides: the record that is sent, and the JSON Schema that may announce it.
"""

from __future__ import annotations

import math
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from sandbox.content.model import ContentModel
from sandbox.sim.trace import canonical

Record = dict[str, Any]
Schema = dict[str, Any]


class Renamed(ContentModel):
    """The field has another name."""

    change: Literal["renamed"] = "renamed"
    field: str
    to: str

    @field_validator("to")
    @classmethod
    def _is_another_name(cls, to: str, info: Any) -> str:
        if to == info.data.get("field"):
            raise ValueError(f"{to!r} is the field's old name")
        return to

    def apply(self, record: Record) -> Record:
        """*record* with the new name in the old place."""
        return {(self.to if k == self.field else k): v for k, v in record.items()}

    def advertise(self, field: Schema) -> Schema:
        """The field's schema stays; its name is the walker's business."""
        return field


class Retyped(ContentModel):
    """The field has another type; null stays null, and a text that is no number stays a text."""

    change: Literal["retyped"] = "retyped"
    field: str
    to: Literal["string", "number", "list", "object"]

    def apply(self, record: Record) -> Record:
        """*record* with the field's value in its new type."""
        value = record[self.field]
        return record if value is None else {**record, self.field: self._convert(value)}

    def _convert(self, value: Any) -> Any:
        match self.to:
            case "string":
                return value if isinstance(value, str) else canonical(value)
            case "number":
                return _as_number(value)
            case "list":
                return [value]
            case "object":
                return {"value": value}

    def advertise(self, field: Schema) -> Schema:
        """The schema of the new type, nullable if the old one was."""
        kept = {k: field[k] for k in ("description",) if k in field}
        old = {k: v for k, v in field.items() if k not in ("description", "default")}
        members = old.get("anyOf", [old])
        bare = [m for m in members if m.get("type") != "null"]
        new = self._schema(bare[0] if len(bare) == 1 else {"anyOf": bare})
        if len(bare) < len(members):
            return {"anyOf": [new, {"type": "null"}], **kept}
        return {**new, **kept}

    def _schema(self, old: Schema) -> Schema:
        match self.to:
            case "string" | "number":
                return {"type": self.to}
            case "list":
                return {"type": "array", "items": old}
            case "object":
                return {"type": "object", "properties": {"value": old}, "required": ["value"]}


class Removed(ContentModel):
    """The field is gone."""

    change: Literal["removed"] = "removed"
    field: str

    def apply(self, record: Record) -> Record:
        """*record* without the field."""
        return {k: v for k, v in record.items() if k != self.field}

    def advertise(self, field: Schema) -> None:
        """Nothing is left to tell of."""
        del field


class EnumChanged(ContentModel):
    """The field's values have other names; also those in a list of values."""

    change: Literal["enum_changed"] = "enum_changed"
    field: str
    values: Annotated[dict[str, str], Field(min_length=1)]
    """Old value -> new value."""

    def apply(self, record: Record) -> Record:
        """*record* with the field's value under its new name."""
        value = record[self.field]
        if isinstance(value, list):
            return {**record, self.field: [self._new(v) for v in value]}
        return {**record, self.field: self._new(value)}

    def _new(self, value: Any) -> Any:
        return self.values.get(value, value) if isinstance(value, str) else value

    def advertise(self, field: Schema) -> Schema:
        """The schema with the new values wherever it lists the old ones."""
        told: Schema = self._advertise(field)
        return told

    def _advertise(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._advertise(item) for item in node]
        if not isinstance(node, dict):
            return node
        out = {k: self._advertise(v) for k, v in node.items()}
        if isinstance(out.get("enum"), list):
            out["enum"] = [self._new(v) for v in out["enum"]]
        for key in ("const", "default"):
            if key in out:
                out[key] = self._new(out[key])
        return out


class UnitChanged(ContentModel):
    """The field counts in another unit: cents become dollars, days become hours.

    Decimal texts ("49.99") are numbers here too, and stay texts.
    """

    change: Literal["unit_changed"] = "unit_changed"
    field: str
    factor: Annotated[float, Field(gt=0)]
    """New number = old number x factor."""

    @field_validator("factor")
    @classmethod
    def _changes_something(cls, factor: float) -> float:
        if factor == 1:
            raise ValueError("a factor of 1 changes nothing")
        return factor

    def apply(self, record: Record) -> Record:
        """*record* with the field's number in its new unit."""
        value = record[self.field]
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return record
        try:
            new = (Decimal(str(value)) * Decimal(repr(self.factor))).normalize()
        except InvalidOperation:
            return record
        if not new.is_finite():
            return record
        if isinstance(value, str):
            return {**record, self.field: f"{new:f}"}
        whole = new == new.to_integral_value()
        return {**record, self.field: int(new) if whole else float(new)}

    def advertise(self, field: Schema) -> Schema:
        """The schema with a remark; whole numbers may be broken ones now."""
        note = f"Unit changed: the former number times {self.factor:g}."
        told: Schema = field if self.factor == int(self.factor) else _broken(field)
        return {**told, "description": f"{field.get('description', '')} {note}".strip()}


Change = Annotated[
    Renamed | Retyped | Removed | EnumChanged | UnitChanged, Field(discriminator="change")
]


def _as_number(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return float(value)
    if not isinstance(value, str):
        return value
    try:
        number = float(value)
    except ValueError:
        return value
    return number if math.isfinite(number) else value


def _broken(node: Any) -> Any:
    """*node* with `number` where it says `integer`."""
    if isinstance(node, list):
        return [_broken(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {k: ("number" if (k, v) == ("type", "integer") else _broken(v)) for k, v in node.items()}
