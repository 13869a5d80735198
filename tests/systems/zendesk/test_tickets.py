"""Tickets and comments, as an agent uses them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.errors import Conflict, InvalidArguments, NotFound
from sandbox.systems.system import Principal

Desk = Any  # the fixture's class; a conftest cannot be imported


def test_a_new_ticket_opens_with_its_first_comment(desk: Desk) -> None:
    ticket = desk(
        "create_ticket", requester_id=101, subject="Refund", comment="Please refund ORD-7.",
        priority="high", tags=["VIP", "refund"],
    )  # fmt: skip

    assert ticket["status"] == "new"
    assert ticket["description"] == "Please refund ORD-7."
    assert ticket["tags"] == ["refund", "vip"]
    assert ticket["submitter_id"] == 201, "the principal's own Zendesk user"
    (comment,) = desk("list_ticket_comments", ticket_id=ticket["id"])["comments"]
    assert (comment["body"], comment["author_id"], comment["public"]) == (
        "Please refund ORD-7.", 201, True,
    )  # fmt: skip
    assert desk("get_ticket", ticket_id=ticket["id"]) == ticket


def test_who_is_nobody_in_zendesk_acts_as_zendesk_itself(desk: Desk) -> None:
    desk.principal = Principal("stranger", frozenset({"*"}))

    assert desk("get_ticket", ticket_id=desk.ticket())["submitter_id"] == -1


def test_a_ticket_needs_an_active_requester(desk: Desk) -> None:
    with pytest.raises(InvalidArguments) as error:
        desk("create_ticket", requester_id=999, subject="x", comment="y")

    assert error.value.status == 422
    assert error.value.body["error"] == "RecordInvalid"


def test_escalation_moves_a_ticket_to_a_group_and_drops_an_assignee_who_is_no_member(
    desk: Desk,
) -> None:
    ticket = desk.ticket()
    assigned = desk("update_ticket", ticket_id=ticket, assignee_id=201)
    assert (assigned["status"], assigned["group_id"]) == ("open", 1)

    escalated = desk("update_ticket", ticket_id=ticket, group_id=2)

    assert (escalated["group_id"], escalated["assignee_id"]) == (2, None)


def test_an_assignee_of_another_group_brings_a_group_along(desk: Desk) -> None:
    ticket = desk.ticket()
    desk("update_ticket", ticket_id=ticket, group_id=1)

    assert desk("update_ticket", ticket_id=ticket, assignee_id=202)["group_id"] == 1
    desk("update_ticket", ticket_id=ticket, group_id=2)
    assert desk("update_ticket", ticket_id=ticket, assignee_id=201)["group_id"] == 1


@pytest.mark.parametrize(
    "args",
    [
        {"assignee_id": 101},
        {"assignee_id": 999},
        {"group_id": 9},
        {"assignee_id": 201, "group_id": 2},
    ],
)
def test_tickets_go_to_staff_and_groups_that_fit(desk: Desk, args: dict[str, int]) -> None:
    with pytest.raises(InvalidArguments) as error:
        desk("update_ticket", ticket_id=desk.ticket(), **args)

    assert error.value.status == 422


def test_whoever_solves_an_unassigned_ticket_becomes_its_assignee(desk: Desk) -> None:
    solved = desk("update_ticket", ticket_id=desk.ticket(), status="solved")

    assert (solved["status"], solved["assignee_id"], solved["group_id"]) == ("solved", 201, 1)


def test_an_update_that_changes_nothing_leaves_no_trace(desk: Desk) -> None:
    ticket = desk.ticket()
    before = desk("update_ticket", ticket_id=ticket, status="open", priority="low", tags=["a"])
    desk.env.run(until=60)

    after = desk("update_ticket", ticket_id=ticket, status="open", priority="low", tags=["A"])

    assert after == before
    assert desk.changeset == b""


def test_a_change_moves_updated_at(desk: Desk) -> None:
    ticket = desk.ticket()
    desk.env.run(until=60)

    changed = desk("update_ticket", ticket_id=ticket, priority="urgent")

    assert (changed["created_at"], changed["updated_at"]) == (
        "2026-03-02T08:00:00Z", "2026-03-02T08:01:00Z",
    )  # fmt: skip


def test_a_closed_ticket_can_never_be_changed(desk: Desk) -> None:
    ticket, other = desk.ticket(), desk.ticket()
    desk("update_ticket", ticket_id=ticket, status="closed")

    calls = [
        ("update_ticket", {"ticket_id": ticket, "status": "open"}),
        ("add_comment", {"ticket_id": ticket, "body": "hello?"}),
        ("merge_tickets", {"target_id": other, "source_ids": [ticket]}),
        ("merge_tickets", {"target_id": ticket, "source_ids": [other]}),
    ]
    for method, args in calls:
        with pytest.raises(Conflict) as error:
            desk(method, **args)
        assert error.value.status == 422
        assert error.value.body == {
            "error": "RecordInvalid",
            "description": "Record validation errors",
            "details": {"status": [{"description": "Status: closed prevents ticket update"}]},
        }
        assert str(ticket) in error.value.message


def test_a_ticket_never_goes_back_to_new(desk: Desk) -> None:
    with pytest.raises(InvalidArguments, match="status"):
        desk("update_ticket", ticket_id=desk.ticket(), status="new")


def test_a_comment_keeps_the_status_and_an_internal_note_is_not_public(desk: Desk) -> None:
    ticket = desk.ticket()
    desk("update_ticket", ticket_id=ticket, status="pending")
    desk.env.run(until=30)

    note = desk("add_comment", ticket_id=ticket, body="Looks like fraud.", public=False)

    assert note["public"] is False
    after = desk("get_ticket", ticket_id=ticket)
    assert (after["status"], after["updated_at"]) == ("pending", note["created_at"])
    comments = desk("list_ticket_comments", ticket_id=ticket)
    assert [comment["body"] for comment in comments["comments"]] == ["Help!", "Looks like fraud."]


def test_merging_closes_the_sources_with_a_note_in_each(desk: Desk) -> None:
    target, first, second = desk.ticket(), desk.ticket(subject="Parcel?"), desk.ticket()
    desk("add_comment", ticket_id=first, body="Any news?")

    merged = desk("merge_tickets", target_id=target, source_ids=[second, first, second])

    assert merged["source_ids"] == [first, second]
    source = desk("get_ticket", ticket_id=first)
    assert (source["status"], source["tags"]) == ("closed", ["closed_by_merge"])
    notes = desk("list_ticket_comments", ticket_id=target)["comments"][1:]
    assert [note["public"] for note in notes] == [False, False]
    assert notes[0]["body"].startswith(f'Request #{first} "Parcel?" was closed and merged')
    assert notes[0]["body"].endswith("Any news?")
    assert desk("list_ticket_comments", ticket_id=second)["count"] == 2
    assert merged["ticket"]["status"] == "new"


def test_a_ticket_is_not_merged_into_itself_and_a_failed_merge_changes_nothing(desk: Desk) -> None:
    target, source = desk.ticket(), desk.ticket()
    with pytest.raises(InvalidArguments):
        desk("merge_tickets", target_id=target, source_ids=[target])
    before = desk.store.digest()

    with pytest.raises(NotFound):
        desk("merge_tickets", target_id=target, source_ids=[source, 999])

    assert desk.store.digest() == before


def test_an_unknown_ticket_is_answered_as_zendesk_does(desk: Desk) -> None:
    for method in ("get_ticket", "list_ticket_comments", "update_ticket"):
        with pytest.raises(NotFound) as error:
            desk(method, ticket_id=404)
        assert error.value.body == {"error": "RecordNotFound", "description": "Not found"}
        assert error.value.status == 404


def test_a_users_tickets_come_newest_first_page_by_page(desk: Desk) -> None:
    tickets = []
    for minute in range(5):
        desk.env.run(until=60 * (minute + 1))
        tickets.append(desk.ticket())
    desk.ticket(requester_id=102)

    first = desk("list_user_tickets", user_id=101, per_page=2)
    last = desk("list_user_tickets", user_id=101, page=3, per_page=2)

    assert [ticket["id"] for ticket in first["tickets"]] == tickets[:-3:-1]
    assert (first["count"], first["next_page"]) == (5, 2)
    assert [ticket["id"] for ticket in last["tickets"]] == tickets[:1]
    assert last["next_page"] is None


def test_custom_fields_are_listed_by_field_id(desk: Desk) -> None:
    ticket = desk.ticket()
    fields = json.dumps({"360014205513": "ORD-1001"})
    desk.store.update("zendesk_tickets", {"id": ticket}, {"custom_fields": fields})

    listed = desk("get_ticket", ticket_id=ticket)["custom_fields"]

    assert listed == [{"id": 360014205513, "value": "ORD-1001"}]
