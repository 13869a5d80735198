"""`Rows`: reading and writing rows, which is all that a fake needs of the store."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

import apsw

from sandbox.errors import SandboxBug
from sandbox.sim.seeds import Seeds
from sandbox.systems import virtual_sql
from sandbox.systems.schema import quoted

Row = dict[str, Any]
Bindings = Sequence[Any] | Mapping[str, Any]


class WallClock(Protocol):
    """What SQL needs of a clock."""

    def wall_s(self) -> float:
        """Virtual unix time in seconds."""


class Rows:
    """Rows of one connection, as dicts; SQL's `now` and `random()` are those of the episode."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._wall_s = virtual_sql.never
        self._seeds = Seeds(0)
        self._names: dict[str, tuple[str, ...]] = {}
        self._inserts: dict[tuple[str, ...], str] = {}
        self._updates: dict[tuple[str, tuple[str, ...], tuple[str, ...]], str] = {}
        self._use(connection)

    def _use(self, connection: apsw.Connection) -> None:
        self.connection = connection
        """The apsw connection, for what this class does not offer."""
        self._execute = connection.execute
        virtual_sql.draw_from(connection, self._seeds.child("sql").stream("random"))

    def bind(self, clock: WallClock, seeds: Seeds) -> None:
        """Let SQL's `now` and `random()` come from *clock* and *seeds*; random() begins anew."""
        self._wall_s = clock.wall_s
        self._seeds = seeds
        virtual_sql.draw_from(self.connection, seeds.child("sql").stream("random"))

    @property
    def changes_total(self) -> int:
        """Rows changed so far; a step that leaves it equal has changed nothing."""
        return self.connection.total_changes()

    def rows(self, sql: str, bindings: Bindings = ()) -> list[Row]:
        """All rows of a query, each a dict by column name."""
        virtual_sql.now.wall_s = self._wall_s
        cursor = self._execute(sql, bindings)
        names = self._names.get(sql) or self._read_names(sql, cursor)
        return [dict(zip(names, values)) for values in cursor]  # noqa: B905 - a hot path

    def row(self, sql: str, bindings: Bindings = ()) -> Row | None:
        """The first row, or None."""
        virtual_sql.now.wall_s = self._wall_s
        cursor = self._execute(sql, bindings)
        names = self._names.get(sql) or self._read_names(sql, cursor)
        values = cursor.fetchone()
        return None if values is None else dict(zip(names, values))  # noqa: B905 - a hot path

    def value(self, sql: str, bindings: Bindings = ()) -> Any:
        """The first column of the first row, or None."""
        virtual_sql.now.wall_s = self._wall_s
        values = self._execute(sql, bindings).fetchone()
        return None if values is None else values[0]

    def execute(self, sql: str, bindings: Bindings = ()) -> int:
        """Run a statement; the number of rows it changed."""
        virtual_sql.now.wall_s = self._wall_s
        before = self.connection.total_changes()
        self._execute(sql, bindings).fetchall()
        changed = self.connection.total_changes() != before
        return self.connection.changes() if changed else 0

    def insert(self, table: str, row: Mapping[str, Any]) -> None:
        """Insert one row."""
        shape = (table, *row)
        sql = self._inserts.get(shape)
        if sql is None:
            sql = self._inserts[shape] = _insert(table, row)
        virtual_sql.now.wall_s = self._wall_s
        self._execute(sql, tuple(row.values()))

    def insert_many(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Insert *rows* of values in the order of *columns*: the fast way to build a world."""
        virtual_sql.now.wall_s = self._wall_s
        self.connection.executemany(_insert(table, columns), rows)

    def update(self, table: str, key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
        """Update the rows that match *key* (None matches NULL); how many there were."""
        if not values:
            return 0
        shape = (table, tuple(values), tuple(key))
        sql = self._updates.get(shape)
        if sql is None:
            sql = self._updates[shape] = _update(*shape)
        return self.execute(sql, (*values.values(), *key.values()))

    def _read_names(self, sql: str, cursor: apsw.Cursor) -> tuple[str, ...]:
        try:
            names = tuple(column[0] for column in cursor.get_description())
        except apsw.ExecutionCompleteError:
            return ()  # no row: nothing to name, and nothing known to remember
        if len(set(names)) < len(names):
            raise SandboxBug(f"a row by column name needs distinct names, not {names}: {sql}")
        self._names[sql] = names
        return names


def _update(table: str, columns: Iterable[str], key: Iterable[str]) -> str:
    sets = ", ".join(f"{quoted(name)} = ?" for name in columns)
    where = " AND ".join(f"{quoted(name)} IS ?" for name in key)
    return f"UPDATE {quoted(table)} SET {sets} WHERE {where}"  # noqa: S608


def _insert(table: str, columns: Iterable[str]) -> str:
    names = list(columns)
    marks = ", ".join("?" * len(names))
    listed = ", ".join(map(quoted, names))
    return f"INSERT INTO {quoted(table)} ({listed}) VALUES ({marks})"  # noqa: S608
