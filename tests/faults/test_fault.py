"""When a fault acts: which call, which time, which chance."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.faults.fault import Fault, Passage, Window
from sandbox.faults.kinds import Latency
from sandbox.sim.points import Call
from sandbox.sim.seeds import Seeds


def call(tool: str = "stripe_create_refund", **changes: Any) -> Call:
    fields: dict[str, Any] = {"agent": "agent", "nth": 1, "t": 0.0, "conversation": "c1"}
    return Call("call-1", "tool", tool, args={}, **{**fields, **changes})


@pytest.mark.parametrize(
    ("fault", "hit", "missed"),
    [
        (Latency(tool="stripe_*"), call(), call("zendesk_get_user")),
        (Latency(tool="stripe_create_refund"), call(), call("stripe_create_refunds")),
        (Latency(agent="re*"), call(agent="refunder"), call(agent="triage")),
        (Latency(nth=2), call(nth=2), call(nth=3)),
        (Latency(from_nth=2), call(nth=7), call(nth=1)),
        (Latency(from_nth=2), call(nth=2), call(nth=1)),
        (Latency(window=Window(from_s=10, until_s=20)), call(t=10.0), call(t=20.0)),
        (Latency(window=Window(from_s=10)), call(t=1e9), call(t=9.99)),
    ],
)
def test_a_fault_is_addressed_by_tool_member_number_and_time(
    fault: Fault, hit: Call, missed: Call
) -> None:
    assert fault.matches(hit)
    assert not fault.matches(missed)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"nth": 1, "from_nth": 2}, "nth and from_nth exclude each other"),
        ({"probability": 1.5}, "less than or equal to 1"),
        ({"nth": 0}, "greater than or equal to 1"),
        ({"window": {"from_s": 20, "until_s": 10}}, "ends at 10, before it begins at 20"),
        ({"propability": 0.5}, "Extra inputs"),
    ],
)
def test_a_trigger_that_makes_no_sense_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Latency(**given)


def test_its_name_is_its_id_or_its_kind_and_tool() -> None:
    assert Latency(tool="stripe_*").name == "latency:stripe_*"
    assert Latency(id="slow").name == "slow"


def test_chance_is_a_pure_function_of_who_calls_what_for_the_how_many_th_time() -> None:
    fault, seeds = Latency(probability=0.5), Seeds(3)
    draws = [fault.drawn(seeds, call(nth=n)) for n in range(1, 101)]
    assert 30 < sum(draws) < 70
    assert draws == [fault.drawn(Seeds(3), call(nth=n, t=9.0)) for n in range(1, 101)]
    for other in ({"agent": "b"}, {"conversation": "c2"}, {"tool": "stripe_get_charge"}):
        assert draws != [fault.drawn(seeds, call(nth=n, **other)) for n in range(1, 101)]
    renamed = fault.model_copy(update={"id": "other"})
    assert draws != [renamed.drawn(seeds, call(nth=n)) for n in range(1, 101)]


def test_probability_one_always_and_zero_never() -> None:
    calls = [call(nth=n) for n in range(1, 50)]
    assert all(Latency().drawn(Seeds(n), c) for n, c in enumerate(calls))
    assert not any(Latency(probability=0).drawn(Seeds(n), c) for n, c in enumerate(calls))


@pytest.mark.parametrize(
    ("inner", "outer", "altered"),
    [
        ({"a": 1}, {"a": 1}, False),
        ({"a": 1}, {"a": 2}, True),
        ({"a": 25}, {"a": 25.0}, True),
        ({"a": True}, {"a": 1}, True),
        (None, ValueError(), True),
    ],
)
def test_a_call_is_altered_where_the_caller_gets_something_else(
    inner: Any, outer: Any, altered: bool
) -> None:
    assert Passage(True, inner, outer).altered is altered


def test_the_systems_own_error_passed_on_is_no_alteration() -> None:
    error = ValueError()
    assert not Passage(True, error, error).altered
    assert Passage(True, error, ValueError()).altered
    assert Passage(True, error, {"a": 1}).altered
    assert Passage(False, None, None).altered, "an answer that never came from the system"
