"""Result schemas: the new form of each change, through definitions and nullable fields."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, TypeAdapter

from sandbox.faults.advertised import announced, fields_of
from sandbox.faults.changes import EnumChanged, Removed, Renamed, Retyped, UnitChanged
from sandbox.systems.operation import operations_of
from sandbox.systems.stripe import Stripe

State = Literal["open", "lost"]


class Event(BaseModel):
    state: State
    at: str


class Parcel(BaseModel):
    id: int
    state: State
    before: State | None = None
    weight_g: int | None = None
    events: list[Event]


class ParcelList(BaseModel):
    parcels: list[Parcel]
    meta: dict[str, str]


SCHEMA = TypeAdapter(ParcelList).json_schema(mode="serialization")


def parcel(*changes: Any) -> dict[str, Any]:
    """The schema of a parcel inside the list, after *changes*."""
    defs: dict[str, Any] = announced(SCHEMA, changes)["$defs"]
    found: dict[str, Any] = defs["Parcel"]
    return found


def test_a_new_name_stands_in_the_old_place_also_among_the_required() -> None:
    old, new = parcel(), parcel(Renamed(field="state", to="status"))
    assert list(new["properties"]) == ["id", "status", "before", "weight_g", "events"]
    assert new["properties"]["status"] == old["properties"]["state"]
    assert old["required"] == ["id", "state", "events"]
    assert new["required"] == ["id", "status", "events"]


def test_a_removed_field_is_not_told_of() -> None:
    new = parcel(Removed(field="state"))
    assert "state" not in new["properties"]
    assert new["required"] == ["id", "events"]


def test_a_nullable_field_stays_nullable_in_its_new_type() -> None:
    new = parcel(Retyped(field="weight_g", to="string"))
    assert new["properties"]["weight_g"] == {"anyOf": [{"type": "string"}, {"type": "null"}]}


def test_wrapped_values_keep_their_schema_inside() -> None:
    listed = parcel(Retyped(field="id", to="list"))["properties"]["id"]
    assert listed["type"] == "array"
    assert listed["items"]["type"] == "integer"
    held = parcel(Retyped(field="id", to="object"))["properties"]["id"]
    assert held["properties"]["value"]["type"] == "integer"


def test_new_values_are_told_of_in_every_object_and_in_nullable_fields() -> None:
    change = EnumChanged(field="state", values={"lost": "MISSING"})
    told = announced(SCHEMA, [change, EnumChanged(field="before", values={"lost": "GONE"})])
    assert told["$defs"]["Parcel"]["properties"]["state"]["enum"] == ["open", "MISSING"]
    assert told["$defs"]["Event"]["properties"]["state"]["enum"] == ["open", "MISSING"]
    before = told["$defs"]["Parcel"]["properties"]["before"]["anyOf"]
    assert {"enum": ["open", "GONE"], "type": "string"} in before
    assert {"type": "null"} in before


def test_a_shared_definition_changes_only_where_the_field_uses_it() -> None:
    shared = {
        "$defs": {"State": {"type": "string", "enum": ["open", "lost"]}},
        "type": "object",
        "properties": {
            "state": {"$ref": "#/$defs/State", "description": "Now."},
            "before": {"anyOf": [{"$ref": "#/$defs/State"}, {"type": "null"}]},
            "other": {"$ref": "#/$defs/State"},
        },
    }
    changes = [EnumChanged(field=f, values={"lost": "MISSING"}) for f in ("state", "before")]
    told = announced(shared, changes)["properties"]
    assert told["state"] == {"type": "string", "enum": ["open", "MISSING"], "description": "Now."}
    assert told["before"]["anyOf"][0]["enum"] == ["open", "MISSING"]
    assert told["other"] == {"$ref": "#/$defs/State"}


def test_another_unit_is_a_remark_and_cents_may_be_broken_dollars() -> None:
    field = parcel(UnitChanged(field="weight_g", factor=0.001))["properties"]["weight_g"]
    assert field["description"] == "Unit changed: the former number times 0.001."
    assert {"type": "number"} in field["anyOf"]
    whole = parcel(UnitChanged(field="weight_g", factor=1000))["properties"]["weight_g"]
    assert {"type": "integer"} in whole["anyOf"]


def test_what_has_no_such_field_is_the_very_same_schema() -> None:
    assert announced(SCHEMA, [Removed(field="nowhere")]) is SCHEMA


def test_every_stripe_result_can_be_announced_in_a_new_form() -> None:
    for operation in operations_of(Stripe):
        told = announced(operation.result_schema, [Renamed(field="object", to="kind")])
        assert "kind" in fields_of(told).values
        assert "object" not in fields_of(told).values


def test_the_fields_of_a_result_with_their_values() -> None:
    fields = fields_of(SCHEMA)
    assert fields.values["state"] == {"open", "lost"}
    assert fields.values["weight_g"] == frozenset()
    assert not fields.closed, "meta may hold any key"
    assert fields_of(TypeAdapter(Parcel).json_schema()).closed
