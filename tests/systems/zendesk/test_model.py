"""Zendesk's objects."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from sandbox.systems.zendesk.model import Group, Ticket
from sandbox.systems.zendesk.records import as_ticket, as_user

Desk = Any


def test_stored_lists_and_maps_become_json(desk: Desk) -> None:
    desk.store.update(
        "zendesk_users", {"id": 101}, {"tags": '["vip"]', "user_fields": '{"tier": "gold"}'}
    )

    user = as_user(desk.system.user_row(101))

    assert (user.tags, user.user_fields) == (["vip"], {"tier": "gold"})


def test_objects_survive_the_way_through_json(desk: Desk) -> None:
    ticket = as_ticket(desk.system.ticket_row(desk.ticket()))

    assert Ticket.model_validate_json(ticket.model_dump_json()) == ticket


def test_objects_are_values() -> None:
    group = Group(id=1, name="Support", description="", created_at="", updated_at="")

    with pytest.raises(ValidationError, match="frozen"):
        group.name = "Other"  # type: ignore[misc]
