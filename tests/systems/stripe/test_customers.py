"""Customers of Stripe: finding, changing, deleting."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotFound

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_an_address_is_found_whatever_its_case(desk: Desk) -> None:
    found = desk("search_customers", email=" ADA@Example.com")
    assert found["object"] == "search_result"
    assert [c["id"] for c in found["data"]] == ["cus_ada"]
    assert desk("search_customers", email="ada@example")["data"] == []


def test_a_search_says_when_there_is_more(desk: Desk) -> None:
    for nth in range(11):
        row = {"id": f"cus_{nth}", "created": nth, "email": "many@example.com"}
        desk.store.insert("stripe_customers", row)
    found = desk("search_customers", email="many@example.com")
    assert found["has_more"]
    assert [c["created"] for c in found["data"]] == list(range(10, 0, -1))


def test_an_update_changes_only_what_is_given(desk: Desk) -> None:
    changed = desk("update_customer", customer="cus_ada", email="new@example.com")
    assert (changed["email"], changed["name"]) == ("new@example.com", "Ada")
    assert [change.after for change in desk.changes] == [{"email": "new@example.com"}]


def test_an_update_to_the_same_value_changes_nothing(desk: Desk) -> None:
    desk("update_customer", customer="cus_ada", name="Ada")
    assert desk.changes == ()


def test_a_deleted_customer_leaves_only_an_id_and_the_charges(desk: Desk) -> None:
    desk("delete_customer", customer="cus_ada")
    assert desk("get_customer", customer="cus_ada") == {
        "id": "cus_ada", "object": "customer", "deleted": True,
    }  # fmt: skip
    assert desk("search_customers", email="ada@example.com")["data"] == []
    assert len(desk("list_charges", customer="cus_ada")["data"]) == 3
    assert desk("list_subscriptions", customer="cus_ada")["data"] == []


@pytest.mark.parametrize("method", ["delete_customer", "update_customer", "list_payment_methods"])
def test_a_deleted_customer_cannot_be_acted_upon(desk: Desk, method: str) -> None:
    desk("delete_customer", customer="cus_ada")
    with pytest.raises(NotFound):
        desk(method, customer="cus_ada")


def test_cards_and_bank_accounts_are_listed_apart(desk: Desk) -> None:
    bank, card = desk("list_payment_methods", customer="cus_ada")["data"]
    assert card["card"] == {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030}
    assert card["us_bank_account"] is None
    assert bank["us_bank_account"] == {"bank_name": "Harbour Bank", "last4": "6789"}
    assert bank["card"] is None
