"""The world as agent code sees it: virtual time and seeded chance on the simulation's threads.

Clocks of the `time` and `datetime` modules are patched in C by time-machine, so that every alias
follows. It leaves out monotonic clocks and `sleep`; those, and chance, are replaced by name.
"""

from __future__ import annotations

import asyncio
import importlib
import os
import random
import sys
import time
import uuid
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import time_machine

from sandbox.errors import UsageError
from sandbox.sim import boundary
from sandbox.sim.chance import GLOBAL_FUNCTIONS
from sandbox.sim.current import virtual_kernel
from sandbox.sim.ids import install_ids
from sandbox.sim.patches import Patches, bound

if TYPE_CHECKING:
    from sandbox.sim.kernel import Kernel

__all__ = ["install_ids", "virtual_world"]

# Module globals in which libraries keep the time of the last id: one episode's would show up in the
# ids of the next.
_LAST_IDS = (("langgraph.checkpoint.base.id", "_last_v6_timestamp"),)


@contextmanager
def virtual_world(kernel: Kernel) -> Iterator[Kernel]:
    """Let code on *kernel*'s threads see virtual time and seeded chance, and refuse what escapes.

    Other threads of the process keep the real ones (except NumPy's legacy global generator, which
    is seeded for all). Cheap to enter and to leave: once per episode.
    """
    if kernel.virtual:
        raise UsageError("virtual_world() is open already for this kernel")
    np_random = _numpy_random()
    _world.enter()
    restore_numpy = _seed_numpy(kernel, np_random)
    for module, name in _LAST_IDS:
        if module in sys.modules:
            setattr(sys.modules[module], name, None)
    kernel.virtual = True
    try:
        yield kernel
    finally:
        kernel.virtual = False
        restore_numpy()
        _world.leave()


class _Traveller(time_machine.Traveller):
    """What time-machine asks for the time, on whichever thread."""

    def time_ns(self) -> int:
        kernel = virtual_kernel()
        if kernel is None:
            return time_machine.escape_hatch.time.time_ns()
        return kernel.chance.wall_ns()


_travel = time_machine.travel(0.0, tick=False)


def _start_travel() -> None:
    _travel.start().__class__ = _Traveller


def _stop_travel() -> None:
    stack = time_machine.traveller_stack
    if isinstance(stack[-1], _Traveller):
        _travel.stop()
    else:  # agent code travels by itself and has not come back: leave its journey alone
        stack[:] = [traveller for traveller in stack if not isinstance(traveller, _Traveller)]


# -- time


def _clock(name: str, virtual: Callable[[Kernel], Any]) -> None:
    def read(real: Callable[[], Any]) -> Any:
        kernel = virtual_kernel()
        return real() if kernel is None else virtual(kernel)

    read.__name__ = read.__qualname__ = name
    _world.add(time, name, bound(read, getattr(time, name)))


def _sleep(real: Callable[[float], None], seconds: float, /) -> None:
    kernel = virtual_kernel()
    if kernel is None:
        real(seconds)
    else:
        kernel.sleep_sync(seconds)


def _run(real: Callable[..., Any], main: Coroutine[Any, Any, Any], /, **options: Any) -> Any:
    """`asyncio.run` in a job: the coroutine runs on the simulation's loop, and the job waits."""
    kernel = virtual_kernel()
    if kernel is None or asyncio._get_running_loop() is not None or not asyncio.iscoroutine(main):
        return real(main, **options)
    return kernel.call_sync(lambda: main)


def _as_completed(real: Callable[..., Any], fs: Any, /, **options: Any) -> Any:
    """`asyncio.as_completed` with its tasks in the order given.

    The real one puts the coroutines into a set, which starts them in the order of their addresses.
    """
    single = asyncio.isfuture(fs) or asyncio.iscoroutine(fs)
    if virtual_kernel() is None or single:
        return real(fs, **options)
    return real([asyncio.ensure_future(awaitable) for awaitable in dict.fromkeys(fs)], **options)


# -- chance


def _draw(name: str) -> None:
    def draw(real: Callable[..., Any], *args: Any, **options: Any) -> Any:
        kernel = virtual_kernel()
        source = real if kernel is None else getattr(kernel.chance.random, name)
        return source(*args, **options)

    draw.__name__ = draw.__qualname__ = name
    _world.add(random, name, bound(draw, getattr(random, name)))


def _bytes(real: Callable[..., bytes], size: int, *args: Any) -> bytes:
    kernel = virtual_kernel()
    return real(size, *args) if kernel is None else kernel.chance.bytes(size)


def _uuid1(
    real: Callable[..., uuid.UUID], node: int | None = None, clock_seq: int | None = None
) -> uuid.UUID:
    kernel = virtual_kernel()
    if kernel is None:
        return real(node, clock_seq)
    return uuid.UUID(int=kernel.chance.uuid1(node, clock_seq))


def _getnode(real: Callable[[], int]) -> int:
    kernel = virtual_kernel()
    return real() if kernel is None else kernel.chance.node()


_seed = random.Random.seed


def _seed_from_chance(self: random.Random, a: Any = None, version: int = 2) -> None:
    """`Random()` and `seed()` without a number would ask the operating system for one."""
    kernel = virtual_kernel()
    if a is None and kernel is not None:
        a = int.from_bytes(kernel.chance.bytes(32))
    _seed(self, a, version)


def _numpy_random() -> Any:
    """The module `numpy.random`, or None.

    Loading it draws a seed. Were that left to the agent, the first episode of a process would have
    another chance than those after it.
    """
    try:
        return importlib.import_module("numpy.random")
    except ModuleNotFoundError:
        return None


def _seed_numpy(kernel: Kernel, np_random: Any) -> Callable[[], None]:
    """Seed NumPy's legacy global generator, if there is one; returns what puts it back."""
    if np_random is None:
        return lambda: None
    before = np_random.get_state()
    if kernel.chance.numpy_state is None:
        np_random.seed(kernel.chance.numpy_seed)
    else:
        np_random.set_state(kernel.chance.numpy_state)

    def restore() -> None:
        kernel.chance.numpy_state = np_random.get_state()
        np_random.set_state(before)

    return restore


_world = Patches(opening=_start_travel, closing=_stop_travel)
_clock("monotonic", lambda kernel: kernel.clock.now)
_clock("monotonic_ns", lambda kernel: round(kernel.clock.now * 1e9))
_clock("perf_counter", lambda kernel: kernel.clock.now)
_clock("perf_counter_ns", lambda kernel: round(kernel.clock.now * 1e9))
_world.add(time, "sleep", bound(_sleep, time.sleep))
_world.add(asyncio, "as_completed", bound(_as_completed, asyncio.as_completed))
_world.add(asyncio, "run", bound(_run, asyncio.run))
_world.add(asyncio.runners, "run", bound(_run, asyncio.run))
for _name in GLOBAL_FUNCTIONS:
    _draw(_name)
_world.add(os, "urandom", bound(_bytes, os.urandom))
_world.add(random, "_urandom", bound(_bytes, os.urandom))  # SystemRandom, and so `secrets`
if hasattr(os, "getrandom"):
    _world.add(os, "getrandom", bound(_bytes, os.getrandom))
_world.add(uuid, "uuid1", bound(_uuid1, uuid.uuid1))  # uuid4 follows os.urandom
_world.add(uuid, "getnode", bound(_getnode, uuid.getnode))
_world.add(random.Random, "seed", _seed_from_chance)
boundary.install(_world)
