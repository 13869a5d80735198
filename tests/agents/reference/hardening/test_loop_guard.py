from __future__ import annotations

from itertools import pairwise
from typing import Any

from sandbox.agents.reference.hardening.answers import failure_of
from sandbox.agents.reference.hardening.loop_guard import LoopGuard
from sandbox.faults.kinds import SchemaDrift


def test_the_third_time_without_news_is_one_too_many(bench: Any) -> None:
    guard = LoopGuard(bench.case)
    for _ in range(2):
        bench.through(guard, "stripe_get_charge", charge="ch_1")
        assert bench.case.stopped == ""
    bench.through(guard, "stripe_get_charge", charge="ch_1")
    assert bench.case.stopped == "stripe_get_charge, again and again: nothing new"


def test_the_reason_of_a_failure_is_handed_on(bench: Any) -> None:
    guard = LoopGuard(bench.case)
    for _ in range(3):
        bench.through(guard, "stripe_get_charge", charge="ch_none")
    assert "No such charge: 'ch_none'" in bench.case.stopped


def test_news_in_between_is_progress(bench: Any) -> None:
    guard = LoopGuard(bench.case)
    for charge in ("ch_1", "ch_1", "ch_2", "ch_1", "ch_3", "ch_1"):
        bench.through(guard, "stripe_get_charge", charge=charge)
    assert bench.case.stopped == ""


def request(bench: Any) -> str:
    asked = {"action": "refund", "subject": "ch_3", "reason": "dear", "amount": 45000}
    return str(bench.do_in_shop("approvals_request", **asked)["id"])


def test_a_poll_is_slowed_to_its_declared_pace(bench: Any) -> None:
    guard, number = LoopGuard(bench.case), request(bench)
    for _ in range(4):
        bench.through(guard, "approvals_check", request_id=number)
    times = [call["t"] for call in bench.shop.calls("approvals_check")]
    assert all(later - earlier >= 60.0 for earlier, later in pairwise(times))
    assert bench.case.stopped == ""


def test_a_poll_ends_after_its_declared_number(bench: Any) -> None:
    guard, number = LoopGuard(bench.case), request(bench)
    messages = [bench.through(guard, "approvals_check", request_id=number) for _ in range(61)]
    assert failure_of(messages[59]) is None
    assert failure_of(messages[60]) is not None
    assert "after 60 looks" in bench.case.stopped


def test_what_cannot_be_read_is_not_waited_for(new_bench: Any) -> None:
    change: Any = {"change": "enum_changed", "field": "status", "values": {"pending": "WARTET"}}
    drift = SchemaDrift(kind="schema_drift", tool="approvals_check", changes=[change])
    bench = new_bench(faults=[drift])
    guard, number = LoopGuard(bench.case), request(bench)
    bench.read("approvals_check", request_id=number)
    for _ in range(6):
        bench.through(guard, "approvals_check", request_id=number)
    assert "after 5 looks" in bench.case.stopped


def test_waiting_is_no_loop(bench: Any) -> None:
    guard = LoopGuard(bench.case)
    for _ in range(5):
        bench.through(guard, "wait", seconds=60)
    assert bench.case.stopped == ""
