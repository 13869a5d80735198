"""The global chance that agent code reaches for by itself: `random`, `os.urandom`, `uuid`.

One generator per kernel, apart from the named streams: what an agent draws moves nothing of ours.
"""

from __future__ import annotations

import random
from typing import Any

from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds

_GREGORIAN = 0x01B21DD213814000
"""100 ns intervals between 1582-10-15, where UUID versions 1 and 6 count from, and 1970-01-01."""


class Chance:
    """Global randomness and ids of one kernel, a function of its seeds and of the draws before."""

    def __init__(self, seeds: Seeds, clock: Clock) -> None:
        self._clock = clock
        own = seeds.child("global chance")
        self.random = own.stream("random")
        """Stands in for the module-level functions of `random`."""
        self._bytes = own.stream("urandom")
        self._ids = own.stream("ids")
        self._node = self._ids.getrandbits(48) | (1 << 40)  # multicast: no real network card
        self._sequence = self._ids.getrandbits(14)
        self._ticks = 0
        self._last_7 = 0
        self.numpy_seed = own.integer("numpy") & 0xFFFFFFFF
        self.numpy_state: Any = None
        """NumPy's legacy global state, kept while agent code does not run."""

    def bytes(self, count: int) -> bytes:
        """*count* bytes, in the place of the operating system's."""
        return self._bytes.randbytes(count)

    def node(self) -> int:
        """A made-up network card: the real one's number would differ between machines."""
        return self._node

    def wall_ns(self) -> int:
        """Virtual unix time in nanoseconds."""
        whole = int(self._clock.epoch)
        return whole * 10**9 + round((self._clock.epoch - whole + self._clock.now) * 1e9)

    def uuid4(self) -> int:
        """The number of a random UUID."""
        return _mark(self._ids.getrandbits(128), 4)

    def uuid7(self, ms: int | None = None) -> int:
        """The number of a UUID that begins with the virtual time; later ones are greater."""
        value = (ms if ms is not None else self.wall_ns() // 10**6) << 80
        value = _mark(value | self._ids.getrandbits(74), 7)
        if ms is not None:
            return value
        if value <= self._last_7:  # another one within the millisecond
            value = _mark(self._last_7 + 1 + self._ids.getrandbits(32), 7)
        self._last_7 = value
        return value

    def uuid1(self, node: int | None = None, sequence: int | None = None) -> int:
        """The number of a UUID of version 1: time, sequence and (made-up) network card."""
        ticks = self._next_ticks()
        high = (ticks & 0xFFFFFFFF) << 32 | (ticks >> 32 & 0xFFFF) << 16 | ticks >> 48
        return _mark(high << 64 | self._tail(node, sequence), 1)

    def uuid6(self, node: int | None = None, sequence: int | None = None) -> int:
        """The number of a UUID of version 6: version 1 in an order that sorts by time."""
        ticks = self._next_ticks()
        high = ticks >> 12 << 16 | ticks & 0xFFF
        return _mark(high << 64 | self._tail(node, sequence), 6)

    def _next_ticks(self) -> int:
        self._ticks = max(self._ticks + 1, self.wall_ns() // 100 + _GREGORIAN)
        return self._ticks

    def _tail(self, node: int | None, sequence: int | None) -> int:
        low = self._sequence if sequence is None else sequence & 0x3FFF
        return low << 48 | (self._node if node is None else node)


def _mark(value: int, version: int) -> int:
    """*value* with the version and variant bits of RFC 9562."""
    value &= ~(0xF << 76 | 0x3 << 62)
    return value | version << 76 | 0x2 << 62


GLOBAL_FUNCTIONS = tuple(
    name
    for name in sorted(vars(random))
    if getattr(getattr(random, name), "__self__", None) is getattr(random, "_inst", None)
)
"""The functions of `random` that draw from its hidden generator."""
