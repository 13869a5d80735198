"""The shape of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


def test_an_order_names_itself_and_its_payment(desk: Desk) -> None:
    order = desk("get_order", order_id=9001)
    assert (order["name"], order["order_number"]) == ("#10001", 10001)
    assert order["payment"] == {"gateway": "stripe", "payment_gateway_reference": "ch_9001"}


def test_a_line_says_what_is_still_to_be_shipped(desk: Desk) -> None:
    desk.store.update("commerce_line_items", {"id": 90020}, {"fulfilled_quantity": 1})
    [line] = desk("get_order", order_id=9002)["line_items"]
    assert line == {
        "id": 90020, "sku": "KET-B", "title": "Kettle", "quantity": 2,
        "fulfillable_quantity": 1, "price": "49.99",
    }  # fmt: skip
