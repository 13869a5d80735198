from __future__ import annotations

import json
from typing import Any

from sandbox.agents.tools_text import (
    error_message,
    error_text,
    result_message,
    result_text,
    tool_specs,
)
from sandbox.errors import RateLimited
from sandbox.llm.messages import Message, ToolCall, ToolSpec

CALL = ToolCall("call_1", "get_order", {})


def test_results_are_json_and_texts_stay_as_they_are() -> None:
    assert result_text({"name": "Zoë", "n": 1}) == '{"name": "Zoë", "n": 1}'
    assert result_text("plain") == "plain"


def test_a_long_result_is_cut_and_says_how_much_is_missing() -> None:
    text = result_text(["x" * 90], limit=50)
    assert text == '["' + "x" * 48 + "... (44 more characters)"
    assert result_text("x" * 50, limit=50) == "x" * 50


def test_an_error_tells_when_to_come_back() -> None:
    error = RateLimited("slow down", retry_after_s=30)
    assert json.loads(error_text(error)) == {
        "error": "rate_limited", "status": 429, "message": "slow down", "retry_after_s": 30,
    }  # fmt: skip


def test_messages_answer_their_call_and_errors_are_marked() -> None:
    result = result_message(CALL, {"id": 1})
    assert result == Message("tool", '{"id": 1}', tool_call_id="call_1", name="get_order")
    error = error_message(CALL, RateLimited("slow down"))
    assert (error.error, error.tool_call_id, error.name) == (True, "call_1", "get_order")


def test_specs_keep_the_order_of_the_box(office: Any) -> None:
    office.tool("b_tool", dict)
    office.tool("a_tool", dict)
    assert tool_specs(office.tools) == (
        ToolSpec("b_tool", "Does it.", {}), ToolSpec("a_tool", "Does it.", {}),
    )  # fmt: skip
