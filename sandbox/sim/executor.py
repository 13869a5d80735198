"""Jobs on real threads, of which only one runs at a time: the one that holds the baton.

The loop's thread hands the baton to a job and waits until the job gives it back: by ending, by a
virtual `time.sleep`, or by waiting for a coroutine. Every hand-over is a callback of the loop, so
that the order is the loop's and not the operating system's.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import ProcessPoolExecutor
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

from sandbox.errors import EscapedSimulation, SimDeadlock, UsageError
from sandbox.sim.current import RealThread, kernels
from sandbox.sim.external import deliver
from sandbox.sim.realtime import thread_cpu_s

if TYPE_CHECKING:
    from sandbox.sim.kernel import Kernel
    from sandbox.sim.loop import SimLoop

_THREADS_MAX = 256
_SLICE_S = 0.25
_KILL_GRACE_S = 2.0


class JobKilled(BaseException):
    """Unwinds a job's thread when its run is over."""


@dataclass(slots=True)
class _Job:
    name: str
    func: Callable[..., Any]
    args: tuple[Any, ...]
    loop: SimLoop
    future: asyncio.Future[Any]


class _Worker:
    """A thread that serves one job after another."""

    def __init__(self, number: int, serve: Callable[[_Worker], None]) -> None:
        self.lock = threading.Lock()
        self.lock.acquire()
        self.job: _Job | None = None
        self.parked = ""
        """What the job waits for; empty while it runs."""
        self.ticket = 0
        """Counts the waits, so that a late wake-up cannot end the next one."""
        self.killed = False
        self.abandoned = False
        self.thread = RealThread(f"sim-thread-{number}", serve, self)


