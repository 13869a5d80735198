"""Orders: finding them, and what may be done until they are shipped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import Conflict

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk

ELM: dict[str, Any] = {"address1": "2 Elm St", "city": "York", "zip": "YO1"}


@pytest.mark.parametrize(
    ("criteria", "found"),
    [
        ({"customer_id": 501}, [9002, 9001]),
        ({"email": "BOB@example.com"}, [9003]),
        ({"name": "#10001"}, [9001]),
        ({"name": " 10001 "}, [9001]),
        ({"name": "#1000"}, []),
        ({"name": "my order"}, []),
        ({"name": "#10001", "customer_id": 502}, []),
        ({"status": "open"}, [9002]),
        ({"customer_id": 501, "status": "closed"}, [9001]),
        ({"status": "cancelled"}, []),
        ({}, [9003, 9002, 9001]),
    ],
)
def test_a_search_meets_all_criteria_newest_first(
    desk: Desk, criteria: dict[str, Any], found: list[int]
) -> None:
    orders = desk("search_orders", **criteria)["orders"]
    assert [order["id"] for order in orders] == found


def test_pages_follow_one_another(desk: Desk) -> None:
    pages = [desk("search_orders", limit=2, page=page) for page in (1, 2)]
    assert [[o["id"] for o in page["orders"]] for page in pages] == [[9003, 9002], [9001]]
    assert [page["has_more"] for page in pages] == [True, False]


def test_each_order_of_a_page_has_its_own_lines(desk: Desk) -> None:
    lines = [o["line_items"] for o in desk("search_orders")["orders"]]
    assert [[line["id"] for line in of] for of in lines] == [[90030], [90020], [90010]]


def test_cancelling_restocks_and_pays_nothing_back(desk: Desk) -> None:
    cancelled = desk("cancel_order", order_id=9002, reason="customer")
    assert cancelled["cancelled_at"] == "2026-03-02T08:00:00Z"
    assert cancelled["cancel_reason"] == "customer"
    assert cancelled["financial_status"] == "paid"
    assert (desk.stock("KET-B"), desk.stock("KET-W")) == (7, 5)


def test_two_lines_of_one_sku_are_both_restocked(desk: Desk) -> None:
    line = {"order_id": 9002, "sku": "KET-B", "title": "Kettle", "quantity": 1, "price": "1.00"}
    desk.store.insert("commerce_line_items", {"id": 1, **line})
    desk("cancel_order", order_id=9002, reason="other")
    assert desk.stock("KET-B") == 8


def test_an_order_is_cancelled_once(desk: Desk) -> None:
    desk("cancel_order", order_id=9002, reason="customer")
    with pytest.raises(Conflict) as caught:
        desk("cancel_order", order_id=9002, reason="customer")
    assert caught.value.body == {"errors": {"base": ["Order has already been cancelled."]}}


@pytest.mark.parametrize(
    ("method", "args"), [("cancel_order", {"reason": "customer"}), ("update_shipping_address", ELM)]
)
@pytest.mark.parametrize("fulfillment", ["fulfilled", "partial"])
def test_what_has_left_cannot_be_called_back(
    desk: Desk, method: str, args: dict[str, Any], fulfillment: str
) -> None:
    left = {"fulfillment_status": fulfillment}
    desk.store.update("commerce_orders", {"id": 9002}, left)
    with pytest.raises(Conflict, match="has been fulfilled") as caught:
        desk(method, order_id=9002, **args)
    assert caught.value.status == 409


def test_a_new_address_replaces_the_old_one(desk: Desk) -> None:
    desk("update_shipping_address", order_id=9002, **ELM, address2="Flat 2")
    order = desk("update_shipping_address", order_id=9002, **ELM, name="Ada King")
    assert order["shipping_address"] == {
        **ELM, "name": "Ada King", "address2": None, "province": None, "country": "GB",
    }  # fmt: skip
    assert desk("get_customer", customer_id=501)["default_address"]["address1"] == "1 Dock Rd"


def test_the_same_address_changes_nothing(desk: Desk) -> None:
    desk("update_shipping_address", order_id=9002, **ELM)
    desk("update_shipping_address", order_id=9002, **ELM, country="GB")
    assert desk.changes == ()


def test_a_cancelled_order_goes_nowhere_else(desk: Desk) -> None:
    desk("cancel_order", order_id=9002, reason="customer")
    with pytest.raises(Conflict, match="cancelled"):
        desk("update_shipping_address", order_id=9002, **ELM)


def test_notes_name_their_author_and_stay_in_order(desk: Desk) -> None:
    first = desk("add_order_note", order_id=9001, body="called")
    second = desk("add_order_note", order_id=9001, body="called again")
    assert first["author"] == desk.shop.principal.name
    assert desk("list_order_notes", order_id=9001)["notes"] == [first, second]
