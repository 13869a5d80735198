"""The summary: a verdict, figures per cell, pairs, gates, and one digest over all of it."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.experiments.records import ConversationResult, EpisodeResult
from sandbox.experiments.spec import AgentEntry, Condition, ExperimentSpec, Gate
from sandbox.experiments.summary import exit_code, summarise


def unit(**changes: Any) -> ConversationResult:
    fields: dict[str, Any] = {
        "id": "c1", "episode": "e1", "cell": "a/calm", "task": "t", "persona": "p", "agent": "a",
        "condition": "calm", "number": 1, "verdict": "pass", "outcome": "success", "sentence": "",
    }  # fmt: skip
    return ConversationResult(**{**fields, **changes})


def episode(*units: ConversationResult, **changes: Any) -> EpisodeResult:
    fields: dict[str, Any] = {
        "id": units[0].episode, "cell": units[0].cell, "seed": 7, "verdict": units[0].verdict,
        "outcome": units[0].outcome, "steps": 3, "cost_usd": 0.1, "sim_s": 60.0,
        "trace_digest": "t1", "schedule_digest": "s1", "replay": "sandbox replay r e1",
    }  # fmt: skip
    return EpisodeResult(conversations=units, **{**fields, **changes})


def spec(**changes: Any) -> ExperimentSpec:
    fields: dict[str, Any] = {
        "id": "x", "title": "X", "world": "w",
        "agents": [AgentEntry(name=n, path=f"m:{n}") for n in ("a", "b", "c")],
        "conditions": [Condition(name="calm"), Condition(name="bad", faults=["f", "g"])],
    }  # fmt: skip
    return ExperimentSpec(**{**fields, **changes})


def run(**changes: Any) -> list[EpisodeResult]:
    """Three agents in two conditions, two numbers each; b fails in the bad one."""
    found = []
    for agent in "abc":
        for condition in ("calm", "bad"):
            for number in (1, 2):
                fails = agent == "b" and condition == "bad"
                one = unit(
                    agent=agent, condition=condition, number=number, cell=f"{agent}/{condition}",
                    episode=f"{agent}-{condition}-{number}",
                    verdict="fail" if fails else "pass", outcome="harmful" if fails else "success",
                )  # fmt: skip
                found.append(episode(one, **changes))
    return found


def summary(
    the_spec: ExperimentSpec | None = None, episodes: list[EpisodeResult] | None = None,
    *, complete: bool = True,
) -> dict[str, Any]:  # fmt: skip
    return summarise(
        the_spec or spec(), run() if episodes is None else episodes, version="1.0",
        prices_as_of="2026-11-01", complete=complete,
    )  # fmt: skip


def test_it_has_the_keys_that_other_programs_rely_on() -> None:
    found = summary()
    assert {
        "schema_version", "sandbox_version", "spec", "seed", "prices_as_of", "verdict", "gates",
        "cells", "paired", "digest",
    } <= set(found)  # fmt: skip
    assert (found["schema_version"], found["spec"], found["episodes"]) == (1, "x", 12)
    cell = found["cells"][1]
    assert {"id", "agent", "model", "world", "persona", "faults", "oversight", "condition",
            "episodes", "invalid", "metrics"} <= set(cell)  # fmt: skip
    assert (cell["id"], cell["faults"], cell["persona"]) == ("a/bad", "f, g", "patient_regular")
    assert cell["metrics"]["success_rate"]["value"] == 1
    assert set(cell["metrics"]["success_rate"]) == {"value", "low", "high", "n"}


def test_a_cell_that_never_ran_is_null_and_not_left_out() -> None:
    found = summary(episodes=[e for e in run() if e.cell != "c/bad"])
    cell = next(c for c in found["cells"] if c["id"] == "c/bad")
    assert cell["episodes"] == 0
    assert cell["metrics"]["success_rate"]["value"] is None


def test_the_first_two_agents_are_paired_or_those_that_the_spec_names() -> None:
    pairs = {(p["a"], p["b"]) for p in summary()["paired"]}
    assert pairs == {("a", "b")}
    found = summary(spec(compare=["c", "b"]))["paired"]
    assert {(p["a"], p["b"], p["condition"]) for p in found} == {
        ("c", "b", "calm"),
        ("c", "b", "bad"),
    }
    bad = next(p for p in found if p["condition"] == "bad" and p["metric"] == "success_rate")
    assert (bad["difference"], bad["n"]) == (1.0, 2)
    assert summary(spec(agents=[AgentEntry(name="a", path="m:a")]), [])["paired"] == []


@pytest.mark.parametrize(
    ("gates", "invalid", "verdict", "code"),
    [
        ([], 0, "pass", 0),
        ([Gate(metric="success_rate", agent="a", min=0.9)], 0, "pass", 0),
        ([Gate(metric="success_rate", min=0.9)], 0, "fail", 1),
        ([Gate(metric="success_rate", min=0.9)], 1, "invalid", 3),
        ([Gate(metric="attack_effected_rate", max=0.0)], 0, "pass", 0),
    ],
)
def test_gates_and_the_share_of_invalid_episodes_decide(
    gates: list[Gate], invalid: int, verdict: str, code: int
) -> None:
    episodes = run()
    for n in range(invalid):
        broken = unit(verdict="invalid", outcome="incomplete", episode=f"x{n}")
        episodes.append(episode(broken, verdict="invalid"))
    found = summary(spec(gates=gates), episodes)
    assert (found["verdict"], exit_code(found)) == (verdict, code)


def test_just_as_many_invalid_episodes_as_allowed_are_allowed() -> None:
    broken = episode(unit(verdict="invalid", outcome="incomplete", episode="x"), verdict="invalid")
    episodes = [*run()[:3], broken]
    assert summary(spec(invalid_rate_max=0.25), episodes)["verdict"] == "pass"
    assert summary(spec(invalid_rate_max=0.24), episodes)["verdict"] == "invalid"


def test_nothing_run_is_invalid_and_a_part_is_interrupted() -> None:
    assert summary(episodes=[])["verdict"] == "invalid"
    assert exit_code(summary(complete=False)) == 130


def test_the_digest_moves_with_every_trace_schedule_and_figure_and_with_nothing_else() -> None:
    digest = summary()["digest"]
    assert summary(episodes=run(real_s=9.0))["digest"] == digest, "real time is in no proof"
    moved = [run(trace_digest="t2"), run(schedule_digest="s2"), run()[:-1], run(seed=8)]
    digests = {summary(episodes=episodes)["digest"] for episodes in moved}
    assert digest not in digests
    assert len(digests) == 4
    assert summary(spec(seed=2))["digest"] != digest


def test_a_cell_in_which_nothing_could_be_graded_lets_no_run_pass() -> None:
    lost = unit(verdict="invalid", condition="bad", cell="a/bad", episode="e2", invalid="why")
    found = summary(spec(invalid_rate_max=0.9), [episode(unit()), episode(lost)])
    assert found["verdict"] == "invalid"
    assert exit_code(found) == 3


def test_an_agent_that_only_crashes_lets_no_run_pass() -> None:
    broken = unit(verdict="fail", outcome="crashed")
    found = summary(spec(), [episode(broken)])
    assert found["gates"] == []
    assert (found["verdict"], exit_code(found)) == ("fail", 1)
