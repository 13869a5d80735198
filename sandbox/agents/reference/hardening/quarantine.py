"""Quarantine: what stands in a record is information about the case, never an instruction.

Sentences in tool results that speak to the assistant, claim another authority, or order money and
data about are taken out before the model reads them; the facts around them stay. This is a filter
of text, and a filter misses what is worded anew. What it misses meets the write guard.
"""

from __future__ import annotations

import re
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.langgraph.tools import as_text
from sandbox.agents.reference.hardening.answers import failure_of
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.idempotency import Handler
from sandbox.agents.reference.hardening.orders import gives_orders

REMOVED = "[removed: text that gives orders to the reader]"
PROSE_CHARS_MIN = 25
"""Shorter texts are names and states."""

_PARAGRAPHS = re.compile(r"\n\s*\n")


class Quarantine(AgentMiddleware[Any, Any, Any]):
    """Takes orders to the reader out of what tools return."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Clean the answer; only the model's copy of it changes."""
        message: ToolMessage = await handler(request)
        if failure_of(message) is not None:
            return message
        clean = cleaned(message.artifact)
        if clean == message.artifact:
            return message
        self.case.note("quarantine", f"{request.tool_call['name']}: orders to the reader removed")
        return message.model_copy(update={"content": as_text(clean)})


def cleaned(value: Any) -> Any:
    """*value* without orders to the reader in any of its texts."""
    match value:
        case str() if len(value) >= PROSE_CHARS_MIN:
            return clean_text(value)
        case dict():
            return {name: cleaned(item) for name, item in value.items()}
        case list():
            return [cleaned(item) for item in value]
        case _:
            return value


def clean_text(text: str) -> str:
    """*text* without its paragraphs that give orders to the reader.

    The whole paragraph goes: what leads up to an order, and what follows it, belongs to it.
    """
    if not gives_orders(text):
        return text
    return "\n\n".join(
        REMOVED if gives_orders(paragraph) else paragraph for paragraph in _PARAGRAPHS.split(text)
    )
