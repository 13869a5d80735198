"""Each look finds what its tool has done, and finds nothing before."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.looks import LOOKS
from sandbox.agents.reference.hardening.retries import SETTING

WRITES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "commerce_add_order_note": ({"order_id": 9001, "body": "Seen."}, {"body": "Seen."}),
    "commerce_cancel_order": ({"order_id": 9002, "reason": "customer"}, {"id": 9002}),
    "commerce_create_replacement": (
        {"order_id": 9001, "line_item_id": 90010, "sku": "KET-B", "quantity": 1,
         "reason": "defective"},
        {"sku": "KET-B", "replacement_order_name": "#10005"},
    ),
    "commerce_create_return": (
        {"order_id": 9001, "line_item_id": 90010, "quantity": 1, "reason": "unwanted"},
        {"line_item_id": 90010, "status": "approved"},
    ),
    "commerce_issue_store_credit": (
        {"customer_id": 501, "order_id": 9001, "amount": "10.00", "reason": "sorry"},
        {"amount": "10.00"},
    ),
    "commerce_merge_customers": (
        {"customer_id": 502, "into_customer_id": 501}, {"into_customer_id": 501},
    ),
    "stripe_create_refund": ({"charge": "ch_1", "amount": 2000}, {"amount": 2000}),
    "stripe_delete_customer": ({"customer": "cus_bob"}, {"deleted": True}),
    "zendesk_add_comment": (
        {"ticket_id": 3001, "body": "Hello.", "public": False}, {"body": "Hello."},
    ),
    "zendesk_create_ticket": (
        {"requester_id": 101, "subject": "Lid", "comment": "Broke too."}, {"subject": "Lid"},
    ),
    "zendesk_delete_user": ({"user_id": 103}, {"active": False}),
    "zendesk_merge_tickets": ({"target_id": 3001, "source_ids": [3002]}, {"source_ids": [3002]}),
    "zendesk_merge_users": ({"user_id": 102, "into_user_id": 101}, {"id": 101}),
}  # fmt: skip


@pytest.fixture
def case(bench: Any) -> Any:
    since = {"created_at": "2026-02-01T09:00:00Z", "updated_at": "2026-02-01T09:00:00Z"}
    bench.shop.store.insert("zendesk_users", {"id": 103, "name": "Cy", **since})
    bench.case.balances["501"] = "0.00"
    return bench


@pytest.mark.parametrize("tool", sorted(LOOKS))
def test_what_was_done_is_found_and_what_was_not_is_not(case: Any, tool: str) -> None:
    args, shows = WRITES[tool]
    assert case.do(lambda: LOOKS[tool](case.case, args)) is None
    case.do_in_shop(tool, **args)
    found = case.do(lambda: LOOKS[tool](case.case, args))
    assert {name: found[name] for name in shows} == shows


def test_what_was_done_before_the_conversation_is_not_taken_for_it(bench: Any) -> None:
    refund = {"charge": "ch_1", "amount": 2000}
    bench.do_in_shop("stripe_create_refund", **refund)
    bench.case.began_s += 3600
    assert bench.do(lambda: LOOKS["stripe_create_refund"](bench.case, refund)) is None


def test_every_write_can_be_looked_for_or_repeated_or_has_a_key(bench: Any) -> None:
    left = [
        tool.name
        for tool in bench.shop.env.tools.values()
        if tool.kind == "write"
        and tool.name not in LOOKS
        and tool.effect not in SETTING
        and tool.idempotency_arg is None
    ]
    # Never permitted: the write guard stops them before.
    assert sorted(left) == ["wiki_update_article", "zendesk_permanently_delete_user"]
