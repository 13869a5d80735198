"""What became of an order's parcels, by the carrier's own reports."""

from __future__ import annotations

from datetime import timedelta

from sandbox.agents.reference.hardening.case import Case
from sandbox.agents.reference.hardening.records import Record
from sandbox.errors import ToolError

SEARCH = timedelta(days=7)
"""So long without a scan a parcel is late; after that it is lost (`lost-parcels`)."""


async def parcels_of(case: Case, order: Record) -> list[Record]:
    """The parcels of *order*, read now if they were not seen before."""
    if not case.records.where("shipment", order_id=order["id"]):
        try:
            await case.read("commerce_get_shipment", order_id=order["id"])
        except ToolError:
            case.note("parcels", f"those of order {order['id']} cannot be looked at")
    return case.records.where("shipment", order_id=order["id"])


def is_lost(case: Case, parcel: Record) -> bool:
    """Whether the carrier says so, or has not seen it for too long."""
    if parcel.get("delivered_at"):
        return False
    scans = [event["happened_at"] for event in parcel.get("events") or []]
    long_ago = (case.env.clock.wall() - SEARCH).strftime("%Y-%m-%dT%H:%M:%SZ")
    return parcel.get("status") == "lost" or (bool(scans) and max(scans) < long_ago)


def came_late(parcel: Record) -> bool:
    """Whether it was delivered after the promised day."""
    promised, delivered = parcel.get("estimated_delivery_at"), parcel.get("delivered_at")
    return bool(promised and delivered) and str(delivered)[:10] > str(promised)[:10]
