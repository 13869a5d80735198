"""Limits: what ends a conversation, whatever the agent thinks of it.

An agent may catch any exception and go on, so a spent budget does not raise: it cancels the
agent's task and lets its calls wait for ever. Real time is the supervisor's business.
"""

from __future__ import annotations

import asyncio
from typing import Any

from sandbox.errors import LimitName, SandboxBug, SandboxError
from sandbox.experiments.spec import Limits
from sandbox.llm.endpoint import ModelEndpoint
from sandbox.sim.clock import Clock
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.trace import Trace


class Guard:
    """Counts one conversation's steps, cost and time, and ends it at its limits."""

    def __init__(self, conversation: str, limits: Limits, *, clock: Clock, trace: Trace) -> None:
        self.conversation = conversation
        self.limits = limits
        self.steps = 0
        self.model_calls = 0
        self.reached: LimitName | None = None
        self.stopped: asyncio.Event = asyncio.Event()
        self.endpoint: ModelEndpoint | None = None
        """Whose cost is watched; set once it exists."""
        self.bug = ""
        """What failed behind a call on our side; an agent may have swallowed it and gone on."""
        self._clock = clock
        self._trace = trace
        self._timer: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Start the conversation's virtual clock."""
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(self.limits.virtual_s_max, self._stop, "virtual_s")

    def end(self) -> None:
        """Stop watching: a cancelled timer never moves the clock."""
        if self._timer is not None:
            self._timer.cancel()

    async def admit(self, call: Call) -> None:
        """Count *call*; once a limit is reached, never return."""
        if self.reached is None:
            if call.boundary == "tool":
                self.steps += 1
            else:
                self.model_calls += 1
            if max(self.steps, self.model_calls) > self.limits.steps_max:
                self._stop("steps")
            elif self.endpoint is not None and self.endpoint.cost_usd > self.limits.cost_usd_max:
                self._stop("cost")
        if self.reached is not None:
            await asyncio.get_running_loop().create_future()

    def _stop(self, limit: LimitName) -> None:
        if self.reached is None:
            self.reached = limit
            self._trace.emit("limit", conversation=self.conversation, limit=limit)
            self.stopped.set()


class Guards:
    """The guards of all conversations of an episode, standing outermost around every call."""

    def __init__(self, points: Points) -> None:
        self._guards: dict[str, Guard] = {}
        points.add("tool", self._around, stage=0)
        points.add("model", self._around, stage=0)

    def add(self, guard: Guard) -> None:
        """Watch one more conversation."""
        self._guards[guard.conversation] = guard

    def remove(self, guard: Guard) -> None:
        """The conversation is over; a straggler's calls find no guard and wait for ever."""
        self._guards.pop(guard.conversation, None)

    async def _around(self, call: Call, forward: Forward) -> Any:
        guard = self._guards.get(call.conversation)
        if guard is None:
            await asyncio.get_running_loop().create_future()
        else:
            await guard.admit(call)
        try:
            return await forward(call)
        except Exception as error:
            if guard is not None and _is_ours(call, error):
                guard.bug = f"{type(error).__name__}: {error}"
            raise


def _is_ours(call: Call, error: Exception) -> bool:
    """Whether the simulator failed; rubbish that an agent sends to a model fails in there, too."""
    if isinstance(error, SandboxError):
        return isinstance(error, SandboxBug)
    return call.boundary == "tool"
