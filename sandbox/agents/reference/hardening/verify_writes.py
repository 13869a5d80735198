"""Verify after an ambiguous failure: look before the write is repeated.

A timeout says nothing about whether the work was done. Repeating pays twice, giving up leaves the
customer without. The third way costs one read: look whether the record is there.
"""

from __future__ import annotations

from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import AMBIGUOUS, answer, failure_of
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.idempotency import Handler
from sandbox.agents.reference.hardening.looks import LOOKS
from sandbox.errors import ToolError


class VerifyWrites(AgentMiddleware[Any, Any, Any]):
    """Finds out what became of a write whose answer was lost, and tells the model that.

    Done: the model gets the record as if the answer had come. Not done: the write is made again, at
    most *repeats_max* times. Not to be found out: a person must look; nothing is repeated.
    """

    def __init__(self, case: Case, *, repeats_max: int = 2) -> None:
        super().__init__()
        self.case = case
        self.repeats_max = repeats_max

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Make the call, and look where its outcome is unknown."""
        case, name = self.case, request.tool_call["name"]
        tool = case.env.tools.get(name)
        for attempt in range(self.repeats_max + 1):
            message: ToolMessage = await handler(request)
            failure = failure_of(message)
            if tool is None or tool.kind == "read":
                return message
            if failure is None or failure.code not in AMBIGUOUS:
                return message
            known, found = await look(case, name, request.tool_call["args"])
            if not known:
                break
            if found is not None:
                case.note("verify_writes", f"{name} was done although its answer was lost")
                case.failing.pop(name, None)
                case.records.learn(name, found)
                case.written.append((tool.effect, dict(request.tool_call["args"])))
                return answer(request, found)
            if attempt == self.repeats_max or not await case.patience.wait(attempt):
                break
            case.note("verify_writes", f"{name} was not done: again")
        case.stop("verify_writes", f"{name} got no answer, and could not be settled by looking")
        return message


async def look(case: Case, tool: str, args: Any) -> tuple[bool, Any]:
    """Whether it can be known that *tool* was carried out with *args*, and the record if it was."""
    if tool not in LOOKS:
        return False, None
    try:
        return True, await LOOKS[tool](case, args)
    except (ToolError, KeyError, TypeError):  # no answer, or one that has drifted beyond reading
        return False, None
