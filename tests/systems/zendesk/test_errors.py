"""Zendesk's error bodies."""

from __future__ import annotations

from sandbox.systems.zendesk.errors import (
    not_found,
    record_invalid,
    search_invalid,
    state_forbids,
)


def test_a_missing_record_is_a_404_that_only_our_message_explains() -> None:
    error = not_found("ticket", 7, "it was never there")

    assert error.message == "no ticket with id 7: it was never there"
    assert (error.status, error.code) == (404, "not_found")
    assert error.body == {"error": "RecordNotFound", "description": "Not found"}


def test_wrong_values_and_wrong_states_are_both_422_but_differ_in_kind() -> None:
    value = record_invalid("name", "Name: is too short")
    state = state_forbids("email", "Email: taken", error="DuplicateValue")

    assert (value.status, value.code) == (422, "invalid_arguments")
    assert (state.status, state.code) == (422, "conflict")
    assert value.body["details"] == {"name": [{"description": "Name: is too short"}]}
    assert state.body["details"] == {
        "email": [{"description": "Email: taken", "error": "DuplicateValue"}]
    }


def test_a_senseless_search_is_said_to_be_invalid() -> None:
    assert search_invalid("x").body == {"error": "invalid", "description": "Invalid search: x"}
