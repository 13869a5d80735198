from __future__ import annotations

from sandbox.llm.plan import AskStep, Plan, SayStep, ToolStep


def test_two_plans_of_the_same_steps_are_equal() -> None:
    def plan() -> Plan:
        return Plan((AskStep("ask", "Which?"), ToolStep("get", "get_order", {"id": "$ask"})))

    assert plan() == plan()
    assert plan() != Plan((SayStep("say", "Done."),))


def test_a_step_polls_once_a_minute_at_most_forty_times_unless_told_otherwise() -> None:
    step = ToolStep("track", "track_shipment", {}, until={"status": "delivered"})
    assert (step.every_s, step.polls_max) == (60.0, 40)
