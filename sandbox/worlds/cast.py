"""The cast of a task: which records of the company a conversation is about.

A member is one row of an SQL query, chosen by the conversation's seeds. Its column `id` identifies
it; the columns of earlier members serve as bindings (`:order_customer_id`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import apsw
import apsw.ext

from sandbox.errors import UsageError
from sandbox.sim.seeds import Seeds
from sandbox.systems.store import Store
from sandbox.worlds.task import CastMember, Task

Row = dict[str, Any]
_ATTEMPTS_MAX = 200
_QUOTED = re.compile(r"'(?:[^']|'')*'|\"[^\"]*\"|--[^\n]*")
_ORDER_BY = re.compile(r"\border\s+by\b", re.IGNORECASE)


class NoCast(UsageError):  # noqa: N818 - what is missing, in the task's own words
    """The company has no (free) records for a task."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """What SQLite knows of a member's query without running it."""

    columns: tuple[str, ...]
    bindings: tuple[str, ...]


def compile_query(query: str, store: Store) -> Compiled:
    """The columns and bindings of *query*; `UsageError` if it is no usable query."""
    try:
        details = apsw.ext.query_info(store.connection, query)
    except apsw.Error as error:
        raise UsageError(f"SQL: {error}") from None
    if not details.is_readonly or not details.description:
        raise UsageError("SQL: only a SELECT can cast a member")
    if details.query_remaining and details.query_remaining.strip(" \n\t;"):
        raise UsageError("SQL: one statement only")
    columns = tuple(column[0] for column in details.description)
    if "id" not in columns:
        raise UsageError("SQL: one column must be called id (SELECT order_id AS id, ...)")
    if len(set(columns)) < len(columns):
        raise UsageError(f"SQL: two columns have the same name: {', '.join(columns)}")
    if not _ORDER_BY.search(_outermost(query)):
        raise UsageError("SQL: no ORDER BY: without it the same seed may choose another row")
    return Compiled(columns, tuple(name for name in details.bindings_names if name))


def _outermost(query: str) -> str:
    """*query* without literals, comments and what stands in parentheses."""
    kept: list[str] = []
    depth = 0
    for character in _QUOTED.sub("", query):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            kept.append(character)
    return "".join(kept)


class Casting:
    """Draws casts for the tasks of one world.

    Candidates come from the world as it was built (*pristine*), once per process: to sort thousands
    of rows for every conversation would cost more than the conversation. Whether a candidate still
    fits is then asked of the live store.
    """

    def __init__(self, pristine: Store) -> None:
        self._pristine = pristine
        self._candidates: dict[str, list[Any]] = {}
        self._bindings: dict[str, tuple[str, ...]] = {}

    def draw(
        self, task: Task, store: Store, seeds: Seeds, taken: Collection[str] = ()
    ) -> dict[str, Row]:
        """One record per member of *task*, none of whose entities is *taken*; raises `NoCast`."""
        if not task.cast:
            return {}
        first, *others = task.cast.items()
        for row in self._first(task.id, *first, store, seeds, taken):
            found = {first[0]: row}
            if all(self._add(found, task.id, *other, store, seeds, taken) for other in others):
                return found
        free = " that is not taken by another conversation" if taken else ""
        raise NoCast(
            f"task {task.id}: the world has no {', '.join(task.cast)}{free} as the cast's SQL asks"
        )

    def _first(
        self, task: str, name: str, member: CastMember, store: Store, seeds: Seeds,
        taken: Collection[str],
    ) -> Iterator[Row]:  # fmt: skip
        ids = self._candidates.get(member.query)
        if ids is None:
            rows = self._pristine.rows(member.query)
            ids = self._candidates[member.query] = [row["id"] for row in rows]
        query = member.query.rstrip(" ;\n")
        still_fits = f"SELECT * FROM ({query}) WHERE id = ?"  # noqa: S608
        start, attempts = _start(seeds, task, name, len(ids)), 0
        for offset in range(len(ids)):
            candidate = ids[(start + offset) % len(ids)]
            if str(candidate) in taken:
                continue
            row = store.row(still_fits, (candidate,))
            if row is not None and not entities({name: row}).intersection(taken):
                yield row
                attempts += 1
                if attempts == _ATTEMPTS_MAX:
                    return

    def _add(
        self, found: dict[str, Row], task: str, name: str, member: CastMember, store: Store,
        seeds: Seeds, taken: Collection[str],
    ) -> bool:  # fmt: skip
        """Whether a row for *name* was found, and put into *found*."""
        needed = self._bindings.get(member.query)
        if needed is None:
            needed = compile_query(member.query, self._pristine).bindings
            self._bindings[member.query] = needed
        known = bindings_of(found)
        rows = store.rows(member.query, {name: known[name] for name in needed})
        chosen = {str(row["id"]) for row in found.values()}
        start = _start(seeds, task, name, len(rows))
        for offset in range(len(rows)):
            row = rows[(start + offset) % len(rows)]
            mine = entities({name: row})
            # An id of its own: two orders of one customer are never the same order.
            if not mine.intersection(taken) and str(row["id"]) not in chosen:
                found[name] = row
                return True
        return False


OWN = ("id", "email", "customer_id", "requester_id")
"""Columns of a member that identify a record, or the person whose record it is."""


def entities(cast: Mapping[str, Row]) -> frozenset[str]:
    """What two conversations must not share: the records of the cast, and whose they are.

    One person with two conversations at once has two open tickets, and no agent can tell which.
    """
    return frozenset(
        str(row[column]) for row in cast.values() for column in OWN if row.get(column) is not None
    )


def bindings_of(cast: Mapping[str, Row]) -> dict[str, Any]:
    """The columns of *cast* under the names that later queries use: `order_customer_id`."""
    return {
        f"{name}_{column}": value for name, row in cast.items() for column, value in row.items()
    }


def _start(seeds: Seeds, task: str, member: str, count: int) -> int:
    return seeds.integer("cast", task, member) % count if count else 0
