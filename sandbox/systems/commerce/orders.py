"""Orders: find, read, cancel, redirect, annotate."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from sandbox.systems.commerce.arguments import OrderId
from sandbox.systems.commerce.base import CommerceBase
from sandbox.systems.commerce.errors import refused
from sandbox.systems.commerce.model_orders import (
    CancelReason,
    Order,
    OrderList,
    OrderNote,
    OrderNoteList,
)
from sandbox.systems.operation import Latency, read, write

_STATUS = {
    "open": "cancelled_at IS NULL AND fulfillment_status IS NOT 'fulfilled'",
    "closed": "cancelled_at IS NULL AND fulfillment_status = 'fulfilled'",
    "cancelled": "cancelled_at IS NOT NULL",
}


class Orders(CommerceBase):
    """Operations on orders and their notes."""

    @read("commerce:orders:read", latency=Latency(0.4, 1.2))
    def search_orders(
        self,
        customer_id: int | None = None,
        email: Annotated[str | None, Field(description="Address given with the order.")] = None,
        name: Annotated[str | None, Field(description="Order number, like #10234.")] = None,
        status: Annotated[
            Literal["open", "closed", "cancelled"] | None,
            Field(description="open: not shipped in full yet; closed: shipped in full."),
        ] = None,
        limit: Annotated[int, Field(ge=1, le=50)] = 10,
        page: Annotated[int, Field(ge=1, description="1 is the newest.")] = 1,
    ) -> OrderList:
        """Find orders that meet all given criteria, newest first; `has_more` tells of a next page.

        Prices are decimal strings, like 49.99. Without criteria: all orders of the shop.
        """
        conditions, bindings = _conditions(customer_id, email, name)
        if status is not None:
            conditions.append(_STATUS[status])
        where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
        rows = self.db.rows(
            f"SELECT * FROM commerce_orders {where}"  # noqa: S608
            " ORDER BY created_at DESC, id DESC LIMIT ? OFFSET ?",
            (*bindings, limit + 1, (page - 1) * limit),
        )
        found = self._orders(rows[:limit])
        return OrderList(orders=found, page=page, has_more=len(rows) > limit)

    @read("commerce:orders:read", latency=Latency(0.2, 0.6))
    def get_order(self, order_id: OrderId) -> Order:
        """Get an order: lines, address, what was paid and shipped.

        `payment.payment_gateway_reference` is the Stripe charge. Prices are decimal strings.
        """
        return self._order(order_id)

    @read("commerce:orders:read", latency=Latency(0.2, 0.6))
    def list_order_notes(self, order_id: OrderId) -> OrderNoteList:
        """List the notes of the staff on an order, oldest first."""
        self._order_row(order_id)
        rows = self.db.rows(
            "SELECT * FROM commerce_order_notes WHERE order_id = ? ORDER BY created_at, id",
            (order_id,),
        )
        return OrderNoteList(notes=[OrderNote(**row) for row in rows])

    @write(
        "commerce:orders:write",
        effect="order_note",
        target="order_id",
        latency=Latency(0.25, 0.8),
    )
    def add_order_note(
        self,
        order_id: OrderId,
        body: Annotated[str, Field(min_length=1, max_length=5000)],
    ) -> OrderNote:
        """Add a note to an order, for the staff; the customer does not see it."""
        self._order_row(order_id)
        note = OrderNote(
            id=self.next_number("commerce_order_notes"),
            order_id=order_id,
            author=self.principal.name,
            body=body,
            created_at=self.now(),
        )
        self.db.insert("commerce_order_notes", note.model_dump())
        return note

    def set_order_note(self, order_id: int, note: str) -> Order:
        """World: what stands in the order's own note field, which everybody sees who opens it."""
        self._order_row(order_id)
        self.db.update("commerce_orders", {"id": order_id}, {"note": note})
        return self._order(order_id)

    @write(
        "commerce:orders:write",
        effect="order_cancel",
        target="order_id",
        latency=Latency(0.7, 2.0),
    )
    def cancel_order(
        self,
        order_id: OrderId,
        reason: Annotated[CancelReason, Field(description="Who or what made it necessary.")],
    ) -> Order:
        """Cancel an order that has not been shipped, and put its goods back into stock.

        It does NOT give the money back: refund the charge in Stripe. It cannot be undone.
        """
        row = self._order_row(order_id)
        if row["cancelled_at"] is not None:
            raise refused("Order has already been cancelled.")
        if row["fulfillment_status"] is not None:
            raise refused("Cannot cancel an order that has been fulfilled.")
        self.db.update(
            "commerce_orders",
            {"id": order_id},
            {"cancelled_at": self.now(), "cancel_reason": reason},
        )
        self.db.execute(
            "UPDATE commerce_variants SET inventory_quantity = inventory_quantity + (SELECT"
            " sum(l.quantity) FROM commerce_line_items l WHERE l.order_id = ?1"
            " AND l.sku = commerce_variants.sku)"
            " WHERE sku IN (SELECT sku FROM commerce_line_items WHERE order_id = ?1)",
            (order_id,),
        )
        return self._order(order_id)

    @write(
        "commerce:orders:write",
        effect="address_change",
        target="order_id",
        key_args=("address1", "zip", "city"),
        latency=Latency(0.4, 1.1),
    )
    def update_shipping_address(
        self,
        order_id: OrderId,
        address1: Annotated[str, Field(min_length=1, description="Street and number.")],
        city: Annotated[str, Field(min_length=1)],
        zip: Annotated[str, Field(min_length=1, description="Postal code.")],  # noqa: A002
        address2: Annotated[str | None, Field(description="Left out: none.")] = None,
        province: Annotated[str | None, Field(description="Left out: as before.")] = None,
        country: Annotated[str | None, Field(description="Left out: as before.")] = None,
        name: Annotated[str | None, Field(description="Recipient. Left out: as before.")] = None,
    ) -> Order:
        """Change where an order goes, as long as nothing of it has been shipped.

        Only this order changes; the customer's default address stays.
        """
        row = self._order_row(order_id)
        if row["cancelled_at"] is not None:
            raise refused("Cannot change the address of an order that has been cancelled.")
        if row["fulfillment_status"] is not None:
            raise refused("Cannot change the address of an order that has been fulfilled.")
        wanted: dict[str, Any] = {
            "shipping_address1": address1,
            "shipping_address2": address2,
            "shipping_city": city,
            "shipping_zip": zip,
        }
        optional = {"province": province, "country": country, "name": name}
        wanted |= {f"shipping_{k}": v for k, v in optional.items() if v is not None}
        changed = {k: v for k, v in wanted.items() if v != row[k]}
        if changed:
            self.db.update("commerce_orders", {"id": order_id}, changed)
        return self._order(order_id)


def _conditions(
    customer_id: int | None, email: str | None, name: str | None
) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    bindings: list[Any] = []
    if customer_id is not None:
        conditions.append("customer_id = ?")
        bindings.append(customer_id)
    if email is not None:
        conditions.append("email = ?")
        bindings.append(email.strip())
    if name is not None:
        number = name.strip().removeprefix("#")
        conditions.append("order_number = ?")
        # No order has the number -1: what is no number finds nothing.
        bindings.append(int(number) if number.isdecimal() else -1)
    return conditions, bindings
