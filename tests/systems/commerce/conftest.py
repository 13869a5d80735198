"""A shop with two customers, three orders and three products, and calls as a tool makes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import simpy

from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.systems.commerce import Commerce
from sandbox.systems.effects import Change
from sandbox.systems.execution import Bound
from sandbox.systems.operation import operations_of
from sandbox.systems.store import Store
from sandbox.systems.system import Principal

PRINCIPAL = Principal("support_agent", frozenset({"*"}))
ADA, BOB = 501, 502
SHIPPED, UNSHIPPED, OF_BOB = 9001, 9002, 9003


class Desk:
    """Calls one shop: arguments and results go through their schemas, each call commits."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.env = simpy.Environment()
        self.shop = Commerce(store, Clock(self.env), Seeds(7))
        self.bound = {o.method: Bound(o, self.shop) for o in operations_of(Commerce)}
        self.changes: tuple[Change, ...] = ()
        """What the last call committed."""
        self.effect: tuple[str, str, dict[str, Any]] | None = None
        """Class, target and key arguments of the last call that committed anything."""

    def __call__(self, method: str, /, **args: Any) -> dict[str, Any]:
        """The result of a call as JSON."""
        bound = self.bound[method]
        given = bound.validated(args)
        run = bound.read if bound.operation.kind == "read" else bound.write
        outcome = run(self.store, given, PRINCIPAL)
        self.changes = outcome.changes
        if outcome.changeset:
            self.effect = (bound.operation.effect, *bound.identity(outcome.result, given))
        answer: dict[str, Any] = outcome.result
        bound.operation.result_adapter.validate_python(answer)
        return answer

    def wait(self, seconds: float) -> None:
        """Let virtual time pass."""
        self.env.run(until=self.env.now + seconds)

    def stock(self, sku: str) -> int:
        """How many of *sku* are in stock."""
        [variant] = [v for v in self("get_product", sku=sku)["variants"] if v["sku"] == sku]
        return int(variant["inventory_quantity"])


@pytest.fixture(scope="session")
def new_desk() -> Callable[[], Desk]:
    """Makes desks that know nothing of one another."""
    base = Store.create([Commerce.ddl])
    _fill_customers(base)
    _fill_products(base)
    _fill_orders(base)
    return lambda: Desk(Store.fork_of(base))


@pytest.fixture
def desk(new_desk: Callable[[], Desk]) -> Desk:
    """One desk."""
    return new_desk()


def _fill_customers(store: Store) -> None:
    since = {"created_at": "2025-01-01T09:00:00Z"}
    home = {"address1": "1 Dock Rd", "city": "Hull", "zip": "HU1 1AA", "country": "GB"}
    ada = {"email": "ada@example.com", "first_name": "Ada", "last_name": "Lovelace"}
    bob = {"email": "bob@example.com", "first_name": "Bob", "last_name": "Ade"}
    store.insert("commerce_customers", {"id": ADA, **since, **ada, **home, "phone": "+1 555-0100"})
    store.insert("commerce_customers", {"id": BOB, **since, **bob, **home, "phone": "555 0199"})


def _fill_products(store: Store) -> None:
    for nth, (title, price) in enumerate((("Kettle", "49.99"), ("Oak Lamp", "80.00")), start=1):
        product = {"id": nth, "title": title, "product_type": "Home", "warranty_months": 24}
        store.insert("commerce_products", product)
        for colour in ("Black", "White"):
            store.insert(
                "commerce_variants",
                {
                    "id": store.value("SELECT count(*) + 1 FROM commerce_variants"),
                    "product_id": nth, "sku": f"{title[:3].upper()}-{colour[0]}",
                    "title": colour, "price": price, "inventory_quantity": 5,
                },
            )  # fmt: skip


def _fill_orders(store: Store) -> None:
    for order_id, customer_id, email in (
        (SHIPPED, ADA, "ada@example.com"),
        (UNSHIPPED, ADA, "ada@example.com"),
        (OF_BOB, BOB, "bob@example.com"),
    ):
        made = f"2026-02-0{order_id - 9000}T10:00:00Z"
        store.insert(
            "commerce_orders",
            {
                "id": order_id, "order_number": order_id + 1000, "customer_id": customer_id,
                "email": email, "created_at": made, "processed_at": made,
                "total_price": "99.98", "gateway": "stripe",
                "payment_gateway_reference": f"ch_{order_id}", "shipping_name": "Ada Lovelace",
                "shipping_address1": "1 Dock Rd", "shipping_city": "Hull",
                "shipping_zip": "HU1 1AA", "shipping_country": "GB",
            },
        )  # fmt: skip
        store.insert(
            "commerce_line_items",
            {
                "id": order_id * 10, "order_id": order_id, "sku": "KET-B", "title": "Kettle",
                "quantity": 2, "price": "49.99",
            },
        )  # fmt: skip
    for order_id in (SHIPPED, OF_BOB):
        shipped = {"fulfillment_status": "fulfilled"}
        store.update("commerce_orders", {"id": order_id}, shipped)
        store.update("commerce_line_items", {"order_id": order_id}, {"fulfilled_quantity": 2})
        store.insert(
            "commerce_shipments",
            {
                "id": order_id - 9000, "order_id": order_id, "created_at": "2026-02-10T10:00:00Z",
                "tracking_company": "UPS", "tracking_number": f"1Z{order_id}",
                "status": "delivered", "shipped_at": "2026-02-10T12:00:00Z",
                "delivered_at": "2026-02-12T12:00:00Z",
            },
        )  # fmt: skip
