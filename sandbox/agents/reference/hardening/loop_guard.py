"""Loop guard: an agent that learns nothing new does not go on trying.

The plain rule "stop after 25 steps" ends long work and lets short loops run. This one looks at what
comes back: a call that was made before, with an answer that was seen before, is no progress.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from langchain.agents.middleware import AgentMiddleware, ToolCallRequest
from langchain_core.messages import ToolMessage

from sandbox.agents.reference.hardening.answers import failure_of, refusal
from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.idempotency import Handler
from sandbox.systems.operation import Poll

UNREADABLE_MAX = 5
"""Polls of a tool whose answers have changed their form."""
MARGIN_S = 0.1
"""A poll that is a hair too early counts as hammering."""
WAIT = "wait"
"""The sandbox's own tool for letting time pass: repeating it is its purpose."""


class LoopGuard(AgentMiddleware[Any, Any, Any]):
    """Stops after *repeats_max* calls in a row that brought nothing new.

    Asking again is right where a tool is declared to be polled: then it is slowed down to the pace
    it was declared with, and ends after the number of times that was declared.
    """

    def __init__(self, case: Case, *, repeats_max: int = 2) -> None:
        super().__init__()
        self.case = case
        self.repeats_max = repeats_max
        self._seen: set[tuple[str, str]] = set()
        self._repeats = 0
        self._polls: dict[str, int] = {}
        self._polled_at: dict[str, float] = {}

    async def awrap_tool_call(self, request: ToolCallRequest, handler: Handler) -> ToolMessage:
        """Make the call, and see whether it was worth it."""
        call = request.tool_call
        tool = self.case.env.tools.get(call["name"])
        key = json.dumps([call["name"], call["args"]], sort_keys=True, default=str)
        if tool is not None and tool.poll is not None:
            if not await self._pace(call["name"], key, tool.poll):
                return refusal(request, "asked often enough; a person will follow up")
            return await handler(request)  # type: ignore[no-any-return]
        message: ToolMessage = await handler(request)
        if call["name"] == WAIT:
            return message
        step = key, str(message.text)
        self._repeats = self._repeats + 1 if step in self._seen else 0
        self._seen.add(step)
        if self._repeats >= self.repeats_max:
            failure = failure_of(message)
            why = "nothing new" if failure is None else failure.message
            self.case.stop("loop_guard", f"{call['name']}, again and again: {why}")
        return message

    async def _pace(self, tool: str, key: str, poll: Poll) -> bool:
        """Wait until a poll is due; False when there were enough of them."""
        count = self._polls[key] = self._polls.get(key, 0) + 1
        # What one waits for may have come long ago, under a name that nobody knows.
        polls_max = UNREADABLE_MAX if tool in self.case.unreadable else poll.polls_max
        if count > polls_max:
            self.case.stop("loop_guard", f"no news that can be read after {polls_max} looks: {key}")
            return False
        clock, last = self.case.env.clock, self._polled_at.get(key)
        if last is not None:
            pause_s = last + poll.interval_s_min + MARGIN_S - clock.now
            await asyncio.sleep(max(0.0, pause_s))
        self._polled_at[key] = clock.now
        return True
