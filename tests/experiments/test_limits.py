"""Limits: a spent budget ends the conversation, whatever the agent catches."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from types import SimpleNamespace
from typing import Any, Literal

import pytest

from sandbox.errors import ConversationOver, SandboxBug
from sandbox.experiments.limits import Guard, Guards
from sandbox.experiments.spec import Limits
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Call, Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace


class Ward:
    """One guarded conversation whose calls take a second each."""

    def __init__(self, **limits: Any) -> None:
        self.kernel = Kernel(Seeds(1))
        self.clock = self.kernel.clock
        self.trace = Trace(lambda: self.clock.now)
        self.points = Points()
        self.guards = Guards(self.points)
        self.limits = Limits(**limits)
        self.answered = 0
        self.guard: Guard

    async def call(
        self, boundary: Literal["tool", "model"] = "tool", conversation: str = "c1",
        error: Exception | None = None,
    ) -> None:  # fmt: skip
        async def handle(call: Call) -> None:
            await self.clock.sleep(1.0)
            if error is not None:
                raise error

        call = Call("x", boundary, "get", "agent", 1, {}, self.clock.now, conversation=conversation)
        await self.points.through(call, handle)
        self.answered += 1

    def run(self, agent: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Let *agent* work until it ends, or is stopped."""

        async def main() -> None:
            self.guard = Guard("c1", self.limits, clock=self.clock, trace=self.trace)
            self.guards.add(self.guard)
            self.guard.start()
            task = asyncio.ensure_future(agent())
            stopped = asyncio.ensure_future(self.guard.stopped.wait())
            await asyncio.wait({task, stopped}, return_when=asyncio.FIRST_COMPLETED)
            for each in (task, stopped):
                each.cancel()
            await asyncio.gather(task, stopped, return_exceptions=True)
            self.guard.end()

        self.kernel.run(main())

    def limits_told(self) -> list[str]:
        return [e["limit"] for e in self.trace.events if e["type"] == "limit"]


@pytest.mark.parametrize("boundary", ["tool", "model"])
def test_the_call_beyond_the_last_permitted_one_never_returns(
    boundary: Literal["tool", "model"],
) -> None:
    ward = Ward(steps_max=3)

    async def agent() -> None:
        while True:
            try:
                await ward.call(boundary)
            except Exception:
                continue

    ward.run(agent)
    assert ward.answered == 3
    assert ward.guard.reached == "steps"
    assert ward.limits_told() == ["steps"]


def test_tool_and_model_calls_are_counted_apart() -> None:
    ward = Ward(steps_max=3)

    async def agent() -> None:
        for _ in range(3):
            await ward.call("tool")
            await ward.call("model")

    ward.run(agent)
    assert (ward.guard.steps, ward.guard.model_calls, ward.guard.reached) == (3, 3, None)


def test_virtual_time_ends_an_agent_that_only_sleeps() -> None:
    ward = Ward(virtual_s_max=100)
    ward.run(lambda: asyncio.sleep(10_000))
    assert ward.clock.now == 100
    assert ward.limits_told() == ["virtual_s"]


def test_a_conversation_that_ends_in_time_leaves_no_timer_behind() -> None:
    ward = Ward(virtual_s_max=100)
    ward.run(ward.call)
    assert ward.clock.now == 1.0
    assert ward.guard.reached is None


def test_the_call_after_the_money_is_spent_never_returns() -> None:
    ward = Ward(cost_usd_max=1.0)

    async def agent() -> None:
        purse: Any = SimpleNamespace(cost_usd=1.0)
        ward.guard.endpoint = purse
        await ward.call("model")
        purse.cost_usd = 1.01
        await ward.call("model")

    ward.run(agent)
    assert ward.answered == 1
    assert ward.limits_told() == ["cost"]


def test_only_the_first_limit_counts_and_calls_in_parallel_end_too() -> None:
    ward = Ward(steps_max=2)

    async def agent() -> None:
        await asyncio.gather(*(ward.call() for _ in range(10)))

    ward.run(agent)
    assert ward.limits_told() == ["steps"]
    assert ward.guard.steps == 3


def test_one_conversation_s_limit_is_not_the_other_s() -> None:
    ward = Ward(steps_max=2)

    async def agent() -> None:
        other = Guard("c2", ward.limits, clock=ward.clock, trace=ward.trace)
        ward.guards.add(other)
        for _ in range(2):
            await ward.call()
            await ward.call(conversation="c2")

    ward.run(agent)
    assert ward.answered == 4


def test_a_straggler_of_a_conversation_that_is_over_waits_for_ever() -> None:
    ward = Ward(virtual_s_max=50)

    async def agent() -> None:
        await ward.call(conversation="over")

    ward.run(agent)
    assert ward.answered == 0


def test_a_failure_on_our_side_is_remembered_although_the_agent_swallows_it() -> None:
    for error, ours in (
        (SandboxBug("x"), True),
        (KeyError("x"), True),
        (ConversationOver(), False),
    ):
        ward = Ward()

        async def agent(ward: Ward = ward, error: Exception = error) -> None:
            with pytest.raises(type(error)):
                await ward.call(error=error)

        ward.run(agent)
        assert bool(ward.guard.bug) is ours
