from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.shapes import Shape, json_type, shape_of, shape_of_tool

SCHEMA = {
    "$defs": {"Line": {
        "type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"],
    }},
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "price": {"type": "number"},
        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        "state": {"enum": ["open", "closed"], "type": "string"},
        "lines": {"type": "array", "items": {"$ref": "#/$defs/Line"}},
    },
    "required": ["id", "state"],
}  # fmt: skip
GOOD: dict[str, Any] = {"id": 1, "state": "open", "price": 2, "note": None, "lines": [{"sku": "A"}]}


def test_a_value_as_the_schema_says_fits_and_more_fields_do_no_harm() -> None:
    shape = shape_of(SCHEMA)
    assert shape.fits(GOOD)
    assert shape.fits({**GOOD, "extra": 1})


@pytest.mark.parametrize(
    "wrong",
    [{"id": "1"}, {"state": "OPEN"}, {"lines": [{}]}, {"lines": {}}, {"note": 3}, {"price": "2"}],
)
def test_each_kind_of_drift_is_seen(wrong: dict[str, Any]) -> None:
    assert not shape_of(SCHEMA).fits({**GOOD, **wrong})


def test_a_missing_field_is_seen() -> None:
    assert not shape_of(SCHEMA).fits({"state": "open"})


def test_one_of_two_kinds_of_record_is_enough() -> None:
    parts = [
        {"type": "object", "properties": {name: {"type": "string"}}, "required": [name]}
        for name in ("email", "deleted")
    ]
    shape = shape_of({"anyOf": parts})
    assert shape.fits({"email": "a"})
    assert shape.fits({"deleted": "yes"})
    assert not shape.fits({"name": "x"})


def test_a_record_that_holds_itself_has_an_end() -> None:
    node = {"type": "object", "properties": {"next": {"$ref": "#/$defs/Node"}}}
    assert shape_of({"$defs": {"Node": node}, "$ref": "#/$defs/Node"}).fits({"next": {"next": {}}})


def test_json_types() -> None:
    values: list[Any] = [None, True, 1, 1.5, "x", [], {}]
    assert [json_type(v) for v in values] == [
        "null", "boolean", "integer", "number", "string", "array", "object",
    ]  # fmt: skip


def test_the_shape_of_a_tool_is_made_anew_only_for_another_schema() -> None:
    one = shape_of_tool("a_tool", SCHEMA)
    assert shape_of_tool("a_tool", SCHEMA) is one
    assert shape_of_tool("a_tool", {"type": "string"}) == Shape(frozenset({"string"}))
