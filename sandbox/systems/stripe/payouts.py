"""Payouts: money sent from the shop's own balance. Not a refund."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from sandbox.systems.operation import Latency, write
from sandbox.systems.stripe.arguments import IdempotencyKey
from sandbox.systems.stripe.base import StripeBase
from sandbox.systems.stripe.errors import missing
from sandbox.systems.stripe.model_payments import Payout
from sandbox.systems.system import Row

_ENDPOINT = "/v1/payouts"
_ARRIVAL_S = 2 * 24 * 3600
"""A standard payout arrives two days later."""


class Payouts(StripeBase):
    """Operations on payouts."""

    @write(
        "stripe:payouts:write",
        effect="payout",
        target="destination",
        key_args=("amount",),
        latency=Latency(0.8, 2.2),
        idempotency_arg="idempotency_key",
    )
    def create_payout(
        self,
        amount: Annotated[int, Field(ge=1, description="In cents: 1999 is $19.99.")],
        destination: Annotated[
            str, Field(description="Payment method id of a card or bank account: pm_...")
        ],
        description: str | None = None,
        currency: Annotated[str, Field(pattern="^[a-z]{3}$")] = "usd",
        idempotency_key: IdempotencyKey = None,
    ) -> Payout:
        """Send money from the shop's balance to a card or bank account.

        It is tied to no charge: the charge stays unrefunded. It cannot be called back.
        """
        params = {
            "amount": amount,
            "destination": destination,
            "description": description,
            "currency": currency,
        }
        before = self._answered(_ENDPOINT, idempotency_key, params, Payout)
        if before is not None:
            return before
        account = self.db.row(
            "SELECT type FROM stripe_payment_methods WHERE id = ?", (destination,)
        )
        if account is None:
            raise missing("external account", destination, param="destination")
        row: Row = {
            **params,
            "id": self._new_id("po", "stripe_payouts"),
            "created": self.now_unix(),
            "status": "pending",
            "arrival_date": self.now_unix() + _ARRIVAL_S,
            "metadata": "{}",
        }
        self.db.insert("stripe_payouts", row)
        payout = Payout.from_row(row, to_card=account["type"] == "card")
        self._remember(_ENDPOINT, idempotency_key, params, payout)
        return payout
