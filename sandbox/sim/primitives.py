"""What the loop is made of: environment, handles, timers, tasks and futures of a simulation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextvars import Context, copy_context
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import simpy

from sandbox.errors import UsageError

if TYPE_CHECKING:
    from sandbox.sim.loop import SimLoop

T = TypeVar("T")


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


class Mark(simpy.Event):
    """A point in time at which the loop does something for the kernel."""

    def __init__(self, env: SimEnvironment, action: Callable[[], None]) -> None:
        super().__init__(env)
        self._ok, self._value = True, None
        self.callbacks = [lambda _: action()]


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
            loop: Any = self.get_loop()
            self.serial = next(loop.serials)
            return self.serial
