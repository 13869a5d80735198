"""Where the simulation ends: a table of real APIs, and the refusal of those that would leave it."""

from __future__ import annotations

import _thread
import asyncio
import builtins
import multiprocessing.process
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.errors import EscapedSimulation
from sandbox.sim.current import virtual_kernel
from sandbox.sim.loop import REFUSED
from sandbox.sim.patches import Patches

Level = Literal["simulated", "patched", "refused", "passes"]


@dataclass(frozen=True, slots=True)
class Api:
    """One real API and what becomes of it inside a simulation."""

    name: str
    level: Level
    note: str


@dataclass(frozen=True, slots=True)
class _Refusal:
    owner: Any
    attribute: str
    name: str
    remedy: str
    shown: bool = True
    """Whether the arguments are told: the number of a process differs from run to run."""


_NETWORK = "reach the fake systems through the tools of the environment"
_PROCESS = "a simulation has no child processes"
_END = "an agent ends by answering or raising; its process belongs to other episodes too"
_THREAD = "use asyncio.to_thread() or loop.run_in_executor(), which run in virtual time"
_LOOP = "await on the running loop, or use asyncio.run() in a job's thread"
_SIGNAL = "signals come from the real world"

_REFUSALS = [
    _Refusal(socket.socket, "connect", "socket.connect", _NETWORK),
    _Refusal(socket.socket, "connect_ex", "socket.connect_ex", _NETWORK),
    _Refusal(socket.socket, "sendto", "socket.sendto", _NETWORK),
    _Refusal(socket.socket, "bind", "socket.bind", _NETWORK),
    _Refusal(socket, "create_connection", "socket.create_connection", _NETWORK),
    _Refusal(socket, "getaddrinfo", "socket.getaddrinfo", _NETWORK),
    _Refusal(socket, "gethostbyname", "socket.gethostbyname", _NETWORK),
    _Refusal(socket, "gethostbyaddr", "socket.gethostbyaddr", _NETWORK),
    _Refusal(subprocess.Popen, "__init__", "subprocess.Popen", _PROCESS),
    _Refusal(
        multiprocessing.process.BaseProcess, "start", "multiprocessing.Process.start", _PROCESS
    ),
    _Refusal(threading.Thread, "start", "threading.Thread.start", _THREAD),
    _Refusal(_thread, "start_new_thread", "_thread.start_new_thread", _THREAD),
    _Refusal(asyncio, "new_event_loop", "asyncio.new_event_loop", _LOOP),
    _Refusal(asyncio.events, "new_event_loop", "asyncio.new_event_loop", _LOOP),
    _Refusal(signal, "signal", "signal.signal", _SIGNAL),
    _Refusal(
        builtins, "input", "input", "nobody sits at the keyboard: ask through the conversation"
    ),
]
_REFUSALS += [
    _Refusal(os, name, f"os.{name}", _PROCESS)
    for name in ("system", "fork", "forkpty", "posix_spawn", "posix_spawnp", "execv", "execve")
    if hasattr(os, name)
]
_REFUSALS += [
    _Refusal(os, name, f"os.{name}", _END, shown="kill" not in name)
    for name in ("_exit", "abort", "kill", "killpg")
    if hasattr(os, name)
]
_REFUSALS += [
    _Refusal(signal, name, f"signal.{name}", _SIGNAL, shown="kill" not in name)
    for name in ("alarm", "setitimer", "raise_signal", "pthread_kill", "pause", "sigwait")
    if hasattr(signal, name)
]
if hasattr(_thread, "start_joinable_thread"):
    _REFUSALS.append(
        _Refusal(_thread, "start_joinable_thread", "_thread.start_joinable_thread", _THREAD)
    )

_BY_HAND = [
    Api("asyncio tasks, futures, timers", "simulated", "one heap with SimPy; virtual seconds"),
    Api("asyncio.to_thread, loop.run_in_executor", "simulated", "real threads, one at a time"),
    Api("asyncio.run", "simulated", "in a job's thread: on the simulation's loop"),
    Api("time.sleep", "simulated", "jobs: a virtual sleep; on the loop: blocks everybody"),
    Api("time.time, time_ns, gmtime, localtime, strftime", "patched", "in C: aliases follow"),
    Api("datetime.now, utcnow, today; date.today", "patched", "in C: aliases follow"),
    Api("time.monotonic, perf_counter and their _ns", "patched", "equal to loop.time()"),
    Api(
        "random.* functions, random.Random()", "patched", "seeded, a generator of the kernel's own"
    ),
    Api("os.urandom, os.getrandom, secrets, SystemRandom", "patched", "seeded"),
    Api("uuid.uuid1, uuid4, getnode", "patched", "virtual time, seeded"),
    Api("uuid_utils (LangChain ids)", "patched", "by install_ids(), before the import"),
    Api(
        "numpy.random legacy functions", "patched", "seeded for all threads while the world is open"
    ),
    Api("files, environment variables", "passes", "give each run its own folder"),
    Api("time.process_time, thread_time", "passes", "the CPU time of this machine"),
    Api("time.clock_gettime(CLOCK_MONOTONIC)", "passes", "the boot time of this machine"),
    Api("threading.Lock, Condition, Event, queue.Queue", "passes", "to wait blocks for real"),
    Api("hash(), id(), order of sets", "passes", "pin PYTHONHASHSEED; sort before you iterate"),
    Api("sockets and threads of C extensions (gRPC, uvloop)", "passes", "not seen by the kernel"),
    Api("aliases in classes, defaults, closures", "passes", "of sleep, monotonic and random only"),
]


def apis() -> tuple[Api, ...]:
    """Every API the kernel has an opinion on: simulated, patched, refused, then passing ones."""
    refused = {one.name: Api(one.name, "refused", one.remedy) for one in _REFUSALS}
    for name, missing in REFUSED.items():
        refused[f"loop.{name}"] = Api(
            f"loop.{name}", "refused", f"a simulated loop has no {missing}"
        )
    rows = [*_BY_HAND, *refused.values()]
    order: dict[str, int] = {"simulated": 0, "patched": 1, "refused": 2, "passes": 3}
    return tuple(sorted(rows, key=lambda api: order[api.level]))


def install(patches: Patches) -> None:
    """Add the refusals to *patches*."""
    for one in _REFUSALS:
        patches.add(one.owner, one.attribute, _refusing(one))


def _refusing(one: _Refusal) -> Callable[..., Any]:
    real = getattr(one.owner, one.attribute)
    method = isinstance(one.owner, type)

    def guard(*args: Any, **options: Any) -> Any:
        kernel = virtual_kernel()
        if kernel is None:
            return real(*args, **options)
        call = f"{one.name}()"
        if one.shown:
            call = _call(one.name, args[1:] if method else args, options)
        kernel.escapes.append(call)
        raise EscapedSimulation(call, one.remedy)

    guard.__name__ = one.attribute
    guard.__qualname__ = one.name
    return guard


def _call(name: str, args: tuple[Any, ...], options: dict[str, Any]) -> str:
    shown = [_show(value) for value in args] + [f"{k}={_show(v)}" for k, v in options.items()]
    return f"{name}({', '.join(shown)})"


def _show(value: Any) -> str:
    """*value* if it names a target; no address, and not at length."""
    if isinstance(value, str | bytes | int | float | tuple | list | type(None)):
        text = repr(value)
        return text if len(text) <= 80 else f"{text[:77]}..."
    return type(value).__qualname__
