"""Horizontal bars with intervals: one panel per metric, one group of bars per condition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.experiments.figures import figure, label
from sandbox.experiments.metrics import METRICS
from sandbox.experiments.report.scale import Scale, Tick, scale_from_zero

KEY_METRICS = (
    "success_rate", "incorrect_write_rate", "policy_violation_rate", "loop_rate",
    "cost_usd_per_success", "latency_s_p95",
)  # fmt: skip
BAR, GAP, TOP, FOOT = 15, 11, 6, 22
_HINTS = {"higher": "higher is better", "lower": "lower is better"}


@dataclass(frozen=True)
class Bar:
    """One agent's figure under one condition."""

    y: int
    series: int
    """Number of the agent, from 1: its colour."""
    agent: str
    x: float | None
    """Where the bar ends; None where the figure is undefined."""
    low: float | None
    high: float | None
    text: str
    n: int


@dataclass(frozen=True)
class Group:
    """The bars of one condition."""

    label: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Panel:
    """One chart."""

    title: str
    hint: str
    ticks: tuple[Tick, ...]
    groups: tuple[Group, ...]
    height: int
    spoken: str
    """The chart in words, for those who do not see it."""


def series_of(summary: Mapping[str, Any]) -> dict[str, int]:
    """The number of each agent, in the order of the experiment."""
    names = dict.fromkeys(str(cell["agent"]) for cell in summary["cells"])
    return {name: number for number, name in enumerate(names, 1)}


def conditions_of(summary: Mapping[str, Any]) -> list[str]:
    """The conditions, in the order of the experiment."""
    return list(dict.fromkeys(str(cell["condition"]) for cell in summary["cells"]))


def bar_panels(summary: Mapping[str, Any]) -> list[Panel]:
    """A panel for each key metric that is defined somewhere."""
    panels = (_panel(summary, metric) for metric in KEY_METRICS)
    return [panel for panel in panels if panel is not None]


def _panel(summary: Mapping[str, Any], metric: str) -> Panel | None:
    cells = [c for c in summary["cells"] if c["metrics"][metric]["value"] is not None]
    if not cells:
        return None
    ends = [c["metrics"][metric][end] for c in cells for end in ("value", "high")]
    scale = scale_from_zero(metric, max(e for e in ends if e is not None))
    series = series_of(summary)
    groups: list[Group] = []
    y = TOP
    for condition in conditions_of(summary):
        members = [c for c in summary["cells"] if c["condition"] == condition]
        bars = [
            _bar(c, metric, scale, y + i * BAR, series[c["agent"]]) for i, c in enumerate(members)
        ]
        groups.append(Group(condition, y, tuple(bars)))
        y += len(bars) * BAR + GAP
    return Panel(
        label(metric), _HINTS.get(METRICS[metric].better, ""), scale.ticks(),
        tuple(groups), y + FOOT, _spoken(metric, groups),
    )  # fmt: skip


def _bar(cell: Mapping[str, Any], metric: str, scale: Scale, y: int, series: int) -> Bar:
    estimate = cell["metrics"][metric]
    low, high = estimate["low"], estimate["high"]
    words = figure(metric, estimate)
    return Bar(
        y, series, str(cell["agent"]),
        None if estimate["value"] is None else scale.x(estimate["value"]),
        None if low is None else scale.x(low), None if high is None else scale.x(high),
        str(words), words.n,
    )  # fmt: skip


def _spoken(metric: str, groups: Sequence[Group]) -> str:
    told = (f"{g.label}: " + ", ".join(f"{b.agent} {b.text}" for b in g.bars) for g in groups)
    return f"{label(metric)}. " + "; ".join(told)
