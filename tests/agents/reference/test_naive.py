from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from sandbox.agents.reference.naive import build
from sandbox.faults.kinds import RateLimit, TimeoutAfterCommit
from sandbox.llm.plan import SayStep, ToolStep

PARTIAL_REFUND = (
    ToolStep("orders", "commerce_search_orders", {"name": "#10001"}),
    ToolStep(
        "charge", "stripe_get_charge",
        {"charge": "$orders.orders.0.payment.payment_gateway_reference"},
    ),
    ToolStep("refund", "stripe_create_refund", {"charge": "$charge.id", "amount": 2000}),
    SayStep("bye", "You have $20.00 back."),
)  # fmt: skip


def test_a_good_day_ends_with_one_refund_and_a_word_to_the_user(
    new_shop: Callable[..., Any],
) -> None:
    shop = new_shop(PARTIAL_REFUND).run(build)
    assert [e.key_args for e in shop.effects()] == [{"amount": 2000}]
    assert shop.user.heard == ["You have $20.00 back."]


def test_a_refund_that_timed_out_after_it_was_made_is_made_again(
    new_shop: Callable[..., Any],
) -> None:
    lost = TimeoutAfterCommit(kind="timeout_after_commit", tool="stripe_create_refund", nth=1)
    shop = new_shop(PARTIAL_REFUND, faults=[lost]).run(build)
    assert [e.key_args for e in shop.effects("refund")] == [{"amount": 2000}, {"amount": 2000}]


def test_a_rate_limit_that_asks_for_patience_is_hammered(new_shop: Callable[..., Any]) -> None:
    limit = RateLimit(kind="rate_limit", tool="stripe_get_charge", retry_after_s=60.0)
    shop = new_shop(PARTIAL_REFUND, faults=[limit]).run(build)
    times = [call["t"] for call in shop.calls("stripe_get_charge")]
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert len(times) > 10
    assert min(gaps) < 2.0
