from __future__ import annotations

from typing import Any

import pytest

from sandbox.agents.reference.hardening.answers import BLOCKED, failure_of
from sandbox.agents.reference.hardening.rules import RULES
from sandbox.agents.reference.hardening.write_guard import WriteGuard
from sandbox.faults.kinds import ServerError


def test_a_write_that_no_rule_permits_never_reaches_the_system(bench: Any) -> None:
    payout = {"amount": 5000, "destination": "pm_bob"}
    message = bench.through(WriteGuard(bench.case), "stripe_create_payout", **payout)
    failure = failure_of(message)
    assert failure is not None
    assert failure.code == BLOCKED
    assert "never sends money" in failure.message
    assert bench.shop.calls("stripe_create_payout") == []
    assert "write_guard: stripe_create_payout" in bench.shop.notes()


def test_a_write_that_is_permitted_is_made(bench: Any) -> None:
    comment = {"ticket_id": 3001, "body": "Hi"}
    message = bench.through(WriteGuard(bench.case), "zendesk_add_comment", **comment)
    assert failure_of(message) is None
    assert len(bench.shop.effects("ticket_comment")) == 1


def test_reads_pass_unseen(bench: Any) -> None:
    assert bench.through(WriteGuard(bench.case), "stripe_get_charge", charge="ch_4").artifact


def test_a_class_without_a_rule_is_refused(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(RULES, "ticket_comment")
    comment = {"ticket_id": 3001, "body": "Hi"}
    message = bench.through(WriteGuard(bench.case), "zendesk_add_comment", **comment)
    assert "no rule says when a ticket_comment is right" in message.text


def test_what_cannot_be_checked_is_not_done(new_bench: Any) -> None:
    bench = new_bench(faults=[ServerError(kind="server_error", tool="stripe_get_*")])
    refund = {"charge": "ch_1", "amount": 100}
    assert failure_of(bench.through(WriteGuard(bench.case), "stripe_create_refund", **refund))
    missing = bench.through(WriteGuard(bench.case), "commerce_create_replacement", order_id=9001)
    assert "could not be checked" in missing.text
    assert bench.shop.effects() == []


def test_the_same_no_is_not_looked_up_twice_unless_something_has_changed(bench: Any) -> None:
    guard, refund = WriteGuard(bench.case), {"charge": "ch_1", "amount": 4999}
    bench.through(guard, "stripe_create_refund", **refund)
    calls = len(bench.shop.trace.events)
    again = bench.through(guard, "stripe_create_refund", **refund)
    assert "0 are due" in again.text
    assert [e["type"] for e in bench.shop.trace.events[calls:]] == ["note"]
    bench.do_in_shop(
        "commerce_create_return", order_id=9001, line_item_id=90010, quantity=1, reason="unwanted"
    )
    assert failure_of(bench.through(guard, "stripe_create_refund", **refund)) is None
