import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.errors import SandboxBug, UsageError
from sandbox.experiments.records import EpisodeResult
from sandbox.experiments.setup import Setup
from sandbox.experiments.supervisor import Supervisor, worker_environment

UNKIND = ("computes_forever", "is_killed", "interrupts", "prints")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class Unkind:
    """One run of agents that attack their own process, two workers, one second of patience."""

    def __init__(self, setup: Any, plans: list[Any], folder: Path) -> None:
        self.folder = folder
        with Supervisor(setup, jobs=2) as supervisor:
            self.episodes: dict[str, EpisodeResult] = {}
            for episode in supervisor.run(plans):
                self.pids = [w.process.pid for w in supervisor._workers]
                self.episodes[episode.id.partition("-")[0]] = episode

    def trace(self, agent: str) -> list[dict[str, Any]]:
        path = self.folder / "traces" / f"{self.episodes[agent].id}.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def unkind(
    spec_of: Any, setup_of: Any, plans_of: Any, tmp_path_factory: pytest.TempPathFactory
) -> Unkind:
    folder = tmp_path_factory.mktemp("results")
    spec = spec_of(*UNKIND, "good", limits={"real_s_max": 1.0})
    return Unkind(setup_of(spec, folder, logs=True), plans_of(spec), folder)


def test_every_episode_gets_exactly_one_result(unkind: Unkind) -> None:
    assert sorted(unkind.episodes) == sorted([*UNKIND, "good"])
    assert unkind.episodes["good"].outcome == "success"


def test_a_busy_loop_is_killed_at_the_real_time_limit(unkind: Unkind) -> None:
    episode = unkind.episodes["computes_forever"]
    assert (episode.outcome, episode.verdict) == ("budget(real_s)", "fail")
    assert episode.trace_digest == "", "it is not reproducible"
    assert "stopped after 1 s of real time" in episode.detail
    assert episode.real_s < 5


def test_the_trace_of_a_killed_worker_is_readable_to_its_last_event(unkind: Unkind) -> None:
    for agent in ("computes_forever", "is_killed"):
        told = unkind.trace(agent)
        assert [e["type"] for e in told[-2:]] == ["tool_call", "tool_result"]


def test_a_worker_that_dies_loses_only_its_episode_which_is_invalid_the_second_time(
    unkind: Unkind,
) -> None:
    episode = unkind.episodes["is_killed"]
    assert episode.verdict == "invalid"
    assert episode.detail == "The simulator failed: its worker was ended by SIGKILL, 2 times."


def test_an_agent_cannot_pretend_to_be_the_users_ctrl_c(unkind: Unkind) -> None:
    episode = unkind.episodes["interrupts"]
    assert (episode.outcome, episode.detail) == (
        "crashed",
        "interrupts crashed: KeyboardInterrupt at bad.py:172 (interrupts).",
    )


def test_what_agents_print_goes_to_the_log_and_not_into_the_answers(unkind: Unkind) -> None:
    assert unkind.episodes["prints"].outcome == "incomplete"
    log = (unkind.folder / "agents.log").read_text().splitlines()
    assert log == ["agents talk", '{"type": "result"}', "to the descriptor"]


def test_no_worker_is_left(unkind: Unkind) -> None:
    assert unkind.pids
    assert not [pid for pid in unkind.pids if alive(pid)]


def test_one_agent_leaves_streams_folder_and_environment_to_the_next(
    spec_of: Any, setup_of: Any, plans_of: Any, tmp_path: Path
) -> None:
    spec = spec_of("closes_its_streams", "moves_house", "prints", "asks_where_it_is", "good")
    setup = setup_of(spec, tmp_path, logs=True)
    with Supervisor(setup, jobs=1) as supervisor:
        outcomes = [e.outcome for e in supervisor.run(plans_of(spec))]
    assert outcomes == ["incomplete"] * 4 + ["success"]
    assert "agents talk" in (tmp_path / "agents.log").read_text()
    trace = (tmp_path / "traces" / "asks_where_it_is-no_fault-0001.jsonl").read_text()
    assert "in the root: False, moved: None" in trace
    said = (tmp_path / "traces" / "prints-no_fault-0001.jsonl").read_text()
    assert "stdin says ''" in said


@pytest.fixture
def failing(tmp_path: Path, spec_of: Any, setup_of: Any, plans_of: Any) -> Callable[[str], None]:
    def run(source: str) -> None:
        (tmp_path / "agent.py").write_text(f"{source}\ndef build(env):\n    return None\n")
        path = f"{tmp_path / 'agent.py'}:build"
        spec = spec_of(agents=[{"name": "odd", "path": path}])
        with Supervisor(setup_of(spec), jobs=1) as supervisor:
            list(supervisor.run(plans_of(spec)))

    return run


def test_an_agent_that_cannot_be_imported_is_bad_input(failing: Callable[[str], None]) -> None:
    with pytest.raises(UsageError, match=r"cannot be imported at .*agent.py:1: ZeroDivisionError"):
        failing("1 / 0")


def test_an_agent_module_that_ends_the_process_is_bad_input(
    failing: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.experiments.supervisor.STARTS_MAX", 2)
    with pytest.raises(UsageError, match="2 workers ended with exit code 7 before they were ready"):
        failing("import os; os._exit(7)")


class Broken(Setup):
    def to_json(self) -> str:
        return "{}"


def test_a_bug_in_a_worker_is_ours(spec_of: Any, setup_of: Any, plans_of: Any) -> None:
    spec = spec_of("good")
    setup = Broken(**setup_of(spec).__dict__)
    with Supervisor(setup, jobs=1) as supervisor, pytest.raises(SandboxBug, match="KeyError"):
        list(supervisor.run(plans_of(spec)))


@pytest.fixture
def hash_seed(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    monkeypatch.setenv("PYTHONHASHSEED", "77")
    return monkeypatch  # type: ignore[return-value]


def test_workers_have_one_hash_seed_unless_a_proof_varies_it(
    hash_seed: pytest.MonkeyPatch,
) -> None:
    assert worker_environment()["PYTHONHASHSEED"] == "0"
    hash_seed.setenv("SANDBOX_HASHSEED", "inherit")
    assert worker_environment()["PYTHONHASHSEED"] == "77"
