"""Nothing found, says the system, and is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotFound
from sandbox.faults.kinds import EmptyResult
from sandbox.faults.kinds.empty_result import emptied

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop


def test_a_search_finds_nothing_and_says_so_in_the_usual_form(open_shop: OpenShop) -> None:
    shop = open_shop(EmptyResult(tool="*_search*"))
    assert shop.call("commerce_search_orders", name="#1001") == {
        "orders": [], "page": 1, "has_more": False,
    }  # fmt: skip
    assert shop.call("zendesk_search_users", query="ada") == {"users": [], "count": 0}
    assert shop.fired() == [("empty_result:*_search*", True)] * 2


def test_a_record_comes_without_content_also_if_it_holds_lists(open_shop: OpenShop) -> None:
    shop = open_shop(EmptyResult(tool="commerce_get_order"))
    assert shop.call("commerce_get_order", order_id=9001) == {}


def test_what_was_empty_anyway_meets_no_fault(open_shop: OpenShop) -> None:
    shop = open_shop(EmptyResult(tool="commerce_search_orders"))
    shop.call("commerce_search_orders", name="#4711")
    assert shop.fired() == []


def test_an_error_stays_an_error(open_shop: OpenShop) -> None:
    shop = open_shop(EmptyResult(tool="stripe_get_charge"))
    with pytest.raises(NotFound):
        shop.call("stripe_get_charge", charge="ch_none")
    assert shop.fired() == []


def test_every_form_of_answer_has_an_empty_one() -> None:
    assert emptied([1, 2]) == []
    assert emptied("text") is None
    page = {"data": [1], "total": 7, "next_page": "p2", "has_more": True, "url": "/v1/charges"}
    assert emptied(page) == {
        "data": [], "total": 0, "next_page": None, "has_more": False, "url": "/v1/charges",
    }  # fmt: skip
