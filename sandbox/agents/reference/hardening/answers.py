"""A tool's answer as the graph's messages carry it: read a failure out of one, make one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from langchain.agents.middleware import ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.langgraph.tools import as_text

BLOCKED = "blocked_by_guard"
AMBIGUOUS = frozenset({"timeout", "unavailable"})
"""Nobody knows whether the call was carried out: its answer is what got lost."""
TRANSIENT = AMBIGUOUS | {"rate_limited"}
"""The same call may well succeed a little later."""


@dataclass(frozen=True)
class Failure:
    """Why a call failed."""

    code: str
    message: str = ""
    retry_after_s: float | None = None


def failure_of(message: ToolMessage) -> Failure | None:
    """The failure that *message* tells of; None where it carries a result."""
    if message.status != "error":
        return None
    try:
        said = json.loads(str(message.text))
    except ValueError:
        said = None
    if not isinstance(said, dict):  # the framework's own: "foo is not a valid tool"
        return Failure("invalid_call", str(message.text))
    return Failure(str(said.get("error")), str(said.get("message")), said.get("retry_after_s"))


def refusal(request: ToolCallRequest, reason: str) -> ToolMessage:
    """What the model reads instead of a result when a guard has stopped its call."""
    said = {"error": BLOCKED, "message": f"blocked by guard: {reason}"}
    call = request.tool_call
    return ToolMessage(as_text(said), name=call["name"], tool_call_id=call["id"], status="error")


def answer(request: ToolCallRequest, result: Any) -> ToolMessage:
    """*result* as the answer to the call, whoever has found it out."""
    call = request.tool_call
    return ToolMessage(as_text(result), artifact=result, name=call["name"], tool_call_id=call["id"])
