"""What tables a store has, and the rules that a table must keep to be tracked.

SQLite's sessions silently skip rows without a key, so a table that could hold such a row is refused
when the store is made, not found out when an effect is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import apsw

from sandbox.errors import UsageError

AUDIT_DDL = """
CREATE TABLE audit_log (
    id INTEGER PRIMARY KEY,
    call_id TEXT NOT NULL,
    t REAL NOT NULL,                -- virtual seconds since the episode began
    principal TEXT NOT NULL,
    agent TEXT NOT NULL,
    tool TEXT NOT NULL,
    allowed INTEGER NOT NULL CHECK (allowed IN (0, 1))
) STRICT;
"""
UNTRACKED = frozenset({"audit_log"})
"""Tables outside change tracking, diff and digest: they say who acted, not what the world is."""


@dataclass(frozen=True, slots=True)
class Table:
    """A declared table: its columns in order (generated ones left out) and its primary key."""

    name: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    key_at: tuple[int, ...]
    """Where in `columns` the key's columns stand."""

    @property
    def select(self) -> str:
        """SQL of all its rows in the order of the key."""
        return f"SELECT {_list(self.columns)} FROM {quoted(self.name)} ORDER BY {_list(self.key)}"  # noqa: S608


Schema = dict[str, Table]
"""The tracked tables by name, in alphabetical order."""


def quoted(name: str) -> str:
    """*name* as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def read_schema(connection: apsw.Connection) -> Schema:
    """The tracked tables of a database; raises `UsageError` for a table that cannot be tracked.

    Virtual tables and their shadows (a full-text index) are derived, hence left out.
    """
    listed: list[Any] = connection.execute("PRAGMA main.table_list").fetchall()
    names = sorted(
        name for _, name, kind, *_ in listed if kind == "table" and not name.startswith("sqlite_")
    )
    problems: list[str] = []
    schema: Schema = {}
    for name in names:
        table = _table(connection, name, problems)
        if table.name not in UNTRACKED:
            schema[name] = table
    if problems:
        raise UsageError("; ".join(problems))
    return schema


def _table(connection: apsw.Connection, name: str, problems: list[str]) -> Table:
    info: list[Any] = connection.execute(f"PRAGMA main.table_info({quoted(name)})").fetchall()
    columns = tuple(row[1] for row in info)
    keyed = sorted((row for row in info if row[5]), key=lambda row: row[5])
    key = tuple(row[1] for row in keyed)
    if not keyed:
        problems.append(
            f"table {name} has no primary key, so its changes could not be tracked: "
            "declare PRIMARY KEY"
        )
    # A sole INTEGER PRIMARY KEY is the rowid, which is never NULL.
    elif not (len(keyed) == 1 and keyed[0][2].upper() == "INTEGER"):
        problems += [
            f"primary key column {name}.{row[1]} may be NULL, and changes of such a row would be "
            "lost: declare it NOT NULL, or the table WITHOUT ROWID"
            for row in keyed
            if not row[3]
        ]
    return Table(name, columns, key, tuple(columns.index(column) for column in key))


def _list(names: tuple[str, ...]) -> str:
    return ", ".join(map(quoted, names))
