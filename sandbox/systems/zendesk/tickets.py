"""Zendesk's tickets: find, read, create, change, comment, merge."""

from __future__ import annotations

import json
from typing import Annotated, Any

from pydantic import Field

from sandbox.systems.operation import SLOW, read, write
from sandbox.systems.system import Row
from sandbox.systems.zendesk.assignment import Assignment
from sandbox.systems.zendesk.errors import record_invalid
from sandbox.systems.zendesk.model import (
    Comment,
    CommentList,
    GroupId,
    Id,
    Page,
    PerPage,
    Priority,
    StatusUpdate,
    Tag,
    Ticket,
    TicketId,
    TicketMerge,
    TicketPage,
    UserId,
)
from sandbox.systems.zendesk.records import as_ticket
from sandbox.systems.zendesk.search import ticket_search

_TICKETS = "zendesk_tickets"
_COMMENTS = "zendesk_comments"


class Tickets(Assignment):
    """Operations on tickets and their comments."""

    @read("zendesk:tickets:read", latency=SLOW)
    def search_tickets(
        self,
        query: Annotated[
            str,
            Field(
                description="Words and properties: `refund status<solved requester:ann@example.com "
                "tags:vip created>2026-01-31 order_by:created_at sort:asc`. All must match."
            ),
        ],
        page: Page = 1,
        per_page: PerPage = 25,
    ) -> TicketPage:
        """Search tickets in Zendesk's syntax; words are sought in subject, fields and comments."""
        search = ticket_search(query)
        return self._page(search.where, search.bindings, search.order, page, per_page)

    @read("zendesk:tickets:read")
    def get_ticket(self, ticket_id: TicketId) -> Ticket:
        """Get one ticket, without its comments."""
        return as_ticket(self.ticket_row(ticket_id))

    @read("zendesk:tickets:read")
    def list_ticket_comments(self, ticket_id: TicketId) -> CommentList:
        """List the comments of a ticket, oldest first; internal notes have `public` false."""
        self.ticket_row(ticket_id)
        rows = self.db.rows(
            "SELECT * FROM zendesk_comments WHERE ticket_id = ? ORDER BY created_at, id",
            (ticket_id,),
        )
        return CommentList(comments=[_as_comment(row) for row in rows], count=len(rows))

    @read("zendesk:tickets:read")
    def list_user_tickets(
        self, user_id: UserId, page: Page = 1, per_page: PerPage = 25
    ) -> TicketPage:
        """List the tickets that a user has requested, newest first."""
        self.user_row(user_id)
        return self._page(
            "t.requester_id = ?", [user_id], "t.created_at DESC, t.id DESC", page, per_page
        )

    @write("zendesk:tickets:write", effect="ticket_create", target="requester_id")
    def create_ticket(
        self,
        requester_id: Annotated[Id, Field(description="User id of the customer.")],
        subject: Annotated[str, Field(min_length=1)],
        comment: Annotated[str, Field(min_length=1, description="First message, public.")],
        priority: Priority | None = None,
        tags: list[Tag] | None = None,
    ) -> Ticket:
        """Create a ticket on behalf of a customer. Its status is `new` until it is assigned."""
        if self._inactive(requester_id):
            raise record_invalid("requester_id", f"Requester: {requester_id} is not an active user")
        now, author = self.now(), self.actor_id()
        row: Row = {
            "id": self.next_number(_TICKETS), "external_id": None, "via_channel": "api",
            "type": None, "subject": subject, "description": comment, "priority": priority,
            "status": "new", "requester_id": requester_id, "submitter_id": author,
            "assignee_id": None, "organization_id": None, "group_id": None,
            "tags": _tags(tags or []), "custom_fields": "{}", "created_at": now, "updated_at": now,
        }  # fmt: skip
        self.db.insert(_TICKETS, row)
        self._insert_comment(row["id"], comment, public=True)
        return as_ticket(row)

    @write(
        "zendesk:tickets:write",
        effect="ticket_update",
        target="ticket_id",
        key_args=("status", "assignee_id", "group_id"),
    )
    def update_ticket(
        self,
        ticket_id: TicketId,
        status: StatusUpdate | None = None,
        priority: Priority | None = None,
        assignee_id: UserId | None = None,
        group_id: GroupId | None = None,
        tags: Annotated[list[Tag] | None, Field(description="Replaces all tags.")] = None,
    ) -> Ticket:
        """Change a ticket; what is left out stays as it is. Escalate by assigning it to a group.

        `solved` can be reopened; `closed` is final: a closed ticket can never be changed again.
        A group whose members do not include the assignee leaves the ticket unassigned.
        """
        row = self.open_ticket_row(ticket_id)
        values: dict[str, Any] = self.assignment(row, assignee_id, group_id, status)
        if priority is not None:
            values["priority"] = priority
        if tags is not None:
            values["tags"] = _tags(tags)
        return as_ticket(self.change(_TICKETS, row, values))

    @write(
        "zendesk:tickets:write", effect="ticket_comment", target="ticket_id", key_args=("public",)
    )
    def add_comment(
        self,
        ticket_id: TicketId,
        body: Annotated[str, Field(min_length=1)],
        public: Annotated[
            bool, Field(description="True: sent to the customer. False: an internal note.")
        ] = True,
    ) -> Comment:
        """Add a comment to a ticket. The ticket's status stays as it is."""
        row = self.open_ticket_row(ticket_id)
        comment = self._insert_comment(ticket_id, body, public=public)
        self.change(_TICKETS, row, {"updated_at": comment["created_at"]})
        return _as_comment(comment)

    def extend_description(self, ticket_id: int, text: str) -> Ticket:
        """World: what the requester wrote goes on with *text*; the first comment holds the same."""
        row = self.open_ticket_row(ticket_id)
        description = f"{row['description']}\n\n{text}"
        self.db.execute(
            "UPDATE zendesk_comments SET body = ? WHERE id = "
            "(SELECT min(id) FROM zendesk_comments WHERE ticket_id = ?)",
            (description, ticket_id),
        )
        return as_ticket(self.change(_TICKETS, row, {"description": description}))

    @write(
        "zendesk:tickets:write",
        effect="ticket_merge",
        target="target_id",
        key_args=("source_ids",),
        latency=SLOW,
    )
    def merge_tickets(
        self,
        target_id: Annotated[Id, Field(description="The ticket that goes on.")],
        source_ids: Annotated[list[Id], Field(min_length=1, max_length=5)],
    ) -> TicketMerge:
        """Merge duplicate tickets into one: the sources are closed for good, each with a note."""
        sources = sorted(set(source_ids))
        if target_id in sources:
            raise record_invalid("base", f"Ticket {target_id} cannot be merged into itself")
        target = self.open_ticket_row(target_id)
        for row in [self.open_ticket_row(source) for source in sources]:
            last = self.db.value(
                "SELECT body FROM zendesk_comments WHERE ticket_id = ? "
                "ORDER BY created_at DESC, id DESC",
                (row["id"],),
            )
            self._insert_comment(
                target_id,
                f'Request #{row["id"]} "{row["subject"]}" was closed and merged into this request. '
                f"Last comment in request #{row['id']}:\n\n{last or row['description']}",
                public=False,
            )
            note = f"This request was closed and merged into request #{target_id}."
            self._insert_comment(row["id"], note, public=False)
            tags = _tags([*json.loads(row["tags"]), "closed_by_merge"])
            self.change(_TICKETS, row, {"status": "closed", "tags": tags})
        ticket = as_ticket(self.change(_TICKETS, target, {"updated_at": self.now()}))
        return TicketMerge(target_id=target_id, source_ids=sources, ticket=ticket)

    def _page(
        self, where: str, bindings: list[Any], order: str, page: int, size: int
    ) -> TicketPage:
        count = self.db.value(f"SELECT count(*) FROM zendesk_tickets t WHERE {where}", bindings)  # noqa: S608
        rows = self.db.rows(
            f"SELECT t.* FROM zendesk_tickets t WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
            [*bindings, size, (page - 1) * size],
        )
        return TicketPage(
            tickets=[as_ticket(row) for row in rows],
            count=count,
            next_page=page + 1 if page * size < count else None,
        )

    def _inactive(self, user_id: int) -> bool:
        return not self.db.value("SELECT active FROM zendesk_users WHERE id = ?", (user_id,))

    def _insert_comment(self, ticket_id: int, body: str, *, public: bool) -> Row:
        row = {
            "id": self.next_number(_COMMENTS), "ticket_id": ticket_id, "author_id": self.actor_id(),
            "body": body, "public": int(public), "via_channel": "api", "created_at": self.now(),
        }  # fmt: skip
        self.db.insert(_COMMENTS, row)
        return row


def _as_comment(row: Row) -> Comment:
    return Comment.model_validate({**row, "via": {"channel": row["via_channel"]}})


def _tags(tags: list[str]) -> str:
    """Tags as Zendesk keeps them: lower case, each once, sorted."""
    return json.dumps(sorted({tag.lower() for tag in tags}))
