"""`Approvals`: where an agent asks a human supervisor, and where the answer is found."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field

from sandbox.errors import ToolError
from sandbox.systems.approvals.errors import not_pending, request_not_found
from sandbox.systems.approvals.model import ApprovalList, ApprovalRequest, ApprovalStatus
from sandbox.systems.approvals.schema import DDL
from sandbox.systems.operation import Latency, Poll, read, write
from sandbox.systems.system import Row, System

EXPIRES_AFTER_S = 48 * 3600.0
"""A request that nobody has decided by then has lapsed."""
_LIST_MAX = 100
# A request opens a record and notifies people; more than a small write.
_REQUEST = Latency(0.3, 0.9)
_SELECT = (
    "SELECT * FROM (SELECT r.*, CASE WHEN status = 'pending' AND expires_at <= :now "
    "THEN 'expired' ELSE status END AS state FROM approvals_requests r)"
)


class Approvals(System):
    """A desk where actions beyond an agent's own authority are put before a human supervisor."""

    name: ClassVar[str] = "approvals"
    ddl: ClassVar[str] = DDL

    @write(
        "approvals:requests:write",
        effect="approval_request",
        target="subject",
        key_args=("action", "amount"),
        latency=_REQUEST,
    )
    def request(
        self,
        action: Annotated[str, Field(min_length=1, description="What to permit, like `refund`.")],
        subject: Annotated[
            str,
            Field(min_length=1, description="Id of the record it is about: a charge, an order."),
        ],
        reason: Annotated[str, Field(min_length=1, description="Why; the supervisor reads this.")],
        amount: Annotated[
            int | None, Field(ge=0, le=10**12, description="Amount in cents.")
        ] = None,
    ) -> ApprovalRequest:
        """Ask a human supervisor to permit an action; returns a pending request, not the decision.

        Wait for the decision with approvals_check. Asking the same again while it is pending
        returns the request that is already there.
        """
        pending = self.db.row(
            f"{_SELECT} WHERE state = 'pending' AND action = :action AND subject = :subject "
            "AND amount_cents IS :amount",
            {"now": self.now(), "action": action, "subject": subject, "amount": amount},
        )
        if pending is not None:
            return _as_request(pending)
        row: Row = {
            "id": self._next_id(), "action": action, "subject": subject, "amount_cents": amount,
            "reason": reason, "status": "pending", "requested_by": self.principal.name,
            "requested_at": self.now(), "expires_at": self.now(offset_s=EXPIRES_AFTER_S),
            "decided_by": None, "decided_at": None, "note": None,
        }  # fmt: skip
        self.db.insert("approvals_requests", row)
        return ApprovalRequest.model_validate(row)

    @read("approvals:requests:read", poll=Poll(interval_s_min=60, polls_max=60))
    def check(
        self, request_id: Annotated[str, Field(description="Like `APR-0001`.")]
    ) -> ApprovalRequest:
        """Look up whether a request has been decided; people take minutes, so ask once a minute."""
        return _as_request(self._row(request_id))

    @read("approvals:requests:read")
    def list(self, status: ApprovalStatus | None = None) -> ApprovalList:
        """List approval requests, newest first, all or those of one status."""
        where = f"{_SELECT} WHERE :status IS NULL OR state = :status"
        bindings = {"now": self.now(), "status": status}
        rows = self.db.rows(
            f"{where} ORDER BY length(id) DESC, id DESC LIMIT {_LIST_MAX}", bindings
        )
        count = self.db.value(f"SELECT count(*) FROM ({where})", bindings)  # noqa: S608
        return ApprovalList(requests=[_as_request(row) for row in rows], count=count)

    def decide(self, request_id: str, *, approved: bool, by: str, note: str) -> ApprovalRequest:
        """The request with the supervisor's decision; for the world to call, no tool of agents.

        Conflict when it is decided already or has lapsed.
        """
        row = self._row(request_id)
        if row["state"] != "pending":
            raise not_pending(request_id, row["state"])
        values = {
            "status": "approved" if approved else "denied", "decided_by": by,
            "decided_at": self.now(), "note": note,
        }  # fmt: skip
        self.db.update("approvals_requests", {"id": request_id}, values)
        return ApprovalRequest.model_validate(row | values)

    def error_body(self, error: ToolError) -> dict[str, Any]:
        """The desk's body for a call that the host refuses."""
        return {"error": error.code, "message": error.message}

    def _row(self, request_id: str) -> Row:
        row = self.db.row(f"{_SELECT} WHERE id = :id", {"now": self.now(), "id": request_id})
        if row is None:
            raise request_not_found(request_id)
        return row

    def _next_id(self) -> str:
        # By number and not by text: APR-10000 follows APR-9999.
        last = self.db.value("SELECT max(CAST(substr(id, 5) AS INTEGER)) FROM approvals_requests")
        return f"APR-{(last or 0) + 1:04d}"


def _as_request(row: Row) -> ApprovalRequest:
    """A row of `_SELECT`, whose `state` knows what has lapsed."""
    return ApprovalRequest.model_validate({**row, "status": row["state"]})
