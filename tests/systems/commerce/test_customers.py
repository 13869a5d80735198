"""Customers of the shop: finding and changing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import Conflict

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("ADA@example.com ", [501]),
        ("ada@example", []),
        ("love", [501]),
        ("ada", [501]),
        ("ad", [501, 502]),
        ("Lovelace Ada", [501]),
        ("Ada Smith", []),
        ("5550100", [501]),
        ("5550111", []),
        ("+1 (555) 0100", [501]),
        ("15550100", [501]),
        ("+44 555.0199", [502]),
        ("%", []),
        (" ", []),
    ],
)
def test_a_search_takes_an_address_a_number_or_a_name(
    desk: Desk, query: str, found: list[int]
) -> None:
    customers = desk("search_customers", query=query)["customers"]
    assert [c["id"] for c in customers] == found


def test_a_search_says_when_there_is_more(desk: Desk) -> None:
    for nth in range(11):
        row = {"id": nth, "created_at": "2025-01-01T00:00:00Z", "last_name": "Smith"}
        desk.store.insert("commerce_customers", row)
    found = desk("search_customers", query="smith")
    assert (len(found["customers"]), found["has_more"]) == (10, True)


def test_orders_and_credit_are_counted(desk: Desk) -> None:
    for amount in ("12.50", "0.07"):
        desk("issue_store_credit", customer_id=501, order_id=9001, amount=amount, reason="late")
    ada = desk("get_customer", customer_id=501)
    assert (ada["orders_count"], ada["store_credit_balance"]) == (2, "12.57")


def test_an_update_changes_only_what_is_given(desk: Desk) -> None:
    changed = desk("update_customer", customer_id=501, city="York", zip="YO1")
    assert [change.after for change in desk.changes] == [{"city": "York", "zip": "YO1"}]
    assert changed["default_address"]["address1"] == "1 Dock Rd"
    assert changed == desk("get_customer", customer_id=501)


def test_an_update_to_the_same_values_changes_nothing(desk: Desk) -> None:
    desk("update_customer", customer_id=501, city="Hull", email="ada@example.com")
    assert desk.changes == ()


def test_an_address_of_somebody_else_is_taken(desk: Desk) -> None:
    with pytest.raises(Conflict) as caught:
        desk("update_customer", customer_id=501, email="Bob@Example.com")
    assert caught.value.status == 422
    assert caught.value.body == {"errors": {"email": ["has already been taken"]}}


def test_the_case_of_ones_own_address_may_change(desk: Desk) -> None:
    changed = desk("update_customer", customer_id=501, email="Ada@example.com")
    assert changed["email"] == "Ada@example.com"
