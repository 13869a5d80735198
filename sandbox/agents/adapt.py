"""From whatever a factory has built to an `Agent`: one async call, text in, text out."""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from sandbox.agents.contract import Agent, Env
from sandbox.errors import AgentLoadError

Adapter = Callable[[Any, Env], Agent]


@dataclass(frozen=True)
class Framework:
    """An agent framework whose objects can be run; its adapter is imported when one turns up."""

    name: str
    module_prefixes: tuple[str, ...]
    """Packages of the framework: an object whose class stems from one of them is its."""
    adapter: str
    """Where its adapter is, `module:function`; that module may import the framework."""

    def owns(self, built: Any) -> bool:
        """Whether *built* is an object of this framework; imports nothing."""
        modules = [cls.__module__ for cls in type(built).__mro__]
        return any(
            module == prefix or module.startswith(f"{prefix}.")
            for module in modules
            for prefix in self.module_prefixes
        )

    def adapt(self, built: Any, env: Env) -> Agent:
        """*built* as an `Agent`."""
        module, _, function = self.adapter.partition(":")
        adapter: Adapter = getattr(import_module(module), function)
        return adapter(built, env)


FRAMEWORKS: tuple[Framework, ...] = (
    Framework(
        "LangGraph", ("langgraph", "langchain_core.runnables"),
        "sandbox.agents.langgraph.adapter:adapt",
    ),
)  # fmt: skip


def adapt(built: Any, env: Env) -> Agent:
    """The `Agent` that *built* is, or can be run as; `AgentLoadError` says what is accepted.

    A coroutine function, or an object with an async `__call__`, is awaited. A plain callable runs
    in a thread of the simulation: `time.sleep` takes virtual time there, `env.call_sync` awaits.
    """
    for framework in FRAMEWORKS:
        if framework.owns(built):
            return framework.adapt(built, env)
    if inspect.iscoroutine(built):
        built.close()  # it will never be awaited, and says so otherwise
        raise AgentLoadError(
            "the factory is an async function: write a plain `def build(env)` that returns"
            " the agent (which may be async)"
        )
    if not callable(built) or isinstance(built, type):
        kind = f"the class {built.__name__}" if isinstance(built, type) else _article(built)
        names = ", ".join(framework.name for framework in FRAMEWORKS)
        raise AgentLoadError(
            f"the factory returned {kind}, which is no agent: return an async or plain callable"
            f" (task: str) -> str, or a graph of {names}"
        )
    return _async_agent(built) if _is_async(built) else _sync_agent(built)


def _async_agent(built: Callable[[str], Awaitable[Any]]) -> Agent:
    async def agent(task: str) -> str:
        return _text(await built(task))

    return agent


def _sync_agent(built: Callable[[str], Any]) -> Agent:
    async def agent(task: str) -> str:
        answer = await asyncio.to_thread(built, task)
        # A lambda around a coroutine function looks synchronous until it is called.
        return _text(await answer if inspect.isawaitable(answer) else answer)

    return agent


def _is_async(built: Any) -> bool:
    while isinstance(built, functools.partial):
        built = built.func
    return inspect.iscoroutinefunction(built) or inspect.iscoroutinefunction(
        getattr(type(built), "__call__", None)  # noqa: B004 - the method is wanted, not the answer
    )


def _text(answer: Any) -> str:
    if answer is None:
        return ""  # all was said in the conversation
    if not isinstance(answer, str):
        raise TypeError(f"the agent answered with {_article(answer)}: expected text")
    return answer


def _article(value: Any) -> str:
    name = type(value).__qualname__
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"
