"""`Transaction`: one atomic step of a store, with a changeset of its own."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import apsw

from sandbox.errors import SandboxBug
from sandbox.systems import changes
from sandbox.systems.effects import Change

if TYPE_CHECKING:
    from sandbox.systems.store import Store


class Transaction:
    """A context manager around one step; afterwards it says what the step committed.

    Each step has its own session, so that a wrong write that a later one repairs is still seen.
    """

    __slots__ = ("_before", "_changes", "_discard", "_session", "_store", "changeset")

    def __init__(self, store: Store, *, discard: bool) -> None:
        self._store = store
        self._discard = discard
        self._changes: tuple[Change, ...] | None = None
        self._session: apsw.Session | None = None
        self._before = 0
        self.changeset = b""
        """SQLite changeset of what was committed; empty when nothing was."""

    @property
    def changes(self) -> tuple[Change, ...]:
        """The committed row changes, by table and key."""
        if self._changes is None:
            self._changes = changes.decode(self.changeset, self._store.schema)
        return self._changes

    def __enter__(self) -> Transaction:
        store = self._store
        if store.transaction_open is not None:
            raise SandboxBug(
                "a transaction began while another one was open: either an operation awaits "
                "inside its transaction, or transactions are nested; both would mix their writes"
            )
        store.transaction_open = self
        self._before = store.changes_total
        connection = store.connection
        connection.execute("SAVEPOINT step")
        self._session = session = apsw.Session(connection, "main")
        # The filter is asked once per table touched; attaching each table costs more than a write.
        session.table_filter(store.schema.__contains__)
        session.attach()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        store = self._store
        session, self._session = self._session, None
        assert session is not None
        assert store.transaction_open is self, "transactions ended out of order"
        store.transaction_open = None
        kept = kind is None and not self._discard
        try:
            if kept and store.changes_total != self._before:
                self.changeset = session.changeset()
        finally:
            session.close()
            if not kept:
                store.connection.execute("ROLLBACK TO step")
            store.connection.execute("RELEASE step")
