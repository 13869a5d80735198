"""Axes of the charts: round ticks, and where a value stands between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sandbox.experiments.figures import difference, plain_value

WIDTH = 560
"""Of every chart, in its own units; the page scales it."""
PLOT_LEFT, PLOT_RIGHT = 150, 420
"""Labels stand left of the plot, figures right of it."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    x: float
    text: str


@dataclass(frozen=True)
class Scale:
    """A linear axis from *low* to *high*."""

    low: float
    high: float
    step: float

    def x(self, value: float) -> float:
        """Where *value* stands, kept inside the plot."""
        share = (value - self.low) / (self.high - self.low)
        return round(PLOT_LEFT + min(1.0, max(0.0, share)) * (PLOT_RIGHT - PLOT_LEFT), 1)

    def values(self) -> list[float]:
        """The values of the ticks, from low to high."""
        count = round((self.high - self.low) / self.step)
        return [round(self.low + i * self.step, 10) for i in range(count + 1)]


def scale_from_zero(metric: str, largest: float) -> Scale:
    """An axis for figures from 0 to *largest*; the success rate always has its whole range."""
    if metric == "success_rate":
        return Scale(0.0, 1.0, 0.25)
    step = _round_step((largest or 1.0) / 4)
    return Scale(0.0, step * max(1, math.ceil(round(largest / step, 9))), step)


def scale_around_zero(largest: float) -> Scale:
    """An axis for differences, as wide to both sides."""
    step = _round_step((largest or 1.0) / 2)
    end = step * max(1, math.ceil(round(largest / step, 9)))
    return Scale(-end, end, step)


def ticks(scale: Scale, metric: str) -> list[Tick]:
    """The marks of an axis of *metric*."""
    return [Tick(scale.x(v), plain_value(metric, v)) for v in scale.values()]


def signed_ticks(scale: Scale, metric: str) -> list[Tick]:
    """The marks of an axis of differences of *metric*."""
    return [Tick(scale.x(v), _signed(metric, v)) for v in scale.values()]


def _signed(metric: str, value: float) -> str:
    return difference(metric, {"difference": value, "low": None, "high": None, "n": 0}).value


def _round_step(rough: float) -> float:
    """The next of 1, 2, 2.5, 5 times a power of ten."""
    power = 10.0 ** math.floor(math.log10(rough))
    for factor in (1.0, 2.0, 2.5, 5.0):
        if rough <= factor * power * (1 + 1e-9):
            return factor * power
    return 10.0 * power
