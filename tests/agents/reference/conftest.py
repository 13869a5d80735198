"""A small shop: its fakes behind a host, a user who answers by list, and a model with a plan."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pytest

from sandbox.agents.adapt import adapt
from sandbox.agents.contract import Env
from sandbox.faults.fault import Fault, Surroundings
from sandbox.faults.injector import Injector
from sandbox.llm.endpoint import ModelEndpoint
from sandbox.llm.plan import Plan, Step
from sandbox.llm.presets import load_model_name
from sandbox.llm.prices import load_prices
from sandbox.llm.simulated import SimulatedModel
from sandbox.sim.clock import Clock
from sandbox.sim.entropy import virtual_world
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.surfaces.tools import Describe, toolbox
from sandbox.systems.approvals import Approvals
from sandbox.systems.commerce import Commerce
from sandbox.systems.effects import Effect, Ledger
from sandbox.systems.host import Host
from sandbox.systems.store import Store
from sandbox.systems.stripe import Stripe
from sandbox.systems.system import Principal
from sandbox.systems.wiki import Wiki
from sandbox.systems.zendesk import Zendesk

SYSTEMS = (Zendesk, Stripe, Commerce, Wiki, Approvals)
PRINCIPAL = Principal("support-agent", frozenset({"*"}))
OPENING = "Hi, I am Ada (ada@example.com). My kettle of order #10001 broke, I want $20.00 back."
PRESET = load_model_name("sim:perfect")
EPOCH = "2026-02-01T09:00:00Z"


class ListedUser:
    """A user who gives the *replies* one after the other, and leaves then."""

    def __init__(self, clock: Clock, opening: str, replies: Iterable[str]) -> None:
        self.opening = opening
        self.heard: list[str] = []
        """What the agent said to them."""
        self._clock = clock
        self._replies = iter(replies)

    async def reply(self, text: str) -> str | None:
        """The next of the replies, ten seconds later."""
        self.heard.append(text)
        await self._clock.sleep(10.0)
        return next(self._replies, None)

    async def tell(self, text: str) -> None:
        """Hear it."""
        self.heard.append(text)


class Shop:
    """One conversation at a small shop: what the model plans, what the user says, what breaks."""

    def __init__(
        self,
        base: Store,
        plan: Sequence[Step] | Plan,
        *,
        faults: Sequence[Fault] = (),
        opening: str = OPENING,
        replies: Iterable[str] = (),
        seed: int = 1,
        describe: Describe | None = None,
        knobs: Mapping[str, float] | None = None,
    ) -> None:
        self.seeds = Seeds(seed)
        self.kernel = Kernel(self.seeds)
        self.clock = self.kernel.clock
        self.points, self.ledger = Points(), Ledger()
        self.trace = Trace(lambda: self.clock.now)
        self.store = Store.fork_of(base)
        systems = [system(self.store, self.clock, self.seeds) for system in SYSTEMS]
        self.host = Host(
            self.store, systems, clock=self.clock, seeds=self.seeds, points=self.points,
            trace=self.trace, ledger=self.ledger,
        )  # fmt: skip
        self.approvals = next(s for s in systems if isinstance(s, Approvals))
        at = Surroundings(self.clock, self.seeds, self.host.operations)
        Injector(faults, at=at, trace=self.trace).install(self.points)
        self.user = ListedUser(self.clock, opening, replies)
        self.endpoint = self._endpoint(plan, knobs or {})
        self.env = self._env(describe)

    def run(self, build: Callable[[Env], Any]) -> Shop:
        """Let the agent that *build* makes serve the user."""
        with virtual_world(self.kernel):
            self.kernel.run(self.converse(build))
        return self

    async def converse(self, build: Callable[[Env], Any]) -> str:
        """The same, inside a kernel that runs already."""
        return await adapt(build(self.env), self.env)(self.env.task)

    def effects(self, *classes: str) -> list[Effect]:
        """What was committed, all or of these classes."""
        return [e for e in self.ledger if not classes or e.effect in classes]

    def calls(self, tool: str) -> list[dict[str, Any]]:
        """The events of the calls of *tool*."""
        return [e for e in self.trace.events if e["type"] == "tool_call" and e["tool"] == tool]

    def notes(self) -> str:
        """What the agent noted in the trace, as one text."""
        return "\n".join(e["text"] for e in self.trace.events if e["type"] == "note")

    def _endpoint(self, plan: Sequence[Step] | Plan, knobs: Mapping[str, float]) -> ModelEndpoint:
        changed = PRESET.knobs.model_copy(update=dict(knobs))
        preset = PRESET.model_copy(update={"knobs": changed})
        given = plan if isinstance(plan, Plan) else Plan(tuple(plan))
        return ModelEndpoint(
            SimulatedModel(given, preset, self.seeds), clock=self.clock, points=self.points,
            trace=self.trace, seeds=self.seeds, prices=load_prices(), latency=preset.profile,
            conversation="c1",
        )  # fmt: skip

    def _env(self, describe: Describe | None) -> Env:
        return Env(
            task=self.user.opening,
            instructions="You are the support assistant of a shop.",
            tools=toolbox(
                self.host, ("*",), principal=PRINCIPAL, conversation="c1",
                turn=lambda: self.endpoint.turn, describe=describe,
                call_sync=self.kernel.call_sync,
            ),
            user=self.user,
            model=self.endpoint,
            clock=self.clock,
            seeds=self.seeds.child("agent"),
            conversation="c1",
            call_sync=self.kernel.call_sync,
            note=lambda text: (self.trace.emit("note", conversation="c1", text=text), None)[1],
        )  # fmt: skip


@pytest.fixture(scope="session")
def new_shop() -> Callable[..., Shop]:
    """Makes shops that know nothing of one another: `new_shop(plan, faults=[...], ...)`."""
    base = Store.create([system.ddl for system in SYSTEMS])
    _fill_staff(base)
    _fill_people(base)
    _fill_orders(base)
    _fill_rest(base)
    return lambda plan=(), **options: Shop(base, plan, **options)


def _fill_staff(store: Store) -> None:
    since = {"created_at": EPOCH, "updated_at": EPOCH}
    store.insert("zendesk_users", {
        "id": 1, "name": "Support", "role": "agent", "external_id": "support-agent", **since,
    })  # fmt: skip
    for group_id, name in ((11, "Tier 1"), (12, "Tier 2")):
        store.insert("zendesk_groups", {"id": group_id, "name": name, **since})
    member = {"id": 1, "user_id": 1, "group_id": 11, "default": 1}
    store.insert("zendesk_group_memberships", member)


def _fill_people(store: Store) -> None:
    since = {"created_at": EPOCH, "updated_at": EPOCH}
    for n, name in ((1, "ada"), (2, "bob")):
        email = f"{name}@example.com"
        user = {"id": 100 + n, "name": name.title(), "email": email, **since}
        store.insert("zendesk_users", user)
        store.insert("zendesk_tickets", {
            "id": 3000 + n, "subject": "Kettle", "description": "It broke.", "status": "open",
            "requester_id": 100 + n, "submitter_id": 100 + n, **since,
        })  # fmt: skip
        store.insert("zendesk_comments", {
            "id": n, "ticket_id": 3000 + n, "author_id": 100 + n, "body": "It broke.",
            "created_at": EPOCH,
        })  # fmt: skip
        store.insert("commerce_customers", {
            "id": 500 + n, "created_at": EPOCH, "email": email, "first_name": name.title(),
            "last_name": "Smith",
        })  # fmt: skip
        store.insert("stripe_customers", {
            "id": f"cus_{name}", "created": 1_769_000_000, "email": email, "name": name.title(),
        })  # fmt: skip
        store.insert("stripe_payment_methods", {
            "id": f"pm_{name}", "created": 1, "customer": f"cus_{name}", "billing_name": name,
            "brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030,
        })  # fmt: skip


def _fill_orders(store: Store) -> None:
    # Ada: a shipped order, one not shipped yet, a dear one. Bob: a shipped one.
    cases = (("ada", 501, 4999), ("ada", 501, 8000), ("ada", 501, 45000), ("bob", 502, 4999))
    for n, (name, customer_id, amount) in enumerate(cases, start=1):
        order_id, shipped = 9000 + n, n != 2
        price = f"{amount // 100}.{amount % 100:02d}"
        store.insert("commerce_orders", {
            "id": order_id, "order_number": 10000 + n, "customer_id": customer_id,
            "email": f"{name}@example.com", "created_at": EPOCH, "processed_at": EPOCH,
            "total_price": price, "gateway": "stripe", "payment_gateway_reference": f"ch_{n}",
            "fulfillment_status": "fulfilled" if shipped else None, "shipping_name": name.title(),
            "shipping_address1": "1 Dock Rd", "shipping_city": "Hull", "shipping_zip": "HU1 1AA",
            "shipping_country": "GB",
        })  # fmt: skip
        store.insert("commerce_line_items", {
            "id": order_id * 10, "order_id": order_id, "sku": "KET-B", "title": "Kettle",
            "quantity": 1, "fulfilled_quantity": int(shipped), "price": price,
        })  # fmt: skip
        paid = {"customer": f"cus_{name}", "created": 1_769_900_000 + n, "amount": amount}
        store.insert(
            "stripe_payment_intents", {"id": f"pi_{n}", "latest_charge": f"ch_{n}", **paid}
        )
        store.insert("stripe_charges", {
            "id": f"ch_{n}", "payment_intent": f"pi_{n}", **paid, "brand": "visa",
            "last4": "4242", "exp_month": 4, "exp_year": 2030,
            "metadata": f'{{"order_id": "{order_id}"}}',
        })  # fmt: skip


def _fill_rest(store: Store) -> None:
    store.insert("commerce_products", {"id": 1, "title": "Kettle", "product_type": "Home"})
    store.insert("commerce_variants", {
        "id": 1, "product_id": 1, "sku": "KET-B", "title": "Black", "price": "49.99",
        "inventory_quantity": 5,
    })  # fmt: skip
    store.insert("stripe_subscriptions", {
        "id": "sub_1", "created": 1_760_000_000, "customer": "cus_ada", "item_id": "si_1",
        "price_id": "price_1", "product": "prod_coffee", "unit_amount": 1900,
        "current_period_start": 1_771_000_000, "current_period_end": 1_773_500_000,
    })  # fmt: skip
    store.insert("wiki_articles", {
        "id": 1, "slug": "refund-policy", "title": "Refunds", "body": "Within 30 days.",
        "section": "Policies", "author": "Ops", "updated_at": EPOCH,
    })  # fmt: skip
