from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from sandbox.agents.reference.plain import hello_careful, hello_naive
from sandbox.faults.kinds import TimeoutAfterCommit
from sandbox.llm.plan import SayStep, ToolStep

REFUND = (
    ToolStep("charge", "stripe_get_charge", {"charge": "ch_1"}),
    ToolStep("refund", "stripe_create_refund", {"charge": "$charge.id", "amount": 2000}),
    SayStep("bye", "You have your $refund.amount cents back."),
)
ADDITIONS: dict[str, dict[str, Any]] = {
    "approvals_request": {
        "action": "refund", "subject": "ch_3", "reason": "Broken.", "amount": "450.00",
    },
    "commerce_add_order_note": {"order_id": 9001, "body": "Kettle broke."},
    "commerce_create_return": {
        "order_id": 9001, "line_item_id": 90010, "quantity": 1, "reason": "defective",
    },
    "zendesk_add_comment": {"ticket_id": 3001, "body": "On its way.", "public": True},
}  # fmt: skip


def lost(tool: str) -> TimeoutAfterCommit:
    return TimeoutAfterCommit(kind="timeout_after_commit", tool=tool, nth=1)


@pytest.mark.parametrize("factory", [hello_naive, hello_careful])
def test_on_a_good_day_both_pay_once(new_shop: Callable[..., Any], factory: Any) -> None:
    shop = new_shop(REFUND).run(factory)
    assert [e.key_args for e in shop.effects()] == [{"amount": 2000}]
    assert shop.user.heard == ["You have your 2000 cents back."]


@pytest.mark.parametrize(("factory", "paid"), [(hello_naive, 2), (hello_careful, 1)])
def test_a_refund_whose_answer_was_lost_is_paid_twice_by_the_naive_agent_only(
    new_shop: Callable[..., Any], factory: Any, paid: int
) -> None:
    shop = new_shop(REFUND, faults=[lost("stripe_create_refund")]).run(factory)
    assert len(shop.effects("refund")) == paid
    assert shop.user.heard == ["You have your 2000 cents back."]


@pytest.mark.parametrize("tool", sorted(ADDITIONS))
def test_an_addition_whose_answer_was_lost_is_found_again_in_every_system(
    new_shop: Callable[..., Any], tool: str
) -> None:
    plan = (ToolStep("add", tool, ADDITIONS[tool]), SayStep("bye", "Done."))
    naive, careful = (
        new_shop(plan, faults=[lost(tool)]).run(factory) for factory in (hello_naive, hello_careful)
    )
    assert len(careful.effects()) == 1
    assert careful.user.heard == ["Done."]
    assert len(naive.calls(tool)) > 1
    assert len(careful.calls(tool)) == 1
