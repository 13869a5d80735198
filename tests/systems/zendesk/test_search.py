"""Zendesk's search syntax over tickets."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.errors import InvalidArguments

Desk = Any


@pytest.fixture
def tickets(desk: Desk) -> Desk:
    """Three tickets: 1 open and old, 2 solved with an order number, 3 new and of another person."""
    parcel = desk.ticket(subject="Where is my parcel?")
    desk("update_ticket", ticket_id=parcel, assignee_id=201, priority="high", tags=["vip"])
    desk("add_comment", ticket_id=parcel, body="It was a blue teapot, now broken screen and all.")
    desk.env.run(until=86_400)
    refund = desk.ticket(subject="Refund for the wrong size")
    fields = json.dumps({"360014205513": "ORD-1001"})
    desk.store.update("zendesk_tickets", {"id": refund}, {"custom_fields": fields})
    desk("update_ticket", ticket_id=refund, status="solved", priority="low")
    desk.env.run(until=2 * 86_400)
    desk.ticket(requester_id=103, subject="Rückgabe")
    return desk


def _found(desk: Desk, query: str, **page: int) -> list[int]:
    return [t["id"] for t in desk("search_tickets", query=query, **page)["tickets"]]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("", [3, 2, 1]),
        ("parcels", [1]),
        ("refund size", [2]),
        ("refund parcel", []),
        ("teapot parcel", [1]),
        ('"broken screen"', [1]),
        ('"screen broken"', []),
        ("tea*", [1]),
        ("ruckgabe", [3]),
        ("ORD-1001", [2]),
        ("order:1001", []),
        ("ord:1001", [2]),
        ("#2", [2]),
        ("status:open", [1]),
        ("status<solved", [3, 1]),
        ("status>=solved", [2]),
        ("status:new status:solved", [3, 2]),
        ("-status:new", [2, 1]),
        ("priority:none", [3]),
        ("priority>normal", [1]),
        ("-priority:high", [3, 2]),
        ("requester:ann@example.com", [2, 1]),
        ("requester:103", [3]),
        ('requester:"ann lee"', [2, 1]),
        ("assignee:none", [3]),
        ("assignee:robo", [2, 1]),
        ("submitter:201 status:new", [3]),
        ("group:support", [2, 1]),
        ("group:none", [3]),
        ("group:1", [2, 1]),
        ("group:2", []),
        ("tags:VIP", [1]),
        ("-tags:vip", [3, 2]),
        ("type:ticket teapot", [1]),
        ("type:user", []),
        ("ticket_type:none", [3, 2, 1]),
        ("ticket_type:incident", []),
        ("subject:help", []),
        ("subject:wrong", [2]),
        ("fieldvalue:ORD-1001", [2]),
        ("custom_field_360014205513:ORD-1001", [2]),
        ("created:2026-03-03", [2]),
        ("created>2026-03-02 created<2026-03-04", [2]),
        ("created>=2026-03-03T08:00:00Z", [3, 2]),
        ("updated<=2026-03-02", [1]),
        ("order_by:created_at sort:asc", [1, 2, 3]),
        ("order_by:priority sort:desc", [1, 2, 3]),
        ("order_by:status sort:asc", [3, 1, 2]),
        ("!!!", [3, 2, 1]),
    ],
)
def test_a_search_finds(tickets: Desk, query: str, ids: list[int]) -> None:
    assert _found(tickets, query) == ids


@pytest.mark.parametrize(
    "query", ["status:opened", "created:yesterday", "order_by:mood", "sort:up", "type:cat"]
)
def test_a_value_that_makes_no_sense_is_refused(tickets: Desk, query: str) -> None:
    with pytest.raises(InvalidArguments) as error:
        _found(tickets, query)

    assert error.value.status == 422
    assert error.value.body["error"] == "invalid"


def test_pages_do_not_overlap(tickets: Desk) -> None:
    first = tickets("search_tickets", query="", per_page=2)
    second = tickets("search_tickets", query="", per_page=2, page=2)

    assert [t["id"] for t in first["tickets"] + second["tickets"]] == [3, 2, 1]
    assert (first["count"], first["next_page"], second["next_page"]) == (3, 2, None)


@given(st.text(max_size=60) | st.text('ab"*:-<>#() ^{}', max_size=30))
@example('"')
@example('""')
@example("-")
@example("a" * 50 + " x" * 200)
@example("requester:٣")
@example('requester:""')
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_text_breaks_the_search(desk: Desk, query: str) -> None:
    with suppress(InvalidArguments):
        desk("search_tickets", query=query)
