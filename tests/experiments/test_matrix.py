"""The matrix: numbers outermost, and everything of one number shared across its cells."""

from __future__ import annotations

from typing import Any

from sandbox.experiments.matrix import episodes
from sandbox.experiments.spec import AgentEntry, Condition, ExperimentSpec, Traffic

TASKS = ["t1", "t2", "t3"]


def spec(**changes: Any) -> ExperimentSpec:
    fields: dict[str, Any] = {
        "id": "x", "title": "X", "world": "w",
        "agents": [AgentEntry(name=n, path=f"m:{n}") for n in ("naive", "hardened")],
        "conditions": [Condition(name="calm"), Condition(name="bad", faults="f")],
        "episodes": 5, "personas": ["p1", "p2", "p3"],
    }  # fmt: skip
    return ExperimentSpec(**{**fields, **changes})


def test_a_run_that_is_cut_short_has_all_cells_equally_far() -> None:
    plans = episodes(spec(), TASKS)
    assert len(plans) == 20
    assert [p.id for p in plans[:5]] == [
        "naive-calm-0001", "hardened-calm-0001", "naive-bad-0001", "hardened-bad-0001",
        "naive-calm-0002",
    ]  # fmt: skip
    assert plans[0].cell == "naive/calm"


def test_episodes_of_one_number_share_seed_task_and_person() -> None:
    by_number: dict[int, set[tuple[int, str, str]]] = {}
    for plan in episodes(spec(), TASKS):
        by_number.setdefault(plan.number, set()).add((plan.seed, plan.task, plan.persona))
    assert all(len(shared) == 1 for shared in by_number.values())
    seeds = {seed for shared in by_number.values() for seed, _, _ in shared}
    assert len(seeds) == 5
    assert all(seed < 2**48 for seed in seeds), "exact in JSON everywhere"


def test_tasks_come_in_turn() -> None:
    plans = episodes(
        spec(agents=[AgentEntry(name="a", path="m:a")], conditions=[Condition(name="c")]), TASKS
    )
    assert [p.task for p in plans] == ["t1", "t2", "t3", "t1", "t2"]


def test_more_episodes_or_another_condition_change_none_that_were_there() -> None:
    few = {p.id: p for p in episodes(spec(), TASKS)}
    more = {p.id: p for p in episodes(spec(episodes=9), TASKS)}
    other = spec(conditions=[Condition(name="new"), *spec().conditions])
    assert few.items() <= more.items()
    assert few.items() <= {p.id: p for p in episodes(other, TASKS)}.items()


def test_another_seed_is_another_experiment() -> None:
    assert [p.seed for p in episodes(spec(), TASKS)] != [
        p.seed for p in episodes(spec(seed=2), TASKS)
    ]


def test_a_condition_brings_its_own_people() -> None:
    attacked = Condition(name="attack", personas=["evil", "worse"])
    plans = episodes(spec(conditions=[Condition(name="calm"), attacked], episodes=30), TASKS)
    assert {p.persona for p in plans if p.condition == "calm"} == {"p1", "p2", "p3"}
    assert {p.persona for p in plans if p.condition == "attack"} == {"evil", "worse"}


def test_without_people_the_default_comes_and_traffic_draws_its_own_tasks() -> None:
    plans = episodes(spec(personas=[], traffic=Traffic()), TASKS, default_persona="regular")
    assert {p.persona for p in plans} == {"regular"}
    assert {p.task for p in plans} == {""}
