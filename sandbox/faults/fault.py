"""`Fault`: one thing that goes wrong at an injection point, and the trigger that says when.

A kind is a small class with one method, `around`; probability, call counting, windows and trace
events live here once. Faults are addressed by call (agent, tool, nth), because a delay elsewhere
moves clock times, but not call numbers; windows are for outages.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from sandbox.content.model import ContentModel
from sandbox.sim.points import Call, Forward
from sandbox.sim.trace import canonical

if TYPE_CHECKING:
    from pydantic import ValidationInfo

    from sandbox.sim.clock import Clock
    from sandbox.sim.seeds import Seeds
    from sandbox.systems.operation import Operation


class Window(ContentModel):
    """A stretch of virtual time, in seconds since the episode began; the end is not part of it."""

    from_s: Annotated[float, Field(ge=0)] = 0.0
    until_s: Annotated[float, Field(gt=0)] | None = None
    """null: to the end."""

    @field_validator("until_s")
    @classmethod
    def _ends_after_it_began(cls, until_s: float | None, info: ValidationInfo) -> float | None:
        from_s = info.data.get("from_s", 0.0)
        if until_s is not None and until_s <= from_s:
            raise ValueError(f"the window ends at {until_s:g}, before it begins at {from_s:g}")
        return until_s

    def holds(self, t: float) -> bool:
        """Whether *t* lies in it."""
        return self.from_s <= t and (self.until_s is None or t < self.until_s)


@dataclass(frozen=True)
class Surroundings:
    """What a fault may use while it acts."""

    clock: Clock
    seeds: Seeds
    operations: dict[str, Operation]


@dataclass(frozen=True)
class Passage:
    """How a call went with a fault around it: what came from inside, what the caller got."""

    forwarded: bool
    """False: the fault answered by itself."""
    inner: Any
    """Result or exception of what stands inside the fault."""
    outer: Any
    """Result or exception after the fault had its way."""

    @property
    def altered(self) -> bool:
        """Whether the caller got something else than what was answered; 25 is not 25.0 here."""
        if isinstance(self.inner, BaseException) or isinstance(self.outer, BaseException):
            return self.inner is not self.outer
        return not self.forwarded or canonical(self.inner) != canonical(self.outer)


class Fault(ContentModel):
    """Base of all kinds: the trigger. Subclasses add their own fields and `around`."""

    kind: str
    id: str = ""
    """Name in traces and reports; default: the kind and its tool."""
    tool: str = "*"
    """Tool name or pattern (`stripe_*`)."""
    agent: str = "*"
    """Name or pattern of the calling member of a multi-agent system; a lone agent is `agent`."""
    nth: Annotated[int, Field(ge=1)] | None = None
    """Only the nth call of an agent to the tool in a conversation, from 1."""
    from_nth: Annotated[int, Field(ge=1)] | None = None
    """That call and all later ones."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    window: Window | None = None

    applies_to: ClassVar[Literal["read", "write", "any"]] = "any"
    """Which operations the kind makes sense on; a plan that names another is wrong."""
    acts_on: ClassVar[Literal["request", "answer"]] = "request"
    """A kind that acts on the answer has fired only if it found something in it to alter."""
    drawn_per: ClassVar[Literal["call", "conversation"]] = "call"
    """What `probability` is drawn for, once each."""

    @field_validator("from_nth")
    @classmethod
    def _one_trigger(cls, from_nth: int | None, info: ValidationInfo) -> int | None:
        if from_nth is not None and info.data.get("nth") is not None:
            raise ValueError("nth and from_nth exclude each other")
        return from_nth

    @property
    def name(self) -> str:
        """The fault's name in traces and reports."""
        return self.id or f"{self.kind}:{self.tool}"

    def matches(self, call: Call) -> bool:
        """Whether *call* is one of those this fault is addressed to (chance aside)."""
        return (
            fnmatchcase(call.target, self.tool)
            and fnmatchcase(call.agent, self.agent)
            and (self.nth is None or call.nth == self.nth)
            and (self.from_nth is None or call.nth >= self.from_nth)
            and (self.window is None or self.window.holds(call.t))
        )

    def drawn(self, seeds: Seeds, call: Call) -> bool:
        """Whether chance lets the fault act: a pure function of who calls what, how often."""
        if self.drawn_per == "conversation":
            return self.meets(seeds, call.conversation)
        key = (call.conversation, call.agent, call.target, call.nth)
        return self.probability >= 1.0 or seeds.uniform("fault", self.name, *key) < self.probability

    def meets(self, seeds: Seeds, conversation: str) -> bool:
        """The same for kinds that are drawn once per conversation."""
        return seeds.uniform("fault", self.name, conversation) < self.probability

    def fired(self, call: Call, passage: Passage) -> bool:
        """Whether the fault did anything, now that the call is over."""
        del call
        return self.acts_on == "request" or passage.altered

    def changed(self, call: Call, passage: Passage) -> bool:
        """Whether it changed what the caller got, or what was done."""
        del call
        return passage.altered

    async def around(self, call: Call, forward: Forward, at: Surroundings) -> Any:
        """Stand around *call*; kinds override this."""
        del at
        return await forward(call)
