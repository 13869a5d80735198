import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sandbox.agents.reference.plain import hello_careful, hello_naive
from sandbox.errors import MissingExtra, UsageError
from sandbox.experiments.records import Outcome
from sandbox.experiments.results import Results
from sandbox.experiments.runner import run


@pytest.fixture(scope="module")
def results(spec_of: Any, tmp_path_factory: pytest.TempPathFactory) -> Results:
    path = "sandbox.agents.reference.plain:"
    spec = spec_of(
        agents=[{"name": n, "path": f"{path}hello_{n}"} for n in ("careful", "naive")],
        conditions=[{"name": "tool_timeouts", "faults": "tool_timeouts"}],
        episodes=4,
        gates=[{"metric": "success_rate", "agent": "naive", "min": 0.9}],
    )
    own = {"careful": hello_careful, "naive": hello_naive}
    return run(spec, agents=own, out="out", cwd=tmp_path_factory.mktemp("results"))


def test_results_are_read_back_as_they_were_made(results: Results) -> None:
    assert Results.load(str(results.path)) == results


def test_the_folder_is_as_the_contract_says(results: Results) -> None:
    names = {p.name for p in results.path.iterdir()}
    assert names == {
        "summary.json", "episodes.jsonl", "conversations.jsonl", "traces", "report.html",
        "junit.xml", "experiment.json",
    }  # fmt: skip
    assert results.report == results.path / "report.html"
    summary = json.loads((results.path / "summary.json").read_text())
    assert summary == results.summary
    assert set(summary) >= {
        "schema_version", "sandbox_version", "spec", "seed", "prices_as_of", "verdict", "gates",
        "cells", "paired", "digest",
    }  # fmt: skip
    for cell in summary["cells"]:
        assert set(cell) >= {
            "id", "agent", "model", "world", "persona", "faults", "oversight", "condition",
            "episodes", "invalid", "metrics",
        }  # fmt: skip
        for estimate in cell["metrics"].values():
            assert set(estimate) == {"value", "low", "high", "n"}
    for pair in summary["paired"]:
        assert set(pair) >= {"a", "b", "metric", "difference", "low", "high", "n"}
    for line in (results.path / "episodes.jsonl").read_text().splitlines():
        assert set(json.loads(line)) >= {
            "id", "cell", "seed", "verdict", "outcome", "effects", "loops", "cost_usd", "steps",
            "sim_s", "trace_digest", "schedule_digest", "replay",
        }  # fmt: skip
    traces = {p.stem for p in (results.path / "traces").iterdir()}
    assert traces == {e.id for e in results.episodes}


def test_a_failed_gate_is_exit_code_1(results: Results) -> None:
    assert results.exit_code == 1


def test_the_worst_come_first_and_only_failures(results: Results) -> None:
    worst = results.worst(3)
    assert worst
    assert {u.agent for u in worst} == {"naive"}
    assert worst[0].outcome == "harmful"
    assert len(results.worst(1)) == 1


def test_the_worst_of_each_condition_come_before_the_next_of_one(results: Results) -> None:
    [episode, *_] = [e for e in results.episodes if e.verdict == "fail"]
    [unit] = episode.conversations
    ends: list[tuple[str, Outcome]] = [
        ("a", "harmful"), ("a", "harmful"), ("b", "incomplete"), ("c", "crashed"),
    ]  # fmt: skip
    others = [
        replace(unit, condition=name, outcome=outcome, id=f"c{n}")
        for n, (name, outcome) in enumerate(ends)
    ]
    some = replace(results, episodes=(replace(episode, conversations=tuple(others)),))
    assert [u.condition for u in some.worst(4)] == ["a", "c", "b", "a"]


def test_metrics_by_cell(results: Results) -> None:
    rates = results.metric("success_rate")
    assert rates["careful", "tool_timeouts"]["value"] == 1.0
    assert rates["naive", "tool_timeouts"]["value"] < 1.0


def test_a_frame_has_one_row_per_conversation(results: Results) -> None:
    frame = results.to_frame()
    assert len(frame) == 8
    by_agent = frame.groupby("agent")["incorrect_writes"].sum()
    assert by_agent["careful"] == 0
    assert by_agent["naive"] > 0
    assert frame["success"].sum() == sum(c.outcome == "success" for c in results.conversations)


def test_without_pandas_a_frame_says_what_to_install(
    results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pandas", None)
    with pytest.raises(MissingExtra, match=r"agent-windtunnel\[notebooks\]"):
        results.to_frame()


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a results folder"):
        Results.load(tmp_path)
