"""A Stripe with one customer who paid three times, and calls as a tool would make them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import simpy

from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds
from sandbox.systems.effects import Change
from sandbox.systems.execution import Bound
from sandbox.systems.operation import operations_of
from sandbox.systems.store import Store
from sandbox.systems.stripe import Stripe
from sandbox.systems.system import Principal

PRINCIPAL = Principal("support_agent", frozenset({"*"}))


class Desk:
    """Calls one Stripe: arguments and results go through their schemas, each call commits."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.env = simpy.Environment()
        self.stripe = Stripe(store, Clock(self.env), Seeds(7))
        self.bound = {o.method: Bound(o, self.stripe) for o in operations_of(Stripe)}
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


@pytest.fixture(scope="session")
def new_desk() -> Callable[[], Desk]:
    """Makes desks that know nothing of one another."""
    base = Store.create([Stripe.ddl])
    _fill(base)
    return lambda: Desk(Store.fork_of(base))


@pytest.fixture
def desk(new_desk: Callable[[], Desk]) -> Desk:
    """One desk."""
    return new_desk()


def _fill(store: Store) -> None:
    ada = {"id": "cus_ada", "created": 1_700_000_000, "email": "ada@example.com", "name": "Ada"}
    store.insert("stripe_customers", ada)
    store.insert("stripe_customers", {**ada, "id": "cus_bob", "email": "bob@example.com"})
    card = {"brand": "visa", "last4": "4242", "exp_month": 4, "exp_year": 2030}
    store.insert(
        "stripe_payment_methods",
        {"id": "pm_card", "created": 1, "customer": "cus_ada", "billing_name": "Ada", **card},
    )
    store.insert(
        "stripe_payment_methods",
        {
            "id": "pm_bank", "created": 2, "customer": "cus_ada", "type": "us_bank_account",
            "bank_name": "Harbour Bank", "last4": "6789",
        },
    )  # fmt: skip
    for nth, amount in enumerate((5000, 1250, 99), start=1):
        paid = {"customer": "cus_ada", "created": 1_760_000_000 + nth, "amount": amount}
        paid["metadata"] = f'{{"order_id": "{nth}", "order_number": "#1000{nth}"}}'
        store.insert(
            "stripe_payment_intents", {"id": f"pi_{nth}", "latest_charge": f"ch_{nth}", **paid}
        )
        store.insert(
            "stripe_charges", {"id": f"ch_{nth}", "payment_intent": f"pi_{nth}", **paid, **card}
        )
    store.insert(
        "stripe_subscriptions",
        {
            "id": "sub_1", "created": 1_760_000_000, "customer": "cus_ada", "item_id": "si_1",
            "price_id": "price_1", "product": "prod_coffee", "unit_amount": 1900,
            "current_period_start": 1_771_000_000, "current_period_end": 1_773_500_000,
        },
    )  # fmt: skip
