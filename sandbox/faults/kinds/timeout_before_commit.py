"""Timeout before commit: the request is lost on its way in."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NoReturn

from pydantic import Field

from sandbox.errors import ToolTimeout
from sandbox.faults.fault import Fault, Surroundings
from sandbox.sim.points import Call, Forward


class TimeoutBeforeCommit(Fault):
    """No answer within *after_s*, and nothing was done.

    To the caller it looks exactly like a timeout after the commit: whoever does not repeat the call
    leaves the task undone.
    """

    kind: Literal["timeout_before_commit"] = "timeout_before_commit"
    after_s: Annotated[float, Field(gt=0)] = 30.0
    """Virtual seconds that the caller waits."""

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Wait, and give no answer."""
        del forward
        await at.clock.sleep(self.after_s)
        no_answer(call, self.after_s)


def no_answer(call: Call, after_s: float) -> NoReturn:
    """The one error that both kinds of timeout raise: nothing in it tells them apart."""
    raise ToolTimeout(
        f"{call.target}: no answer within {after_s:g} s",
        tool=call.target,
        body={"error": {"type": "timeout", "message": f"no answer within {after_s:g} s"}},
    )
