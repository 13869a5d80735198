"""Charges: pages of them, and the payment intents behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotFound

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_pages_follow_one_another_newest_first(desk: Desk) -> None:
    first = desk("list_charges", customer="cus_ada", limit=2)
    last = first["data"][-1]["id"]
    second = desk("list_charges", customer="cus_ada", limit=2, starting_after=last)
    assert [c["id"] for c in first["data"]] == ["ch_3", "ch_2"]
    assert [c["id"] for c in second["data"]] == ["ch_1"]
    assert (first["has_more"], second["has_more"]) == (True, False)


def test_charges_of_one_second_are_not_lost_between_pages(desk: Desk) -> None:
    desk.store.execute("UPDATE stripe_charges SET created = 5")
    seen, after = [], None
    for _ in range(3):
        page = desk("list_charges", customer="cus_ada", limit=1, starting_after=after)
        after = page["data"][0]["id"]
        seen.append(after)
    assert seen == ["ch_3", "ch_2", "ch_1"]


def test_an_unknown_cursor_is_named(desk: Desk) -> None:
    with pytest.raises(NotFound) as caught:
        desk("list_charges", customer="cus_ada", starting_after="ch_none")
    assert caught.value.body["error"]["param"] == "starting_after"


def test_a_charge_names_its_order_and_its_payment_intent(desk: Desk) -> None:
    charge = desk("get_charge", charge="ch_2")
    intent = desk("get_payment_intent", payment_intent=charge["payment_intent"])
    assert charge["metadata"] == {"order_id": "2", "order_number": "#10002"}
    assert intent["latest_charge"] == "ch_2"
