import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.agents.contract import Env
from sandbox.agents.reference.plain import hello_careful, hello_naive
from sandbox.errors import UsageError
from sandbox.experiments import replaying
from sandbox.experiments.replaying import Replay, first_difference, replay
from sandbox.experiments.results import Results
from sandbox.experiments.runner import run
from sandbox.experiments.spec import ExperimentSpec
from sandbox.experiments.stillborn import out_of_real_time

AGENTS = {"careful": hello_careful}


@pytest.fixture(scope="module")
def spec(spec_of: Any) -> ExperimentSpec:
    made: ExperimentSpec = spec_of(
        agents=[{"name": "careful", "path": "sandbox.agents.reference.plain:hello_careful"}],
        conditions=[{"name": "no_fault"}, {"name": "tool_timeouts", "faults": "tool_timeouts"}],
    )
    return made


@pytest.fixture(scope="module")
def original(spec: ExperimentSpec, tmp_path_factory: pytest.TempPathFactory) -> Results:
    folder = tmp_path_factory.mktemp("replay")
    return run(spec, agents=AGENTS, out="out", cwd=folder)


@pytest.fixture
def results(original: Results, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(original.path, tmp_path / "results"))


def trace(results: Path, episode: str) -> Path:
    return results / "traces" / f"{episode}.jsonl"


def change(path: Path, number: int, edit: Callable[[dict[str, Any]], None]) -> None:
    lines = path.read_text().splitlines(keepends=True)
    event = json.loads(lines[number])
    edit(event)
    lines[number] = json.dumps(event, sort_keys=True, separators=(",", ":")) + "\n"
    path.write_text("".join(lines))


def test_workers_say_identical_of_every_episode(results: Path) -> None:
    seen: list[Replay] = []
    replays = replay(results, jobs=1, on_replay=seen.append)
    assert [str(r) for r in replays] == [
        "careful-no_fault-0001: identical", "careful-tool_timeouts-0001: identical",
    ]  # fmt: skip
    assert sorted(seen, key=lambda r: r.episode) == replays


def test_one_episode_replays_alone(results: Path) -> None:
    (found,) = replay(results, "careful-tool_timeouts-0001", agents=AGENTS)
    assert found.identical


def test_another_agent_is_found_at_its_first_other_event(results: Path) -> None:
    (found,) = replay(results, "careful-tool_timeouts-0001", agents={"careful": hello_naive})
    assert not found.identical
    assert found.difference.startswith("first differs at event ")
    assert "before:" in found.difference
    assert "now:" in found.difference


def test_a_changed_trace_is_found_although_the_digest_was_left(results: Path) -> None:
    path = trace(results, "careful-no_fault-0001")
    change(path, 7, lambda event: event.update(t=1.5))
    (found,) = replay(results, "careful-no_fault-0001", agents=AGENTS)
    assert found.difference.splitlines()[0] == "first differs at event 7:"
    assert "before: t=1.5" in found.difference


def test_a_changed_digest_is_found_although_the_trace_was_left(results: Path) -> None:
    path = results / "episodes.jsonl"
    lines = path.read_text().splitlines()
    data = json.loads(lines[0])
    data["trace_digest"] = "0" * 32
    path.write_text("\n".join([json.dumps(data), *lines[1:]]) + "\n")
    (found,) = replay(results, data["id"], agents=AGENTS)
    assert not found.identical
    assert found.difference == "the same events, but not the digest in episodes.jsonl"


def test_another_schedule_of_the_same_events_is_found(results: Path) -> None:
    def restless(env: Env) -> Any:
        agent = hello_careful(env)

        async def talk(task: str) -> Any:
            env.clock.env.timeout(0)  # an event that nobody sees
            return await agent(task)

        return talk

    (found,) = replay(results, "careful-no_fault-0001", agents={"careful": restless})
    assert not found.identical
    assert found.difference.startswith("same events, but another schedule")


def test_a_cut_trace_is_told(results: Path) -> None:
    path = trace(results, "careful-no_fault-0001")
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:9]))
    (found,) = replay(results, "careful-no_fault-0001", agents=AGENTS)
    assert "first differs at event 9" in found.difference
    assert "before: (no event)" in found.difference


def test_a_missing_trace_is_told(results: Path) -> None:
    trace(results, "careful-no_fault-0001").unlink()
    (found,) = replay(results, "careful-no_fault-0001", agents=AGENTS)
    assert "no trace to compare with" in str(found)


def test_what_real_time_cut_off_is_compared_as_far_as_it_goes(results: Path) -> None:
    path = results / "episodes.jsonl"
    first, *others = path.read_text().splitlines()
    data = {**json.loads(first), "outcome": "budget(real_s)", "trace_digest": ""}
    path.write_text("\n".join([json.dumps(data), *others]) + "\n")
    stored = trace(results, data["id"])
    stored.write_text(stored.read_text()[:2000])  # killed in the middle of a line
    (found,) = replay(results, data["id"], agents=AGENTS)
    assert found.identical
    assert str(found).endswith("identical, as far as it goes: budget(real_s) depends on real time")
    change(stored, 1, lambda event: event.update(t=9))
    (found,) = replay(results, data["id"], agents=AGENTS)
    assert not found.identical


def test_an_unknown_episode_names_the_nearest(results: Path) -> None:
    with pytest.raises(UsageError, match=r"no episode 'careful-no_fault-001' .*did you mean"):
        replay(results, "careful-no_fault-001")


def test_a_folder_without_results_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a results folder"):
        replay(tmp_path)


def test_results_may_move(results: Path, tmp_path: Path) -> None:
    header = json.loads((results / "experiment.json").read_text())
    header["cwd"] = str(tmp_path / "gone")
    (results / "experiment.json").write_text(json.dumps(header))
    (found,) = replay(results, "careful-no_fault-0001", agents=AGENTS)
    assert found.identical


def test_a_day_of_traffic_replays(spec: ExperimentSpec, tmp_path: Path) -> None:
    day = ExperimentSpec.model_validate(
        {**spec.model_dump(), "traffic": {"duration_h": 5, "arrivals_per_day": 60}}
    )
    done = run(day, agents=AGENTS, out="day", cwd=tmp_path)
    assert len(done.conversations) > 4
    assert all(r.identical for r in replay(done.path, agents=AGENTS))


def test_equal_files_have_no_first_difference(tmp_path: Path) -> None:
    (tmp_path / "a").write_text('{"t": 1}\n')
    assert first_difference(tmp_path / "a", tmp_path / "a") == ""


def test_a_run_that_was_whole_and_is_cut_off_now_is_not_identical(
    results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(setup: Any, plans: Any, agents: Any, jobs: int) -> Any:
        for plan in plans:
            for line in trace(results, plan.id).read_text().splitlines(keepends=True)[:3]:
                with (setup.folder / "traces" / f"{plan.id}.jsonl").open("a") as file:
                    file.write(line)
            yield out_of_real_time(plan, setup, 31.0)

    monkeypatch.setattr(replaying, "_run", killed)
    for found in replay(results):
        assert not found.identical
        assert "was whole, and is cut off now" in found.difference
