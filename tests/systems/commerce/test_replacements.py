"""Replacements and store credit: making good without giving money back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import Conflict, InvalidArguments, NotFound

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk

KETTLE: dict[str, Any] = {
    "order_id": 9001, "line_item_id": 90010, "sku": "KET-W", "reason": "defective",
}  # fmt: skip
CREDIT: dict[str, Any] = {"customer_id": 501, "order_id": 9001, "reason": "late"}


def test_a_replacement_is_an_order_of_its_own_that_costs_nothing(desk: Desk) -> None:
    made = desk("create_replacement", **KETTLE)
    sent = desk("get_order", order_id=made["replacement_order_id"])
    assert made["replacement_order_name"] == sent["name"] == "#10004"
    assert (sent["total_price"], sent["source_name"]) == ("0.00", "exchange")
    assert (sent["fulfillment_status"], sent["customer_id"]) == (None, 501)
    assert sent["payment"] == {"gateway": None, "payment_gateway_reference": None}
    assert sent["shipping_address"] == desk("get_order", order_id=9001)["shipping_address"]
    [line] = sent["line_items"]
    assert (line["sku"], line["title"], line["quantity"]) == ("KET-W", "Kettle", 1)
    assert desk.stock("KET-W") == 4


def test_no_more_is_replaced_than_was_bought(desk: Desk) -> None:
    desk("create_replacement", **KETTLE, quantity=2)
    with pytest.raises(Conflict, match="exceeds the replaceable quantity 0") as caught:
        desk("create_replacement", **KETTLE)
    assert caught.value.status == 409


def test_what_is_not_in_stock_cannot_be_sent(desk: Desk) -> None:
    desk.store.update("commerce_variants", {"sku": "KET-W"}, {"inventory_quantity": 0})
    with pytest.raises(Conflict, match="KET-W in stock: 0 left"):
        desk("create_replacement", **KETTLE)
    assert len(desk("search_orders")["orders"]) == 3


def test_what_is_not_sold_cannot_be_sent(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk("create_replacement", **{**KETTLE, "sku": "NONE"})


def test_a_cancelled_order_has_nothing_to_replace(desk: Desk) -> None:
    desk("cancel_order", order_id=9002, reason="customer")
    with pytest.raises(Conflict, match="cancelled"):
        desk("create_replacement", **{**KETTLE, "order_id": 9002, "line_item_id": 90020})


@pytest.mark.parametrize(("amount", "stored"), [("5", "5.00"), ("12.5", "12.50"), ("0.07", "0.07")])
def test_credit_is_kept_with_two_places(desk: Desk, amount: str, stored: str) -> None:
    assert desk("issue_store_credit", **CREDIT, amount=amount)["amount"] == stored


@pytest.mark.parametrize("amount", ["-5", "1.234", "$5", "1e3", "", "5.", "5\n"])
def test_what_is_no_amount_is_refused(desk: Desk, amount: str) -> None:
    with pytest.raises(InvalidArguments, match="amount: String should match"):
        desk("issue_store_credit", **CREDIT, amount=amount)


def test_a_credit_of_nothing_is_refused(desk: Desk) -> None:
    with pytest.raises(InvalidArguments) as caught:
        desk("issue_store_credit", **CREDIT, amount="0.00")
    assert caught.value.status == 422
    assert caught.value.body == {"errors": {"amount": ["must be greater than 0"]}}


def test_credit_goes_to_the_one_who_ordered(desk: Desk) -> None:
    with pytest.raises(Conflict, match="does not belong"):
        desk("issue_store_credit", **{**CREDIT, "order_id": 9003}, amount="5")
