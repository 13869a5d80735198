"""Waiting both ways: coroutines await SimPy events, SimPy processes yield coroutines.

Importing this module gives `simpy.Event` an `__await__`; nothing else of SimPy changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, cast

import simpy
from simpy.resources.base import Get, Put
from simpy.resources.resource import Release, Request

from sandbox.errors import UsageError
from sandbox.sim.loop import SimLoop


async def wait(event: simpy.Event) -> Any:
    """The value of *event*, once it has happened (the same as `await event`, for type checkers)."""
    return await event  # type: ignore[misc]


def spawn(env: simpy.Environment, coro: Coroutine[Any, Any, Any]) -> Spawned:
    """Start *coro* as a task; a SimPy process may yield the event returned to get its result."""
    return Spawned(env, coro)


class Spawned(simpy.Event):
    """Happens when its task ends; fails when the task fails or is cancelled."""

    def __init__(self, env: simpy.Environment, coro: Coroutine[Any, Any, Any]) -> None:
        super().__init__(env)
        loop = _running_loop(self)
        self.task: asyncio.Task[Any] = loop.create_task(coro)
        self.task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        if self.triggered:
            return
        if task.cancelled():
            self.fail(asyncio.CancelledError())  # type: ignore[arg-type]
            self.defused = True  # to cancel a task that nobody waits for must not end the run
        elif (error := task.exception()) is not None:
            self.fail(error)  # type: ignore[arg-type]
        else:
            self.succeed(task.result())


def _running_loop(event: simpy.Event) -> SimLoop:
    loop = asyncio.get_running_loop()
    if not isinstance(loop, SimLoop) or loop.env is not event.env:
        raise UsageError(
            f"{type(event).__name__} belongs to another environment than the running loop: "
            "make it from kernel.env"
        )
    return loop


def _await_event(event: simpy.Event) -> Generator[Any, None, Any]:
    """Suspend the running coroutine until *event* has happened."""
    future = _running_loop(event).create_future()
    if event.callbacks is None:  # processed in the past
        if not event.ok:
            raise event.value
        return event.value

    def happened(event: simpy.Event) -> None:
        if future.done():
            return
        if event.ok:
            future.set_result(event.value)
        else:
            event.defused = True
            future.set_exception(cast("BaseException", event.value))

    event.callbacks.append(happened)
    try:
        return (yield from future.__await__())
    except asyncio.CancelledError:
        _give_up(event, happened)
        raise


def _give_up(event: simpy.Event, callback: Any) -> None:
    """Leave the queue that *event* stands in, and hand back what was granted but not delivered."""
    if event.callbacks is not None and callback in event.callbacks:
        event.callbacks.remove(callback)
    if isinstance(event, Request) and event.triggered:
        Release(event.resource, event)  # a second release, by `with`, does no harm
    elif isinstance(event, Put | Get) and not event.triggered and not _awaited(event):
        event.cancel()
        event.cancel = _cancelled_before  # type: ignore[method-assign]


def _awaited(event: Put[Any] | Get[Any]) -> bool:
    """Whether somebody else waits for *event*: its resource always does."""
    callbacks = event.callbacks or []
    return any(getattr(waiter, "__self__", None) is not event.resource for waiter in callbacks)


def _cancelled_before() -> None:
    """Do nothing: `with` cancels again, and SimPy would not find the request in its queue."""


simpy.Event.__await__ = _await_event  # type: ignore[attr-defined]
