import json
from pathlib import Path

import pytest

from sandbox.cli.checking import doctor_command
from sandbox.sim.boundary import apis

# Says a word whose choice depends on the hash seed of its process.
MOODY = """\
def build(env):
    async def agent(task):
        return ["Yes.", "No.", "Perhaps."][hash("word") % 3] + str(hash("word"))
    return agent
"""
# Says the same, but on the way lets a set of names decide which of two tasks runs first.
HASTY = """\
import asyncio

def build(env):
    async def nap(name):
        await env.clock.sleep(1.0 + len(name))

    async def agent(task):
        await asyncio.gather(*(nap(name) for name in {"ann", "robert", "clementine", "bo"}))
        return "No."
    return agent
"""


def doctor(agent: str | None = None, *, as_json: bool = False) -> int:
    return doctor_command(agent=agent, world="retail_support", as_json=as_json)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_machine_that_will_do_is_told_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor() == 0
    out = capsys.readouterr().out
    assert "  ok  Python: 3." in out
    assert "  NO  " not in out


def test_an_old_python_is_told_with_the_remedy(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sandbox.cli.checking.sys.version_info", (3, 10, 13))
    assert doctor() == 1
    assert ": use Python 3.11, 3.12 or 3.13\n" in capsys.readouterr().out


def test_a_cache_that_cannot_be_written_is_told_with_the_remedy(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "file").write_text("")
    monkeypatch.setenv("SANDBOX_CACHE", str(folder / "file" / "cache"))
    assert doctor() == 1
    told = capsys.readouterr().out
    assert "  NO  cache of built worlds: " in told
    assert "set SANDBOX_CACHE" in told


def test_a_missing_extra_is_no_fault_of_the_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sandbox.cli.checking._EXTRAS", {"no_such_package": "langgraph"})
    assert doctor() == 0
    line = "no_such_package: not installed: pip install 'agent-windtunnel[langgraph]'\n"
    assert line in capsys.readouterr().out


def test_every_real_api_is_told_with_what_becomes_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    doctor()
    told = capsys.readouterr().out
    assert [api.name for api in apis() if api.name not in told] == []
    assert [api.note for api in apis() if api.note not in told] == []
    doctor(as_json=True)
    report = json.loads(capsys.readouterr().out)
    assert [entry["api"] for entry in report["boundary"]] == [api.name for api in apis()]


@pytest.mark.slow
def test_a_reproducible_agent_is_called_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert doctor("hello_careful") == 0
    told = capsys.readouterr().out
    assert told == "reproducible: 6 episodes, two processes, two hash seeds\n"


@pytest.mark.slow
def test_an_agent_that_depends_on_the_hash_seed_is_found_out(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "moody.py").write_text(MOODY)
    assert doctor("moody.py:build") == 1
    told = capsys.readouterr().out
    assert told.startswith("not reproducible: ")
    assert "agent_message" in told


@pytest.mark.slow
def test_an_order_that_shows_in_no_event_is_found_out_by_the_schedule(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "hasty.py").write_text(HASTY)
    assert doctor("hasty.py:build", as_json=True) == 1
    report = json.loads(capsys.readouterr().out)
    assert report["reproducible"] is False
    assert "same events, another schedule" in report["differences"][0]
