from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.escalation import HANDED_OVER, IN_GOOD_HANDS, Escalation
from sandbox.faults.kinds import ServerError, TimeoutAfterCommit, TimeoutBeforeCommit


def handed_over(bench: Any) -> list[tuple[str, Any]]:
    return [
        (e.effect, e.key_args["group_id"] if e.effect == "ticket_update" else e.args["public"])
        for e in bench.shop.effects()
    ]


ONCE = [("ticket_update", 12), ("ticket_comment", False)]


def test_a_stopped_case_goes_to_people_with_a_note_and_the_customer_hears_it(bench: Any) -> None:
    bench.case.stop("retries", "stripe_get_charge does not answer")
    bench.case.written.append(("order_note", {"order_id": 9001}))
    assert bench.ask(Escalation(bench.case)) == HANDED_OVER
    assert handed_over(bench) == ONCE
    note = bench.shop.effects("ticket_comment")[0].args["body"]
    assert "stripe_get_charge does not answer" in note
    assert "order_note" in note


def test_it_is_handed_over_once_however_often_the_customer_writes(bench: Any) -> None:
    escalation = Escalation(bench.case)
    bench.case.stop("x", "reason")
    assert [bench.ask(escalation) for _ in range(3)] == [HANDED_OVER, IN_GOOD_HANDS, IN_GOOD_HANDS]
    assert handed_over(bench) == ONCE


def test_the_ticket_that_was_seen_is_taken(bench: Any) -> None:
    bench.read("zendesk_get_ticket", ticket_id=3001)
    bench.read("zendesk_get_ticket", ticket_id=3002)
    bench.case.stop("x", "reason")
    bench.ask(Escalation(bench.case))
    assert [e.target for e in bench.shop.effects("ticket_update")] == ["3001"]
    assert bench.shop.calls("zendesk_search_users") == []


def test_a_model_that_gives_up_is_taken_at_its_word(bench: Any) -> None:
    bench.case.failing["stripe_get_charge"] = "503"
    assert bench.ask(Escalation(bench.case), "I have told a colleague.") == (
        "I have told a colleague."
    )
    assert handed_over(bench) == ONCE


def test_so_is_one_that_speaks_right_after_a_refusal(bench: Any) -> None:
    text = '{"error": "blocked_by_guard", "message": "blocked by guard: not theirs"}'
    bench.messages.append(ToolMessage(text, tool_call_id="1", name="x", status="error"))
    bench.ask(Escalation(bench.case), "Sorry.")
    assert handed_over(bench) == ONCE


def test_an_ordinary_answer_bothers_nobody(bench: Any) -> None:
    assert bench.ask(Escalation(bench.case)) == "Done."
    assert bench.shop.effects() == []


@pytest.mark.parametrize("kind", ["after", "before"])
def test_the_note_is_written_once_though_its_answer_is_lost(new_bench: Any, kind: str) -> None:
    lost: Any = (
        TimeoutAfterCommit(kind="timeout_after_commit", tool="zendesk_add_comment", nth=1)
        if kind == "after"
        else TimeoutBeforeCommit(kind="timeout_before_commit", tool="zendesk_add_comment", nth=1)
    )
    bench = new_bench(faults=[lost])
    bench.case.stop("x", "reason")
    bench.ask(Escalation(bench.case))
    assert handed_over(bench) == ONCE


def test_the_customer_hears_of_it_even_where_the_help_desk_is_down(new_bench: Any) -> None:
    bench = new_bench(faults=[ServerError(kind="server_error", tool="zendesk_*")])
    bench.case.stop("x", "reason")
    assert bench.ask(Escalation(bench.case)) == HANDED_OVER
    assert "not complete" in bench.shop.notes()


def test_without_a_ticket_the_customer_hears_of_it_all_the_same(new_bench: Any) -> None:
    bench = new_bench("Hello?")
    bench.case.stop("x", "reason")
    assert bench.ask(Escalation(bench.case)) == HANDED_OVER
    assert "no ticket of this customer is known" in bench.shop.notes()
