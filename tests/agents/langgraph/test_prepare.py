from __future__ import annotations

import asyncio
import os
import threading
from contextvars import ContextVar, copy_context
from typing import Any

import pytest

from sandbox.agents.langgraph import prepare
from sandbox.agents.langgraph.prepare import prepare_langchain
from sandbox.errors import MissingExtra

langsmith = pytest.importorskip("langsmith")


def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(prepare, "find_spec", lambda name: None if name == "langchain" else name)
    with pytest.raises(MissingExtra, match=r"'langchain'.*agent-windtunnel\[langgraph\]"):
        prepare_langchain()


def test_tracing_stays_off_even_where_the_environment_asks_for_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in prepare._TRACING:
        monkeypatch.setenv(name, "true")
    langsmith.utils.get_env_var.cache_clear()
    assert langsmith.utils.tracing_is_enabled()
    prepare_langchain()
    assert not langsmith.utils.tracing_is_enabled()
    assert os.environ["LANGSMITH_TRACING"] == "false"


VALUE: ContextVar[str] = ContextVar("VALUE")


async def wrapped() -> Any:
    @langsmith.traceable(name="step")  # type: ignore[untyped-decorator]
    async def step() -> str:
        VALUE.set("seen")
        return VALUE.get()

    return await step()


def test_middleware_takes_no_thread_of_the_simulation(new_counter: Any) -> None:
    counter = new_counter()
    threads: list[int] = []

    async def step() -> int:
        assert await wrapped() == "seen"
        return threading.active_count()

    threads.append(counter.do(step))
    threads.append(counter.do(lambda: asyncio.to_thread(threading.active_count)))
    assert threads[1] == threads[0] + 1  # the first job needs the first thread


def test_outside_of_a_simulation_langsmith_works_as_always() -> None:
    assert asyncio.run(wrapped()) == "seen"
    real = asyncio.run(prepare._at_once(_twice, copy_context(), int, "4"))
    assert real == ["real", 4]


async def _twice(context: Any, function: Any, /, *args: Any) -> list[Any]:
    return ["real", context.run(function, *args)]
