"""Tools as a model is told of them, and their answers as the text that it reads."""

from __future__ import annotations

import json
from typing import Any

from sandbox.errors import ToolError
from sandbox.llm.messages import Message, ToolCall, ToolSpec
from sandbox.surfaces.tools import Toolbox

TEXT_MAX = 20_000
"""Characters of one answer; the rest is cut off, as agent frameworks do to save the context."""


def tool_specs(tools: Toolbox) -> tuple[ToolSpec, ...]:
    """The tools in their order, for `ModelEndpoint.complete`; make them once per conversation."""
    return tuple(ToolSpec(t.name, t.description, t.args_schema) for t in tools.values())


def result_text(value: Any, *, limit: int = TEXT_MAX) -> str:
    """*value* as JSON text of at most about *limit* characters; a text is given as it is."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    if len(text) <= limit:
        return text
    return f"{text[:limit]}... ({len(text) - limit} more characters)"


def error_text(error: ToolError) -> str:
    """A failed call as JSON text: what went wrong, and when to come back if the vendor says so."""
    return json.dumps(error.to_dict(), ensure_ascii=False)


def result_message(call: ToolCall, value: Any) -> Message:
    """The message that answers *call* with its result."""
    return Message("tool", result_text(value), tool_call_id=call.id, name=call.name)


def error_message(call: ToolCall, error: ToolError) -> Message:
    """The message that answers *call* with an error."""
    return Message("tool", error_text(error), tool_call_id=call.id, name=call.name, error=True)
