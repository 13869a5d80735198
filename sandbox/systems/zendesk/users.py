"""Zendesk's users: find, change, merge, delete."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.operation import SLOW, read, write
from sandbox.systems.system import Row
from sandbox.systems.zendesk.clauses import user_filter
from sandbox.systems.zendesk.errors import not_found, record_invalid, state_forbids
from sandbox.systems.zendesk.model import Id, User, UserId, UserList
from sandbox.systems.zendesk.records import Records, as_user

_USERS = "zendesk_users"
_LIST_MAX = 100


class Users(Records):
    """Operations on users."""

    @read("zendesk:users:read", latency=SLOW)
    def search_users(
        self,
        query: Annotated[
            str,
            Field(description="`email:ann@example.com`, `phone:5550123`, or a name."),
        ],
    ) -> UserList:
        """Find users by email address (exact, secondary addresses too), phone number or name.

        Deleted users are not found. Several people can share a name: compare further facts.
        """
        where, bindings = user_filter(query)
        sql = f"FROM zendesk_users u WHERE u.active AND {where}"
        count = self.db.value(f"SELECT count(*) {sql}", bindings)
        rows = self.db.rows(f"SELECT u.* {sql} ORDER BY u.id LIMIT {_LIST_MAX}", bindings)
        return UserList(users=[as_user(row) for row in rows], count=count)

    @read("zendesk:users:read")
    def get_user(self, user_id: UserId) -> User:
        """Get one user. A deleted user has `active` false."""
        return as_user(self.user_row(user_id))

    @write(
        "zendesk:users:write",
        effect="user_update",
        target="user_id",
        key_args=("email", "phone", "name"),
    )
    def update_user(
        self,
        user_id: UserId,
        email: Annotated[str | None, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")] = None,
        phone: str | None = None,
        name: str | None = None,
    ) -> User:
        """Change a user's contact data; what is left out stays as it is.

        A new email becomes the primary, not yet verified address; the old one stays as a secondary.
        """
        row = self.active_user_row(user_id)
        if name is not None and not name.strip():
            raise record_invalid("name", "Name: is too short (minimum is 1 characters)")
        values: dict[str, object] = {}
        if email is not None and email.lower() != (row["email"] or "").lower():
            values |= {"email": email, "verified": self._take_address(row, email)}
        if phone is not None:
            values["phone"] = phone
        if name is not None:
            values["name"] = name
        return as_user(self.change(_USERS, row, values))

    @write(
        "zendesk:users:merge",
        effect="user_merge",
        target="user_id",
        key_args=("into_user_id",),
        latency=SLOW,
    )
    def merge_users(
        self,
        user_id: Annotated[Id, Field(description="The duplicate: it is dissolved.")],
        into_user_id: Annotated[Id, Field(description="The user who stays.")],
    ) -> User:
        """Merge a duplicate customer into another; returns the one who stays. Cannot be undone.

        The duplicate's tickets and email addresses move over, the rest of its profile is lost.
        """
        if user_id == into_user_id:
            raise record_invalid("base", "A user cannot be merged into itself")
        loser, winner = self.active_user_row(user_id), self.active_user_row(into_user_id)
        for row in (loser, winner):
            if row["role"] != "end-user":
                raise record_invalid("base", f"{row['name']} is not an end user")
        self.db.execute(
            "UPDATE zendesk_tickets SET requester_id = ?, updated_at = ? WHERE requester_id = ?",
            (into_user_id, self.now(), user_id),
        )
        self.db.execute(
            "UPDATE zendesk_user_identities SET user_id = ?, updated_at = ? WHERE user_id = ?",
            (into_user_id, self.now(), user_id),
        )
        self.change(_USERS, loser, {"active": 0, "email": None})
        if winner["email"] is None:
            inherited = {"email": loser["email"], "verified": loser["verified"]}
            return as_user(self.change(_USERS, winner, inherited))
        if loser["email"] is not None:
            self._add_identity(into_user_id, loser["email"], verified=loser["verified"])
        return as_user(winner)

    @write("zendesk:users:delete", effect="user_delete", target="user_id")
    def delete_user(self, user_id: UserId) -> User:
        """Delete a user: the account is gone, personal data stays until permanently deleted.

        Refused while the user is the requester of any ticket that is not closed.
        """
        row = self.active_user_row(user_id)
        unclosed = self.db.value(
            "SELECT count(*) FROM zendesk_tickets WHERE requester_id = ? AND status <> 'closed'",
            (user_id,),
        )
        if unclosed:
            tickets = "1 ticket that is" if unclosed == 1 else f"{unclosed} tickets that are"
            raise state_forbids("base", f"{row['name']} is requester on {tickets} not closed.")
        return as_user(self.change(_USERS, row, {"active": 0}))

    @write("zendesk:users:erase", effect="user_erase", target="user_id")
    def permanently_delete_user(self, user_id: UserId) -> User:
        """Erase the personal data of a user who was deleted before. Cannot be undone."""
        row = self.user_row(user_id)
        if row["active"]:
            raise not_found("deleted user", user_id, "zendesk_delete_user must come first")
        if row["permanently_deleted"]:
            raise not_found("deleted user", user_id)
        self.db.execute("DELETE FROM zendesk_user_identities WHERE user_id = ?", (user_id,))
        scrubbed = {
            "name": "Permanently Deleted User", "email": None, "phone": None, "external_id": None,
            "notes": "", "tags": "[]", "user_fields": "{}", "permanently_deleted": 1,
        }  # fmt: skip
        return as_user(self.change(_USERS, row, scrubbed))

    def _take_address(self, row: Row, email: str) -> int:
        """Free *email* for the user's primary address, keep the old one; whether it is verified."""
        taken = self.db.value(
            "SELECT u.id FROM zendesk_users u WHERE u.active AND u.id <> ?1 AND (lower(u.email) = "
            "lower(?2) OR u.id IN (SELECT user_id FROM zendesk_user_identities "
            "WHERE lower(value) = lower(?2)))",
            (row["id"], email),
        )
        if taken is not None:
            raise state_forbids(
                "email",
                f"Email: {email} is already being used by another user",
                error="DuplicateValue",
            )
        own = self.db.row(
            "SELECT * FROM zendesk_user_identities WHERE user_id = ? AND lower(value) = lower(?)",
            (row["id"], email),
        )
        if own is not None:
            self.db.execute("DELETE FROM zendesk_user_identities WHERE id = ?", (own["id"],))
        if row["email"]:
            self._add_identity(row["id"], row["email"], verified=row["verified"])
        return int(own["verified"]) if own is not None else 0

    def _add_identity(self, user_id: int, email: str, *, verified: int) -> None:
        table, now = "zendesk_user_identities", self.now()
        self.db.insert(table, {
            "id": self.next_number(table), "user_id": user_id, "value": email,
            "verified": verified, "created_at": now, "updated_at": now,
        })  # fmt: skip
