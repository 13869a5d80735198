"""Every operation of the shop, once: the contract that each surface must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import NotFound
from sandbox.systems.commerce import Commerce
from sandbox.systems.operation import operations_of

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
WRITES = [o for o in operations_of(Commerce) if o.kind == "write"]


def test_the_table_above_names_each_operation() -> None:
    assert {o.method for o in operations_of(Commerce)} == set(CALLS)


@pytest.mark.parametrize("method", sorted(CALLS))
def test_each_operation_works(desk: Desk, method: str) -> None:
    assert desk(method, **CALLS[method])
    assert bool(desk.changes) == (method in {o.method for o in WRITES})


@pytest.mark.parametrize("operation", WRITES, ids=lambda o: o.method)
def test_each_write_says_what_it_acted_upon(desk: Desk, operation: Any) -> None:
    args = CALLS[operation.method]
    named = {**args, **desk(operation.method, **args)}
    assert named[operation.target] in args.values()
    assert all(named[key] for key in operation.key_args)


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
