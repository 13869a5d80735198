import json
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.cli.app import invoke
from sandbox.experiments import runner
from sandbox.experiments.results import Results

PLAIN = "sandbox.agents.reference.plain:hello_careful"
SPEC: dict[str, Any] = {
    "id": "small", "title": "Small", "world": "retail_support", "tasks": ["refund_in_policy"],
    "episodes": 1, "model": "sim:perfect", "agents": [{"name": "mine", "path": PLAIN}],
}  # fmt: skip
Write = Callable[..., str]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A spec's file in the working directory."""
    monkeypatch.chdir(tmp_path)

    def spec(**fields: Any) -> str:
        (tmp_path / "small.yaml").write_text(json.dumps({**SPEC, **fields}))
        return "small.yaml"

    return spec


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs without worker processes."""

    def run(spec: str, *, jobs: int | None, **options: Any) -> Results:
        return runner.run(spec, agents={"mine": PLAIN}, **options)

    monkeypatch.setattr("sandbox.cli.running.run", run)


def test_json_prints_the_summary_alone_whatever_agents_print(
    write: Write, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "loud.py").write_text(
        "import os\n\ndef build(env):\n    print('building')\n    os.write(1, b'raw')\n"
        "    async def agent(task):\n        print('{\"verdict\": 1}')\n        return 'Hello.'\n"
        "    return agent\n"
    )
    spec = write(agents=[{"name": "loud", "path": "loud.py:build"}])
    assert invoke(["run", spec, "--json", "--jobs", "1", "--out", "out"]) == 0
    out, err = capfd.readouterr()
    assert json.loads(out) == json.loads((tmp_path / "out" / "summary.json").read_text())
    assert out.count("\n") == 1
    assert "1/1 episodes" in err
    assert "building" not in err
    assert (tmp_path / "out" / "agents.log").read_text().startswith("building\n")


def test_the_table_goes_to_standard_output_and_progress_to_standard_error(
    write: Write, inside: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert invoke(["run", write()]) == 0
    out, err = capsys.readouterr()
    assert "mine" in out
    assert "results/small-001/report.html" in out
    assert "1/1 episodes" in err


def test_results_are_numbered_and_never_overwritten(
    write: Write, inside: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = write()
    assert [invoke(["run", spec]) for _ in range(2)] == [0, 0]
    assert [p.name for p in sorted((tmp_path / "results").iterdir())] == ["small-001", "small-002"]
    capsys.readouterr()
    assert invoke(["run", spec, "--out", "results/small-001"]) == 2
    assert "never overwritten" in capsys.readouterr().err


def test_a_gate_that_fails_is_exit_code_1(write: Write, inside: None) -> None:
    assert invoke(["run", write(gates=[{"metric": "steps_mean", "max": 1}])]) == 1


def test_too_many_invalid_episodes_are_exit_code_3(
    write: Write, inside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("shelf")

    monkeypatch.setattr("sandbox.worlds.company.Company.cast", broken)
    assert invoke(["run", write()]) == 3


def test_the_command_line_narrows_the_spec(
    write: Write, inside: None, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["--seed", "5", "--episodes", "2", "--task", "duplicate_charge", "--json"]
    assert invoke(["run", write(), *arguments]) == 0
    summary = json.loads(capsys.readouterr().out)
    assert (summary["seed"], summary["episodes"]) == (5, 2)


def test_every_mistake_in_a_file_is_told_with_its_place_and_no_traceback(
    write: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = write()
    (tmp_path / spec).write_text("id: small\ntitel: Small\nworld: 3\n")
    assert invoke(["run", spec]) == 2
    out, err = capsys.readouterr()
    lines = err.splitlines()
    assert out == ""
    assert "small.yaml:2:1: unknown key 'titel' (did you mean 'title'?)" in lines
    assert "small.yaml:3:8: expected text, got 3 (put it in quotes)" in lines
    assert all(line.startswith("small.yaml:") for line in lines)
    assert not (tmp_path / "results").exists()


def test_a_wrong_option_is_bad_input(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    assert invoke(["run", write(), "--jobs", "0"]) == 2
    assert invoke(["run", write(), "--task", "refund_in_polcy"]) == 2
    assert "did you mean 'refund_in_policy'" in capsys.readouterr().err
    assert invoke(["run", write(), "--resume"]) == 2
    assert "--resume needs --out" in capsys.readouterr().err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_says_how_to_go_on_with_the_same_options(
    write: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    tmp_path: Path, how: signal.Signals,
) -> None:  # fmt: skip
    class Impatient:
        def episode(self, episode: Any) -> None:
            signal.raise_signal(how)

        def start(self, total: int, done: int) -> None: ...
        def stop(self) -> None: ...

    def run(spec: str, *, jobs: int | None, progress: Any, **options: Any) -> Results:
        return runner.run(spec, agents={"mine": PLAIN}, progress=Impatient(), **options)

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr("sandbox.cli.running.run", run)
    arguments = ["--episodes", "3", "--seed", "4", "--out", "my out"]
    assert invoke(["run", write(), *arguments]) == 130
    err = capsys.readouterr().err
    assert "1 episode is kept" in err
    line = f"sandbox run small.yaml --out '{tmp_path}/my out' --resume --seed 4 --episodes 3"
    assert line in err
    assert signal.getsignal(signal.SIGTERM) is before
