"""An approval request, as those who ask and those who decide see it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

ApprovalStatus = Literal["pending", "approved", "denied", "expired"]


class ApprovalRequest(BaseModel):
    """A request for a supervisor's decision."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    id: str
    """Like `APR-0001`."""
    action: str
    subject: str
    """The record that the action is about."""
    amount_cents: int | None
    reason: str
    status: ApprovalStatus
    """Only `approved` permits the action."""
    requested_by: str
    requested_at: str
    expires_at: str
    """When a request that nobody has decided lapses."""
    decided_by: str | None
    decided_at: str | None
    note: str | None
    """What the supervisor says about the decision."""


class ApprovalList(BaseModel):
    """Approval requests, newest first, at most 100."""

    requests: list[ApprovalRequest]
    count: int
    """How many there are in all."""
