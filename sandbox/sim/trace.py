"""The trace of one episode: typed events in order, and a digest that proves two runs equal.

An event is `{"i": number, "t": virtual seconds, "type": ..., **fields}`. The digest covers the
canonical JSON of every event; the header (fault plan, versions, wall times) stands outside it, so
that removing a fault that never fired leaves it unchanged.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, Literal, TextIO

EventType = Literal[
    "episode_start", "conversation_start", "user_message", "agent_message", "model_call",
    "model_result", "tool_call", "tool_result", "tool_error", "fault_fired", "effect", "exogenous",
    "approval", "handoff", "wait", "note", "limit", "crash", "conversation_end", "episode_end",
]  # fmt: skip
_DEPTH_MAX = 100
_INT_BITS_MAX = 10_000
"""Python refuses to print integers of more than 4,300 digits."""


_encode = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def canonical(value: Any) -> str:
    """*value* as the one JSON text that stands for it: keys sorted, no spaces, valid UTF-8.

    It never fails, for an agent may say anything: what is no JSON is named by its type
    (`"<Decimal>"`), numbers that are not finite become `"NaN"` or `"Infinity"`.
    """
    try:
        text = _encode(value)
    except (ValueError, TypeError, RecursionError):
        text = _encode(plain(value))
    return text if text.isascii() else _without_surrogates(text)


def plain(value: Any, *, depth: int = 0) -> Any:
    """*value* with everything replaced that JSON cannot hold, as `canonical` says."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int):
        return value if value.bit_length() <= _INT_BITS_MAX else _type_name(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else _not_finite(value)
    if depth >= _DEPTH_MAX or not isinstance(value, dict | list | tuple):
        return _type_name(value)
    if isinstance(value, dict):
        return {_key(key): plain(item, depth=depth + 1) for key, item in value.items()}
    return [plain(item, depth=depth + 1) for item in value]


def _type_name(value: Any) -> str:
    # Never str(): it may hold an address, and then no two runs have the same digest.
    return f"<{type(value).__name__}>"


def _key(key: Any) -> str:
    return key if isinstance(key, str) else canonical(key).strip('"')


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _without_surrogates(text: str) -> str:
    """*text* with lone surrogates as JSON escapes: a half emoji must not end an episode."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Trace:
    """Events of one episode, written as JSON lines while they happen.

    *out* receives each line at once (a killed worker leaves a readable trace); `events` keeps them
    in memory only when *keep* is set, so that a day of traffic does not grow.
    """

    def __init__(
        self, now: Callable[[], float], *, out: TextIO | None = None, keep: bool = True
    ) -> None:
        self._now = now
        self._write = None if out is None else out.write
        self._hash = blake2b(digest_size=16)
        self._listeners: list[Callable[[dict[str, Any]], None]] = []
        self.keep = keep
        self.muted = False
        """Whether events are dropped: while a simulation that is over winds up."""
        self.events: list[dict[str, Any]] = []
        self.count = 0

    def emit(self, type_: EventType, /, **fields: Any) -> dict[str, Any]:
        """Append one event and return it; `t` is rounded to the microsecond."""
        event = {"i": self.count, "t": round(self._now(), 6), "type": type_, **fields}
        if self.muted:
            return event
        self.count += 1
        try:
            line = _encode(event) + "\n"
            data = line.encode()
        except (ValueError, TypeError, RecursionError):  # UnicodeEncodeError is a ValueError
            line = canonical(event) + "\n"
            data = line.encode()
            event = json.loads(line)
        self._hash.update(data)
        if self._write is not None:
            self._write(line)
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
