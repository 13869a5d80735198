"""Paired differences as points with intervals around a zero line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.experiments.figures import difference, label
from sandbox.experiments.metrics import METRICS
from sandbox.experiments.report.bars import FOOT, series_of
from sandbox.experiments.report.scale import Scale, Tick, scale_around_zero

METRICS_SHOWN = ("success_rate", "incorrect_write_rate", "policy_violation_rate", "loop_rate")
ROW, TOP = 24, 24


@dataclass(frozen=True)
class Point:
    """One condition's difference."""

    y: int
    label: str
    x: float | None
    low: float | None
    high: float | None
    text: str
    n: int
    series: int
    """The agent that the interval favours, by its number; 0 where it spans zero."""


@dataclass(frozen=True)
class Forest:
    """One chart: the differences of one metric."""

    title: str
    left: str
    """What it means to lie left of zero."""
    right: str
    zero: float
    ticks: tuple[Tick, ...]
    points: tuple[Point, ...]
    height: int
    spoken: str


def forest_panels(summary: Mapping[str, Any]) -> list[Forest]:
    """A chart for each key metric with a difference; none where only one agent ran."""
    out = []
    for metric in METRICS_SHOWN:
        entries = [p for p in summary["paired"] if p["metric"] == metric]
        if any(p["difference"] is not None for p in entries):
            out.append(_forest(metric, entries, series_of(summary)))
    return out


def _forest(metric: str, entries: Sequence[Mapping[str, Any]], series: Mapping[str, int]) -> Forest:
    ends = [e[k] for e in entries for k in ("difference", "low", "high") if e[k] is not None]
    scale = scale_around_zero(metric, max(abs(end) for end in ends))
    points = tuple(
        _point(metric, entry, scale, TOP + i * ROW, series) for i, entry in enumerate(entries)
    )
    a, b = entries[0]["a"], entries[0]["b"]
    left, right = (b, a) if METRICS[metric].better == "higher" else (a, b)
    return Forest(
        f"{label(metric)}: {a} minus {b}", f"{left} better", f"{right} better", scale.x(0.0),
        scale.ticks(), points, TOP + len(points) * ROW + FOOT,
        f"{label(metric)}, {a} minus {b}. " + "; ".join(f"{p.label}: {p.text}" for p in points),
    )  # fmt: skip


def _point(
    metric: str, entry: Mapping[str, Any], scale: Scale, y: int, series: Mapping[str, int]
) -> Point:
    value, low, high = entry["difference"], entry["low"], entry["high"]
    words = difference(metric, entry)
    return Point(
        y, str(entry["condition"]), None if value is None else scale.x(value),
        None if low is None else scale.x(low), None if high is None else scale.x(high),
        str(words), words.n, _favoured(metric, entry, series),
    )  # fmt: skip


def _favoured(metric: str, entry: Mapping[str, Any], series: Mapping[str, int]) -> int:
    low, high = entry["low"], entry["high"]
    if low is None or high is None or low <= 0 <= high:
        return 0
    a_is_better = (low > 0) == (METRICS[metric].better == "higher")
    return series.get(entry["a"] if a_is_better else entry["b"], 0)
