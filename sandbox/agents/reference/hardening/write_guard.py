"""Write guard: whatever the model was told, by whomever, a write must pass the house rules.

Filters of text catch the attacks that somebody has thought of. This guard does not read the attack
at all: it looks at the call. Who pays whom how much, is the record the customer's, is it due, was
it approved? The answers come from the systems, never from the conversation.
"""

from __future__ import annotations

import json
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import refusal
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.idempotency import Handler
from sandbox.agents.reference.hardening.rules import RULES
from sandbox.errors import ToolError


class WriteGuard(AgentMiddleware[Any, Any, Any]):
    """Lets a write pass if the rule of its class permits it; without a rule, none passes."""

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case
        self._refused: dict[str, tuple[tuple[int, int, int], str]] = {}

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Pass the call on, or refuse it with the reason."""
        case, call = self.case, request.tool_call
        tool = case.env.tools.get(call["name"])
        if tool is not None and tool.kind == "write":
            case.listen(request.state["messages"])
            reason = await self._known_reason(tool.effect, call["args"])
            if reason is not None:
                case.note("write_guard", f"{call['name']}: {reason}")
                return refusal(request, reason)
        return await handler(request)  # type: ignore[no-any-return]

    async def _known_reason(self, effect: str, args: dict[str, Any]) -> str | None:
        """The reason against a write; worked out again only where something has changed."""
        case = self.case
        state = len(case.written), case.stated.messages, len(case.records)
        key = json.dumps([effect, args], sort_keys=True, default=str)
        known = self._refused.get(key)
        if known is not None and known[0] == state:
            return known[1]
        reason = await self._reason(effect, args)
        if reason is not None:
            state = len(case.written), case.stated.messages, len(case.records)
            self._refused[key] = state, reason
        return reason

    async def _reason(self, effect: str, args: dict[str, Any]) -> str | None:
        rule = RULES.get(effect)
        if rule is None:
            return f"no rule says when a {effect} is right"
        try:
            return await rule(self.case, args)
        except (ToolError, KeyError, TypeError, ValueError) as error:
            # A record that cannot be had, or that has lost its form, proves nothing.
            self.case.note("write_guard", f"{effect}: {type(error).__name__}: {error}")
            return "what it depends on could not be checked"
