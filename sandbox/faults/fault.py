"""`Fault`: one thing that goes wrong at an injection point, and the trigger that says when.

A kind is a small class with one method, `around`; probability, call counting, windows and trace
events live here once. Faults are addressed by call (agent, tool, nth), because a delay elsewhere
moves clock times, but not call numbers; windows are for outages.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from sandbox.content.model import ContentModel
from sandbox.sim.points import Call, Forward

if TYPE_CHECKING:
    from sandbox.sim.clock import Clock
    from sandbox.sim.seeds import Seeds
    from sandbox.systems.operation import Operation


class Window(ContentModel):
    """A stretch of virtual time, in seconds since the episode began."""

    from_s: Annotated[float, Field(ge=0)] = 0.0
    until_s: Annotated[float, Field(gt=0)] | None = None


@dataclass(frozen=True)
class Surroundings:
    """What a fault may use while it acts."""

    clock: Clock
    seeds: Seeds
    operations: dict[str, Operation]


class Fault(ContentModel):
    """Base of all kinds: the trigger. Subclasses add their own fields and `around`."""

    kind: str
    id: str = ""
    """Name in traces and reports; default: the kind and its tool."""
    tool: str = "*"
    """Tool name or pattern (`stripe_*`)."""
    agent: str = "*"
    nth: Annotated[int, Field(ge=1)] | None = None
    """Only the nth call of an agent to the tool, from 1."""
    from_nth: Annotated[int, Field(ge=1)] | None = None
    """That call and all later ones."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    window: Window | None = None

    applies_to: ClassVar[Literal["read", "write", "any"]] = "any"
    """Which operations the kind makes sense on; a plan that names another is wrong."""

    @model_validator(mode="after")
    def _one_trigger(self) -> Fault:
        if self.nth is not None and self.from_nth is not None:
            raise ValueError("nth and from_nth exclude each other")
        return self

    @property
    def name(self) -> str:
        """The fault's name in traces and reports."""
        return self.id or f"{self.kind}:{self.tool}"

    def matches(self, call: Call) -> bool:
        """Whether *call* is one of those this fault is addressed to (chance aside)."""
        if not (fnmatchcase(call.target, self.tool) and fnmatchcase(call.agent, self.agent)):
            return False
        if self.nth is not None and call.nth != self.nth:
            return False
        if self.from_nth is not None and call.nth < self.from_nth:
            return False
        window = self.window
        return window is None or (
            window.from_s <= call.t and (window.until_s is None or call.t < window.until_s)
        )

    def fires(self, call: Call, answered: bool) -> bool:
        """Whether the fault acted on *call* after all; kinds that look at the result may say no."""
        del call, answered
        return True

    def changed(self, call: Call, before: Any, after: Any) -> bool:
        """Whether it changed what happened: by default, whether *after* is not what was answered."""
        del call
        return bool(before != after)

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Stand around *call*; kinds override this."""
        return await forward(call)
