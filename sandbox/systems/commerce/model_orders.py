"""The shop's objects that belong to an order: lines, notes, shipments, replacements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from sandbox.systems.commerce.model import Address, address_of
from sandbox.systems.system import Row

CancelReason = Literal["customer", "fraud", "inventory", "declined", "other"]
ShipmentStatus = Literal[
    "label_created", "in_transit", "out_for_delivery", "delivered", "lost", "returned"
]


class LineItem(BaseModel):
    """One line of an order."""

    id: int
    sku: str
    title: str
    quantity: int
    fulfillable_quantity: int
    """How many have not been shipped."""
    price: str
    """Of one unit, as a decimal string."""

    @classmethod
    def from_row(cls, row: Row) -> LineItem:
        """The line that *row* of `commerce_line_items` holds."""
        return cls(**row, fulfillable_quantity=row["quantity"] - row["fulfilled_quantity"])


class Payment(BaseModel):
    """How an order was paid."""

    gateway: str | None
    payment_gateway_reference: str | None
    """The id of the payment at the gateway: a Stripe charge, ch_..."""


class Order(BaseModel):
    """An order, with its lines."""

    id: int
    name: str
    order_number: int
    customer_id: int
    email: str | None
    created_at: str
    processed_at: str
    cancelled_at: str | None
    cancel_reason: CancelReason | None
    financial_status: Literal["pending", "paid", "partially_refunded", "refunded"]
    fulfillment_status: Literal["partial", "fulfilled"] | None
    currency: str
    total_price: str
    source_name: str
    line_items: list[LineItem]
    payment: Payment
    shipping_address: Address
    note: str | None
    tags: str

    @classmethod
    def from_rows(cls, row: Row, lines: Sequence[Row]) -> Order:
        """The order that *row* of `commerce_orders` and its *lines* hold."""
        address = address_of(row, "shipping_")
        return cls(
            **row,
            name=f"#{row['order_number']}",
            line_items=[LineItem.from_row(line) for line in lines],
            payment=Payment(**row),
            shipping_address=Address(name=row["shipping_name"], **address),
        )


class OrderList(BaseModel):
    """One page of orders, newest first."""

    orders: list[Order]
    page: int
    has_more: bool


class OrderNote(BaseModel):
    """A remark of the staff on an order."""

    id: int
    order_id: int
    author: str
    body: str
    created_at: str


class OrderNoteList(BaseModel):
    """The notes of an order, oldest first."""

    notes: list[OrderNote]


class ShipmentEvent(BaseModel):
    """Something the carrier reported."""

    happened_at: str
    status: ShipmentStatus
    message: str


class Shipment(BaseModel):
    """A parcel and what the carrier said about it, oldest first."""

    id: int
    order_id: int
    created_at: str
    tracking_company: str
    tracking_number: str
    status: ShipmentStatus
    shipped_at: str | None
    estimated_delivery_at: str | None
    delivered_at: str | None
    events: list[ShipmentEvent]

    @classmethod
    def from_rows(cls, row: Row, events: Sequence[Row]) -> Shipment:
        """The shipment that *row* of `commerce_shipments` and its *events* hold."""
        return cls(**row, events=[ShipmentEvent(**event) for event in events])


class ShipmentList(BaseModel):
    """The shipments of an order, oldest first."""

    shipments: list[Shipment]
