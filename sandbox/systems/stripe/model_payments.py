"""Stripe's objects for money that moves: payment intents, charges, refunds, payouts."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel

from sandbox.systems.stripe.model import BillingDetails, Card, plain
from sandbox.systems.system import Row

RefundReason = Literal["duplicate", "fraudulent", "requested_by_customer"]


class PaymentIntent(BaseModel):
    """One attempt to be paid; `latest_charge` is the charge that it led to."""

    id: str
    object: Literal["payment_intent"] = "payment_intent"
    created: int
    amount: int
    amount_received: int
    currency: str
    customer: str | None
    description: str | None
    latest_charge: str | None
    livemode: bool = False
    metadata: dict[str, str]
    payment_method: str | None
    receipt_email: str | None
    status: Literal[
        "requires_payment_method", "requires_action", "processing", "canceled", "succeeded"
    ]

    @classmethod
    def from_row(cls, row: Row) -> PaymentIntent:
        """The payment intent that *row* of `stripe_payment_intents` holds."""
        received = row["amount"] if row["status"] == "succeeded" else 0
        return cls(**plain(row), amount_received=received)


class PaymentMethodDetails(BaseModel):
    """The card as it was when it paid."""

    type: Literal["card"] = "card"
    card: Card


class Charge(BaseModel):
    """Money taken from a card."""

    id: str
    object: Literal["charge"] = "charge"
    created: int
    amount: int
    amount_captured: int
    amount_refunded: int
    billing_details: BillingDetails
    captured: bool
    currency: str
    customer: str | None
    description: str | None
    disputed: bool
    failure_code: str | None
    failure_message: str | None
    livemode: bool = False
    metadata: dict[str, str]
    paid: bool
    payment_intent: str | None
    payment_method: str | None
    payment_method_details: PaymentMethodDetails
    receipt_email: str | None
    refunded: bool
    """True once nothing is left to refund."""
    status: Literal["succeeded", "pending", "failed"]

    @classmethod
    def from_row(cls, row: Row) -> Charge:
        """The charge that *row* holds: `stripe_charges` and the sum `amount_refunded`."""
        paid = row["status"] == "succeeded"
        return cls(
            **plain(row),
            amount_captured=row["amount"] if paid else 0,
            billing_details=BillingDetails(name=row["billing_name"], email=row["receipt_email"]),
            captured=paid,
            paid=paid,
            payment_method_details=PaymentMethodDetails(card=Card(**row)),
            refunded=row["amount_refunded"] >= row["amount"],
        )


class Refund(BaseModel):
    """Money given back to the card that paid."""

    id: str
    object: Literal["refund"] = "refund"
    created: int
    amount: int
    charge: str
    currency: str
    metadata: dict[str, str]
    payment_intent: str | None
    reason: RefundReason | None
    status: Literal["pending", "succeeded", "failed", "canceled"]

    @classmethod
    def from_row(cls, row: Row) -> Refund:
        """The refund that *row* of `stripe_refunds` holds."""
        return cls(**plain(row))


class Payout(BaseModel):
    """Money sent from the shop's own balance."""

    id: str
    object: Literal["payout"] = "payout"
    created: int
    amount: int
    arrival_date: int
    automatic: bool = False
    currency: str
    description: str | None
    destination: str
    livemode: bool = False
    metadata: dict[str, str]
    method: Literal["standard", "instant"] = "standard"
    status: Literal["pending", "in_transit", "paid", "canceled", "failed"]
    type: Literal["bank_account", "card"]

    @classmethod
    def from_row(cls, row: Row, *, to_card: bool) -> Payout:
        """The payout that *row* of `stripe_payouts` holds."""
        return cls(**plain(row), type="card" if to_card else "bank_account")
