"""What must be so before LangChain is used: ids from the simulation, no tracing to a server."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from contextvars import Context
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from sandbox.errors import MissingExtra
from sandbox.sim.current import current_kernel
from sandbox.sim.ids import install_ids

_PACKAGES = ("langgraph", "langchain")
_TRACING = (
    "LANGSMITH_TRACING_V2",
    "LANGCHAIN_TRACING_V2",
    "LANGSMITH_TRACING",
    "LANGCHAIN_TRACING",
)


def prepare_langchain() -> None:
    """Make LangChain fit for the simulation; raises `MissingExtra` where it is not installed.

    LangSmith's tracing is switched off even where the user's environment asks for it: it would send
    every simulated conversation to a server, from a thread that the simulation does not drive.
    """
    for package in _PACKAGES:
        if find_spec(package) is None:
            raise MissingExtra(package, "langgraph")
    install_ids()
    os.environ.update(dict.fromkeys(_TRACING, "false"))
    langsmith = import_module("langsmith")  # brought along by LangChain
    import_module("langsmith.utils").get_env_var.cache_clear()  # it may have read the old values
    langsmith.set_runtime_overrides(aio_to_thread=_at_once)


async def _at_once(
    real: Callable[..., Awaitable[Any]],
    context: Context,
    function: Callable[..., Any],
    /,
    *args: Any,
    **options: Any,
) -> Any:
    """Call *function* where we are: LangSmith's tracing, though off, goes to a thread and back.

    Twice for every middleware around every call: a third of what a step of a graph with nine of
    them costs, and two thirds of the callbacks in its schedule.
    """
    if current_kernel() is None:
        return await real(context, function, *args, **options)
    return context.run(function, *args, **options)
