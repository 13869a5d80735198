import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.agents.reference.plain import hello_careful, hello_naive
from sandbox.cli.app import invoke
from sandbox.experiments import replaying
from sandbox.experiments.replaying import Replay
from sandbox.experiments.runner import run
from sandbox.experiments.spec import ExperimentSpec

SPEC = ExperimentSpec.model_validate({
    "id": "small", "title": "Small", "world": "retail_support", "tasks": ["refund_in_policy"],
    "episodes": 2, "model": "sim:perfect",
    "agents": [{"name": "mine", "path": "sandbox.agents.reference.plain:hello_careful"}],
    "conditions": [{"name": "bad", "faults": "tool_timeouts"}],
})  # fmt: skip


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("replay")
    return str(run(SPEC, agents={"mine": hello_careful}, out="out", cwd=folder).path)


def inside(agent: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Replay in this process, with *agent*."""

    def replay(folder: Path, episode: str | None = None, **options: Any) -> list[Replay]:
        options.pop("jobs")
        return replaying.replay(folder, episode, agents={"mine": agent}, **options)

    monkeypatch.setattr("sandbox.cli.replaying.replay", replay)


def test_all_episodes_are_identical(
    results: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside(hello_careful, monkeypatch)
    assert invoke(["replay", results, "--all"]) == 0
    assert capsys.readouterr().out == "identical: 2 of 2 episodes identical\n"


def test_one_episode_is_identical(
    results: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside(hello_careful, monkeypatch)
    assert invoke(["replay", results, "mine-bad-0002"]) == 0
    assert capsys.readouterr().out == "mine-bad-0002: identical\n"


def test_a_changed_agent_is_exit_code_1_with_the_first_other_event(
    results: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside(hello_naive, monkeypatch)
    assert invoke(["replay", results, "--all"]) == 1
    out = capsys.readouterr().out
    assert "mine-bad-0001: first differs at event" in out
    assert "0 of 2 episodes identical" in out


def test_either_one_episode_or_all(results: str, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in ([], ["mine-bad-0001", "--all"]):
        assert invoke(["replay", results, *arguments]) == 2
    assert "name one episode, or give --all" in capsys.readouterr().err


def test_bad_input_is_told(
    results: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["replay", str(tmp_path), "--all"]) == 2
    assert "is not a results folder" in capsys.readouterr().err
    assert invoke(["replay", results, "mine-bad-01"]) == 2
    assert "did you mean" in capsys.readouterr().err
    (tmp_path / "experiment.json").write_text(json.dumps({"spec": {}})[:-3])
    assert invoke(["replay", str(tmp_path), "--all"]) == 2
    assert "cannot be read" in capsys.readouterr().err
