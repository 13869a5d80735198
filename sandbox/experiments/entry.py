"""`Entry`: one line of a readable timeline, and how its times and values are written."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from sandbox.experiments.visible import visible

Kind = Literal[
    "start", "user", "agent", "model", "call", "fault", "effect", "approval", "handoff", "wait",
    "world", "note", "limit", "crash", "end",
]  # fmt: skip
Tone = Literal["good", "bad", "fault", "quiet"]


@dataclass(frozen=True)
class Tag:
    """A short verdict on an entry: `duplicate`, `timeout`, `changed what the agent saw`."""

    text: str
    tone: Tone


@dataclass(frozen=True)
class Part:
    """A block of detail beneath an entry: arguments, a result, changed rows."""

    label: str
    value: Any
    """Text, or anything that JSON holds."""
    bulky: bool = False
    """Shown only to those who ask for everything."""

    def text(self, *, pretty: bool = False) -> str:
        """The value as text; *pretty* spreads JSON over several lines."""
        if isinstance(self.value, str):
            return visible(self.value)
        return as_json(self.value, indent=1 if pretty else None)


@dataclass(frozen=True)
class Entry:
    """Something that happened in a conversation, for people to read."""

    t: float
    """Virtual seconds since the episode began."""
    kind: Kind
    who: str
    text: str
    parts: tuple[Part, ...] = ()
    tags: tuple[Tag, ...] = ()
    took_s: float | None = None
    """From a call to its answer."""
    step: int = 0
    """Number of the tool call in its conversation, from 1; 0 for what is no tool call."""
    conversation: str = ""


def as_json(value: Any, *, indent: int | None = None) -> str:
    """*value* as JSON that is fit to be shown."""
    return visible(json.dumps(value, ensure_ascii=False, indent=indent))


def clock(t: float) -> str:
    """A virtual time as `mm:ss`, from one hour on as `h:mm:ss`."""
    minutes, seconds = divmod(int(t), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{seconds:02d}" if hours else f"{minutes:02d}:{seconds:02d}"
