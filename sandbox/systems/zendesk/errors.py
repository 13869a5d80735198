"""Errors with the bodies that Zendesk sends."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Conflict, InvalidArguments, NotFound, PermissionDenied, ToolError


def not_found(kind: str, id_: int, hint: str = "") -> NotFound:
    """404: Zendesk names neither kind nor id in its body; our message does, and may add a hint."""
    return NotFound(
        f"no {kind} with id {id_}" + (f": {hint}" if hint else ""),
        body={"error": "RecordNotFound", "description": "Not found"},
    )


def record_invalid(field: str, description: str) -> InvalidArguments:
    """422: a value that the record does not take."""
    return InvalidArguments(description, status=422, body=_invalid(field, description, None))


def state_forbids(field: str, description: str, *, error: str | None = None) -> Conflict:
    """422: the state of the records forbids the call (Zendesk has no 409 for it)."""
    return Conflict(description, status=422, body=_invalid(field, description, error))


def closed_ticket(ticket_id: int) -> Conflict:
    """422: a closed ticket takes no further change."""
    return Conflict(
        f"ticket {ticket_id} is closed: closed tickets cannot be changed",
        status=422,
        body=_invalid("status", "Status: closed prevents ticket update", None),
    )


def search_invalid(reason: str) -> InvalidArguments:
    """422: a search query that makes no sense."""
    description = f"Invalid search: {reason}"
    return InvalidArguments(
        description, status=422, body={"error": "invalid", "description": description}
    )


def refused_body(error: ToolError) -> dict[str, Any]:
    """What Zendesk says of a call that does not even reach a record."""
    if isinstance(error, PermissionDenied):
        description = (
            "You do not have access to this page. Please contact the account owner of this "
            "help desk for further help."
        )
        return {"error": "Forbidden", "description": description}
    return {"error": {"title": "Invalid attribute", "message": error.message}}


def _invalid(field: str, description: str, error: str | None) -> dict[str, Any]:
    detail = {"description": description} | ({"error": error} if error else {})
    return {
        "error": "RecordInvalid",
        "description": "Record validation errors",
        "details": {field: [detail]},
    }
