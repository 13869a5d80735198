"""Messages, tool calls and completions: the one form in which models are spoken to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Role = Literal["system", "user", "assistant", "tool"]
ToolChoice = Literal["auto", "none", "required"] | str


@dataclass(frozen=True)
class ToolCall:
    """A call that a model asks for; `id` ties the tool's answer to it."""

    id: str
    name: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of a conversation with a model."""

    role: Role
    content: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    """Calls asked for (role `assistant`)."""
    tool_call_id: str = ""
    """The call that this answers (role `tool`)."""
    name: str = ""
    """The tool that answers (role `tool`), or the speaker in a team."""
    error: bool = False
    """Whether a tool's answer is an error."""


@dataclass(frozen=True)
class ToolSpec:
    """A tool as a model is told of it."""

    name: str
    description: str
    parameters: Mapping[str, Any]
    """JSON Schema of the arguments."""


@dataclass(frozen=True)
class Usage:
    """Tokens of one call."""

    input_tokens: int
    output_tokens: int
    cached_tokens: int = 0
    """Those of the input tokens that the provider had cached, and charges less for."""

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cached_tokens + other.cached_tokens,
        )


@dataclass(frozen=True)
class Request:
    """What is asked of a model."""

    messages: Sequence[Message]
    """The whole context as the agent sent it; not copied, to keep long conversations linear."""
    tools: Sequence[ToolSpec] = ()
    tool_choice: ToolChoice = "auto"
    agent: str = "agent"
    """Which member of an agent system asks."""
    turn: int = 0


@dataclass(frozen=True)
class Completion:
    """A model's answer: text, tool calls, or both."""

    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    usage: Usage = Usage(0, 0)
    latency_s: float = 0.0
    cost_usd: float = 0.0
    model: str = ""
    why: str = field(default="", compare=False)
    """The simulated model's reason (a plan step, a temptation, giving up); for the trace only."""


class Model(Protocol):
    """A back end: decides an answer. It takes no virtual time; the endpoint charges that."""

    name: str

    def complete(self, request: Request) -> Completion:
        """The answer to *request*, with its usage; latency and cost are the endpoint's business."""
