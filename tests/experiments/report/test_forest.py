from typing import Any

from sandbox.experiments.report.forest import forest_panels
from sandbox.experiments.results import Results


def summary_with(metric: str, difference: Any, low: Any, high: Any) -> dict[str, Any]:
    entry = {"a": "naive", "b": "hardened", "condition": "x", "metric": metric, "n": 9,
             "difference": difference, "low": low, "high": high}  # fmt: skip
    return {"cells": [{"agent": "naive"}, {"agent": "hardened"}], "paired": [entry]}


def test_a_point_lies_where_the_summary_says(results: Results) -> None:
    panel = forest_panels(results.summary)[0]
    entry = next(
        p for p in results.summary["paired"]
        if (p["metric"], p["condition"]) == ("success_rate", "tool_timeouts")
    )  # fmt: skip
    point = next(p for p in panel.points if p.label == "tool_timeouts")
    assert entry["difference"] < 0
    assert point.x is not None
    assert point.low is not None
    assert point.high is not None
    assert point.low < point.x < point.high < panel.zero
    assert point.n == entry["n"]


def test_an_interval_beside_zero_favours_the_better_agent() -> None:
    for metric, sign, favoured in (
        ("success_rate", 1, 1), ("success_rate", -1, 2), ("loop_rate", 1, 2), ("loop_rate", -1, 1),
    ):  # fmt: skip
        low, high = sorted((sign * 0.1, sign * 0.3))
        [panel] = forest_panels(summary_with(metric, sign * 0.2, low, high))
        assert panel.points[0].series == favoured, (metric, sign)


def test_an_interval_over_zero_favours_nobody() -> None:
    for low, high in ((-0.1, 0.2), (0.0, 0.2), (None, None)):
        [panel] = forest_panels(summary_with("success_rate", 0.05, low, high))
        assert panel.points[0].series == 0


def test_the_sides_say_which_agent_is_better_there() -> None:
    [panel] = forest_panels(summary_with("success_rate", 0.2, 0.1, 0.3))
    assert (panel.left, panel.right) == ("hardened better", "naive better")
    [panel] = forest_panels(summary_with("incorrect_write_rate", 0.2, 0.1, 0.3))
    assert (panel.left, panel.right) == ("naive better", "hardened better")


def test_one_agent_alone_and_undefined_differences_make_no_chart() -> None:
    assert forest_panels({"cells": [], "paired": []}) == []
    assert forest_panels(summary_with("loop_rate", None, None, None)) == []
