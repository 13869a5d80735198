"""What reads and writes of the fake Zendesk share: rows by id, and who acts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.systems.system import Row, System
from sandbox.systems.zendesk.errors import closed_ticket, not_found
from sandbox.systems.zendesk.model import Ticket, User

SYSTEM_USER = -1
"""The author id under which Zendesk itself writes."""


class Records(System):
    """Rows of users and tickets by id."""

    def user_row(self, user_id: int) -> Row:
        """The user's row, deleted or not; NotFound when there is none."""
        row = self.db.row("SELECT * FROM zendesk_users WHERE id = ?", (user_id,))
        if row is None:
            raise not_found("user", user_id)
        return row

    def active_user_row(self, user_id: int) -> Row:
        """The row of a user who is neither deleted nor merged away; else NotFound."""
        row = self.user_row(user_id)
        if not row["active"]:
            raise not_found("active user", user_id)
        return row

    def ticket_row(self, ticket_id: int) -> Row:
        """The ticket's row; NotFound when there is none."""
        row = self.db.row("SELECT * FROM zendesk_tickets WHERE id = ?", (ticket_id,))
        if row is None:
            raise not_found("ticket", ticket_id)
        return row

    def open_ticket_row(self, ticket_id: int) -> Row:
        """The row of a ticket that may still change; Conflict when it is closed."""
        row = self.ticket_row(ticket_id)
        if row["status"] == "closed":
            raise closed_ticket(ticket_id)
        return row

    def actor_id(self) -> int:
        """The user id of who acts: the member of staff whose `external_id` is the principal's name.

        Else -1, Zendesk itself.
        """
        found = self.db.value(
            "SELECT id FROM zendesk_users WHERE external_id = ? AND role <> 'end-user' AND active",
            (self.principal.name,),
        )
        return SYSTEM_USER if found is None else int(found)

    def change(self, table: str, row: Row, values: Mapping[str, Any]) -> Row:
        """*row* with *values*, written only where they differ: then `updated_at` moves too."""
        changed = {name: value for name, value in values.items() if row[name] != value}
        if not changed:
            return row
        changed["updated_at"] = self.now()
        self.db.update(table, {"id": row["id"]}, changed)
        return {**row, **changed}


def as_user(row: Row) -> User:
    """A row of `zendesk_users` as the API's object."""
    return User.model_validate(row)


def as_ticket(row: Row) -> Ticket:
    """A row of `zendesk_tickets` as the API's object."""
    return Ticket.model_validate({**row, "via": {"channel": row["via_channel"]}})
