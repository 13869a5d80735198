"""The shape of a subscription."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.systems.stripe.conftest import Desk


def test_price_and_period_stand_in_the_one_item(desk: Desk) -> None:
    [subscription] = desk("list_subscriptions", customer="cus_ada")["data"]
    [item] = subscription["items"]["data"]
    assert item["price"]["unit_amount"] == 1900
    assert item["price"]["recurring"] == {"interval": "month", "interval_count": 1}
    assert item["current_period_end"] == 1_773_500_000
    assert subscription["pause_collection"] is None
