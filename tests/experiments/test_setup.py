"""A setup: all that a worker must know, in one line of JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.experiments.setup import Setup
from sandbox.experiments.spec import AgentEntry, ExperimentSpec

SPEC = ExperimentSpec(id="x", title="X", world="w", agents=[AgentEntry(name="a", path="m:a")])


def setup(folder: Path | None, cwd: Path = Path("/here")) -> Setup:
    return Setup(SPEC, cwd / "x.yaml", cwd, folder)


@pytest.mark.parametrize("folder", [None, Path("/here/results/x-001")])
def test_a_setup_survives_as_one_line(folder: Path | None) -> None:
    for one in (setup(folder), Setup(SPEC, Path("a"), Path("b"), folder, trace_schedule=True)):
        text = one.to_json()
        assert "\n" not in text
        assert Setup.from_json(text) == one


@pytest.mark.parametrize(
    ("folder", "command"),
    [
        (Path("/here/results/x-001"), "sandbox replay results/x-001 a-calm-0001"),
        (Path("/there/x"), "sandbox replay /there/x a-calm-0001"),
        (Path("/here/my results"), "sandbox replay 'my results' a-calm-0001"),
        (None, "sandbox replay RESULTS a-calm-0001"),
    ],
)
def test_the_replay_command_can_be_typed_where_the_run_was_started(
    folder: Path | None, command: str
) -> None:
    assert setup(folder).replay_command("a-calm-0001") == command


def test_traces_stand_in_the_results_folder_if_there_is_one() -> None:
    assert setup(Path("/r")).trace_path("e1") == Path("/r/traces/e1.jsonl")
    assert setup(None).trace_path("e1") is None
