from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.answers import failure_of
from sandbox.agents.reference.hardening.idempotency import IdempotencyKeys, key_of

REFUND = {"charge": "ch_1", "amount": 2000}


def test_the_same_intention_has_the_same_key_whatever_the_words() -> None:
    key = key_of("c1", "stripe_create_refund", {**REFUND, "reason": "duplicate"})
    assert key == key_of("c1", "stripe_create_refund", {"amount": 2000, "charge": "ch_1"})
    assert key == key_of("c1", "stripe_create_refund", {**REFUND, "metadata": None})


def test_another_intention_has_another_key() -> None:
    key = key_of("c1", "stripe_create_refund", REFUND)
    assert key != key_of("c1", "stripe_create_refund", {**REFUND, "amount": 2001})
    assert key != key_of("c2", "stripe_create_refund", REFUND)
    assert key != key_of("c1", "stripe_create_payout", REFUND)


def test_a_refund_asked_for_twice_in_other_words_is_made_once(bench: Any) -> None:
    keys = IdempotencyKeys(bench.case)
    first = bench.through(keys, "stripe_create_refund", **REFUND, reason="duplicate")
    again = bench.through(keys, "stripe_create_refund", **REFUND, reason="requested_by_customer")
    assert again.artifact == first.artifact
    assert len(bench.shop.effects("refund")) == 1


def test_a_key_that_the_model_made_up_is_replaced(bench: Any) -> None:
    keys = IdempotencyKeys(bench.case)
    for made_up in ("a", "b"):
        bench.through(keys, "stripe_create_refund", **REFUND, idempotency_key=made_up)
    assert len(bench.shop.effects("refund")) == 1


def test_after_a_refusal_the_words_may_be_put_right(bench: Any) -> None:
    keys = IdempotencyKeys(bench.case)
    wrong = bench.through(keys, "stripe_create_refund", **REFUND, reason="because")
    failure = failure_of(wrong)
    assert failure is not None
    assert failure.code == "invalid_arguments"
    right = bench.through(keys, "stripe_create_refund", **REFUND, reason="duplicate")
    assert right.artifact["reason"] == "duplicate"


def test_other_tools_are_called_as_they_were_meant(bench: Any) -> None:
    bench.through(IdempotencyKeys(bench.case), "stripe_get_charge", charge="ch_1")
    assert bench.shop.calls("stripe_get_charge")[0]["args"] == {"charge": "ch_1"}
