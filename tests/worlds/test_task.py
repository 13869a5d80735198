"""A task file as a model: what it needs, what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.worlds.task import AskUserStep, Task, TellUserStep, ToolCallStep

LEAST: dict[str, Any] = {
    "id": "t", "title": "T", "effects": {}, "oracle": [{"say": "Hello."}],
    "user": {"name": "Ann", "email": "ann@example.com", "opening": "Hi", "goal": "None"},
}  # fmt: skip


def test_the_least_task_has_sensible_defaults() -> None:
    task = Task.model_validate(LEAST)
    assert (task.policies, task.weight, task.cast, task.user.accepts_no) == ("all", 1.0, {}, True)
    assert task.temptation is None
    assert task.change_of_mind is None


def test_an_oracle_step_is_told_by_its_key() -> None:
    oracle = [{"ask": "?"}, {"id": "a", "tool": "t"}, {"say": "!"}]
    task = Task.model_validate({**LEAST, "oracle": oracle})
    assert [type(step) for step in task.oracle] == [AskUserStep, ToolCallStep, TellUserStep]


@pytest.mark.parametrize(
    "wrong",
    [
        {"weight": 0},
        {"oracle": [{"tool": "t"}]},
        {"happenings": [{"at_s": -1, "system": "s", "method": "m"}]},
        {"effects": {"required": [{"effect": "refund", "times": 0}]}},
        {"unknown": 1},
    ],
)
def test_nonsense_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Task.model_validate({**LEAST, **wrong})
