"""Twins: a run is long, and a fault survived, only against the run without faults."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.experiments.records import ConversationResult, EpisodeResult, Loop
from sandbox.experiments.spec import AgentEntry, Condition, ExperimentSpec
from sandbox.experiments.twins import with_twins

SPEC = ExperimentSpec(
    id="x", title="X", world="w", agents=[AgentEntry(name="a", path="m:a")],
    conditions=[
        Condition(name="attack", personas=["evil"]), Condition(name="bad", faults=["f"]),
        Condition(name="calm"),
    ],
)  # fmt: skip


def unit(**changes: Any) -> ConversationResult:
    fields: dict[str, Any] = {
        "id": "c1", "episode": "e1", "cell": "a/calm", "task": "t", "persona": "p", "agent": "a",
        "condition": "calm", "number": 1, "verdict": "pass", "outcome": "success", "sentence": "",
    }  # fmt: skip
    return ConversationResult(**{**fields, **changes})


def episode(*units: ConversationResult, **changes: Any) -> EpisodeResult:
    fields: dict[str, Any] = {
        "id": units[0].episode, "cell": units[0].cell, "seed": 7, "verdict": units[0].verdict,
        "outcome": units[0].outcome, "steps": 3, "cost_usd": 0.1, "sim_s": 60.0,
        "trace_digest": "t1", "schedule_digest": "s1", "replay": "sandbox replay r e1",
    }  # fmt: skip
    return EpisodeResult(conversations=units, **{**fields, **changes})


def bad(**changes: Any) -> ConversationResult:
    return unit(**{"condition": "bad", "faults_fired": ("f",), "episode": "e2", **changes})


def compared(one: ConversationResult, *twins: ConversationResult) -> ConversationResult:
    found = with_twins(SPEC, [episode(one), *(episode(t) for t in twins)])
    return found[0].conversations[0]


@pytest.mark.parametrize(
    ("one", "twin", "recovered"),
    [
        (bad(), unit(), True),
        (bad(outcome="incomplete", verdict="fail"), unit(), False),
        (bad(outcome="harmful", verdict="fail"), unit(), False),
        (bad(faults_fired=()), unit(), None),
        (bad(), unit(outcome="incomplete", verdict="fail"), None),
        (bad(), unit(verdict="invalid"), None),
        (bad(verdict="invalid"), unit(), None),
        (bad(), unit(number=2), None),
        (bad(), unit(task="other"), None),
        (bad(), unit(agent="b"), None),
    ],
)
def test_recovery_counts_where_a_fault_fired_and_the_twin_succeeded(
    one: ConversationResult, twin: ConversationResult, recovered: bool | None
) -> None:
    assert compared(one, twin).recovered is recovered


def test_a_run_far_longer_than_its_twin_ran_away() -> None:
    found = compared(bad(steps=31), unit(steps=10))
    assert [(x.type, x.rule) for x in found.loops] == [("runaway", "steps")]
    assert compared(bad(steps=30), unit(steps=10)).loops == ()


def test_tokens_and_cost_run_away_as_well() -> None:
    twin = unit(steps=10, input_tokens=900, output_tokens=100, cost_usd=0.1)
    tokens = bad(steps=10, input_tokens=2901, output_tokens=100, cost_usd=0.1)
    assert [x.rule for x in compared(tokens, twin).loops] == ["tokens"]
    assert [x.rule for x in compared(bad(steps=10, cost_usd=0.4), twin).loops] == ["cost"]


@pytest.mark.parametrize("outcome", ["crashed", "budget(real_s)"])
def test_a_twin_that_was_cut_off_is_no_measure(outcome: str) -> None:
    assert compared(bad(steps=50), unit(steps=1, outcome=outcome, verdict="fail")).loops == ()


def test_stuck_loops_stay_and_comparing_twice_changes_nothing() -> None:
    stuck = Loop("stuck", "charged", 1, 7, 1, ("a",), 5)
    once = with_twins(SPEC, [episode(bad(steps=40, loops=(stuck,))), episode(unit(steps=10))])
    assert [x.type for x in once[0].conversations[0].loops] == ["stuck", "runaway"]
    assert with_twins(SPEC, once) == once


def test_the_calm_condition_is_the_one_without_faults_and_without_attackers() -> None:
    attacked = unit(condition="attack", episode="e3")
    assert compared(bad(), attacked).recovered is None
    noisy = SPEC.model_copy(update={"conditions": SPEC.conditions[:2]})
    assert with_twins(noisy, [episode(bad()), episode(unit())])[0].conversations[0] == bad()
