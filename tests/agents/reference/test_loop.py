from __future__ import annotations

from typing import Any

from sandbox.agents.reference.loop import OUT_OF_STEPS, ToolLoop
from sandbox.errors import Conflict


def test_calls_are_made_and_words_go_to_the_user_until_they_leave(office: Any) -> None:
    office.tool("get_order", lambda order: {"id": order})
    office.user.replies = ["Thanks!"]
    env = office.env(
        office.calls("get_order", order="ORD-1"), office.says("It is lost."), office.says("Bye.")
    )
    assert office.run(ToolLoop(env, env.tools.call)) == "Bye."
    assert office.tools.calls == [("get_order", {"order": "ORD-1"})]
    assert office.user.heard == ["It is lost.", "Bye."]


def test_the_model_gets_the_whole_conversation(office: Any) -> None:
    office.tool("get_order", lambda: {"id": 1})
    office.user.replies = ["Thanks!"]
    env = office.env(office.calls("get_order"), office.says("Lost."), office.says("Bye."))
    office.run(ToolLoop(env, env.tools.call))
    calls = [event for event in office.trace.events if event["type"] == "model_call"]
    assert [call["messages"] for call in calls] == [2, 4, 6]
    assert [m["role"] for call in calls for m in call["new"]] == [
        "system", "user", "assistant", "tool", "assistant", "user",
    ]  # fmt: skip


def test_an_error_is_told_to_the_model_and_a_made_up_tool_is_one(office: Any) -> None:
    office.tool("cancel", dict, errors=[Conflict("already shipped")])
    env = office.env(office.calls("cancel"), office.calls("nonsense"), office.says("Sorry."))
    office.run(ToolLoop(env, env.tools.call))
    told = [m for e in office.trace.events for m in e.get("new", ()) if m["role"] == "tool"]
    assert [m["error"] for m in told] == [True, True]
    assert "already shipped" in told[0]["content"]


def test_a_model_that_never_ends_is_stopped(office: Any) -> None:
    office.tool("get_order", dict)
    env = office.env(*[office.calls("get_order")] * 9)
    assert office.run(ToolLoop(env, env.tools.call, steps_max=5)) == OUT_OF_STEPS
    assert len(office.tools.calls) == 5
