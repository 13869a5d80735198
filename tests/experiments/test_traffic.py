import gc
import json
from collections import Counter
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

import pytest

from sandbox.experiments.bench import Bench
from sandbox.experiments.matrix import EpisodePlan, episodes
from sandbox.experiments.records import EpisodeResult
from sandbox.experiments.stage import Stage

NUMBERS = 1_000_000


class Watched(Bench):
    """Keeps the stage of the last episode, and counts what stands on it."""

    stages: list[Stage]
    at_once: int
    taken: Set[str] = frozenset()
    """Records that nobody may be about."""

    def _stage(self, *args: Any) -> Stage:
        stage = super()._stage(*args)
        self.stages = [stage]
        stage.taken |= self.taken
        self.at_once = 0
        return stage

    def session(self, stage: Stage, *args: Any) -> Any:
        self.at_once = max(self.at_once, len(stage.running) + 1)
        return super().session(stage, *args)


@pytest.fixture(scope="module")
def make(spec_of: Any, setup_of: Any) -> Callable[..., Watched]:
    def bench(*agents: str, folder: Path | None = None, **fields: Any) -> Watched:
        fields.setdefault("traffic", {"duration_h": 12, "arrivals_per_day": 80})
        return Watched(setup_of(spec_of(*agents, **fields), folder))

    return bench


def play(bench: Bench, agent: str = "") -> EpisodeResult:
    plans = episodes(bench.setup.spec, [""])
    return bench.run(next(p for p in plans if p.agent == (agent or p.agent)))


def outcomes(episode: EpisodeResult) -> Counter[str]:
    return Counter(u.outcome for u in episode.conversations)


def test_a_day_of_traffic_overlaps_on_shared_systems_and_reproduces(
    make: Callable[..., Watched], tmp_path: Path
) -> None:
    bench = make("good", folder=tmp_path)
    day = play(bench)
    assert len(day.conversations) > 20
    assert bench.at_once > 1
    assert day.verdict == "pass", day.detail
    assert [u.number for u in day.conversations] == [
        NUMBERS + k for k in range(1, len(day.conversations) + 1)
    ]
    orders = [
        e["args"] for e in told(tmp_path, day)
        if e["type"] == "tool_call" and e["tool"] == "stripe_create_refund"
    ]  # fmt: skip
    assert len({json.dumps(o, sort_keys=True) for o in orders}) == len(orders), "nobody shares"
    assert play(bench).trace_digest == day.trace_digest


def told(folder: Path, episode: EpisodeResult) -> list[dict[str, Any]]:
    text = (folder / "traces" / f"{episode.id}.jsonl").read_text()
    return [json.loads(line) for line in text.splitlines()]


def test_nothing_is_kept_of_a_conversation_but_its_result(make: Callable[..., Watched]) -> None:
    bench = make("good")
    day = play(bench)
    (stage,) = bench.stages
    assert len(day.conversations) > 20
    assert stage.running == {}
    assert stage.taken == set()
    assert stage.collector._events == {}
    assert stage.collector._calls == {}
    assert len(stage.ledger) == 0
    assert stage.guards._guards == {}
    assert stage.company.host._counts == {}
    assert not [v for v in vars(stage.injector).values() if isinstance(v, dict | set) and v]


def test_a_day_twice_as_long_needs_no_more_objects(make: Callable[..., Watched]) -> None:
    def kept(hours: int) -> tuple[int, int]:
        bench = make("good", traffic={"duration_h": hours, "arrivals_per_day": 100})
        play(bench)
        gc.collect()
        before = len(gc.get_objects())
        day = play(bench)
        gc.collect()
        own = 40 * len(day.conversations)  # the results themselves
        return len(day.conversations), len(gc.get_objects()) - before - own

    few, small = kept(3)
    many, large = kept(8)
    assert many > 2 * few
    assert large - small < 500


def test_limits_hold_for_each_conversation_by_itself(make: Callable[..., Watched]) -> None:
    bench = make("hangs", traffic={"duration_h": 4, "arrivals_per_day": 80})
    day = play(bench)
    assert len(day.conversations) > 3
    assert set(outcomes(day)) == {"budget(virtual_s)"}
    assert {round(u.sim_s, 3) for u in day.conversations} == {7200.0}


