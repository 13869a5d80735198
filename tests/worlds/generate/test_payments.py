"""Stripe agrees with the shop to the cent."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.worlds.generate.payments import Till

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def paid(shop: Shop) -> Rows:
    till = Till(shop.context.seeds, shop.context.epoch_s)
    till.open_accounts(shop.people)
    till.take_payments(shop.orders)
    till.subscribe(shop.people, shop.products, 30)
    return {
        batch.table: [dict(zip(batch.columns, row, strict=True)) for row in batch.rows]
        for batch in till.batches()
    }


def test_every_order_was_charged_its_total_to_a_card_of_its_buyer(shop: Shop, paid: Rows) -> None:
    charges = {charge["id"]: charge for charge in paid["stripe_charges"]}
    cards = {card["id"]: card["customer"] for card in paid["stripe_payment_methods"]}
    for order in shop.orders:
        if order.replaces is not None:
            assert order.charge_id == ""
            continue
        charge = charges[order.charge_id]
        assert (charge["amount"], charge["status"]) == (order.total_cents, "succeeded")
        assert charge["customer"] == order.person.stripe_id == cards[charge["payment_method"]]
        assert json.loads(charge["metadata"])["order_number"] == str(order.number)


def test_refunds_never_exceed_their_charge(paid: Rows) -> None:
    amounts = {charge["id"]: charge["amount"] for charge in paid["stripe_charges"]}
    given: Counter[str] = Counter()
    for refund in paid["stripe_refunds"]:
        given[refund["charge"]] += refund["amount"]
    assert given
    assert all(total <= amounts[charge] for charge, total in given.items())


def test_what_the_shop_refunded_stripe_refunded(shop: Shop, paid: Rows) -> None:
    by_charge = {r["charge"]: r for r in paid["stripe_refunds"] if r["reason"] != "duplicate"}
    for order in shop.orders:
        if order.refunded_cents:
            assert by_charge[order.charge_id]["amount"] == order.refunded_cents
            assert by_charge[order.charge_id]["created"] == order.refunded_s


def test_recent_orders_were_charged_twice_now_and_then_and_nobody_has_noticed(
    shop: Shop, paid: Rows
) -> None:
    epoch_s = shop.context.epoch_s
    regular = {order.charge_id for order in shop.orders}
    succeeded = [
        charge
        for charge in paid["stripe_charges"]
        if charge["status"] == "succeeded" and charge["description"].startswith("Order")
    ]
    second = [charge for charge in succeeded if charge["id"] not in regular]
    refunded = {refund["charge"] for refund in paid["stripe_refunds"]}
    recent = [charge for charge in second if charge["created"] > epoch_s - 29 * 86_400]
    assert recent
    assert not any(charge["id"] in refunded for charge in recent)
    old = [charge for charge in second if charge["created"] < epoch_s - 31 * 86_400]
    assert all(charge["id"] in refunded for charge in old)


def test_a_subscription_is_charged_month_by_month_until_it_ends(shop: Shop, paid: Rows) -> None:
    charges = Counter(
        json.loads(charge["metadata"]).get("subscription") for charge in paid["stripe_charges"]
    )
    assert len(paid["stripe_subscriptions"]) == 30
    assert {s["status"] for s in paid["stripe_subscriptions"]} == {"active", "canceled"}
    for subscription in paid["stripe_subscriptions"]:
        months = (subscription["current_period_start"] - subscription["created"]) // (30 * 86_400)
        assert charges[subscription["id"]] == months + 1
        if subscription["status"] == "active":
            assert subscription["current_period_end"] > shop.context.epoch_s


def test_ids_are_unique(paid: Rows) -> None:
    for table, rows in paid.items():
        assert len({row["id"] for row in rows}) == len(rows), table
