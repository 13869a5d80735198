from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from sandbox.errors import ToolUnavailable, UsageError
from sandbox.llm.endpoint import ModelEndpoint
from sandbox.llm.latency import LatencyProfile
from sandbox.llm.messages import Completion, Message, Model, ToolCall, ToolSpec, Usage
from sandbox.llm.prices import Price, Prices, load_prices
from sandbox.llm.scripted import ScriptedModel
from sandbox.sim.kernel import Kernel
from sandbox.sim.points import Call, Forward, Points
from sandbox.sim.seeds import Seeds
from sandbox.sim.trace import Trace

HELLO = Message("user", "hello")
ANSWER = Completion("hi", usage=Usage(1_000, 200), why="greeting")
PRICES = Prices("2026-01-01", {"scripted": Price(2.0, 10.0, 0.2)})


class Bench:
    """A kernel with one endpoint on it."""

    def __init__(self, model: Model, *, seed: int = 1, prices: Prices = PRICES) -> None:
        self.kernel = Kernel(Seeds(seed))
        self.clock = self.kernel.clock
        self.points = Points()
        self.trace = Trace(lambda: self.clock.now)
        self.endpoint = ModelEndpoint(
            model, clock=self.clock, points=self.points, trace=self.trace, prices=prices,
            seeds=self.kernel.seeds, latency=LatencyProfile(0.5, 2.0, 100.0), conversation="c1",
        )  # fmt: skip

    def run(self, main: Callable[[], Awaitable[Any]]) -> Any:
        async def body() -> Any:
            return await main()

        return self.kernel.run(body())

    def ask(self, *messages: Message, agent: str = "agent") -> Completion:
        answer = self.run(lambda: self.endpoint.complete(messages or (HELLO,), agent=agent))
        assert isinstance(answer, Completion)
        return answer

    def events(self, type_: str) -> list[dict[str, Any]]:
        return [event for event in self.trace.events if event["type"] == type_]


def scripted(count: int = 1) -> ScriptedModel:
    return ScriptedModel([ANSWER] * count)


def test_an_answer_takes_virtual_time_and_costs_what_the_table_says() -> None:
    bench = Bench(scripted())
    answer = bench.ask()
    assert (answer.text, answer.model) == ("hi", "scripted")
    assert answer.latency_s == pytest.approx(bench.clock.now)
    assert answer.latency_s > 2.0  # 200 tokens at 100 per second, and the wait for the first
    assert answer.cost_usd == pytest.approx(0.002 + 0.002)


def test_the_endpoint_keeps_the_totals() -> None:
    bench = Bench(scripted(3))
    answers = [bench.ask() for _ in range(3)]
    endpoint = bench.endpoint
    assert (endpoint.turn, endpoint.usage) == (3, Usage(3_000, 600))
    assert endpoint.cost_usd == pytest.approx(0.012)
    assert endpoint.think_s == pytest.approx(sum(answer.latency_s for answer in answers))


def test_the_trace_tells_the_call_and_its_answer() -> None:
    call = ToolCall("call_1", "refund", {"amount": 5})
    tool = ToolSpec("refund", "", {})
    bench = Bench(ScriptedModel([Completion("", (call,), Usage(1, 2), why="refund")]))
    bench.run(lambda: bench.endpoint.complete([Message("system", "Be kind."), HELLO], [tool]))
    asked, answered = bench.trace.events
    assert asked == {
        "i": 0, "t": 0.0, "type": "model_call", "call": "c1/model-1", "conversation": "c1",
        "model": "scripted", "agent": "agent", "turn": 1, "messages": 2, "tools": 1,
        "new": [
            {"role": "system", "content": "Be kind."}, {"role": "user", "content": "hello"},
        ],
    }  # fmt: skip
    assert answered["call"] == "c1/model-1"
    assert answered["tool_calls"] == [{"id": "call_1", "name": "refund", "args": {"amount": 5}}]
    assert answered["usage"] == {"input": 1, "output": 2}
    assert answered["why"] == "refund"
    assert answered["t"] == answered["latency_s"] > 0


def test_each_call_traces_only_what_its_agent_has_not_sent_before() -> None:
    bench = Bench(scripted(3))
    bench.ask(HELLO)
    result = Message("tool", "{}", tool_call_id="call_1", name="refund", error=True)
    bench.ask(HELLO, Message("assistant", "hi"), result)
    bench.ask(HELLO, agent="other")
    first, second, third = (event["new"] for event in bench.events("model_call"))
    assert [m["role"] for m in first] == [m["role"] for m in third] == ["user"]
    assert second == [
        {"role": "assistant", "content": "hi"},
        {
            "role": "tool", "content": "{}", "tool_call_id": "call_1", "name": "refund",
            "error": True,
        },
    ]  # fmt: skip


