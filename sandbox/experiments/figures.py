"""Figures as people read them: `83 % [67-92]`, `$0.012`, `4.2 min`, a dash where undefined."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

EN_DASH, MINUS = "\N{EN DASH}", "\N{MINUS SIGN}"
UNDEFINED = EN_DASH
LABELS = {
    "success_rate": "success",
    "incorrect_write_rate": "incorrect writes",
    "harmful_rate": "harmful conversations",
    "policy_violation_rate": "policy violations",
    "loop_rate": "loops",
    "runaway_rate": "runaways",
    "recovery_rate": "recovery",
    "cost_usd_per_success": "cost per success",
    "cost_usd_mean": "mean cost",
    "latency_s_p95": "p95 latency",
    "steps_mean": "mean steps",
    "attack_effected_rate": "attacks effected",
}
"""The words for a metric in a heading; `label` has one for every metric."""
_SHARES = ("success_rate", "pass_hat_k", "trace_completeness")


@dataclass(frozen=True)
class Figure:
    """One estimate in words: its value, its 95 % interval (empty where there is none), its n."""

    value: str
    interval: str
    n: int

    def __str__(self) -> str:
        return f"{self.value} {self.interval}".rstrip()


def label(metric: str) -> str:
    """What a metric is called in a heading."""
    return LABELS.get(metric, metric.replace("_", " "))


def figure(metric: str, estimate: Mapping[str, Any]) -> Figure:
    """One metric of summary.json in words."""
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    n = int(estimate["n"] or 0)
    if value is None:
        return Figure(UNDEFINED, "", n)
    text, unit = _scale(metric, (value, low, high))
    shown = f"${text(value)}" if unit == "$" else f"{text(value)} {unit}".rstrip()
    if low is None or high is None:
        return Figure(shown, "", n)
    return Figure(shown, f"[{text(low)}{EN_DASH}{text(high)}]", n)


def difference(metric: str, entry: Mapping[str, Any]) -> Figure:
    """A paired difference in words: `-42 pp [-58, -25]` (percentage points)."""
    value, low, high = entry["difference"], entry["low"], entry["high"]
    n = int(entry["n"] or 0)
    if value is None:
        return Figure(UNDEFINED, "", n)
    text, unit = _scale(metric, (value, low, high))
    money, unit = ("$", "") if unit == "$" else ("", "pp" if unit == "%" else unit)

    def signed(number: float, money: str = "") -> str:
        digits = text(abs(number))
        zero = not any(d in "123456789" for d in digits)
        return f"{'' if zero else MINUS if number < 0 else '+'}{money}{digits}"

    interval = "" if low is None or high is None else f"[{signed(low)}, {signed(high)}]"
    return Figure(f"{signed(value, money)} {unit}".rstrip(), interval, n)


def plain_value(metric: str, value: float | None) -> str:
    """A bare value of *metric* with its unit: an axis tick, a gate's bound."""
    return figure(metric, {"value": value, "low": None, "high": None, "n": 0}).value


def is_rate(metric: str) -> bool:
    """Whether *metric* lies between 0 and 1."""
    return metric.endswith("_rate") or metric in _SHARES


def usd(value: float) -> str:
    """An amount in US dollars, `$0.0123`."""
    return plain_value("cost_usd_mean", value)


def duration(seconds: float) -> str:
    """A stretch of time in the unit that suits it: `42.1 s`, `12.4 min`, `3.2 h`."""
    return plain_value("latency_s_p50", seconds)


def time_unit(largest_s: float) -> tuple[float, str]:
    """The unit that suits times up to *largest_s*: its seconds, and its name."""
    if largest_s < 100:
        return 1.0, "s"
    return (60.0, "min") if largest_s < 6000 else (3600.0, "h")


def _scale(metric: str, values: tuple[float | None, ...]) -> tuple[Callable[[float], str], str]:
    """How numbers of *metric* are written, and their unit: one for a value and its interval."""
    largest = max(abs(v) for v in values if v is not None)
    value = abs(values[0] or 0.0)
    if is_rate(metric):
        return _percent, "%"
    if metric.startswith("cost_usd"):
        digits = 2 if value >= 1 else 3 if value >= 0.01 else 4
        return (lambda v: f"{v:,.{digits}f}"), "$"
    if metric.startswith("latency_s"):
        size, unit = time_unit(largest)
        return (lambda v: f"{v / size:.1f}"), unit
    return (lambda v: f"{v:,.1f}"), ""


def _percent(share: float) -> str:
    """Whole per cents, but one digit where a whole one would say 0 or 100 and not mean it."""
    whole = f"{100 * share:.0f}"
    honest = whole not in ("0", "100") or share in (0.0, 1.0)
    return whole if honest else f"{100 * share:.1f}"
