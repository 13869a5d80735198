"""A replica that lags: the answer of when the conversation began."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import NotFound
from sandbox.faults.kinds import StaleRead

if TYPE_CHECKING:
    from tests.faults.conftest import OpenShop


def test_the_replica_does_not_know_what_was_done_since(open_shop: OpenShop) -> None:
    shop = open_shop(StaleRead(tool="stripe_get_charge"))
    shop.refund(1000)
    assert shop.call("stripe_get_charge", charge="ch_1")["amount_refunded"] == 0
    assert shop.refunds() == [1000]
    assert shop.fired() == [("stale_read:stripe_get_charge", True)]


def test_where_nothing_happened_it_fires_and_changes_nothing(open_shop: OpenShop) -> None:
    shop = open_shop(StaleRead(tool="stripe_get_charge"))
    shop.refund(1000)
    assert shop.call("stripe_get_charge", charge="ch_2")["amount_refunded"] == 0
    assert shop.fired() == [("stale_read:stripe_get_charge", False)]


def test_a_record_made_since_then_is_not_found_there(open_shop: OpenShop) -> None:
    shop = open_shop(StaleRead(tool="stripe_get_refund"))
    made = shop.refund(1000)
    with pytest.raises(NotFound):
        shop.call("stripe_get_refund", refund=made["id"])
    assert shop.fired() == [("stale_read:stripe_get_refund", True)]


def test_writes_go_to_the_live_system(open_shop: OpenShop) -> None:
    shop = open_shop(StaleRead(tool="stripe_*"))
    shop.refund(4999)
    assert shop.refunds() == [4999]
    assert shop.fired() == []
