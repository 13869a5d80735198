"""What changes who a customer is: erasure of personal data, merging of two accounts."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.commerce.arguments import CustomerId
from sandbox.systems.commerce.base import CommerceBase
from sandbox.systems.commerce.errors import invalid, refused
from sandbox.systems.commerce.model import CustomerMerge, CustomerRedaction
from sandbox.systems.operation import SLOW, write

_REDACTED_CUSTOMER = {
    "email": None, "first_name": None, "last_name": None, "phone": None, "state": "disabled",
    "note": None, "tags": "", "address1": None, "address2": None, "city": None,
    "province": None, "zip": None, "country": None,
}  # fmt: skip

# Open: not yet shipped in full, a parcel under way, or goods expected back.
_OPEN_ORDERS = """
SELECT o.order_number FROM commerce_orders o
WHERE o.customer_id = ? AND o.cancelled_at IS NULL AND (
    o.fulfillment_status IS NOT 'fulfilled'
    OR EXISTS (SELECT 1 FROM commerce_shipments s WHERE s.order_id = o.id
               AND s.status IN ('label_created', 'in_transit', 'out_for_delivery'))
    OR EXISTS (SELECT 1 FROM commerce_returns r WHERE r.order_id = o.id
               AND r.status IN ('requested', 'approved')))
ORDER BY o.order_number"""


class Privacy(CommerceBase):
    """Operations that erase or merge customers."""

    @write("commerce:customers:erase", effect="customer_erase", target="customer_id", latency=SLOW)
    def erase_customer(self, customer_id: CustomerId) -> CustomerRedaction:
        """Erase a customer's personal data for good (a privacy request). It cannot be undone.

        Orders are kept for bookkeeping, without name, email, address and notes. Refused while an
        order or a return is open.
        """
        row = self._customer_row(customer_id)
        redacted_at = row["redacted_at"]
        if redacted_at is None:
            redacted_at = self.now()
            self._redact(customer_id, redacted_at)
        kept = self.db.value(
            "SELECT count(*) FROM commerce_orders WHERE customer_id = ?", (customer_id,)
        )
        return CustomerRedaction(customer_id=customer_id, redacted_at=redacted_at, orders_kept=kept)

    @write(
        "commerce:customers:merge",
        effect="customer_merge",
        target="customer_id",
        key_args=("into_customer_id",),
        latency=SLOW,
    )
    def merge_customers(
        self,
        customer_id: Annotated[int, Field(description="The account that disappears.")],
        into_customer_id: Annotated[int, Field(description="The account that stays.")],
    ) -> CustomerMerge:
        """Merge two accounts of one person: orders and store credit move to the one that stays.

        The other account is gone afterwards. It cannot be undone.
        """
        if customer_id == into_customer_id:
            raise invalid("into_customer_id", "must be another customer")
        for row in (self._customer_row(customer_id), self._customer_row(into_customer_id)):
            if row["redacted_at"] is not None:
                raise refused(f"Customer {row['id']} has been redacted and cannot be merged.")
        move = (into_customer_id, customer_id)
        moved = self.db.execute(
            "UPDATE commerce_orders SET customer_id = ? WHERE customer_id = ?", move
        )
        self.db.execute(
            "UPDATE commerce_store_credits SET customer_id = ? WHERE customer_id = ?", move
        )
        gone = {"merged_into_id": into_customer_id, "state": "disabled"}
        self.db.update("commerce_customers", {"id": customer_id}, gone)
        return CustomerMerge(
            customer_id=customer_id, into_customer_id=into_customer_id, orders_moved=moved
        )

    def _redact(self, customer_id: int, redacted_at: str) -> None:
        open_orders = self.db.rows(_OPEN_ORDERS, (customer_id,))
        if open_orders:
            names = ", ".join(f"#{row['order_number']}" for row in open_orders)
            raise refused(f"Customer has open orders and cannot be redacted: {names}.")
        self.db.update(
            "commerce_customers",
            {"id": customer_id},
            {**_REDACTED_CUSTOMER, "redacted_at": redacted_at},
        )
        self.db.execute(
            "UPDATE commerce_order_notes SET body = '[redacted]'"
            " WHERE order_id IN (SELECT id FROM commerce_orders WHERE customer_id = ?)",
            (customer_id,),
        )
        self.db.execute(
            "UPDATE commerce_orders SET email = NULL, note = NULL, shipping_name = NULL,"
            " shipping_address1 = NULL, shipping_address2 = NULL, shipping_city = NULL,"
            " shipping_province = NULL, shipping_zip = NULL, shipping_country = NULL"
            " WHERE customer_id = ?",
            (customer_id,),
        )
