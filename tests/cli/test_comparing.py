# ruff: noqa: RUF001 - the minus sign that differences are written with
import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.cli.comparing import CHANGED_MAX, compare_command
from sandbox.experiments.comparing import Changed, Comparison
from sandbox.experiments.paired import Difference
from sandbox.experiments.statistics import Estimate


def less_success(low: float, high: float) -> Difference:
    estimate = Estimate(-0.25, low, high, 40)
    return Difference("after", "before", "no_fault", "success_rate", estimate)


UNCHANGED = Difference("after", "before", "no_fault", "loop_rate", Estimate(0.0, -0.1, 0.1, 40))
HARM = Changed("naive-no_fault-0003 c1", "success", "harmful", "naive paid ch_1 twice.\x1b[2J")


def compared(
    monkeypatch: pytest.MonkeyPatch, *found: Difference, as_json: bool = False, **changes: Any
) -> int:
    """Run the command on a comparison with these differences in its one cell."""
    given: dict[str, Any] = {
        "a": "before", "b": "after", "identical": False, "cells": {"naive/no_fault": list(found)},
        "changed": [], "only_a": [], "only_b": [],
    } | changes  # fmt: skip
    monkeypatch.setattr("sandbox.cli.comparing.compare", lambda *_: Comparison(**given))
    return compare_command(Path("before"), Path("after"), as_json=as_json)


def test_what_is_worse_with_its_whole_interval_is_called_so_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(monkeypatch, less_success(-0.4, -0.1), UNCHANGED) == 1
    assert capsys.readouterr().out == (
        "after minus before, in pairs of one task and seed\n"
        "\n"
        "naive/no_fault\n"
        "  success  −25 pp [−40, −10] of 40 pairs: worse\n"
    )


def test_what_may_be_chance_is_told_and_ends_with_0(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(monkeypatch, less_success(-0.6, 0.1)) == 0
    assert "worse" not in capsys.readouterr().out


def test_a_run_like_the_other_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(monkeypatch, UNCHANGED, identical=True) == 0
    assert capsys.readouterr().out == "identical: every event of every episode is the same\n"


def test_other_events_with_the_same_figures_are_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(monkeypatch, UNCHANGED)
    assert capsys.readouterr().out.endswith("no metric differs\n")


def test_conversations_that_ended_otherwise_are_named_some_of_many(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(monkeypatch, UNCHANGED, changed=[HARM] * (CHANGED_MAX + 2))
    lines = capsys.readouterr().out.splitlines()
    told = "naive-no_fault-0003 c1: success -> harmful: naive paid ch_1 twice.\\x1b[2J"
    assert lines.count(told) == CHANGED_MAX
    assert lines[-1] == "... and 2 more conversations with another outcome (--json shows all)"


def test_cells_that_only_one_run_has_are_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    compared(monkeypatch, UNCHANGED, only_a=["x/calm"], only_b=["y/calm", "z/calm"])
    assert capsys.readouterr().out.splitlines()[-2:] == [
        "only before: x/calm", "only after: y/calm, z/calm",
    ]  # fmt: skip


def test_json_holds_everything_and_nothing_else_is_printed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compared(monkeypatch, less_success(-0.4, -0.1), changed=[HARM], as_json=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert told["cells"]["naive/no_fault"][0]["difference"] == -0.25
    assert told["worse"][0]["metric"] == "success_rate"
    assert told["changed"][0]["now"] == "harmful"
