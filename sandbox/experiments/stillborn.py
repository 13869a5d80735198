"""Results of what could not be finished: killed for real time, lost with a worker, ungraded."""

from __future__ import annotations

from dataclasses import replace

from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import (
    ConversationRecord,
    ConversationResult,
    EpisodeResult,
    Outcome,
)
from sandbox.experiments.setup import Setup


def out_of_real_time(plan: EpisodePlan, setup: Setup, real_s: float) -> EpisodeResult:
    """The agent kept its worker busy for longer than `real_s_max`; not reproducible by nature."""
    limit = setup.spec.limits.real_s_max
    sentence = (
        f"{plan.agent} was stopped after {limit:g} s of real time: a busy loop, or blocking code."
    )
    return _result(plan, setup, "budget(real_s)", sentence, real_s=real_s)


def invalid_episode(plan: EpisodePlan, setup: Setup, reason: str) -> EpisodeResult:
    """The simulator failed; counted as neither pass nor fail."""
    return _result(plan, setup, "incomplete", f"The simulator failed: {reason}.", invalid=reason)


def ungraded(
    record: ConversationRecord, plan: EpisodePlan, number: int, reason: str
) -> ConversationResult:
    """A conversation whose grading failed."""
    unit = _conversation(
        plan, "incomplete", f"The simulator failed: {reason}.", invalid=reason, id_=record.id
    )
    return replace(
        unit, number=number, task=record.task, persona=record.persona, steps=record.steps,
        cost_usd=record.cost_usd, sim_s=record.ended_s - record.started_s,
    )  # fmt: skip


def _result(
    plan: EpisodePlan,
    setup: Setup,
    outcome: Outcome,
    sentence: str,
    *,
    invalid: str = "",
    real_s: float = 0.0,
) -> EpisodeResult:
    unit = _conversation(plan, outcome, sentence, invalid=invalid, id_="c1")
    return EpisodeResult(
        id=plan.id, cell=plan.cell, seed=plan.seed, verdict=unit.verdict, outcome=outcome,
        conversations=(unit,), steps=0, cost_usd=0.0, sim_s=0.0, trace_digest="",
        schedule_digest="", replay=setup.replay_command(plan.id), trace_complete=False,
        real_s=real_s, detail=sentence,
    )  # fmt: skip


def _conversation(
    plan: EpisodePlan, outcome: Outcome, sentence: str, *, invalid: str, id_: str
) -> ConversationResult:
    return ConversationResult(
        id=id_, episode=plan.id, cell=plan.cell, task=plan.task, persona=plan.persona,
        agent=plan.agent, condition=plan.condition, number=plan.number,
        verdict="invalid" if invalid else "fail", outcome=outcome, sentence=sentence,
        invalid=invalid, trace_complete=False,
    )  # fmt: skip
