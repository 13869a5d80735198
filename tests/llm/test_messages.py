from __future__ import annotations

from sandbox.llm.messages import Completion, ToolCall, Usage


def test_usage_adds_up() -> None:
    assert Usage(1, 2, 3) + Usage(10, 20) == Usage(11, 22, 3)


def test_completions_are_values_and_the_reason_is_for_the_trace_only() -> None:
    call = ToolCall("call_1", "refund", {"amount": 5})
    assert Completion("", (call,), why="refund") == Completion(
        "", (ToolCall("call_1", "refund", {"amount": 5}),), why="temptation"
    )
