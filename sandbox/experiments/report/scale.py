"""Axes of the charts: round ticks, and where a value stands between them."""

from __future__ import annotations

import math
from dataclasses import dataclass

from sandbox.experiments.figures import MINUS, is_rate, time_unit

PLOT_LEFT, PLOT_RIGHT = 150, 400
"""Labels stand left of the plot, figures right of it."""


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    x: float
    text: str


@dataclass(frozen=True)
class Scale:
    """A linear axis of *metric* from *low* to *high*, with a tick at each *step*."""

    metric: str
    low: float
    high: float
    step: float

    def x(self, value: float) -> float:
        """Where *value* stands, kept inside the plot."""
        share = (value - self.low) / (self.high - self.low)
        return round(PLOT_LEFT + min(1.0, max(0.0, share)) * (PLOT_RIGHT - PLOT_LEFT), 1)

    def ticks(self) -> tuple[Tick, ...]:
        """The marks of the axis."""
        count = round((self.high - self.low) / self.step)
        values = (round(self.low + i * self.step, 10) for i in range(count + 1))
        return tuple(Tick(self.x(v), self._text(v)) for v in values)

    def _text(self, value: float) -> str:
        size, unit = _unit(self.metric, self.high)
        sign = MINUS if value < 0 else "+" if value > 0 and self.low < 0 else ""
        number = f"{abs(value) / size:g}"
        if unit == "$":
            return f"{sign}${number}"
        unit = "pp" if unit == "%" and self.low < 0 else unit
        return f"{sign}{number} {unit}".rstrip()


def scale_from_zero(metric: str, largest: float) -> Scale:
    """An axis for figures from 0 to *largest*; the success rate always has its whole range."""
    if metric == "success_rate":
        return Scale(metric, 0.0, 1.0, 0.25)
    step = _step(metric, largest, 4)
    return Scale(metric, 0.0, _end(largest, step), step)


def scale_around_zero(metric: str, largest: float) -> Scale:
    """An axis for differences, as wide to both sides."""
    step = _step(metric, largest, 2)
    end = _end(largest, step)
    return Scale(metric, -end, end, step)


def _unit(metric: str, largest: float) -> tuple[float, str]:
    """What one of the axis's unit is worth, and its name."""
    if is_rate(metric):
        return 0.01, "%"
    if metric.startswith("latency_s"):
        return time_unit(largest)
    return 1.0, "$" if metric.startswith("cost_usd") else ""


def _step(metric: str, largest: float, count: int) -> float:
    """A round step, about *count* of which reach *largest*."""
    size = _unit(metric, largest)[0]
    rough = (largest or size) / size / count
    power = 10.0 ** math.floor(math.log10(rough))
    factors = (1.0, 2.0, 2.5, 5.0, 10.0)
    return size * power * next(f for f in factors if rough <= f * power * (1 + 1e-9))


def _end(largest: float, step: float) -> float:
    """The first tick that is not below *largest*."""
    return step * max(1, math.ceil(round(largest / step, 9)))
