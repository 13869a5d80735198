"""The experiment file: what it may say, and what it may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.content.model import load_model
from sandbox.content.schema import json_schema
from sandbox.experiments.spec import Condition, ExperimentSpec, Limits

MINIMAL: dict[str, Any] = {
    "id": "mine", "title": "Mine", "world": "retail_support",
    "agents": [{"name": "a", "path": "agent.py:build"}],
}  # fmt: skip
SHIPPED = sorted((Path(__file__).parents[2] / "experiments").glob("*.yaml"))


def test_four_keys_are_enough() -> None:
    spec = ExperimentSpec.model_validate(MINIMAL)
    assert [c.name for c in spec.conditions] == ["no_fault"]
    assert (spec.episodes, spec.tasks, spec.seed, spec.limits) == (20, "all", 1, Limits())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_a_shipped_experiment_is_called_like_its_file(path: Path) -> None:
    assert load_model(path, ExperimentSpec).id == path.stem


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": "First Look"}, "id"),
        ({"agents": []}, "agents"),
        ({"agents": [{"name": "A-1", "path": "x:y"}]}, "name"),
        ({"conditions": []}, "conditions"),
        ({"episodes": 0}, "episodes"),
        ({"seed": -1}, "seed"),
        ({"limits": {"steps_max": 0}}, "steps_max"),
        ({"limits": {"cost_max": 1}}, "cost_max"),
        ({"gates": [{"metric": "success_rate", "bound": "middle"}]}, "bound"),
        ({"invalid_rate_max": 2}, "invalid_rate_max"),
        ({"traffic": {"duration_h": 0}}, "duration_h"),
        ({"episode": 5}, "episode"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(change: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ExperimentSpec.model_validate({**MINIMAL, **change})
    assert where in str(caught.value.errors()[0]["loc"])


def test_it_survives_the_way_to_a_worker() -> None:
    spec = ExperimentSpec.model_validate({**MINIMAL, "traffic": {"arrivals_per_day": 10}})
    assert ExperimentSpec.model_validate(spec.model_dump(mode="json")) == spec


def test_editors_are_told_what_each_key_means() -> None:
    schema = json_schema(ExperimentSpec)
    assert "go through the tasks in turn" in schema["properties"]["episodes"]["description"]
    assert schema["required"] == ["id", "title", "world", "agents"]


def test_one_fault_plan_or_several_are_several() -> None:
    written: list[str | list[str]] = ["slow", ["slow", "lossy"], []]
    found = [Condition(name="bad", faults=faults).plans for faults in written]
    assert found == [["slow"], ["slow", "lossy"], []]
