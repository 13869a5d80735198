"""Result check: an answer must look as the tool's own schema says, or it is not taken at its word.

Vendors rename a field, send a number as text, spell a state differently, long before they say so.
A model reads on and takes the next best field for the one it wanted. Checking costs microseconds.
"""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import answer, failure_of
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.idempotency import Handler


class ResultCheck(AgentMiddleware[Any, Any, Any]):
    """Checks every result against its schema, mends what can be mended, and takes notes.

    It stands closest to the tool: whatever stands further out sees checked results only.
    """

    def __init__(self, case: Case) -> None:
        super().__init__()
        self.case = case

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Check the answer."""
        case, call = self.case, request.tool_call
        name, args = call["name"], call["args"]
        message: ToolMessage = await handler(request)
        failure = failure_of(message)
        if failure is not None:
            case.failing[name] = failure.message
            return message
        case.failing.pop(name, None)
        result = case.take(name, message.artifact)
        if case.env.tools[name].kind == "write":
            case.written.append((case.env.tools[name].effect, dict(args)))
        return message if result is message.artifact else answer(request, result)
