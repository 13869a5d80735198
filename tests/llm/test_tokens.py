from __future__ import annotations

import pytest

from sandbox.llm import tokens
from sandbox.llm.messages import Message, Request, ToolCall, ToolSpec
from sandbox.llm.tokens import TokenMeter, tokens_of_message, tokens_of_text, tokens_of_tool

TOOL = ToolSpec("refund", "Pays money back.", {"type": "object"})


def whole(request: Request) -> int:
    """The count without any memory."""
    return sum(map(tokens_of_message, request.messages)) + sum(map(tokens_of_tool, request.tools))


def test_four_characters_are_a_token_and_a_rest_is_one_more() -> None:
    assert [tokens_of_text(text) for text in ("", "a", "abcd", "abcde")] == [0, 1, 1, 2]


def test_calls_count_with_their_arguments() -> None:
    bare = tokens_of_message(Message("assistant"))
    small = Message("assistant", tool_calls=(ToolCall("1", "refund", {"id": 1}),))
    large = Message("assistant", tool_calls=(ToolCall("1", "refund", {"id": "x" * 400}),))
    assert bare < tokens_of_message(small) < tokens_of_message(large) - 90


def test_a_growing_conversation_is_counted_as_if_from_the_start() -> None:
    meter, messages = TokenMeter(), [Message("system", "Be kind." * 9)]
    for index in range(30):
        messages.append(Message("user", "hello " * index))
        request = Request(tuple(messages), (TOOL,))
        assert meter.input_tokens(request) == whole(request)


def test_a_shortened_conversation_is_counted_anew() -> None:
    meter = TokenMeter()
    meter.input_tokens(Request([Message("user", "long " * 100), Message("assistant", "yes")]))
    short = Request([Message("user", "summary"), Message("assistant", "yes")])
    assert meter.input_tokens(short) == whole(short)


def test_each_agent_has_a_count_of_its_own() -> None:
    meter = TokenMeter()
    one = Request([Message("user", "a" * 40)], agent="one")
    two = Request([Message("user", "b" * 80)], agent="two")
    assert [meter.input_tokens(r) for r in (one, two, one)] == [whole(r) for r in (one, two, one)]


def test_other_tools_change_the_count() -> None:
    meter, messages = TokenMeter(), [Message("user", "hi")]
    without = meter.input_tokens(Request(messages))
    assert meter.input_tokens(Request(messages, [TOOL])) == without + tokens_of_tool(TOOL)


def test_counting_does_not_go_through_old_messages_again(monkeypatch: pytest.MonkeyPatch) -> None:
    counted: list[Message] = []

    def count(message: Message) -> int:
        counted.append(message)
        return tokens_of_message(message)

    monkeypatch.setattr(tokens, "tokens_of_message", count)
    meter, messages = TokenMeter(), []
    for index in range(1_000):
        messages.append(Message("user", str(index)))
        meter.input_tokens(Request(messages))
    assert counted == messages
