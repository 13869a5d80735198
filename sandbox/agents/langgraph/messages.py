"""LangChain's messages in the sandbox's form, and a model's answer in LangChain's."""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.messages.ai import InputTokenDetails, UsageMetadata
from langchain_core.messages.tool import tool_call

from sandbox.errors import UsageError
from sandbox.llm.messages import Completion, Message, Role, ToolCall, Usage

_ROLES: dict[str, Role] = {
    "system": "system", "developer": "system", "user": "user", "human": "user",
    "assistant": "assistant", "ai": "assistant",
}  # fmt: skip


class Converter:
    """Converts the context of each model call, at a cost that does not grow with the context.

    A graph passes the same message objects again with each call; what was converted once is kept.
    """

    def __init__(self) -> None:
        self._known: list[tuple[BaseMessage, Message]] = []

    def convert(self, messages: Sequence[BaseMessage]) -> list[Message]:
        """*messages* for `ModelEndpoint.complete`."""
        known = self._known
        converted: list[tuple[BaseMessage, Message]] = []
        for index, message in enumerate(messages):
            if index < len(known) and known[index][0] is message:
                converted.append(known[index])
            else:
                converted.append((message, to_sandbox(message)))
        self._known = converted
        return [message for _, message in converted]


def to_sandbox(message: BaseMessage) -> Message:
    """One message; what is no text in it (images, reasoning) is left out."""
    text = str(message.text)
    match message:
        case AIMessage():
            calls = tuple(
                ToolCall(call["id"] or "", call["name"], call["args"])
                for call in message.tool_calls
            )
            return Message("assistant", text, calls, name=message.name or "")
        case ToolMessage():
            error = message.status == "error"
            return Message("tool", text, (), message.tool_call_id, message.name or "", error)
        case SystemMessage():
            return Message("system", text)
        case HumanMessage():
            return Message("user", text, name=message.name or "")
        case ChatMessage() if message.role in _ROLES:
            return Message(_ROLES[message.role], text)
        case _:
            raise UsageError(f"a model cannot be sent a message of type {message.type!r}")


def from_sandbox(completion: Completion) -> AIMessage:
    """The model's answer as LangChain's own models give it, with usage and the model's name."""
    return AIMessage(
        content=completion.text,
        tool_calls=[
            tool_call(name=call.name, args=dict(call.args), id=call.id)
            for call in completion.tool_calls
        ],
        usage_metadata=_usage(completion.usage),
        response_metadata={
            "model_name": completion.model,
            "model_provider": "sandbox",
            "finish_reason": "tool_calls" if completion.tool_calls else "stop",
        },
    )


def _usage(usage: Usage) -> UsageMetadata:
    metadata = UsageMetadata(
        input_tokens=usage.input_tokens,
        output_tokens=usage.output_tokens,
        total_tokens=usage.input_tokens + usage.output_tokens,
    )
    if usage.cached_tokens:
        metadata["input_token_details"] = InputTokenDetails(cache_read=usage.cached_tokens)
    return metadata
