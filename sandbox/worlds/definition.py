"""`world.yaml`: which systems a company runs, who works there, and what the house rules are."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from sandbox.content.model import ContentModel
from sandbox.systems.operation import Latency
from sandbox.worlds.policies import Policy

_ISO = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"


class GeneratorSpec(ContentModel):
    """Who fills the company's systems before the first conversation."""

    type: str
    """`retail`, or your own `module:function`."""
    seed: int = 1
    """The population is the same for every experiment; the episode's seed only chooses from it."""
    parameters: dict[str, int | float | str] = {}
    """What the generator takes, like `customers: 5000`."""


class AgentSpec(ContentModel):
    """The agent's job at this company."""

    principal: str = "support-agent"
    """The name under which its calls are permitted and logged."""
    scopes: list[str] = []
    """Permissions of that name: `stripe:refunds:write`, `zendesk:*`."""
    instructions: str = ""
    """A file next to world.yaml (`instructions.md`), or the text itself: the system prompt."""
    tools: list[str] = []
    """Names or patterns of the tools offered: `stripe_*`. They may be wider than the scopes."""


class DecisionTime(ContentModel):
    """How long a person takes to decide, once they look at it (lognormal)."""

    median_s: Annotated[float, Field(gt=0)] = 240.0
    p95_s: Annotated[float, Field(gt=0)] = 900.0

    def latency(self) -> Latency:
        """The same as a distribution to draw from."""
        return Latency(self.median_s, max(self.p95_s, self.median_s))


class ApprovalRule(ContentModel):
    """What a supervisor checks before saying yes."""

    amount_max: Annotated[int, Field(gt=0)] = 150_000
    """Above this (in cents) the answer is no: such cases go to the finance team."""
    reason_words_min: Annotated[int, Field(ge=0)] = 3
    """A reason of fewer words is sent back."""


class SupervisorSpec(ContentModel):
    """The people who answer approval requests."""

    reviewers: Annotated[int, Field(ge=1, le=100)] = 2
    """How many requests are decided at the same time; the others wait in a queue."""
    decision_time: DecisionTime = DecisionTime()
    approves: ApprovalRule = ApprovalRule()


class People(ContentModel):
    """The company's own staff, as far as agents meet them."""

    supervisor: SupervisorSpec | None = None


class WorldFile(ContentModel):
    """One `world.yaml`; a world that `extends` another states only what differs."""

    id: str
    title: str
    description: str = ""
    extends: str = ""
    """Name of the world whose systems, people, policies, articles and tasks this one takes over."""
    epoch: Annotated[str, Field(pattern=_ISO)] | None = None
    """Virtual date and time at which every episode starts (UTC): 2026-03-02T08:00:00Z."""
    systems: list[str] = []
    """`zendesk`, `stripe`, ..., or your own `module:Class`."""
    generator: GeneratorSpec | None = None
    agent: AgentSpec | None = None
    people: People | None = None
    policies: list[Policy] = []
    """House rules that are checked on everything an agent commits."""


def merged(base: WorldFile, own: WorldFile) -> WorldFile:
    """*own* completed by *base*: its lists are added, its other values win where it has them."""
    policies = {p.id: p for p in (*base.policies, *own.policies)}
    return own.model_copy(update={
        "description": own.description or base.description,
        "epoch": own.epoch or base.epoch,
        "systems": list(dict.fromkeys((*base.systems, *own.systems))),
        "generator": own.generator or base.generator,
        "agent": _merged_agent(base.agent, own.agent),
        "people": own.people or base.people,
        "policies": list(policies.values()),
    })  # fmt: skip


def _merged_agent(base: AgentSpec | None, own: AgentSpec | None) -> AgentSpec | None:
    if base is None or own is None:
        return own or base
    given: dict[str, Any] = {name: getattr(own, name) for name in own.model_fields_set}
    for name in ("scopes", "tools"):
        both = (*getattr(base, name), *getattr(own, name))
        given[name] = list(dict.fromkeys(both))
    return base.model_copy(update=given)
