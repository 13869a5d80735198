"""The trace of one episode: typed events in order, and a digest that proves two runs equal.

An event is `{"i": number, "t": virtual seconds, "type": ..., **fields}`. The digest covers the
canonical JSON of every event; the header (fault plan, versions, wall times) stands outside it, so
that removing a fault that never fired leaves it unchanged.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Literal, TextIO

EventType = Literal[
    "episode_start", "conversation_start", "user_message", "agent_message", "model_call", "model_result",
    "tool_call", "tool_result", "tool_error", "fault_fired", "effect", "exogenous", "approval",
    "handoff", "wait", "note", "limit", "crash", "conversation_end", "episode_end",
]  # fmt: skip

_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False, default=str
).encode


def canonical(value: Any) -> str:
    """*value* as the one JSON text that stands for it: keys sorted, no spaces."""
    return _encode(value)


class Trace:
    """Events of one episode, written as JSON lines while they happen.

    *out* receives each line at once (a killed worker leaves a readable trace); `events` keeps them in memory
    only when *keep* is set, so that a day of traffic does not grow.
    """

    def __init__(
        self, now: Callable[[], float], *, out: TextIO | None = None, keep: bool = True
    ) -> None:
        self._now = now
        self._out = out
        self._hash = blake2b(digest_size=16)
        self._listeners: list[Callable[[dict[str, Any]], None]] = []
        self.keep = keep
        self.events: list[dict[str, Any]] = []
        self.count = 0

    def emit(self, type_: EventType, /, **fields: Any) -> dict[str, Any]:
        """Append one event and return it; `t` is rounded to the microsecond."""
        event = {"i": self.count, "t": round(self._now(), 6), "type": type_, **fields}
        self.count += 1
        line = _encode(event)
        self._hash.update(line.encode())
        self._hash.update(b"\n")
        if self._out is not None:
            self._out.write(line)
            self._out.write("\n")
        if self.keep:
            self.events.append(event)
        for listener in self._listeners:
            listener(event)
        return event

    def listen(self, listener: Callable[[dict[str, Any]], None]) -> None:
        """Let *listener* see each event as it is appended (graders, limits, progress)."""
        self._listeners.append(listener)

    @property
    def digest(self) -> str:
        """32 hex digits over every event so far: the `trace_digest`."""
        return self._hash.copy().hexdigest()
