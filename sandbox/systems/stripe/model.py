"""Stripe's objects: the shared shapes, customers and payment methods.

A model holds what the API returns, in the API's words; `from_row` makes it from a table's row.
"""

from __future__ import annotations

import json
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel

from sandbox.systems.system import Row

T = TypeVar("T")


class ListObject(BaseModel, Generic[T]):
    """A page of a list, newest first."""

    object: Literal["list"] = "list"
    url: str
    has_more: bool
    data: list[T]


class SearchResult(BaseModel, Generic[T]):
    """The answer of a search."""

    object: Literal["search_result"] = "search_result"
    url: str
    has_more: bool
    next_page: str | None = None
    data: list[T]


class InvoiceSettings(BaseModel):
    """What a customer's invoices are paid with."""

    default_payment_method: str | None


class Customer(BaseModel):
    """A payer."""

    id: str
    object: Literal["customer"] = "customer"
    created: int
    email: str | None
    name: str | None
    phone: str | None
    description: str | None
    currency: str
    invoice_settings: InvoiceSettings
    livemode: bool = False
    metadata: dict[str, str]

    @classmethod
    def from_row(cls, row: Row) -> Customer:
        """The customer that *row* of `stripe_customers` holds."""
        settings = InvoiceSettings(default_payment_method=row["default_payment_method"])
        return cls(**plain(row), invoice_settings=settings)


class DeletedCustomer(BaseModel):
    """What is left of a deleted customer."""

    id: str
    object: Literal["customer"] = "customer"
    deleted: Literal[True] = True


class Card(BaseModel):
    """The public part of a card."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int


class BankAccount(BaseModel):
    """The public part of a bank account."""

    bank_name: str | None
    last4: str


class BillingDetails(BaseModel):
    """Who pays."""

    name: str | None
    email: str | None = None


class PaymentMethod(BaseModel):
    """A card or bank account on file."""

    id: str
    object: Literal["payment_method"] = "payment_method"
    created: int
    customer: str | None
    type: Literal["card", "us_bank_account"]
    billing_details: BillingDetails
    card: Card | None
    us_bank_account: BankAccount | None
    livemode: bool = False
    metadata: dict[str, str]

    @classmethod
    def from_row(cls, row: Row) -> PaymentMethod:
        """The payment method that *row* of `stripe_payment_methods` holds."""
        is_card = row["type"] == "card"
        return cls(
            **plain(row),
            billing_details=BillingDetails(name=row["billing_name"]),
            card=Card(**row) if is_card else None,
            us_bank_account=None if is_card else BankAccount(**row),
        )


def plain(row: Row) -> dict[str, Any]:
    """*row* with its metadata decoded."""
    return {**row, "metadata": json.loads(row["metadata"])}
