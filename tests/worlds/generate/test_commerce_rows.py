"""The shop's rows agree with one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.systems.commerce.model import cents
from sandbox.worlds.generate.commerce_rows import commerce_batches

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def rows(shop: Shop) -> Rows:
    batches = commerce_batches(shop.context.seeds, shop.people, shop.products, shop.orders)
    return {b.table: [dict(zip(b.columns, row, strict=True)) for row in b.rows] for b in batches}


def test_an_order_is_the_sum_of_its_lines_and_the_shipping(shop: Shop, rows: Rows) -> None:
    goods: dict[int, int] = {}
    for line in rows["commerce_line_items"]:
        order = line["order_id"]
        goods[order] = goods.get(order, 0) + cents(line["price"]) * line["quantity"]
    shipping = {o.id: 0 if o.replaces else o.shipping_cents for o in shop.orders}
    for order in rows["commerce_orders"]:
        number = order["id"]
        assert cents(order["total_price"]) == goods[number] + shipping[number]


def test_the_statuses_tell_what_became_of_the_order(shop: Shop, rows: Rows) -> None:
    told = {order["id"]: order for order in rows["commerce_orders"]}
    for order in shop.orders:
        row = told[order.id]
        assert (row["fulfillment_status"] == "fulfilled") == bool(order.shipped_s)
        assert (row["cancelled_at"] is not None) == bool(order.cancelled_s)
        if row["financial_status"] == "refunded":
            assert order.refunded_cents == order.total_cents
        assert (row["source_name"] == "exchange") == (order.replaces is not None)
    assert {row["financial_status"] for row in told.values()} == {
        "paid", "partially_refunded", "refunded",
    }  # fmt: skip


def test_a_return_and_a_replacement_name_a_line_of_their_order(rows: Rows) -> None:
    line_of = {line["id"]: line["order_id"] for line in rows["commerce_line_items"]}
    orders = {order["id"] for order in rows["commerce_orders"]}
    for table in ("commerce_returns", "commerce_replacements"):
        assert rows[table], table
        for row in rows[table]:
            assert line_of[row["line_item_id"]] == row["order_id"]
    assert {row["replacement_order_id"] for row in rows["commerce_replacements"]} <= orders


def test_a_reduced_price_shows_the_former_one(shop: Shop, rows: Rows) -> None:
    for product, row in zip(shop.products, rows["commerce_variants"], strict=True):
        assert cents(row["price"]) == product.cents
        former = row["compare_at_price"]
        assert (former is None) == (product.cents == product.cents_before)


def test_goodwill_stays_within_the_limit_of_the_house(rows: Rows) -> None:
    credits_ = [cents(row["amount"]) for row in rows["commerce_store_credits"]]
    assert credits_
    assert max(credits_) <= 2500
