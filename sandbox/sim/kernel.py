"""The kernel of one simulation: clock, loop, chance and the order of everything that happens."""

from __future__ import annotations

import asyncio
import sys
import threading
from _thread import get_ident
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sandbox.errors import UsageError
from sandbox.sim import bridge  # noqa: F401 - makes SimPy's events awaitable
from sandbox.sim.chance import Chance
from sandbox.sim.clock import EPOCH_S, Clock, checked_sleep
from sandbox.sim.current import RealThread, current_kernel, kernels
from sandbox.sim.executor import Executor
from sandbox.sim.external import External, Latency
from sandbox.sim.loop import OnError, SimLoop
from sandbox.sim.primitives import SimEnvironment
from sandbox.sim.schedule import Schedule
from sandbox.sim.seeds import Seeds
from sandbox.sim.shutdown import shut_down

T = TypeVar("T")
_SLICE_S = 0.2
_INTERRUPT_GRACE_S = 5.0
Main = Callable[["Kernel"], Coroutine[Any, Any, T]] | Coroutine[Any, Any, T]


class Kernel:
    """One simulation: its clock, its chance, and the loop that its agents run on.

    The *schedule* digest costs a little per callback and can be switched off; *trace_schedule* also
    keeps the readable list. *baton_grace_s* is how long, in real time, a job may block on something
    that the simulation does not drive.
    """

    def __init__(
        self,
        seeds: Seeds,
        *,
        epoch: float = EPOCH_S,
        schedule: bool = True,
        trace_schedule: bool = False,
        callbacks_per_instant_max: int = 200_000,
        baton_grace_s: float = 10.0,
    ) -> None:
        check_python(sys.version_info[:2])
        self.seeds = seeds
        self.env = SimEnvironment()
        self.clock = Clock(self.env, epoch=epoch)
        self.chance = Chance(seeds, self.clock)
        """What agent code gets from `random`, `os.urandom` and `uuid`."""
        self._blocking_sleeps = 0
        self.loop: SimLoop | None = None
        """The loop of the run in progress."""
        self.virtual = False
        """Whether agent code sees virtual time and chance: set by `virtual_world`."""
        self.on_error: OnError | None = None
        """May deal with an error that would end the run; taken over when a run begins."""
        self.escapes: list[str] = []
        """The calls refused so far: agent code may have swallowed the `EscapedSimulation`."""
        self._schedule = Schedule(keep=trace_schedule) if schedule or trace_schedule else None
        self._callbacks_per_instant_max = callbacks_per_instant_max
        self._executor = Executor(self, grace_s=baton_grace_s)
        self._external = External()

    @property
    def schedule_digest(self) -> str:
        """32 hex digits over every callback and its virtual time; empty if switched off."""
        return self._schedule.digest if self._schedule is not None else ""

    @property
    def schedule(self) -> list[tuple[float, str]]:
        """Every callback as (virtual time, name); filled only with `trace_schedule=True`."""
        return self._schedule.entries if self._schedule is not None else []

    @property
    def blocking_sleeps(self) -> int:
        """How often code on the loop's own thread blocked everybody with `time.sleep`."""
        return self._blocking_sleeps

    # -- running

    def run(self, main: Main[T], *, until: float | None = None) -> T:
        """The result of *main*, a coroutine or a function from this kernel to one, run to its end.

        Whatever else still runs then is cancelled, in the order of creation, and the clock moves no
        more. At virtual time *until* the run ends with `LimitReached`. May be called on any thread
        in which no event loop runs, and again afterwards: the clock goes on where it stood.
        """
        self._check_idle(main)
        loop = self._new_loop()
        with self._on_this_thread(loop):
            try:
                if until is not None:
                    loop.end_at(until)
                return loop.run_until_complete(main(self) if callable(main) else main)
            finally:
                shut_down(loop, self._executor, self._external)

    def interrupt(self) -> None:
        """Let the run end with KeyboardInterrupt; may be called on any thread."""
        if self.loop is not None:
            self.loop.interrupt()

    def _check_idle(self, main: Any) -> None:
        wrong = ""
        if self.loop is not None:
            wrong = "this kernel is running already: await the coroutine instead"
        elif asyncio._get_running_loop() is not None:
            wrong = "an event loop runs in this thread (a notebook?): use run_in_thread()"
        elif current_kernel() is not None:
            wrong = "this thread runs a job of another kernel: a simulation cannot hold another one"
        if wrong:
            if asyncio.iscoroutine(main):
                main.close()
            raise UsageError(wrong)
        if getattr(threading.current_thread(), "interrupted", False):
            raise KeyboardInterrupt

    def _new_loop(self) -> SimLoop:
        return SimLoop(
            self.env,
            executor=self._executor,
            external=self._external,
            schedule=self._schedule,
            callbacks_per_instant_max=self._callbacks_per_instant_max,
            on_error=self.on_error,
        )

    @contextmanager
    def _on_this_thread(self, loop: SimLoop) -> Iterator[None]:
        ident = get_ident()
        self.loop = loop
        kernels[ident] = self
        try:
            yield
        finally:
            del kernels[ident]
            self.loop = None

    # -- for code that runs inside

    def external(
        self, fn: Callable[..., Any], *args: Any, latency: Latency = None
    ) -> Awaitable[Any]:
        """An awaitable for `fn(*args)`, done for real on its own thread while the clock stands.

        *fn* may be a coroutine function. Then *latency* is charged: virtual seconds, or a function
        from the result to them. Work commits in the order of issue, however long it really took.
        """
        if self.loop is None or asyncio._get_running_loop() is not self.loop:
            raise UsageError("kernel.external() is for coroutines of this kernel's own loop")
        return self._external.start(self.loop, fn, args, latency)

    def call_sync(self, coro_fn: Callable[..., Coroutine[Any, Any, T]], *args: Any) -> T:
        """The result of `coro_fn(*args)`, awaited on the loop while the calling job waits."""
        if asyncio._get_running_loop() is not None:
            raise UsageError("call_sync() would block the loop: here, await the coroutine instead")
        return self._executor.call(coro_fn, *args)  # type: ignore[no-any-return]

    def sleep_sync(self, seconds: float) -> None:
        """Block the calling thread for *seconds* of virtual time, as `time.sleep` does there.

        A job sleeps alone. The loop's own thread blocks everybody: the clock jumps ahead, and what
        was due meanwhile happens late.
        """
        seconds = checked_sleep(seconds)
        if self._executor.is_job():
            self._executor.sleep(seconds)
            return
        self._blocking_sleeps += 1
        self.env._now += seconds


