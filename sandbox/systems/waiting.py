"""`wait`: the sandbox's own tool, by which an agent lets virtual time pass.

A model cannot sleep between two looks at a request that people decide; with this tool it can.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sandbox.errors import InvalidArguments
from sandbox.sim.clock import Clock
from sandbox.systems.execution import explain

WAIT = "wait"
"""The tool's name; no system may have it."""
DESCRIPTION = "Wait before you look again: some seconds pass, and nothing else happens."


class WaitArgs(BaseModel):
    """The arguments of `wait`."""

    model_config = ConfigDict(extra="forbid")

    seconds: Annotated[float, Field(gt=0, le=86_400, description="At most 86400, a day.")]


class Waited(BaseModel):
    """The result of `wait`."""

    waited_s: float


async def wait(args: Any, clock: Clock) -> dict[str, Any]:
    """What the tool answers, once the time has passed."""
    try:
        seconds = WaitArgs.model_validate(args).seconds
    except ValidationError as error:
        raise InvalidArguments(f"{WAIT}: {explain(error, ('seconds',))}", tool=WAIT) from None
    await clock.sleep(seconds)
    return {"waited_s": seconds}
