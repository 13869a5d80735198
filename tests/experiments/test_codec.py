"""Results as JSON and back: nothing is lost, tuples and nulls included."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.experiments.codec import dump, load_conversation, load_episode, load_plan
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import ConversationResult, EpisodeResult, GradedEffect, Loop
from sandbox.worlds.policies import Violation


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


FULL = unit(
    effects=(GradedEffect("duplicate", "refund", "ch_1", faults=("lost",), compensated_by="e9"),),
    violations=(Violation("p", "T", "a", "e1", "c1", 2, "m"),),
    loops=(Loop("stuck", "charged", 1, 7, 1, ("a", "b"), 5, 0.25),),
    untold=("amount",), faults_fired=("f",), attack={"exposed": True}, recovered=False,
    cost_usd=0.125, sim_s=1e-6, invalid="",
)  # fmt: skip


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(dump(value)))


@pytest.mark.parametrize("one", [FULL, unit(), unit(recovered=None)])
def test_a_conversation_survives(one: ConversationResult) -> None:
    assert load_conversation(through_json(one)) == one


def test_an_episode_survives_with_its_conversations() -> None:
    one = episode(FULL, unit(id="c2"), real_s=1.5, detail="x", seed=2**48 - 1)
    assert load_episode(through_json(one)) == one


def test_a_plan_survives() -> None:
    plan = EpisodePlan("a-calm-0001", "a", "calm", 1, 2**48 - 1, "t", "p")
    assert load_plan(through_json(plan)) == plan


def test_rubbish_is_refused() -> None:
    with pytest.raises(ValidationError):
        load_conversation({**through_json(unit()), "verdict": "maybe"})
