"""Parcels and what the carriers reported about them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from sandbox.sim.seeds import Seeds
from sandbox.worlds.generate.context import DAY_S, HOUR_S, Batch, iso
from sandbox.worlds.generate.shopping import Order

_FIRST_ID = 7_400_001
_CARRIERS = (("Swiftpost", "SP"), ("Parcelway", "PW"), ("Blue Van Express", "BV"))
"""Carriers that exist nowhere, so that no real tracking number is made up."""
_SCANS_KEPT_S = 120 * DAY_S
"""Carriers drop detailed scans after 120 days."""
_HUBS = ("Columbus, OH", "Memphis, TN", "Reno, NV", "Allentown, PA", "Joliet, IL", "Dallas, TX")
Scan = tuple[int, str, str]


def parcel_batches(seeds: Seeds, orders: Sequence[Order], epoch_s: int) -> Iterator[Batch]:
    """Shipments with their scans."""
    rng = seeds.stream("parcels")
    shipments: list[Sequence[Any]] = []
    events: list[Sequence[Any]] = []
    for order in orders:
        packed_s = _packed(order, epoch_s)
        if not packed_s:
            continue
        number = _FIRST_ID + len(shipments)
        carrier, prefix = _CARRIERS[2 if order.express else rng.randrange(2)]
        status, scans = _course(rng, order, packed_s, epoch_s)
        shipments.append((
            number, order.id, iso(packed_s), carrier,
            f"{prefix}{rng.randrange(10**10):010d}{number}",
            status, iso(order.shipped_s) if order.shipped_s else None, iso(order.due_s),
            iso(order.delivered_s) if order.delivered_s else None,
        ))  # fmt: skip
        for at, state, message in scans:
            events.append((len(events) + 1, number, iso(at), state, message))
    yield Batch("commerce_shipments", (
        "id", "order_id", "created_at", "tracking_company", "tracking_number", "status",
        "shipped_at", "estimated_delivery_at", "delivered_at",
    ), shipments)  # fmt: skip
    columns = ("id", "shipment_id", "happened_at", "status", "message")
    yield Batch("commerce_shipment_events", columns, events)


def _packed(order: Order, epoch_s: int) -> int:
    """When the label was printed; 0 if it has not been. The label alone ships nothing."""
    if order.shipped_s:
        return order.shipped_s - 2 * HOUR_S
    # Monday 08:00: some of what leaves today was packed in the early shift.
    leaves_soon = 0 < order.due_s - epoch_s < 7 * DAY_S and order.number % 9 == 0
    return max(order.placed_s + 60, epoch_s - HOUR_S) if leaves_soon else 0


def _course(rng: Random, order: Order, packed_s: int, epoch_s: int) -> tuple[str, list[Scan]]:
    """The status of the parcel, and its scans, oldest first."""
    label = (packed_s, "label_created", "Shipping label created")
    if not order.shipped_s:
        return "label_created", [label]
    hub = rng.choice(_HUBS)
    scans = [
        label,
        (order.shipped_s, "in_transit", "Picked up at Columbus, OH warehouse"),
        (order.shipped_s + 9 * HOUR_S, "in_transit", f"Arrived at hub {hub}"),
    ]
    home = f"{order.person.city}, {order.person.state}"
    if order.delivered_s:
        out_s = order.delivered_s - rng.randrange(2 * HOUR_S, 7 * HOUR_S)
        scans += [
            (out_s, "out_for_delivery", f"Out for delivery in {home}"),
            (order.delivered_s, "delivered", f"Delivered, {home}"),
        ]
        if epoch_s - order.delivered_s > _SCANS_KEPT_S:
            scans = [scans[1], scans[-1]]
        status = "delivered"
    elif order.lost:
        declared_s = order.shipped_s + 14 * DAY_S
        scans.append((declared_s, "lost", "Parcel declared lost after search"))
        status = "lost"
    else:
        if not order.stuck:
            scans.append((order.shipped_s + 26 * HOUR_S, "in_transit", f"Departed hub {hub}"))
        status = "in_transit"
    return status, [scan for scan in sorted(scans) if scan[0] < epoch_s]
