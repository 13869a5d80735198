from __future__ import annotations

from typing import Any

from sandbox.agents.reference.hardening.answers import failure_of
from sandbox.agents.reference.hardening.verify_writes import VerifyWrites
from sandbox.faults.kinds import ServerError, TimeoutAfterCommit, TimeoutBeforeCommit

RETURN = {"order_id": 9001, "line_item_id": 90010, "quantity": 1, "reason": "unwanted"}


def test_a_return_whose_answer_was_lost_is_found_and_not_made_again(new_bench: Any) -> None:
    lost = TimeoutAfterCommit(kind="timeout_after_commit", tool="commerce_create_return", nth=1)
    bench = new_bench(faults=[lost])
    message = bench.through(VerifyWrites(bench.case), "commerce_create_return", **RETURN)
    assert message.artifact["line_item_id"] == 90010
    assert len(bench.shop.effects("return_create")) == 1
    assert bench.case.written == [("return_create", RETURN)]
    assert bench.case.records.where("return", order_id=9001)
    assert "was done although its answer was lost" in bench.shop.notes()


def test_a_comment_that_never_arrived_is_written_again(new_bench: Any) -> None:
    lost = TimeoutBeforeCommit(kind="timeout_before_commit", tool="zendesk_add_comment", nth=1)
    bench = new_bench(faults=[lost])
    comment = {"ticket_id": 3001, "body": "Hi"}
    message = bench.through(VerifyWrites(bench.case), "zendesk_add_comment", **comment)
    assert failure_of(message) is None
    assert len(bench.shop.effects("ticket_comment")) == 1


def test_what_fails_again_and_again_is_handed_over(new_bench: Any) -> None:
    bench = new_bench(faults=[ServerError(kind="server_error", tool="zendesk_add_comment")])
    comment = {"ticket_id": 3001, "body": "Hi"}
    message = bench.through(VerifyWrites(bench.case), "zendesk_add_comment", **comment)
    assert failure_of(message) is not None
    assert len(bench.shop.calls("zendesk_add_comment")) == 3
    assert "could not be settled by looking" in bench.case.stopped


def test_where_nobody_can_look_nothing_is_repeated(new_bench: Any) -> None:
    faults = [
        TimeoutAfterCommit(kind="timeout_after_commit", tool="commerce_create_return"),
        ServerError(kind="server_error", tool="commerce_list_returns"),
    ]
    bench = new_bench(faults=faults)
    bench.through(VerifyWrites(bench.case), "commerce_create_return", **RETURN)
    assert len(bench.shop.calls("commerce_create_return")) == 1
    assert "could not be settled by looking" in bench.case.stopped


def test_reads_and_clear_refusals_need_no_look(new_bench: Any) -> None:
    bench = new_bench(faults=[ServerError(kind="server_error", tool="stripe_get_charge")])
    bench.through(VerifyWrites(bench.case), "stripe_get_charge", charge="ch_1")
    bench.through(VerifyWrites(bench.case), "commerce_create_return", **{**RETURN, "quantity": 9})
    assert len(bench.shop.calls("stripe_get_charge")) == 1
    assert bench.shop.calls("commerce_list_returns") == []
    assert bench.case.stopped == ""
