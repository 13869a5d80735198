"""Every operation of Stripe, once: the contract that each surface must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import NotFound
from sandbox.systems.operation import operations_of
from sandbox.systems.stripe import Stripe

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk

CALLS: dict[str, dict[str, Any]] = {
    "search_customers": {"email": "ada@example.com"},
    "get_customer": {"customer": "cus_ada"},
    "list_payment_methods": {"customer": "cus_ada"},
    "list_charges": {"customer": "cus_ada"},
    "get_charge": {"charge": "ch_1"},
    "get_payment_intent": {"payment_intent": "pi_1"},
    "list_refunds": {"charge": "ch_1"},
    "get_refund": {"refund": "re_1"},
    "list_subscriptions": {"customer": "cus_ada"},
    "create_refund": {"charge": "ch_1", "amount": 100},
    "cancel_subscription": {"subscription": "sub_1"},
    "pause_subscription": {"subscription": "sub_1"},
    "create_payout": {"amount": 100, "destination": "pm_bank"},
    "update_customer": {"customer": "cus_ada", "name": "Ada L."},
    "delete_customer": {"customer": "cus_ada"},
}
WRITES = [o for o in operations_of(Stripe) if o.kind == "write"]


def test_the_table_above_names_each_operation() -> None:
    assert {o.method for o in operations_of(Stripe)} == set(CALLS)


@pytest.mark.parametrize("method", sorted(CALLS))
def test_each_operation_works(desk: Desk, method: str) -> None:
    desk.store.insert("stripe_refunds", {"id": "re_1", "created": 1, "charge": "ch_1", "amount": 1})
    answer = desk(method, **CALLS[method])
    assert answer["object"] in method or answer["object"] in ("list", "search_result")
    assert bool(desk.changes) == (method in {o.method for o in WRITES})


@pytest.mark.parametrize("operation", WRITES, ids=lambda o: o.method)
def test_each_write_says_what_it_acted_upon(desk: Desk, operation: Any) -> None:
    args = CALLS[operation.method]
    answer = desk(operation.method, **args)
    named = {**dict.fromkeys(operation.fields), **args, **answer}
    assert named[operation.target]
    assert set(operation.key_args) <= set(named)


@pytest.mark.parametrize(
    ("method", "noun"),
    [
        ("get_customer", "customer"),
        ("get_charge", "charge"),
        ("get_refund", "refund"),
        ("get_payment_intent", "payment_intent"),
        ("list_refunds", "charge"),
        ("list_charges", "customer"),
        ("list_subscriptions", "customer"),
        ("list_payment_methods", "customer"),
        ("create_refund", "charge"),
        ("cancel_subscription", "subscription"),
        ("pause_subscription", "subscription"),
        ("update_customer", "customer"),
        ("delete_customer", "customer"),
    ],
)
def test_what_does_not_exist_is_missing_by_stripes_words(
    desk: Desk, method: str, noun: str
) -> None:
    with pytest.raises(NotFound) as caught:
        desk(method, **{noun: "none_such"})
    error = caught.value.body["error"]
    assert caught.value.status == 404
    assert error["type"] == "invalid_request_error"
    assert error["code"] == "resource_missing"
    assert error["message"] == f"No such {noun}: 'none_such'"


def test_ids_are_those_of_the_seed_and_have_24_letters_or_digits(desk: Desk) -> None:
    refund = desk("create_refund", charge="ch_1", amount=1)["id"]
    payout = desk("create_payout", amount=1, destination="pm_bank")["id"]
    assert refund[:3] == "re_"
    assert payout[:3] == "po_"
    assert all(len(i) == 27 and i[3:].isalnum() for i in (refund, payout))
