"""Paired differences: the same task, the same seed, agent A against agent B."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.experiments.metrics import METRICS
from sandbox.experiments.records import ConversationResult
from sandbox.experiments.statistics import Estimate, paired_difference

PAIRED = (
    "success_rate", "incorrect_write_rate", "harmful_rate", "policy_violation_rate", "loop_rate",
    "attack_effected_rate", "steps_mean", "cost_usd_mean",
)  # fmt: skip
"""The metrics whose difference is reported: those that each conversation has its part in."""


@dataclass(frozen=True)
class Difference:
    """a - b of one metric under one condition, over the pairs in which both are valid."""

    a: str
    b: str
    condition: str
    metric: str
    estimate: Estimate

    def to_dict(self) -> dict[str, Any]:
        """JSON form, as in summary.json."""
        e = self.estimate.to_dict()
        return {
            "a": self.a, "b": self.b, "condition": self.condition, "metric": self.metric,
            "difference": e["value"], "low": e["low"], "high": e["high"], "n": e["n"],
        }  # fmt: skip


def differences(
    a: Sequence[ConversationResult],
    b: Sequence[ConversationResult],
    *,
    names: tuple[str, str],
    condition: str,
) -> list[Difference]:
    """The paired differences between two cells of one condition."""
    partners = {(u.number, u.task): u for u in b if u.verdict != "invalid"}
    pairs = [
        (unit, partners[unit.number, unit.task])
        for unit in a
        if unit.verdict != "invalid" and (unit.number, unit.task) in partners
    ]
    out = []
    for name in PAIRED:
        metric = METRICS[name]
        assert metric.parts is not None, name
        values = [(metric.parts(x), metric.parts(y)) for x, y in pairs]
        known = [(x, y) for x, y in values if x is not None and y is not None]
        estimate = paired_difference(
            [x for x, _ in known], [y for _, y in known], share=metric.share
        )
        out.append(Difference(*names, condition, name, estimate))
    return out
