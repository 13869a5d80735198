"""`Store`: the state of all fake systems of one world, in one SQLite database in memory.

Three ways to begin again: `reset()` takes the same store back to its reset point (episodes one
after another), `fork()` makes another store of that beginning, `Store.fork_of(live)` one of the
present state (episodes side by side, or branching). None of them copies the world.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import apsw

from sandbox.errors import SandboxBug
from sandbox.systems import changes, cow
from sandbox.systems.effects import Change
from sandbox.systems.rows import Rows
from sandbox.systems.schema import AUDIT_DDL, Schema, read_schema
from sandbox.systems.transaction import Transaction


class Undone(NamedTuple):
    """What became of an undo."""

    conflicts: tuple[Change, ...]
    """What could not be taken back, since the row was changed again: it keeps the newer values."""
    references_broken: int
    """Foreign keys that the undo would have broken; if there are any, nothing was undone."""


class Store(Rows):
    """One world's state: rows, transactions, forks, changes and digests.

    Make one with `Store.create` or `Store.from_image`. A query without ORDER BY gives rows in the
    table's order: declare tables WITHOUT ROWID, or say ORDER BY, since an undone delete gets a new
    rowid and would move to the end.
    """

    def __init__(self, pages: cow.Pages, schema: Schema) -> None:
        self._pages = pages
        self._beginning: cow.Pages | None = None
        self._committed = False
        self._replica: Store | None = None
        self._replica_marked = False
        super().__init__(cow.connect(pages))
        self.schema = schema
        """The tracked tables by name."""
        self.transaction_open: Transaction | None = None

    @classmethod
    def create(cls, ddl: Iterable[str]) -> Store:
        """An empty store with the tables of *ddl*; refuses tables whose changes it cannot track."""
        store = cls(cow.Pages(b""), {})
        for statements in (AUDIT_DDL, *ddl):
            store.execute(statements)
        store.schema = read_schema(store.connection)
        return store

    @classmethod
    def from_image(cls, image: bytes) -> Store:
        """A store with the content of *image*, which it shares and never changes."""
        store = cls(cow.Pages(cow.checked_image(image)), {})
        store.schema = read_schema(store.connection)
        return store

    def image(self) -> bytes:
        """The present content; equal histories give equal bytes (on one version of SQLite)."""
        return self.connection.serialize("main")

    def close(self) -> None:
        """Give the memory back; the store is of no use afterwards."""
        self._drop_replica()
        self.connection.close()

    # Steps

    def transaction(self, *, discard: bool = False) -> Transaction:
        """A context that commits as one, or not at all when its body raises.

            with store.transaction() as commit:
                store.insert(...)
            commit.changes          # what was changed

        With *discard* the body runs and ends as usual, and nothing of it stays. There must be no
        `await` in the body: another caller's writes would become part of this step.
        """
        return Transaction(self, discard=discard)

    def undo(self, changeset: bytes) -> Undone:
        """Take back what *changeset* did, and say what could not be taken back.

        Triggers fire again: those that feed a full-text index do as they should, one that writes to
        a tracked table would act twice. Inside a transaction, the undo has a changeset of its own.
        """
        conflicts: list[Change] = []
        broken = 0

        def keep_newer(reason: int, row: apsw.TableChange) -> int:
            nonlocal broken
            if reason == apsw.SQLITE_CHANGESET_FOREIGN_KEY:
                broken = row.fk_conflicts or 0
                return apsw.SQLITE_CHANGESET_ABORT
            conflicts.append(changes.change_of(row, self.schema))
            return apsw.SQLITE_CHANGESET_OMIT

        inverse = apsw.Changeset.invert(changeset)
        try:
            apsw.Changeset.apply(inverse, self.connection, conflict=keep_newer)
        except apsw.ConstraintError:
            if not broken:
                raise
            return Undone((), broken)
        return Undone(tuple(conflicts), 0)

    # Beginnings

    def reset_point(self) -> None:
        """Make the present state the beginning, to which `reset`, `fork` and `replica` refer."""
        self._settle()
        self._beginning = self._pages.copy()
        self._drop_replica()
        self._begin()

    def reset(self) -> None:
        """Go back to the reset point; takes as long as undoing what was done since."""
        if self._beginning is None:
            raise SandboxBug("reset() without a reset_point()")
        if self._replica_marked:
            self._drop_replica()
        if not self._committed:
            # All since the reset point is one open transaction of SQLite. A savepoint would keep
            # its journal for ever, and each reset would roll back what all episodes touched.
            self.connection.execute("ROLLBACK")
        else:
            self.connection.close()
            self._pages = self._beginning.copy()
            self._use(cow.connect(self._pages))
        self._begin()

    def fork(self) -> Store:
        """Another store of the same beginning (the reset point, else the present state)."""
        if self._beginning is None:
            return Store.fork_of(self)
        return Store(self._beginning.copy(), self.schema)

    @classmethod
    def fork_of(cls, live: Store) -> Store:
        """Another store with the present state of *live*; unbound, like every new store."""
        live._settle()
        fork = cls(live._pages.copy(), live.schema)
        if live._beginning is not None:
            live._begin()
            live._committed = True
        return fork

    def mark_replica(self) -> None:
        """Let `replica` be the present state from now on, until the next `reset`."""
        self._drop_replica()
        self._replica = Store.fork_of(self)
        self._replica_marked = True

    def _drop_replica(self) -> None:
        if self._replica is not None:
            self._replica.close()
        self._replica = None
        self._replica_marked = False

    def replica(self) -> Store:
        """A store that lags behind, to read from: the state that was marked, else the beginning."""
        if self._replica is None:
            self._replica = self.fork()
        self._replica._wall_s = self._wall_s
        return self._replica

    def _settle(self) -> None:
        """End what has been open since the reset point, so that all is in the pages."""
        if self.transaction_open is not None:
            raise SandboxBug("no fork and no reset point inside a transaction")
        if self.connection.in_transaction:
            self.connection.execute("COMMIT")

    def _begin(self) -> None:
        self._committed = False
        self.connection.execute("BEGIN")

    # Comparison

    def digest(self) -> str:
        """32 hex digits over all tracked rows: equal for equal content, whatever the history."""
        return changes.digest(self.connection, self.schema)

    def diff(self, other: Store) -> list[Change]:
        """What must change here to make it like *other*, by table and key."""
        if other.schema != self.schema:
            raise SandboxBug("only stores of the same tables can be compared")
        return changes.differences(self.connection, other.connection, self.schema)
