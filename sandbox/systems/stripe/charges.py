"""Charges and the payment intents behind them."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.operation import Latency, read
from sandbox.systems.stripe.arguments import ChargeId, CustomerId
from sandbox.systems.stripe.base import StripeBase
from sandbox.systems.stripe.errors import missing
from sandbox.systems.stripe.model import ListObject
from sandbox.systems.stripe.model_payments import Charge, PaymentIntent
from sandbox.systems.system import Row

# Refunds that failed or were canceled gave nothing back.
_CHARGES = """
SELECT c.*, (
    SELECT coalesce(sum(r.amount), 0) FROM stripe_refunds r
    WHERE r.charge = c.id AND r.status NOT IN ('failed', 'canceled')
) AS amount_refunded FROM stripe_charges c"""


class Charges(StripeBase):
    """Operations on charges and payment intents."""

    @read("stripe:charges:read", latency=Latency(0.25, 0.7))
    def list_charges(
        self,
        customer: CustomerId,
        limit: Annotated[int, Field(ge=1, le=100)] = 10,
        starting_after: Annotated[
            str | None,
            Field(description="Last charge id of the page before; more when `has_more` was true."),
        ] = None,
    ) -> ListObject[Charge]:
        """List a customer's charges, newest first. Amounts are in cents (1999 is $19.99).

        `metadata.order_id` and `metadata.order_number` name the order that was paid. A charge with
        `status: failed` took no money.
        """
        self._found("customer", customer, param="customer")
        query, bindings = f"{_CHARGES} WHERE c.customer = ?", [customer]
        if starting_after is not None:
            last = self._found("charge", starting_after, param="starting_after")
            query += " AND (c.created, c.id) < (?, ?)"
            bindings += [last["created"], last["id"]]
        return self._list(query, bindings, Charge.from_row, url="/v1/charges", limit=limit)

    @read("stripe:charges:read", latency=Latency(0.15, 0.4))
    def get_charge(self, charge: ChargeId) -> Charge:
        """Get a charge. Amounts are in cents; `amount_refunded` was given back already."""
        return Charge.from_row(self._charge_row(charge))

    @read("stripe:charges:read", latency=Latency(0.15, 0.4))
    def get_payment_intent(
        self, payment_intent: Annotated[str, Field(description="Payment intent id: pi_...")]
    ) -> PaymentIntent:
        """Get a payment intent; `latest_charge` is its charge. Amounts are in cents."""
        return PaymentIntent.from_row(self._found("payment_intent", payment_intent))

    def _charge_row(self, charge: str, *, param: str = "id") -> Row:
        row = self.db.row(f"{_CHARGES} WHERE c.id = ?", (charge,))
        if row is None:
            raise missing("charge", charge, param=param)
        return row
