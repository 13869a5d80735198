"""Refunds: never more than was taken, never twice for one key."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.errors import Conflict

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk

PAID = 5000
DAY_S = 24 * 3600


def refusal(desk: Desk, **args: Any) -> dict[str, Any]:
    with pytest.raises(Conflict) as caught:
        desk("create_refund", **args)
    assert caught.value.status == 400
    error: dict[str, Any] = caught.value.body["error"]
    return error


def test_a_refund_without_an_amount_gives_back_the_rest(desk: Desk) -> None:
    desk("create_refund", charge="ch_1", amount=1500)
    refund = desk("create_refund", charge="ch_1", reason="duplicate")
    charge = desk("get_charge", charge="ch_1")
    assert refund["amount"] == PAID - 1500
    assert refund["payment_intent"] == "pi_1"
    assert (charge["amount_refunded"], charge["refunded"]) == (PAID, True)


def test_a_refund_can_be_read_again_newest_first(desk: Desk) -> None:
    first = desk("create_refund", charge="ch_1", amount=1500)
    desk.wait(60)
    second = desk("create_refund", charge="ch_1", amount=500)
    assert desk("get_refund", refund=first["id"]) == first
    assert desk("list_refunds", charge="ch_1")["data"] == [second, first]
    assert second["created"] == first["created"] + 60


def test_more_than_what_is_left_is_refused(desk: Desk) -> None:
    desk("create_refund", charge="ch_1", amount=4000)
    error = refusal(desk, charge="ch_1", amount=2000)
    assert error == {
        "type": "invalid_request_error",
        "code": "amount_too_large",
        "doc_url": "https://stripe.com/docs/error-codes/amount-too-large",
        "param": "amount",
        "message": ("Refund amount ($20.00) is greater than unrefunded amount on charge ($10.00)"),
    }


def test_a_charge_given_back_in_full_is_already_refunded(desk: Desk) -> None:
    desk("create_refund", charge="ch_1")
    error = refusal(desk, charge="ch_1", amount=1)
    assert error["code"] == "charge_already_refunded"
    assert error["message"] == "Charge ch_1 has already been refunded."


def test_a_disputed_charge_is_refused(desk: Desk) -> None:
    desk.store.update("stripe_charges", {"id": "ch_1"}, {"disputed": 1})
    assert refusal(desk, charge="ch_1")["code"] == "charge_disputed"


def test_a_charge_that_took_no_money_is_refused(desk: Desk) -> None:
    desk.store.update("stripe_charges", {"id": "ch_1"}, {"status": "failed"})
    assert "has not succeeded" in refusal(desk, charge="ch_1")["message"]


def test_a_failed_refund_leaves_its_amount_to_give_back(desk: Desk) -> None:
    failed = desk("create_refund", charge="ch_1")["id"]
    desk.store.update("stripe_refunds", {"id": failed}, {"status": "failed"})
    assert desk("create_refund", charge="ch_1")["amount"] == PAID


def test_a_repeated_key_is_answered_and_commits_nothing(desk: Desk) -> None:
    args = {"charge": "ch_1", "amount": 700, "idempotency_key": "order-1"}
    first = desk("create_refund", **args)
    desk.wait(DAY_S - 1)
    assert desk("create_refund", **args) == first
    assert desk.changes == ()
    assert desk("get_charge", charge="ch_1")["amount_refunded"] == 700


def test_a_key_is_forgotten_after_a_day(desk: Desk) -> None:
    args = {"charge": "ch_1", "amount": 700, "idempotency_key": "order-1"}
    first = desk("create_refund", **args)
    desk.wait(DAY_S)
    assert desk("create_refund", **args)["id"] != first["id"]


def test_a_key_with_other_parameters_is_an_idempotency_error(desk: Desk) -> None:
    desk("create_refund", charge="ch_1", amount=700, idempotency_key="k")
    error = refusal(desk, charge="ch_1", amount=701, idempotency_key="k")
    assert error["type"] == "idempotency_error"
    assert "same parameters they were first used with" in error["message"]
    assert "'k'" in error["message"]


def test_a_key_of_another_endpoint_is_an_idempotency_error(desk: Desk) -> None:
    desk("create_payout", amount=700, destination="pm_bank", idempotency_key="k")
    error = refusal(desk, charge="ch_1", amount=700, idempotency_key="k")
    assert "('/v1/payouts')" in error["message"]


def test_a_refused_refund_leaves_its_key_free(desk: Desk) -> None:
    refusal(desk, charge="ch_1", amount=PAID + 1, idempotency_key="k")
    assert desk("create_refund", charge="ch_1", amount=PAID, idempotency_key="k")


def test_an_undone_refund_does_not_make_ids_collide(desk: Desk) -> None:
    with desk.store.transaction() as commit:
        desk.stripe.create_refund("ch_1", 10)
    desk("create_refund", charge="ch_1", amount=20)
    desk.store.undo(commit.changeset)
    desk("create_refund", charge="ch_1", amount=30)
    amounts = {r["amount"] for r in desk("list_refunds", charge="ch_1")["data"]}
    assert amounts == {20, 30}


steps = st.lists(
    st.tuples(
        st.sampled_from(["ch_1", "ch_2"]),
        st.none() | st.integers(1, 6000),
        st.none() | st.sampled_from(["k1", "k2"]),
    ),
    max_size=12,
)


@settings(max_examples=40, deadline=None)
@given(steps)
def test_no_sequence_of_refunds_gives_back_more_than_was_paid(
    new_desk: Callable[[], Desk], steps: list[tuple[str, int | None, str | None]]
) -> None:
    desk = new_desk()
    committed: list[str] = []
    for charge, amount, key in steps:
        try:
            desk("create_refund", charge=charge, amount=amount, idempotency_key=key)
        except Conflict:
            continue
        if key is not None and desk.changes:
            committed.append(key)
    for charge, paid in (("ch_1", PAID), ("ch_2", 1250)):
        given_back = sum(r["amount"] for r in desk("list_refunds", charge=charge)["data"])
        assert given_back == desk("get_charge", charge=charge)["amount_refunded"] <= paid
    assert len(committed) == len(set(committed)), "a key committed twice"
