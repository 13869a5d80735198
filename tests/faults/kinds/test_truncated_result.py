"""Cut off, without a mark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from sandbox.faults.kinds import TruncatedResult

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop


def test_lists_lose_their_tail_and_long_texts_are_cut(open_shop: OpenShop) -> None:
    shop = open_shop(TruncatedResult(tool="commerce_list_order_notes", keep=0.7))
    notes = shop.call("commerce_list_order_notes", order_id=9001)["notes"]
    assert [note["id"] for note in notes] == [1, 2]
    full = shop.store.value("SELECT body FROM commerce_order_notes WHERE id = 1")
    assert notes[0]["body"] == full[: int(len(full) * 0.7)]
    assert notes[1]["body"] == "Called back."
    assert shop.fired() == [("truncated_result:commerce_list_order_notes", True)]


def test_a_page_does_not_say_that_there_was_more(open_shop: OpenShop) -> None:
    shop = open_shop(TruncatedResult(tool="stripe_list_charges", keep=0.5))
    page = shop.call("stripe_list_charges", customer="cus_ada")
    assert [charge["id"] for charge in page["data"]] == ["ch_3"]
    assert page["has_more"] is False


def test_of_one_item_nothing_is_lost_and_no_fault_was_met(open_shop: OpenShop) -> None:
    shop = open_shop(TruncatedResult(tool="commerce_search_orders"))
    assert len(shop.call("commerce_search_orders", name="#1001")["orders"]) == 1
    assert shop.fired() == []


def test_keeping_nothing_empties_lists(open_shop: OpenShop) -> None:
    shop = open_shop(TruncatedResult(tool="commerce_search_orders", keep=0))
    assert shop.call("commerce_search_orders", name="#1001")["orders"] == []


def test_keeping_everything_would_be_no_fault() -> None:
    with pytest.raises(ValidationError):
        TruncatedResult(keep=1)
