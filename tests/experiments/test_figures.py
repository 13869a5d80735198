# ruff: noqa: RUF001 - the dashes and minus signs that figures are written with
from typing import Any

import pytest

from sandbox.experiments.figures import difference, duration, figure, label, plain_value, usd
from sandbox.experiments.metrics import METRICS


def estimate(
    value: float | None, low: float | None, high: float | None, n: int = 30
) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high, "n": n}


@pytest.mark.parametrize(
    ("metric", "value", "words"),
    [
        ("success_rate", (0.8333, 0.67, 0.92), "83 % [67–92]"),
        ("success_rate", (1.0, 0.91, 1.0), "100 % [91–100]"),
        ("loop_rate", (0.004, 0.0007, 0.022), "0.4 % [0.1–2]"),
        ("success_rate", (0.996, 0.978, 0.9993), "99.6 % [98–99.9]"),
        ("cost_usd_per_success", (0.0421, 0.0388, 0.0467), "$0.042 [0.039–0.047]"),
        ("cost_usd_mean", (0.00421, None, None), "$0.0042"),
        ("cost_usd_mean", (1234.5, None, None), "$1,234.50"),
        ("latency_s_p95", (42.13, 40.0, 51.9), "42.1 s [40.0–51.9]"),
        ("latency_s_p95", (90.0, 80.0, 130.0), "1.5 min [1.3–2.2]"),
        ("latency_s_p99", (11520.0, None, None), "3.2 h"),
        ("steps_mean", (7.25, 6.0, 8.5), "7.2 [6.0–8.5]"),
    ],
)
def test_a_figure_reads_as_people_write_it(metric: str, value: Any, words: str) -> None:
    assert str(figure(metric, estimate(*value))) == words


def test_an_undefined_figure_is_a_dash() -> None:
    assert str(figure("recovery_rate", estimate(None, None, None, 0))) == "–"
    assert plain_value("loop_rate", None) == "–"


def test_a_figure_carries_its_n() -> None:
    assert figure("success_rate", estimate(0.5, 0.2, 0.8, 12)).n == 12


@pytest.mark.parametrize(
    ("metric", "entry", "words"),
    [
        ("success_rate", (-0.42, -0.58, -0.25), "−42 pp [−58, −25]"),
        ("incorrect_write_rate", (0.12, -0.01, 0.2), "+12 pp [−1, +20]"),
        ("cost_usd_mean", (-0.0123, -0.02, 0.0), "−$0.012 [−0.020, 0.000]"),
        ("steps_mean", (3.0, None, None), "+3.0"),
        ("success_rate", (None, None, None), "–"),
        ("success_rate", (0.0, 0.0, 0.0), "0 pp [0, 0]"),
    ],
)
def test_a_difference_is_signed_and_in_percentage_points(
    metric: str, entry: Any, words: str
) -> None:
    value, low, high = entry
    told = difference(metric, {"difference": value, "low": low, "high": high, "n": 5})
    assert str(told) == words


def test_every_metric_has_a_label_in_words() -> None:
    assert all("_" not in label(name) for name in METRICS)
    assert label("success_rate") == "success"


def test_money_and_time_stand_alone_too() -> None:
    assert (usd(0.5), duration(61.0), duration(600.0)) == ("$0.500", "61.0 s", "10.0 min")
