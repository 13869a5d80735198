"""A small shop in virtual time: one customer, one paid order, one ticket, and faults around it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from functools import partial
from typing import Any

import pytest

from sandbox.faults.fault import Fault, Surroundings
from sandbox.faults.injector import Injector
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.surfaces.tools import Toolbox, toolbox
from sandbox.systems.commerce import Commerce
from sandbox.systems.effects import Effect, Ledger
from sandbox.systems.host import Host
from sandbox.systems.store import Store
from sandbox.systems.stripe import Stripe
from sandbox.systems.system import Principal
from sandbox.systems.wiki import Wiki
from sandbox.systems.zendesk import Zendesk

SYSTEMS = (Stripe, Commerce, Zendesk, Wiki)
AGENT = Principal("support_agent", frozenset({"*"}))
SINCE = {"created_at": "2025-01-01T09:00:00Z"}
CHARGE, ORDER, TICKET = "ch_1", 9001, 1
LONG_NOTE = "The customer called twice about this order and wants it before the weekend. " * 3


class Shop:
    """A host with the four fakes; `shop.call(tool, ...)` runs one call to its end."""

    def __init__(self, store: Store, faults: Sequence[Fault], seed: int) -> None:
        store.mark_replica()
        self.store = store
        self.principal = AGENT
        self.seeds = Seeds(seed)
        self.kernel = Kernel(self.seeds)
        self.clock = self.kernel.clock
        self.points = Points()
        self.trace = Trace(lambda: self.clock.now)
        self.ledger = Ledger()
        systems = [system(store, self.clock, self.seeds) for system in SYSTEMS]
        self.host = Host(
            store, systems, clock=self.clock, seeds=self.seeds, points=self.points,
            trace=self.trace, ledger=self.ledger,
        )  # fmt: skip
        self.systems = {system.name: system for system in systems}
        at = Surroundings(self.clock, self.seeds, self.host.operations)
        self.injector = Injector(faults, at=at, trace=self.trace)
        self.injector.install(self.points)

    def run(self, main: Callable[[], Coroutine[Any, Any, Any]]) -> Any:
        """The result of *main* in virtual time, and of all that is still on its way."""

        async def all_of_it() -> Any:
            result = await main()
            await asyncio.sleep(1000)
            return result

        return self.kernel.run(all_of_it())

    def call(self, tool: str, **args: Any) -> Any:
        """The result of one call."""
        return self.kernel.run(self.acall(tool, **args))

    async def acall(self, tool: str, *, agent: str = "agent", **args: Any) -> Any:
        """The same from a coroutine."""
        return await self.host.call(tool, args, principal=AGENT, agent=agent, conversation="c1")

    def refund(self, amount: int = 1000) -> Any:
        """One refund."""
        return self.call("stripe_create_refund", charge=CHARGE, amount=amount)

    def refunds(self) -> list[int]:
        """The amounts of the refunds that stand, oldest first."""
        rows = self.store.rows("SELECT amount FROM stripe_refunds ORDER BY created, id")
        return [row["amount"] for row in rows]

    def toolbox(self, *names: str) -> Toolbox:
        """Tools as an agent is told of them."""
        describe = partial(self.injector.describe, conversation="c1")
        return toolbox(self.host, names, principal=AGENT, conversation="c1", describe=describe)

    # Planting

    def exogenous(self, tool: str, args: dict[str, Any], *, note: str = "") -> Any:
        """Let the world act: an operation, or a plain method of a fake."""
        if tool in self.host.operations:
            return self.host.exogenous(tool, args, note=note)
        system, _, method = tool.partition("_")
        with self.store.transaction():
            return getattr(self.systems[system], method)(**args)

    def article(self, slug: str) -> dict[str, Any]:
        """The row of an article."""
        row = self.store.row("SELECT * FROM wiki_articles WHERE slug = ?", (slug,))
        assert row is not None
        return row

    # What the trace says

    def fired(self) -> list[tuple[str, bool]]:
        """Each `fault_fired`: which fault, and whether it changed anything."""
        return [(e["fault"], e["changed"]) for e in self.events("fault_fired")]

    def events(self, type_: str) -> list[dict[str, Any]]:
        """The trace's events of one type."""
        return [e for e in self.trace.events if e["type"] == type_]

    def effects(self) -> list[Effect]:
        """The ledger."""
        return list(self.ledger)


OpenShop = Callable[..., Shop]


@pytest.fixture(scope="session")
def shop_image() -> bytes:
    store = Store.create([system.ddl for system in SYSTEMS])
    _fill(store)
    image = store.image()
    store.close()
    return image


@pytest.fixture
def open_shop(shop_image: bytes) -> Iterator[OpenShop]:
    """`open_shop(fault, ..., seed=1)`: a fresh shop with these faults."""
    opened: list[Shop] = []

    def opener(*faults: Fault, seed: int = 1) -> Shop:
        shop = Shop(Store.from_image(shop_image), faults, seed)
        opened.append(shop)
        return shop

    yield opener
    for shop in opened:
        shop.store.close()


def _fill(store: Store) -> None:
    card = {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030}
    ada = {"id": "cus_ada", "created": 1_700_000_000, "email": "ada@example.com", "name": "Ada"}
    store.insert("stripe_customers", ada)
    for nth, amount in enumerate((4999, 1250, 99), start=1):
        paid = {"customer": "cus_ada", "created": 1_760_000_000 + nth, "amount": amount}
        store.insert(
            "stripe_payment_intents", {"id": f"pi_{nth}", "latest_charge": f"ch_{nth}", **paid}
        )
        store.insert(
            "stripe_charges", {"id": f"ch_{nth}", "payment_intent": f"pi_{nth}", **paid, **card}
        )
    store.insert(
        "commerce_customers", {"id": 1, "email": "ada@example.com", "first_name": "Ada", **SINCE}
    )
    made = {"created_at": "2026-02-01T10:00:00Z", "processed_at": "2026-02-01T10:00:00Z"}
    store.insert("commerce_orders", {
        "id": ORDER, "order_number": 1001, "customer_id": 1, "email": "ada@example.com",
        "total_price": "49.99", "gateway": "stripe", "payment_gateway_reference": CHARGE, **made,
    })  # fmt: skip
    store.insert("commerce_line_items", {
        "id": 1, "order_id": ORDER, "sku": "KET-B", "title": "Kettle", "quantity": 1,
        "price": "49.99",
    })  # fmt: skip
    store.insert("commerce_shipments", {
        "id": 1, "order_id": ORDER, "created_at": "2026-02-10T10:00:00Z", "tracking_company": "UPS",
        "tracking_number": "1Z1", "status": "delivered",
    })  # fmt: skip
    for nth, body in enumerate((LONG_NOTE, "Called back.", "Sent a voucher."), start=1):
        store.insert("commerce_order_notes", {
            "id": nth, "order_id": ORDER, "author": "ben", "body": body, **SINCE,
        })  # fmt: skip
    stamps = {**SINCE, "updated_at": "2025-01-01T09:00:00Z"}
    store.insert(
        "zendesk_users",
        {"id": 101, "name": "Ada", "email": "ada@example.com", "role": "end-user", **stamps},
    )
    store.insert("zendesk_tickets", {
        "id": TICKET, "subject": "Broken kettle", "description": "It leaks.", "requester_id": 101,
        "submitter_id": 101, "status": "open", **stamps,
    })  # fmt: skip
    store.insert("wiki_articles", {
        "id": 1, "slug": "refund-policy", "title": "Refunds", "body": "Within 30 days.",
        "section": "policies", "author": "ben", "updated_at": "2025-01-01T09:00:00Z",
    })  # fmt: skip
