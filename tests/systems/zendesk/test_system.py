"""The contract that every operation of the fake keeps."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.errors import InvalidArguments, PermissionDenied
from sandbox.systems.store import Store
from sandbox.systems.system import Principal
from sandbox.systems.zendesk import Zendesk

Desk = Any


def _use_everything(desk: Desk) -> None:
    assert [group["name"] for group in desk("list_groups")["groups"]] == ["Support", "Tier 2"]
    first, second = desk.ticket(), desk.ticket(requester_id=102)
    desk("search_users", query="ann@example.com")
    desk("get_user", user_id=101)
    desk("search_tickets", query="parcel")
    desk("get_ticket", ticket_id=first)
    desk("list_ticket_comments", ticket_id=first)
    desk("list_user_tickets", user_id=101)
    desk("update_user", user_id=101, phone="1")
    desk("merge_users", user_id=102, into_user_id=101)
    desk("add_comment", ticket_id=first, body="On it.")
    desk("merge_tickets", target_id=first, source_ids=[second])
    desk("update_ticket", ticket_id=first, status="closed")
    desk("delete_user", user_id=101)
    desk("permanently_delete_user", user_id=101)


def test_every_operation_can_be_called(desk: Desk) -> None:
    _use_everything(desk)

    assert desk.called == set(desk.bound)


def test_operations_are_named_scoped_and_described_in_one_way(desk: Desk) -> None:
    for operation in [bound.operation for bound in desk.bound.values()]:
        system, noun, verb = operation.scope.split(":")
        assert system == "zendesk"
        assert noun in {"users", "tickets", "groups"}
        assert (verb == "read") == (operation.kind == "read")
        assert operation.description[0].isupper()
        assert (operation.effect != "") == (operation.kind == "write")


def test_what_a_write_did_is_identified_by_its_outcome(desk: Desk) -> None:
    first, second, third = desk.ticket(), desk.ticket(), desk.ticket(requester_id=102)
    assert desk.identity == ("102", {})

    desk("update_ticket", ticket_id=first, group_id=2)
    assert desk.identity == (
        str(first), {"status": "new", "assignee_id": None, "group_id": 2},
    )  # fmt: skip
    desk("add_comment", ticket_id=first, body="Wording is free.", public=False)
    assert desk.identity == (str(first), {"public": False})
    desk("merge_tickets", target_id=first, source_ids=[third, second])
    assert desk.identity == (str(first), {"source_ids": [second, third]})
    desk("update_user", user_id=103, phone="1")
    assert desk.identity == (
        "103", {"email": "elodie@example.com", "phone": "1", "name": "Élodie Bâ"},
    )  # fmt: skip
    desk("merge_users", user_id=102, into_user_id=101)
    assert desk.identity == ("102", {"into_user_id": 101})


def test_the_host_refuses_in_zendesks_words(desk: Desk) -> None:
    with pytest.raises(InvalidArguments) as invalid:
        desk("get_user", user_id="ann")
    assert invalid.value.body["error"]["title"] == "Invalid attribute"

    desk.principal = Principal("intern", frozenset({"zendesk:tickets:*"}))
    with pytest.raises(PermissionDenied) as denied:
        desk("delete_user", user_id=101)
    assert denied.value.body["error"] == "Forbidden"


def test_a_write_can_be_undone_and_search_follows(desk: Desk) -> None:
    ticket = desk.ticket()
    desk("add_comment", ticket_id=ticket, body="A giraffe was delivered.")
    before = desk.store.digest()
    desk("add_comment", ticket_id=ticket, body="unrelated")

    desk.store.undo(desk.changeset)

    assert desk.store.digest() == before
    assert desk("search_tickets", query="unrelated")["count"] == 0
    assert desk("search_tickets", query="giraffe")["count"] == 1


def test_search_goes_along_into_a_fork_and_stays_apart(desk: Desk) -> None:
    ticket = desk.ticket(subject="Giraffe")
    fork = Zendesk(Store.fork_of(desk.store), desk.system.clock, desk.system.seeds)

    fork.add_comment(ticket, "zebra")

    assert fork.search_tickets("giraffe zebra").count == 1
    assert desk("search_tickets", query="zebra")["count"] == 0
