"""Every operation of Stripe, once: the contract that each surface must keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import InvalidArguments, NotFound, PermissionDenied, ToolTimeout
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace
from sandbox.systems.effects import Ledger
from sandbox.systems.host import Host
from sandbox.systems.operation import operations_of
from sandbox.systems.stripe import Stripe
from sandbox.systems.system import Principal

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk

PRINCIPAL = Principal("support_agent", frozenset({"stripe:*"}))
CALLS: dict[str, dict[str, Any]] = {
    "search_customers": {"email": "ada@example.com"},
    "get_customer": {"customer": "cus_ada"},
    "list_payment_methods": {"customer": "cus_ada"},
    "list_charges": {"customer": "cus_ada"},
    "get_charge": {"charge": "ch_1"},
    "get_payment_intent": {"payment_intent": "pi_1"},
    "list_refunds": {"charge": "ch_1"},
    "get_refund": {"refund": "re_1"},
    "list_subscriptions": {"customer": "cus_ada"},
    "create_refund": {"charge": "ch_1", "amount": 100},
    "cancel_subscription": {"subscription": "sub_1"},
    "pause_subscription": {"subscription": "sub_1"},
    "create_payout": {"amount": 100, "destination": "pm_bank"},
    "update_customer": {"customer": "cus_ada", "name": "Ada L."},
    "delete_customer": {"customer": "cus_ada"},
}
EFFECTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "create_refund": ("refund", "ch_1", {"amount": 100}),
    "cancel_subscription": ("subscription_cancel", "sub_1", {"cancel_at_period_end": True}),
    "pause_subscription": ("subscription_pause", "sub_1", {"resumes_at": None}),
    "create_payout": ("payout", "pm_bank", {"amount": 100}),
    "update_customer": (
        "billing_customer_update", "cus_ada", {"email": "ada@example.com", "name": "Ada L."},
    ),
    "delete_customer": ("billing_customer_delete", "cus_ada", {}),
}  # fmt: skip


def test_the_table_above_names_each_operation() -> None:
    assert {o.method for o in operations_of(Stripe)} == set(CALLS)


@pytest.mark.parametrize("method", sorted(CALLS))
def test_each_operation_works(desk: Desk, method: str) -> None:
    desk.store.insert("stripe_refunds", {"id": "re_1", "created": 1, "charge": "ch_1", "amount": 1})
    answer = desk(method, **CALLS[method])
    assert answer["object"] in method or answer["object"] in ("list", "search_result")
    assert bool(desk.changes) == (method in EFFECTS)
    assert desk.effect == EFFECTS.get(method)


@pytest.mark.parametrize(
    ("method", "noun"),
    [
        ("get_customer", "customer"),
        ("get_charge", "charge"),
        ("get_refund", "refund"),
        ("get_payment_intent", "payment_intent"),
        ("list_refunds", "charge"),
        ("list_charges", "customer"),
        ("list_subscriptions", "customer"),
        ("list_payment_methods", "customer"),
        ("create_refund", "charge"),
        ("cancel_subscription", "subscription"),
        ("pause_subscription", "subscription"),
        ("update_customer", "customer"),
        ("delete_customer", "customer"),
    ],
)
def test_what_does_not_exist_is_missing_by_stripes_words(
    desk: Desk, method: str, noun: str
) -> None:
    with pytest.raises(NotFound) as caught:
        desk(method, **{noun: "none_such"})
    error = caught.value.body["error"]
    assert caught.value.status == 404
    assert error["type"] == "invalid_request_error"
    assert error["code"] == "resource_missing"
    assert error["message"] == f"No such {noun}: 'none_such'"


def test_ids_are_those_of_the_seed_and_have_24_letters_or_digits(desk: Desk) -> None:
    refund = desk("create_refund", charge="ch_1", amount=1)["id"]
    payout = desk("create_payout", amount=1, destination="pm_bank")["id"]
    assert refund[:3] == "re_"
    assert payout[:3] == "po_"
    assert all(len(i) == 27 and i[3:].isalnum() for i in (refund, payout))


def test_wrong_arguments_are_answered_in_stripes_shape(desk: Desk) -> None:
    with pytest.raises(InvalidArguments) as caught:
        desk("create_refund", charge="ch_1", amount=0)
    error = caught.value.body["error"]
    assert (caught.value.status, error["type"]) == (400, "invalid_request_error")
    assert "amount" in error["message"]


def test_the_scope_to_read_refunds_is_not_the_one_to_make_them(desk: Desk) -> None:
    reader = Principal("reader", frozenset({"stripe:refunds:read"}))
    desk.bound["list_refunds"].check_permission(reader)
    with pytest.raises(PermissionDenied) as caught:
        desk.bound["create_refund"].check_permission(reader)
    assert caught.value.body["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("method", sorted(EFFECTS))
def test_each_write_can_be_undone_exactly(desk: Desk, method: str) -> None:
    before = desk.store.digest()
    with desk.store.transaction() as step:
        getattr(desk.stripe, method)(**CALLS[method])
    assert desk.store.digest() != before
    assert desk.store.undo(step.changeset) == ((), 0)
    assert desk.store.digest() == before


@pytest.mark.parametrize(("key", "paid_back"), [("order-1", [2000]), (None, [2000, 2000])])
def test_a_timed_out_refund_is_paid_twice_unless_it_has_a_key(
    desk: Desk, key: str | None, paid_back: list[int]
) -> None:
    async def lost_answer(call: Call, forward: Forward) -> Any:
        result = await forward(call)
        if call.nth == 1:
            raise ToolTimeout("no answer in 10 s", tool=call.target)
        return result

    async def refund_and_retry(kernel: Kernel) -> None:
        points = Points()
        points.add("tool", lost_answer)
        stripe = Stripe(desk.store, kernel.clock, kernel.seeds)
        trace = Trace(lambda: kernel.clock.now)
        host = Host(
            desk.store, [stripe], clock=kernel.clock, seeds=kernel.seeds, points=points,
            trace=trace, ledger=ledger,
        )  # fmt: skip
        args = {"charge": "ch_1", "amount": 2000, "idempotency_key": key}
        with pytest.raises(ToolTimeout):
            await host.call("stripe_create_refund", args, principal=PRINCIPAL)
        await host.call("stripe_create_refund", args, principal=PRINCIPAL)

    ledger = Ledger()
    Kernel(Seeds(1)).run(refund_and_retry)
    assert [(e.effect, e.target, e.key_args["amount"]) for e in ledger] == [
        ("refund", "ch_1", amount) for amount in paid_back
    ]
