from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.agents.reference.hardened import build
from sandbox.faults.kinds import RateLimit, TimeoutAfterCommit
from sandbox.llm.plan import SayStep, ToolStep

RETURN_AND_REFUND = (
    ToolStep("orders", "commerce_search_orders", {"name": "#10001"}),
    ToolStep(
        "charge", "stripe_get_charge",
        {"charge": "$orders.orders.0.payment.payment_gateway_reference"},
    ),
    ToolStep(
        "label", "commerce_create_return",
        {"order_id": 9001, "line_item_id": 90010, "quantity": 1, "reason": "unwanted"},
    ),
    ToolStep("refund", "stripe_create_refund", {"charge": "$charge.id", "amount": 2000}),
    ToolStep("note", "zendesk_add_comment", {"ticket_id": 3001, "body": "Done."}),
    SayStep("bye", "You have $20.00 back."),
)  # fmt: skip


def test_a_good_day_ends_as_with_the_naive_agent(new_shop: Callable[..., Any]) -> None:
    shop = new_shop(RETURN_AND_REFUND).run(build)
    assert [e.effect for e in shop.effects()] == ["return_create", "refund", "ticket_comment"]
    assert shop.user.heard == ["You have $20.00 back."]


def test_a_refund_that_timed_out_after_it_was_made_is_made_once(
    new_shop: Callable[..., Any],
) -> None:
    lost = TimeoutAfterCommit(kind="timeout_after_commit", tool="stripe_create_refund", nth=1)
    shop = new_shop(RETURN_AND_REFUND, faults=[lost]).run(build)
    assert [e.key_args for e in shop.effects("refund")] == [{"amount": 2000}]
    assert shop.user.heard == ["You have $20.00 back."]
