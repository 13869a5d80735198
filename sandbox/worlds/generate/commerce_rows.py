"""The shop's tables: customers, catalogue, orders, parcels, returns, notes, credits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sandbox.sim.seeds import Seeds
from sandbox.systems.commerce.model import decimal
from sandbox.worlds.generate.catalogue import Product
from sandbox.worlds.generate.context import Batch, iso
from sandbox.worlds.generate.people import Person
from sandbox.worlds.generate.shopping import Order

_FIRST_CREDIT_ID = 4_100_001
_FIRST_REPLACEMENT_ID = 4_300_001
_FIRST_RETURN_ID = 30_001
_CREDIT_SHARE = 0.013
_BRANDS = {
    "Coffee and Pantry": "Fernbrook Pantry",
    "Electronics": "Halden",
    "Outdoor and Garden": "Ridge",
}


def commerce_batches(
    seeds: Seeds, people: Sequence[Person], products: Sequence[Product], orders: Sequence[Order]
) -> Iterator[Batch]:
    """All rows of the shop except its parcels."""
    yield _customers(seeds, people)
    yield from _catalogue(products)
    yield _orders(orders)
    yield _lines(orders)
    yield _notes(orders)
    yield _returns(orders)
    yield _replacements(orders)
    yield _credits(seeds, orders)


def _customers(seeds: Seeds, people: Sequence[Person]) -> Batch:
    rng = seeds.stream("customer_tags")
    columns = (
        "id", "created_at", "email", "first_name", "last_name", "phone", "tags",
        "address1", "address2", "city", "province", "zip", "country",
    )  # fmt: skip
    rows = []
    for p in people:
        tags = ["newsletter"] * (rng.random() < 0.4) + ["vip"] * (p.orders >= 12)
        rows.append((
            p.id, iso(p.created_s), p.email, p.first, p.last, p.phone, ", ".join(tags),
            p.address1, p.address2, p.city, p.state, p.zip, "US",
        ))  # fmt: skip
    return Batch("commerce_customers", columns, rows)


def _catalogue(products: Sequence[Product]) -> Iterator[Batch]:
    yield Batch(
        "commerce_products",
        ("id", "title", "product_type", "vendor", "description", "warranty_months"),
        [
            (p.id, p.name, p.category, _BRANDS.get(p.category, "Fernbrook"), _words(p),
             p.warranty_months)
            for p in products
        ],
    )  # fmt: skip
    yield Batch(
        "commerce_variants",
        ("id", "product_id", "sku", "price", "compare_at_price", "inventory_quantity"),
        [
            (p.variant_id, p.id, p.sku, decimal(p.cents),
             decimal(p.cents_before) if p.cents_before > p.cents else None, p.stock)
            for p in products
        ],
    )  # fmt: skip


def _words(product: Product) -> str:
    parts = [f"{product.name}, from our {product.category.lower()} range."]
    if product.warranty_months:
        parts.append(f"{product.warranty_months} months warranty.")
    if not product.returnable:
        parts.append("Cannot be returned once opened (hygiene or food).")
    return " ".join(parts)


def _orders(orders: Sequence[Order]) -> Batch:
    columns = (
        "id", "order_number", "customer_id", "email", "created_at", "processed_at",
        "cancelled_at", "cancel_reason", "financial_status", "fulfillment_status", "total_price",
        "source_name", "gateway", "payment_gateway_reference", "tags", "shipping_name",
        "shipping_address1", "shipping_address2", "shipping_city", "shipping_province",
        "shipping_zip", "shipping_country",
    )  # fmt: skip
    rows = []
    for o in orders:
        p, placed = o.person, iso(o.placed_s)
        rows.append((
            o.id, o.number, p.id, p.email, placed, placed,
            iso(o.cancelled_s) if o.cancelled_s else None, "customer" if o.cancelled_s else None,
            _financial_status(o), "fulfilled" if o.shipped_s else None, decimal(o.total_cents),
            "exchange" if o.replaces else "web", "stripe" if o.charge_id else None,
            o.charge_id or None, "express" if o.express else "", p.name,
            p.address1, p.address2, p.city, p.state, p.zip, "US",
        ))  # fmt: skip
    return Batch("commerce_orders", columns, rows)


def _financial_status(order: Order) -> str:
    if not order.refunded_cents:
        return "paid"
    return "refunded" if order.refunded_cents >= order.total_cents else "partially_refunded"


def _lines(orders: Sequence[Order]) -> Batch:
    columns = ("id", "order_id", "sku", "title", "quantity", "fulfilled_quantity", "price")
    rows = [
        (line.id, o.id, line.product.sku, line.product.name, line.quantity,
         line.quantity if o.shipped_s else 0, decimal(line.cents))
        for o in orders
        for line in o.lines
    ]  # fmt: skip
    return Batch("commerce_line_items", columns, rows)


def _notes(orders: Sequence[Order]) -> Batch:
    written = [(at, o, text) for o in orders for at, text in o.notes]
    written.sort(key=lambda note: (note[0], note[1].id))
    rows = [
        (number, o.id, "warehouse" if o.number % 3 else "care team", text, iso(at))
        for number, (at, o, text) in enumerate(written, start=1)
    ]
    return Batch("commerce_order_notes", ("id", "order_id", "author", "body", "created_at"), rows)


def _returns(orders: Sequence[Order]) -> Batch:
    asked = sorted((o for o in orders if o.return_line), key=lambda o: (o.return_s, o.id))
    columns = ("id", "order_id", "line_item_id", "quantity", "status", "reason", "created_at")
    rows = [
        (_FIRST_RETURN_ID + n, o.id, o.return_line.id, o.return_line.quantity, o.return_status,
         o.return_reason, iso(o.return_s))
        for n, o in enumerate(asked)
        if o.return_line
    ]  # fmt: skip
    return Batch("commerce_returns", columns, rows)


def _replacements(orders: Sequence[Order]) -> Batch:
    columns = (
        "id", "order_id", "line_item_id", "sku", "quantity", "reason", "replacement_order_id",
        "created_at",
    )  # fmt: skip
    rows: list[tuple[Any, ...]] = []
    for new in orders:
        old = new.replaces
        if old is not None:
            line = old.return_line or old.lines[0]
            reason = old.return_reason or "lost_in_transit"
            rows.append((
                _FIRST_REPLACEMENT_ID + len(rows), old.id, line.id, line.product.sku,
                line.quantity, reason, new.id, iso(new.placed_s),
            ))  # fmt: skip
    return Batch("commerce_replacements", columns, rows)


def _credits(seeds: Seeds, orders: Sequence[Order]) -> Batch:
    rng = seeds.stream("credits")
    reasons = ("late delivery", "apology for a scratched item", "goodwill after a long wait")
    rows: list[tuple[Any, ...]] = []
    for o in orders:
        if o.delivered_s and rng.random() < _CREDIT_SHARE:
            amount = decimal(rng.choice((500, 1000, 1000, 1500, 2000, 2500)))
            at = iso(o.delivered_s - rng.randrange(60, 3600))
            rows.append((
                _FIRST_CREDIT_ID + len(rows), o.person.id, o.id, amount, rng.choice(reasons), at,
            ))  # fmt: skip
    columns = ("id", "customer_id", "order_id", "amount", "reason", "created_at")
    return Batch("commerce_store_credits", columns, rows)
