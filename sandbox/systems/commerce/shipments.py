"""Shipments: what the shop and the carrier know, and what happens to a parcel."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.commerce.arguments import OrderId
from sandbox.systems.commerce.base import CommerceBase
from sandbox.systems.commerce.errors import missing
from sandbox.systems.commerce.model_orders import Shipment, ShipmentList, ShipmentStatus
from sandbox.systems.operation import Latency, Poll, read
from sandbox.systems.system import Row

_MESSAGES: dict[ShipmentStatus, str] = {
    "label_created": "Shipping label created",
    "in_transit": "In transit to the next facility",
    "out_for_delivery": "Out for delivery",
    "delivered": "Delivered",
    "lost": "Declared lost by the carrier",
    "returned": "Returned to sender",
}


class Shipments(CommerceBase):
    """Operations on shipments; `ship` and `set_shipment_status` are the world's, not an agent's."""

    @read("commerce:shipments:read", latency=Latency(0.25, 0.7))
    def get_shipment(self, order_id: OrderId) -> ShipmentList:
        """Get the shipments of an order with their tracking; empty when nothing was shipped yet."""
        self._order_row(order_id)
        rows = self.db.rows(
            "SELECT * FROM commerce_shipments WHERE order_id = ? ORDER BY id", (order_id,)
        )
        return ShipmentList(shipments=[self._shipment(row) for row in rows])

    @read(
        "commerce:shipments:read",
        latency=Latency(0.8, 3.0),
        poll=Poll(interval_s_min=300, polls_max=48),
    )
    def track_shipment(
        self, tracking_number: Annotated[str, Field(description="The carrier's number.")]
    ) -> Shipment:
        """Ask the carrier where a parcel is. Carriers report every few minutes at most.

        `lost` means that the carrier has given the parcel up; no news does not.
        """
        return self._shipment(self._shipment_row(tracking_number))

    def ship(
        self,
        order_id: int,
        tracking_company: str,
        tracking_number: str,
        *,
        status: ShipmentStatus = "in_transit",
    ) -> Shipment | None:
        """World: all that is left of an order leaves; None when it was cancelled in time."""
        if self._order_row(order_id)["cancelled_at"] is not None:
            return None
        shipment: Row = {
            "id": self.next_number("commerce_shipments"),
            "order_id": order_id,
            "created_at": self.now(),
            "tracking_company": tracking_company,
            "tracking_number": tracking_number,
            "status": "label_created",
            "estimated_delivery_at": self.now(offset_s=4 * 24 * 3600),
        }
        self.db.insert("commerce_shipments", shipment)
        self.db.execute(
            "UPDATE commerce_line_items SET fulfilled_quantity = quantity WHERE order_id = ?",
            (order_id,),
        )
        fulfilled = {"fulfillment_status": "fulfilled"}
        self.db.update("commerce_orders", {"id": order_id}, fulfilled)
        return self.set_shipment_status(tracking_number, status)

    def set_shipment_status(
        self, tracking_number: str, status: ShipmentStatus, message: str = ""
    ) -> Shipment:
        """World: the carrier reports; *message* defaults to the usual words."""
        row = self._shipment_row(tracking_number)
        event = {
            "id": self.next_number("commerce_shipment_events"),
            "shipment_id": row["id"],
            "happened_at": self.now(),
            "status": status,
            "message": message or _MESSAGES[status],
        }
        self.db.insert("commerce_shipment_events", event)
        changed: Row = {"status": status}
        if status != "label_created" and row["shipped_at"] is None:
            changed["shipped_at"] = self.now()
        if status == "delivered":
            changed["delivered_at"] = self.now()
        self.db.update("commerce_shipments", {"id": row["id"]}, changed)
        return self._shipment({**row, **changed})

    def _shipment_row(self, tracking_number: str) -> Row:
        row = self.db.row(
            "SELECT * FROM commerce_shipments WHERE tracking_number = ?",
            (tracking_number.strip(),),
        )
        if row is None:
            raise missing("Shipment with tracking number", tracking_number)
        return row

    def _shipment(self, row: Row) -> Shipment:
        events = self.db.rows(
            "SELECT * FROM commerce_shipment_events WHERE shipment_id = ? ORDER BY happened_at, id",
            (row["id"],),
        )
        return Shipment.from_rows(row, events)
