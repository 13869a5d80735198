"""Zendesk's objects, with the field names of its API v2.

Left out is what a client can derive (`url`, `raw_subject`) or what nothing here fills (photos,
satisfaction ratings, brands); a REST surface adds those.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

ORDER_NUMBER_FIELD = 360014205513
"""The id of the custom ticket field that holds the shop's order number."""

Role = Literal["end-user", "agent", "admin"]
Status = Literal["new", "open", "pending", "hold", "solved", "closed"]
StatusUpdate = Literal["open", "pending", "hold", "solved", "closed"]
"""A ticket never goes back to `new`."""
Priority = Literal["low", "normal", "high", "urgent"]
TicketType = Literal["problem", "incident", "question", "task"]
Channel = Literal["web", "email", "api", "chat", "voice", "mobile"]

STATUSES: tuple[Status, ...] = ("new", "open", "pending", "hold", "solved", "closed")
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")

Id = Annotated[int, Field(ge=1, le=10**15)]
TicketId = Annotated[Id, Field(description="Ticket number, like 3021.")]
UserId = Annotated[Id, Field(description="Zendesk user id.")]
GroupId = Annotated[Id, Field(description="Group id, from zendesk_list_groups.")]
Page = Annotated[int, Field(ge=1, le=1000, description="Page number, from 1.")]
PerPage = Annotated[int, Field(ge=1, le=100, description="Records per page.")]
Tag = Annotated[str, Field(pattern=r"^\S+$")]


def _stored(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _stored_fields(value: Any) -> Any:
    """The API's list of custom fields, from the map by field id in which they are stored."""
    if not isinstance(value, str):
        return value
    return [{"id": int(id_), "value": content} for id_, content in json.loads(value).items()]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class User(_Record):
    """A customer or a member of staff."""

    id: int
    name: str
    email: str | None
    """Primary address."""
    phone: str | None
    role: Role
    verified: bool
    """Whether the primary address has been confirmed by its owner."""
    active: bool
    """False once deleted or merged into another user."""
    suspended: bool
    external_id: str | None
    """The id of this person in the company's own systems."""
    organization_id: int | None
    time_zone: str
    locale: str
    tags: Annotated[list[str], BeforeValidator(_stored)]
    notes: str
    user_fields: Annotated[dict[str, str | int | bool | None], BeforeValidator(_stored)]
    created_at: str
    updated_at: str


class UserList(_Record):
    """Users that matched, at most 100."""

    users: list[User]
    count: int
    """How many match in all."""


class Group(_Record):
    """A team that tickets are assigned to."""

    id: int
    name: str
    description: str
    created_at: str
    updated_at: str


class GroupList(_Record):
    """All groups."""

    groups: list[Group]
    count: int


class Via(_Record):
    """How a record came in."""

    channel: Channel


class CustomField(_Record):
    """One custom field of a ticket."""

    id: int
    """360014205513 is the order number."""
    value: str | int | bool | None


class Ticket(_Record):
    """A support request."""

    id: int
    external_id: str | None
    via: Via
    type: TicketType | None
    subject: str
    description: str
    """The first comment."""
    priority: Priority | None
    status: Status
    requester_id: int
    submitter_id: int
    assignee_id: int | None
    organization_id: int | None
    group_id: int | None
    tags: Annotated[list[str], BeforeValidator(_stored)]
    custom_fields: Annotated[list[CustomField], BeforeValidator(_stored_fields)]
    created_at: str
    updated_at: str


class TicketPage(_Record):
    """One page of tickets."""

    tickets: list[Ticket]
    count: int
    """How many there are on all pages."""
    next_page: int | None
    """Number of the next page; null on the last one."""


class Comment(_Record):
    """A message in a ticket: public to the requester, or an internal note."""

    id: int
    type: Literal["Comment"] = "Comment"
    author_id: int
    """A user id; -1 is Zendesk itself."""
    body: str
    public: bool
    via: Via
    created_at: str


class CommentList(_Record):
    """The comments of a ticket, oldest first."""

    comments: list[Comment]
    count: int


class TicketMerge(_Record):
    """The outcome of a merge."""

    target_id: int
    source_ids: list[int]
    """The tickets that were closed, in ascending order."""
    ticket: Ticket
    """The ticket that goes on."""
