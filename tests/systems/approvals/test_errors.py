"""Errors of the approval desk."""

from __future__ import annotations

from sandbox.systems.approvals.errors import not_pending, request_not_found


def test_errors_name_the_request_and_its_state() -> None:
    missing, decided = request_not_found("APR-0009"), not_pending("APR-0001", "denied")

    assert (missing.status, missing.body["error"]) == (404, "not_found")
    assert "APR-0009" in missing.message
    assert (decided.status, decided.body["status"]) == (409, "denied")
