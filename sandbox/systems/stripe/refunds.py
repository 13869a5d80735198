"""Refunds: money back to the card that paid, never more than was taken."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.operation import Latency, read, write
from sandbox.systems.stripe.arguments import ChargeId, IdempotencyKey
from sandbox.systems.stripe.charges import Charges
from sandbox.systems.stripe.errors import money, refused
from sandbox.systems.stripe.model import ListObject
from sandbox.systems.stripe.model_payments import Refund, RefundReason
from sandbox.systems.system import Row

_ENDPOINT = "/v1/refunds"


class Refunds(Charges):
    """Operations on refunds."""

    @read("stripe:refunds:read", latency=Latency(0.2, 0.6))
    def list_refunds(self, charge: ChargeId) -> ListObject[Refund]:
        """List the refunds of a charge, newest first. Amounts are in cents."""
        self._found("charge", charge, param="charge")
        return self._list(
            "SELECT * FROM stripe_refunds WHERE charge = ?",
            (charge,),
            Refund.from_row,
            url=_ENDPOINT,
        )

    @read("stripe:refunds:read", latency=Latency(0.15, 0.4))
    def get_refund(self, refund: Annotated[str, Field(description="Refund id: re_...")]) -> Refund:
        """Get a refund. The amount is in cents."""
        return Refund.from_row(self._found("refund", refund))

    @write(
        "stripe:refunds:write",
        effect="refund",
        target="charge",
        key_args=("amount",),
        latency=Latency(0.9, 2.5),
        idempotency_arg="idempotency_key",
    )
    def create_refund(
        self,
        charge: ChargeId,
        amount: Annotated[
            int | None,
            Field(ge=1, description="In cents: 1999 is $19.99. Left out: all that is left."),
        ] = None,
        reason: RefundReason | None = None,
        idempotency_key: IdempotencyKey = None,
    ) -> Refund:
        """Give back a charge, wholly or in part, to the card that paid it.

        Several partial refunds are possible until the whole charge is given back. It cannot be
        undone. A disputed charge cannot be refunded.
        """
        params = {"charge": charge, "amount": amount, "reason": reason}
        before = self._answered(_ENDPOINT, idempotency_key, params, Refund)
        if before is not None:
            return before
        paid = self._charge_row(charge, param="charge")
        row: Row = {
            "id": self._new_id("re", "stripe_refunds"),
            "created": self.now_unix(),
            "charge": charge,
            "payment_intent": paid["payment_intent"],
            "amount": _refundable(paid, amount),
            "currency": paid["currency"],
            "reason": reason,
            "status": "succeeded",
            "metadata": "{}",
        }
        self.db.insert("stripe_refunds", row)
        refund = Refund.from_row(row)
        self._remember(_ENDPOINT, idempotency_key, params, refund)
        return refund


def _refundable(charge: Row, amount: int | None) -> int:
    """How many cents to give back, if *amount* (None: the rest) of *charge* may be."""
    charge_id, left = charge["id"], charge["amount"] - charge["amount_refunded"]
    if charge["status"] != "succeeded":
        message = f"Charge {charge_id} cannot be refunded because it has not succeeded."
        raise refused(None, message, param="charge")
    if charge["disputed"]:
        message = f"Charge {charge_id} has been charged back; cannot issue a refund."
        raise refused("charge_disputed", message)
    if left <= 0:
        raise refused("charge_already_refunded", f"Charge {charge_id} has already been refunded.")
    if amount is not None and amount > left:
        asked, rest = money(amount, charge["currency"]), money(left, charge["currency"])
        message = f"Refund amount ({asked}) is greater than unrefunded amount on charge ({rest})"
        raise refused("amount_too_large", message, param="amount")
    return left if amount is None else amount
