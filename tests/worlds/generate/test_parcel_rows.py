"""Parcels: their scans tell the same story as their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.worlds.generate.context import iso
from sandbox.worlds.generate.parcel_rows import parcel_batches

if TYPE_CHECKING:
    from tests.worlds.generate.conftest import Shop

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def parcels(shop: Shop) -> tuple[Rows, Rows]:
    batches = parcel_batches(shop.context.seeds, shop.orders, shop.context.epoch_s)
    shipments, events = (
        [dict(zip(batch.columns, row, strict=True)) for row in batch.rows] for batch in batches
    )
    return shipments, events


def test_every_order_that_left_has_one_parcel(shop: Shop, parcels: tuple[Rows, Rows]) -> None:
    shipped = {order.id for order in shop.orders if order.shipped_s}
    with_parcel = [row["order_id"] for row in parcels[0] if row["shipped_at"]]
    assert sorted(with_parcel) == sorted(shipped)
    assert len({row["tracking_number"] for row in parcels[0]}) == len(parcels[0])


def test_the_status_is_what_became_of_the_order(shop: Shop, parcels: tuple[Rows, Rows]) -> None:
    orders = {order.id: order for order in shop.orders}
    for row in parcels[0]:
        order = orders[row["order_id"]]
        assert (row["status"] == "delivered") == bool(order.delivered_s)
        assert (row["status"] == "lost") == order.lost
        assert (row["status"] == "label_created") == (not order.shipped_s)
        assert not order.cancelled_s


def test_the_last_scan_is_the_status_and_no_scan_lies_in_the_future(
    shop: Shop, parcels: tuple[Rows, Rows]
) -> None:
    shipments, events = parcels
    scans: dict[int, Rows] = {}
    for event in events:
        scans.setdefault(event["shipment_id"], []).append(event)
    now = iso(shop.context.epoch_s)
    for row in shipments:
        times = [event["happened_at"] for event in scans[row["id"]]]
        assert times == sorted(times)
        assert times[-1] < now
        assert scans[row["id"]][-1]["status"] == row["status"]


def test_a_parcel_that_hangs_was_not_scanned_for_days(
    shop: Shop, parcels: tuple[Rows, Rows]
) -> None:
    stuck = {order.id for order in shop.orders if order.stuck}
    numbers = {row["id"] for row in parcels[0] if row["order_id"] in stuck}
    assert numbers
    long_ago = iso(shop.context.epoch_s - 4 * 86_400)
    assert all(e["happened_at"] < long_ago for e in parcels[1] if e["shipment_id"] in numbers)
