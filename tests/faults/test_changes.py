"""Each change of a field, on the record and on the schema."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from sandbox.faults.changes import Change, EnumChanged, Removed, Renamed, Retyped, UnitChanged

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def test_a_renamed_field_keeps_its_place_and_value() -> None:
    record = {"id": 1, "amount": 25, "currency": "usd"}
    renamed = Renamed(field="amount", to="total").apply(record)
    assert list(renamed.items()) == [("id", 1), ("total", 25), ("currency", "usd")]


@pytest.mark.parametrize(
    ("to", "old", "new"),
    [
        ("string", 4999, "4999"),
        ("string", True, "true"),
        ("string", {"b": 1, "a": None}, '{"a":null,"b":1}'),
        ("string", "as it was", "as it was"),
        ("number", "49.99", 49.99),
        ("number", "-5.00", -5.0),
        ("number", 7, 7.0),
        ("number", "2026-03-02", "2026-03-02"),
        ("number", "nan", "nan"),
        ("number", [1], [1]),
        ("list", "x", ["x"]),
        ("object", 3, {"value": 3}),
        ("string", None, None),
        ("list", None, None),
    ],
)
def test_a_retyped_field(
    to: Literal["string", "number", "list", "object"], old: Any, new: Any
) -> None:
    value = Retyped(field="f", to=to).apply({"f": old})["f"]
    assert value == new
    assert type(value) is type(new)


@pytest.mark.parametrize(
    ("factor", "old", "new"),
    [
        (0.01, 4999, 49.99),
        (0.01, 2990, 29.9),
        (0.01, 5000, 50),
        (100, "49.99", "4999"),
        (24, 3, 72),
        (0.01, True, True),
        (100, "soon", "soon"),
        (100, None, None),
        (100, "Infinity", "Infinity"),
    ],
)
def test_a_field_in_another_unit(factor: float, old: Any, new: Any) -> None:
    value = UnitChanged(field="f", factor=factor).apply({"f": old})["f"]
    assert value == new
    assert type(value) is type(new)


def test_values_with_other_names_also_in_lists() -> None:
    change = EnumChanged(field="state", values={"lost": "MISSING"})
    assert change.apply({"state": "lost"}) == {"state": "MISSING"}
    assert change.apply({"state": ["lost", "found", 7]}) == {"state": ["MISSING", "found", 7]}
    assert change.apply({"state": None}) == {"state": None}


def test_a_removed_field_is_gone() -> None:
    assert Removed(field="tags").apply({"id": 1, "tags": ""}) == {"id": 1}


def test_a_change_that_changes_nothing_is_refused() -> None:
    with pytest.raises(ValidationError, match="'a' is the field's old name"):
        Renamed(field="a", to="a")
    with pytest.raises(ValidationError, match="a factor of 1 changes nothing"):
        UnitChanged(field="a", factor=1)
    with pytest.raises(ValidationError):
        EnumChanged(field="a", values={})


@given(value=JSON)
def test_no_value_breaks_a_change_and_other_fields_stay(value: Any) -> None:
    record = {"f": value, "other": 1}
    changes: list[Change] = [
        Renamed(field="f", to="g"), Removed(field="f"), EnumChanged(field="f", values={"a": "b"}),
        UnitChanged(field="f", factor=0.01), Retyped(field="f", to="string"),
        Retyped(field="f", to="number"), Retyped(field="f", to="object"),
    ]  # fmt: skip
    for change in changes:
        assert change.apply(record)["other"] == 1
    assert record == {"f": value, "other": 1}, "the record itself is never touched"
