"""The audit log: who called what, and whether it was allowed.

It is a table of the store (`audit_log`), so that a policy can be checked by SQL, but outside change
tracking: it says who acted, not what the world is.
"""

from __future__ import annotations

from sandbox.systems.rows import Row
from sandbox.systems.store import Store

_INSERT = (
    "INSERT INTO audit_log (id, call_id, t, principal, agent, tool, allowed)"
    " VALUES (?, ?, ?, ?, ?, ?, ?)"
)
_BATCH = 500


class AuditLog:
    """One row per call that reached the permission check, in order.

    Rows are gathered and written many at once, since writing each by itself would cost more than
    the read it tells of. At most *rows_max* are kept, the newest.
    """

    def __init__(self, store: Store, *, rows_max: int = 100_000) -> None:
        self._store = store
        self._rows_max = rows_max
        self._waiting: list[tuple[int, str, float, str, str, str, bool]] = []
        self._serial = int(store.value("SELECT coalesce(max(id), 0) FROM audit_log"))

    def record(
        self, call_id: str, t: float, principal: str, agent: str, tool: str, *, allowed: bool
    ) -> None:
        """Add a row."""
        self._serial += 1
        self._waiting.append((self._serial, call_id, t, principal, agent, tool, allowed))
        if len(self._waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered into the table."""
        self._store.connection.executemany(_INSERT, self._waiting)
        self._waiting.clear()
        self._store.execute("DELETE FROM audit_log WHERE id <= ?", (self._serial - self._rows_max,))

    def entries(self) -> list[Row]:
        """All rows kept, oldest first."""
        self.flush()
        return self._store.rows("SELECT * FROM audit_log ORDER BY id")
