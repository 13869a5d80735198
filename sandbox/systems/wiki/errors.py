"""Errors with the bodies that Confluence sends."""

from __future__ import annotations

from typing import Any

from sandbox.errors import Conflict, NotFound, PermissionDenied, ToolError


def article_not_found(slug: str) -> NotFound:
    """404."""
    message = f"No content found with slug : {slug}"
    return NotFound(message, body=_body(404, message, valid=True))


def version_conflict(slug: str, *, current: int, read: int) -> Conflict:
    """409: somebody else changed the article since the caller read it."""
    return Conflict(
        f"article {slug!r} is at version {current}, not {read}: read it again before changing it",
        body=_body(
            409,
            f"Version must be incremented on update. Current version is: {current}",
            valid=False,
        ),
    )


def refused_body(error: ToolError) -> dict[str, Any]:
    """What Confluence says of a call that does not even reach an article."""
    denied = isinstance(error, PermissionDenied)
    return _body(error.status, error.message, valid=denied, authorized=not denied)


def _body(status: int, message: str, *, valid: bool, authorized: bool = True) -> dict[str, Any]:
    return {
        "statusCode": status,
        "data": {"authorized": authorized, "valid": valid, "errors": [], "successful": False},
        "message": message,
    }
