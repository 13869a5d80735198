"""Silent no-op: the system says done, and did nothing."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sandbox.faults.fault import Fault, Surroundings
from sandbox.sim.points import Call, Forward


class SilentNoOp(Fault):
    """The write answers with success and is rolled back: no error, no effect.

    Only a look at the record afterwards tells.
    """

    kind: Literal["silent_no_op"] = "silent_no_op"

    applies_to: ClassVar[Literal["read", "write", "any"]] = "write"

    def changed(self, call: Call, before: Any, after: Any) -> bool:
        """Always: the answer looks the same, and nothing was done."""
        del call, before, after
        return True

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Let the write run and throw it away."""
        del at
        call.options["discard"] = True
        return await forward(call)
