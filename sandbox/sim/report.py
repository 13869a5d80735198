"""Words for a simulation that cannot go on: who is blocked, and where."""

from __future__ import annotations

import asyncio
import linecache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.sim.executor import Executor

_TASKS_MAX = 20
_AWAITS_MAX = 200
_OURS = ("/asyncio/", "/sandbox/sim/")


def unfinished(loop: asyncio.AbstractEventLoop) -> list[asyncio.Task[Any]]:
    """The loop's unfinished tasks in the order of their creation."""
    return sorted(asyncio.all_tasks(loop), key=lambda task: getattr(task, "serial", 0))


def blocked(loop: asyncio.AbstractEventLoop, executor: Executor) -> str:
    """One line per blocked task and job: its name, what it runs, and where it waits."""
    tasks = unfinished(loop)
    jobs = executor.waiting()
    lines = [f"t={loop.time():g} s, {len(tasks)} tasks and {len(jobs)} jobs blocked:"]
    lines += [f"  {_task_line(task)}" for task in tasks[:_TASKS_MAX]]
    if len(tasks) > _TASKS_MAX:
        lines.append(f"  ... and {len(tasks) - _TASKS_MAX} more tasks")
    lines += [f"  {job}" for job in jobs[:_TASKS_MAX]]
    return "\n".join(lines)


def describe(callback: Any) -> str:
    """A callback, event or task in a few words without an address."""
    callback = getattr(callback, "_callback", callback)
    task = getattr(callback, "__self__", None)
    if isinstance(task, asyncio.Task):
        return _task_line(task)
    return str(getattr(callback, "__qualname__", type(callback).__qualname__))


def _task_line(task: asyncio.Task[Any]) -> str:
    coro = task.get_coro()
    name = getattr(coro, "__qualname__", type(coro).__qualname__)
    return f"task {task.get_name()} ({name}) waits at {_place(coro)}"


def _place(coro: Any) -> str:
    """The innermost line of agent code in the chain of awaits; asyncio's own lines say little."""
    place = "an unknown place"
    for _ in range(_AWAITS_MAX):
        frame = getattr(coro, "cr_frame", None) or getattr(coro, "gi_frame", None)
        frame = frame or getattr(coro, "ag_frame", None)
        if frame is None:
            break
        file, line = frame.f_code.co_filename, frame.f_lineno
        if place == "an unknown place" or not any(part in file for part in _OURS):
            place = f"{file}:{line} ({linecache.getline(file, line).strip() or '?'})"
        for link in ("cr_await", "gi_yieldfrom", "ag_await"):
            if (awaited := getattr(coro, link, None)) is not None:
                coro = awaited
                break
        else:
            break
    return place
