"""Errors as Shopify's admin API words them.

A body is `{"errors": "Not Found"}` or `{"errors": {field: [message]}}`.
"""

from __future__ import annotations

from sandbox.errors import Conflict, InvalidArguments, NotFound


def missing(noun: str, record_id: object) -> NotFound:
    """404. The vendor's body does not say what was missing; the message for people does."""
    return NotFound(f"{noun} {record_id} not found", body={"errors": "Not Found"})


def refused(message: str, *, field: str = "base", status: int = 409) -> Conflict:
    """The record's state forbids the request."""
    return Conflict(message, status=status, body={"errors": {field: [message]}})


def invalid(field: str, message: str) -> InvalidArguments:
    """422: a value that no record could have."""
    text = f"{field} {message}"
    return InvalidArguments(text, status=422, body={"errors": {field: [message]}})
