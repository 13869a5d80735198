"""Episodes that nobody could finish still have their line, with a verdict and a reason."""

from __future__ import annotations

from pathlib import Path

from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationRecord
from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import AgentEntry, ExperimentSpec, Limits
from sandbox.experiments.stillborn import invalid_episode, out_of_real_time, ungraded
from sandbox.worlds.task import Effects

SPEC = ExperimentSpec(
    id="x", title="X", world="w", agents=[AgentEntry(name="a", path="m:a")],
    limits=Limits(real_s_max=30),
)  # fmt: skip
SETUP = Setup(SPEC, Path("/here/x.yaml"), Path("/here"), Path("/here/r"))
PLAN = EpisodePlan("a-calm-0007", "a", "calm", 7, 123, "refund", "p")


def test_a_busy_loop_fails_at_the_limit_of_real_time() -> None:
    episode = out_of_real_time(PLAN, SETUP, 31.5)
    [unit] = episode.conversations
    assert (episode.verdict, episode.outcome, episode.real_s) == ("fail", "budget(real_s)", 31.5)
    assert unit.sentence == (
        "a was stopped after 30 s of real time: a busy loop, or blocking code."
    )
    assert (unit.cell, unit.number, unit.task, unit.trace_complete) == (
        "a/calm", 7, "refund", False,
    )  # fmt: skip
    assert episode.replay == "sandbox replay r a-calm-0007"


def test_a_lost_worker_makes_an_invalid_episode() -> None:
    episode = invalid_episode(PLAN, SETUP, "its worker was killed twice")
    [unit] = episode.conversations
    assert (episode.verdict, unit.verdict) == ("invalid", "invalid")
    assert unit.invalid == "its worker was killed twice"
    assert episode.detail == "The simulator failed: its worker was killed twice."
    assert (episode.trace_digest, episode.seed) == ("", 123)


def test_a_conversation_that_could_not_be_graded_keeps_what_is_known_of_it() -> None:
    record = ConversationRecord(
        id="c4", task="cancel", persona="q", agent="a", started_s=10.0, ended_s=70.0, events=[],
        facts={}, effects=[], expected=Effects(), must_tell=[], said=[], steps=5, cost_usd=0.5,
    )  # fmt: skip
    unit = ungraded(record, PLAN, 4, "KeyError: x")
    assert (unit.id, unit.task, unit.persona, unit.number) == ("c4", "cancel", "q", 4)
    assert (unit.verdict, unit.steps, unit.cost_usd, unit.sim_s) == ("invalid", 5, 0.5, 60.0)
