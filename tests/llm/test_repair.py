from __future__ import annotations

from typing import Any

import pytest

from sandbox.llm.repair import fit, invented, likely_field, nearest, wrong_field

SCHEMA = {
    "type": "object",
    "properties": {
        "charge": {"type": "string"},
        "amount_cents": {"type": "integer"},
        "reason": {"anyOf": [{"type": "string"}, {"type": "null"}], "enum": ["duplicate", "asked"]},
        "rate": {"type": "number"},
    },
}


def always(_: str) -> bool:
    return True


def never(_: str) -> bool:
    return False


@pytest.mark.parametrize(
    ("field", "record", "name"),
    [
        ("order_id", {"orderId": 1, "id": 2}, "orderId"),
        ("amount", {"total": 5, "amount_cents": 7}, "amount_cents"),
        ("email", {"email_address": "a@b.c", "phone": "1"}, "email_address"),
        ("email", {"contact": {"email": "a@b.c"}, "name": "x"}, "contact.email"),
    ],
)
def test_the_likely_field_is_the_one_with_a_like_name(
    field: str, record: dict[str, Any], name: str
) -> None:
    found = likely_field(record, field)
    assert found is not None
    assert found[0] == name


def test_nothing_alike_is_nothing_likely() -> None:
    assert likely_field({"phone": 1}, "amount") is None


def test_a_wrong_field_has_the_right_kind() -> None:
    record = {"id": "ch_1", "total": 500, "paid": True, "customer": "cus_1"}
    assert wrong_field(record, "amount", 0.5) == ("total", 500)
    assert wrong_field(record, "charge_id", 0.0) == ("customer", "cus_1")
    assert wrong_field(record, "charge_id", 0.99) == ("id", "ch_1")
    assert wrong_field({"paid": True}, "amount", 0.5) is None


def test_an_invented_value_has_the_kind_of_its_name() -> None:
    assert invented("amount", 0.0) == 10_000
    assert invented("order_id", 0.5) == "order_id_55000"


def test_the_nearest_name_does_not_depend_on_the_order_given() -> None:
    assert nearest("order", ["order_b", "order_a"]) == nearest("order", ["order_a", "order_b"])
    assert nearest("order", ["zzz"]) is None


def test_an_argument_with_a_new_name_is_renamed_when_seen() -> None:
    assert fit({"amount": 5}, SCHEMA, always) == {"amount_cents": 5}
    assert fit({"amount": 5}, SCHEMA, never) == {"amount": 5}


def test_a_name_in_use_is_not_taken_twice() -> None:
    args = {"amount_cents": 5, "amount": 6}
    assert fit(args, SCHEMA, always) == args
    assert fit({"cents": 5, "amount": 6}, SCHEMA, always) == {"amount_cents": 5, "amount": 6}


@pytest.mark.parametrize(
    ("value", "whole"), [("4999", 4999), (49.99, 4999), ("49.99", 4999), (50.0, 50)]
)
def test_a_number_of_another_type_is_converted_and_a_fraction_becomes_cents(
    value: Any, whole: int
) -> None:
    assert fit({"amount_cents": value}, SCHEMA, always) == {"amount_cents": whole}
    assert fit({"amount_cents": value}, SCHEMA, never) == {"amount_cents": value}


def test_what_fits_already_is_left_alone() -> None:
    args = {"charge": "ch_1", "amount_cents": 1, "reason": None, "rate": 1}
    assert fit(args, SCHEMA, always) == args


def test_other_types_are_converted_where_they_can_be() -> None:
    assert fit({"charge": 15, "rate": "1.5"}, SCHEMA, always) == {"charge": "15", "rate": 1.5}
    assert fit({"charge": ["a"], "rate": "x"}, SCHEMA, always) == {"charge": ["a"], "rate": "x"}


def test_a_choice_of_another_spelling_becomes_the_nearest() -> None:
    assert fit({"reason": "DUPLICATE"}, SCHEMA, always) == {"reason": "duplicate"}
    assert fit({"reason": "DUPLICATE"}, SCHEMA, never) == {"reason": "DUPLICATE"}
    assert fit({"reason": "zzz"}, SCHEMA, always) == {"reason": "zzz"}


def test_a_schema_that_says_nothing_changes_nothing() -> None:
    assert fit({"a": "1"}, {}, always) == {"a": "1"}
