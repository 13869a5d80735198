"""Supervised workers: a killed one loses only its episode, a hung one is ended.

An own supervisor and not a process pool, because a pool dies whole with one killed worker and cannot end
a hung one. Each worker is a fresh interpreter with a fixed hash seed; orders go in on its standard input,
answers come out on a pipe that replaces its standard output, one JSON line each.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
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
START_S_MAX = 120.0
"""Real seconds that a worker may take to import its agents and open its world."""
_TERM_GRACE_S = 1.0


@dataclass
class _Worker:
    process: subprocess.Popen[bytes]
    started_s: float
    heard_s: float
    ready: bool = False
    episode: EpisodePlan | None = None
    buffer: bytes = b""
    errors: list[str] = field(default_factory=list)


class Supervisor:
    """Runs episodes on *jobs* worker processes; use it as a context manager."""

    def __init__(
        self, setup: Setup, *, jobs: int, on_beat: Callable[[], None] = lambda: None
    ) -> None:
        self._setup = setup
        self._jobs = jobs
        self._on_beat = on_beat
        self._workers: list[_Worker] = []
        self._selector = selectors.DefaultSelector()
        self._tries: dict[str, int] = {}
        self._deaths_in_a_row = 0

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
            yield from self._watch(waiting)
            self._on_beat()

    def _busy(self) -> int:
        return sum(w.episode is not None for w in self._workers)

    def _start(self) -> None:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "sandbox.experiments.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=worker_environment(),
        )
        assert process.stdin is not None
        assert process.stdout is not None
        now = monotonic_s()
        worker = _Worker(process, now, now)
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
            message: dict[str, Any] = json.loads(line)
            match message.get("type"):
                case "ready":
                    worker.ready = True
                case "beat":
                    pass
                case "error":
                    raise UsageError(message["message"])
                case "bug":
                    raise SandboxBug(message["message"])
                case "result":
                    self._deaths_in_a_row = 0
                    worker.episode = None
                    yield load_episode(message["episode"])
                case other:
                    raise SandboxBug(f"worker said {other!r}")

    def _died(self, worker: _Worker, waiting: deque[EpisodePlan]) -> Iterator[EpisodeResult]:
        """The worker's pipe is closed: put its episode back, or call it invalid."""
        plan, worker.episode = worker.episode, None
        self._end(worker)
        code = worker.process.returncode
        if plan is None:
            self._deaths_in_a_row += 1
            if self._deaths_in_a_row > TRIES_MAX:
                raise SandboxBug(f"workers die before they are ready (exit code {code})")
            return
        tries = self._tries[plan.id] = self._tries.get(plan.id, 0) + 1
        if tries < TRIES_MAX:
            waiting.appendleft(plan)
        else:
            yield invalid_episode(
                plan, self._setup, f"its worker died {tries} times (exit code {code})"
            )

    def _watch(self, waiting: deque[EpisodePlan]) -> Iterator[EpisodeResult]:
        """End every worker that gave no sign of life for too long."""
        now = monotonic_s()
        for worker in list(self._workers):
            limit = self._setup.spec.limits.real_s_max if worker.episode else START_S_MAX
            if now - worker.heard_s <= limit or (worker.ready and not worker.episode):
                continue
            plan, worker.episode = worker.episode, None
            self._end(worker)
            if plan is None:
                raise UsageError(
                    f"a worker was not ready after {START_S_MAX:g} s: does an agent's module hang on import?"
                )
            yield out_of_real_time(plan, self._setup, now - worker.heard_s)
        del waiting

    def _end(self, worker: _Worker) -> None:
        """SIGTERM lets it flush the trace; what does not go then is killed."""
        if worker not in self._workers:
            return
        self._workers.remove(worker)
        process = worker.process
        assert process.stdin is not None
        assert process.stdout is not None
        self._selector.unregister(process.stdout)
        process.terminate()
        try:
            process.wait(_TERM_GRACE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()


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
