import json
from pathlib import Path
from typing import Any

import pytest

from sandbox.cli.tracing import CONVERSATIONS_MAX, trace_command
from sandbox.errors import UsageError
from sandbox.experiments.folder import TRACES, ResultsFolder
from sandbox.experiments.records import ConversationResult, EpisodeResult, GradedEffect, Loop

EPISODE = "naive-tool_timeouts-0001"
REFUND = {"effect": "refund", "target": "ch_1"}


def unit(name: str, *, harmed: bool) -> ConversationResult:
    wrong = GradedEffect("duplicate", "refund", "ch_1", effect_id="effect-2")
    loop = Loop("stuck", "errors", 1, 2, 1, ("naive",), 2)
    return ConversationResult(
        id=name, episode=EPISODE, cell="naive/tool_timeouts", task="refund", persona="regular",
        agent="naive", condition="tool_timeouts", number=1,
        verdict="fail" if harmed else "pass", outcome="harmful" if harmed else "success",
        sentence=f"naive {'paid ch_1 twice' if harmed else 'solved the task'}.",
        effects=(wrong,) if harmed else (), loops=(loop,) if harmed else (),
    )  # fmt: skip


def told(name: str, t: float) -> list[dict[str, Any]]:
    """What the trace holds of one conversation: one call, its answer, one effect."""
    call = f"{name}/call-1"
    return [
        {"t": t, "type": "conversation_start", "conversation": name, "task": "refund"},
        {
            "t": t,
            "type": "tool_call",
            "conversation": name,
            "call": call,
            "tool": "pay",
            "args": {},
        },
        {"t": t + 1, "type": "tool_result", "call": call, "result": {"for": f"secret of {name}"}},
        {"t": t + 1, "type": "effect", "conversation": name, "id": "effect-2", **REFUND},
        {"t": t + 2, "type": "conversation_end", "conversation": name},
    ]


def results(folder: Path, units: list[ConversationResult], *, names: list[str]) -> Path:
    """A results folder with the trace of one episode; without *units* it was cut off."""
    opened = ResultsFolder.create(folder, "x", cwd=folder)
    if units:
        opened.add(
            EpisodeResult(
                EPISODE, units[0].cell, 1, units[0].verdict, units[0].outcome, tuple(units), 1,
                0.0, 3.0, "", "", f"sandbox replay {folder} {EPISODE}",
            )
        )  # fmt: skip
    opened.close()
    opened.write_experiment({})
    events = [event for t, name in enumerate(names) for event in told(name, float(t))]
    lines = [json.dumps({"i": i, **event}) + "\n" for i, event in enumerate(events)]
    (folder / TRACES / f"{EPISODE}.jsonl").write_text("".join(lines))
    return folder


def trace(folder: Path, conversation: str | None = None, *, as_json: bool = False) -> int:
    return trace_command(folder, EPISODE, conversation=conversation, full=False, as_json=as_json)


def test_what_grading_said_stands_where_it_happened(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = results(tmp_path / "r", [unit("c1", harmed=True)], names=["c1"])
    assert trace(folder) == 0
    out = capsys.readouterr().out
    assert "refund on ch_1  [duplicate]" in out
    assert "[loop]" in out
    assert "c1: fail, harmful: naive paid ch_1 twice.\n" in out
    assert out.endswith(f"replay: sandbox replay {folder} {EPISODE}\n")


def test_one_conversation_is_shown_without_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    two = [unit("c1", harmed=True), unit("c2", harmed=False)]
    folder = results(tmp_path / "r", two, names=["c1", "c2"])
    trace(folder, "c2", as_json=True)
    out = capsys.readouterr().out
    assert [json.loads(line)["i"] for line in out.splitlines()] == [5, 6, 7, 8, 9]
    assert "secret of c1" not in out
    trace(folder, "c2")
    shown = capsys.readouterr().out
    assert "secret of c2" in shown
    assert "secret of c1" not in shown
    assert "paid ch_1 twice" not in shown


def test_an_episode_that_was_cut_off_is_readable(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trace(results(tmp_path / "r", [], names=["c1"]))
    out = capsys.readouterr().out
    assert "secret of c1" in out
    assert out.endswith("cut off: it has no result\n")


def test_of_many_conversations_the_failed_ones_are_listed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"c{n:05d}" for n in range(CONVERSATIONS_MAX + 1)]
    units = [unit(name, harmed=name == names[4]) for name in names]
    trace(results(tmp_path / "r", units, names=names))
    assert capsys.readouterr().out == (
        f"{len(names)} conversations, 1 of them not passed\n"
        "  c00004  harmful: naive paid ch_1 twice.\n"
        "--conversation c00004 shows one of them.\n"
    )


def test_wrong_names_are_answered_with_near_ones(tmp_path: Path) -> None:
    folder = results(tmp_path / "r", [], names=["c00012", "c00013"])
    with pytest.raises(UsageError, match=r"no conversation 'c0012' in .*did you mean 'c00012'"):
        trace(folder, "c0012")
    with pytest.raises(UsageError, match=f"did you mean '{EPISODE}'"):
        trace_command(folder, EPISODE[1:], conversation=None, full=False, as_json=False)
