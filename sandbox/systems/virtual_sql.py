"""Time and chance inside SQL: `datetime('now')`, CURRENT_TIMESTAMP, random() are the episode's.

SQLite asks its VFS for the time, without saying on whose behalf. So a store says whose time it is
before each statement, and no statement outlives the call that runs it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from random import Random
from typing import Any

import apsw

_JULIAN_EPOCH_MS = 210_866_760_000_000
"""Milliseconds from the Julian day 0 to 1970: SQLite counts from there."""


def never() -> float:
    """The time in a store that no clock is bound to: 1970, the same on every day of building."""
    return 0.0


class _Now(threading.local):
    """Per thread: the function that gives unix seconds to the statement at work."""

    wall_s: Callable[[], float] = staticmethod(never)


now = _Now()


class VirtualTimeVFS(apsw.VFS):
    """A VFS whose clock is `now.wall_s`."""

    def xCurrentTimeInt64(self) -> int:  # noqa: N802 - SQLite's name
        """Milliseconds since the Julian epoch."""
        return _JULIAN_EPOCH_MS + round(now.wall_s() * 1000)

    def xCurrentTime(self) -> float:  # noqa: N802 - SQLite's name
        """Days since the Julian epoch, for whoever asks the old way."""
        return self.xCurrentTimeInt64() / 86_400_000


def draw_from(connection: apsw.Connection, rng: Random) -> None:
    """Let random() and randomblob() of *connection* draw from *rng*."""

    def integer(*_: Any) -> int:
        return rng.getrandbits(64) - (1 << 63)

    def blob(*length: Any) -> bytes:
        return rng.randbytes(max(1, *length))  # SQLite's gives one byte for any length below one

    connection.create_scalar_function("random", integer, 0)
    connection.create_scalar_function("randomblob", blob, 1)
