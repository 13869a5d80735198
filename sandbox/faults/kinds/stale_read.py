"""Stale read: a replica answers with the past."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sandbox.faults.fault import Fault, Passage, Surroundings
from sandbox.sim.points import Call, Forward


class StaleRead(Fault):
    """The read is answered from a replica that has seen nothing since the conversation began.

    A well-formed answer, just not of now: whoever checks "was my refund made?" here is told no.
    """

    kind: Literal["stale_read"] = "stale_read"

    applies_to: ClassVar[Literal["read", "write", "any"]] = "read"

    def changed(self, call: Call, passage: Passage) -> bool:
        """Whether the live systems would have answered something else."""
        del passage
        return bool(call.options.get("stale"))

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Send the read to the replica."""
        del at
        call.options["replica"] = "initial"
        return await forward(call)