def run_in_thread(fn: Callable[[], T]) -> T:
    """The result of *fn*, run on a thread of its own (where the caller's already runs a loop).

    Whatever *fn* raises is raised here. Ctrl-C here ends the simulation there.
    """
    outcome: list[tuple[T | None, BaseException | None]] = []
    # Not `join`: interrupted in it, Python 3.11 takes a living thread for a dead one.
    done = threading.Event()

    def body() -> None:
        try:
            outcome.append((fn(), None))
        except BaseException as error:  # handed to the caller
            outcome.append((None, error))
        finally:
            done.set()

    thread = RealThread("sim-main", body)
    thread.start()
    try:
        while not done.wait(_SLICE_S):
            pass  # in slices, so that Ctrl-C gets through on every platform
    except KeyboardInterrupt:
        thread.interrupted = True  # between two runs there is no kernel to tell
        kernel = kernels.get(thread.ident or 0)
        if kernel is not None:
            kernel.interrupt()
        done.wait(_INTERRUPT_GRACE_S)
        raise
    value, error = outcome[0]
    if error is not None:
        raise error
    return value  # type: ignore[return-value]


def check_python(version: tuple[int, ...]) -> None:
    """Refuse a Python whose asyncio this kernel does not know."""
    if not (3, 11) <= version < (3, 14):
        raise UsageError(
            f"Python {'.'.join(map(str, version))} is not supported: the simulation's event loop "
            "builds on asyncio's internals of Python 3.11, 3.12 and 3.13; use one of these"
        )
