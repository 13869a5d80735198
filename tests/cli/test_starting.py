from pathlib import Path

import pytest

from sandbox.cli.starting import TEMPLATE, init_command
from sandbox.errors import MissingExtra, UsageError
from sandbox.experiments.runner import run


def files(folder: Path) -> set[str]:
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_project_is_the_template_with_the_agent_that_was_chosen(tmp_path: Path) -> None:
    agents = {"my_agent.py", "my_graph.py"}
    for kind, own in (("plain", "my_agent.py"), ("langgraph", "my_graph.py")):
        folder = tmp_path / kind
        assert init_command(folder, agent=kind) == 0
        assert files(folder) == files(TEMPLATE) - agents | {own}
        assert f"{own}:build" in (folder / "experiments/my_experiment.yaml").read_text()
        assert f"`{own}`" in (folder / "README.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("agent", ["plain", "langgraph"])
def test_the_project_runs_at_once(tmp_path: Path, agent: str) -> None:
    init_command(tmp_path / "mine", agent=agent)
    results = run("my_experiment", cwd=tmp_path / "mine", episodes=1, jobs=1)
    assert {c.verdict for c in results.conversations} <= {"pass", "fail"}
    assert "success" in {c.outcome for c in results.conversations}


def test_it_says_what_to_type_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    init_command(tmp_path / "mine", agent="plain")
    told = capsys.readouterr().out.splitlines()
    assert told[1:] == [f"  cd {tmp_path / 'mine'}", "  sandbox run my_experiment"]


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UsageError, match="exists and is not empty"):
        init_command(tmp_path, agent="plain")
    with pytest.raises(UsageError, match="exists and is not empty"):
        init_command(tmp_path / "notes.txt", agent="plain")
    assert files(tmp_path) == {"notes.txt"}


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    assert init_command(tmp_path, agent="plain") == 0


def test_a_folder_that_cannot_be_made_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"cannot write to .*file/mine: "):
        init_command(tmp_path / "file" / "mine", agent="plain")


def test_an_unknown_kind_of_agent_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="'crew': choose plain or langgraph"):
        init_command(tmp_path / "mine", agent="crew")


def test_a_graph_without_langgraph_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.cli.starting.find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"pip install 'agent-windtunnel\[langgraph\]'"):
        init_command(tmp_path / "mine", agent="langgraph")
    assert not (tmp_path / "mine").exists()
