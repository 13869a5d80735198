"""The end of a run: cancel what is left in the order of its creation, and leave no warnings."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from sandbox.errors import SimulationError
from sandbox.sim.report import unfinished

if TYPE_CHECKING:
    from sandbox.sim.executor import Executor
    from sandbox.sim.external import External
    from sandbox.sim.loop import SimLoop

_ROUNDS_MAX = 8
_AWAITS_MAX = 200


def shut_down(loop: SimLoop, executor: Executor, external: External) -> None:
    """Wind up what is left of a run and close *loop*; the clock does not move any more."""
    external.abandon()
    loop.winding_up()
    try:
        _cancel_all(loop, executor)
        for generator in loop.open_generators():
            loop.create_task(_close(generator))
        _run_instant(loop)
        _cancel_all(loop, executor)
        for task in unfinished(loop):
            # On the running loop: where none runs, each `await sleep()` of a coroutine that
            # swallows everything would raise at once, and it would spin for ever.
            loop.call_soon(_bury, task)
        _run_instant(loop)
    finally:
        executor.stop()
        loop.close()


def _cancel_all(loop: SimLoop, executor: Executor) -> None:
    """Cancel tasks and jobs; some swallow it or clean up by waiting: again, but not for ever."""
    for _ in range(_ROUNDS_MAX):
        tasks = unfinished(loop)
        for task in tasks:
            task.cancel()
        _run_instant(loop)
        executor.kill_jobs()
        _run_instant(loop)
        for task in tasks:
            _see(task)
        if not unfinished(loop):
            return


def _see(task: asyncio.Task[Any]) -> None:
    """Take note of the task's error, so that asyncio does not complain that nobody did."""
    if task.done() and not task.cancelled():
        task.exception()


def _run_instant(loop: SimLoop) -> None:
    # What goes wrong while a finished simulation winds up is of no consequence, unless it is the
    # user's Ctrl-C.
    with suppress(SimulationError):
        loop.run_instant()


async def _close(generator: AsyncGenerator[Any, Any]) -> None:
    with suppress(Exception):  # agent code; nobody is left whom it could tell
        await generator.aclose()


def _bury(task: asyncio.Task[Any]) -> None:
    """Get rid of a task that will not end."""
    task._log_destroy_pending = False  # type: ignore[attr-defined]
    task.add_done_callback(_see)  # its step may be waiting to run, and find the coroutine closed
    awaits = _chain(task.get_coro())
    for coro in awaits[:1]:
        with suppress(BaseException):  # agent code; it ignored GeneratorExit or broke on it
            coro.close()
    # One that ignored it may be inside others that did not: those are closed, it is not.
    for coro in awaits:
        if coro.cr_frame is not None:
            _keep_for_ever(coro)


def _keep_for_ever(coro: Any) -> None:
    """Hold what swallows even GeneratorExit: to drop it, also when Python ends, prints warnings."""
    import ctypes  # noqa: PLC0415 - hardly ever needed

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(coro))


def _chain(coro: Any) -> list[Any]:
    """*coro* and the coroutines that it waits for, one inside the other."""
    found: list[Any] = []
    while inspect.iscoroutine(coro) and len(found) < _AWAITS_MAX:
        found.append(coro)
        coro = coro.cr_await
    return found
