"""`System`: the base of every fake enterprise system.

A fake is a class with a name, tables and operations. It holds no state of its own: everything is
rows in the store, so that an episode can be reset, forked, compared and undone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, ClassVar, Protocol

from sandbox.errors import ToolError
from sandbox.sim.clock import Clock
from sandbox.sim.seeds import Seeds

Row = dict[str, Any]


class Database(Protocol):
    """What a fake needs of the store."""

    def rows(self, sql: str, bindings: Sequence[Any] | Mapping[str, Any] = ()) -> list[Row]:
        """All rows of a query, each a dict by column name."""

    def row(self, sql: str, bindings: Sequence[Any] | Mapping[str, Any] = ()) -> Row | None:
        """The first row, or None."""

    def value(self, sql: str, bindings: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
        """The first column of the first row, or None."""

    def execute(self, sql: str, bindings: Sequence[Any] | Mapping[str, Any] = ()) -> int:
        """Run a statement; the number of rows it changed."""

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert one row."""

    def update(self, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Update the rows that match *key*; how many there were."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: every call has one, and the audit log names it."""

    name: str
    scopes: frozenset[str]
    """Granted scopes; `stripe:*` grants all of a system, `*` everything."""
    kind: str = "agent"

    def may(self, scope: str) -> bool:
        """Whether *scope* is granted, directly or by a wildcard over a prefix."""
        return _granted(self.scopes, scope)


@lru_cache(maxsize=4096)
def _granted(scopes: frozenset[str], scope: str) -> bool:
    if scope in scopes or "*" in scopes:
        return True
    parts = scope.split(":")
    return any(":".join([*parts[:n], "*"]) in scopes for n in range(1, len(parts)))


WORLD = Principal("world", frozenset({"*"}), "world")
"""Who acts when the world itself does: a carrier that delivers, a customer who pays."""


class System:
    """Base of the fakes: tables by `ddl`, operations by `@read` and `@write` methods.

    Every table's name begins with the system's name (`stripe_refunds`) and has a primary key.
    Timestamps are stored as text, ISO 8601 in UTC with a Z, so that they sort.
    """

    name: ClassVar[str]
    ddl: ClassVar[str]

    def __init__(self, db: Database, clock: Clock, seeds: Seeds) -> None:
        self.db = db
        self.clock = clock
        self.seeds = seeds
        self.principal = WORLD
        """Who acts in the call at work; the host sets it before each call."""

    def error_body(self, error: ToolError) -> dict[str, Any]:
        """The vendor's body for *error* when the host refuses a call before it gets here.

        Wrong arguments, a missing scope: what the system itself raises brings its own body.
        """
        return {"error": {"code": error.code, "message": error.message}}

    def now(self, *, offset_s: float = 0.0) -> str:
        """The virtual time as stored text: 2026-03-02T08:00:00Z."""
        moment = self.clock.wall() + timedelta(seconds=offset_s)
        return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

    def now_unix(self) -> int:
        """The virtual time as whole unix seconds."""
        return int(self.clock.wall_s())

    def next_number(self, table: str) -> int:
        """One more than the largest integer `id` in *table*."""
        return int(self.db.value(f"SELECT coalesce(max(id), 0) + 1 FROM {table}"))  # noqa: S608
