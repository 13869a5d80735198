"""The schedule of a run: every callback and its virtual time, as a rolling hash.

Outputs can hide a difference in scheduling; this digest cannot. Names only, never addresses: a task
is its number within the run and its coroutine's qualified name, anything else its qualified name.
"""

from __future__ import annotations

from functools import partial
from hashlib import blake2b
from struct import Struct
from typing import Any

_pack_time = Struct("<cd").pack
_PARTS_MAX = 2048


class Schedule:
    """What ran when; `digest` always, the readable `entries` only when *keep* is set."""

    def __init__(self, *, keep: bool = False) -> None:
        self.entries: list[tuple[float, str]] = []
        self._keep = keep
        self._hash = blake2b(digest_size=16)
        self._parts: list[bytes] = []
        self._now = -1.0

    def note(self, now: float, callback: Any) -> None:
        """Add one callback of the loop, or one SimPy event, that is about to run at *now*."""
        parts = self._parts
        if now != self._now:
            self._now = now
            parts.append(_pack_time(b"@", now))
        # A task's step and its wake-up are bound to the task, which knows its own name.
        tag = getattr(getattr(callback, "__self__", None), "schedule_tag", None) or _name(callback)
        parts.append(tag)
        if self._keep:
            self.entries.append((now, tag.decode().rstrip("\n")))
        if len(parts) > _PARTS_MAX:
            self._flush()

    @property
    def digest(self) -> str:
        """32 hex digits over everything noted so far: the `schedule_digest`."""
        self._flush()
        return self._hash.copy().hexdigest()

    def _flush(self) -> None:
        self._hash.update(b"".join(self._parts))
        self._parts.clear()


_type_names: dict[type, bytes] = {}


def _name(callback: Any) -> bytes:
    while isinstance(callback, partial):
        callback = callback.func
    name = getattr(callback, "__qualname__", None)
    if isinstance(name, str):
        return name.encode() + b"\n"
    kind = type(callback)
    found = _type_names.get(kind)
    if found is None:
        found = _type_names[kind] = kind.__qualname__.encode() + b"\n"
    return found
