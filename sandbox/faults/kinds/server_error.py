"""Server error: the system answers 5xx."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from sandbox.errors import ToolError, ToolUnavailable
from sandbox.faults.fault import Fault, Surroundings
from sandbox.faults.shapes import server_error_body
from sandbox.sim.points import Call, Forward

_REASONS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
            504: "Gateway Timeout"}  # fmt: skip


class ServerError(Fault):
    """The call fails with *status*; *committed* says whether the write was done all the same."""

    kind: Literal["server_error"] = "server_error"
    status: Literal[500, 502, 503, 504] = 503
    committed: bool = False
    """True: the answer, whatever it was, got lost behind a gateway; a write stands."""

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Answer with the error after the usual moment."""
        if self.committed:
            with suppress(ToolError):
                await forward(call)
        else:
            await at.clock.sleep(0.05)  # a load balancer answers fast
        message = f"{self.status} {_REASONS[self.status]}"
        raise ToolUnavailable(
            f"{call.target}: {message}", tool=call.target, status=self.status,
            body=server_error_body(call.target, self.status, message),
        )  # fmt: skip
