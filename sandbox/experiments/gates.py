"""Gates: bounds that the cells of an experiment must keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from sandbox.experiments.spec import Gate
from sandbox.experiments.statistics import Estimate


@dataclass(frozen=True)
class GateResult:
    """One gate held against one cell; undefined metrics neither pass nor fail (`passed` None)."""

    metric: str
    agent: str
    condition: str
    bound: str
    value: float | None
    min: float | None
    max: float | None
    passed: bool | None

    def to_dict(self) -> dict[str, Any]:
        """JSON form, as in summary.json."""
        return dict(self.__dict__)


def check(
    gates: list[Gate], cells: Mapping[tuple[str, str], Mapping[str, Estimate]]
) -> list[GateResult]:
    """Every gate against every (agent, condition) it names."""
    return [
        _held(gate, agent, condition, metrics[gate.metric])
        for gate in gates
        for (agent, condition), metrics in cells.items()
        if fnmatchcase(agent, gate.agent) and fnmatchcase(condition, gate.condition)
    ]


def _held(gate: Gate, agent: str, condition: str, estimate: Estimate) -> GateResult:
    value = getattr(estimate, gate.bound)
    if value is None:
        passed = None
    else:
        passed = (gate.min is None or value >= gate.min) and (gate.max is None or value <= gate.max)
    return GateResult(gate.metric, agent, condition, gate.bound, value, gate.min, gate.max, passed)
