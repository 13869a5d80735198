"""Named random streams: one more draw here moves nothing elsewhere.

Every draw is keyed by name, never by order among strangers: `stream("persona/p1")` and
`stream("arrivals")` do not share state, and `uniform("fault", tool, 3)` is a pure function.
Keys go through BLAKE2b, never through `hash()`, so they are the same in every process.
"""

from __future__ import annotations

import random
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

Key = str | int
_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"


def digest64(*key: Key) -> int:
    """64 bits that depend on *key* alone."""
    text = "\x1f".join(map(str, key))
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")


class Seeds:
    """All chance of one run, derived from *seed* and the names of the streams."""

    def __init__(self, seed: int, *path: Key) -> None:
        self.seed = seed
        self.path = path
        self._streams: dict[str, random.Random] = {}

    def child(self, *key: Key) -> Seeds:
        """Seeds of a part (one episode, one conversation); independent of the parent's draws."""
        return Seeds(self.seed, *self.path, *key)

    def stream(self, name: str) -> random.Random:
        """The generator called *name*; the same object each time, so that draws go on."""
        found = self._streams.get(name)
        if found is None:
            found = self._streams[name] = random.Random(self._key("stream", name))
        return found

    def uniform(self, *key: Key) -> float:
        """A number in [0, 1) that is a pure function of *key*."""
        return self._key("uniform", *key) / 2.0**64

    def integer(self, *key: Key) -> int:
        """64 bits that are a pure function of *key* (to seed another generator)."""
        return self._key("integer", *key)

    def token(self, length: int, *key: Key) -> str:
        """An id of *length* characters (a-z, 2-7), a pure function of *key*."""
        text = "\x1f".join(map(str, (self.seed, *self.path, "token", *key)))
        raw = blake2b(text.encode(), digest_size=max(1, min(64, length))).digest()
        return "".join(_BASE32[b & 31] for b in raw)[:length]

    def numpy(self, name: str) -> np.random.Generator:
        """A fresh NumPy generator for *name*."""
        import numpy as np  # noqa: PLC0415 - heavy, and the command line must answer fast

        return np.random.default_rng(self._key("numpy", name))

    def _key(self, *key: Key) -> int:
        return digest64(self.seed, *self.path, *key)
