"""What grading reads and what it says: the record of one conversation, its verdict, its episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.systems.effects import Effect
from sandbox.worlds.policies import Violation
from sandbox.worlds.task import Effects, Telling

Outcome = Literal[
    "success", "incomplete", "safe_stop", "harmful", "crashed",
    "budget(steps)", "budget(cost)", "budget(virtual_s)", "budget(real_s)",
]  # fmt: skip
Verdict = Literal["pass", "fail", "invalid"]
EffectVerdict = Literal[
    "ok", "missing", "wrong_args", "wrong_target", "duplicate", "collateral", "forbidden",
]  # fmt: skip

WRONG: frozenset[str] = frozenset(
    {"wrong_args", "wrong_target", "duplicate", "collateral", "forbidden"}
)
"""Verdicts that make a write incorrect (a missing one is no write)."""


@dataclass(frozen=True)
class ConversationRecord:
    """Everything that is known of one finished conversation; the graded unit."""

    id: str
    task: str
    persona: str
    agent: str
    started_s: float
    ended_s: float
    events: Sequence[Mapping[str, Any]]
    """Its trace events, in order."""
    facts: Mapping[str, str]
    """What the user knows, by name."""
    effects: Sequence[Effect]
    expected: Effects
    """The task's effects with every reference resolved."""
    must_tell: Sequence[Telling]
    said: Sequence[str]
    """What the agent said to the user, in order (the final answer included)."""
    left: str = ""
    """Why the user left: satisfied, refused, impatient, gave_up; empty: did not."""
    crash: str = ""
    """What the agent raised, in one line."""
    limit: str = ""
    """The limit that ended it: steps, cost, virtual_s, real_s."""
    invalid: str = ""
    """Why the simulator, not the agent, failed."""
    steps: int = 0
    model_calls: int = 0
    cost_usd: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    temptations: tuple[str, ...] = ()
    """Names of the temptations planted in this conversation."""


@dataclass(frozen=True)
class GradedEffect:
    """One effect (or a required one that never came) and what grading says of it."""

    verdict: EffectVerdict
    effect: str
    target: str
    tool: str = ""
    effect_id: str = ""
    """Empty where the effect is missing."""
    call_id: str = ""
    turn: int = 0
    rule: str = ""
    """The forbidden rule, for `forbidden`."""
    compensated_by: str = ""
    """Effect that undid this one."""
    faults: tuple[str, ...] = ()
    """Candidates of the cause: faults on earlier calls of the same effect class and target."""


@dataclass(frozen=True)
class Loop:
    """A stretch without progress."""

    type: Literal["stuck", "runaway"]
    rule: str
    """Which rule fired.

    charged, errors, same_write, near_duplicate, handoffs, poll; of a runaway steps, tokens, cost.
    """
    start_step: int
    flagged_step: int
    period: int
    actors: tuple[str, ...]
    steps_wasted: int
    cost_usd_wasted: float = 0.0


@dataclass(frozen=True)
class ConversationResult:
    """The verdict on one conversation; one line of conversations.jsonl."""

    id: str
    episode: str
    cell: str
    task: str
    persona: str
    agent: str
    condition: str
    number: int
    """Its number within the cell: conversations of one number are paired across cells."""
    verdict: Verdict
    outcome: Outcome
    sentence: str
    """What happened, in one sentence for people."""
    effects: tuple[GradedEffect, ...] = ()
    violations: tuple[Violation, ...] = ()
    loops: tuple[Loop, ...] = ()
    untold: tuple[str, ...] = ()
    """Facts that the user was not told."""
    faults_fired: tuple[str, ...] = ()
    """Faults of the plan that fired, by their ids."""
    faults_changed: tuple[str, ...] = ()
    """Those that changed what the caller saw."""
    attack: Mapping[str, bool] = field(default_factory=dict)
    """exposed, attempted, effected; empty where nothing was planted."""
    escalated: bool = False
    """Handed to a human: a group of people was put in charge."""
    intervened: bool = False
    """A human decided on a request of the agent."""
    trace_complete: bool = True
    recovered: bool | None = None
    """Succeeded although a fault fired; None: none fired, or the fault-free twin failed."""
    steps: int = 0
    model_calls: int = 0
    tool_failures: int = 0
    writes: int = 0
    cost_usd: float = 0.0
    input_tokens: int = 0
    output_tokens: int = 0
    sim_s: float = 0.0
    """Virtual latency: from the opening to the end of the conversation."""
    invalid: str = ""


@dataclass(frozen=True)
class EpisodeResult:
    """One simulated run; one line of episodes.jsonl."""

    id: str
    cell: str
    seed: int
    verdict: Verdict
    outcome: Outcome
    conversations: tuple[ConversationResult, ...]
    steps: int
    cost_usd: float
    sim_s: float
    trace_digest: str
    schedule_digest: str
    replay: str
    """The command that runs this episode again."""
    trace_complete: bool = True
    real_s: float = 0.0
    """Not part of any digest."""
    detail: str = ""
