"""The asyncio event loop whose clock and only timer heap is a SimPy environment.

asyncio's timers are entries of SimPy's queue, so that one order (time, priority, serial) holds for
coroutines and processes alike. One event fires, its callbacks run to quiescence, then the next.
"""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncGenerator, Callable
from contextvars import Context
from heapq import heapify, heappop, heappush
from math import inf
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NoReturn
from weakref import WeakValueDictionary

from simpy.events import NORMAL

from sandbox.errors import (
    EscapedSimulation,
    LimitReached,
    SimDeadlock,
    SimLivelock,
    SimulationError,
)
from sandbox.sim.current import current_kernel
from sandbox.sim.primitives import (
    Mark,
    SimEnvironment,
    SimFuture,
    SimHandle,
    SimTask,
    SimTimer,
)
from sandbox.sim.report import blocked, describe, unfinished

if TYPE_CHECKING:
    from sandbox.sim.executor import Executor
    from sandbox.sim.external import External
    from sandbox.sim.schedule import Schedule

OnError = Callable[[BaseException, Context | None], bool]
"""Asked about an error that would end the run, with the context of the callback that brought it up
(a conversation keeps its name there); True: it has been dealt with, the run goes on."""
_PURGE_MIN = 100
_SPINS_MAX_OVER = 5_000
_TASKS_MIN = 500
_FIRST, _LAST = -1, 99  # priorities around all of SimPy's


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
        on_error: OnError | None = None,
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
        self._on_error = on_error
        self._over = False
        self._spins = 0
        self._instant = env.now
        self._cancelled_timers = 0
        self._tasks: list[asyncio.Task[Any]] = []
        self._tasks_max = _TASKS_MIN
        self._horizon: Mark | None = None
        self._generators: WeakValueDictionary[int, Any] = WeakValueDictionary()

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
            task = super().create_task(coro, **options)
        else:
            task = SimTask(coro, loop=self, **options)
        # asyncio holds tasks weakly: one that waits for what nobody else knows would be closed
        # whenever the garbage collector comes by, and its `finally` blocks would run then.
        self._tasks.append(task)
        if len(self._tasks) > self._tasks_max:
            self._tasks = [task for task in self._tasks if not task.done()]
            self._tasks_max = max(_TASKS_MIN, 2 * len(self._tasks))
        return task

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
        handle: Any = None
        try:
            for _ in range(count):
                handle = ready.popleft()
                if not handle._cancelled:
                    if note is not None:
                        note(env._now, handle._callback)
                    handle._run()
        except (SystemExit, KeyboardInterrupt) as error:
            # Agent code may call sys.exit() in any task, which would take all others with it.
            if not self._survives(error, handle):
                raise

    def _advance(self) -> None:
        """Let events happen until a callback is ready (flat, to keep SimPy's speed)."""
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

    def _livelock(self, last: Any) -> None:
        spins, self._spins = self._spins, 0
        error = SimLivelock(
            f"{spins} callbacks at t={self.env._now:g} s and the clock did not move; "
            f"last: {describe(last)}\n{blocked(self, self._executor)}"
        )
        if not self._survives(error, last):
            raise error

    def _survives(self, error: BaseException, culprit: Any) -> bool:
        if self._on_error is None or self._over:
            return False
        return self._on_error(error, getattr(culprit, "_context", None))

    def run_instant(self) -> None:
        """Run what can run without moving the clock (to wind up, when the simulation is over)."""
        last = Mark(self.env, self.stop)
        heappush(self._queue, (self.env._now, _LAST, next(self.env._eid), last))
        try:
            self.run_forever()
        finally:
            last.callbacks = []

    def end_at(self, until: float) -> None:
        """Raise `LimitReached` at virtual time *until*, before everything else of that instant."""

        def reached() -> NoReturn:
            raise LimitReached("virtual_s", self.time(), until)

        self._horizon = Mark(self.env, reached)
        when = max(until, self.env._now)
        heappush(self._queue, (when, _FIRST, next(self.env._eid), self._horizon))

    def winding_up(self) -> None:
        """The run is over: what happens from now on counts no more, and must not take long."""
        self._over = True
        self._spins_max = min(self._spins_max, _SPINS_MAX_OVER + 20 * len(unfinished(self)))
        if self._horizon is not None:
            self._horizon.callbacks = []

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """Report an error that nobody awaits; one of the simulation's own ends the run."""
        error = context.get("exception")
        if isinstance(error, SimulationError) and "handle" in context:
            if self._survives(error, context["handle"]):
                return
            raise error
        super().call_exception_handler(context)

    def interrupt(self) -> None:
        """Raise KeyboardInterrupt in the loop at its next callback; may be called on any thread."""
        self._ready.appendleft(SimHandle(_raise_interrupt, (), self, None))
        self._external.wake()
        self._executor.wake()

    def close(self) -> None:
        """Close the loop and take its timers out of the environment's queue."""
        if not self.is_closed():
            self._purge(lambda timer: timer._loop is self)
            self._queue[:] = [e for e in self._queue if type(e[3]) is not Mark]
            heapify(self._queue)
            self._tasks.clear()
        super().close()

    # -- async generators

    def _asyncgen_firstiter_hook(self, agen: AsyncGenerator[Any, Any]) -> None:
        self._generators[next(self.serials)] = agen

    def _asyncgen_finalizer_hook(self, agen: AsyncGenerator[Any, Any]) -> None:
        if not self._closed:
            self.call_soon(self.create_task, agen.aclose())

    def open_generators(self) -> list[AsyncGenerator[Any, Any]]:
        """Async generators that are not exhausted, in the order of their first use.

        asyncio keeps them in a set, which would close them in the order of their addresses.
        """
        return [agen for _, agen in sorted(self._generators.items(), key=itemgetter(0))]

    async def shutdown_asyncgens(self) -> None:
        """Do nothing: the end of the run closes them."""

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
