from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.mend import Mending
from sandbox.agents.reference.hardening.shapes import shape_of
from sandbox.faults.kinds.schema_drift import SchemaDrift

SCHEMA = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "amount": {"type": "integer"},
        "price": {"type": "string"},
        "status": {"enum": ["in_transit", "delivered", "lost"], "type": "string"},
    },
    "required": ["id", "amount", "price", "status"],
}
RECORD = {"id": 7, "amount": 4999, "price": "49.90", "status": "in_transit"}


def mended(value: Any, schema: Any = SCHEMA) -> tuple[Any, list[str], list[str]]:
    mending = Mending()
    return mending.mend(value, shape_of(schema)), mending.mended, mending.broken


def drifted(**change: Any) -> Any:
    return SchemaDrift(kind="schema_drift", changes=[change]).drift(RECORD)


@pytest.mark.parametrize(
    "change",
    [
        {"change": "renamed", "field": "amount", "to": "amount_captured_total"},
        {"change": "renamed", "field": "amount", "to": "betrag"},
        {"change": "retyped", "field": "amount", "to": "string"},
        {"change": "retyped", "field": "amount", "to": "list"},
        {"change": "retyped", "field": "amount", "to": "object"},
        {"change": "retyped", "field": "price", "to": "number"},
        {"change": "enum_changed", "field": "status", "values": {"in_transit": "IN_TRANSIT"}},
    ],
)
def test_what_can_be_read_in_one_way_is_put_right(change: dict[str, Any]) -> None:
    value, what, broken = mended(drifted(**change))
    assert value == RECORD
    assert what
    assert broken == []


def test_what_is_gone_is_told_and_nothing_is_made_up() -> None:
    value, what, broken = mended(drifted(change="removed", field="amount"))
    assert "amount" not in value
    assert (what, broken) == ([], ["amount is missing"])


def test_a_state_nobody_knows_is_left_alone_and_told() -> None:
    change = {"change": "enum_changed", "field": "status", "values": {"in_transit": "MISSING"}}
    value, _, broken = mended(drifted(**change))
    assert value["status"] == "MISSING"
    assert broken == ["status is 'MISSING'"]


def test_two_fields_that_could_be_the_missing_one_are_one_too_many() -> None:
    value, _, broken = mended(
        {**{k: v for k, v in RECORD.items() if k != "amount"}, "amount_a": 1, "amount_b": 2}
    )
    assert "amount" not in value
    assert broken == ["amount is missing"]


def test_records_deep_in_lists_are_mended_where_they_stand() -> None:
    schema = {"type": "object", "properties": {"data": {"type": "array", "items": SCHEMA}}}
    value, what, _ = mended({"data": [RECORD, {**RECORD, "amount": "4999"}]}, schema)
    assert value == {"data": [RECORD, RECORD]}
    assert what == ["data[1].amount was '4999'"]


def test_of_two_kinds_of_record_the_likelier_one_is_mended() -> None:
    gone = {
        "type": "object", "properties": {"deleted": {"type": "boolean"}}, "required": ["deleted"],
    }  # fmt: skip
    value, _, broken = mended({**RECORD, "amount": "4999"}, {"anyOf": [gone, SCHEMA]})
    assert (value, broken) == (RECORD, [])


def test_what_fits_is_not_touched() -> None:
    value, what, broken = mended(RECORD)
    assert value is RECORD
    assert (what, broken) == ([], [])
