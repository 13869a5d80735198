from __future__ import annotations

from typing import Any

from langchain.agents.middleware.types import ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import BLOCKED, Failure, answer, failure_of, refusal

CALL: Any = {"name": "till_count", "args": {}, "id": "call_1", "type": "tool_call"}
REQUEST = ToolCallRequest(CALL, None, {}, None)  # type: ignore[arg-type]


def test_a_refusal_is_a_failure_with_its_reason() -> None:
    message = refusal(REQUEST, "too much")
    assert failure_of(message) == Failure(BLOCKED, "blocked by guard: too much")
    assert message.tool_call_id == "call_1"


def test_the_tools_own_error_is_read_with_the_time_to_come_back() -> None:
    text = '{"error": "rate_limited", "status": 429, "message": "slow", "retry_after_s": 30.0}'
    message = ToolMessage(text, tool_call_id="call_1", status="error")
    assert failure_of(message) == Failure("rate_limited", "slow", 30.0)


def test_words_of_the_framework_are_a_failure_too() -> None:
    message = ToolMessage("Error: fly is not a valid tool", tool_call_id="1", status="error")
    assert failure_of(message) == Failure("invalid_call", "Error: fly is not a valid tool")


def test_a_result_found_out_otherwise_looks_like_the_tools_answer() -> None:
    message = answer(REQUEST, {"cents": 5})
    assert failure_of(message) is None
    assert message.text == '{"cents": 5}'
    assert message.artifact == {"cents": 5}
