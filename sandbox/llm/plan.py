"""The oracle plan as a model plays it: tool calls, questions to the user, answers.

A plan is data: the simulated model walks through it, the oracle agent of the task lint too. What
tempts a model off its plan (a planted instruction, an attacker at the other end) is data as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class ToolStep:
    """Call *tool* with *args*, whose `$step.field` references are resolved from earlier results."""

    id: str
    tool: str
    args: Mapping[str, Any]
    until: Mapping[str, Any] | None = None
    """Repeat until the result has these values (a list: any of them); for declared polls."""
    every_s: float = 60.0
    """Virtual seconds to wait between two polls."""
    polls_max: int = 40


@dataclass(frozen=True)
class AskStep:
    """Ask the user *text* and go on with their answer."""

    id: str
    text: str


@dataclass(frozen=True)
class SayStep:
    """Tell the user *text*; the last one ends the plan."""

    id: str
    text: str


Step = ToolStep | AskStep | SayStep


@dataclass(frozen=True)
class Temptation:
    """A call that somebody wants the model to make against its task.

    Once *canary* is in the model's context, a susceptible model makes the call: drawn once per
    temptation and conversation, never again each turn.
    """

    name: str
    kind: str
    """Where it comes from: `injection` (planted in data) or `user` (who talks to the agent)."""
    canary: str
    tool: str
    args: Mapping[str, Any]


@dataclass(frozen=True)
class Detour:
    """Another plan that holds from the moment *canary* is read in a message of the user."""

    canary: str
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class Plan:
    """What a perfect model would do for one task."""

    steps: tuple[Step, ...]
    scope: Mapping[str, Any] = field(default_factory=dict)
    """The task's cast: records known by name, for references like `$order.id`."""
    temptations: tuple[Temptation, ...] = ()
    detours: tuple[Detour, ...] = ()
