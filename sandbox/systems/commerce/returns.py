"""Returns: goods that come back."""

from __future__ import annotations

from sandbox.systems.commerce.arguments import LineItemId, OrderId, Quantity
from sandbox.systems.commerce.base import CommerceBase
from sandbox.systems.commerce.errors import missing, refused
from sandbox.systems.commerce.model_returns import Return, ReturnList, ReturnReason, ReturnStatus
from sandbox.systems.operation import Latency, read, write
from sandbox.systems.system import Row

_RETURNS = """
SELECT r.*, o.order_number FROM commerce_returns r JOIN commerce_orders o ON o.id = r.order_id"""


class Returns(CommerceBase):
    """Operations on returns; `set_return_status` is the world's, not an agent's."""

    @read("commerce:returns:read", latency=Latency(0.2, 0.6))
    def list_returns(self, order_id: OrderId) -> ReturnList:
        """List the returns of an order, oldest first; `received` means that the goods are back."""
        self._order_row(order_id)
        rows = self.db.rows(f"{_RETURNS} WHERE r.order_id = ? ORDER BY r.id", (order_id,))
        return ReturnList(returns=[Return.from_row(row) for row in rows])

    @write(
        "commerce:returns:write",
        effect="return_create",
        target="order_id",
        key_args=("line_item_id", "quantity"),
        latency=Latency(0.6, 1.8),
    )
    def create_return(
        self,
        order_id: OrderId,
        line_item_id: LineItemId,
        quantity: Quantity,
        reason: ReturnReason,
    ) -> Return:
        """Approve the return of goods that were shipped; the customer gets a return label.

        It does not check the return policy, and does not give the money back: that takes a refund
        in Stripe.
        """
        order = self._order_row(order_id)
        line = self._line_row(order_id, line_item_id)
        if line["fulfilled_quantity"] == 0:
            raise refused("Cannot return an item that has not been fulfilled.")
        returned = self.db.value(
            "SELECT coalesce(sum(quantity), 0) FROM commerce_returns WHERE line_item_id = ?",
            (line_item_id,),
        )
        returnable = line["fulfilled_quantity"] - returned
        if quantity > returnable:
            message = f"Quantity {quantity} exceeds the returnable quantity {returnable}."
            raise refused(message, field="quantity")
        row: Row = {
            "id": self.next_number("commerce_returns"),
            "order_id": order_id,
            "line_item_id": line_item_id,
            "quantity": quantity,
            "status": "approved",
            "reason": reason,
            "created_at": self.now(),
        }
        self.db.insert("commerce_returns", row)
        return Return.from_row({**row, "order_number": order["order_number"]})

    def set_return_status(self, return_id: int, status: ReturnStatus) -> Return:
        """World: the warehouse reports on goods that come back."""
        row = self.db.row(f"{_RETURNS} WHERE r.id = ?", (return_id,))
        if row is None:
            raise missing("Return", return_id)
        self.db.update("commerce_returns", {"id": return_id}, {"status": status})
        return Return.from_row({**row, "status": status})
