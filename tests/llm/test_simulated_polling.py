"""A plan that looks again and again until something has happened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import ToolError, ToolTimeout
from sandbox.llm.plan import Plan, SayStep, ToolStep
from sandbox.llm.simulated import FOLLOW_UP

if TYPE_CHECKING:
    from tests.llm.conftest import NewStand, Stand

POLL = Plan(
    (
        ToolStep(
            "track", "ship_track", {}, until={"state": ["delivered", "lost"]}, every_s=3600.0,
            polls_max=3,
        ),
        SayStep("bye", "It is $track.state."),
    )
)  # fmt: skip


@pytest.fixture
def polling(new_stand: NewStand) -> NewStand:
    def polling_stand(*states: str, field: str = "state", **knobs: Any) -> Stand:
        stand, left = new_stand(POLL, **knobs), list(states)
        stand.tools = {
            "ship_track": lambda: {field: left.pop(0) if len(left) > 1 else left[0]},
            "wait": lambda seconds: {"waited_s": seconds},
        }
        return stand

    return polling_stand


def test_between_polls_it_waits_as_long_as_the_plan_says(polling: NewStand) -> None:
    stand = polling("on its way", "on its way", "lost")
    assert stand.talk() == ["It is lost."]
    assert stand.calls == [
        ("ship_track", {}), ("wait", {"seconds": 3600.0}),
        ("ship_track", {}), ("wait", {"seconds": 3600.0}),
        ("ship_track", {}),
    ]  # fmt: skip


def test_a_number_has_come_when_it_is_that_number(new_stand: NewStand) -> None:
    track = ToolStep("track", "ship_track", {}, until={"tries": 3}, polls_max=9)
    stand, left = new_stand(Plan((track, SayStep("bye", "After $track.tries.")))), [1, 2, 3]
    stand.tools = {"ship_track": lambda: {"tries": left.pop(0)}}
    assert stand.talk() == ["After 3."]


def test_without_a_wait_tool_it_polls_at_once(polling: NewStand) -> None:
    stand = polling("on its way", "lost")
    del stand.tools["wait"]
    assert stand.talk() == ["It is lost."]
    assert stand.called == ["ship_track", "ship_track"]


def test_after_enough_polls_it_promises_to_follow_up(polling: NewStand) -> None:
    stand = polling("on its way")
    assert stand.talk() == [FOLLOW_UP]
    assert stand.called.count("ship_track") == 3


def test_a_poll_recognises_a_drifted_field_and_value_if_it_sees_the_drift(
    polling: NewStand,
) -> None:
    assert polling("DELIVERED", field="shipment_state").talk() == ["It is DELIVERED."]
    assert polling("DELIVERED", field="shipment_state", drift_repair=0.0).talk() == [FOLLOW_UP]


def test_errors_between_polls_do_not_add_up(polling: NewStand) -> None:
    stand = polling("on its way", errors_max=2)
    answers: list[Any] = [ToolTimeout("slow"), {"state": "on its way"}] * 2
    answers += [ToolTimeout("slow"), {"state": "lost"}]

    def track() -> Any:
        answer = answers.pop(0)
        if isinstance(answer, ToolError):
            raise answer
        return answer

    stand.tools["ship_track"] = track
    assert stand.talk() == ["It is lost."]
