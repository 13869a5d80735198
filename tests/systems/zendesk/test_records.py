"""Rows by id, and who acts."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import Conflict, NotFound
from sandbox.systems.system import Principal
from sandbox.systems.zendesk.records import SYSTEM_USER

Desk = Any


def test_only_what_differs_is_written(desk: Desk) -> None:
    row = desk.system.user_row(101)
    before = desk.store.changes_total

    assert desk.system.change("zendesk_users", row, {"name": "Ann Lee"}) is row
    assert desk.store.changes_total == before

    desk.env.run(until=5)
    with desk.store.transaction() as step:
        changed = desk.system.change("zendesk_users", row, {"name": "Ann Lee", "notes": "x"})
    assert [change.after for change in step.changes] == [
        {"notes": "x", "updated_at": "2026-03-02T08:00:05Z"}
    ]
    assert desk.system.user_row(101) == changed


def test_the_actor_is_the_member_of_staff_whom_the_principal_names(desk: Desk) -> None:
    for name, id_ in (("tina", 202), ("nobody", SYSTEM_USER), ("cust-3", SYSTEM_USER)):
        desk.system.principal = Principal(name, frozenset())
        assert desk.system.actor_id() == id_


def test_who_was_deleted_is_there_but_not_active(desk: Desk) -> None:
    desk("delete_user", user_id=102)

    assert desk.system.user_row(102)["active"] == 0
    with pytest.raises(NotFound, match="active"):
        desk.system.active_user_row(102)


def test_a_closed_ticket_is_there_but_not_open(desk: Desk) -> None:
    ticket = desk.ticket()
    desk("update_ticket", ticket_id=ticket, status="closed")

    assert desk.system.ticket_row(ticket)["status"] == "closed"
    with pytest.raises(Conflict):
        desk.system.open_ticket_row(ticket)
