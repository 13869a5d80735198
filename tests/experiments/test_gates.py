"""Gates: bounds that hold, break, or have nothing to hold against."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.experiments.gates import GateResult, check
from sandbox.experiments.spec import Gate
from sandbox.experiments.statistics import UNDEFINED, Estimate

CELLS = {
    ("naive", "calm"): {"success_rate": Estimate(0.9, 0.7, 0.95, 20)},
    ("hardened", "calm"): {"success_rate": Estimate(1.0, 0.83, 1.0, 20)},
    ("hardened", "timeouts"): {"success_rate": UNDEFINED},
}


def held(**gate: Any) -> list[GateResult]:
    return check([Gate(metric="success_rate", **gate)], CELLS)


@pytest.mark.parametrize(
    ("bounds", "passed"),
    [
        ({"min": 0.9}, True),
        ({"min": 0.91}, False),
        ({"max": 0.9}, True),
        ({"max": 0.89}, False),
        ({"min": 0.5, "max": 0.95}, True),
        ({"min": 0.8, "bound": "low"}, False),
        ({"max": 0.94, "bound": "high"}, False),
        ({"max": 0.95, "bound": "high"}, True),
    ],
)
def test_a_bound_belongs_to_what_it_bounds(bounds: dict[str, Any], passed: bool) -> None:
    [result] = held(agent="naive", **bounds)
    assert result.passed is passed


def test_a_pattern_names_cells_and_each_gets_its_own_answer() -> None:
    results = held(min=0.95)
    assert [(r.agent, r.condition, r.passed) for r in results] == [
        ("naive", "calm", False), ("hardened", "calm", True), ("hardened", "timeouts", None),
    ]  # fmt: skip
    assert [r.agent for r in held(agent="hard*", condition="calm", min=0.95)] == ["hardened"]


def test_an_undefined_metric_neither_passes_nor_fails() -> None:
    [result] = held(condition="timeouts", min=0.5)
    assert (result.passed, result.value) == (None, None)


def test_a_gate_in_json_says_what_was_held_against_what() -> None:
    [result] = held(agent="naive", min=0.5, bound="low")
    assert result.to_dict() == {
        "metric": "success_rate", "agent": "naive", "condition": "calm", "bound": "low",
        "value": 0.7, "min": 0.5, "max": None, "passed": True,
    }  # fmt: skip
