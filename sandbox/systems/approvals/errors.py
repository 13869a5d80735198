"""Errors of the approval desk."""

from __future__ import annotations

from sandbox.errors import Conflict, NotFound


def request_not_found(request_id: str) -> NotFound:
    """404."""
    message = f"no approval request {request_id!r}"
    return NotFound(message, body={"error": "not_found", "message": message})


def not_pending(request_id: str, status: str) -> Conflict:
    """409: a request is decided once."""
    message = f"approval request {request_id!r} is already {status}"
    return Conflict(message, body={"error": "not_pending", "message": message, "status": status})
