"""Virtual time: seconds since the start, and the wall clock of the simulated company."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from operator import index

import simpy

EPOCH_S = 1_772_438_400.0
"""2026-03-02 08:00 UTC, a Monday: where every simulation starts unless told otherwise."""


SLEEP_S_MAX = float(2**63 // 10**9)
"""The longest `time.sleep` there is: more nanoseconds do not fit into the real one's integer."""


class Clock:
    """The time of one simulation; it moves only while the kernel has nothing left to do."""

    def __init__(self, env: simpy.Environment, *, epoch: float = EPOCH_S) -> None:
        self.env = env
        """The SimPy environment whose queue orders everything."""
        self.epoch = epoch
        """Unix seconds at virtual time 0."""
        self._start = datetime.fromtimestamp(epoch, UTC)

    @property
    def now(self) -> float:
        """Virtual seconds since the start."""
        return float(self.env.now)

    def wall_s(self) -> float:
        """Virtual unix time in seconds."""
        return self.epoch + self.env.now

    def wall(self) -> datetime:
        """Virtual date and time, aware, in UTC."""
        return self._start + timedelta(seconds=self.env.now)

    async def sleep(self, seconds: float) -> None:
        """Come back *seconds* of virtual time later (0 or less: let everybody else run first)."""
        await asyncio.sleep(seconds)


def checked_sleep(seconds: float) -> float:
    """*seconds* if `time.sleep` takes them; otherwise the error that the real one raises."""
    if not isinstance(seconds, float):
        seconds = index(seconds)
    if seconds != seconds:  # noqa: PLR0124 - NaN: a clock set to it would stand there for ever
        raise ValueError("Invalid value NaN (not a number)")
    if abs(seconds) > SLEEP_S_MAX:
        raise OverflowError("timestamp out of range for platform time_t")
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    return seconds
