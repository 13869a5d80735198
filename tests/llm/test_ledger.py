from __future__ import annotations

import json
from typing import Any

from sandbox.llm.ledger import Intent, Ledger
from sandbox.llm.messages import Message
from sandbox.llm.plan import Plan, SayStep, ToolStep

PLAN = Plan((ToolStep("get", "get_order", {}), SayStep("", "One."), SayStep("", "Two.")))
OPENING = Message("user", "hello")


def ledger(plan: Plan = PLAN) -> Ledger:
    return Ledger(plan, lambda *_: True)


def result(value: Any, call_id: str = "call_1") -> Message:
    return Message("tool", json.dumps(value), tool_call_id=call_id)


def next_name(book: Ledger) -> str:
    return book.next_step[0] if book.next_step is not None else ""


def test_steps_without_an_id_are_called_by_their_place() -> None:
    book = ledger()
    book.done.add("get")
    assert next_name(book) == "step-2"
    book.done.add("step-2")
    assert next_name(book) == "step-3"
    book.done.add("step-3")
    assert book.next_step is None


def test_a_result_finishes_its_step_even_if_another_agent_shows_it_again() -> None:
    book = ledger()
    book.asked("call_1", Intent("step", "get", "a"))
    book.read("a", [OPENING, result({"id": 1})])
    book.read("b", [OPENING, result({"id": 2})])
    assert book.results == {"get": {"id": 1}}
    assert book.calls == {"step:get": 1}
    assert next_name(book) == "step-2"


def test_an_answer_to_a_call_that_the_model_never_asked_for_is_ignored() -> None:
    book = ledger()
    book.read("a", [OPENING, result({"id": 1})])
    assert book.results == {}


def test_words_are_done_once_anything_follows_them() -> None:
    book = ledger(Plan(PLAN.steps[1:]))
    book.said("step-1")
    book.read("a", [OPENING])
    assert next_name(book) == "step-2"
    book.said("step-2")
    book.read("a", [OPENING])
    assert next_name(book) == "step-2"  # nothing has followed: the words may have been lost


def test_a_reopened_step_is_to_be_done_again_and_counts_as_an_error() -> None:
    book = ledger()
    book.asked("call_1", Intent("step", "get", "a"))
    book.read("a", [OPENING, result([])])
    book.reopen("get")
    assert next_name(book) == "get"
    assert (book.errors, book.results) == ({"get": 1}, {})


def test_a_pending_call_of_another_agent_is_still_awaited() -> None:
    book = ledger()
    book.asked("call_1", Intent("step", "get", "a"))
    book.read("b", [OPENING])
    assert book.errors == {}
    book.read("a", [OPENING])
    assert book.errors == {"get": 1}
