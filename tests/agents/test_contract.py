from __future__ import annotations

from typing import Any


def test_an_env_has_all_that_an_agent_may_use(office: Any) -> None:
    env = office.env()
    assert (env.task, env.instructions) == ("My order never came.", "Be kind.")
    env.note("hello")
    assert office.trace.events[-1]["text"] == "hello"
