"""The schedule of a run: every callback and its virtual time, as a rolling hash.

Outputs can hide a difference in scheduling; this digest cannot. Names only, never addresses: a task
is its number within the run and its coroutine's qualified name, anything else its qualified name.
"""

from __future__ import annotations

from array import array
from functools import partial
from hashlib import blake2b
from typing import Any

_PARTS_MAX = 4096


class Schedule:
    """What ran when; `digest` always, the readable `entries` only when *keep* is set."""

    def __init__(self, *, keep: bool = False) -> None:
        self.entries: list[tuple[float, str]] = []
        self._keep = keep
        # Names and times are hashed apart, so that packing happens in bulk and it does not matter
        # when; the n-th name belongs to the n-th time.
        self._names: list[bytes] = []
        self._times: list[float] = []
        self._hash_names = blake2b(digest_size=16)
        self._hash_times = blake2b(digest_size=16)

    def note(self, now: float, callback: Any) -> None:
        """Add a callback of the loop that is about to run at *now*."""
        # A task's step and its wake-up are bound to the task, which knows its own name.
        tag = getattr(getattr(callback, "__self__", None), "schedule_tag", None) or _name(callback)
        self._add(now, tag)

    def note_event(self, now: float, event: Any) -> None:
        """Add a SimPy event that is about to happen at *now*."""
        self._add(now, _kinds.get(type(event)) or _kind(event))

    def _add(self, now: float, tag: bytes) -> None:
        self._names.append(tag)
        self._times.append(now)
        if self._keep:
            self.entries.append((now, tag.decode().rstrip("\n")))
        if len(self._names) >= _PARTS_MAX:
            self._flush()

    @property
    def digest(self) -> str:
        """32 hex digits over everything noted so far: the `schedule_digest`."""
        self._flush()
        both = self._hash_names.digest() + self._hash_times.digest()
        return blake2b(both, digest_size=16).hexdigest()

    def _flush(self) -> None:
        self._hash_names.update(b"".join(self._names))
        self._hash_times.update(array("d", self._times))
        self._names.clear()
        self._times.clear()


_kinds: dict[type, bytes] = {}


def _name(callback: Any) -> bytes:
    while isinstance(callback, partial):
        callback = callback.func
    name = getattr(callback, "__qualname__", None)
    return f"{name}\n".encode() if isinstance(name, str) else _kind(callback)


def _kind(thing: Any) -> bytes:
    found = _kinds.get(type(thing))
    if found is None:
        found = _kinds[type(thing)] = f"{type(thing).__qualname__}\n".encode()
    return found
