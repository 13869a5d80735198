"""Supervised workers: a killed one loses only its episode, a hung one is ended.

An own supervisor and not a process pool, because a pool dies whole with one killed worker and
cannot end a hung one. Each worker is a fresh interpreter with a fixed hash seed; orders go in on
its standard input, answers come out on its standard output, one JSON line each.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sandbox.errors import SandboxBug, UsageError
from sandbox.experiments.codec import dump, load_episode
from sandbox.experiments.matrix import EpisodePlan
from sandbox.experiments.records import EpisodeResult
from sandbox.experiments.setup import Setup
from sandbox.experiments.stillborn import invalid_episode, out_of_real_time
from sandbox.sim.realtime import monotonic_s

TRIES_MAX = 2
"""An episode whose worker died is run once more, then it is invalid."""
STARTS_MAX = 3
"""Workers that may die one after the other before any is ready."""
START_S_MAX = 120.0
"""Real seconds that a worker may take to import its agents and open its world."""


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    heard_s: float
    ready: bool = False
    episode: EpisodePlan | None = None
    buffer: bytes = b""


class Supervisor:
    """Runs episodes on *jobs* worker processes; use it as a context manager."""

    def __init__(self, setup: Setup, *, jobs: int) -> None:
        self._setup = setup
        self._jobs = jobs
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._tries: dict[str, int] = {}
        self._false_starts = 0

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(self, *_: object) -> None:
        for worker in list(self._workers):
            self._end(worker)
        self._selector.close()

    def run(self, plans: Sequence[EpisodePlan]) -> Iterator[EpisodeResult]:
        """The result of every plan, in the order in which they end."""
        waiting = deque(plans)
        while waiting or any(w.episode for w in self._workers):
            while len(self._workers) < min(self._jobs, len(waiting) + self._busy()):
                self._start()
            for worker in self._workers:
                if worker.ready and worker.episode is None and waiting:
                    self._order(worker, waiting.popleft())
            for key, _ in self._selector.select(timeout=0.2):
                yield from self._read(key.data, waiting)
            yield from self._watch()

    def _busy(self) -> int:
        return sum(w.episode is not None for w in self._workers)

    def _start(self) -> None:
        process = subprocess.Popen(
            # -P: a file of the user's that is called like a module of ours must not take its place.
            # Not -m: names in `__main__` are an agent's, and virtual inside an episode.
            [sys.executable, "-P", "-c", "from sandbox.experiments.worker import main; main()"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=worker_environment(),
            cwd=self._setup.cwd,
            process_group=0,  # so that Ctrl-C in the terminal reaches the supervisor alone
        )
        assert process.stdin is not None
        assert process.stdout is not None
        worker = _Worker(process, monotonic_s())
        with contextlib.suppress(BrokenPipeError):  # a worker that dies at once is seen by its EOF
            process.stdin.write(self._setup.to_json().encode() + b"\n")
            process.stdin.flush()
        self._selector.register(process.stdout, selectors.EVENT_READ, worker)
        self._workers.append(worker)

    def _order(self, worker: _Worker, plan: EpisodePlan) -> None:
        worker.episode = plan
        worker.heard_s = monotonic_s()
        assert worker.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            worker.process.stdin.write(json.dumps(dump(plan)).encode() + b"\n")
            worker.process.stdin.flush()

    def _read(self, worker: _Worker, waiting: deque[EpisodePlan]) -> Iterator[EpisodeResult]:
        assert worker.process.stdout is not None
        data = os.read(worker.process.stdout.fileno(), 1 << 16)
        if not data:
            yield from self._died(worker, waiting)
            return
        worker.heard_s = monotonic_s()
        *lines, worker.buffer = (worker.buffer + data).split(b"\n")
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError:  # its agent has written into the pipe
                yield from self._died(worker, waiting)
                return
            result = self._heard(worker, message)
            if result is not None:
                yield result

    def _heard(self, worker: _Worker, message: dict[str, Any]) -> EpisodeResult | None:
        """Take in a message from *worker*; its episode's result, if it is one."""
        match message.get("type"):
            case "ready":
                worker.ready = True
                self._false_starts = 0
            case "beat":
                pass
            case "error":
                raise UsageError(message["message"])
            case "result":
                worker.episode = None
                return load_episode(message["episode"])
            case _:
                raise SandboxBug(f"in a worker: {message.get('message', message)}")
        return None

    def _died(self, worker: _Worker, waiting: deque[EpisodePlan]) -> Iterator[EpisodeResult]:
        """The worker's pipe is closed: put its episode back, or call it invalid."""
        plan, worker.episode = worker.episode, None
        self._end(worker)
        how = _ended(worker.process.returncode)
        if plan is None:
            if not worker.ready:
                self._false_starts += 1
            if self._false_starts >= STARTS_MAX:
                raise UsageError(
                    f"{STARTS_MAX} workers {how} before they were ready: does an agent's module "
                    "end the process when it is imported?"
                )
            return
        tries = self._tries[plan.id] = self._tries.get(plan.id, 0) + 1
        if tries < TRIES_MAX:
            waiting.appendleft(plan)
        else:
            yield invalid_episode(plan, self._setup, f"its worker {how}, {tries} times")

    def _watch(self) -> Iterator[EpisodeResult]:
        """End every worker that gave no sign of life for too long."""
        now = monotonic_s()
        for worker in list(self._workers):
            silent_s = now - worker.heard_s
            if not worker.ready and silent_s > START_S_MAX:
                raise UsageError(
                    f"a worker was not ready after {START_S_MAX:g} s: does an agent's module hang "
                    "when it is imported?"
                )
            plan = worker.episode
            if plan is not None and silent_s > self._setup.spec.limits.real_s_max:
                self._end(worker)
                yield out_of_real_time(plan, self._setup, silent_s)

    def _end(self, worker: _Worker) -> None:
        """Kill it: traces are written line by line, so nothing is lost that it could still save."""
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        process = worker.process
        assert process.stdin is not None
        assert process.stdout is not None
        self._selector.unregister(process.stdout)
        process.kill()
        process.wait()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


def _ended(code: int) -> str:
    """How a process ended, in words."""
    if code >= 0:
        return f"ended with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"


def worker_environment() -> dict[str, str]:
    """The environment of a worker: a fixed hash seed, one BLAS thread, no telemetry.

    `SANDBOX_HASHSEED=inherit` hands the caller's PYTHONHASHSEED on, so that a proof of determinism
    can vary it.
    """
    env = dict(os.environ)
    if env.get("SANDBOX_HASHSEED") != "inherit":
        env["PYTHONHASHSEED"] = "0"
    env.update(
        OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1", LANGSMITH_TRACING="false",
        LANGCHAIN_TRACING_V2="false", DO_NOT_TRACK="1", PYTHONUNBUFFERED="1",
    )  # fmt: skip
    return env
