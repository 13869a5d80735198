"""The shop's objects: addresses, customers, products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel

from sandbox.systems.system import Row


class Address(BaseModel):
    """Where something goes."""

    name: str | None
    address1: str | None
    address2: str | None
    city: str | None
    province: str | None
    zip: str | None
    country: str | None


class Customer(BaseModel):
    """Somebody who shops."""

    id: int
    created_at: str
    email: str | None
    first_name: str | None
    last_name: str | None
    phone: str | None
    state: Literal["enabled", "disabled", "invited"]
    note: str | None
    tags: str
    default_address: Address
    orders_count: int
    store_credit_balance: str
    """Decimal string, like 12.50."""

    @classmethod
    def from_row(cls, row: Row) -> Customer:
        """The customer that *row* holds: `commerce_customers`, `orders_count`, `credit_cents`."""
        names = [row["first_name"], row["last_name"]]
        name = " ".join(n for n in names if n) or None
        return cls(
            **row,
            default_address=Address(name=name, **address_of(row)),
            store_credit_balance=decimal(row["credit_cents"]),
        )


class CustomerList(BaseModel):
    """Customers that fit a search."""

    customers: list[Customer]
    has_more: bool


class CustomerRedaction(BaseModel):
    """What an erasure did."""

    customer_id: int
    redacted_at: str
    orders_kept: int


class CustomerMerge(BaseModel):
    """What a merge did: *customer_id* is gone, its orders belong to *into_customer_id*."""

    customer_id: int
    into_customer_id: int
    orders_moved: int


class StoreCredit(BaseModel):
    """Credit that a customer may spend in the shop."""

    id: int
    customer_id: int
    order_id: int
    amount: str
    currency: str
    reason: str
    created_at: str


class Variant(BaseModel):
    """One size or colour of a product; what is sold."""

    id: int
    product_id: int
    sku: str
    title: str
    price: str
    compare_at_price: str | None
    inventory_quantity: int


class Product(BaseModel):
    """Something on sale."""

    id: int
    title: str
    product_type: str
    vendor: str
    description: str
    warranty_months: int
    status: Literal["active", "archived", "draft"]
    variants: list[Variant]

    @classmethod
    def from_rows(cls, row: Row, variants: Sequence[Row]) -> Product:
        """The product that *row* of `commerce_products` and its *variants* hold."""
        return cls(**row, variants=[Variant(**variant) for variant in variants])


class ProductList(BaseModel):
    """Products that fit a search."""

    products: list[Product]
    has_more: bool


def address_of(row: Mapping[str, Any], prefix: str = "") -> dict[str, str | None]:
    """The address columns of *row* without their *prefix*."""
    fields = ("address1", "address2", "city", "province", "zip", "country")
    return {field: row[f"{prefix}{field}"] for field in fields}


def decimal(cents: int) -> str:
    """*cents* as the shop writes money: 1250 is "12.50"."""
    return f"{cents // 100}.{cents % 100:02d}"


def cents(text: str) -> int:
    """A decimal string with at most two places, in cents."""
    whole, _, places = text.partition(".")
    return int(whole) * 100 + int(places.ljust(2, "0") or 0)
