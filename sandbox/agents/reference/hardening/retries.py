"""Retries with manners: only what may be repeated, ever more slowly, and not for ever."""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import AMBIGUOUS, TRANSIENT, failure_of
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.idempotency import Handler

SETTING = frozenset({
    "address_change", "approval_request", "billing_customer_update", "customer_erase",
    "customer_update", "ticket_update", "user_update",
})  # fmt: skip
"""Effects that say how something shall be. Doing them twice is the same as doing them once."""


class Retries(AgentMiddleware[Any, Any, Any]):
    """Repeats calls that failed for a passing reason.

    Reads, writes with an idempotency key and writes that set a state may be repeated after any such
    failure. Other writes only after a 429, which is answered before anything is done; after a
    timeout nobody knows, and `VerifyWrites` looks.
    """

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Call until it succeeds, fails for good, or patience ends."""
        case, name = self.case, request.tool_call["name"]
        for attempt in range(case.patience.attempts_max + 1):
            message: ToolMessage = await handler(request)
            failure = failure_of(message)
            if failure is None or failure.code not in TRANSIENT:
                break
            if failure.code in AMBIGUOUS and not self._harmless(request):
                break
            if attempt == case.patience.attempts_max or not await case.patience.wait(
                attempt, failure.retry_after_s
            ):
                case.note("retries", f"{name}: {failure.code}, no patience left")
                if failure.code not in AMBIGUOUS or not self._writes(name):
                    case.stop("retries", f"{name} does not answer: {failure.message}")
                break
            case.note("retries", f"{name}: {failure.code}, again")
        return message

    def _writes(self, name: str) -> bool:
        tool = self.case.env.tools.get(name)
        return tool is not None and tool.kind == "write"

    def _harmless(self, request: ToolCallRequest) -> bool:
        tool = self.case.env.tools.get(request.tool_call["name"])
        if tool is None:
            return False
        return tool.kind == "read" or tool.idempotency_arg is not None or tool.effect in SETTING