def test_a_conversation_that_crashes_or_spins_disturbs_no_other(
    make: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make("good", "raises", "spins", "exits_in_a_task")
    calm = {u.id: u.outcome for u in play(bench, "good").conversations}
    victims = dict(zip(list(calm)[2:8:2], ("raises", "spins", "exits_in_a_task"), strict=True))
    real = bench.factories["good"]

    def some_misbehave(env: Any) -> Any:
        return bench.factories.get(victims.get(env.conversation, ""), real)(env)

    monkeypatch.setitem(bench.factories, "good", some_misbehave)
    day = {u.id: u for u in play(bench, "good").conversations}
    assert list(day) == list(calm)
    assert {id_: u.outcome for id_, u in day.items()} == {
        id_: "crashed" if id_ in victims else outcome for id_, outcome in calm.items()
    }
    assert {victims[id_]: day[id_].sentence for id_ in victims} == {
        "raises": "good crashed: ValueError: no idea at bad.py:40 (raises).",
        "spins": day[next(v for v in victims if victims[v] == "spins")].sentence,
        "exits_in_a_task": "good crashed: SystemExit: 3.",
    }
    spun = next(day[v] for v in victims if victims[v] == "spins")
    assert "SimLivelock" in spun.sentence


def test_when_one_agent_stops_everything_it_is_blamed_and_the_others_are_invalid(
    make: Callable[..., Watched], monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make("good", "spins_immortally", traffic={"duration_h": 6, "arrivals_per_day": 200})
    real, immortal = bench.factories["good"], bench.factories["spins_immortally"]
    ids = [u.id for u in play(bench, "good").conversations]

    def one_spins(env: Any) -> Any:
        return (immortal if env.conversation == ids[20] else real)(env)

    monkeypatch.setitem(bench.factories, "good", one_spins)
    day = play(bench, "good")
    assert day.outcome == "crashed"
    last = {u.id: u for u in day.conversations}
    assert last[ids[20]].outcome == "crashed"
    assert {last[i].outcome for i in ids[:10]} == {"success"}
    others = [u for u in day.conversations if u.verdict == "invalid"]
    assert all("SimLivelock" in u.invalid for u in others)


def test_a_stretch_in_which_nobody_comes_is_no_failure(make: Callable[..., Watched]) -> None:
    bench = make("good", traffic={"duration_h": 0.01, "arrivals_per_day": 1})
    quiet = play(bench)
    assert quiet.conversations == ()
    assert (quiet.verdict, quiet.detail) == ("pass", "No user came.")


def test_conversations_can_be_limited_in_number(make: Callable[..., Watched]) -> None:
    traffic = {"duration_h": 24, "arrivals_per_day": 200, "conversations_max": 3}
    assert len(play(make("good", traffic=traffic)).conversations) == 3


def test_each_finished_conversation_is_a_sign_of_life(spec_of: Any, setup_of: Any) -> None:
    beats: list[int] = []
    spec = spec_of("good", traffic={"duration_h": 6, "arrivals_per_day": 60})
    bench = Bench(setup_of(spec), on_beat=lambda: beats.append(1))
    plan: EpisodePlan = episodes(spec, [""])[0]
    assert len(bench.run(plan).conversations) == len(beats) > 3


def test_who_finds_nothing_left_to_ask_about_comes_with_something_else(
    make: Callable[..., Watched],
) -> None:
    bench = make(
        "good",
        tasks=["merge_accounts", "order_status"],
        traffic={"duration_h": 24, "arrivals_per_day": 90, "conversations_max": 6},
    )
    assert {u.task for u in play(bench).conversations} == {"merge_accounts", "order_status"}
    query = bench.world.tasks["merge_accounts"].cast["older"].query
    bench.taken = {str(row["id"]) for row in bench.store.rows(query)}
    day = play(bench)
    assert [(u.task, u.outcome) for u in day.conversations] == [("order_status", "success")] * 6