def test_the_trace_tells_all_that_a_message_says_and_no_more() -> None:
    bench = Bench(scripted())
    asked = Message("assistant", "", (ToolCall("call_1", "look", {"id": 7}),))
    answered = Message("tool", "gone", tool_call_id="call_1", name="look", error=True)
    bench.ask(HELLO, asked, answered)
    assert bench.events("model_call")[0]["new"] == [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "",
         "tool_calls": [{"id": "call_1", "name": "look", "args": {"id": 7}}]},
        {"role": "tool", "content": "gone", "tool_call_id": "call_1", "name": "look",
         "error": True},
    ]  # fmt: skip


def test_an_interceptor_sees_the_call_and_may_answer_in_the_models_place() -> None:
    bench, seen = Bench(scripted()), []

    async def instead(call: Call, forward: Forward) -> Completion:
        seen.append(call)
        return Completion("from the cache")

    bench.points.add("model", instead)
    assert bench.ask().text == "from the cache"
    (call,) = seen
    assert (call.id, call.boundary, call.target, call.agent) == (
        "c1/model-1", "model", "scripted", "agent",
    )  # fmt: skip
    assert (call.nth, call.turn, call.conversation) == (1, 1, "c1")
    assert call.args == {"messages": 1, "tools": 0, "tool_choice": "auto"}
    assert bench.endpoint.cost_usd == 0


def test_the_nth_call_is_counted_per_agent_and_the_turn_over_all() -> None:
    bench, seen = Bench(scripted(3)), []

    async def note(call: Call, forward: Forward) -> Any:
        seen.append((call.agent, call.nth, call.turn))
        return await forward(call)

    bench.points.add("model", note)
    for agent in ("a", "b", "a"):
        bench.ask(agent=agent)
    assert seen == [("a", 1, 1), ("b", 1, 2), ("a", 2, 3)]


def test_a_failed_call_stands_in_the_trace_and_costs_nothing() -> None:
    bench = Bench(scripted())

    async def outage(call: Call, forward: Forward) -> Any:
        raise ToolUnavailable("overloaded")

    bench.points.add("model", outage)
    with pytest.raises(ToolUnavailable):
        bench.ask()
    (event,) = bench.events("model_result")
    assert (event["error"], event["message"]) == ("ToolUnavailable", "overloaded")
    assert "cost_usd" not in event
    assert bench.endpoint.cost_usd == 0


def test_an_answer_that_the_caller_gave_up_is_paid_and_stands_in_the_trace() -> None:
    bench = Bench(scripted(2))

    async def impatient() -> str:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.0):
                await bench.endpoint.complete([HELLO])
        return (await bench.endpoint.complete([HELLO])).text

    assert bench.run(impatient) == "hi"
    given_up, answered = bench.events("model_result")
    assert (given_up["t"], given_up["error"]) == (1.0, "CancelledError")
    assert given_up["cost_usd"] + answered["cost_usd"] == pytest.approx(bench.endpoint.cost_usd)
    assert bench.endpoint.think_s == pytest.approx(answered["latency_s"])


def test_latency_is_drawn_per_agent_and_call_so_that_others_move_nothing() -> None:
    alone = Bench(scripted(2))
    wanted = [alone.ask(agent="a").latency_s for _ in range(2)]
    crowded = Bench(scripted(3))
    got = [crowded.ask(agent=agent).latency_s for agent in ("a", "b", "a")]
    assert [got[0], got[2]] == wanted
    assert wanted[0] != wanted[1]
    assert Bench(scripted(), seed=2).ask(agent="a").latency_s != wanted[0]


def test_drawn_latencies_have_the_median_of_the_profile() -> None:
    model = ScriptedModel([Completion("x")] * 400, name="scripted")
    bench = Bench(model)
    drawn = [bench.ask().latency_s for _ in range(400)]
    assert statistics.median(drawn) == pytest.approx(0.5, rel=0.2)
    assert sorted(drawn)[379] == pytest.approx(2.0, rel=0.35)


def test_a_model_without_a_price_is_refused_before_anything_runs() -> None:
    with pytest.raises(UsageError, match=r"no price for model 'gpt-4.1-mni'"):
        Bench(ScriptedModel([], name="gpt-4.1-mni"), prices=load_prices())
