"""Users: found, changed, merged, deleted, erased."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.errors import Conflict, InvalidArguments, NotFound

Desk = Any


def _found(desk: Desk, query: str) -> list[int]:
    return [user["id"] for user in desk("search_users", query=query)["users"]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("ann@example.com", [101]),
        ("email:ANN@example.com", [101]),
        ("email:ann", []),
        ("ann lee", [101, 102]),
        ("lee ann", [101, 102]),
        ('name:"Ann Leeds"', [102]),
        ("elodie", [103]),
        ("5550102030", [101]),
        ("phone:010-2030", [101]),
        ("phone:2030", []),
        ("external_id:cust-3", [103]),
        ("nobody", []),
        ("", []),
        ("email:", []),
        ("name:!", []),
    ],
)
def test_a_user_search_finds(desk: Desk, query: str, ids: list[int]) -> None:
    assert _found(desk, query) == ids


@given(st.text(max_size=40) | st.text('ab"*:-+() ^{}1@', max_size=20))
@settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_user_search(desk: Desk, query: str) -> None:
    desk("search_users", query=query)


def test_a_new_email_becomes_primary_and_the_old_one_still_finds_the_user(desk: Desk) -> None:
    user = desk("update_user", user_id=101, email="new@example.com", phone="+49 30 1")

    assert (user["email"], user["verified"]) == ("new@example.com", False)
    assert (user["phone"], user["name"]) == ("+49 30 1", "Ann Lee")
    assert _found(desk, "ann@example.com") == [101] == _found(desk, "new@example.com")


def test_taking_the_old_email_back_swaps_the_two(desk: Desk) -> None:
    desk("update_user", user_id=101, email="new@example.com")

    user = desk("update_user", user_id=101, email="ann@example.com")

    assert (user["email"], user["verified"]) == ("ann@example.com", True)
    assert desk.store.rows("SELECT value, verified FROM zendesk_user_identities") == [
        {"value": "new@example.com", "verified": 0}
    ]


def test_an_address_belongs_to_one_user(desk: Desk) -> None:
    desk("update_user", user_id=102, email="second@example.com")

    for taken in ("Ann.Leeds@example.com", "second@example.com"):
        with pytest.raises(Conflict) as error:
            desk("update_user", user_id=101, email=taken)
        assert error.value.status == 422
        assert error.value.body["details"]["email"] == [{
            "description": f"Email: {taken} is already being used by another user",
            "error": "DuplicateValue",
        }]  # fmt: skip


def test_a_name_cannot_be_blank(desk: Desk) -> None:
    with pytest.raises(InvalidArguments, match="too short"):
        desk("update_user", user_id=101, name=" ")


def test_saying_what_is_so_already_changes_nothing(desk: Desk) -> None:
    desk("update_user", user_id=101, email="ANN@example.com", name="Ann Lee")

    assert desk.changeset == b""


def test_merging_moves_tickets_and_addresses_to_the_one_who_stays(desk: Desk) -> None:
    ticket = desk.ticket(requester_id=102)

    winner = desk("merge_users", user_id=102, into_user_id=101)

    assert winner["email"] == "ann@example.com"
    assert desk("get_ticket", ticket_id=ticket)["requester_id"] == 101
    assert _found(desk, "ann.leeds@example.com") == [101]
    assert desk("get_user", user_id=102)["active"] is False
    with pytest.raises(NotFound):
        desk("merge_users", user_id=102, into_user_id=103)


def test_merging_into_a_user_without_an_address_gives_them_one(desk: Desk) -> None:
    desk.store.update("zendesk_users", {"id": 101}, {"email": None})

    winner = desk("merge_users", user_id=102, into_user_id=101)

    assert winner["email"] == "ann.leeds@example.com"
    assert desk.store.rows("SELECT * FROM zendesk_user_identities") == []


@pytest.mark.parametrize(("loser", "winner"), [(101, 101), (101, 201), (202, 101)])
def test_only_two_different_customers_are_merged(desk: Desk, loser: int, winner: int) -> None:
    with pytest.raises(InvalidArguments):
        desk("merge_users", user_id=loser, into_user_id=winner)


def test_who_has_a_ticket_that_is_not_closed_cannot_be_deleted(desk: Desk) -> None:
    ticket = desk.ticket()
    desk("update_ticket", ticket_id=ticket, status="solved")
    with pytest.raises(Conflict) as error:
        desk("delete_user", user_id=101)
    assert error.value.body["details"]["base"] == [
        {"description": "Ann Lee is requester on 1 ticket that is not closed."}
    ]
    desk("update_ticket", ticket_id=ticket, status="closed")

    deleted = desk("delete_user", user_id=101)

    assert (deleted["active"], deleted["email"]) == (False, "ann@example.com")
    assert _found(desk, "ann@example.com") == []


def test_a_deleted_users_address_is_free_again(desk: Desk) -> None:
    desk("delete_user", user_id=102)

    assert desk("update_user", user_id=101, email="ann.leeds@example.com")["id"] == 101


def test_erasing_comes_after_deleting_and_leaves_no_personal_data(desk: Desk) -> None:
    desk("update_user", user_id=103, email="other@example.com")
    with pytest.raises(NotFound, match="zendesk_delete_user must come first"):
        desk("permanently_delete_user", user_id=103)
    desk("delete_user", user_id=103)

    erased = desk("permanently_delete_user", user_id=103)

    assert erased["name"] == "Permanently Deleted User"
    assert [erased[key] for key in ("email", "phone", "external_id")] == [None, None, None]
    assert desk.store.rows("SELECT * FROM zendesk_user_identities") == []
    with pytest.raises(NotFound):
        desk("permanently_delete_user", user_id=103)


def test_an_unknown_user_is_answered_as_zendesk_does(desk: Desk) -> None:
    for method in ("get_user", "update_user", "delete_user", "permanently_delete_user"):
        with pytest.raises(NotFound) as error:
            desk(method, user_id=404)
        assert error.value.body == {"error": "RecordNotFound", "description": "Not found"}
