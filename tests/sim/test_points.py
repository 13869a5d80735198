import asyncio
from typing import Any

from sandbox.sim.points import Call, Forward, Points


def call(**fields: Any) -> Call:
    given: dict[str, Any] = {
        "id": "call-1",
        "boundary": "tool",
        "target": "stripe.refund",
        "agent": "a",
        "nth": 1,
        "args": {"amount": 5},
        "t": 0.0,
    }
    return Call(**{**given, **fields})


async def handler(call: Call) -> Any:
    return [f"refund {call.args['amount']}"]


def noting(name: str, log: list[str]) -> Any:
    async def intercept(call: Call, forward: Forward) -> Any:
        log.append(f"{name} in")
        result = await forward(call)
        log.append(f"{name} out")
        return result

    return intercept


def test_without_interceptors_the_handler_answers() -> None:
    assert asyncio.run(Points().through(call(), handler)) == ["refund 5"]


def test_lower_stages_stand_further_outside_and_equal_ones_in_the_order_added() -> None:
    points, log = Points(), list[str]()
    points.add("tool", noting("inner", log), stage=80)
    points.add("tool", noting("first", log))
    points.add("tool", noting("second", log))
    points.add("tool", noting("outer", log), stage=10)
    asyncio.run(points.through(call(), handler))
    assert log[:4] == ["outer in", "first in", "second in", "inner in"]
    assert log[4:] == ["inner out", "second out", "first out", "outer out"]


def test_an_interceptor_may_change_the_call_and_the_result() -> None:
    async def tamper(call: Call, forward: Forward) -> Any:
        call.args["amount"] = 7
        return [*(await forward(call)), "tampered"]

    points = Points()
    points.add("tool", tamper)
    assert asyncio.run(points.through(call(), handler)) == ["refund 7", "tampered"]


def test_an_interceptor_may_call_twice_or_not_at_all() -> None:
    async def twice(call: Call, forward: Forward) -> Any:
        return [*(await forward(call)), *(await forward(call))]

    async def never(call: Call, forward: Forward) -> Any:
        return "refused"

    points = Points()
    points.add("tool", twice)
    assert asyncio.run(points.through(call(), handler)) == ["refund 5", "refund 5"]
    points.add("tool", never, stage=0)
    assert asyncio.run(points.through(call(), handler)) == "refused"


def test_interceptors_of_another_boundary_are_left_out() -> None:
    points, log = Points(), list[str]()
    points.add("model", noting("model", log))
    assert asyncio.run(points.through(call(), handler)) == ["refund 5"]
    assert log == []
