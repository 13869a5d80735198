"""Erasing and merging customers."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from sandbox.errors import Conflict, InvalidArguments, NotFound

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


def test_an_erased_customer_leaves_orders_without_personal_data(desk: Desk) -> None:
    desk("add_order_note", order_id=9003, body="Ada at 555 0199")
    erased = desk("erase_customer", customer_id=502)
    assert erased == {
        "customer_id": 502, "redacted_at": "2026-03-02T08:00:00Z", "orders_kept": 1,
    }  # fmt: skip
    left = [
        desk("get_customer", customer_id=502),
        desk("get_order", order_id=9003),
        desk("list_order_notes", order_id=9003),
    ]
    words = json.dumps(left).lower()
    assert not [w for w in ("bob", "ada", "0199", "dock", "hull", "hu1") if w in words]
    assert left[1]["total_price"] == "99.98"


def test_erasing_twice_changes_nothing(desk: Desk) -> None:
    first = desk("erase_customer", customer_id=502)
    desk.wait(60)
    assert desk("erase_customer", customer_id=502) == first
    assert desk.changes == ()


def test_an_open_order_stands_in_the_way(desk: Desk) -> None:
    with pytest.raises(Conflict, match="#10002"):
        desk("erase_customer", customer_id=501)
    desk("cancel_order", order_id=9002, reason="customer")
    assert desk("erase_customer", customer_id=501)["orders_kept"] == 2


def test_a_parcel_under_way_or_an_open_return_stands_in_the_way(desk: Desk) -> None:
    desk.shop.set_shipment_status("1Z9003", "in_transit")
    with pytest.raises(Conflict, match="#10003"):
        desk("erase_customer", customer_id=502)
    desk.shop.set_shipment_status("1Z9003", "lost")
    line = {"order_id": 9003, "line_item_id": 90030, "quantity": 1, "reason": "damaged"}
    desk("create_return", **line)
    with pytest.raises(Conflict, match="#10003"):
        desk("erase_customer", customer_id=502)
    desk.shop.set_return_status(1, "closed")
    assert desk("erase_customer", customer_id=502)


def test_an_erased_customer_cannot_be_changed_or_merged(desk: Desk) -> None:
    desk("erase_customer", customer_id=502)
    with pytest.raises(Conflict, match="redacted"):
        desk("update_customer", customer_id=502, email="bob@example.com")
    with pytest.raises(Conflict, match="redacted"):
        desk("merge_customers", customer_id=502, into_customer_id=501)


def test_a_merge_moves_orders_and_credit(desk: Desk) -> None:
    desk("issue_store_credit", customer_id=502, order_id=9003, amount="5", reason="late")
    merged = desk("merge_customers", customer_id=502, into_customer_id=501)
    assert merged == {"customer_id": 502, "into_customer_id": 501, "orders_moved": 1}
    ada = desk("get_customer", customer_id=501)
    assert (ada["orders_count"], ada["store_credit_balance"]) == (3, "5.00")


def test_a_merged_account_is_gone_and_its_address_free(desk: Desk) -> None:
    desk("merge_customers", customer_id=502, into_customer_id=501)
    for method in ("get_customer", "erase_customer", "update_customer"):
        with pytest.raises(NotFound):
            desk(method, customer_id=502)
    assert desk("search_customers", query="bob@example.com")["customers"] == []
    assert desk("update_customer", customer_id=501, email="bob@example.com")


def test_an_account_cannot_be_merged_into_itself(desk: Desk) -> None:
    with pytest.raises(InvalidArguments) as caught:
        desk("merge_customers", customer_id=501, into_customer_id=501)
    assert caught.value.body == {"errors": {"into_customer_id": ["must be another customer"]}}
