"""Effects: every committed write, in the order of commitment.

What an agent *did* is read here, never from what it says it did.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One changed row; `before`/`after` hold the changed columns only (None: there was no row)."""

    table: str
    key: tuple[Any, ...]
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def to_dict(self) -> dict[str, Any]:
        """The change as JSON."""
        return {
            "table": self.table, "key": list(self.key), "before": self.before, "after": self.after,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """One committed write of an agent."""

    id: str
    """effect-1, effect-2, ... in order of commitment."""
    call_id: str
    turn: int
    """The model turn that asked for the call; 0 when none did."""
    agent: str
    tool: str
    effect: str
    """The class: `refund`, `ticket_comment`, ..."""
    target: str
    """The record acted upon, like a charge id."""
    key_args: dict[str, Any]
    changes: tuple[Change, ...]
    t: float
    """Virtual seconds since the episode began."""
    conversation: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    """All arguments of the call, free text included."""
    changeset: bytes = field(default=b"", repr=False)
    """SQLite changeset; its inverse undoes the write."""

    def to_dict(self) -> dict[str, Any]:
        """The effect as JSON, without the changeset's bytes."""
        return {
            "id": self.id, "call_id": self.call_id, "turn": self.turn, "agent": self.agent,
            "tool": self.tool, "effect": self.effect, "target": self.target,
            "key_args": self.key_args, "t": round(self.t, 6), "conversation": self.conversation,
            "changes": [change.to_dict() for change in self.changes],
        }  # fmt: skip


class Ledger:
    """The effects of one episode."""

    def __init__(self) -> None:
        self._effects: list[Effect] = []

    def __iter__(self) -> Iterator[Effect]:
        return iter(self._effects)

    def __len__(self) -> int:
        return len(self._effects)

    def append(self, effect: Effect) -> None:
        """Add a committed write."""
        self._effects.append(effect)

    def of(self, conversation: str) -> list[Effect]:
        """The effects of one graded unit."""
        return [e for e in self._effects if e.conversation == conversation]

    def clear(self, conversation: str) -> None:
        """Forget one conversation's effects once graded, so that a day of traffic does not grow."""
        self._effects = [e for e in self._effects if e.conversation != conversation]
