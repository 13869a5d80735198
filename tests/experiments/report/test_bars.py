from sandbox.experiments.report.bars import bar_panels, conditions_of, series_of
from sandbox.experiments.report.scale import PLOT_LEFT, PLOT_RIGHT
from sandbox.experiments.results import Results


def test_each_key_metric_has_a_panel_with_a_group_per_condition(results: Results) -> None:
    panels = bar_panels(results.summary)
    assert [p.title for p in panels] == [
        "success", "incorrect writes", "policy violations", "loops", "cost per success",
        "p95 latency",
    ]  # fmt: skip
    for panel in panels:
        assert [g.label for g in panel.groups] == conditions_of(results.summary)
        assert all([b.agent for b in g.bars] == ["naive", "hardened"] for g in panel.groups)


def test_a_bar_ends_at_its_value_between_the_ends_of_its_interval(results: Results) -> None:
    cell = results.summary["cells"][1]
    estimate = cell["metrics"]["success_rate"]
    bar = next(
        b for g in bar_panels(results.summary)[0].groups if g.label == cell["condition"]
        for b in g.bars if b.agent == cell["agent"]
    )  # fmt: skip
    assert bar.x is not None
    assert bar.x == round(PLOT_LEFT + estimate["value"] * (PLOT_RIGHT - PLOT_LEFT), 1)
    assert bar.low is not None
    assert bar.high is not None
    assert bar.low < bar.x < bar.high
    assert bar.n == estimate["n"]


def test_bars_do_not_overlap_and_stay_inside_the_panel(results: Results) -> None:
    for panel in bar_panels(results.summary):
        tops = [b.y for g in panel.groups for b in g.bars]
        assert tops == sorted(set(tops))
        assert tops[-1] < panel.height - 30


def test_an_undefined_figure_has_no_bar_and_an_undefined_metric_no_panel(
    results: Results,
) -> None:
    nothing = {"value": None, "low": None, "high": None, "n": 0}
    cells = [
        {**c, "metrics": {**c["metrics"], "loop_rate": nothing}} for c in results.summary["cells"]
    ]
    cells[0]["metrics"] = {**cells[0]["metrics"], "success_rate": nothing}
    panels = bar_panels({**results.summary, "cells": cells})
    assert "loops" not in [p.title for p in panels]
    first = panels[0].groups[0].bars[0]
    assert (first.x, first.low, first.text) == (None, None, "\N{EN DASH}")


def test_the_chart_is_told_in_words_too(results: Results) -> None:
    spoken = bar_panels(results.summary)[0].spoken
    assert spoken.startswith("success. no_fault: naive 98 %")
    assert "tool_timeouts: naive" in spoken


def test_agents_are_numbered_in_the_order_of_the_experiment(results: Results) -> None:
    assert series_of(results.summary) == {"naive": 1, "hardened": 2}
