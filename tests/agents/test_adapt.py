from __future__ import annotations

import asyncio
import functools
import sys
import time
from types import ModuleType
from typing import Any

import pytest

from sandbox.agents import adapt as adapt_module
from sandbox.agents.adapt import Framework, adapt
from sandbox.errors import AgentLoadError
from sandbox.sim.entropy import virtual_world


async def shout(task: str) -> str:
    await asyncio.sleep(5)
    return task.upper()


class Shouter:
    async def __call__(self, task: str) -> str:
        return await shout(task)


@pytest.mark.parametrize("built", [shout, Shouter(), functools.partial(shout)])
def test_async_callables_are_awaited_on_the_loop(office: Any, built: Any) -> None:
    assert office.run(adapt(built, office.env())) == "MY ORDER NEVER CAME."
    assert office.clock.now == 5


def test_a_plain_callable_sleeps_in_virtual_time(office: Any) -> None:
    def agent(task: str) -> str:
        time.sleep(3600)
        return task[:2]

    with virtual_world(office.kernel):
        assert office.run(adapt(agent, office.env())) == "My"
    assert office.clock.now == 3600


def test_a_plain_callable_reaches_model_and_tools_through_call_sync(office: Any) -> None:
    office.tool("get_order", lambda **_: {"id": 1})
    env = office.env(office.says("hello"))

    def agent(task: str) -> str:
        order = env.call_sync(env.tools.call, "get_order", {})
        return f"{env.call_sync(env.model.complete, []).text} {order['id']}"

    assert office.run(adapt(agent, env)) == "hello 1"
    assert office.clock.now == pytest.approx(1.0)


def test_plain_callables_do_not_hold_each_other_up(office: Any) -> None:
    def agent(task: str) -> str:
        time.sleep(10)
        return task

    async def both() -> list[str]:
        one, two = adapt(agent, office.env()), adapt(agent, office.env())
        return list(await asyncio.gather(one("a"), two("b")))

    with virtual_world(office.kernel):
        assert office.do(both()) == ["a", "b"]
    assert office.clock.now == 10


def test_a_lambda_around_a_coroutine_function_works_too(office: Any) -> None:
    agent = adapt(lambda task: shout(task + "!"), office.env())
    assert office.run(agent) == "MY ORDER NEVER CAME.!"


def test_no_answer_is_an_empty_one(office: Any) -> None:
    async def silent(task: str) -> None:
        return None

    assert office.run(adapt(silent, office.env())) == ""


@pytest.mark.parametrize("answer", [42, b"x", {"text": "x"}])
def test_an_answer_that_is_no_text_is_the_agents_fault(office: Any, answer: Any) -> None:
    async def wrong(task: str) -> Any:
        return answer

    kind = type(answer).__name__
    with pytest.raises(TypeError, match=f"answered with an? {kind}: expected text"):
        office.run(adapt(wrong, office.env()))


@pytest.mark.parametrize(
    ("built", "shown"), [(None, "a NoneType"), (42, "an int"), (Shouter, "the class Shouter")]
)
def test_what_is_no_agent_is_refused_with_what_is_accepted(
    office: Any, built: Any, shown: str
) -> None:
    with pytest.raises(AgentLoadError, match=f"returned {shown}, .*callable.*LangGraph"):
        adapt(built, office.env())


def test_an_async_factory_is_refused_without_a_warning(office: Any) -> None:
    with pytest.raises(AgentLoadError, match="the factory is an async function"):
        adapt(shout("x"), office.env())


def test_an_object_of_a_framework_goes_to_its_adapter(
    office: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    graph_class = type("Graph", (), {"__module__": "acme.graphs.compiled"})
    bridge = ModuleType("acme_bridge")
    seen: list[Any] = []

    def acme_adapt(built: Any, env: Any) -> Any:
        seen.append(built)
        return shout

    bridge.adapt = acme_adapt  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "acme_bridge", bridge)
    acme = Framework("Acme", ("acme.graphs",), "acme_bridge:adapt")
    monkeypatch.setattr(adapt_module, "FRAMEWORKS", (acme,))
    graph = type("Mine", (graph_class,), {})()  # a user's subclass stems from the framework too
    assert adapt(graph, office.env()) is shout
    assert seen == [graph]


def test_a_package_with_a_like_name_is_another_framework() -> None:
    other = type("Graph", (), {"__module__": "acme.graphs2"})()
    assert not Framework("Acme", ("acme.graphs",), "x:y").owns(other)
