"""The asyncio event loop whose clock and only timer heap is a SimPy environment.

asyncio's timers are entries of SimPy's queue, so that one order (time, priority, serial) holds for
coroutines and processes alike. One event fires, its callbacks run to quiescence, then the next.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextvars import Context, copy_context
from heapq import heapify, heappop, heappush
from math import inf
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import simpy
from simpy.events import NORMAL

from sandbox.errors import EscapedSimulation, SimDeadlock, SimLivelock, UsageError
from sandbox.sim.current import current_kernel
from sandbox.sim.report import blocked, describe

if TYPE_CHECKING:
    from sandbox.sim.executor import Executor
    from sandbox.sim.external import External
    from sandbox.sim.schedule import Schedule

T = TypeVar("T")
_PURGE_MIN = 100
_LAST = 99  # a priority after all of SimPy's


class SimEnvironment(simpy.Environment):
    """A SimPy environment that only the loop may step."""

    def __init__(self) -> None:
        super().__init__(0.0)
        # SimPy binds these early for speed, but only those of the class itself, not inherited ones.
        for name in ("process", "timeout", "event", "all_of", "any_of"):
            setattr(self, name, getattr(self, name))

    def step(self) -> NoReturn:
        """Refuse: the kernel drives the environment."""
        raise UsageError("the kernel drives this environment: await the event, not env.run()")


class SimHandle(asyncio.Handle):
    """An asyncio callback; built flat, since every step of every task makes one."""

    __slots__ = ()

    def __init__(
        self, callback: Any, args: tuple[Any, ...], loop: SimLoop, context: Context | None
    ) -> None:
        self._context = context if context is not None else copy_context()
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = self._source_traceback = None


class SimTimer(asyncio.TimerHandle):
    """An asyncio timer that is an entry of SimPy's queue; built flat, too."""

    __slots__ = ()
    _scheduled: bool
    _loop: SimLoop

    def __init__(
        self,
        when: float,
        callback: Any,
        args: tuple[Any, ...],
        loop: SimLoop,
        context: Context | None,
    ) -> None:
        self._context = context if context is not None else copy_context()
        self._loop = loop
        self._callback = callback
        self._args = args
        self._cancelled = False
        self._repr = self._source_traceback = None
        self._when = when
        self._scheduled = False


class SimTask(asyncio.Task[T]):
    """A task hashed by its number in the run, so that sets of tasks iterate in a fixed order."""

    __slots__ = ("schedule_tag", "serial")

    def __init__(
        self, coro: Any, *, loop: SimLoop, name: str | None = None, **options: Any
    ) -> None:
        self.serial = serial = next(loop.serials)
        where = getattr(coro, "__qualname__", type(coro).__qualname__)
        self.schedule_tag = f"{where}#{serial}\n".encode()
        # asyncio counts its default names over the whole process: a second run would differ.
        super().__init__(coro, loop=loop, name=name or f"Task-{serial}", **options)

    def __hash__(self) -> int:
        return self.serial


class SimFuture(asyncio.Future[T]):
    """A future hashed by a serial number, which it gets when first asked: most never are."""

    serial: int

    def __hash__(self) -> int:
        try:
            return self.serial
        except AttributeError:
            loop = self.get_loop()
            assert isinstance(loop, SimLoop)
            self.serial = next(loop.serials)
            return self.serial


