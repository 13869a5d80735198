"""What the shop's nouns share: finding records, reading orders with their lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sandbox.systems.commerce.errors import missing
from sandbox.systems.commerce.model import Customer
from sandbox.systems.commerce.model_orders import Order
from sandbox.systems.system import Row, System

CUSTOMERS = """
SELECT c.*, (
    SELECT count(*) FROM commerce_orders o WHERE o.customer_id = c.id
) AS orders_count, (
    SELECT coalesce(sum(CAST(round(s.amount * 100) AS INTEGER)), 0)
    FROM commerce_store_credits s WHERE s.customer_id = c.id
) AS credit_cents FROM commerce_customers c"""


class CommerceBase(System):
    """The ground that the mixins (`Orders`, `Returns`, ...) stand on."""

    def _customer_row(self, customer_id: int) -> Row:
        row = self.db.row(
            f"{CUSTOMERS} WHERE c.id = ? AND c.merged_into_id IS NULL", (customer_id,)
        )
        if row is None:
            raise missing("Customer", customer_id)
        return row

    def _customer(self, customer_id: int) -> Customer:
        return Customer.from_row(self._customer_row(customer_id))

    def _order_row(self, order_id: int) -> Row:
        row = self.db.row("SELECT * FROM commerce_orders WHERE id = ?", (order_id,))
        if row is None:
            raise missing("Order", order_id)
        return row

    def _order(self, order_id: int) -> Order:
        return self._orders([self._order_row(order_id)])[0]

    def _orders(self, rows: Sequence[Row]) -> list[Order]:
        """The orders of *rows*, with their lines, in the same order."""
        lines: dict[int, list[Row]] = {row["id"]: [] for row in rows}
        for line in self.db.rows(
            f"SELECT * FROM commerce_line_items WHERE order_id IN ({marks(lines)}) ORDER BY id",  # noqa: S608
            list(lines),
        ):
            lines[line["order_id"]].append(line)
        return [Order.from_rows(row, lines[row["id"]]) for row in rows]

    def _line_row(self, order_id: int, line_item_id: int) -> Row:
        """A line of that very order; a line of another order is not found."""
        row = self.db.row(
            "SELECT * FROM commerce_line_items WHERE id = ? AND order_id = ?",
            (line_item_id, order_id),
        )
        if row is None:
            raise missing(f"Line item of order {order_id}", line_item_id)
        return row


def marks(values: Sequence[Any] | dict[Any, Any]) -> str:
    """As many question marks as there are *values*."""
    return ", ".join("?" * len(values))
