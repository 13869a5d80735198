"""Real work inside a simulation: the clock stands until it is done, then charges a latency."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

from sandbox.sim.current import RealThread

if TYPE_CHECKING:
    from sandbox.sim.loop import SimLoop

Latency = float | Callable[[Any], float] | None
"""Virtual seconds that real work is charged: a number, a function of its result, or nothing."""


@dataclass(frozen=True, slots=True)
class _Work:
    fn: Callable[..., Any]
    args: tuple[Any, ...]
    latency: Latency
    issued: float
    future: asyncio.Future[Any]


@dataclass(frozen=True, slots=True)
class _Done:
    number: int
    value: Any = None
    error: BaseException | None = None


class External:
    """The real work of one run that is in flight."""

    def __init__(self) -> None:
        self.in_flight: dict[int, _Work] = {}
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._serial = 0

    def start(
        self, loop: SimLoop, fn: Callable[..., Any], args: tuple[Any, ...], latency: Latency
    ) -> asyncio.Future[Any]:
        """Begin *fn* on a real thread; the future gets its result after the *latency*."""
        self._serial += 1
        work = _Work(fn, args, latency, loop.time(), loop.create_future())
        self.in_flight[self._serial] = work
        RealThread(f"sim-external-{self._serial}", _perform, self._serial, work, self._done).start()
        return work.future

    def settle(self, loop: SimLoop) -> None:
        """Block, really, until all work in flight is done; commit it in the order of issue.

        Waiting for all of it, not for the first, makes the order independent of the machine.
        """
        done: dict[int, _Done] = {}
        while len(done) < len(self.in_flight):
            one = self._done.get()
            if one.number == 0:  # woken by an interrupt: let the loop see it
                return self._put_back(done)
            if one.number in self.in_flight:
                done[one.number] = one
        works = dict(self.in_flight)
        self.in_flight.clear()
        for number in sorted(works):
            _commit(loop, works[number], done[number])
        return None

    def _put_back(self, done: dict[int, _Done]) -> None:
        for number in sorted(done):
            self._done.put(done[number])

    def wake(self) -> None:
        """Let a blocked `settle` return; may be called on any thread."""
        self._done.put(_Done(0))

    def abandon(self) -> None:
        """Forget all work in flight: the run is over, its results will be dropped."""
        self.in_flight.clear()


def _perform(number: int, work: _Work, done: SimpleQueue[_Done]) -> None:
    try:
        value = work.fn(*work.args)
        if inspect.iscoroutine(value):  # an async client runs on a plain loop, in real time
            value = asyncio.run(value)
    except BaseException as error:  # whatever it is, the awaiting task must see it
        done.put(_Done(number, error=error))
    else:
        done.put(_Done(number, value))


def _commit(loop: SimLoop, work: _Work, done: _Done) -> None:
    latency_s, error = 0.0, done.error
    if not callable(work.latency):
        latency_s = work.latency or 0.0
    elif error is None:
        try:
            latency_s = work.latency(done.value)
        except Exception as wrong:  # the caller's function: the caller must see it
            error = wrong
    loop.call_at(work.issued + latency_s, deliver, work.future, done.value, error)


def deliver(future: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    """Settle *future* unless somebody has cancelled it meanwhile."""
    if future.done():
        return
    if error is None:
        future.set_result(value)
    elif isinstance(error, StopIteration):  # a future refuses it: it would end a generator
        wrapped = RuntimeError(f"raised StopIteration: {error}")
        wrapped.__cause__ = error
        future.set_exception(wrapped)
    else:
        future.set_exception(error)
