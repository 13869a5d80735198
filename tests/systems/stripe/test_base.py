"""The ground under Stripe's nouns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_a_list_is_cut_and_says_so(desk: Desk) -> None:
    for nth in range(101):
        row = {"id": f"re_{nth:03}", "created": nth, "charge": "ch_1", "amount": 1}
        desk.store.insert("stripe_refunds", row)
    page = desk("list_refunds", charge="ch_1")
    assert page["has_more"]
    assert len(page["data"]) == 100


def test_a_key_keeps_the_answer_that_was_given(desk: Desk) -> None:
    answer = desk("create_refund", charge="ch_1", amount=5, idempotency_key="k")
    stored = desk.store.value("SELECT response FROM stripe_idempotency_keys WHERE key = 'k'")
    assert json.loads(stored) == answer
