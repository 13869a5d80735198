"""The real clock, for supervisors outside the simulation: real even where time looks virtual."""

from __future__ import annotations

import datetime as dt
import threading
import time

import time_machine

# Kept before anything is patched, and never swept: what the names mean today is the real thing.
_monotonic = time.monotonic
_process_time = time.process_time


def monotonic_s() -> float:
    """Real seconds since some fixed moment."""
    return _monotonic()


def cpu_s() -> float:
    """Real CPU seconds of this process."""
    return _process_time()


def wall_iso() -> str:
    """The real date and time in UTC, as ISO 8601 with seconds."""
    if time_machine.escape_hatch.is_travelling():
        now = time_machine.escape_hatch.datetime.datetime.now(dt.UTC)
    else:
        now = dt.datetime.now(dt.UTC)
    return now.isoformat(timespec="seconds")


def thread_cpu_s(thread: threading.Thread) -> float:
    """CPU seconds of *thread* so far; 0 where the platform cannot tell, or the thread has ended."""
    clock_of = getattr(time, "pthread_getcpuclockid", None)
    if clock_of is None or thread.ident is None or not thread.is_alive():
        return 0.0
    return time.clock_gettime(clock_of(thread.ident))
