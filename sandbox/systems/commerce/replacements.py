"""Making good: a replacement sent free of charge, or credit to spend in the shop."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.commerce.arguments import CustomerId, LineItemId, OrderId, Quantity
from sandbox.systems.commerce.base import CommerceBase
from sandbox.systems.commerce.errors import invalid, missing, refused
from sandbox.systems.commerce.model import StoreCredit, cents, decimal
from sandbox.systems.commerce.model_returns import Replacement, ReplacementReason
from sandbox.systems.operation import Latency, write
from sandbox.systems.system import Row


class Replacements(CommerceBase):
    """Operations that make good without giving money back."""

    @write(
        "commerce:orders:write",
        effect="replacement",
        target="order_id",
        key_args=("sku", "quantity"),
        latency=Latency(0.8, 2.2),
    )
    def create_replacement(
        self,
        order_id: OrderId,
        line_item_id: LineItemId,
        sku: Annotated[str, Field(description="What to send: the same SKU, or another one.")],
        reason: ReplacementReason,
        quantity: Quantity = 1,
    ) -> Replacement:
        """Send goods again, free of charge, in place of a line of an order.

        It makes a new order of total 0.00 to the same address and takes the goods from stock.
        """
        order = self._order_row(order_id)
        line = self._line_row(order_id, line_item_id)
        self._check_replaceable(order, line, quantity)
        title = self._take_from_stock(sku, quantity)
        sent = self._order_like(order)
        self.db.insert("commerce_orders", sent)
        self.db.insert(
            "commerce_line_items",
            {
                "id": self.next_number("commerce_line_items"),
                "order_id": sent["id"],
                "sku": sku,
                "title": title,
                "quantity": quantity,
                "price": "0.00",
            },
        )
        row: Row = {
            "id": self.next_number("commerce_replacements"),
            "order_id": order_id,
            "line_item_id": line_item_id,
            "sku": sku,
            "quantity": quantity,
            "reason": reason,
            "replacement_order_id": sent["id"],
            "created_at": self.now(),
        }
        self.db.insert("commerce_replacements", row)
        return Replacement(**row, replacement_order_name=f"#{sent['order_number']}")

    @write(
        "commerce:store_credits:write",
        effect="store_credit",
        target="order_id",
        key_args=("amount",),
        latency=Latency(0.5, 1.4),
    )
    def issue_store_credit(
        self,
        customer_id: CustomerId,
        order_id: OrderId,
        amount: Annotated[
            str,
            Field(pattern=r"^\d{1,6}(\.\d{1,2})?$", description="Decimal string, like 12.50."),
        ],
        reason: Annotated[str, Field(min_length=1)],
    ) -> StoreCredit:
        """Give a customer credit to spend in the shop, on account of one of their orders."""
        self._customer_row(customer_id)
        order = self._order_row(order_id)
        if order["customer_id"] != customer_id:
            raise refused(f"Order {order_id} does not belong to customer {customer_id}.")
        if cents(amount) == 0:
            raise invalid("amount", "must be greater than 0")
        credit = StoreCredit(
            id=self.next_number("commerce_store_credits"),
            customer_id=customer_id,
            order_id=order_id,
            amount=decimal(cents(amount)),
            currency=order["currency"],
            reason=reason,
            created_at=self.now(),
        )
        self.db.insert("commerce_store_credits", credit.model_dump())
        return credit

    def _check_replaceable(self, order: Row, line: Row, quantity: int) -> None:
        if order["cancelled_at"] is not None:
            raise refused("Cannot replace an item of an order that has been cancelled.")
        replaced = self.db.value(
            "SELECT coalesce(sum(quantity), 0) FROM commerce_replacements WHERE line_item_id = ?",
            (line["id"],),
        )
        left = line["quantity"] - replaced
        if quantity > left:
            message = f"Quantity {quantity} exceeds the replaceable quantity {left}."
            raise refused(message, field="quantity")

    def _take_from_stock(self, sku: str, quantity: int) -> str:
        """Book *quantity* out; the title of what was taken."""
        variant = self.db.row(
            "SELECT v.id, v.inventory_quantity, p.title FROM commerce_variants v"
            " JOIN commerce_products p ON p.id = v.product_id WHERE v.sku = ?",
            (sku,),
        )
        if variant is None:
            raise missing("Product with SKU", sku)
        left = variant["inventory_quantity"] - quantity
        if left < 0:
            raise refused(f"Not enough {sku} in stock: {variant['inventory_quantity']} left.")
        self.db.update("commerce_variants", {"id": variant["id"]}, {"inventory_quantity": left})
        return str(variant["title"])

    def _order_like(self, order: Row) -> Row:
        """A new order to the same person and address that costs nothing."""
        number = self.db.value("SELECT max(order_number) + 1 FROM commerce_orders")
        shipping = {k: v for k, v in order.items() if k.startswith("shipping_")}
        return {
            **shipping,
            "id": self.next_number("commerce_orders"),
            "order_number": number,
            "customer_id": order["customer_id"],
            "email": order["email"],
            "created_at": self.now(),
            "processed_at": self.now(),
            "currency": order["currency"],
            "total_price": "0.00",
            "source_name": "exchange",
            "note": f"Replacement for #{order['order_number']}",
        }
