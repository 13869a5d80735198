"""Results of episodes that their worker could not finish: killed for real time, or lost."""

from __future__ import annotations

from dataclasses import replace

from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationResult, EpisodeResult, Outcome, Verdict
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


def crashed_episode(
    plan: EpisodePlan,
    setup: Setup,
    reason: str,
    *,
    trace_digest: str,
    schedule_digest: str,
    sim_s: float,
) -> EpisodeResult:
    """The agent brought the whole simulation to a halt: a deadlock, or callbacks without end."""
    episode = _result(plan, setup, "crashed", f"{plan.agent} crashed: {reason}.")
    return replace(episode, trace_digest=trace_digest, schedule_digest=schedule_digest, sim_s=sim_s)


def _result(
    plan: EpisodePlan,
    setup: Setup,
    outcome: Outcome,
    sentence: str,
    *,
    invalid: str = "",
    real_s: float = 0.0,
) -> EpisodeResult:
    verdict: Verdict = "invalid" if invalid else "fail"
    conversation = ConversationResult(
        id="c1", episode=plan.id, cell=plan.cell, task=plan.task, persona=plan.persona,
        agent=plan.agent, condition=plan.condition, number=plan.number,
        verdict=verdict, outcome=outcome, sentence=sentence, invalid=invalid, trace_complete=False,
    )  # fmt: skip
    return EpisodeResult(
        id=plan.id, cell=plan.cell, seed=plan.seed, verdict=verdict, outcome=outcome,
        conversations=(conversation,), steps=0, cost_usd=0.0, sim_s=0.0, trace_digest="",
        schedule_digest="", replay=setup.replay_command(plan.id), trace_complete=False,
        real_s=real_s, detail=sentence,
    )  # fmt: skip
