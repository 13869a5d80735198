"""An experiment: which agents, under which conditions, how often, and what must hold.

The YAML file is this model. Cells are agent x condition (x persona, where a condition names some);
episodes of one number share task and seed across cells, so that every difference is paired.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from sandbox.content.model import ContentModel
from sandbox.llm.presets import DEFAULT_PRESET

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class AgentEntry(ContentModel):
    """An agent system under test."""

    name: Name
    path: str
    """`package.module:attribute` or `file.py:attribute` (relative to this file)."""


class Condition(ContentModel):
    """A kind of bad (or good) day."""

    name: Name
    title: str = ""
    faults: str | list[str] = []
    """Fault plans by name; none: a fault-free run."""
    personas: list[str] = []
    """Personas drawn from in this condition instead of the experiment's."""

    @property
    def plans(self) -> list[str]:
        """The fault plans by name, however many were written."""
        return [self.faults] if isinstance(self.faults, str) else self.faults


class Limits(ContentModel):
    """When an episode is ended, whatever the agent thinks; per conversation under `traffic:`."""

    steps_max: Annotated[int, Field(gt=0)] = 60
    """Tool calls; model calls are limited by the same number."""
    cost_usd_max: Annotated[float, Field(gt=0)] = 2.0
    virtual_s_max: Annotated[float, Field(gt=0)] = 86_400.0
    real_s_max: Annotated[float, Field(gt=0)] = 30.0
    """Real seconds without a sign of life after which the worker is killed."""


class Traffic(ContentModel):
    """A stretch of traffic: many conversations at once against shared systems."""

    duration_h: Annotated[float, Field(gt=0)] = 24.0
    arrivals_per_day: Annotated[float, Field(gt=0)] = 300.0
    profile: str = "support"
    """Shape over hours and weekdays; see sandbox.personas.arrivals."""
    conversations_max: Annotated[int, Field(gt=0)] | None = None


class Gate(ContentModel):
    """A bound on a metric; the experiment fails when a cell breaks it."""

    metric: str
    agent: str = "*"
    condition: str = "*"
    min: float | None = None
    max: float | None = None
    bound: Literal["value", "low", "high"] = "value"
    """Which end of the interval must keep the bound."""


class ExperimentSpec(ContentModel):
    """One experiment file."""

    id: Name
    title: str
    description: str = ""
    world: str
    agents: Annotated[list[AgentEntry], Field(min_length=1)]
    model: str = DEFAULT_PRESET
    tasks: list[str] | Literal["all"] = "all"
    personas: list[str] = ["patient_regular"]
    conditions: Annotated[list[Condition], Field(min_length=1)] = [Condition(name="no_fault")]
    episodes: Annotated[int, Field(gt=0)] = 20
    """Episodes per cell; they go through the tasks in turn, with a new seed each."""
    seed: Annotated[int, Field(ge=0)] = 1
    limits: Limits = Limits()
    traffic: Traffic | None = None
    gates: list[Gate] = []
    invalid_rate_max: Annotated[float, Field(ge=0, le=1)] = 0.02
    """More invalid episodes than this share: exit 3, the figures are not to be trusted."""
    compare: list[Name] = []
    """Two agents whose paired difference is reported; default: the first two."""
