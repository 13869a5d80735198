"""The help desk: staff in groups, every customer known, tickets about real orders."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.systems.zendesk.model import ORDER_NUMBER_FIELD
from sandbox.worlds.generate.context import iso
from sandbox.worlds.generate.helpdesk_rows import GROUPS, helpdesk_batches, zendesk_id

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop

Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def desk(shop: Shop) -> Rows:
    batches = helpdesk_batches(shop.context, shop.pools, shop.people, shop.orders, 300)
    return {b.table: [dict(zip(b.columns, row, strict=True)) for row in b.rows] for b in batches}


def test_every_customer_is_a_user_known_by_the_shops_id(shop: Shop, desk: Rows) -> None:
    users = {row["external_id"]: row for row in desk["zendesk_users"]}
    for person in shop.people:
        row = users[str(person.id)]
        assert (row["id"], row["email"], row["role"]) == (
            zendesk_id(person), person.email, "end-user",
        )  # fmt: skip


def test_the_agent_is_a_member_of_staff_by_its_principals_name(desk: Rows) -> None:
    (agent,) = [row for row in desk["zendesk_users"] if row["external_id"] == "support-agent"]
    groups = {
        m["group_id"] for m in desk["zendesk_group_memberships"] if m["user_id"] == agent["id"]
    }
    assert agent["role"] == "agent"
    assert groups == {GROUPS[0][0]}


def test_every_group_has_people(desk: Rows) -> None:
    staffed = {row["group_id"] for row in desk["zendesk_group_memberships"]}
    assert staffed == {group for group, *_ in GROUPS}


def test_a_ticket_is_about_an_order_of_its_requester(shop: Shop, desk: Rows) -> None:
    buyers = {str(order.number): zendesk_id(order.person) for order in shop.orders}
    assert len(desk["zendesk_tickets"]) == 300
    for ticket in desk["zendesk_tickets"]:
        number = json.loads(ticket["custom_fields"])[str(ORDER_NUMBER_FIELD)]
        assert buyers[number] == ticket["requester_id"]


def test_the_description_is_the_first_comment_and_comments_follow_in_time(
    shop: Shop, desk: Rows
) -> None:
    comments: dict[int, list[dict[str, Any]]] = {}
    for comment in desk["zendesk_comments"]:
        comments.setdefault(comment["ticket_id"], []).append(comment)
    now = iso(shop.context.epoch_s)
    for ticket in desk["zendesk_tickets"]:
        said = comments[ticket["id"]]
        assert said[0]["body"] == ticket["description"]
        assert said[0]["author_id"] == ticket["requester_id"]
        times = [comment["created_at"] for comment in said]
        assert times == sorted(times)
        assert times[-1] < now


def test_some_people_wrote_twice_and_wait_for_an_answer(desk: Rows) -> None:
    waiting = [row for row in desk["zendesk_tickets"] if row["status"] == "open"]
    numbers = [row["custom_fields"] for row in waiting]
    assert len(numbers) >= 20
    assert all(numbers.count(number) == 2 for number in numbers)
