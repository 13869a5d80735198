"""Changesets in readable form, logical digests, and the difference of two worlds."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Any

import apsw

from sandbox.systems.effects import Change
from sandbox.systems.schema import Schema, Table

Values = tuple[Any, ...]
_encode = json.JSONEncoder(separators=(",", ":"), default=lambda blob: {"hex": blob.hex()}).encode
_ROWS_AT_ONCE = 1000


def decode(changeset: bytes, schema: Schema) -> tuple[Change, ...]:
    """The row changes of *changeset*, ordered by table and key."""
    found = [change_of(row, schema) for row in apsw.Changeset.iter(changeset)]
    if len(found) > 1:
        found.sort(key=_order)
    return tuple(found)


def change_of(row: apsw.TableChange, schema: Schema) -> Change:
    """One row of a changeset; it must still be the current one of its iteration."""
    table = schema[row.name]
    old, new = row.old, row.new
    identified = new if old is None else old
    assert identified is not None, row.op
    key = tuple(identified[at] for at in table.key_at)
    if old is None or new is None:
        return Change(table.name, key, _named(table, old), _named(table, new))
    # An update's old values name the key too: what changed is what has a new value.
    changed = [
        (name, before, after)
        for name, before, after in zip(table.columns, old, new, strict=True)
        if after is not apsw.no_change
    ]
    return _update(table, key, changed)


def _named(table: Table, values: Values | None) -> dict[str, Any] | None:
    return None if values is None else dict(zip(table.columns, values, strict=True))


def _update(table: Table, key: Values, changed: list[tuple[str, Any, Any]]) -> Change:
    before = {name: old for name, old, _ in changed}
    return Change(table.name, key, before, {name: new for name, _, new in changed})


def _order(change: Change) -> tuple[Any, ...]:
    # Numbers and text do not compare: the type stands first.
    return (change.table, *((type(part).__name__, part) for part in change.key))


def digest(connection: apsw.Connection, schema: Schema) -> str:
    """32 hex digits over every tracked row, in the order of tables and keys.

    Unlike the database's bytes it is the same on every version of SQLite and after any history
    that ends in the same rows. Derived tables (full-text indexes) and the audit log stay out.
    """
    sum_ = blake2b(digest_size=16)
    for table in schema.values():
        sum_.update(_encode([table.name, table.columns]).encode())
        for rows in _chunks(connection.execute(table.select)):
            sum_.update(_encode(rows).encode())
    return sum_.hexdigest()


def _chunks(cursor: apsw.Cursor) -> Iterator[list[Values]]:
    rows: list[Values] = []
    for row in cursor:
        rows.append(row)
        if len(rows) == _ROWS_AT_ONCE:
            yield rows
            rows = []
    yield rows


def differences(left: apsw.Connection, right: apsw.Connection, schema: Schema) -> list[Change]:
    """What must change in *left* to make it *right*, ordered by table and key."""
    found: list[Change] = []
    for table in schema.values():
        rows_left = left.execute(table.select).fetchall()
        rows_right = right.execute(table.select).fetchall()
        if rows_left != rows_right:
            found += _compare(table, rows_left, rows_right)
    return found


def _compare(table: Table, left: list[Values], right: list[Values]) -> Iterable[Change]:
    by_key_left = {tuple(row[at] for at in table.key_at): row for row in left}
    by_key_right = {tuple(row[at] for at in table.key_at): row for row in right}
    found: list[Change] = []
    for key, before in by_key_left.items():
        after = by_key_right.get(key)
        if after is None:
            found.append(Change(table.name, key, _named(table, before), None))
        elif before != after:
            columns = zip(table.columns, before, after, strict=True)
            found.append(_update(table, key, [c for c in columns if c[1] != c[2]]))
    found += [
        Change(table.name, key, None, _named(table, row))
        for key, row in by_key_right.items()
        if key not in by_key_left
    ]
    return sorted(found, key=_order)
