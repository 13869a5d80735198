import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sandbox.agents.contract import Agent, Env
from sandbox.errors import ContentError, UsageError
from sandbox.experiments.folder import ResultsFolder
from sandbox.experiments.records import EpisodeResult
from sandbox.experiments.results import Results
from sandbox.experiments.runner import run

HELLO = {
    name: f"sandbox.agents.reference.plain:{name}" for name in ("hello_naive", "hello_careful")
}
FAULTS = [{"name": "no_fault"}, {"name": "tool_timeouts", "faults": "tool_timeouts"}]


@pytest.fixture(scope="module")
def write_spec(spec_of: Any) -> Callable[..., Path]:
    def write(folder: Path, *agents: str, **fields: Any) -> Path:
        path = folder / "small.yaml"
        path.write_text(spec_of(*agents, **fields).model_dump_json(indent=1))  # JSON is YAML
        return path

    return write


@pytest.fixture(scope="module")
def hello(write_spec: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    agents = [{"name": name, "path": path} for name, path in HELLO.items()]
    folder = tmp_path_factory.mktemp("hello")
    return write_spec(folder, agents=agents, conditions=FAULTS, episodes=2)


@pytest.fixture(scope="module")
def inside(hello: Path) -> Results:
    """The run in this process, from a thread whose loop runs already, as in a notebook."""

    async def cell() -> Results:
        return run(hello, agents=HELLO, out=hello.parent / "inside", cwd=hello.parent)

    return asyncio.run(cell())


# -- the same digest, wherever it runs


@pytest.mark.parametrize(("jobs", "hash_seed"), [(1, "1"), (2, "2")])
def test_workers_give_the_digest_of_this_process_whatever_their_number_and_hash_seed(
    hello: Path, inside: Results, jobs: int, hash_seed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANDBOX_HASHSEED", "inherit")
    monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
    results = run(hello, out=f"jobs-{jobs}", jobs=jobs, cwd=hello.parent)
    assert results.digest == inside.digest
    assert [e.schedule_digest for e in results.episodes] == [
        e.schedule_digest for e in inside.episodes
    ]
    assert not (results.path / "agents.log").exists(), "nobody printed"


def test_an_agent_that_depends_on_the_hash_seed_gives_different_digests(
    write_spec: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = write_spec(tmp_path, "tells_its_hash")
    monkeypatch.setenv("SANDBOX_HASHSEED", "inherit")
    digests = []
    for hash_seed in ("1", "2"):
        monkeypatch.setenv("PYTHONHASHSEED", hash_seed)
        digests.append(run(spec, out=f"hash-{hash_seed}", jobs=1, cwd=tmp_path).digest)
    assert digests[0] != digests[1]


def test_a_fault_that_never_fires_leaves_the_trace_as_it_is(
    write_spec: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "faults").mkdir()
    (tmp_path / "faults" / "late.yaml").write_text(
        "id: late\ntitle: Never\nfaults:\n"
        "  - {kind: latency, tool: stripe_create_refund, nth: 99, extra_s: 5}\n"
    )
    conditions = [{"name": "calm"}, {"name": "late", "faults": "late"}]
    spec = write_spec(tmp_path, "good", conditions=conditions)
    bad = Path(__file__).parent / "agents" / "bad.py"
    results = run(spec, agents={"good": f"{bad}:good"}, out="out", cwd=tmp_path)
    calm, late = results.episodes
    assert calm.trace_digest == late.trace_digest
    assert calm.schedule_digest == late.schedule_digest


# -- a notebook


def test_an_agent_defined_in_a_cell_runs_in_the_place_of_the_specs(
    hello: Path, tmp_path: Path
) -> None:
    heard = []

    def build(env: Env) -> Agent:
        async def agent(task: str) -> str:
            heard.append(task)
            return "I cannot help."

        return agent

    results = run(hello, agents={"hello_naive": build}, out=tmp_path / "out", cwd=hello.parent)
    assert len(heard) == 4
    outcomes = {(e.cell.partition("/")[0], e.outcome) for e in results.episodes}
    assert ("hello_naive", "incomplete") in outcomes
    assert ("hello_careful", "success") in outcomes


def test_ctrl_c_in_a_notebook_keeps_what_is_done(
    write_spec: Callable[..., Path], tmp_path: Path
) -> None:
    spec = write_spec(tmp_path, "good", "presses_ctrl_c")
    bad = Path(__file__).parent / "agents" / "bad.py"
    agents = {name: f"{bad}:{name}" for name in ("good", "presses_ctrl_c")}
    results = run(spec, agents=agents, out="out", cwd=tmp_path)
    assert [e.id for e in results.episodes] == ["good-no_fault-0001"]
    assert results.summary["complete"] is False
    assert results.exit_code == 130
    assert Results.load(results.path).episodes == results.episodes


def test_an_agent_that_the_experiment_does_not_have_is_refused(hello: Path) -> None:
    with pytest.raises(UsageError, match=r"no agent called 'hello_naiv'.*hello_naive"):
        run(hello, agents={"hello_naiv": "x:y"}, cwd=hello.parent)


def test_a_spec_made_in_python_is_checked_like_a_file(spec_of: Any, tmp_path: Path) -> None:
    spec = spec_of("good", world="retail_suport")
    with pytest.raises(ContentError, match=r"experiment small as JSON:\d+:\d+: no world called"):
        run(spec, cwd=tmp_path)


# -- the folder


def test_results_are_never_overwritten(hello: Path, inside: Results) -> None:
    with pytest.raises(UsageError, match="is not empty: results are never overwritten"):
        run(hello, agents=HELLO, out=inside.path, cwd=hello.parent)


def test_resuming_another_experiment_is_refused(hello: Path, inside: Results) -> None:
    for other in ({"seed": 9}, {"episodes": 3}, {"task": "duplicate_charge"}):
        with pytest.raises(UsageError, match="holds results of another experiment"):
            run(hello, agents=HELLO, out=inside.path, cwd=hello.parent, resume=True, **other)


def test_resuming_needs_a_folder(hello: Path) -> None:
    with pytest.raises(UsageError, match="--resume needs --out"):
        run(hello, agents=HELLO, cwd=hello.parent, resume=True)


def test_a_finished_run_is_resumed_by_doing_nothing(hello: Path, inside: Results) -> None:
    seen: list[tuple[int, int]] = []

    class Watcher:
        def start(self, total: int, done: int) -> None:
            seen.append((total, done))

        def episode(self, episode: EpisodeResult) -> None:
            raise AssertionError(episode)

        def stop(self) -> None:
            seen.append((0, 0))

    again = run(
        hello, agents=HELLO, out=inside.path, cwd=hello.parent, resume=True, progress=Watcher()
    )
    assert seen == [(8, 8), (0, 0)]
    assert again.digest == inside.digest
    assert again.episodes == inside.episodes


# -- interruptions, as a terminal and an operating system make them


@dataclass
class Cut:
    """What one interrupted command left behind."""

    code: int
    words: str
    done: list[str]
    worker_gone: bool
    summary: dict[str, Any] | None


@dataclass
class Story:
    """One run that is killed, interrupted and terminated, and goes on each time."""

    folder: Path
    cuts: dict[str, Cut] = field(default_factory=dict)
    resumed: dict[str, Any] = field(default_factory=dict)
    whole: Results | None = None


def command(spec: Path, gate: Path, out: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sandbox.cli", "run", str(spec), "--out", str(out), "--jobs", "1",
         *more],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "SANDBOX_TEST_GATE": str(gate)}, cwd=spec.parent,
    )  # fmt: skip


def cut(process: subprocess.Popen[str], gate: Path, out: Path, how: str) -> Cut:
    """Wait until an agent stands at the gate, then end the command."""
    waiting = gate / "waiting"
    for _ in range(1200):
        if (waiting.exists() and waiting.read_text()) or process.poll() is not None:
            break
        time.sleep(0.05)
    worker = int(waiting.read_text())
    waiting.unlink()
    if how == "SIGINT":
        os.killpg(process.pid, signal.SIGINT)  # a terminal's Ctrl-C goes to the whole group
    else:
        os.kill(process.pid, getattr(signal, how))
    _, words = process.communicate(timeout=60)
    summary = out / "summary.json"
    return Cut(
        process.returncode,
        words,
        [e.id for e in ResultsFolder.open(out).episodes()],
        gone(worker),
        json.loads(summary.read_text()) if summary.is_file() else None,
    )


def gone(pid: int) -> bool:
    for _ in range(200):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def story(write_spec: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Story:
    folder = tmp_path_factory.mktemp("story")
    gate, out = folder / "gate", folder / "out"
    gate.mkdir()
    spec = write_spec(folder, "good", "waits_at_the_gate", episodes=2)
    told = Story(folder)
    resume: list[str] = []
    for how in ("SIGKILL", "SIGINT", "SIGTERM"):
        told.cuts[how] = cut(command(spec, gate, out, *resume), gate, out, how)
        resume = ["--resume"]
    (gate / "open").write_text("")
    last = command(spec, gate, out, "--resume", "--json")
    stdout, _ = last.communicate(timeout=60)
    told.resumed = json.loads(stdout)
    bad = Path(__file__).parent / "agents" / "bad.py"
    agents = {name: f"{bad}:{name}" for name in ("good", "waits_at_the_gate")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SANDBOX_TEST_GATE", str(gate))
        told.whole = run(spec, agents=agents, out="whole", cwd=folder)
    return told


@pytest.mark.parametrize("how", ["SIGKILL", "SIGINT", "SIGTERM"])
def test_whatever_ends_the_command_what_is_done_stands_and_no_worker_is_left(
    story: Story, how: str
) -> None:
    assert story.cuts[how].done == ["good-no_fault-0001"]
    assert story.cuts[how].worker_gone


@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM"])
def test_an_interrupted_run_says_how_to_read_it_and_how_to_go_on(story: Story, how: str) -> None:
    found = story.cuts[how]
    assert found.code == 130
    assert "Traceback" not in found.words
    assert "1 episode is kept" in found.words
    assert "report.html" in found.words
    assert "--resume" in found.words
    assert found.summary is not None
    assert found.summary["complete"] is False


def test_a_killed_command_is_readable_but_has_no_summary(story: Story) -> None:
    assert story.cuts["SIGKILL"].code == -signal.SIGKILL
    assert story.cuts["SIGKILL"].summary is None


def test_a_resumed_run_ends_with_the_digest_of_an_uninterrupted_one(story: Story) -> None:
    assert story.whole is not None
    assert story.resumed["complete"] is True
    assert story.resumed["episodes"] == 4
    assert story.resumed["digest"] == story.whole.digest