class SimLoop(asyncio.BaseEventLoop):
    """An event loop in virtual time; made by `Kernel.run`, one per run."""

    _ready: Any
    _closed: bool
    _stopping: bool
    _task_factory: Any
    _check_closed: Callable[[], None]

    def __init__(
        self,
        env: SimEnvironment,
        *,
        executor: Executor,
        external: External,
        schedule: Schedule | None,
        callbacks_per_instant_max: int,
    ) -> None:
        super().__init__()
        self.env = env
        self._queue: list[Any] = env._queue
        self.serials = itertools.count(1)
        self._executor = executor
        self._external = external
        self._note = schedule.note if schedule is not None else None
        self._note_event = schedule.note_event if schedule is not None else None
        self._spins_max = callbacks_per_instant_max
        self._spins = 0
        self._instant = env.now
        self._cancelled_timers = 0

    # -- time

    def time(self) -> float:
        """Virtual seconds since the start."""
        return self.env._now

    def call_at(  # type: ignore[override]
        self,
        when: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run *callback* at virtual time *when*; equal times keep the order of the calls."""
        if self._closed:
            self._check_closed()
        env = self.env
        if not when >= env._now:
            if when != when:  # noqa: PLR0124 - NaN, which would break the heap's order
                raise ValueError(f"when={when!r} is no point in time")
            when = env._now
        timer = SimTimer(when, callback, args, self, context)
        if when < inf:  # for ever: nothing that could happen
            timer._scheduled = True
            heappush(self._queue, (when, NORMAL, next(env._eid), timer))
        return timer

    def call_later(  # type: ignore[override]
        self,
        delay: float,
        callback: Callable[..., object],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Run *callback* after *delay* virtual seconds."""
        return self.call_at(self.env._now + delay, callback, *args, context=context)

    def _timer_handle_cancelled(self, handle: SimTimer) -> None:
        """Count dead timers and sweep them out (every call with a timeout leaves one behind)."""
        if handle._scheduled:
            self._cancelled_timers += 1
            cancelled = self._cancelled_timers
            if cancelled > _PURGE_MIN and cancelled * 2 > len(self._queue):
                # The handle being cancelled is not marked yet: its flag is set by the caller.
                self._purge(lambda timer: timer._cancelled or timer is handle)

    def _purge(self, dead: Callable[[Any], bool]) -> None:
        queue = self._queue
        queue[:] = [e for e in queue if not (type(e[3]) is SimTimer and dead(e[3]))]
        heapify(queue)
        self._cancelled_timers = 0

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Run *callback* at this instant, after all that is ready already."""
        if self._closed:
            self._check_closed()
        handle = SimHandle(callback, args, self, context)
        self._ready.append(handle)
        return handle

    # -- tasks and futures

    def create_future(self) -> asyncio.Future[Any]:
        """A future that hashes by serial number."""
        return SimFuture(loop=self)

    def create_task(self, coro: Any, **options: Any) -> Any:
        """A task that hashes by its number in the run."""
        self._check_closed()
        if self._task_factory is not None:
            return super().create_task(coro, **options)
        return SimTask(coro, loop=self, **options)

    def set_task_factory(self, factory: Any) -> None:
        """Use *factory* for new tasks; asyncio's eager one gives way to its twin for `SimTask`."""
        if factory is not None and factory is getattr(asyncio, "eager_task_factory", None):
            factory = asyncio.create_eager_task_factory(SimTask)  # type: ignore[attr-defined]
        super().set_task_factory(factory)

    # -- scheduling

    def _run_once(self) -> None:
        """Run everything that is ready; if nothing is, let the next event happen first."""
        ready = self._ready
        if not ready:
            self._advance()
        env = self.env
        if env._now != self._instant:
            self._instant = env._now
            self._spins = 0
        count = len(ready)
        self._spins += count
        if self._spins > self._spins_max:
            self._livelock(ready[0])
        note = self._note
        for _ in range(count):
            handle = ready.popleft()
            if not handle._cancelled:
                if note is not None:
                    note(env._now, handle._callback)
                handle._run()

    def _advance(self) -> None:
        """Let events happen until a callback is ready (written flat: all of SimPy's speed is here)."""
        env, ready, queue, note = self.env, self._ready, self._queue, self._note_event
        in_flight = self._external.in_flight
        while not ready and not self._stopping:
            if in_flight and not (queue and queue[0][0] <= env._now):
                self._external.settle(self)  # the clock is frozen until the real work is done
                continue
            if not queue:
                raise SimDeadlock(blocked(self, self._executor))
            when, _, _, event = heappop(queue)
            if type(event) is SimTimer:
                self._fire_timer(when, event)
                continue
            if when > env._now:  # else it is overdue and happens late, at the present
                env._now = self._instant = when
                self._spins = 0
            else:
                self._spins += 1
                if self._spins > self._spins_max:
                    self._livelock(event)
            if note is not None:
                note(env._now, event)
            callbacks, event.callbacks = event.callbacks, None
            for callback in callbacks:
                callback(event)
            if not event._ok and not hasattr(event, "_defused"):
                raise event._value  # nobody handled the failure: it ends the run, as in SimPy

    def _fire_timer(self, when: float, timer: SimTimer) -> None:
        if timer._cancelled:  # a dead timeout must never move the clock
            self._cancelled_timers -= 1
            return
        timer._scheduled = False
        env = self.env
        env._now = max(env._now, when)
        self._ready.append(timer)

    def _livelock(self, last: Any) -> NoReturn:
        spins, self._spins = self._spins, 0
        raise SimLivelock(
            f"{spins} callbacks at t={self.env._now:g} s and the clock did not move; "
            f"last: {describe(last)}\n{blocked(self, self._executor)}"
        )

    def run_instant(self) -> None:
        """Run what can run without moving the clock (to wind up, when the simulation is over)."""
        last = simpy.Event(self.env)
        last._ok, last._value = True, None
        last.callbacks = [lambda _: self.stop()]
        heappush(self._queue, (self.env._now, _LAST, next(self.env._eid), last))
        try:
            self.run_forever()
        finally:
            last.callbacks = []

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the loop at its next callback; may be called on any thread."""
        self._ready.appendleft(SimHandle(_raise_interrupt, (), self, None))
        self._external.wake()
        self._executor.wake()

    def close(self) -> None:
        """Close the loop and take its timers out of the environment's queue."""
        if not self.is_closed():
            self._purge(lambda timer: timer._loop is self)
        super().close()

    # -- threads

    def call_soon_threadsafe(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        """Like `call_soon`, for this simulation's own threads: only one of them runs at a time."""
        kernel = current_kernel()
        if kernel is None or kernel.loop is not self:
            raise EscapedSimulation(
                "loop.call_soon_threadsafe() from a thread outside the simulation",
                "its moment would depend on the machine; use kernel.external()",
            )
        return self.call_soon(callback, *args, context=context)

    def run_in_executor(  # type: ignore[override]
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Run *func* as a job: on a thread of its own, in virtual time."""
        self._check_closed()
        return self._executor.submit(self, executor, func, *args)

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Do nothing: jobs end with the run."""

    def _write_to_self(self) -> None:
        """Do nothing: there is no selector to wake."""


def _raise_interrupt() -> None:
    raise KeyboardInterrupt


def _refused(call: str) -> Callable[..., NoReturn]:
    def refuse(self: SimLoop, *args: Any, **options: Any) -> NoReturn:  # noqa: ARG001
        raise EscapedSimulation(f"loop.{call}()", f"a simulated loop has no {REFUSED[call]}")

    refuse.__name__ = refuse.__qualname__ = call
    return refuse


_SOCKETS = (
    "add_reader add_writer connect_accepted_socket create_connection create_datagram_endpoint "
    "create_server create_unix_connection create_unix_server getaddrinfo getnameinfo sock_accept "
    "sock_connect sock_recv sock_recv_into sock_recvfrom sock_recvfrom_into sock_sendall "
    "sock_sendto"
)
REFUSED = {
    **dict.fromkeys(_SOCKETS.split(), "sockets"),
    **dict.fromkeys(("connect_read_pipe", "connect_write_pipe"), "pipes"),
    **dict.fromkeys(("subprocess_exec", "subprocess_shell"), "processes"),
    **dict.fromkeys(("add_signal_handler", "remove_signal_handler"), "signals"),
}
"""Loop methods that would leave the simulation, and what they would need."""

for _name in REFUSED:
    setattr(SimLoop, _name, _refused(_name))
