"""Timeout after commit: the answer is lost on its way back."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sandbox.errors import ToolError
from sandbox.faults.fault import Fault, Surroundings
from sandbox.faults.kinds.timeout_before_commit import no_answer
from sandbox.sim.points import Call, Forward


class TimeoutAfterCommit(Fault):
    """The write is committed; the caller gets no answer within *after_s*.

    The ambiguous fault: whoever repeats the call without an idempotency key or a look at the
    record does it twice. A system slower than *after_s* commits after the caller has given up.
    """

    kind: Literal["timeout_after_commit"] = "timeout_after_commit"
    after_s: Annotated[float, Field(gt=0)] = 30.0
    """Virtual seconds that the caller waits in all."""

    applies_to: ClassVar[Literal["read", "write", "any"]] = "write"

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Forward, and keep the answer, whatever it is: also a refusal is lost."""
        began = at.clock.now
        # A request that takes longer than that goes on without us: the host sees to it.
        with suppress(ToolError, TimeoutError):
            async with asyncio.timeout(self.after_s):
                await forward(call)
        await at.clock.sleep(max(0.0, began + self.after_s - at.clock.now))
        no_answer(call, self.after_s)
