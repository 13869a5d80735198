from __future__ import annotations

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    RemoveMessage,
    SystemMessage,
    ToolMessage,
)

from sandbox.agents.langgraph import messages as module
from sandbox.agents.langgraph.messages import Converter, from_sandbox, to_sandbox
from sandbox.errors import UsageError
from sandbox.llm.messages import Completion, Message, ToolCall, Usage

CALL = {"name": "till_count", "args": {"slot": "left"}, "id": "call_1"}


def test_each_kind_of_message_has_its_role() -> None:
    assert to_sandbox(SystemMessage("Be kind.")) == Message("system", "Be kind.")
    assert to_sandbox(HumanMessage("Hi", name="ann")) == Message("user", "Hi", name="ann")
    assert to_sandbox(AIMessage("", tool_calls=[CALL])) == Message(
        "assistant", "", (ToolCall("call_1", "till_count", {"slot": "left"}),)
    )
    answer = ToolMessage("100", tool_call_id="call_1", name="till_count", status="error")
    expected = Message("tool", "100", tool_call_id="call_1", name="till_count", error=True)
    assert to_sandbox(answer) == expected
    assert to_sandbox(ChatMessage(content="Hi", role="developer")) == Message("system", "Hi")


def test_of_content_blocks_the_text_is_kept() -> None:
    blocks = [{"type": "text", "text": "See: "}, {"type": "image_url", "image_url": "x"}, "this"]
    assert to_sandbox(HumanMessage(blocks)).content == "See: this"  # type: ignore[arg-type]


def test_what_is_no_message_for_a_model_is_refused() -> None:
    with pytest.raises(UsageError, match="'remove'"):
        to_sandbox(RemoveMessage(id="1"))
    with pytest.raises(UsageError, match="'chat'"):
        to_sandbox(ChatMessage(content="Hi", role="critic"))


def test_messages_known_from_the_call_before_are_not_converted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    converted: list[str] = []

    def noted(message: BaseMessage) -> Message:
        converted.append(str(message.text))
        return to_sandbox(message)

    monkeypatch.setattr(module, "to_sandbox", noted)
    converter = Converter()
    first, second, third = (HumanMessage(text) for text in ("one", "two", "three"))
    converter.convert([first, second])
    assert [m.content for m in converter.convert([first, second, third])] == ["one", "two", "three"]
    assert converted == ["one", "two", "three"]
    assert [m.content for m in converter.convert([first, third])] == ["one", "three"]


def test_an_answer_carries_usage_and_the_name_of_the_model() -> None:
    calls = (ToolCall("call_1", "till_count", {"slot": "left"}),)
    answer = from_sandbox(Completion("Let me see.", calls, Usage(100, 20, 60), model="sim:perfect"))
    assert answer.text == "Let me see."
    assert answer.tool_calls == [{**CALL, "type": "tool_call"}]
    assert answer.usage_metadata == {
        "input_tokens": 100, "output_tokens": 20, "total_tokens": 120,
        "input_token_details": {"cache_read": 60},
    }  # fmt: skip
    assert answer.response_metadata["model_name"] == "sim:perfect"
    assert answer.response_metadata["finish_reason"] == "tool_calls"
    assert from_sandbox(Completion("Bye.")).response_metadata["finish_reason"] == "stop"
