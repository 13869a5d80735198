"""Steps: one per tool call, with everything that came of it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.experiments.steps import Step, normal, steps_of


def call(n: int, tool: str = "stripe_create_refund", t: float = 0.0, **args: Any) -> dict[str, Any]:
    return {
        "type": "tool_call", "call": f"call-{n}", "tool": tool, "args": args, "agent": "agent",
        "turn": n, "t": t,
    }  # fmt: skip


def end(n: int, t: float, **fields: Any) -> dict[str, Any]:
    kind = "tool_error" if "error" in fields else "tool_result"
    return {"type": kind, "call": f"call-{n}", "t": t, **fields}


def steps(*events: dict[str, Any]) -> list[Step]:
    return steps_of(events, frozenset({"stripe_create_refund"}))


def test_a_write_with_its_effect_its_faults_and_its_answer() -> None:
    effect = {
        "type": "effect", "id": "effect-1", "call_id": "call-1", "target": "ch_1", "t": 1.0,
        "changes": [{"table": "refunds", "key": [1], "before": None, "after": {"amount": 5}}],
    }  # fmt: skip
    [step] = steps(
        call(1, t=0.5, charge="ch_1"), effect,
        {"type": "fault_fired", "call": "call-1", "fault": "slow", "changed": False},
        {"type": "fault_fired", "call": "call-1", "fault": "lost", "changed": True},
        end(1, 30.0, error="timeout"),
    )  # fmt: skip
    assert (step.number, step.tool, step.turn, step.t, step.ended) == (
        1, "stripe_create_refund", 1, 0.5, 30.0,
    )  # fmt: skip
    assert step.write
    assert step.error == "timeout"
    assert (step.effects, step.target) == (["effect-1"], "ch_1")
    assert (step.faults, step.changed_by) == (["slow", "lost"], ["lost"])
    assert '"amount":5' in step.state


def test_calls_that_overlap_keep_their_own_answers() -> None:
    first, second = steps(
        call(1, "get", id=1), call(2, "get", id=2), end(2, 3.0, result="b"), end(1, 4.0, result="a")
    )
    assert (first.result, second.result) == ("a", "b")
    assert (first.number, second.number) == (1, 2)
    assert not first.write


def test_an_answer_that_nobody_heard_is_an_abandoned_call() -> None:
    [step] = steps(call(1), end(1, 9.0, result={"id": "re_1"}, unheard=True))
    assert (step.error, step.result, step.heard) == ("abandoned", None, False)


def test_what_came_after_the_callers_answer_changes_nothing() -> None:
    [step] = steps(
        call(1), end(1, 30.0, error="timeout"), end(1, 60.0, result={"id": "re_1"}, unheard=True)
    )
    assert (step.error, step.result, step.ended) == ("timeout", None, 30.0)


def test_events_of_strangers_are_passed_over() -> None:
    assert steps({"type": "note", "text": "x"}, end(7, 1.0, result=1)) == []


def test_normal_form_forgets_what_differs_between_equal_states() -> None:
    a = Step(1, "c", "t", "a", {"q": " New   York", "idempotency_key": "k1"}, 1, 0.0)
    b = Step(2, "d", "t", "a", {"idempotency_key": "k2", "q": "New York "}, 2, 9.0)
    assert a.args_key == b.args_key
    assert normal({"rows": [{"created_at": 1, "id": 2}]}) == {"rows": [{"id": 2}]}
    a.result, b.result = {"n": 1, "updated_at": 5}, {"updated_at": 6, "n": 1}
    assert a.result_key == b.result_key
    a.error = "timeout"
    assert a.result_key == "!timeout"


@pytest.mark.parametrize(
    ("args", "read"), [("refund", {"arguments": "refund"}), ([1], {"arguments": [1]}), (None, {})]
)
def test_arguments_that_are_no_object_are_kept_as_one(args: Any, read: dict[str, Any]) -> None:
    [step] = steps({**call(1), "args": args}, end(1, 1.0, error="invalid_arguments"))
    assert step.args == read
