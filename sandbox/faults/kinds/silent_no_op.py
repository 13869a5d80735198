"""Silent no-op: the system says done, and did nothing."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from sandbox.errors import ToolError
from sandbox.faults.fault import Fault, Passage, Surroundings
from sandbox.sim.points import Call, Forward


class SilentNoOp(Fault):
    """The write answers with success and is rolled back: no error, no effect.

    Only a look at the record afterwards tells.
    """

    kind: Literal["silent_no_op"] = "silent_no_op"

    applies_to: ClassVar[Literal["read", "write", "any"]] = "write"

    def fired(self, call: Call, passage: Passage) -> bool:
        """A write that the system refused had nothing to be rolled back."""
        del call
        return not isinstance(passage.inner, ToolError)

    def changed(self, call: Call, passage: Passage) -> bool:
        """Always: the answer looks the same, and nothing was done."""
        del call, passage
        return True

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Let the write run and throw it away."""
        del at
        call.options["discard"] = True
        return await forward(call)
