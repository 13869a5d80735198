"""Parcels: what the shop knows, what the carrier says, what the world does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.errors import Conflict, NotFound
from sandbox.systems.commerce import Commerce
from sandbox.systems.operation import operations_of

if TYPE_CHECKING:
    from tests.systems.commerce.conftest import Desk


def test_a_parcel_under_way_reports_step_by_step(desk: Desk) -> None:
    assert desk("get_shipment", order_id=9002) == {"shipments": []}
    desk.shop.ship(9002, "UPS", "1Z9002")
    desk.wait(3600)
    desk.shop.set_shipment_status("1Z9002", "out_for_delivery")
    desk.wait(3600)
    desk.shop.set_shipment_status("1Z9002", "delivered", "Left at the door")
    parcel = desk("track_shipment", tracking_number="1Z9002")
    assert parcel["shipped_at"] == "2026-03-02T08:00:00Z"
    assert parcel["delivered_at"] == "2026-03-02T10:00:00Z"
    assert [(e["happened_at"][11:13], e["status"], e["message"]) for e in parcel["events"]] == [
        ("08", "in_transit", "In transit to the next facility"),
        ("09", "out_for_delivery", "Out for delivery"),
        ("10", "delivered", "Left at the door"),
    ]
    assert desk("get_shipment", order_id=9002)["shipments"] == [parcel]


def test_a_label_is_no_departure_but_ends_the_time_to_cancel(desk: Desk) -> None:
    parcel = desk.shop.ship(9002, "UPS", "1Z9002", status="label_created")
    assert parcel is not None
    assert parcel.shipped_at is None
    order = desk("get_order", order_id=9002)
    assert order["fulfillment_status"] == "fulfilled"
    assert order["line_items"][0]["fulfillable_quantity"] == 0
    with pytest.raises(Conflict):
        desk("cancel_order", order_id=9002, reason="customer")


def test_an_order_cancelled_in_time_does_not_leave(desk: Desk) -> None:
    desk("cancel_order", order_id=9002, reason="customer")
    assert desk.shop.ship(9002, "UPS", "1Z9002") is None
    assert desk("get_shipment", order_id=9002) == {"shipments": []}


def test_an_unknown_number_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFound):
        desk("track_shipment", tracking_number="1Z0")


def test_tracking_is_declared_as_polling() -> None:
    [track] = [o for o in operations_of(Commerce) if o.method == "track_shipment"]
    assert track.poll is not None
    assert (track.poll.interval_s_min, track.poll.polls_max) == (300, 48)
