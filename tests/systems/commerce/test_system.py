"""Every operation of the shop, once: the contract that each surface must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import InvalidArguments, NotFound, PermissionDenied
from sandbox.systems.commerce import Commerce
from sandbox.systems.operation import operations_of
from sandbox.systems.system import Principal

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk

SHIPPED: dict[str, Any] = {"order_id": 9001}
UNSHIPPED: dict[str, Any] = {"order_id": 9002}
LINE: dict[str, Any] = {**SHIPPED, "line_item_id": 90010}
CALLS: dict[str, dict[str, Any]] = {
    "search_customers": {"query": "ada@example.com"},
    "get_customer": {"customer_id": 501},
    "search_orders": {"customer_id": 501},
    "get_order": SHIPPED,
    "list_order_notes": SHIPPED,
    "get_shipment": SHIPPED,
    "track_shipment": {"tracking_number": "1Z9001"},
    "search_products": {"query": "kettle"},
    "get_product": {"sku": "KET-B"},
    "list_returns": SHIPPED,
    "update_customer": {"customer_id": 501, "phone": "1"},
    "add_order_note": {**SHIPPED, "body": "called"},
    "cancel_order": {**UNSHIPPED, "reason": "customer"},
    "update_shipping_address": {**UNSHIPPED, "address1": "2 Elm St", "city": "York", "zip": "Y1"},
    "create_return": {**LINE, "quantity": 1, "reason": "unwanted"},
    "create_replacement": {**LINE, "sku": "KET-W", "reason": "defective"},
    "issue_store_credit": {**SHIPPED, "customer_id": 501, "amount": "5", "reason": "late"},
    "erase_customer": {"customer_id": 502},
    "merge_customers": {"customer_id": 501, "into_customer_id": 502},
}
EFFECTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "update_customer": ("customer_update", "501", {"email": "ada@example.com", "phone": "1"}),
    "add_order_note": ("order_note", "9001", {}),
    "cancel_order": ("order_cancel", "9002", {}),
    "update_shipping_address": (
        "address_change", "9002", {"address1": "2 Elm St", "zip": "Y1", "city": "York"},
    ),
    "create_return": ("return_create", "9001", {"line_item_id": 90010, "quantity": 1}),
    "create_replacement": ("replacement", "9001", {"sku": "KET-W", "quantity": 1}),
    "issue_store_credit": ("store_credit", "9001", {"amount": "5.00"}),
    "erase_customer": ("customer_erase", "502", {}),
    "merge_customers": ("customer_merge", "501", {"into_customer_id": 502}),
}  # fmt: skip


def test_the_table_above_names_each_operation() -> None:
    assert {o.method for o in operations_of(Commerce)} == set(CALLS)


@pytest.mark.parametrize("method", sorted(CALLS))
def test_each_operation_works(desk: Desk, method: str) -> None:
    assert desk(method, **CALLS[method])
    assert bool(desk.changes) == (method in EFFECTS)
    assert desk.effect == EFFECTS.get(method)


@pytest.mark.parametrize("field", ["order_id", "customer_id", "line_item_id", "sku"])
def test_what_does_not_exist_is_not_found_by_shopifys_words(desk: Desk, field: str) -> None:
    nothing = "none" if field == "sku" else 404
    for method in sorted(CALLS):
        if method.startswith("search") or field not in CALLS[method]:
            continue
        with pytest.raises(NotFound) as caught:
            desk(method, **{**CALLS[method], field: nothing})
        assert (caught.value.status, caught.value.body) == (404, {"errors": "Not Found"})
        assert str(nothing) in caught.value.message


def test_agents_may_not_move_parcels() -> None:
    methods = {o.method for o in operations_of(Commerce)}
    assert not methods & {"ship", "set_shipment_status", "set_return_status"}


def test_wrong_arguments_are_answered_in_shopifys_shape(desk: Desk) -> None:
    with pytest.raises(InvalidArguments) as caught:
        desk("cancel_order", order_id=9002, reason="boredom")
    assert list(caught.value.body) == ["errors"]
    assert "reason" in caught.value.body["errors"]


@pytest.mark.parametrize("method", ["erase_customer", "merge_customers"])
def test_changing_customers_does_not_include_losing_them(desk: Desk, method: str) -> None:
    clerk = Principal("clerk", frozenset({"commerce:customers:read", "commerce:customers:write"}))
    desk.bound["update_customer"].check_permission(clerk)
    with pytest.raises(PermissionDenied) as caught:
        desk.bound[method].check_permission(clerk)
    assert f"commerce:customers:{method.partition('_')[0]}" in caught.value.body["errors"]


@pytest.mark.parametrize("method", sorted(EFFECTS))
def test_each_write_can_be_undone_exactly(desk: Desk, method: str) -> None:
    before = desk.store.digest()
    with desk.store.transaction() as step:
        getattr(desk.shop, method)(**CALLS[method])
    assert desk.store.digest() != before
    assert desk.store.undo(step.changeset) == ((), 0)
    assert desk.store.digest() == before