class Executor:
    """The jobs of one kernel."""

    def __init__(self, kernel: Kernel, *, grace_s: float) -> None:
        self._kernel = kernel
        self._grace_s = grace_s
        self._baton = threading.Lock()  # held by whoever runs: now the loop's thread
        self._baton.acquire()
        self._handing = threading.Lock()
        self._workers: dict[int, _Worker] = {}
        self._spare: list[_Worker] = []
        self._queue: deque[_Job] = deque()
        self._jobs = 0
        self._threads = 0
        self._woken = False

    # -- on the loop's thread

    def submit(
        self, loop: SimLoop, executor: Any, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        """Start *func* as a job; which *executor* was asked for does not matter, nor does its size.

        Every job gets a thread at once, because a default pool's size depends on the machine.
        """
        if isinstance(executor, ProcessPoolExecutor):
            raise EscapedSimulation("run_in_executor(ProcessPoolExecutor)", "use a thread pool")
        self._jobs += 1
        job = _Job(f"sim-job-{self._jobs}", func, args, loop, loop.create_future())
        loop.call_soon(self._begin, job)
        return job.future

    def _begin(self, job: _Job) -> None:
        self._queue.append(job)
        self._feed()

    def _feed(self) -> None:
        """Start waiting jobs while there are threads for them."""
        while self._queue:
            if self._queue[0].future.done():  # cancelled before it began
                self._queue.popleft()
                continue
            worker = self._free_worker()
            if worker is None:
                return
            worker.job = self._queue.popleft()
            self._switch_to(worker)

    def _free_worker(self) -> _Worker | None:
        if self._spare:
            return self._spare.pop()
        if len(self._workers) >= _THREADS_MAX:
            return None
        self._threads += 1
        worker = _Worker(self._threads, self._serve)
        worker.thread.start()
        assert worker.thread.ident is not None
        self._workers[worker.thread.ident] = worker
        return worker

    def _resume(self, worker: _Worker, ticket: int) -> None:
        if worker.ticket == ticket and worker.parked and not worker.abandoned:
            self._switch_to(worker)
            self._feed()

    def _switch_to(self, worker: _Worker) -> None:
        """Hand the baton to *worker* and wait until it comes back."""
        worker.parked = ""
        worker.lock.release()
        grace_s = _KILL_GRACE_S if worker.killed else self._grace_s
        stood_still_s, cpu_s = 0.0, 0.0
        try:
            while not self._baton.acquire(timeout=_SLICE_S):
                self._check_interrupt()
                before, cpu_s = cpu_s, thread_cpu_s(worker.thread)
                # A job that computes may take its time; one that is blocked may not.
                computes = cpu_s - before > _SLICE_S / 10 and not worker.killed
                stood_still_s = 0.0 if computes else stood_still_s + _SLICE_S
                if stood_still_s >= grace_s:
                    self._stuck(worker, stood_still_s)
        except BaseException:
            self._retrieve_baton(worker)
            raise

    def _check_interrupt(self) -> None:
        if self._woken:
            raise KeyboardInterrupt

    def _stuck(self, worker: _Worker, real_s: float) -> NoReturn:
        name = worker.job.name if worker.job else worker.thread.name
        raise SimDeadlock(
            f"job {name} held everybody up for {real_s:g} s of real time: it blocks "
            "on something the simulation does not drive (a lock, a queue, another thread); let "
            f"it await that on the loop with kernel.call_sync()\n{_stack(worker.thread)}"
        )

    def _retrieve_baton(self, worker: _Worker) -> None:
        """Get the baton from a job that does not give it back: cut the job off if need be."""
        if self._baton.acquire(timeout=_SLICE_S):
            return
        with self._handing:
            if not self._baton.acquire(blocking=False):
                worker.abandoned = True
        if worker.thread.ident is not None:
            self._workers.pop(worker.thread.ident, None)

    def waiting(self) -> list[str]:
        """One line for each job that has not ended, in the order of their threads."""
        return [
            f"job {worker.job.name} ({_qualname(worker.job.func)}) waits for {worker.parked} "
            f"at {_place(worker.thread)}"
            for worker in self._workers.values()
            if worker.job is not None and worker.parked
        ]

    def wake(self) -> None:
        """Let a loop that waits for the baton raise KeyboardInterrupt; for any thread."""
        self._woken = True

    def kill_jobs(self) -> None:
        """Unwind every job that waits (the run is over), by raising `JobKilled` where it waits."""
        self._queue.clear()
        for worker in list(self._workers.values()):
            if worker.job is None or not worker.parked:
                continue
            worker.killed = True
            try:
                self._switch_to(worker)
            except SimDeadlock:
                continue  # it swallows everything: `_retrieve_baton` has cut it off

    def stop(self) -> None:
        """End all threads."""
        for worker in self._workers.values():
            if worker.job is not None:  # an interrupt came before it could be killed
                worker.abandoned = worker.killed = True
            worker.job = None
            worker.lock.release()
            worker.thread.join(_KILL_GRACE_S)
        self._workers.clear()
        self._spare.clear()
        self._woken = False

    # -- on a job's thread

    def is_job(self) -> bool:
        """Whether the calling thread runs a job of this kernel."""
        return threading.get_ident() in self._workers

    def sleep(self, seconds: float) -> None:
        """Block the calling job for *seconds* of virtual time."""
        worker, job = self._mine()
        ticket = self._ticket(worker)
        job.loop.call_later(seconds, self._resume, worker, ticket)
        self._park(worker, f"time.sleep({seconds:g})")

    def call(self, coro_fn: Callable[..., Coroutine[Any, Any, Any]], *args: Any) -> Any:
        """Run `coro_fn(*args)` on the loop and block the calling job until it is done."""
        worker, job = self._mine()
        ticket = self._ticket(worker)
        task = job.loop.create_task(coro_fn(*args), context=copy_context())
        task.add_done_callback(lambda _: self._resume(worker, ticket))
        self._park(worker, f"{_qualname(coro_fn)}()")
        return task.result()

    def _mine(self) -> tuple[_Worker, _Job]:
        worker = self._workers.get(threading.get_ident())
        if worker is None or worker.job is None:
            if kernels.get(threading.get_ident()) is self._kernel:
                raise JobKilled  # cut off: whatever it does now happens outside the simulation
            raise UsageError("only a job's thread (run_in_executor, asyncio.to_thread) may do this")
        return worker, worker.job

    @staticmethod
    def _ticket(worker: _Worker) -> int:
        worker.ticket += 1
        return worker.ticket

    def _park(self, worker: _Worker, reason: str) -> None:
        if worker.killed:
            raise JobKilled
        worker.parked = reason
        self._hand_back(worker)
        worker.lock.acquire()
        if worker.killed:
            raise JobKilled

    def _hand_back(self, worker: _Worker) -> None:
        with self._handing:
            if worker.abandoned:
                raise JobKilled
            self._baton.release()

    def _serve(self, worker: _Worker) -> None:
        """The life of a worker's thread."""
        ident = threading.get_ident()
        worker.lock.acquire()
        kernels[ident] = self._kernel
        try:
            while (job := worker.job) is not None:
                worker.thread.name = job.name
                value, error = _run(job)
                if worker.abandoned:
                    return
                job.loop.call_soon(deliver, job.future, value, error)
                del value, error
                worker.job = job = None
                worker.killed = False
                self._spare.append(worker)
                self._hand_back(worker)
                worker.lock.acquire()
        except JobKilled:
            return
        finally:
            kernels.pop(ident, None)


def _run(job: _Job) -> tuple[Any, BaseException | None]:
    try:
        # A context of its own, as on a new thread: nothing may leak from one job into the next.
        return Context().run(job.func, *job.args), None
    except BaseException as error:  # whatever it is, the awaiting task must see it
        return None, error


def _qualname(func: Any) -> str:
    while hasattr(func, "func"):  # functools.partial: to_thread wraps the function in Context.run
        func = func.args[0] if func.args and callable(func.args[0]) else func.func
    return str(getattr(func, "__qualname__", type(func).__qualname__))


def _frames(thread: threading.Thread) -> list[traceback.FrameSummary]:
    frame = sys._current_frames().get(thread.ident or 0)
    return list(traceback.extract_stack(frame)) if frame is not None else []


def _stack(thread: threading.Thread) -> str:
    return "".join(traceback.format_list(_frames(thread)[-8:]))


def _place(thread: threading.Thread) -> str:
    """The innermost line of agent code on *thread*."""
    for frame in reversed(_frames(thread)):
        if "/sandbox/sim/" not in frame.filename:
            return f"{frame.filename}:{frame.lineno} ({frame.line})"
    return "an unknown place"
