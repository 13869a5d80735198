"""Latency: the system is slow."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.faults.fault import Fault, Passage, Surroundings
from sandbox.sim.points import Call, Forward


class Latency(Fault):
    """The call takes *extra_s* longer.

    Half of it passes before the commit, half after, as with a slow network; a caller with a
    time-out of its own may have gone by then, and its write is done all the same.
    """

    kind: Literal["latency"] = "latency"
    extra_s: Annotated[float, Field(gt=0)] = 20.0
    """Virtual seconds added."""

    def changed(self, call: Call, passage: Passage) -> bool:
        """Only for a caller that gave up: everybody else gets the same answer, later."""
        del call
        return isinstance(passage.outer, asyncio.CancelledError)

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Let the request and its answer travel longer."""
        del at
        call.options["delay_s"] = call.options.get("delay_s", 0.0) + self.extra_s
        return await forward(call)
